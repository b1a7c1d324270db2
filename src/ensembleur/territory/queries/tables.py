"""Whole tables of the register as Polars frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import connection, models

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
    """The frame with exactly the table's columns, in order; what it lacks takes the
    field's default and texts too long for their field are cut."""
    lengths = {field.column: field.max_length for field in model._meta.concrete_fields if field.max_length}
    defaults = {
        field.column: field.get_default() if field.has_default() else (None if field.null else "")
        for field in model._meta.concrete_fields
    }
    columns = []
    for column, kind in schema_of(model).items():
        default = defaults[column]
        value = pl.col(column) if column in frame.columns else pl.lit(str(default) if kind is pl.String else default)
        value = value.cast(kind)
        columns.append((value.str.slice(0, lengths[column]) if kind is pl.String and column in lengths else value).alias(column))
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
