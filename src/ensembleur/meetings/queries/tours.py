"""Tours of the bus: the stops of one, and the public calendar of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet, Sum

from ensembleur.accounts.engine.perimeters import departement_of
from ensembleur.meetings.choices import EventKind, EventState
from ensembleur.meetings.models import Attendee, Event, TourStop
from ensembleur.periods import PARIS, add_months
from ensembleur.territory.models import Departement

SHOWN = (EventState.REGISTRATION, EventState.WISHES, EventState.TIMETABLE, EventState.PUBLISHED, EventState.DAY)


@dataclass(frozen=True)
class Halt:
    """A stop as the public reads it. left : free seats of the tour, None without limit."""

    stop: TourStop
    commune: str
    left: int | None


def stops_of(event: Event) -> QuerySet[TourStop]:
    """The stops in the order of the day, with the site that receives."""
    return event.stops.select_related("registration").order_by("arrives_at", "number")


def coming_stops(today: date, departement: str = "", month: str = "") -> QuerySet[TourStop]:
    """The stops to come of every tour announced, of one département and one month (« 2027-01 ») when they are given."""
    rows = TourStop.objects.filter(event__kind=EventKind.TOUR, event__state__in=SHOWN, arrives_at__gte=_start(today))
    if departement:
        rows = rows.filter(commune__startswith=departement)
    if month:
        first = date.fromisoformat(f"{month}-01")
        rows = rows.filter(arrives_at__gte=_start(first), arrives_at__lt=_start(add_months(first, 1)))
    return rows.select_related("event").order_by("arrives_at", "event", "number")


def choices(today: date) -> tuple[list[tuple[str, str]], list[str]]:
    """What the calendar may be narrowed to: [(code, name)] of départements, and the months, « 2027-01 »."""
    codes, months = set(), set()
    for commune, arrives_at in coming_stops(today).values_list("commune", "arrives_at"):
        codes.add(departement_of(commune))
        months.add(f"{arrives_at.astimezone(PARIS):%Y-%m}")
    names = dict(Departement.objects.filter(code__in=codes).values_list("code", "name"))
    return sorted((code, names.get(code, code)) for code in codes), sorted(months)


def seats_left(events: Iterable[Event]) -> dict[int, int | None]:
    """{tour: its free seats, None without limit}, in one query."""
    events = list(events)
    people = Attendee.objects.in_accepted().filter(registration__event__in=events, erased_at__isnull=True)
    taken = dict(people.order_by().values_list("registration__event").annotate(n=Sum("group_size")))
    return {one.pk: None if one.max_people is None else max(one.max_people - taken.get(one.pk, 0), 0) for one in events}


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, PARIS)
