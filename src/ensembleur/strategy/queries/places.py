"""The territories of a released table, with the names and the outlines of the register of places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from ensembleur.secrecy.tables import TOTAL
from ensembleur.strategy.queries.tables import ReleasedTable
from ensembleur.territory.models import Commune, Departement, Epci


@dataclass(frozen=True)
class Cell:
    """One territory. value : None when it is hidden."""

    code: str
    name: str
    value: Decimal | None
    outline: str


def cells(found: ReleasedTable) -> list[Cell]:
    """Each territory of the table in its order, with its outline. One query."""
    known = {row.code: row for row in _register(found.kind).filter(code__in=found.table.rows)}
    told = []
    for code in found.table.rows:
        cell, row = found.table.cells[code, TOTAL], known.get(code)
        name, outline = (str(row), getattr(row, "outline", "")) if row else (code, "")
        told.append(Cell(code, name, cell.value, outline))
    return told


def place_names(kind: str, codes: Iterable[str]) -> dict[str, str]:
    """Official code → name, of the territories the register names. One query."""
    return {row.code: str(row) for row in _register(kind).filter(code__in=list(codes))}


def _register(kind: str) -> QuerySet[Any]:
    known: dict[str, QuerySet[Any]] = {
        "departement": Departement.objects.all(),
        "epci": Epci.objects.all(),
        "commune": Commune.objects.all(),
    }
    return known[kind]


def outlines(rows: list[Cell], *, unit: str, hidden: str) -> dict[str, Any]:
    """The territories as GeoJSON, darker where there is more; a hidden one has a colour of its own, and says so."""
    most = max((row.value for row in rows if row.value is not None), default=Decimal(0))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "name": row.name,
                    "code": row.code,
                    "detail": _detail(row, unit, hidden),
                    "fill": _fill(row, most),
                },
                "geometry": json.loads(row.outline),
            }
            for row in rows
            if row.outline
        ],
    }


# From the least to the most, readable with black words on top of each; what is hidden is grey.
SHADES = ("#e6f0f1", "#c3dcdf", "#97c1c6", "#63a0a8")
HIDDEN_SHADE, EMPTY_SHADE = "#d5dbe3", "#ffffff"


def _fill(row: Cell, most: Decimal) -> str:
    if row.value is None:
        return HIDDEN_SHADE
    if not row.value or not most:
        return EMPTY_SHADE
    return SHADES[min(len(SHADES) - 1, int(row.value / most * len(SHADES)))]


def _detail(row: Cell, unit: str, hidden: str) -> str:
    return hidden if row.value is None else f"{row.value.normalize():f} {unit}"
