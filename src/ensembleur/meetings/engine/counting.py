"""What a timetable costs: breaks and idle slots, those nothing can spare kept apart. The checker counts again, in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ensembleur.meetings.engine.plan import Score
from ensembleur.meetings.engine.problem import Participant, Problem


@dataclass(frozen=True)
class Day:
    """One person's figures; see Score for each."""

    meetings: int = 0
    breaks: int = 0
    idle_slots: int = 0
    unwanted_breaks: int = 0
    unwanted_idle_slots: int = 0
    table_changes: int = 0


def agendas(problem: Problem, slots: Mapping[str, int]) -> dict[str, int]:
    """{participant: the slots they are busy in, as bits}."""
    busy = {one.id: 0 for one in problem.participants}
    for meeting in problem.meetings:
        if meeting.id in slots:
            for name in meeting.attendees:
                busy[name] |= 1 << slots[meeting.id]
    return busy


def day(problem: Problem, person: Participant, busy: int) -> Day:
    """Count one agenda, without its tables.

    A break is forced when the person is away for the whole of it, or when it follows as many meetings in a row, inside one
    session, as they accept; of a pause they asked for, the first slot is forced and the others are idle for nothing.
    """
    breaks = idle = unwanted = wasted = 0
    slot, end = _first(busy), busy.bit_length()
    while slot < end:
        run = _ones(busy >> slot)
        last, slot = slot + run - 1, slot + run
        if slot >= end:
            break
        gap = _zeros(busy >> slot)
        free = (person.available >> slot & ((1 << gap) - 1)).bit_count()
        is_pause = person.max_consecutive is not None and _in_a_row(problem, busy, last) >= person.max_consecutive
        breaks, idle = breaks + 1, idle + gap
        if free and not (is_pause and free == gap and gap == 1):
            unwanted += not is_pause
            wasted += free - (1 if is_pause and person.available >> slot & 1 else 0)
        slot += gap
    return Day(busy.bit_count(), breaks, idle, unwanted, wasted)


def days(problem: Problem, slots: Mapping[str, int], places: Mapping[str, str] | None = None) -> dict[str, Day]:
    """{participant: their figures}, changes of table included when people are seated."""
    busy = agendas(problem, slots)
    moves = _moves(problem, slots, places or {})
    counted = {}
    for one in problem.participants:
        found = day(problem, one, busy[one.id])
        counted[one.id] = Day(
            found.meetings, found.breaks, found.idle_slots, found.unwanted_breaks, found.unwanted_idle_slots, moves[one.id]
        )
    return counted


def score(problem: Problem, slots: Mapping[str, int], places: Mapping[str, str] | None = None) -> Score:
    """The figures of everybody together."""
    every = days(problem, slots, places).values()
    return Score(
        placed=len(slots),
        breaks=sum(one.breaks for one in every),
        idle_slots=sum(one.idle_slots for one in every),
        unwanted_breaks=sum(one.unwanted_breaks for one in every),
        unwanted_idle_slots=sum(one.unwanted_idle_slots for one in every),
        max_breaks=max((one.breaks for one in every), default=0),
        table_changes=sum(one.table_changes for one in every),
    )


def in_a_row(problem: Problem, busy: int) -> int:
    """The longest run of meetings inside one session."""
    longest = 0
    for session in problem.sessions or (problem.all_slots,):
        mask = busy & session
        while mask:
            run = _ones(mask >> _first(mask))
            longest = max(longest, run)
            mask &= ~(((1 << run) - 1) << _first(mask))
    return longest


def _in_a_row(problem: Problem, busy: int, last: int) -> int:
    """How many meetings in a row end at slot `last`, inside its session."""
    session = next((one for one in problem.sessions if one >> last & 1), problem.all_slots)
    run = 0
    while last >= 0 and busy & session & 1 << last:
        run, last = run + 1, last - 1
    return run


def _moves(problem: Problem, slots: Mapping[str, int], places: Mapping[str, str]) -> dict[str, int]:
    """How many times each person changes table from one meeting to the next."""
    order: dict[str, list[tuple[int, str]]] = {one.id: [] for one in problem.participants}
    for meeting in problem.meetings:
        if meeting.id in slots and meeting.id in places:
            for name in meeting.attendees:
                order[name].append((slots[meeting.id], places[meeting.id]))
    moves = {}
    for name, seats in order.items():
        seats.sort()
        moves[name] = sum(one[1] != other[1] for one, other in pairwise(seats))
    return moves


def _first(mask: int) -> int:
    """The index of the lowest bit set; 0 of nothing."""
    return (mask & -mask).bit_length() - 1 if mask else 0


def _ones(mask: int) -> int:
    """How many bits set in a row from the lowest."""
    return _first(~mask)


def _zeros(mask: int) -> int:
    """How many bits unset in a row from the lowest, in a mask that is not 0."""
    return _first(mask)
