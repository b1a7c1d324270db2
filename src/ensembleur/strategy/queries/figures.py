"""What every followed indicator comes to on a day, from what the domains registered; nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ensembleur.errors import BadInput
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import OverTime, State
from ensembleur.strategy.engine.counting import union
from ensembleur.strategy.engine.registry import Measured, Reading, is_measured, measure_named
from ensembleur.strategy.engine.taking import Breakdown, Seal, breakdown, seal, united
from ensembleur.strategy.queries.content import Held

UNION = "union v1"  # how several measured sets are counted as one; its number is raised as that of a measurement


@dataclass(frozen=True)
class Figure:
    """An indicator on a day. measured : None when nothing measures it, which `says` explains in French.

    start : the first day counted.   query : name and version of what computed it.
    overlap : of a union, how many times a unit is counted again by its parts.
    """

    sheet: Sheet
    start: date
    measured: Measured | None = None
    query: str = ""
    seal: Seal = field(default_factory=lambda: Seal("", "", ""))
    breakdown: Breakdown = field(default_factory=dict)
    overlap: int | None = None
    says: str = ""


def figures(chosen: Sequence[Held], *, as_of: date, on_done: Callable[[int, int], None] | None = None) -> Iterator[list[Figure]]:
    """For each strategy, its active indicators in the order of its file. What several need is read once for all of them.

    on_done : called after each indicator (done, of how many).
    """
    readings = {held.row.region: Reading(as_of, region=held.row.region) for held in chosen}
    sheets = [[sheet for _part, sheet in held.content.indicators() if sheet.state is State.ACTIVE] for held in chosen]
    count, total = 0, sum(map(len, sheets))
    for held, followed in zip(chosen, sheets, strict=True):
        found = []
        for sheet in followed:
            found.append(_figure(sheet, held, readings[held.row.region], {one.code: one for one in followed}))
            count += 1
            if on_done:
                on_done(count, total)
        yield found


def first_day(sheet: Sheet, held: Held, as_of: date) -> date:
    """The first day counted: that of the earliest target, the strategy's otherwise; a flow counts its own year only."""
    period_start = held.row.period_start
    first = min((target.start or period_start for target in sheet.targets), default=period_start)
    return max(first, date(as_of.year, 1, 1)) if sheet.over_time is OverTime.FLOW else first


def _figure(sheet: Sheet, held: Held, reading: Reading, sheets: Mapping[str, Sheet]) -> Figure:
    start = first_day(sheet, held, reading.as_of)
    if start > reading.as_of:
        return Figure(sheet, start, says=f"Compté à partir du {start:%d/%m/%Y}.")
    try:
        if sheet.union_of:
            return _union(sheet, reading.since(start), sheets)
        measured = _taken(sheet, reading.since(start), sheets)
    except BadInput as error:  # one sheet that cannot be read never stops the others
        return Figure(sheet, start, says=error.sentence)
    measure = measure_named(sheet.measured_by)
    query = f"{measure.name} v{measure.version}"
    asked = seal(measured, [query, start, sheet.label.value, sheet.parameters])
    return Figure(sheet, start, measured, query, asked, breakdown(measured, measure.dimensions))


def _union(sheet: Sheet, reading: Reading, sheets: Mapping[str, Sheet]) -> Figure:
    parts = _parts(sheet, reading, sheets, ())
    whole = union({code: part.members for code, part in parts.items()})
    measured = united(parts, whole)
    leaves = [[one.code, one.measured_by, one.parameters] for one in _leaves(sheet, sheets)]
    asked = seal(measured, [UNION, reading.start, sheet.label.value, leaves])
    columns = () if measured.contributions is None else measured.contributions.columns
    parted = breakdown(measured, [name for name in columns if name not in ("unit", "value")])
    overlap = None if measured.value is None else whole.overlap
    return Figure(sheet, reading.start or reading.as_of, measured, UNION, asked, parted, overlap)


def _parts(sheet: Sheet, reading: Reading, sheets: Mapping[str, Sheet], above: tuple[str, ...]) -> dict[str, Measured]:
    """What a union unites, each counted over the union's own days: a part that starts again every year would lose companies."""
    found = {}
    for code in sheet.union_of:
        if code not in sheets or code in above:
            raise BadInput("unmeasured_part", f"Une de ses parties n'est pas suivie : {code}.")
        found[code] = _taken(sheets[code], reading, sheets, (*above, code))
    return found


def _taken(sheet: Sheet, reading: Reading, sheets: Mapping[str, Sheet], above: tuple[str, ...] = ()) -> Measured:
    """What the measurement of a sheet gives. Raises BadInput when there is none, or when it does not understand the sheet."""
    if sheet.union_of:
        parts = _parts(sheet, reading, sheets, above)
        return united(parts, union({code: part.members for code, part in parts.items()}))
    if not sheet.measured_by:
        raise BadInput("not_measured", f"Il faudrait : {sheet.needs.fr}." if sheet.needs else "Rien ne le mesure.")
    if not is_measured(sheet.measured_by):
        raise BadInput("absent", f"La mesure « {sheet.measured_by} » n'existe pas dans cette installation.")
    key = json.dumps([sheet.measured_by, str(reading.start), sheet.parameters], sort_keys=True, default=str)
    measured: Measured = reading.once(key, lambda: measure_named(sheet.measured_by).take(reading, sheet.parameters))
    return measured


def _leaves(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[Sheet]:
    for code in sheet.union_of:
        yield from _leaves(sheets[code], sheets) if sheets[code].union_of else (sheets[code],)
