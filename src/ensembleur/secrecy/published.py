"""A table as anybody may read it: each cell has its value or the class of reason that hides it, and nothing else is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ensembleur.secrecy.rules import Reason
from ensembleur.secrecy.tables import TOTAL, Axis, Holder, Key, Variable

HIDDEN = "s"  # what is printed instead of a hidden value, never 0


@dataclass(frozen=True)
class Released:
    """One cell: its value, or the reason why there is none; exactly one of the two."""

    value: Decimal | None
    reason: Reason | None = None


@dataclass(frozen=True)
class Published:
    """A released table. overlapping : the axes along which parts share units, so that they do not add up to the total."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Key, Released]
    variable: Variable
    holder: Holder = Holder.COMPANY
    overlapping: frozenset[Axis] = frozenset()

    @property
    def hidden(self) -> dict[Key, Reason]:
        """The hidden cells and their class of reason."""
        return {key: cell.reason for key, cell in self.cells.items() if cell.reason}

    def value(self, row: str, column: str = TOTAL) -> Decimal | None:
        """The value of a cell or of a margin; None when it is hidden."""
        return self.cells[row, column].value

    def as_json(self) -> dict[str, Any]:
        """What a frozen release stores: text, numbers as text, hidden cells with their reason and without a value."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "variable": self.variable.value,
            "holder": self.holder.value,
            "overlapping": sorted(axis.value for axis in self.overlapping),
            "cells": [
                [row, column, HIDDEN if cell.value is None else str(cell.value), cell.reason.value if cell.reason else ""]
                for (row, column), cell in self.cells.items()
            ],
        }


def from_json(stored: Mapping[str, Any]) -> Published:
    """The released table that `as_json` stored."""
    return Published(
        tuple(stored["rows"]),
        tuple(stored["columns"]),
        {
            (row, column): Released(None, Reason(reason)) if reason else Released(Decimal(value))
            for row, column, value, reason in stored["cells"]
        },
        Variable(stored["variable"]),
        Holder(stored["holder"]),
        frozenset(Axis(axis) for axis in stored["overlapping"]),
    )
