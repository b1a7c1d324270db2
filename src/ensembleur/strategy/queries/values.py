"""The values of a strategy's indicators as they stood on a day: the latest of each label, never mixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, Q

from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Confidentiality, Label, OverTime
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.models import Indicator, Measurement
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held

LEAST_UNITS = 3
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
    """Whether this value is kept from the public: it would say something of one or two companies."""
    if sheet.confidentiality is Confidentiality.PUBLIC:
        return False
    return measurement.units is not None and 0 < measurement.units < LEAST_UNITS


def followed(
    held: Held, *, as_of: date, user: Any = None, codes: Iterable[str] | None = None, whole: bool = True
) -> dict[str, Followed]:
    """Every indicator of a strategy by its code, with its values known on `as_of`; two queries whatever their number.

    user : internal indicators are given only to those who may read the room.   codes : these indicators only.
    whole : False leaves out of a series what no page of the whole strategy shows (one query more, and years of values less to read).
    """
    sheets = {sheet.code: (part, sheet) for part, sheet in held.content.indicators()}
    if not may_read_room(user, held.row):
        sheets = {code: pair for code, pair in sheets.items() if pair[1].confidentiality is not Confidentiality.INTERNAL}
    wanted = set(sheets) if codes is None else set(sheets) & set(codes)
    rows = {row.code: row for row in Indicator.objects.filter(strategy=held.row, retired_at__isnull=True) if row.code in wanted}
    standing: dict[int, list[Measurement]] = defaultdict(list)
    found = Measurement.objects.standing().known_on(as_of).filter(indicator__in=[row.pk for row in rows.values()])
    if not whole:
        found = _lasts(found, [row.pk for code, row in rows.items() if sheets[code][1].over_time is OverTime.FLOW])
    for measurement in found.defer("breakdown").order_by("as_of", "pk"):
        standing[measurement.indicator_id].append(measurement)
    return {code: _followed(rows[code], *sheets[code], standing[rows[code].pk]) for code in sheets if code in rows}


def _lasts(found: Any, flows: list[int]) -> Any:
    """The values of the last days of each indicator and label, and all those of flows, whose targets each have a year of their own."""
    lasts = found.exclude(indicator__in=flows).order_by().values_list("indicator", "label").annotate(last=Max("as_of"))
    days = {last for _indicator, _label, last in lasts}
    return found.filter(Q(indicator__in=flows) | Q(as_of__in=days))


def _followed(row: Indicator, part: Part, sheet: Sheet, series: list[Measurement]) -> Followed:
    series.sort(key=lambda one: (one.as_of, _RANK[Origin(one.origin)], one.pk))
    by_label = {Label(one.label): one for one in series}  # the last of each label stays
    return Followed(row, sheet, part, series[-1] if series else None, by_label, tuple(series))
