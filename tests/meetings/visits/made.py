"""A day of visits: sites with their offer, a school with its groups, and a timetable that people were told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ensembleur.meetings.choices import EventKind, EventState, Side
from ensembleur.meetings.models import Event, Meeting, Registration
from ensembleur.meetings.services.publishing import publish_version
from tests.factories import meetings as make
from tests.meetings.timetable.made import drafted

NOW = make.NOW
OFFER: dict[str, Any] = {
    "title": "La forge", "summary": "", "seats": 15, "groups_at_once": 1, "min_age": 13, "max_age": None,
    "safety_rules": "Chaussures fermées.", "step_free": True, "address": "2 rue Fictive", "commune": "95018", "longitude": 2.25,
    "latitude": 48.95,
}  # fmt: skip


def day(state: str = EventState.WISHES, **fields: Any) -> Event:
    """An empty day of visits."""
    return make.event(EventKind.VISITS, state, tables=0, answer_days=15, **fields)


def site(event: Event, *, people: int = 1, **offer: Any) -> Registration:
    """A site with its offer."""
    made = make.registration(event, Side.A, people=people)
    make.visit(made, **{"longitude": 2.25, "latitude": 48.95, **offer})
    return made


def school(event: Event, *groups: tuple[int, int | None]) -> Registration:
    """A school with its groups: (size, age)."""
    made = make.registration(event, Side.B, people=0, origin="school")
    for size, age in groups or ((12, 14),):
        make.attendee(made, group_size=size, group_age=age)
    return made


def lead(event: Event) -> Any:
    """Who runs it."""
    return event.organisers.first().user  # type: ignore[union-attr]


def told(event: Event | None = None, *, now: Any = NOW) -> Meeting:
    """The one visit of a published timetable."""
    event = event or day(EventState.TIMETABLE)
    group = school(event).attendees.get()
    make.wish(group.registration, site(event), "accepted", group=group)
    publish(event, now=now)
    return Meeting.objects.get(event=event)


def publish(event: Event, *, now: Any = NOW) -> None:
    """Make a timetable and tell it."""
    seen = event.published_version.number if event.published_version else 0
    publish_version(version=drafted(event), seen=seen, by=lead(event), now=now)
    event.refresh_from_db()


def days(number: int) -> Any:
    """So many days after the publication."""
    return NOW + timedelta(days=number)
