"""Takes the measurements of a day from operations: adds what is new, explains what differs, leaves locked periods alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.registry import Measured
from ensembleur.strategy.engine.taking import Said, Seal, largest, why_they_differ
from ensembleur.strategy.models import Indicator, Measurement, PeriodLock, Strategy
from ensembleur.strategy.permissions import may_measure
from ensembleur.strategy.queries.content import Held, held_strategies
from ensembleur.strategy.queries.figures import Figure, figures

FOUR = Decimal("0.0001")
KINDS = ("added", "same", "differs", "held", "not_measured")


@dataclass(frozen=True)
class Line:
    """What the taking did about one indicator. what : one of KINDS; `held` is compared, explained and not written.

    before : the value of the same day until now.   overlap : how many units its parts count again.   says : why, in French.
    """

    strategy: str
    code: str
    what: str
    value: Decimal | None = None
    before: Decimal | None = None
    units: int | None = None
    overlap: int | None = None
    seen_since: date | None = None
    says: str = ""


@dataclass(frozen=True)
class Taken:
    """What a taking did, line by line, in the order of the strategies' files."""

    as_of: date
    dry_run: bool = False
    lines: list[Line] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many lines of each kind."""
        return {kind: sum(line.what == kind for line in self.lines) for kind in KINDS}


def take_measurements(
    *,
    as_of: date,
    by: User | str,
    now: datetime,
    slug: str = "",
    dry_run: bool = False,
    on_done: Callable[[int, int], None] | None = None,
) -> Taken:
    """Measure every followed indicator as of a day, past days included, from what operations say of that day.

    Doing it again adds nothing when operations did not change; when they did, a new line replaces the former one and says why.
    A day inside a locked period is compared and left as it is, and so is a value that people corrected and approved.
    Everything is read first, so that nobody waits to write meanwhile; what is new is then written at once, or not at all.

    slug : one strategy only.   by : a person, or "command:name".   on_done : called after each indicator (done, of how many).
    Raises Refused for a day to come, or one before the strategy began; BadInput for a strategy that is not loaded; NotAllowed.
    """
    chosen = _chosen(slug, as_of)
    if not isinstance(by, str):
        for held in chosen:
            check(may_measure, by, held.row)
    if as_of > paris_day(now):
        raise Refused("day_to_come", _("On ne mesure pas un jour à venir : choisissez une date passée ou aujourd'hui."))
    taken = Taken(as_of, dry_run)
    measured = [(held, found) for held, found in zip(chosen, figures(chosen, as_of=as_of, on_done=on_done), strict=True)]
    with transaction.atomic():
        who = by if isinstance(by, str) else f"user:{by.pk}"
        list(Strategy.objects.select_for_update().filter(pk__in=[held.row.pk for held in chosen]).order_by("pk"))
        for held, found in measured:
            settled = list(_settled(held, found, as_of, now, who))
            taken.lines.extend(line for line, _fresh in settled)
            if not dry_run:
                Measurement.objects.bulk_create([fresh for _line, fresh in settled if fresh is not None])
        if not dry_run and taken.counts()["added"] + taken.counts()["differs"]:
            told = {"as_of": as_of.isoformat(), **taken.counts()}
            record_act(by=by, verb="take_measurements", thing=f"strategy.strategy:{slug or 'all'}", now=now, after=told)
    return taken


def _chosen(slug: str, as_of: date) -> list[Held]:
    loaded = held_strategies()
    if not slug:
        return [held for held in loaded if held.row.period_start <= as_of]
    found = [held for held in loaded if held.row.pk == slug]
    if not found:
        known = ", ".join(held.row.pk for held in loaded) or "aucune"
        raise BadInput(
            "unknown_strategy",
            _("La stratégie « %(slug)s » n'est pas chargée ; celles qui le sont : %(known)s.")
            % {"slug": slug[:60], "known": known},
        )
    if found[0].row.period_start > as_of:
        raise Refused(
            "not_begun",
            _("Cette stratégie commence le %(day)s : rien n'est à mesurer avant.")
            % {"day": f"{found[0].row.period_start:%d/%m/%Y}"},
        )
    return found


def _settled(
    held: Held, found: Sequence[Figure], as_of: date, now: datetime, who: str
) -> Iterator[tuple[Line, Measurement | None]]:
    """Each figure with what becomes of it, and the line to write if there is one."""
    rows = {row.code: row for row in Indicator.objects.filter(strategy=held.row, retired_at__isnull=True)}
    former = _former(rows, as_of)
    locks = PeriodLock.objects.filter(strategy=held.row, lifted_at__isnull=True)
    is_locked = locks.filter(period_start__lte=as_of, period_end__gt=as_of).exists()
    for figure in found:
        row = rows.get(figure.sheet.code)
        if row is None or figure.measured is None:
            yield Line(held.row.pk, figure.sheet.code, "not_measured", says=figure.says), None
            continue
        fresh = _drawn(row, figure, figure.measured, as_of, now, who)
        before = former.get(row.pk)
        what, says = _judged(fresh, before, is_locked=is_locked, is_gone=figure.measured.is_gone)
        line = Line(
            strategy=held.row.pk,
            code=row.code,
            what=what,
            value=fresh.value,
            before=before.value if before else None,
            units=fresh.units,
            overlap=fresh.overlap,
            seen_since=fresh.seen_since,
            says=says or fresh.why.get("fr", ""),
        )
        if what == "differs":
            fresh.replaces, fresh.reason = before, says[:500]
        yield line, fresh if what in ("added", "differs") else None


def _former(rows: Mapping[str, Indicator], as_of: date) -> dict[int, Measurement]:
    """Indicator → the last line computed of that day, with what replaced it if anything did."""
    found = Measurement.objects.filter(indicator__in=[row.pk for row in rows.values()], as_of=as_of, origin=Origin.COMPUTED)
    lines = found.select_related("replaced_by").defer("breakdown", "replaced_by__breakdown").order_by("pk")
    return {one.indicator_id: one for one in lines}


def _drawn(row: Indicator, figure: Figure, measured: Measured, as_of: date, now: datetime, who: str) -> Measurement:
    since = measured.seen_since
    return Measurement(
        indicator=row,
        origin=Origin.COMPUTED,
        label=figure.sheet.label.value,
        period_start=figure.start,
        period_end=as_of + timedelta(days=1),
        as_of=as_of,
        value=None if measured.value is None else measured.value.quantize(FOUR),
        numerator=measured.numerator,
        denominator=measured.denominator,
        units=len(measured.members) if measured.contributions is not None else None,
        overlap=figure.overlap,
        largest=largest(measured),
        seen_since=since if since is not None and since > figure.start else None,
        breakdown=figure.breakdown,
        why={"fr": measured.why, "en": measured.why_en} if measured.why else {},
        query=figure.query,
        input_hash=figure.seal.text,
        taken_at=now,
        taken_by=who,
    )


def _judged(fresh: Measurement, before: Measurement | None, *, is_locked: bool, is_gone: bool) -> tuple[str, str]:
    """(what becomes of it, why): see KINDS. Reasons are kept with the records, in their language."""
    if before is None:
        if is_gone:
            return "not_measured", ""
        return ("held", "La période est verrouillée : rien n'y entre plus.") if is_locked else ("added", "")
    if before.input_hash == fresh.input_hash:
        return "same", ""
    if is_gone and before.value is not None:
        return "held", f"{fresh.why['fr']} La valeur prise le {paris_day(before.taken_at):%d/%m/%Y} reste."
    says = why_they_differ(_said(before), _said(fresh), fresh.as_of)
    if hasattr(before, "replaced_by"):
        return "held", f"{says} Une valeur corrigée et validée tient ce jour-là : elle reste."
    return ("held", says) if is_locked else ("differs", says)


def _said(one: Measurement) -> Said:
    return Said(one.value, one.units, one.query, one.period_start, Seal.read(one.input_hash))
