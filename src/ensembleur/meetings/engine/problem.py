"""A timetable to make: who attends, which meetings, which slots and places, which rules.

Slots are numbered from 0 in the order of the day. A set of slots is an integer, one bit a slot: slot s is bit `1 << s`. At most 62
slots, so that a set fits in a machine word.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_SLOTS = 62


@dataclass(frozen=True)
class Participant:
    """One column of the timetable: a person, a representative of an organisation, a guide of a site, a group of pupils.

    available : the slots where they can meet, as bits.
    max_consecutive : how many meetings in a row inside one session before a pause of one slot; None when they ask for no pause.
    max_meetings : the most they accept; None for as many as their slots.
    home : the place they keep all day, "" when they move.
    step_free : they need a place without a step.
    host : at equal rights, the others come to them.
    """

    id: str
    available: int
    name: str = ""
    organisation: str = ""
    side: str = ""
    max_consecutive: int | None = None
    max_meetings: int | None = None
    home: str = ""
    step_free: bool = False
    host: bool = False


@dataclass(frozen=True)
class Meeting:
    """One meeting to place. Two attendees as a rule; more when an interpreter or a third party is needed. Never keyed by its pair.

    allowed : the slots it may take, as bits, before the attendees' own are looked at (a session, for example).
    locked : the slot it keeps whatever happens; None when it is free.
    weight : what placing it is worth beside the others; 1 and above. `must` : somebody said it is the reason of their coming.
    """

    id: str
    attendees: tuple[str, ...]
    allowed: int
    locked: int | None = None
    weight: int = 1
    must: bool = False


@dataclass(frozen=True)
class Gap:
    """Two meetings that must stand apart: the second at least `slots` after the first; either way round unless `ordered`.

    A precedence is Gap(a, b, 1, ordered=True). A journey of 40 minutes between two visits in slots of 30 is a gap of 3.
    """

    first: str
    second: str
    slots: int = 1
    ordered: bool = True


@dataclass(frozen=True)
class Place:
    """A table, a stand, a room, a remote room; `open` : the slots where it can be used, as bits."""

    id: str
    open: int
    name: str = ""
    step_free: bool = True


@dataclass(frozen=True)
class Rules:
    """What the organiser decided of the timetable, beyond what is always true.

    fair_difference : no two people's numbers of breaks differ by more than that; None when it is only wished for.
    most_breaks : breaks of one person above which each costs much more (a wish, never a promise).
    """

    fair_difference: int | None = None
    most_breaks: int = 2


@dataclass(frozen=True)
class Problem:
    """The whole timetable to make.

    slot_count : from 1 to 62.   sessions : the slots of each part of the day, as bits, in order; () for one session.
    tables : how many places there are in each slot; a tuple of slot_count numbers. It holds when `places` is empty; when there
        are places, `capacity` counts those that are nobody's home.
    """

    slot_count: int
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    tables: tuple[int, ...]
    places: tuple[Place, ...] = ()
    sessions: tuple[int, ...] = ()
    gaps: tuple[Gap, ...] = ()
    rules: Rules = field(default_factory=Rules)
    title: str = ""

    @property
    def all_slots(self) -> int:
        """Every slot, as bits."""
        return (1 << self.slot_count) - 1

    def homes(self) -> dict[str, str]:
        """{participant: the place they keep}."""
        return {one.id: one.home for one in self.participants if one.home}

    def at_home(self, meeting: Meeting) -> str:
        """The place a meeting takes by right: that of the first attendee who keeps one, hosts first; "" when it takes a free one."""
        people = {one.id: one for one in self.participants if one.id in meeting.attendees and one.home}
        kept = [people[name] for name in meeting.attendees if name in people]
        return next((one.home for one in sorted(kept, key=lambda one: not one.host)), "")

    def capacity(self) -> tuple[int, ...]:
        """How many meetings without a home each slot can hold."""
        if not self.places:
            return self.tables
        kept = {one.home for one in self.participants if one.home}
        return tuple(
            sum(1 for place in self.places if place.id not in kept and place.open >> s & 1) for s in range(self.slot_count)
        )
