"""Which cells are secret by themselves: too few, or one that weighs nearly all."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from ensembleur.secrecy.tables import Cell, Holder, Key, Table, Variable

LEAST = {Holder.COMPANY: 3, Holder.PERSON: 11}  # distinct units below which a cell is hidden
DOMINANCE = Decimal("0.85")  # above this part of the value in one unit, an amount is hidden
PROTECTION = Decimal("0.10")  # what is left to guess, as a part of the value


class Reason(Enum):
    """The class of reason printed beside « s »; it never says more than the rules themselves."""

    FEW = "few"  # fewer than three companies
    PERSONS = "persons"  # fewer than eleven persons
    DOMINANCE = "dominance"  # one company holds more than 85 % of it
    SECONDARY = "secondary"  # hidden so that another cannot be computed
    EITHER = "either"  # a number of companies or persons: too small, or hidden beside one that is


def secret(cell: Cell, variable: Variable, holder: Holder) -> Reason | None:
    """Why this cell is secret by itself; None when it may be shown. An empty cell may be."""
    if 0 < cell.units < LEAST[holder]:
        return Reason.PERSONS if holder is Holder.PERSON else Reason.FEW
    if variable is Variable.AMOUNT and cell.largest > DOMINANCE * cell.value:
        return Reason.DOMINANCE
    return None


def primary(table: Table) -> dict[Key, Reason]:
    """The cells and margins that are secret by themselves, with their reason; for agents, never published as such."""
    found = {key: secret(cell, table.variable, table.holder) for key, cell in table.cells.items()}
    return {key: reason for key, reason in found.items() if reason}


def told(reason: Reason, variable: Variable) -> Reason:
    """What is printed. On a number of units, "few" would say that it is 1 or 2, and "secondary" that it is not: both are one class."""
    return Reason.EITHER if variable is Variable.UNITS else reason


def floor(reason: Reason, variable: Variable, holder: Holder) -> int:
    """The least value a reader may give to a hidden cell, knowing the rules, the printed reason, and that empty cells are shown."""
    if variable is Variable.AMOUNT:
        return 0
    return LEAST[holder] if reason is Reason.SECONDARY else 1
