"""The day of somebody who comes: their meetings in order, their pauses, what they lost, what changed from one timetable to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from django.db.models import Q

from ensembleur.meetings.choices import BookingState, EventState, MeetingState
from ensembleur.meetings.models import Attendee, Booking, Event, Meeting, Placement, Slot, Version

CHANGES = 30  # the latest, on one's page
AT_ONCE = 400  # people named in one request; beyond, everybody's placements are read


@dataclass(frozen=True)
class Appointment:
    """One meeting as one person lives it. met : whom they meet; an interpreter meets both sides."""

    placement: Placement
    slot: Slot
    met: tuple[Attendee, ...]

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.placement.meeting

    @property
    def seat(self) -> tuple[int, int | None, tuple[int, ...]]:
        """What a change is told by: the slot, the place, who comes."""
        return self.slot.number, self.placement.place_id, tuple(one.pk for one in self.met)


@dataclass(frozen=True)
class Loss:
    """A meeting somebody had been told and no longer has. is_cancelled : for both sides; otherwise it goes on without them.

    sequence : the number the cancellation bears, greater than any the person was given.
    """

    was: Appointment
    is_cancelled: bool
    sequence: int


class Changed(StrEnum):
    """What becomes of a meeting in somebody's agenda."""

    ADDED = "added"
    MOVED = "moved"
    SEATED = "seated"
    PEOPLE = "people"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One line of what changed: `before` is None for a meeting added, `after` for one removed."""

    version: Version
    kind: Changed
    before: Appointment | None
    after: Appointment | None


@dataclass(frozen=True)
class Agenda:
    """What one person is told, in the order of the day. changes : the latest first."""

    person: Attendee
    appointments: Sequence[Appointment] = ()
    losses: Sequence[Loss] = ()
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Gap:
    """A pause between two meetings. is_away : the person had said they would not be there."""

    starts_at: datetime
    ends_at: datetime
    is_away: bool


def agendas_of(version: Version, people: Collection[Attendee], former: Version | None = None) -> list[Agenda]:
    """The agendas of these people in a version, and what they lose since `former`, read at once."""
    told = _told(version.event, people, [one for one in (former, version) if one is not None])
    agendas = []
    for person in people:
        now = told[person.pk][version.pk]
        before = told[person.pk][former.pk] if former is not None else {}
        losses = [_loss(was, is_next=False) for meeting, was in before.items() if meeting not in now]
        changes = _between(version, before, now) if former is not None else []
        agendas.append(Agenda(person, list(now.values()), losses, changes))
    return agendas


def agenda_of(person: Attendee) -> Agenda:
    """What one person is told now, and what changed each time a timetable was published after the first.

    Who no longer takes part, or whose event is cancelled, loses what they had.
    """
    event = person.registration.event
    versions = published_versions(event)
    told = _told(event, [person], versions)[person.pk]
    current = event.published_version_id or 0
    lives = person.is_in and event.state != EventState.CANCELLED
    planned = {meeting: one for meeting, one in told[current].items() if one.meeting.state != MeetingState.CANCELLED}
    now = planned if lives else {}
    lost: dict[int, Loss] = {}
    for version in versions:  # the latest hour that was told is the one that is cancelled
        for meeting, was in told[version.pk].items():
            if meeting not in now:
                lost[meeting] = _loss(was, is_next=version.pk == current)
    changes: list[Change] = []
    for former, version in pairwise(versions):
        changes[:0] = _between(version, told[former.pk], told[version.pk])
    return Agenda(person, list(now.values()), list(lost.values()), changes[:CHANGES])


def published_versions(event: Event) -> list[Version]:
    """The timetables that people were told, in order."""
    found = list(event.versions.filter(published_at__isnull=False).defer("problem").order_by("published_at", "number"))
    for version in found:
        version.event = event
    return found


def gaps_of(agenda: Agenda, slots: Sequence[Slot]) -> Iterator[Gap]:
    """The pauses: a free slot at least between two meetings, or a change of session. slots : of the event, in order."""
    held = list(agenda.appointments)
    away = set(agenda.person.absent_slots)
    for one, other in pairwise(held):
        free = [slot.number for slot in slots if one.slot.number < slot.number < other.slot.number]
        if free or one.slot.session != other.slot.session:
            yield Gap(one.slot.ends_at, other.slot.starts_at, bool(free) and away.issuperset(free))


def booked_by(person: Attendee) -> list[Booking]:
    """The sessions of the programme where they have a seat."""
    booked = Booking.objects.filter(attendee=person, state=BookingState.BOOKED)
    return list(booked.select_related("session__place").order_by("session__starts_at", "pk"))


def seats_told(people: Collection[Attendee]) -> list[Booking]:
    """The seats that calendars know: those these people have, and those they had and gave back."""
    known = Q(state=BookingState.BOOKED) | Q(state=BookingState.CANCELLED, sequence__gt=0)
    seats = Booking.objects.filter(known, attendee__in=[one.pk for one in people])
    return list(seats.select_related("session__place").order_by("session__starts_at", "pk"))


def _told(
    event: Event, people: Collection[Attendee], versions: Collection[Version]
) -> dict[int, dict[int, dict[int, Appointment]]]:
    """{person: {version: {meeting: appointment}}}, from one reading of the placements."""
    slots = {slot.number: slot for slot in event.slots.all()}
    wanted = {one.pk for one in people}
    rows = Placement.objects.filter(version__in=versions).placed()
    if len(wanted) <= AT_ONCE:
        rows = rows.filter(Q(attendee_a__in=wanted) | Q(attendee_b__in=wanted) | Q(interpreter__in=wanted))
    joined = ("meeting", "place", "attendee_a__registration__visit", "attendee_b__registration")
    told: dict[int, dict[int, dict[int, Appointment]]] = {pk: defaultdict(dict) for pk in wanted}
    for row in rows.select_related(*joined).order_by("slot", "pk"):
        for pk in {row.attendee_a_id, row.attendee_b_id, row.interpreter_id} & wanted:
            if row.slot in slots:
                told[pk][row.version_id][row.meeting_id] = Appointment(row, slots[row.slot], _met(row, pk))
    return told


def _met(row: Placement, person: int) -> tuple[Attendee, ...]:
    return tuple(one for one in (row.attendee_a, row.attendee_b) if one.pk != person)


def _loss(was: Appointment, *, is_next: bool) -> Loss:
    """is_next : the timetable still holds the meeting, whose number moves on when the next is published."""
    meeting = was.meeting
    is_cancelled = meeting.state == MeetingState.CANCELLED
    return Loss(was, is_next or is_cancelled, meeting.sequence + (is_next and not is_cancelled))


def _between(version: Version, before: dict[int, Appointment], after: dict[int, Appointment]) -> list[Change]:
    lines = []
    for meeting in before.keys() | after.keys():
        one, other = before.get(meeting), after.get(meeting)
        if one is None or other is None:
            lines.append(Change(version, Changed.ADDED if one is None else Changed.REMOVED, one, other))
        elif one.seat != other.seat:
            kinds = (Changed.MOVED, Changed.SEATED, Changed.PEOPLE)
            kind = next(word for word, was, now in zip(kinds, one.seat, other.seat, strict=True) if was != now)
            lines.append(Change(version, kind, one, other))
    return sorted(lines, key=lambda line: (line.after or line.before).slot.number)  # type: ignore[union-attr]
