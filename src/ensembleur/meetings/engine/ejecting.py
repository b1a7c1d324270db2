"""Ejections: a meeting nobody found room for takes the slot of lighter or equal ones, which look for another in their turn."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable

from ensembleur.meetings.engine.board import Board, bits

Value = tuple[int, int]  # (must-meetings, weight)


def eject(board: Board, stuck: Iterable[int], *, settle: Callable[[int], bool]) -> None:
    """Place what can be of stuck meetings, the must-meetings and the heaviest first; the board ends with the best found.

    settle : places a meeting without ejecting any, or returns False.
    """
    queue = deque(sorted(stuck, key=lambda one: value(board, one), reverse=True))
    times: Counter[int] = Counter()
    placed = _sum(board, (meeting for meeting, slot in enumerate(board.slot) if slot >= 0))
    best, kept = placed, list(board.slot)
    for _ in range(200 + 40 * len(queue)):
        if not queue:
            break
        meeting = queue.popleft()
        out: list[int] = []
        if not settle(meeting):
            found = _cheapest(board, meeting, times)
            if found is None:
                continue
            slot, out = found
            for other in out:
                board.take(other)
            board.put(meeting, slot)
            times.update(out)
            queue.extend(out)
        gain, loss = value(board, meeting), _sum(board, out)
        placed = (placed[0] + gain[0] - loss[0], placed[1] + gain[1] - loss[1])
        if placed > best:
            best, kept = placed, list(board.slot)
    if placed < best:
        restore(board, kept)


def restore(board: Board, slots: list[int]) -> None:
    """Bring a board back to the slots it had."""
    moved = [meeting for meeting, slot in enumerate(slots) if board.slot[meeting] != slot]
    for meeting in moved:
        if board.slot[meeting] >= 0:
            board.take(meeting)
    for meeting in moved:
        if slots[meeting] >= 0:
            board.put(meeting, slots[meeting])


def value(board: Board, meeting: int) -> Value:
    """What placing it is worth."""
    one = board.grid.problem.meetings[meeting]
    return int(one.must), one.weight


def _sum(board: Board, meetings: Iterable[int]) -> Value:
    values = [value(board, one) for one in meetings]
    return sum(one[0] for one in values), sum(one[1] for one in values)


def _cheapest(board: Board, meeting: int, times: Counter[int]) -> tuple[int, list[int]] | None:
    """A slot and the meetings to eject from it: the least often ejected, the fewest, the lightest; None when there is none.

    When one of its people has no slot to spare, or no table is left anywhere, what it ejects is lost: it must be worth more.
    """
    mine = value(board, meeting)
    lost = bool(board.full(meeting)) or not board.tables(meeting)
    best, found = None, None
    for slot in bits(board.grid.domain[meeting]):
        if out := _in_the_way(board, meeting, slot, times):
            total = _sum(board, out)
            if total >= mine if lost else max(value(board, other) for other in out) > mine:
                continue
            price = (max(times[other] for other in out), len(out), total)
            if best is None or price < best:
                best, found = price, (slot, out)
    return found


def _in_the_way(board: Board, meeting: int, slot: int, times: Counter[int]) -> list[int]:
    """The meetings to eject so that this one may take this slot; none when one of them is locked or when that is not enough."""
    grid, meetings = board.grid, board.grid.problem.meetings
    out: dict[int, int] = {}

    def leave(other: int) -> None:
        out[other] = board.slot[other]
        board.take(other)

    def leave_one_of(among: Iterable[int]) -> None:
        free = [other for other in among if other >= 0 and meetings[other].locked is None]
        if free:
            leave(min(free, key=lambda other: (times[other], value(board, other))))

    direct = dict.fromkeys(board.agenda[one][slot] for one in grid.attendees[meeting] if board.agenda[one][slot] >= 0)
    direct |= dict.fromkeys(board.near(meeting, slot))
    if any(meetings[other].locked is not None for other in direct):
        return []
    for other in direct:
        leave(other)
    for one in grid.attendees[meeting]:
        limit = grid.in_a_row[one]
        if board.busy[one].bit_count() >= grid.most[one]:
            leave_one_of(board.agenda[one])
        elif limit and board.row(one, slot) > limit:
            leave_one_of(board.agenda[one][max(slot - limit, 0) : slot + limit + 1])
    if not board.tables(meeting) >> slot & 1:
        fewer_steps = not board.stepless >> slot & 1 and board.roomy >> slot & 1
        leave_one_of(other for other in board.at[slot] if grid.needs[other] == grid.needs[meeting] or not fewer_steps)
    enough = board.legal(meeting) >> slot & 1
    for other, was in out.items():
        board.put(other, was)
    return list(out) if enough else []
