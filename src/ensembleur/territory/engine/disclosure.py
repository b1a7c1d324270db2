"""Counts that may be published: a cell held by fewer than three companies is hidden, and cannot be found again by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

LEAST_COMPANIES = 3


class Why(Enum):
    """Why a count is not shown."""

    SHOWN = ""
    FEW = "few"  # fewer than three companies
    COMPLEMENT = "complement"  # hidden so that another one cannot be computed


@dataclass(frozen=True)
class Cell:
    """One line of a one-way table.

    count : establishments.   companies : distinct companies they belong to.   why : why the count is hidden.
    """

    key: str
    count: int
    companies: int
    why: Why = Why.SHOWN

    @property
    def published(self) -> int | None:
        """The count, None when it is hidden."""
        return self.count if self.why is Why.SHOWN else None


@dataclass(frozen=True)
class Table:
    """A one-way table as it may be published; `total` is None when it is hidden as well."""

    cells: tuple[Cell, ...]
    total: int | None

    @property
    def hidden(self) -> tuple[Cell, ...]:
        """The lines whose count is not shown."""
        return tuple(cell for cell in self.cells if cell.why is not Why.SHOWN)


def protected(cells: Sequence[Cell], *, total: int, companies: int) -> Table:
    """The table with its small cells hidden, and as few others as needed, the smallest first.

    total : establishments of the place, the sum of the counts.   companies : distinct companies of the place.
    A reader who knows the total, the shown cells and this rule is left with at least two possible values for each hidden
    count: two cells at least are hidden together, and their sum leaves room (it exceeds one each). An empty cell is
    shown: that nobody is there says nothing of anyone. When no other cell can be hidden, the total is not shown.
    Limits: tables of nested places are protected one by one, and the register itself is open data.
    """
    if 0 < companies < LEAST_COMPANIES:
        return Table(tuple(_hide(cell, Why.FEW) if cell.count else cell for cell in cells), None)
    marked = [_hide(cell, Why.FEW) if 0 < cell.companies < LEAST_COMPANIES else cell for cell in cells]
    while not _is_safe(marked):
        candidates = [position for position, cell in enumerate(marked) if cell.why is Why.SHOWN and cell.count > 0]
        if not candidates:
            return Table(tuple(marked), None)
        smallest = min(candidates, key=lambda position: (marked[position].count, position))
        marked[smallest] = _hide(marked[smallest], Why.COMPLEMENT)
    return Table(tuple(marked), total)


def _hide(cell: Cell, why: Why) -> Cell:
    return replace(cell, why=why)


def _is_safe(cells: Sequence[Cell]) -> bool:
    hidden = [cell for cell in cells if cell.why is not Why.SHOWN]
    if not hidden:
        return True
    return len(hidden) >= 2 and sum(cell.count for cell in hidden) > len(hidden)
