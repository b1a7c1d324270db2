"""Counts of a place that may be published: the gateway of statistical secrecy, for a list of parts and their total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from ensembleur.secrecy import tables
from ensembleur.secrecy.protect import protect
from ensembleur.secrecy.rules import LEAST, Reason

LEAST_COMPANIES = LEAST[tables.Holder.COMPANY]


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
    A reader who knows the total, the shown cells and the rules is left with at least two possible values for each small
    count. An empty cell is shown: that nobody is there says nothing of anyone. When no other cell can be hidden, the
    total is not shown. Limits: tables of nested places are protected one by one, and the register itself is open data.
    """
    if not cells:
        return Table((), total)
    rows = {str(place): cell for place, cell in enumerate(cells)}
    held = {(row, tables.TOTAL): _held(cell.count, cell.companies) for row, cell in rows.items()}
    whole = {(tables.TOTAL, tables.TOTAL): _held(total, companies)}
    published = protect(tables.Table(tuple(rows), (), held | whole, tables.Variable.COUNT))
    why = {None: Why.SHOWN, Reason.FEW: Why.FEW, Reason.SECONDARY: Why.COMPLEMENT}
    shown = tuple(replace(cell, why=why[published.cells[row, tables.TOTAL].reason]) for row, cell in rows.items())
    return Table(shown, None if published.value(tables.TOTAL) is None else total)


def _held(count: int, companies: int) -> tables.Cell:
    return tables.Cell(Decimal(count), companies, Decimal(0))
