"""Where one meeting of a timetable may be moved by hand: each slot is free, free once others have moved, or impossible and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ensembleur.meetings.engine.arrays import grid
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.rescuing import NONE, Published, rescue


class Kind(StrEnum):
    """What a slot is for a meeting."""

    HERE = "here"
    FREE = "free"
    CHAIN = "chain"  # once other meetings have moved
    NO = "no"


class WhyStays(StrEnum):
    """Why a slot is impossible."""

    LOCKED = "locked"  # the meeting itself is
    AWAY = "away"  # `who` cannot meet then
    CLOSED = "closed"  # no place that would do is open then
    FULL = "full"  # `who` accepts no meeting more
    BUSY = "busy"  # `who` has another meeting that nothing can move
    NO_TABLE = "no_table"
    PAUSE = "pause"  # `who` would have too many in a row
    GAP = "gap"  # too near another meeting of the same people, or in the wrong order


@dataclass(frozen=True)
class Target:
    """One slot. moves : (meeting, slot before, slot after) of the others that move; who : ids of the people in the way."""

    slot: int
    kind: Kind
    moves: tuple[tuple[str, int, int], ...] = ()
    why: WhyStays | None = None
    who: tuple[str, ...] = ()


def targets(problem: Problem, plan: Plan, meeting: str, *, only: int | None = None) -> tuple[Target, ...]:
    """Every slot for this meeting, or one alone; the shortest chain of others that makes room for it, when one is found.

    Locked meetings move for nobody. Nothing is changed: the target's moves, and the meeting's own, make the new timetable.
    """
    board = Published(grid(problem), 0, ())
    ranks = {name: rank for rank, name in enumerate(board.grid.meetings)}
    for name, slot in plan.slots.items():
        board.put(ranks[name], slot)
    m = ranks[meeting]
    here = board.slot[m]
    if here != NONE:
        board.take(m)
    slots = range(problem.slot_count) if only is None else (only,)
    return tuple(_target(board, m, here, slot) for slot in slots)


def _target(board: Published, m: int, here: int, slot: int) -> Target:
    if slot == here:
        return Target(slot, Kind.HERE)
    if m in board.still:
        return Target(slot, Kind.NO, why=WhyStays.LOCKED)
    if refused := _never(board, m, slot):
        return refused
    if board.legal(m) >> slot & 1:
        return Target(slot, Kind.FREE)
    whole = board.grid.domain[m]
    board.grid.domain[m] = 1 << slot
    made = rescue(board, m, before=here)
    board.grid.domain[m] = whole
    if made:
        for move in made:
            board.take(move.meeting)
        for move in made[1:]:
            board.put(move.meeting, move.before)
        board.told.clear()
        names = board.grid.meetings
        return Target(slot, Kind.CHAIN, tuple((names[one.meeting], one.before, one.after) for one in made[1:]))
    return _blocked(board, m, slot)


def _never(board: Published, m: int, slot: int) -> Target | None:
    """What no move of the others would change."""
    grid = board.grid
    away = [one for one in grid.attendees[m] if not grid.available[one] >> slot & 1]
    if away:
        return Target(slot, Kind.NO, why=WhyStays.AWAY, who=_names(board, away))
    if not grid.domain[m] >> slot & 1:
        return Target(slot, Kind.NO, why=WhyStays.CLOSED)
    full = [one for one in grid.attendees[m] if board.busy[one].bit_count() >= grid.most[one]]
    return Target(slot, Kind.NO, why=WhyStays.FULL, who=_names(board, full)) if full else None


def _blocked(board: Published, m: int, slot: int) -> Target:
    """What is in the way, no chain of moves having been found."""
    people = board.grid.attendees[m]
    if busy := [one for one in people if board.busy[one] >> slot & 1]:
        return Target(slot, Kind.NO, why=WhyStays.BUSY, who=_names(board, busy))
    if not board.tables(m) >> slot & 1:
        return Target(slot, Kind.NO, why=WhyStays.NO_TABLE)
    if tired := [one for one in people if board.grid.in_a_row[one] and board.tiring(one, 1 << slot)]:
        return Target(slot, Kind.NO, why=WhyStays.PAUSE, who=_names(board, tired))
    return Target(slot, Kind.NO, why=WhyStays.GAP)


def _names(board: Published, people: list[int]) -> tuple[str, ...]:
    """The participants among them; a place that several keep is not one."""
    return tuple(board.grid.people[one] for one in people if one < board.grid.persons)
