"""Says whom those whom a no-show left alone could meet at once: somebody they both wished for, else somebody who waits, else nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from ensembleur.meetings.engine.arrays import grid
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Meeting, Problem
from ensembleur.meetings.engine.rescuing import Published
from ensembleur.meetings.engine.reseating import reseat


class Refilled(StrEnum):
    """What somebody is offered, or why they are offered nothing."""

    MUTUAL = "mutual"  # each wished for the other, and had no slot
    WISH = "wish"  # one of them wished for the other
    STANDBY = "standby"  # the other waits for a free slot
    AWAY = "away"  # they cannot meet anybody in this slot
    FULL = "full"  # they have as many meetings as they accept
    PAUSE = "pause"  # it would take a pause they asked for
    NO_TABLE = "no_table"  # somebody would do, and no table is left
    NOBODY = "nobody"  # nobody that they could meet is free


@dataclass(frozen=True)
class Wanted:
    """A meeting that was wished for and has no slot."""

    meeting: Meeting
    mutual: bool = True


@dataclass(frozen=True)
class Refill:
    """What one person left alone is offered. meeting : that of the wish, "" for a stand-by or a pause; others : whom they meet."""

    participant: str
    why: Refilled
    meeting: str = ""
    others: tuple[str, ...] = ()
    place: str = ""


def refill(
    problem: Problem,
    plan: Plan,
    slot: int,
    *,
    freed: Sequence[str],
    wanted: Sequence[Wanted],
    standby: Sequence[str] = (),
    never: Collection[frozenset[str]] = (),
) -> tuple[Refill, ...]:
    """One line for each person left alone in a slot, in their order; two of them offered one another make one line.

    The meetings of the freed in that slot are taken as missed: their tables are free, and those who did not come are offered nothing.
    wanted : mutual wishes are looked at first, then must-meetings, then weights, then their order.   standby : the first first.
    never : people who refused one another, in private.
    Nobody is offered two meetings and no table is counted twice; everybody else keeps what they have.
    """
    missed = {one.id for one in problem.meetings if plan.slots.get(one.id) == slot and not set(freed).isdisjoint(one.attendees)}
    gone = {name for one in problem.meetings if one.id in missed for name in one.attendees} - set(freed)
    met = {frozenset(one.attendees) for one in problem.meetings if one.id in plan.slots and one.id not in missed}
    offers = [*_wishes(plan, freed, wanted), *_standbys(problem, slot, freed, standby, met)]
    offers = [one for one in offers if gone.isdisjoint(one[0].attendees) and not _refused(one[0], never)]

    meetings = {one.id: one for one in problem.meetings} | {one.id: one for one, _ in offers}
    board = Published(grid(replace(problem, meetings=tuple(meetings.values()))), 0, ())
    rank = {name: m for m, name in enumerate(meetings)}
    board.load((rank[name], s) for name, s in plan.slots.items() if name not in missed)
    given: dict[str, tuple[Meeting, Refilled]] = {}
    tight: set[str] = set()
    for one, why in offers:
        m = rank[one.id]
        if board.legal(m) >> slot & 1:
            board.put(m, slot)
            given |= dict.fromkeys(one.attendees, (one, why))
        elif board.loose(m) & ~board.tables(m) >> slot & 1:
            tight.update(one.attendees)
    places = _places(board, plan, missed, meetings) if plan.places else {}
    found = []
    for name in dict.fromkeys(freed):
        if name not in given:
            found.append(Refill(name, _alone(board, name, slot, name in tight)))
        elif name == next(who for who in given[name][0].attendees if who in freed):
            one, why = given[name]
            others = tuple(who for who in one.attendees if who != name)
            found.append(Refill(name, why, "" if why is Refilled.STANDBY else one.id, others, places.get(one.id, "")))
    return tuple(found)


def _wishes(plan: Plan, freed: Sequence[str], wanted: Sequence[Wanted]) -> list[tuple[Meeting, Refilled]]:
    """The wishes of the freed that have no slot, best first."""
    order = sorted(wanted, key=lambda one: (not one.mutual, not one.meeting.must, -one.meeting.weight))
    return [
        (one.meeting, Refilled.MUTUAL if one.mutual else Refilled.WISH)
        for one in order
        if one.meeting.id not in plan.slots and not set(freed).isdisjoint(one.meeting.attendees)
    ]


def _standbys(
    problem: Problem, slot: int, freed: Sequence[str], standby: Sequence[str], met: Collection[frozenset[str]]
) -> list[tuple[Meeting, Refilled]]:
    """Each of the freed with each of those who wait: of another side and organisation, and not already met."""
    people = {one.id: one for one in problem.participants}
    found = []
    for name in freed:
        for other in standby:
            one, two = people[name], people[other]
            alike = (one.side and one.side == two.side) or (one.organisation and one.organisation == two.organisation)
            if other not in freed and not alike and frozenset((name, other)) not in met:
                found.append((Meeting(f"{name} + {other}", (name, other), 1 << slot), Refilled.STANDBY))
    return found


def _refused(meeting: Meeting, never: Collection[frozenset[str]]) -> bool:
    return any(frozenset(pair) in never for pair in combinations(meeting.attendees, 2))


def _alone(board: Published, name: str, slot: int, tight: bool) -> Refilled:
    """Why somebody is offered nothing."""
    p = board.grid.people.index(name)
    if not board.grid.available[p] >> slot & 1:
        return Refilled.AWAY
    if board.busy[p].bit_count() >= board.grid.most[p]:
        return Refilled.FULL
    if board.grid.in_a_row[p] and board.row(p, slot) > board.grid.in_a_row[p]:
        return Refilled.PAUSE
    return Refilled.NO_TABLE if tight else Refilled.NOBODY


def _places(board: Published, plan: Plan, missed: Collection[str], meetings: Mapping[str, Meeting]) -> dict[str, str]:
    """Where everybody sits; whoever was left alone stays where they are when the place suits the other."""
    left = {who: plan.places[name] for name in missed if name in plan.places for who in meetings[name].attendees}
    wished = {
        name: next((left[who] for who in one.attendees if who in left), "")
        for name, one in meetings.items()
        if name not in plan.slots
    }
    return reseat(board, replace(plan, places={**plan.places, **wished}))[0]
