"""What one table less, one slot more or somebody more would change: counted, not computed, so the answer is instantaneous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from ensembleur.meetings.engine.caps import most_meetings
from ensembleur.meetings.engine.problem import MOST_SLOTS, Meeting, Participant, Place, Problem


@dataclass(frozen=True)
class SideLoad:
    """One side: how many people, how many meetings they have together, how many they could hold at most."""

    people: int
    meetings: int
    room: int

    @property
    def fill(self) -> float | None:
        """Meetings over room; None when there is no room at all."""
        return self.meetings / self.room if self.room else None


@dataclass(frozen=True)
class Estimate:
    """What is sure of an event before any timetable is made.

    meetings : those to place.   needing : those of them with a slot in common that need a free place, being at nobody's home.
    capacity : the most of these that places and people can hold, slot by slot.   tables_needed : no fewer places a slot would do.
    sides : {side: its load, meetings without common slot left out}.   never : the meetings whose people and place share no slot.
    overloaded : {person: meetings above what their day can hold}.
    left_at_least : proved: no timetable leaves fewer meetings without slot.
    """

    meetings: int
    needing: int
    capacity: int
    tables_needed: int
    sides: Mapping[str, SideLoad]
    never: tuple[str, ...]
    overloaded: Mapping[str, int]
    left_at_least: int


def estimate(problem: Problem) -> Estimate:
    """Count one event. Three things leave meetings out for sure: no common slot, more than a day, more than the places.

    Those of the first kind apart, the other two may be the same meetings: the larger number counts.
    """
    people = {one.id: one for one in problem.participants}
    room = {one.id: most_meetings(one, problem.sessions) for one in problem.participants}
    tables = problem.capacity()
    free = sum(1 << slot for slot, table in enumerate(tables) if table)
    open_homes = {one.id: one.open for one in problem.places}
    never = tuple(one.id for one in problem.meetings if not _common(one, people, free, open_homes))
    lost = set(never)
    kept = [one for one in problem.meetings if one.id not in lost]
    load = Counter(name for one in kept for name in one.attendees)
    over = {name: load[name] - most for name, most in room.items() if load[name] > most}
    homes = problem.homes()
    needing = [one for one in kept if not any(name in homes for name in one.attendees)]
    capacity = sum(min(both) for both in zip(tables, _met_at_once(problem, needing, people), strict=True))
    open_slots = free.bit_count()
    return Estimate(
        meetings=len(problem.meetings),
        needing=len(needing),
        capacity=capacity,
        tables_needed=-(-len(needing) // open_slots) if open_slots else len(needing),
        sides=_sides(problem, load, room),
        never=never,
        overloaded=over,
        left_at_least=len(never) + max(_days_lost(over, kept, people), len(needing) - capacity),
    )


def variants(problem: Problem, *, tables_delta: int = 0, slots_delta: int = 0) -> Problem:
    """The same event with so many places more or less in each slot, and so many slots more or less at the end of the day.

    A slot more is open to those who were there in the last one; a slot less frees what was locked in it. Of named places, those that
    are nobody's home close first, from the last.
    """
    count = min(max(problem.slot_count + slots_delta, 1), MOST_SLOTS)
    tables = (*problem.tables, *(problem.tables[-1:] * count))[:count]
    places = tuple(replace(one, open=_stretched(one.open, problem.slot_count, count)) for one in problem.places)
    return replace(
        problem,
        slot_count=count,
        tables=tuple(max(table + tables_delta, 0) for table in tables),
        places=_places(places, tables_delta, set(problem.homes().values()), (1 << count) - 1),
        participants=tuple(
            replace(one, available=_stretched(one.available, problem.slot_count, count)) for one in problem.participants
        ),
        meetings=tuple(
            replace(
                one,
                allowed=_stretched(one.allowed, problem.slot_count, count),
                locked=one.locked if one.locked is not None and one.locked < count else None,
            )
            for one in problem.meetings
        ),
        sessions=tuple(_stretched(one, problem.slot_count, count) for one in problem.sessions),
    )


def with_people(problem: Problem, side: str, *, more: int = 1) -> Problem:
    """The same event if so many more came to a side, there all day, each with the meetings its people have on average.

    Whom they would meet is not known: those with most room left, in turn. It is for `estimate`, not for a timetable.
    """
    load = Counter(name for one in problem.meetings for name in one.attendees)
    peers = [one for one in problem.participants if one.side == side]
    others = [one for one in problem.participants if one.side != side] or peers
    partners = cycle(sorted(others, key=lambda one: load[one.id] - one.available.bit_count()))
    each = round(sum(load[one.id] for one in peers) / len(peers)) if peers else 0
    added = tuple(Participant(f"+{rank}", problem.all_slots, side=side) for rank in range(more))
    return replace(
        problem,
        participants=problem.participants + added,
        meetings=problem.meetings
        + tuple(
            Meeting(f"{one.id}.{rank}", (one.id, next(partners).id), problem.all_slots) for one in added for rank in range(each)
        ),
    )


def _sides(problem: Problem, load: Mapping[str, int], room: Mapping[str, int]) -> dict[str, SideLoad]:
    names: dict[str, list[str]] = {}
    for one in problem.participants:
        names.setdefault(one.side, []).append(one.id)
    return {
        side: SideLoad(len(names[side]), sum(load[name] for name in names[side]), sum(room[name] for name in names[side]))
        for side in sorted(names)
    }


def _common(meeting: Meeting, people: Mapping[str, Participant], free: int, homes: Mapping[str, int]) -> int:
    """The slots where a meeting can be, as bits: those of its people, and of the place it needs."""
    hosts = sorted((people[name] for name in meeting.attendees if people[name].home), key=lambda one: not one.host)
    slots = meeting.allowed if meeting.locked is None else 1 << meeting.locked
    slots &= homes.get(hosts[0].home, -1) if hosts else free
    for name in meeting.attendees:
        slots &= people[name].available
    return slots


def _met_at_once(problem: Problem, meetings: Sequence[Meeting], people: Mapping[str, Participant]) -> list[int]:
    """How many of these meetings each slot could hold if places did not count: people there, side against side."""
    names = {name for one in meetings for name in one.attendees}
    size = min((len(one.attendees) for one in meetings), default=1)
    crossed = size > 1 and all(len({people[name].side for name in one.attendees}) == len(one.attendees) for one in meetings)
    most = []
    for slot in range(problem.slot_count):
        there = Counter(people[name].side for name in names if people[name].available >> slot & 1)
        total = sum(there.values())
        most.append(min(total // size, total - max(there.values(), default=0)) if crossed else total // size)
    return most


def _days_lost(over: Mapping[str, int], meetings: Sequence[Meeting], people: Mapping[str, Participant]) -> int:
    """Meetings that must go for nobody to have more than their day: what is over on a side, shared by those of it in one meeting."""
    worst = max(over.values(), default=0)
    for side in {people[name].side for name in over}:
        excess = sum(number for name, number in over.items() if people[name].side == side)
        together = max(sum(people[name].side == side for name in one.attendees) for one in meetings)
        worst = max(worst, -(-excess // together))
    return worst


def _stretched(mask: int, before: int, after: int) -> int:
    """A set of slots when the day becomes longer, as its last slot, or shorter."""
    if after > before and mask >> (before - 1) & 1:
        mask |= (1 << after) - (1 << before)
    return mask & ((1 << after) - 1)


def _places(places: Sequence[Place], delta: int, homes: Collection[str], all_slots: int) -> tuple[Place, ...]:
    """The places, some of those that are nobody's home taken away, or some added; none when the event has none by name."""
    if not places or delta >= 0:
        return (*places, *(Place(f"+{rank}", all_slots) for rank in range(delta if places else 0)))
    closed = {one.id for one in [one for one in places if one.id not in homes][delta:]}
    return tuple(one for one in places if one.id not in closed)
