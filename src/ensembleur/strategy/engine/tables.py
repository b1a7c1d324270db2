"""Which tables of a strategy are public, and how contributions fill them: one table an indicator, no second view of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.secrecy.rules import LEAST
from ensembleur.secrecy.tables import Contribution, Holder, Key, Table, Variable, tabulate
from ensembleur.strategy.engine.content import Confidentiality, Indicator, OverPlaces, State, Strategy
from ensembleur.strategy.engine.registry import Measured

if TYPE_CHECKING:
    import polars as pl

UNKNOWN = "?"  # the line of what has no known place or sector
PLACE = "departement"
COLUMNS = ("sector", "size", "scheme")  # what may stand beside a place, the first known one; never a place nested in another
PERSONS = ("personne", "apprenti", "demandeur", "élève", "jeune", "salarié")


@dataclass(frozen=True)
class PublicTable:
    """A table that may be released, along two dimensions at most; column "" for a one-way table.

    There is one an indicator: a second view of the same figures could be subtracted from the first.
    """

    indicator: Indicator
    row: str
    column: str = ""

    @property
    def key(self) -> str:
        """Its name among the released tables: "M1.companies/departement"."""
        return f"{self.indicator.code}/{self.row}"


def public_tables(strategy: Strategy) -> Iterator[PublicTable]:
    """The finite list of the tables of a strategy: what is measured, active, additive and not internal, one table an indicator.

    Its lines are départements, or what the indicator names first; its columns are sectors, otherwise sizes, otherwise schemes.
    """
    for _node, indicator in strategy.indicators():
        is_measured = bool(indicator.measured_by or indicator.union_of) and indicator.state is State.ACTIVE
        is_open = indicator.confidentiality is not Confidentiality.INTERNAL and indicator.over_places is not OverPlaces.NONE
        if is_measured and is_open and indicator.disaggregations:
            known = indicator.disaggregations
            row = PLACE if PLACE in known else known[0]
            yield PublicTable(indicator, row, next((one for one in COLUMNS if one in known and one != row), ""))


def table_of(public: PublicTable, measured: Measured, *, rows: Iterable[str] = (), columns: Iterable[str] = ()) -> Table:
    """The table of what was measured. rows, columns : keys shown even when nobody is there; those met are added.

    Raises BadInput for a negative contribution.
    """
    frame = _plain(public, measured.contributions)
    return tabulate(
        [Contribution(unit, row, column, value) for unit, row, column, value in frame],
        rows=_ordered({*rows, *(row for _unit, row, _column, _value in frame)}),
        columns=_ordered({*columns, *(column for _unit, _row, column, _value in frame)}) if public.column else (),
        variable=variable_of(measured),
        holder=holder_of(public.indicator),
    )


def variable_of(measured: Measured) -> Variable:
    """Different units; whole things one by one; everything else is an amount, whose dominance is tested."""
    if measured.counts_units:
        return Variable.UNITS
    values = [] if measured.contributions is None else measured.contributions["value"].to_list()
    return Variable.COUNT if values and all(value == 1 for value in values) else Variable.AMOUNT


def holder_of(indicator: Indicator) -> Holder:
    """Persons are protected more than companies."""
    words = indicator.counting_unit.fr.casefold()
    return Holder.PERSON if any(word in words for word in PERSONS) else Holder.COMPANY


def moved_little(public: PublicTable, former: Measured, fresh: Measured, table: Table) -> set[Key]:
    """The cells of `table` that too few newcomers changed since the former release: the difference would tell what they bring."""
    if former.contributions is None or fresh.contributions is None or table.variable is Variable.UNITS:
        return set()
    known = set(former.contributions.select(fresh.contributions.columns).iter_rows())
    moved: dict[Key, set[str]] = {}
    for unit, row, column, _value in _plain(public, fresh.contributions, leave_out=known):
        for key in ((row, column), (row, "*"), ("*", column), ("*", "*")):
            moved.setdefault(key, set()).add(unit)
    return {key for key, units in moved.items() if key in table.cells and len(units) < LEAST[table.holder]}


def _plain(public: PublicTable, frame: pl.DataFrame | None, leave_out: Iterable[Any] = ()) -> list[tuple[str, str, str, Decimal]]:
    """(unit, row, column, value) of each contribution."""
    if frame is None:
        return []
    left = set(leave_out)
    places = {name: place for place, name in enumerate(frame.columns)}

    def word(line: tuple[Any, ...], name: str) -> str:
        if not name:
            return ""
        return str(line[places[name]] or UNKNOWN) if name in places else UNKNOWN

    return [
        (str(line[places["unit"]]), word(line, public.row), word(line, public.column), Decimal(str(line[places["value"]])))
        for line in frame.iter_rows()
        if line not in left
    ]


def _ordered(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: (key == UNKNOWN, key))
