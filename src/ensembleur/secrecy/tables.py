"""A table with its margins, as it is known inside: values, how many stand behind each, and the largest of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ensembleur.errors import BadInput

TOTAL = "*"  # the row or the column of the sums

Key = tuple[str, str]  # (row, column)


class Variable(Enum):
    """What a cell counts."""

    UNITS = "units"  # the companies or persons themselves; one of them may stand in several parts, and once in the total
    COUNT = "count"  # whole things they have, one each at least: establishments, files
    AMOUNT = "amount"  # money, jobs, hours: one of them may weigh nearly all, so dominance is tested


class Holder(Enum):
    """Whom a cell speaks of."""

    COMPANY = "company"
    PERSON = "person"  # employees, apprentices, job seekers, sole traders


class Axis(Enum):
    """The way parts are added."""

    ACROSS = "across"  # the columns of a row give its total
    DOWN = "down"  # the rows of a column give its total


@dataclass(frozen=True)
class Cell:
    """One cell. value : what would be published.   units : distinct companies or persons.   largest : what the largest of them brings."""

    value: Decimal
    units: int
    largest: Decimal


@dataclass(frozen=True)
class Line:
    """One sum of a table: the total and its parts."""

    axis: Axis
    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Contribution:
    """What one company or person brings to one cell. unit : its SIREN, or any word that tells it from the others."""

    unit: str
    row: str
    column: str
    value: Decimal


@dataclass(frozen=True)
class Table:
    """A table of one variable, every cell and every margin given; without columns it is one-way: keys are (row, TOTAL).

    Raises BadInput, in one sentence, for a negative value, a missing or unknown cell, sums that do not add up.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Key, Cell]
    variable: Variable
    holder: Holder = Holder.COMPANY

    def __post_init__(self) -> None:
        wanted = keys(self.rows, self.columns)
        if TOTAL in (*self.rows, *self.columns) or len(set(wanted)) != len(wanted):
            raise BadInput(
                "table_names", f"Deux lignes ou deux colonnes portent le même nom, ou s'appellent « {TOTAL} » : renommez-les."
            )
        if stray := set(wanted) ^ set(self.cells):
            raise BadInput(
                "table_cells",
                f"La case {_shown(min(stray))} manque ou n'est pas du tableau : donnez chaque case et chaque marge.",
            )
        for key in wanted:
            self._check(key, self.cells[key])
        for line in lines(self.rows, self.columns):
            self._check_sum(line)

    def _check(self, key: Key, cell: Cell) -> None:
        if cell.value < 0 or cell.largest < 0 or cell.units < 0:
            raise BadInput(
                "negative_cell", f"La case {_shown(key)} est négative : séparez les gains et les pertes en deux tableaux."
            )
        if cell.largest > cell.value or (cell.units == 0 and cell.value > 0):
            raise BadInput(
                "cell_parts", f"La case {_shown(key)} vaut {cell.value}, ce que ses {cell.units} unités ne peuvent pas donner."
            )
        if self.variable is Variable.UNITS and cell.value != cell.units:
            raise BadInput(
                "cell_units",
                f"La case {_shown(key)} vaut {cell.value} pour {cell.units} unités : ce sont elles qui sont comptées.",
            )
        if self.variable is Variable.COUNT and (cell.value < cell.units or cell.value != int(cell.value)):
            raise BadInput("cell_count", f"La case {_shown(key)} n'est pas un compte entier d'au moins {cell.units}.")

    def _check_sum(self, line: Line) -> None:
        parts = [self.cells[key].value for key in line.parts]
        total = self.cells[line.total].value
        fits = max(parts, default=Decimal(0)) <= total <= sum(parts) if self.variable is Variable.UNITS else total == sum(parts)
        if not fits:
            raise BadInput(
                "table_sums",
                f"Le total {_shown(line.total)} vaut {total} et ses parties {sum(parts)} : corrigez l'un ou l'autre.",
            )

    @property
    def overlapping(self) -> frozenset[Axis]:
        """The axes along which somebody is counted in several parts, so that parts do not add up to the total."""
        return frozenset(
            line.axis
            for line in lines(self.rows, self.columns)
            if sum(self.cells[key].value for key in line.parts) != self.cells[line.total].value
        )


def keys(rows: Sequence[str], columns: Sequence[str]) -> list[Key]:
    """Every key of a table, row by row, the totals last."""
    return [(row, column) for row in (*rows, TOTAL) for column in (*columns, TOTAL)]


def lines(rows: Sequence[str], columns: Sequence[str]) -> list[Line]:
    """Every sum of a table: down each column, and across each row when there are columns."""
    found = [Line(Axis.DOWN, (TOTAL, column), tuple((row, column) for row in rows)) for column in (*columns, TOTAL)]
    if columns:
        found += [Line(Axis.ACROSS, (row, TOTAL), tuple((row, column) for column in columns)) for row in (*rows, TOTAL)]
    return found


def tabulate(
    contributions: Iterable[Contribution],
    *,
    rows: Sequence[str],
    columns: Sequence[str] = (),
    variable: Variable,
    holder: Holder = Holder.COMPANY,
) -> Table:
    """The table of these contributions: several of one unit in one cell are first added, units are counted once a cell and once a margin.

    For UNITS the values given are not read.   For a one-way table, the column of a contribution is not read.
    Raises BadInput for a row or a column that is not announced, and for a negative value.
    """
    held: dict[Key, dict[str, Decimal]] = {key: {} for key in keys(rows, columns)}
    for one in contributions:
        column = one.column if columns else TOTAL
        if one.row not in rows or (columns and column not in columns):
            raise BadInput(
                "table_cells", f"La case {_shown((one.row, column))} n'est pas du tableau : annoncez sa ligne et sa colonne."
            )
        if one.value < 0:
            raise BadInput(
                "negative_cell",
                f"La case {_shown((one.row, column))} est négative : séparez les gains et les pertes en deux tableaux.",
            )
        for key in {(row, place) for row in (one.row, TOTAL) for place in (column, TOTAL)}:
            held[key][one.unit] = held[key].get(one.unit, Decimal(0)) + one.value
    return Table(tuple(rows), tuple(columns), {key: _cell(units, variable) for key, units in held.items()}, variable, holder)


def _cell(units: Mapping[str, Decimal], variable: Variable) -> Cell:
    if variable is Variable.UNITS:
        return Cell(Decimal(len(units)), len(units), Decimal(bool(units)))
    return Cell(sum(units.values(), Decimal(0)), len(units), max(units.values(), default=Decimal(0)))


def _shown(key: Key) -> str:
    return "« " + " × ".join("total" if name == TOTAL else name for name in key) + " »"
