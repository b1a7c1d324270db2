"""A timetable as people read it: people × slots, one person's list, and every meeting in full for files and paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Q, QuerySet

from ensembleur.meetings.models import Attendee, Event, Placement, Slot, Version


@dataclass(frozen=True)
class Hour:
    """One slot of a version; without instants when it is only assumed."""

    number: int
    session: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Cell:
    """What somebody has in a slot: a meeting with whom and where, an absence, or nothing."""

    hour: Hour
    placement: Placement | None = None
    other: Attendee | None = None
    is_away: bool = False


def hours_of(version: Version) -> list[Hour]:
    """The slots of a version, in order."""
    known: dict[int, Slot] = {one.number: one for one in version.event.slots.all()}
    count = int(version.problem.get("slots") or len(known))
    return [
        Hour(number, known[number].session, known[number].starts_at, known[number].ends_at) if number in known else Hour(number)
        for number in range(count)
    ]


def people_of(event: Event, *, side: str = "", words: str = "") -> QuerySet[Attendee]:
    """Those who take part, by organisation; of one side, or whose name or organisation has these words."""
    people = Attendee.objects.in_accepted().filter(registration__event=event, erased_at__isnull=True)
    if side:
        people = people.filter(registration__side=side)
    if words:
        people = people.filter(Q(name__icontains=words) | Q(registration__name__icontains=words))
    return people.select_related("registration").order_by("registration__name", "name", "pk")


def rows_of(version: Version, people: Sequence[Attendee], hours: Sequence[Hour]) -> list[tuple[Attendee, list[Cell]]]:
    """The agendas of these people in these slots, read at once."""
    pks = [one.pk for one in people]
    theirs = Q(attendee_a__in=pks) | Q(attendee_b__in=pks) | Q(interpreter__in=pks)
    found: dict[tuple[int, int], Placement] = {}
    placed = version.placements.placed().filter(theirs, slot__in=[hour.number for hour in hours])
    for one in placed.select_related("attendee_a__registration", "attendee_b__registration", "place", "meeting"):
        for pk in (one.attendee_a_id, one.attendee_b_id, one.interpreter_id):
            found[pk, one.slot] = one
    return [(person, [_cell(person, hour, found.get((person.pk, hour.number))) for hour in hours]) for person in people]


def _cell(person: Attendee, hour: Hour, placement: Placement | None) -> Cell:
    if placement is None:
        return Cell(hour, is_away=hour.number in person.absent_slots)
    other = placement.attendee_b if placement.attendee_a_id == person.pk else placement.attendee_a
    return Cell(hour, placement, other)


@dataclass(frozen=True)
class Line:
    """One meeting in full."""

    hour: Hour
    place: str
    first: str
    first_of: str
    second: str
    second_of: str
    interpreter: str
    is_locked: bool

    @property
    def people(self) -> tuple[tuple[str, str, str, str], ...]:
        """(person, their organisation, the other, theirs), seen from each end."""
        return (
            (self.first, self.first_of, self.second, self.second_of),
            (self.second, self.second_of, self.first, self.first_of),
        )


def lines_of(version: Version) -> list[Line]:
    """Every meeting that has a slot, in the order of the day then of the places."""
    hours = {hour.number: hour for hour in hours_of(version)}
    fields = (
        *("slot", "place__code", "attendee_a__name", "attendee_a__registration__name"),
        *("attendee_b__name", "attendee_b__registration__name", "interpreter__name", "locked"),
    )
    rows = version.placements.placed().order_by("slot", "place__rank", "pk").values_list(*fields)
    return [
        Line(hours.get(slot, Hour(slot)), place or "", a, of_a, b, of_b, interpreter or "", locked)
        for slot, place, a, of_a, b, of_b, interpreter, locked in rows
    ]


@dataclass(frozen=True)
class Sheet:
    """What is printed together: the day of one person, or of one place."""

    title: str
    below: str
    rows: list[tuple[Hour, str, str]]  # when, with whom, where


def by_person(lines: Iterable[Line]) -> Iterator[Sheet]:
    """The day of each person, by organisation."""
    ends = [
        (of, who, line.hour, f"{other} ({of_other})", line.place) for line in lines for who, of, other, of_other in line.people
    ]
    ends.sort(key=lambda end: (end[0].casefold(), end[1].casefold(), end[2].number))
    for (of, who), rows in groupby(ends, key=lambda end: end[:2]):
        yield Sheet(who, of, [(hour, other, place) for _of, _who, hour, other, place in rows])


def by_place(lines: Iterable[Line]) -> Iterator[Sheet]:
    """The day of each place, in the order of the first slots."""
    order: Mapping[str, int] = {line.place: rank for rank, line in reversed(list(enumerate(lines)))}
    held = sorted(lines, key=lambda line: (order[line.place], line.hour.number))
    for place, rows in groupby(held, key=attrgetter("place")):
        yield Sheet(place, "", [(one.hour, f"{one.first} ({one.first_of})", f"{one.second} ({one.second_of})") for one in rows])
