"""Whole tables in and out of the database at once: COPY on PostgreSQL, many rows a statement on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl
from django.db import connection, models

CHUNK = 5_000
_TYPES: dict[type[models.Field[Any, Any]], Any] = {
    models.CharField: pl.String,
    models.ForeignKey: pl.String,
    models.DateField: pl.Date,
    models.BooleanField: pl.Boolean,
    models.FloatField: pl.Float64,
    models.PositiveIntegerField: pl.Int64,
    models.PositiveSmallIntegerField: pl.Int64,
}


def schema_of(model: type[models.Model]) -> dict[str, Any]:
    """Column → Polars type of a register table."""
    return {field.column: _TYPES[type(field)] for field in model._meta.concrete_fields}


def completed(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the table's columns, in order; what it lacks takes the field's default."""
    defaults = {
        field.column: field.get_default() if field.has_default() else (None if field.null else "")
        for field in model._meta.concrete_fields
    }
    columns = [
        (pl.col(column) if column in frame.columns else pl.lit(str(default) if kind is pl.String else default))
        .cast(kind)
        .alias(column)
        for (column, kind), default in zip(schema_of(model).items(), defaults.values(), strict=True)
    ]
    return frame.select(columns)


def read_table(model: type[models.Model], *, where: str = "", params: Iterable[Any] = ()) -> pl.DataFrame:
    """The rows of a table as they stand, sorted by key."""
    schema = schema_of(model)
    columns = ", ".join(f'"{column}"' for column in schema)
    clause = f"WHERE {where}" if where else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {columns} FROM {model._meta.db_table} {clause} ORDER BY "{model._meta.pk.column}"',  # noqa: S608
            list(params),
        )
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def insert_rows(model: type[models.Model], frame: pl.DataFrame, *, on_rows: Callable[[int], None] | None = None) -> None:
    """Add rows whose keys are new; `frame` has the table's columns. Call it inside a transaction."""
    _store(model._meta.db_table, frame, "", on_rows)


def upsert_rows(model: type[models.Model], frame: pl.DataFrame, *, on_rows: Callable[[int], None] | None = None) -> None:
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


def delete_rows(model: type[models.Model], keys: list[str]) -> None:
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
