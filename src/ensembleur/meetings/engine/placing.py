"""Places meetings without any conflict: the hardest first, in the least used slot; chains of exchanges when stuck, then ejections."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from itertools import islice

from ensembleur.meetings.engine.arrays import AFTER, BEFORE, Grid, grid
from ensembleur.meetings.engine.board import Board, bits
from ensembleur.meetings.engine.ejecting import eject
from ensembleur.meetings.engine.explaining import why_not
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Problem

MOST_STARTS = 60  # meetings of a full slot tried as the beginning of a chain that frees one of its tables


def place(problem: Problem, *, seed: int = 0, start: Mapping[str, int] | None = None) -> Plan:
    """Every meeting that a slot was found for, none against a rule; the others with the reason.

    start : {meeting: slot} kept as they are where the rules let them, moved only to make room for the others.
    The same for the same arguments. Raises BadInput when the problem is malformed.
    """
    board = Board(grid(problem))
    hold(board, start or {})
    fill(board, seed=seed)
    return plan_of(board, seed=seed)


def hold(board: Board, slots: Mapping[str, int]) -> None:
    """Put meetings in the slots they had, locked ones first, where the rules let them."""
    meetings = board.grid.problem.meetings
    kept = [rank for rank, one in enumerate(meetings) if one.id in slots]
    for rank in sorted(kept, key=lambda rank: meetings[rank].locked is None):
        slot = slots[meetings[rank].id]
        if slot >= 0 and board.legal(rank) >> slot & 1:
            board.put(rank, slot)


def plan_of(board: Board, *, seed: int = 0) -> Plan:
    """What a board holds, with the reason of what it does not hold."""
    names = board.grid.meetings
    return Plan(
        slots={name: slot for name, slot in zip(names, board.slot, strict=True) if slot >= 0},
        unplaced=tuple(why_not(board, meeting) for meeting, slot in enumerate(board.slot) if slot < 0),
        seed=seed,
    )


def fill(board: Board, *, seed: int = 0) -> None:
    """Place what has no slot yet."""
    chance = random.Random(seed)
    windows = _windows(board.grid)
    waiting = [meeting for meeting in _hardest_first(board.grid) if board.slot[meeting] < 0]
    if stuck := [meeting for meeting in waiting if not _settled(board, meeting, chance, windows.get(meeting, -1))]:
        eject(board, stuck, settle=lambda meeting: _settled(board, meeting, chance))


def _hardest_first(grid: Grid) -> list[int]:
    """Locked meetings, must-meetings, then those whose people have the fewest slots to spare."""
    asked = Counter(one for people in grid.attendees for one in people)
    spare = [
        min(most, free.bit_count()) - asked[one] for one, (most, free) in enumerate(zip(grid.most, grid.available, strict=True))
    ]

    def hardness(meeting: int) -> tuple[bool, bool, int, int, int]:
        one = grid.problem.meetings[meeting]
        least = min(spare[who] for who in grid.attendees[meeting])
        return one.locked is None, not one.must, least, -one.weight if least < 0 else 0, grid.domain[meeting].bit_count()

    return sorted(range(len(grid.meetings)), key=hardness)


def _windows(grid: Grid) -> dict[int, int]:
    """{meeting: the slots that leave room for those that must come before and after it, however far down the line}, as bits."""
    found = {meeting: grid.domain[meeting] for meeting in grid.gaps}
    waiting = deque(found)
    while waiting:
        meeting = waiting.popleft()
        mask = found[meeting]
        for other, slots, side in grid.gaps[meeting]:
            if other_mask := found[other]:
                if side == AFTER:
                    mask &= -1 << ((other_mask & -other_mask).bit_length() - 1 + slots)
                elif side == BEFORE:
                    mask &= (1 << max(other_mask.bit_length() - slots, 0)) - 1
        if mask != found[meeting]:
            found[meeting] = mask
            waiting.extend(other for other, _, _ in grid.gaps[meeting])
    return found


def _settled(board: Board, meeting: int, chance: random.Random, window: int = -1) -> bool:
    """Place a meeting without taking any other out, in a window of slots rather than elsewhere; False when nothing was found."""
    if free := board.legal(meeting):
        board.put(meeting, _least_used(board, free & window or free, chance))
        return True
    return _exchanged(board, meeting)


def _least_used(board: Board, free: int, chance: random.Random) -> int:
    """The slot of a set with most tables left; drawn among equals."""
    tables, at = board.grid.tables, board.at
    best, ties = None, 0
    chosen = 0
    for slot in bits(free):
        left = tables[slot] - len(at[slot])
        if best is None or left > best:
            best, ties, chosen = left, 1, slot
        elif left == best:
            ties += 1
            if chance.random() * ties < 1:
                chosen = slot
    return chosen


def _exchanged(board: Board, meeting: int) -> bool:
    """Place a meeting by exchanging two slots along one chain; False, and nothing is changed, when no chain does."""
    if board.full(meeting):
        return False
    people, domain = board.grid.attendees[meeting], board.grid.domain[meeting]
    busy = [board.busy[one] for one in people]
    anywhere = board.grid.problem.all_slots
    for here in sorted(bits(domain), key=lambda slot: sum(mask >> slot & 1 for mask in busy)):
        blocked = [one for one, mask in zip(people, busy, strict=True) if mask >> here & 1]
        for there in bits(anywhere & ~(1 << here)):
            if any(board.busy[one] >> there & 1 for one in blocked):
                continue
            for first in _beginnings(board, meeting, blocked, here, there):
                chain = board.chain(first, here, there)
                if any(board.agenda[one][there] in chain for one in people if board.agenda[one][there] >= 0):
                    continue
                if board.exchange(chain, here, there):
                    if board.legal(meeting) >> here & 1:
                        board.put(meeting, here)
                        return True
                    board.turn(chain, here, there)
    return False


def _beginnings(board: Board, meeting: int, blocked: list[int], here: int, there: int) -> Iterator[list[int]]:
    """The meetings to move out of `here`: those of its people, or, when only a table lacks, one of the others with a table."""
    if blocked:
        yield list({board.agenda[one][here]: None for one in blocked})
    elif not board.tables(meeting) >> here & 1 and board.tables(meeting) >> there & 1:
        yield from ([other] for other in list(islice(board.at[here], MOST_STARTS)))
