"""The values of a strategy's indicators as they stood on a day: the latest of each label, never mixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from ensembleur.secrecy.rules import LEAST, Reason, secret
from ensembleur.secrecy.tables import Cell, Holder, Variable
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Confidentiality, Label, OverPlaces, OverTime
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.tables import holder_of
from ensembleur.strategy.models import Indicator, Measurement
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held

# Of two values of the same day and label, what operations give stands before what somebody reports or a text says.
_RANK = {Origin.COMPUTED: 2, Origin.REPORTED: 1, Origin.TEXT: 0}


@dataclass(frozen=True)
class Followed:
    """An indicator with its sheet and its values known on a day.

    latest : the last value, whatever its label; None when nothing was ever measured.   by_label : the last value of each.
    series : every standing value, the oldest first.
    """

    row: Indicator
    sheet: Sheet
    part: Part
    latest: Measurement | None
    by_label: Mapping[Label, Measurement] = field(default_factory=dict)
    series: tuple[Measurement, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether the last value rests on too few companies to be shown to the public."""
        return self.latest is not None and hides(self.sheet, self.latest)


def hides(sheet: Sheet, measurement: Measurement) -> bool:
    """Whether this value is kept from the public: it would say something of somebody."""
    return hidden_reason(sheet, measurement) is not None


def hidden_reason(sheet: Sheet, measurement: Measurement) -> Reason | None:
    """Why a value is kept from the public, by the rules of `secrecy`; None when it may be read.

    What is public by its sheet, what a text says, and zero are shown. A reported total that does not say on how many units it
    rests is not; a computed share or delay rests on none by itself.
    """
    if sheet.confidentiality is Confidentiality.PUBLIC or measurement.origin == Origin.TEXT or not measurement.value:
        return None
    holder = holder_of(sheet)
    few = Reason.PERSONS if holder is Holder.PERSON else Reason.FEW
    if measurement.units is None:
        return few if measurement.origin == Origin.REPORTED else None
    value = abs(measurement.value)
    cell = Cell(value, measurement.units, min(value, measurement.largest or Decimal(0)))
    # A median or a share is no sum: nobody makes up for a part of it.
    return secret(cell, Variable.AMOUNT if sheet.over_places is OverPlaces.SUM else Variable.UNITS, holder)


def is_spaced(sheet: Sheet) -> bool:
    """Whether two values of this indicator could be subtracted to tell what somebody brings: secret amounts and counts."""
    return sheet.confidentiality is not Confidentiality.PUBLIC and sheet.over_places is OverPlaces.SUM


def spaced(sheet: Sheet, series: list[Measurement]) -> list[Measurement]:
    """The computed values of an amount that may follow one another in public.

    From one to the next, nobody moved, or too many for the difference to tell what one of them brings; the others wait.
    """
    if not is_spaced(sheet):
        return series
    least, last, kept = LEAST[holder_of(sheet)], None, []
    for one in series:
        if one.origin == Origin.COMPUTED and not hides(sheet, one):
            moved = abs((one.units or 0) - (last.units or 0)) if last is not None else least
            if last is not None and last.period_start == one.period_start and one.value != last.value and moved < least:
                continue
            last = one
        kept.append(one)
    return kept


def followed(
    held: Held, *, as_of: date, user: Any = None, codes: Iterable[str] | None = None, whole: bool = True
) -> dict[str, Followed]:
    """Every indicator of a strategy by its code, with its values known on `as_of`; two queries whatever their number.

    user : internal indicators are given only to those who may read the room.   codes : these indicators only.
    whole : False leaves out of a series what no page of the whole strategy shows (one query more, and years of values less to read).
    """
    sheets = {sheet.code: (part, sheet) for part, sheet in held.content.indicators()}
    shows_all = may_read_room(user, held.row)
    if not shows_all:
        sheets = {code: pair for code, pair in sheets.items() if pair[1].confidentiality is not Confidentiality.INTERNAL}
    wanted = set(sheets) if codes is None else set(sheets) & set(codes)
    rows = {row.code: row for row in Indicator.objects.filter(strategy=held.row) if row.code in wanted}
    standing: dict[int, list[Measurement]] = defaultdict(list)
    found = Measurement.objects.standing().known_on(as_of).filter(indicator__in=[row.pk for row in rows.values()])
    if not whole:
        found = _lasts(found, [row.pk for code, row in rows.items() if _needs_all(sheets[code][1])])
    for measurement in found.defer("breakdown").order_by("as_of", "pk"):
        standing[measurement.indicator_id].append(measurement)
    found_of = {}
    for code, (part, sheet) in sheets.items():
        if code in rows:
            series = standing[rows[code].pk]
            found_of[code] = _followed(rows[code], part, sheet, series if shows_all else spaced(sheet, series))
    return found_of


def _needs_all(sheet: Sheet) -> bool:
    """A flow has a value for each year's target; an amount shows those that may follow one another."""
    return sheet.over_time is OverTime.FLOW or is_spaced(sheet)


def _lasts(found: Any, flows: list[int]) -> Any:
    """The values of the last days of each indicator and label, and all those of flows, whose targets each have a year of their own."""
    lasts = found.exclude(indicator__in=flows).order_by().values_list("indicator", "label").annotate(last=Max("as_of"))
    days = {last for _indicator, _label, last in lasts}
    return found.filter(Q(indicator__in=flows) | Q(as_of__in=days))


def _followed(row: Indicator, part: Part, sheet: Sheet, series: list[Measurement]) -> Followed:
    series.sort(key=lambda one: (one.as_of, _RANK[Origin(one.origin)], one.pk))
    by_label = {Label(one.label): one for one in series}  # the last of each label stays
    return Followed(row, sheet, part, series[-1] if series else None, by_label, tuple(series))
