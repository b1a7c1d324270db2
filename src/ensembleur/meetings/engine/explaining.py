"""Says why a meeting has no slot, and who is in the way: what is proved first, what was only not found last."""

from __future__ import annotations

from ensembleur.meetings.engine.arrays import NO_TABLE
from ensembleur.meetings.engine.board import Board, bits
from ensembleur.meetings.engine.plan import Unplaced, WhyNot


def why_not(board: Board, meeting: int) -> Unplaced:
    """The reason, on a board where no chain of moves could place it."""
    grid = board.grid
    asked, people = grid.problem.meetings[meeting], grid.attendees[meeting]

    def because(why: WhyNot, who: list[int] | None = None) -> Unplaced:
        return Unplaced(asked.id, why, tuple(grid.people[one] for one in who or ()))

    common = asked.allowed & grid.problem.all_slots & (-1 if asked.locked is None else 1 << asked.locked)
    for one in people:
        common &= grid.available[one]
    if not common:
        return because(WhyNot.NO_COMMON_SLOT, _away(board, meeting))
    if not grid.domain[meeting]:
        return because(WhyNot.NO_TABLE, _seated_nowhere(board, meeting))
    held = {board.agenda[one][slot] for slot in bits(grid.domain[meeting]) for one in people} - {-1}
    if full := [one for one in board.full(meeting) if one < grid.persons]:
        return because(WhyNot.FULL_AGENDA, full)
    both = grid.domain[meeting]
    for one in people:
        both &= ~board.busy[one]
    if both:
        if not both & board.tables(meeting):
            return because(WhyNot.NO_TABLE)
        tired = [one for one in people if grid.in_a_row[one] and board.tiring(one, both) == both]
        rested = both
        for one in people:
            rested &= ~board.tiring(one, both) if grid.in_a_row[one] else -1
        if not rested:
            return because(WhyNot.PAUSE, tired or [one for one in people if grid.in_a_row[one]])
        near = {other for slot in bits(both) for other in board.near(meeting, slot)}
        if near and not both & board.apart(meeting):
            return Unplaced(asked.id, WhyNot.GAP, tuple(grid.meetings[other] for other in sorted(near)))
    locked = sorted(other for other in held if grid.problem.meetings[other].locked is not None)
    blocked = 0
    for other in locked:
        blocked |= 1 << board.slot[other]
    if not grid.domain[meeting] & ~blocked:
        return Unplaced(asked.id, WhyNot.LOCKED, tuple(grid.meetings[other] for other in locked))
    shared = [one for one in people if one >= grid.persons]
    if grid.needs[meeting] == NO_TABLE and any(not grid.domain[meeting] & ~board.busy[one] for one in shared):
        return because(WhyNot.NO_TABLE, shared)
    return because(WhyNot.NOT_FOUND, [one for one in people if board.busy[one] & grid.domain[meeting]])


def _away(board: Board, meeting: int) -> list[int]:
    """Those of its people who are never there when it may be held; everybody when each of them is at some time."""
    grid, asked = board.grid, board.grid.problem.meetings[meeting]
    allowed = asked.allowed & (-1 if asked.locked is None else 1 << asked.locked)
    people = [one for one in grid.attendees[meeting] if one < grid.persons]
    return [one for one in people if not grid.available[one] & allowed] or people


def _seated_nowhere(board: Board, meeting: int) -> list[int]:
    """Those of its people who need a place without a step, else those whose own place is closed or unknown."""
    participants = board.grid.problem.participants
    people = [one for one in board.grid.attendees[meeting] if one < board.grid.persons]
    return [one for one in people if participants[one].step_free] or [one for one in people if participants[one].home]
