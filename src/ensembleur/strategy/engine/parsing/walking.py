"""The parts of a strategy's plain data with their places, whatever is broken around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ensembleur.strategy.engine.content import NodeKind
from ensembleur.strategy.engine.parsing.places import Path

Table = dict[str, Any]

FLOORS = {"challenges": NodeKind.CHALLENGE, "objectives": NodeKind.OBJECTIVE, "measures": NodeKind.MEASURE}
ROOT = "S"  # the code of the whole strategy, that no other part may take


def table(value: Any) -> Table:
    """The value when it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any, at: Path) -> Iterator[tuple[Path, Table]]:
    """The tables of a list, with their places."""
    for i, row in enumerate(value if isinstance(value, list) else []):
        if isinstance(row, dict):
            yield (*at, i), row


def nodes(data: Table) -> Iterator[tuple[Path, NodeKind, Table]]:
    """The whole, then every challenge, objective and measure in the order of the file."""
    yield ("whole",), NodeKind.STRATEGY, {"code": ROOT, **table(data.get("whole"))}
    yield from _below(data, ())


def _below(body: Table, at: Path) -> Iterator[tuple[Path, NodeKind, Table]]:
    for floor, kind in FLOORS.items():
        for path, row in rows(body.get(floor), (*at, floor)):
            yield path, kind, row
            yield from _below(row, path)


def indicators(data: Table) -> Iterator[tuple[Path, Table]]:
    """Every indicator as written, those of the context first."""
    yield from rows(data.get("context"), ("context",))
    for path, _kind, body in nodes(data):
        yield from rows(body.get("indicators"), (*path, "indicators"))


def completed(indicator: Table, data: Table) -> Table:
    """The indicator with what it takes from the sheet it is `like`; its own words win."""
    like = indicator.get("like")
    sheet = table(table(data.get("sheets")).get(like)) if isinstance(like, str) else {}
    return {**sheet, **{key: value for key, value in indicator.items() if key != "like"}}


def everything(value: Any, at: Path = ()) -> Iterator[tuple[Path, Table]]:
    """Every table of the data with its place."""
    if isinstance(value, dict):
        yield at, value
        for key, inner in value.items():
            yield from everything(inner, (*at, str(key)))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from everything(inner, (*at, i))
