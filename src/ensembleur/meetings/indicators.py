"""What events measure for the strategy: who came, how many met, whether it was useful, and what lasts six months after.

A person came when somebody checked them in; a meeting was held when it was marked so, or when one of its sides said what came of
it. What nobody recorded is unknown, never zero. An event counts on its first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet

from ensembleur.accounts.engine.perimeters import DEPARTEMENTS_OF_REGION, departement_of
from ensembleur.errors import BadInput
from ensembleur.meetings.choices import EventKind, EventState, LaterNews, MeetingState, NextStep, Side
from ensembleur.meetings.models import Attendee, Event, Meeting, Outcome
from ensembleur.periods import paris_day
from ensembleur.strategy.engine.registry import Measured, Reading, measures

SIX_MONTHS = timedelta(days=180)
NO_EVENT = ("Aucun événement n'a été tenu sur la plateforme.", "No event was held on the platform.")
NO_MEETING = ("Aucun rendez-vous n'est noté comme tenu.", "No meeting is recorded as held.")
NO_CHECK_IN = ("Aucune arrivée n'a été pointée : qui est venu n'est pas connu.", "No arrival was recorded: who came is unknown.")
NO_ANSWER = ("Personne n'a encore dit si son rendez-vous était utile.", "Nobody has said yet whether their meeting was useful.")
NOT_YET = ("Aucune suite n'a encore six mois.", "No follow-up is six months old yet.")
LASTS = (LaterNews.SIGNED, LaterNews.HIRED, LaterNews.GOING_ON)


@measures("meetings_events", parameters=("kind",))
def events(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Events of the period whose day was opened by their organiser; None as long as there is none."""
    opened = Event.objects.filter(pk__in=_events(reading, given), state__in=(EventState.DAY, EventState.CLOSED))
    count = opened.count()
    return _told(reading, Decimal(count) if count else None, NO_EVENT)


@measures("meetings_participants", parameters=("kind", "side"))
def participants(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """People checked in at the events of the period, each of a group counted; one who came to two events counts for two.

    side : "A" or "B", those of one side only: the visitors of a fair are its side B.
    """
    came = _came(reading, given)
    if side := given.get("side", ""):
        if side not in Side.values:
            raise BadInput("unknown_side", f"« side: » attend un côté parmi {', '.join(Side.values)}.")
        came = came.filter(registration__side=side)
    sizes = list(came.values_list("group_size", flat=True))
    return _told(reading, Decimal(sum(sizes)) if sizes else None, NO_CHECK_IN)


@measures("meetings_organisations", parameters=("kind",))
def organisations(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Participations of which somebody at least was checked in; a person alone is one."""
    count = _came(reading, given).values("registration").distinct().count()
    return _told(reading, Decimal(count) if count else None, NO_CHECK_IN)


@measures("meetings_held", parameters=("kind",))
def held(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Meetings held at the events of the period; None as long as nobody recorded any."""
    rows = Meeting.objects.filter(event__in=_events(reading, given), state=MeetingState.HELD)
    count = rows.count()
    return _told(reading, Decimal(count) if count else None, NO_MEETING)


@measures("meetings_useful_share", parameters=("kind",))
def useful_share(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Of the answers given by the day measured, the share that says the meeting was useful; each side answers for itself.

    denominator : answers; the response rate stands beside on the event's own page.
    """
    said = _said(reading, given).filter(is_useful__isnull=False)
    total, useful = said.count(), said.filter(is_useful=True).count()
    if not total:
        return _told(reading, None, NO_ANSWER)
    return Measured(Decimal(useful) / total, Decimal(useful), Decimal(total), seen_since=_first_day(reading))


@measures("meetings_follow_up_share_six_months", parameters=("kind",))
def follow_up_share(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Of the follow-ups announced six months ago or more, the share still going on, signed or hired; silence counts as not.

    numerator : those that last.   denominator : those announced.
    """
    goes_on = (NextStep.FOLLOW_UP, NextStep.CONTRACT_EXPECTED, NextStep.HIRED)
    rows = [
        (said_at, later, later_at)
        for said_at, later, later_at in _said(reading, given)
        .filter(next_step__in=goes_on)
        .values_list("said_at", "later", "later_at")
        if paris_day(said_at) + SIX_MONTHS <= reading.as_of
    ]
    if not rows:
        return _told(reading, None, NOT_YET)
    lasting = sum(1 for _said_at, later, at in rows if later in LASTS and at is not None and paris_day(at) <= reading.as_of)
    return Measured(Decimal(lasting) / len(rows), Decimal(lasting), Decimal(len(rows)), seen_since=_first_day(reading))


def _events(reading: Reading, given: Mapping[str, Any]) -> list[int]:
    """The events of the period that took place: begun by the day measured, neither drafts nor cancelled."""
    kind = given.get("kind", "")
    if kind and kind not in EventKind.values:
        raise BadInput("unknown_kind", f"« kind: » attend un type d'événement parmi {', '.join(EventKind.values)}.")
    rows = Event.objects.filter(starts_on__lte=reading.as_of)
    rows = rows.exclude(state__in=[EventState.DRAFT, EventState.CANCELLED])
    if reading.start is not None:
        rows = rows.filter(starts_on__gte=reading.start)
    if kind:
        rows = rows.filter(kind=kind)
    inside = DEPARTEMENTS_OF_REGION.get(reading.region, frozenset())
    return [pk for pk, commune in rows.values_list("pk", "commune") if not reading.region or departement_of(commune) in inside]


def _came(reading: Reading, given: Mapping[str, Any]) -> QuerySet[Attendee]:
    return Attendee.objects.filter(registration__event__in=_events(reading, given), arrived_at__date__lte=reading.as_of)


def _said(reading: Reading, given: Mapping[str, Any]) -> QuerySet[Outcome]:
    return Outcome.objects.filter(meeting__event__in=_events(reading, given), said_at__date__lte=reading.as_of)


def _first_day(reading: Reading) -> Any:
    """The day of the oldest event the platform holds."""
    return reading.once("meetings.first", lambda: Event.objects.aggregate(first=Min("starts_on"))["first"])


def _told(reading: Reading, value: Decimal | None, why: tuple[str, str]) -> Measured:
    return Measured(
        value, seen_since=_first_day(reading), why="" if value is not None else why[0], why_en="" if value is not None else why[1]
    )
