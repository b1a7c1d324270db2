"""Takes the measurements of a day from operations: adds what is new, explains what differs, leaves locked periods alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import OverTime, State
from ensembleur.strategy.engine.counting import union
from ensembleur.strategy.engine.registry import Measured, Reading, is_measured, measure_named
from ensembleur.strategy.models import Indicator, Measurement, PeriodLock
from ensembleur.strategy.permissions import may_measure
from ensembleur.strategy.queries.content import Held, held_strategies

FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Line:
    """What the taking did about one indicator. what : added | same | differs | held | not_measured."""

    strategy: str
    code: str
    what: str
    value: Decimal | None = None
    before: Decimal | None = None
    says: str = ""


@dataclass
class Taken:
    """What a taking did, line by line."""

    as_of: date
    lines: list[Line] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many lines of each kind."""
        kinds = ("added", "same", "differs", "held", "not_measured")
        return {kind: sum(line.what == kind for line in self.lines) for kind in kinds}


@transaction.atomic
def take_measurements(
    *, as_of: date, by: User | str, now: datetime, slug: str = "", dry_run: bool = False, on_rows: Any = None
) -> Taken:
    """Measure every followed indicator as of a day, past days included, from what operations say of that day.

    Doing it again adds nothing when operations did not change; when they did, a new line replaces the former one and says why.
    A day inside a locked period is compared and left as it is.   slug : one strategy only.   by : a person, or "command:name".
    on_rows : called with 1 after each indicator. Raises Refused for a day to come, NotAllowed.
    """
    if as_of > paris_day(now):
        raise Refused("day_to_come", _("On ne mesure pas un jour à venir : choisissez une date passée ou aujourd'hui."))
    taken, reading = Taken(as_of), Reading(as_of)
    for held in held_strategies():
        if (slug and held.row.pk != slug) or held.row.period_start > as_of:
            continue
        if isinstance(by, User):
            check(may_measure, by, held.row)
        taken.lines += _measure_strategy(held, reading, by, now, dry_run, on_rows)
    if not dry_run and taken.counts()["added"] + taken.counts()["differs"]:
        record_act(
            by=by,
            verb="take_measurements",
            thing=f"strategy:{slug or 'all'}",
            now=now,
            after={"as_of": as_of.isoformat(), **taken.counts()},
        )
    return taken


def _measure_strategy(held: Held, reading: Reading, by: User | str, now: datetime, dry_run: bool, on_rows: Any) -> Iterator[Line]:
    rows = {row.code: row for row in Indicator.objects.filter(strategy=held.row, retired_at__isnull=True)}
    known = _standing_on(rows, reading.as_of)
    locked = PeriodLock.objects.filter(
        strategy=held.row, lifted_at__isnull=True, period_start__lte=reading.as_of, period_end__gt=reading.as_of
    ).exists()
    who = by if isinstance(by, str) else f"user:{by.pk}"
    for row, sheet, measured, overlap in _measured(held, rows, reading):
        if measured is None:
            yield Line(held.row.pk, sheet.code, "not_measured")
        else:
            start = _start(sheet, held, reading.as_of)
            fresh = _drawn(row, sheet, measured, overlap, start, reading.as_of, now, who)
            line = _settled(held, sheet, fresh, known.get(row.pk), locked)
            if line.what in ("added", "differs") and not dry_run:
                fresh.reason = line.says[:500]
                fresh.save()
            yield line
        if on_rows:
            on_rows(1)


def _measured(
    held: Held, rows: Mapping[str, Indicator], reading: Reading
) -> Iterator[tuple[Indicator, Sheet, Measured | None, int | None]]:
    """Each active indicator with what it measures; those that unite others come after them."""
    found: dict[str, Measured] = {}
    sheets = [sheet for _part, sheet in held.content.indicators() if sheet.state is State.ACTIVE and sheet.code in rows]
    for sheet in sheets:
        if sheet.union_of:
            continue
        if not sheet.measured_by or not is_measured(sheet.measured_by):
            yield rows[sheet.code], sheet, None, None
            continue
        start = _start(sheet, held, reading.as_of)
        measured = measure_named(sheet.measured_by).function(reading.since(start), sheet.parameters)
        found[sheet.code] = measured
        yield rows[sheet.code], sheet, measured, None
    for sheet in sheets:
        if sheet.union_of:
            parts = [found[code] for code in sheet.union_of if code in found]
            united = union({code: found[code].members for code in sheet.union_of}) if len(parts) == len(sheet.union_of) else None
            if united is None:
                yield rows[sheet.code], sheet, None, None
            else:
                yield rows[sheet.code], sheet, _united(parts, united.total), united.overlap


def _united(parts: list[Measured], count: int) -> Measured:
    frames = [part.contributions for part in parts if part.contributions is not None]
    together = pl.concat(frames, how="diagonal").unique(subset="unit", keep="first", maintain_order=True) if frames else None
    since = min((part.seen_since for part in parts if part.seen_since), default=None)
    return Measured(Decimal(count), contributions=together, seen_since=since)


def _start(sheet: Sheet, held: Held, as_of: date) -> date:
    """The first day counted: a flow counts its own year, the others the strategy from its first day."""
    first = min((target.start for target in sheet.targets if target.start), default=held.row.period_start)
    return max(first, date(as_of.year, 1, 1)) if sheet.over_time is OverTime.FLOW else first


def _drawn(
    row: Indicator, sheet: Sheet, measured: Measured, overlap: int | None, start: date, as_of: date, now: datetime, who: str
) -> Measurement:
    registered = measure_named(sheet.measured_by) if sheet.measured_by else None
    query = f"{registered.name} v{registered.version}" if registered else "union v1"
    return Measurement(
        indicator=row,
        origin=Origin.COMPUTED,
        label=sheet.label.value,
        period_start=start,
        period_end=as_of + timedelta(days=1),
        as_of=as_of,
        value=None if measured.value is None else measured.value.quantize(FOUR),
        numerator=measured.numerator,
        denominator=measured.denominator,
        units=len(measured.members) if measured.contributions is not None else None,
        overlap=overlap,
        seen_since=measured.seen_since,
        breakdown=breakdown_of(measured, registered.dimensions if registered else sheet.disaggregations),
        why={"fr": measured.why, "en": measured.why_en} if measured.why else {},
        query=query,
        input_hash=_seal(measured, sheet, start, query),
        taken_at=now,
        taken_by=who,
    )


def breakdown_of(measured: Measured, dimensions: tuple[str, ...]) -> dict[str, dict[str, list[Any]]]:
    """dimension → key → [value, different units, largest contribution of one unit], as text and whole numbers."""
    frame = measured.contributions
    if frame is None or frame.is_empty():
        return {}
    found: dict[str, dict[str, list[Any]]] = {}
    for dimension in dimensions:
        if dimension not in frame.columns:
            continue
        by_unit = frame.group_by(dimension, "unit").agg(pl.col("value").sum())
        cells = by_unit.group_by(dimension).agg(
            pl.col("value").sum(), pl.len().alias("units"), pl.col("value").max().alias("largest")
        )
        rows = cells.with_columns(pl.col(dimension).fill_null("")).sort(dimension).iter_rows(named=True)
        found[dimension] = {one[dimension]: [str(one["value"]), one["units"], str(one["largest"])] for one in rows}
    return found


def _seal(measured: Measured, sheet: Sheet, start: date, query: str) -> str:
    frame = measured.contributions
    rows = "" if frame is None else frame.sort(frame.columns).write_csv()
    said = [query, start.isoformat(), str(measured.value), str(measured.numerator), str(measured.denominator), rows]
    return hashlib.sha256(json.dumps([*said, sheet.parameters], sort_keys=True, default=str).encode()).hexdigest()


def _standing_on(rows: Mapping[str, Indicator], as_of: date) -> dict[int, Measurement]:
    found = Measurement.objects.standing().filter(
        indicator__in=[row.pk for row in rows.values()], as_of=as_of, origin=Origin.COMPUTED
    )
    return {one.indicator_id: one for one in found.defer("breakdown")}


def _settled(held: Held, sheet: Sheet, fresh: Measurement, former: Measurement | None, locked: bool) -> Line:
    """What to do of a fresh value beside the one of the same day."""
    line = (held.row.pk, sheet.code)
    if former is None:
        if locked:
            says = _("La période est verrouillée : rien n'y entre plus.")
            return Line(*line, "held", fresh.value, None, says)
        return Line(*line, "added", fresh.value)
    if former.input_hash == fresh.input_hash:
        return Line(*line, "same", fresh.value, former.value)
    with override("fr"):  # a reason is kept in the language of the records
        says = _why_it_differs(fresh, former)
    if locked:
        return Line(*line, "held", fresh.value, former.value, says)
    fresh.replaces = former
    return Line(*line, "differs", fresh.value, former.value, says)


def _why_it_differs(fresh: Measurement, former: Measurement) -> str:
    if fresh.query != former.query:
        return _("Le calcul a changé (%(before)s, puis %(after)s).") % {"before": former.query, "after": fresh.query}
    if fresh.period_start != former.period_start:
        return _("La période comptée a changé : elle commence le %(after)s.") % {"after": fresh.period_start.isoformat()}
    return _(
        "Des opérations datées du %(day)s ou d'avant ont été enregistrées ou corrigées depuis : %(before)s, puis %(after)s."
    ) % {
        "day": former.as_of.isoformat(),
        "before": _shown(former),
        "after": _shown(fresh),
    }


def _shown(one: Measurement) -> str:
    value = "—" if one.value is None else f"{one.value.normalize():f}"
    return f"{value} ({one.units} unités)" if one.units is not None else value
