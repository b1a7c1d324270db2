"""A small forum on its day: published, its slots from 9 h in Paris, every hour named after what happens then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ensembleur.meetings.choices import EventState, VersionOrigin
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Meeting as Asked
from ensembleur.meetings.models import Attendee, Event, Letter, Meeting, Placement, Slot
from ensembleur.meetings.queries.frames import frame_of
from ensembleur.meetings.services.publishing import publish_version
from ensembleur.meetings.services.versions import write_version
from tests.factories import meetings as make
from tests.meetings.timetable.made import drafted, forum
from tests.meetings.timetable.made import lead as lead

MORNING = make.OPENING - timedelta(hours=1)  # before the first slot
FIRST = make.OPENING + timedelta(minutes=6)  # in the first, once people were waited for
SECOND = make.OPENING + timedelta(minutes=26)
EVENING = make.OPENING + timedelta(hours=5)


def open_day(buyers: int = 3, suppliers: int = 4, **fields: Any) -> Event:
    """A forum whose timetable was told to everybody, on its day; the letters already sent are not counted."""
    event = forum(buyers, suppliers, **fields)
    publish_version(version=drafted(event), seen=0, by=lead(event), now=make.NOW)
    Letter.objects.all().delete()
    Event.objects.filter(pk=event.pk).update(state=EventState.DAY)
    event.refresh_from_db()
    return event


def published(event: Event, placed: Iterable[tuple[Meeting, int | None, str]]) -> None:
    """These meetings, where they are said to be (None for no slot), are the timetable people were told."""
    placed, problem = list(placed), frame_of(event).problem
    asked = tuple(
        Asked(f"m{one.pk}", (f"a{make.first(one.registration_a).pk}", f"a{make.first(one.registration_b).pk}"), problem.all_slots)
        for one, _slot, _code in placed
    )
    problem = replace(problem, meetings=asked)
    slots = {f"m{one.pk}": slot for one, slot, _code in placed if slot is not None}
    places = {f"m{one.pk}": f"p{event.places.get(code=code).pk}" for one, slot, code in placed if slot is not None}
    left = tuple(Unplaced(one.id, WhyNot.NO_TABLE) for one in asked if one.id not in slots)
    plan = Plan(slots, places, left, score(problem, slots, places))
    version = write_version(event=event, problem=problem, plan=plan, origin=VersionOrigin.COMPUTED, by=None, now=make.NOW)
    publish_version(version=version, seen=0, by=lead(event), now=make.NOW)
    Letter.objects.all().delete()
    event.refresh_from_db()


def places_of(event: Event) -> dict[int, tuple[int | None, int | None]]:
    """{meeting: (slot, place)} of what people were told."""
    event.refresh_from_db()
    rows = Placement.objects.filter(version=event.published_version).placed()
    return {meeting: (slot, place) for meeting, slot, place in rows.values_list("meeting_id", "slot", "place_id")}


def in_slot(event: Event, slot: int) -> list[Placement]:
    """The meetings of a slot, in order."""
    rows = Placement.objects.filter(version=event.published_version, slot=slot)
    joined = ("meeting__event", "attendee_a__registration__event", "attendee_b__registration__event")
    return list(rows.select_related(*joined).order_by("pk"))


def busy(event: Event, slot: int) -> Attendee:
    """Somebody on side B who has a meeting in this slot."""
    return in_slot(event, slot)[0].attendee_b


def arrive(event: Event) -> None:
    """Everybody is there."""
    Attendee.objects.filter(registration__event=event).update(arrived_at=MORNING)


def told() -> set[int]:
    """Who was written to."""
    return set(Letter.objects.values_list("attendee_id", flat=True))


def again(thing: Any) -> Any:
    """The same, read again."""
    return type(thing).objects.get(pk=thing.pk)


def near(event: Event) -> Event:
    """The same event, its first slot being held now by the real clock, for pages."""
    shift = timezone.now() - FIRST
    for slot in Slot.objects.filter(event=event):
        slot.starts_at += shift
        slot.ends_at += shift
        slot.save()
    return event
