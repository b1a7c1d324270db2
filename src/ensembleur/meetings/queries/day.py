"""The day of an event as those who welcome people see it: what is held now, who is there, each table, what is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Min, Q, QuerySet

from ensembleur.meetings.choices import MISSED, MeetingOrigin, MeetingState, RegistrationStatus, WishState
from ensembleur.meetings.models import Attendee, Event, Place, Placement, Proposal, Slot, Wish

NOTICE = timedelta(minutes=15)  # before a slot, people are already on their way to their table
LIVED = (MeetingState.HELD, *MISSED)


class Presence(StrEnum):
    """Where somebody is, as the welcome desk knows it."""

    EXPECTED = "expected"
    HERE = "here"
    LEFT = "left"
    ABSENT = "absent"


def presence_of(person: Attendee) -> Presence:
    """Arrived, gone again, said absent, or still expected."""
    if person.left_at is not None:
        return Presence.LEFT if person.arrived_at else Presence.ABSENT
    return Presence.HERE if person.arrived_at else Presence.EXPECTED


def coming(slots: Sequence[Slot], now: datetime) -> list[Slot]:
    """The slots that are not over."""
    return [slot for slot in slots if slot.ends_at > now]


def frozen_slot(slots: Sequence[Slot], now: datetime) -> int | None:
    """What the repair calls `now_slot`: in that slot and the next, nothing is put and nobody is moved; None before the day.

    In a long pause the slot to come may still change, so the one before the last begun is given.
    """
    begun = [slot for slot in slots if slot.starts_at <= now]
    if not begun:
        return None
    last, following = begun[-1], next((slot for slot in slots if slot.starts_at > now), None)
    is_pause = last.ends_at <= now and following is not None and following.starts_at - now > NOTICE
    return max(last.number - 1, 0) if is_pause else last.number


@dataclass(frozen=True)
class Table:
    """One meeting of a slot, and where its two people are."""

    placement: Placement
    first: Presence
    second: Presence

    @property
    def is_whole(self) -> bool:
        """Whether both are there."""
        return self.first is self.second is Presence.HERE

    @property
    def is_open(self) -> bool:
        """Whether nobody said yet what became of it."""
        return self.placement.meeting.state == MeetingState.PLANNED


@dataclass(frozen=True)
class Board:
    """One slot, table by table. empty : places that could be used and hold no meeting."""

    slot: Slot
    tables: list[Table]
    empty: int

    @property
    def expected(self) -> int:
        """How many people have a meeting."""
        return 2 * len(self.tables)

    @property
    def arrived(self) -> int:
        """How many of them are there."""
        return sum((one.first is Presence.HERE) + (one.second is Presence.HERE) for one in self.tables)

    @property
    def missing(self) -> int:
        """How many are not."""
        return self.expected - self.arrived

    @property
    def holdable(self) -> int:
        """The meetings whose two people came and of which nobody said anything."""
        return sum(one.is_open and came(one.placement) for one in self.tables)


def came(placement: Placement) -> bool:
    """Whether both people came that day, gone since or not."""
    return placement.attendee_a.arrived_at is not None and placement.attendee_b.arrived_at is not None


def board_of(event: Event, slot: Slot) -> Board:
    """The tables of one slot of the published timetable, in the order of the room."""
    joined = ("meeting", "place", "attendee_a__registration", "attendee_b__registration")
    rows = placed(event).filter(slot=slot.number).select_related(*joined).order_by("place__rank", "pk")
    tables = [Table(one, presence_of(one.attendee_a), presence_of(one.attendee_b)) for one in rows]
    used = {one.placement.place_id for one in tables}
    usable = [pk for pk, closed in event.places.values_list("pk", "closed_slots") if slot.number not in closed]
    return Board(slot, tables, sum(pk not in used for pk in usable))


def placed(event: Event) -> QuerySet[Placement]:
    """The meetings that have a slot in the timetable people were told."""
    return Placement.objects.filter(version=event.published_version_id).placed()


def day_of(event: Event, person: Attendee) -> list[Placement]:
    """The meetings of one person, in order."""
    joined = ("meeting__event", "place", "attendee_a__registration", "attendee_b__registration")
    return list(placed(event).of_person(person).select_related(*joined).order_by("slot", "pk"))


@dataclass(frozen=True)
class Counts:
    """From wishes to meetings, in numbers that do not mix. placed, held, missed leave out the slots refilled on the day."""

    asked: int
    accepted: int
    placed: int
    held: int
    missed: int
    refilled: int
    refilled_held: int
    people: int
    arrived: int
    absent: int


def counts_of(event: Event) -> Counts:
    """Those of the whole event."""
    wishes = Wish.objects.of_event(event).aggregate(
        asked=Count("pk", filter=~Q(state=WishState.WITHDRAWN)), accepted=Count("pk", filter=Q(state=WishState.ACCEPTED))
    )
    refilled, held = Q(origin=MeetingOrigin.REFILL), Q(state=MeetingState.HELD)
    told = event.meetings.filter(told_slot__isnull=False).exclude(state=MeetingState.CANCELLED)
    meetings = told.aggregate(
        placed=Count("pk", filter=~refilled),
        held=Count("pk", filter=held & ~refilled),
        missed=Count("pk", filter=Q(state__in=MISSED) & ~refilled),
        refilled=Count("pk", filter=refilled),
        refilled_held=Count("pk", filter=refilled & held),
    )
    people = people_in(event).aggregate(
        people=Count("pk"),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
        absent=Count("pk", filter=Q(arrived_at__isnull=True, left_at__isnull=False)),
    )
    return Counts(**wishes, **meetings, **people)


def people_in(event: Event) -> QuerySet[Attendee]:
    """Everybody who takes part."""
    return Attendee.objects.in_accepted().filter(registration__event=event, erased_at__isnull=True)


def who_gave_up(event: Event, now: datetime) -> list[tuple[Attendee, int]]:
    """Those who no longer take part and still have meetings to come in the published timetable, with how many."""
    slots = [slot.number for slot in coming(event.slots.all(), now)]
    out = Attendee.objects.filter(registration__event=event).filter(
        ~Q(registration__status=RegistrationStatus.ACCEPTED) | Q(erased_at__isnull=False)
    )
    return _counted(event, out, slots)


def _counted(event: Event, people: QuerySet[Attendee], slots: Collection[int]) -> list[tuple[Attendee, int]]:
    held: dict[int, int] = {}
    rows = placed(event).filter(
        Q(attendee_a__in=people) | Q(attendee_b__in=people), slot__in=slots, meeting__state=MeetingState.PLANNED
    )
    for ends in rows.values_list("attendee_a", "attendee_b"):
        for pk in ends:
            held[pk] = held.get(pk, 0) + 1
    return [(one, held[one.pk]) for one in people.filter(pk__in=held).select_related("registration").order_by("name", "pk")]


def who_came_late(event: Event) -> QuerySet[Attendee]:
    """Those accepted since the first publication, who have no meeting in the timetable people have."""
    told_at = event.versions.aggregate(at=Min("published_at"))["at"]
    held = Placement.objects.filter(version=event.published_version_id)
    people = people_in(event).exclude(pk__in=held.values("attendee_a")).exclude(pk__in=held.values("attendee_b"))
    late = people.filter(registration__decided_at__gt=told_at) if told_at else people.none()
    return late.select_related("registration").order_by("name", "pk")


def is_current(proposal: Proposal) -> bool:
    """Whether it was made of the timetable people have now."""
    return proposal.base_id == proposal.event.published_version_id


def holdable(event: Event, now: datetime) -> list[tuple[Slot, int]]:
    """The past slots where meetings whose two people came wait for a word, with how many, the latest first."""
    rows = placed(event).filter(
        meeting__state=MeetingState.PLANNED, attendee_a__arrived_at__isnull=False, attendee_b__arrived_at__isnull=False
    )
    count = dict(rows.order_by().values_list("slot").annotate(n=Count("pk")))
    return [(slot, count[slot.number]) for slot in reversed(event.slots.all()) if slot.ends_at <= now and slot.number in count]


def first_meetings(event: Event) -> dict[int, tuple[int, Place | None]]:
    """{person: (the slot of their first meeting, its place)}."""
    places = {one.pk: one for one in event.places.all()}
    found: dict[int, tuple[int, Place | None]] = {}
    rows = placed(event).order_by("slot", "pk").values_list("slot", "place_id", "attendee_a", "attendee_b")
    for slot, place, *ends in rows:
        for pk in ends:
            found.setdefault(pk, (slot, places.get(place)))
    return found
