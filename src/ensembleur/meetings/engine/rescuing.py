"""Finds another slot for a meeting that lost its own, by the shortest chain of other meetings moved to make room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ensembleur.meetings.engine.arrays import NO_TABLE, STEP_FREE_TABLE, Grid
from ensembleur.meetings.engine.board import Board, bits
from ensembleur.meetings.engine.counting import day

NONE = -1
DEEPEST = 3  # other meetings moved at most in a chain that branches; beyond, two slots are exchanged all along the chain
MOST_STEPS = 3_000  # placements tried for one meeting at one depth
Key = tuple[int, int, int, int]  # people to tell that were not told yet, meetings moved, breaks and idle slots added, distance


@dataclass(frozen=True)
class Move:
    """A meeting and its slots; NONE for none."""

    meeting: int
    before: int
    after: int


class Published(Board):
    """A timetable that people hold in their hands: what is past and what is locked does not move.

    horizon : the slots where nothing moves any more and nothing is put, as bits.   still : the meetings that may not move.
    domain : the slots each meeting could be held in, the horizon counted; that of the grid is without the horizon.
    told : the people whose agenda changes already.
    """

    def __init__(self, grid: Grid, horizon: int, still: Collection[str]) -> None:
        super().__init__(replace(grid, domain=[free & ~horizon for free in grid.domain]))
        self.domain, self.horizon = grid.domain, horizon
        self.meetings = grid.problem.meetings
        self.still = {m for m, one in enumerate(self.meetings) if one.locked is not None or one.id in still}
        self.told: set[int] = set()
        shared = len(grid.people) > grid.persons
        self.who = [tuple(one for one in who if one < grid.persons) for who in grid.attendees] if shared else grid.attendees

    def load(self, slots: Iterable[tuple[int, int]]) -> list[int]:
        """Put many meetings at once; those that cannot be held there are left out and returned."""
        left, attendees, busy, agenda = [], self.grid.attendees, self.busy, self.agenda
        for m, s in slots:
            bit = 1 << s
            free = self.domain[m] & bit
            for one in attendees[m]:
                free &= ~busy[one]
            if not free:
                left.append(m)
                continue
            self.slot[m] = s
            for one in attendees[m]:
                busy[one] |= bit
                agenda[one][s] = m
            if self.grid.needs[m] != NO_TABLE:
                self.at[s][m] = None
                self.careful[s] += self.grid.needs[m] == STEP_FREE_TABLE
        for s in range(self.grid.problem.slot_count):
            self._count(s)
        return left

    def moves(self, m: int) -> bool:
        """Whether a placed meeting may be moved to make room."""
        return m not in self.still and not self.horizon >> self.slot[m] & 1

    def full(self, meeting: int) -> list[int]:
        """Its people who can have no meeting more after the horizon, wherever the others go."""
        return [
            one
            for one in self.grid.attendees[meeting]
            if self.busy[one].bit_count() >= self.grid.most[one] or not self.grid.available[one] & ~self.horizon & ~self.busy[one]
        ]

    def blockers(self, m: int, s: int) -> set[int]:
        """The meetings its people have in a slot."""
        return {self.agenda[one][s] for one in self.grid.attendees[m]} - {NONE}

    def loose(self, m: int) -> int:
        """The slots where nobody of a placed meeting is busy, as bits; tables and pauses are not looked at."""
        free = self.grid.domain[m]
        for one in self.grid.attendees[m]:
            free &= ~self.busy[one]
        return free

    def concerned(self, meetings: Iterable[int]) -> set[int]:
        """The participants of these meetings."""
        return {one for m in meetings for one in self.who[m]}

    def tell(self, meetings: Iterable[int]) -> None:
        """The agendas of the people of these meetings change."""
        self.told |= self.concerned(meetings)

    def wear(self, p: int, busy: int) -> int:
        """What an agenda costs: 20 a break, 1 an idle slot, 60 more a break above those of the rules; absences are spared."""
        person = self.grid.problem.participants[p]
        if not busy:
            return 0
        if person.max_consecutive is not None:
            found = day(self.grid.problem, person, busy)
            breaks, idle = found.unwanted_breaks, found.unwanted_idle_slots
        else:
            span = (1 << busy.bit_length()) - (busy & -busy)
            filled = busy | span & ~person.available
            breaks, idle = (filled & ~(filled << 1)).bit_count() - 1, (span & ~filled).bit_count()
        return 20 * breaks + idle + 60 * max(0, breaks - self.grid.problem.rules.most_breaks)

    def lawful(self, meetings: Iterable[int]) -> bool:
        """Whether these meetings respect the pauses and the distances asked for, where they are."""
        grid = self.grid
        for m in meetings:
            if m in grid.gaps and not self.apart(m) >> self.slot[m] & 1:
                return False
            if any(grid.in_a_row[one] and self.row(one, self.slot[m]) > grid.in_a_row[one] for one in grid.attendees[m]):
                return False
        return True

    def crowded(self, s: int) -> bool:
        """Whether a slot holds more meetings than tables."""
        return len(self.at[s]) > self.grid.tables[s] or self.stairs(s)

    def stairs(self, s: int) -> bool:
        """Whether a slot holds more meetings that need a table without a step than there are."""
        return self.careful[s] > self.grid.step_free[s]


def rescue(board: Published, m: int, *, before: int, deepest: int = DEEPEST) -> tuple[Move, ...]:
    """Give a slot to a meeting that has none, moving as few others as can be; () when no chain was found.

    before : the slot it had, NONE for none.   deepest : 0 to take an empty slot only, and move nobody.
    Among the shortest chains, the first by Key is made; its first move is that of the meeting.
    """
    if board.full(m):
        return ()  # a chain gives each person it goes through as many slots as it takes
    for depth in range(deepest + 1):
        hunt = _Hunt(board, m, before)
        hunt.extend((m,), depth)
        if hunt.best:
            return hunt.make()
    hunt = _Hunt(board, m, before)
    if deepest:
        hunt.exchange(m)
    return hunt.make()


class _Hunt:
    """Chains for one meeting, and the best; the board is given back as it was until it is made."""

    def __init__(self, board: Published, m: int, before: int) -> None:
        self.board = board
        self.chain: dict[int, int] = {m: before}  # {meeting: its slot before the chain}
        self.busy = {p: board.busy[p] for p in board.who[m]}  # {person: their slots before the chain}
        self.best: tuple[Key, tuple[Move, ...]] | None = None
        self.steps = 0

    def extend(self, waiting: tuple[int, ...], depth: int) -> None:
        """Place the first meeting that waits in each slot it may take, those in its way waiting in turn, `depth` others at most."""
        board, m = self.board, waiting[0]
        for s in bits(board.grid.domain[m] if depth else board.legal(m)):
            for out in self._in_the_way(m, s, depth) if depth else ((),):
                self.steps += 1
                if self.steps > MOST_STEPS:
                    return
                for one in out:
                    self._take(one)
                board.put(m, s)
                if left := (*waiting[1:], *out):
                    self.extend(left, depth - len(out))
                else:
                    self._weigh()
                board.take(m)
                for one in out:
                    board.put(one, self.chain.pop(one))

    def _in_the_way(self, m: int, s: int, depth: int) -> Iterable[tuple[int, ...]]:
        """The sets of meetings to take from a slot so that this one fits."""
        board, needs = self.board, self.board.grid.needs
        out = board.blockers(m, s)
        if len(out) > depth or any(one in self.chain or not board.moves(one) for one in out):
            return ()
        if out and len(out) == depth and not all(board.loose(one) for one in out):
            return ()
        if self.best and len(board.concerned((*self.chain, *out)) - board.told) > self.best[0][0]:
            return ()
        if board.tables(m) >> s & 1:
            return (tuple(sorted(out)),)
        tables = board.grid.tables[s] - len(board.at[s]) + sum(needs[one] != NO_TABLE for one in out)
        level = board.grid.step_free[s] - board.careful[s] + sum(needs[one] == STEP_FREE_TABLE for one in out)
        if tables > 0 and (needs[m] != STEP_FREE_TABLE or level > 0):
            return (tuple(sorted(out)),)
        if len(out) == depth:
            return ()
        return [
            (*sorted(out), one)
            for one in board.at[s]
            if one not in self.chain
            and one not in out
            and board.moves(one)
            and (needs[m] != STEP_FREE_TABLE or level > 0 or needs[one] == STEP_FREE_TABLE)
            and board.legal(one)
        ]

    def exchange(self, m: int) -> None:
        """Exchange two slots all along the chain that starts where this meeting would stand, for each pair of slots."""
        board, people, before = self.board, self.board.grid.attendees[m], self.chain[m]
        for s in bits(board.grid.domain[m]):
            out = board.blockers(m, s)
            others = board.grid.problem.all_slots & ~board.horizon
            for one in people:
                others &= ~board.busy[one] if board.busy[one] >> s & 1 else -1
            for other in bits(others if out else 0):
                chain = board.chain(sorted(out), s, other)
                if any(board.agenda[one][other] in chain for one in people) or not all(board.moves(one) for one in chain):
                    continue
                self.chain = {m: before} | {one: board.slot[one] for one in chain}
                self.busy |= {p: board.busy[p] for p in board.concerned(chain)}
                if board.exchange(chain, s, other):
                    if board.legal(m) >> s & 1:
                        board.put(m, s)
                        self._weigh()
                        board.take(m)
                    board.turn(chain, s, other)

    def _take(self, m: int) -> None:
        for p in self.board.who[m]:
            self.busy.setdefault(p, self.board.busy[p])
        self.chain[m] = self.board.slot[m]
        self.board.take(m)

    def _weigh(self) -> None:
        """Keep the chain just made when it is lawful and better than the best."""
        board = self.board
        people = board.concerned(self.chain)
        cost = len(people - board.told), len(self.chain)
        if (self.best and cost > self.best[0][:2]) or not board.lawful(self.chain):
            return
        added = sum(board.wear(p, board.busy[p]) - board.wear(p, self.busy[p]) for p in people)
        far = sum(abs(board.slot[one] - before) for one, before in self.chain.items() if before != NONE)
        key = (*cost, added, far)
        if not self.best or key < self.best[0]:
            self.best = key, tuple(Move(one, before, board.slot[one]) for one, before in self.chain.items())

    def make(self) -> tuple[Move, ...]:
        """Make the best chain and return it."""
        moves = self.best[1] if self.best else ()
        for move in moves[1:]:
            self.board.take(move.meeting)
        for move in moves:
            self.board.put(move.meeting, move.after)
        self.board.tell(move.meeting for move in moves)
        return moves
