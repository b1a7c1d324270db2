"""Many rows into the database at once: COPY on PostgreSQL, many rows a statement on SQLite."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from django.db import connection, models

CHUNK = 5_000


def insert_rows(*, model: type[models.Model], frame: pl.DataFrame, on_rows: Callable[[int], None] | None = None) -> None:
    """Add rows whose keys are new; `frame` has the table's columns. Call it inside a transaction."""
    _store(model._meta.db_table, frame, "", on_rows)


def upsert_rows(*, model: type[models.Model], frame: pl.DataFrame, on_rows: Callable[[int], None] | None = None) -> None:
    """Add rows, or replace those whose keys exist; `frame` has the table's columns. Call it inside a transaction."""
    key = model._meta.pk.column
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in frame.columns if column != key)
    conflict = f'ON CONFLICT ("{key}") DO UPDATE SET {changes}'
    if connection.vendor == "postgresql" and frame.height:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE incoming (LIKE {model._meta.db_table}) ON COMMIT DROP")
            _store("incoming", frame, "", on_rows)
            columns = ", ".join(f'"{column}"' for column in frame.columns)
            cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {columns} FROM incoming {conflict}")  # noqa: S608
            cursor.execute("DROP TABLE incoming")
    else:
        _store(model._meta.db_table, frame, conflict, on_rows)


def delete_rows(*, model: type[models.Model], keys: list[str]) -> None:
    """Remove rows by key. Call it inside a transaction."""
    for start in range(0, len(keys), 500):
        model._default_manager.filter(pk__in=keys[start : start + 500])._raw_delete(connection.alias)


def _store(table: str, frame: pl.DataFrame, conflict: str, on_rows: Callable[[int], None] | None) -> None:
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    with connection.cursor() as cursor:
        for chunk in frame.iter_slices(CHUNK):
            if connection.vendor == "postgresql":
                text = chunk.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric")
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')") as copy:
                    copy.write(text.encode())
            else:
                marks = ", ".join(["%s"] * len(frame.columns))
                sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) {conflict}"  # noqa: S608
                cursor.executemany(sql, chunk.with_columns(pl.col(pl.Date).cast(pl.String)).iter_rows())
            if on_rows:
                on_rows(chunk.height)
