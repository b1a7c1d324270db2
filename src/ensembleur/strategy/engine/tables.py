"""Which tables of a strategy are public, and how contributions fill them: one table an indicator, no second view of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.secrecy.rules import LEAST
from ensembleur.secrecy.tables import TOTAL, Contribution, Holder, Key, Table, Variable, tabulate
from ensembleur.strategy.engine.content import Confidentiality, Indicator, OverPlaces, State, Strategy
from ensembleur.strategy.engine.registry import Measured

if TYPE_CHECKING:
    import polars as pl

UNKNOWN = "?"  # the line of what has no known place or sector
PLACE = "departement"
COLUMNS = ("sector", "size", "scheme")  # what may stand beside a place, the first known one; never a place nested in another
_UNIT = 8  # hexadecimal digits of a fingerprint that tell the unit; as many tell what it brings
Holders = Mapping[str, Mapping[str, Sequence[str]]]  # row → column → fingerprints of contributions
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


def holders(public: PublicTable, measured: Measured) -> Holders:
    """Who brings what to each inner cell of an amount or of a count, without their names; nothing of a count of the units themselves.

    Of each contribution 16 hexadecimal digits: eight of its unit, so that one who changes counts once, eight of unit and value.
    """
    if variable_of(measured) is Variable.UNITS:
        return {}
    found: dict[str, dict[str, list[str]]] = {}
    for unit, row, column, value in _plain(public, measured.contributions):
        told = _digits(unit) + _digits(f"{unit}\x1f{value.normalize():f}")
        found.setdefault(row, {}).setdefault(column, []).append(told)
    return {row: {column: sorted(told) for column, told in cells.items()} for row, cells in found.items()}


def moved_little(former: Holders, fresh: Holders, table: Table) -> set[Key]:
    """The cells and margins of `table` where somebody came, left or changed since the former release, and too few of them did.

    The difference of the two releases would tell what they bring. Nothing for a count of the units themselves.
    """
    if table.variable is Variable.UNITS:
        return set()
    before, now = _by_key(former), _by_key(fresh)
    moved = {
        key: {told[:_UNIT] for told in ((before[key] - now[key]) + (now[key] - before[key]))}
        for key in before.keys() | now.keys()
    }
    return {key for key, units in moved.items() if key in table.cells and 0 < len(units) < LEAST[table.holder]}


def _by_key(found: Holders) -> defaultdict[Key, Counter[str]]:
    """Each inner cell and each margin with the contributions it holds."""
    held: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for row, cells in found.items():
        for column, told in cells.items():
            for key in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
                held[key].update(told)
    return held


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_UNIT]


def _plain(public: PublicTable, frame: pl.DataFrame | None) -> list[tuple[str, str, str, Decimal]]:
    """(unit, row, column, value) of each contribution."""
    if frame is None:
        return []
    places = {name: place for place, name in enumerate(frame.columns)}

    def word(line: tuple[Any, ...], name: str) -> str:
        if not name:
            return ""
        return str(line[places[name]] or UNKNOWN) if name in places else UNKNOWN

    return [
        (str(line[places["unit"]]), word(line, public.row), word(line, public.column), Decimal(str(line[places["value"]])))
        for line in frame.iter_rows()
    ]


def _ordered(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: (key == UNKNOWN, key))
