"""Proposes what to change in a published timetable once something has happened, moving as few people as can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ensembleur.meetings.engine.arrays import STEP_FREE_TABLE, grid
from ensembleur.meetings.engine.board import bits
from ensembleur.meetings.engine.changes import Added, Back, Cancelled, Change, SlotClosed, apply
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.explaining import why_not
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.rescuing import DEEPEST, NONE, Published, rescue
from ensembleur.meetings.engine.reseating import reseat

Names = tuple[str, ...]


class Why(StrEnum):
    """Why a meeting is not where it was."""

    ABSENT = "absent"  # `who` cannot come in its slot
    SLOT_CLOSED = "slot_closed"
    PLACE_CLOSED = "place_closed"  # its place, or one table too many, cannot be used in its slot
    CLASH = "clash"  # it could not be held as it was: somebody was in two meetings, or the slot was forbidden
    CANCELLED = "cancelled"
    ADDED = "added"  # asked for late, in an empty slot
    BACK = "back"  # `who` can come after all
    MADE_ROOM = "made_room"  # moved so that the head of its chain has a slot
    GAVE_UP = "gave_up"  # lost its slot to the head of its chain, which somebody came for
    TABLE = "table"  # the slot is the same; another needs its place


@dataclass(frozen=True)
class Line:
    """What changes for one meeting. Slots: None before when it had none, None after when it is dropped or cancelled; places: "".

    chain : the meeting the chain was made for; the meeting itself when it is the head.
    """

    meeting: str
    before: int | None
    after: int | None
    place_before: str
    place_after: str
    why: Why
    chain: str
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A timetable to accept or refuse, and what changes with it. Nothing is applied here.

    notified : the participants whose agenda changes, in the order of the problem.
    rescued, dropped : the meetings that lost their slot and have another, or none.
    """

    plan: Plan
    lines: tuple[Line, ...]
    notified: tuple[str, ...]
    before: Score
    after: Score
    rescued: tuple[str, ...]
    dropped: tuple[str, ...]


def repair(
    problem: Problem,
    plan: Plan,
    changes: Sequence[Change],
    *,
    now_slot: int | None = None,
    frozen: frozenset[str] = frozenset(),
) -> Proposal:
    """The timetable after the changes, the same for the same arguments.

    now_slot : the slot being held: what is past stays, and in this slot and the next nothing moves and nothing is put; a meeting
        that cannot be held there any more is given a later slot. None before the day.
    frozen : the meetings that may not move, beside those that are locked.
    Cost: must-meetings dropped, then meetings dropped, people told, meetings moved, breaks. The hard rules of the problem hold;
    `rules.fair_difference` is not looked at: on the day nobody is told more for it.
    """
    work = _Repair(problem, plan, changes, now_slot, frozen)
    work.load()
    work.relieve()
    work.rescue()
    work.fill()
    return work.proposal()


class _Repair:
    """The work on one repair."""

    def __init__(
        self, problem: Problem, plan: Plan, changes: Sequence[Change], now_slot: int | None, frozen: frozenset[str]
    ) -> None:
        self.old, self.plan, self.changes = problem, plan, changes
        self.problem = apply(problem, changes, since=now_slot or 0)
        horizon = 0 if now_slot is None else (1 << now_slot + 2) - 1
        self.board = Published(grid(self.problem), horizon, frozen)
        self.meetings = self.problem.meetings
        self.rank = {one.id: m for m, one in enumerate(self.meetings)}
        self.hits: dict[int, tuple[Why, Names]] = {}  # the meetings that lost their slot
        self.asked: dict[int, tuple[Why, Names]] = {}  # those to fit in an empty slot
        self.cause: dict[int, int] = {}  # {meeting moved: the one that made it move}

    def load(self) -> None:
        """Put the meetings that stay where they are; the others are hit."""
        held = [(self.rank[name], s) for name, s in self.plan.slots.items() if name in self.rank]
        for m in self.board.load(held):
            self._hit(m, *self._reason(m, self._before(m)))

    def _reason(self, m: int, s: int) -> tuple[Why, Names]:
        """Why a meeting cannot be held in its slot."""
        if any(isinstance(one, SlotClosed) and one.slots >> s & 1 for one in self.changes):
            return Why.SLOT_CLOSED, ()
        people = [self.problem.participants[p] for p in self.board.who[m]]
        if away := tuple(one.id for one in people if not one.available >> s & 1):
            return Why.ABSENT, away
        return (Why.CLASH if self.board.domain[m] >> s & 1 or not self.meetings[m].allowed >> s & 1 else Why.PLACE_CLOSED), ()

    def _hit(self, m: int, why: Why, who: Names = ()) -> None:
        self.hits[m] = (why, who)
        self.board.tell((m,))

    def relieve(self) -> None:
        """Where too few tables are left, choose the meetings that lose their slot: those seated at what closed first."""
        board, needs = self.board, self.board.grid.needs
        shut = {(one.id, s) for one in self.problem.places for s in range(self.problem.slot_count) if not one.open >> s & 1}

        def rank(m: int) -> tuple[bool, bool, bool, bool, int, int]:
            one, s = self.meetings[m], board.slot[m]
            seated = (self.plan.places.get(one.id, ""), s) in shut
            return m in board.still, one.must, not seated, not board.legal(m), one.weight, m

        for s in range(self.problem.slot_count):
            while board.crowded(s):
                m = min((m for m in board.at[s] if not board.stairs(s) or needs[m] == STEP_FREE_TABLE), key=rank)
                board.take(m)
                self._hit(m, Why.PLACE_CLOSED)

    def rescue(self) -> None:
        """Give a slot to what lost its own, what somebody comes for first; at worst that takes the slot of another meeting."""
        waiting = self._in_order(m for m in self.hits if m not in self.board.still)
        while waiting:
            m = waiting.pop(0)
            if not self._place(m) and (given := self._give_way(m)) is not None:
                waiting.append(given)

    def _in_order(self, meetings: Iterable[int]) -> list[int]:
        def rank(m: int) -> tuple[bool, int, int, int]:
            return not self.meetings[m].must, -self.meetings[m].weight, self.board.grid.domain[m].bit_count(), m

        return sorted(meetings, key=rank)

    def _place(self, m: int, deepest: int = DEEPEST) -> bool:
        """Make the best chain for a meeting and write down whom it made move; whether there is one."""
        moves = rescue(self.board, m, before=self._before(m), deepest=deepest)
        for move in moves[1:]:
            self.cause[move.meeting] = m
        return bool(moves)

    def _give_way(self, m: int) -> int | None:
        """Give a meeting that somebody comes for the slot of one that nobody does, the lightest; which one, None when none would do."""
        board, found = self.board, []
        for s in bits(board.grid.domain[m] if self.meetings[m].must else 0):
            out = board.blockers(m, s)
            if len(out) != 1 or not all(board.moves(one) and not self.meetings[one].must for one in out):
                continue
            (one,) = out
            board.take(one)
            if board.legal(m) >> s & 1:
                found.append((self.meetings[one].weight, len(board.concerned((one,)) - board.told), one, s))
            board.put(one, s)
        if not found:
            return None
        *_cost, one, s = min(found)
        board.take(one)
        board.put(m, s)
        self._hit(one, Why.GAVE_UP, (self.meetings[m].id,))
        self.cause[one] = m
        return one

    def _before(self, m: int) -> int:
        return self.plan.slots.get(self.meetings[m].id, NONE)

    def fill(self) -> None:
        """Give an empty slot to the meetings added, and to those without slot of people who can come after all; move nobody."""
        added = {self.rank[one.meeting.id] for one in self.changes if isinstance(one, Added) and one.meeting.id in self.rank}
        back = {one.participant for one in self.changes if isinstance(one, Back)}
        without = {self.rank[one.meeting] for one in self.plan.unplaced if one.meeting in self.rank}
        without = {m for m in without if self.board.slot[m] == NONE and back.intersection(self.meetings[m].attendees)}
        for m in self._in_order(added | without):
            who = tuple(name for name in self.meetings[m].attendees if name in back)
            self.asked[m] = (Why.ADDED, ()) if m in added else (Why.BACK, who)
            self._place(m, deepest=0)

    def proposal(self) -> Proposal:
        """What is proposed."""
        board, plan = self.board, self.plan
        slots = {one.id: s for one, s in zip(self.meetings, board.slot, strict=True) if s != NONE}
        places, closed = reseat(board, plan) if plan.places else ({}, set())
        lines = self._lines(slots, places, closed)
        changed = {line.meeting for line in lines}
        told = {name for one in (*self.old.meetings, *self.meetings) if one.id in changed for name in one.attendees}
        lost = [m for m in sorted({*self.hits, *self.asked}) if board.slot[m] == NONE]
        anew = {self.meetings[m].id: self._unplaced(m) for m in lost}
        kept = (one for one in plan.unplaced if one.meeting in self.rank and one.meeting not in {**slots, **anew})
        after = score(self.problem, slots, places)
        return Proposal(
            plan=Plan(slots, places, (*kept, *anew.values()), after, seed=plan.seed, engine=plan.engine),
            lines=lines,
            notified=tuple(one.id for one in self.problem.participants if one.id in told),
            before=plan.score if plan.score.placed == len(plan.slots) else score(self.old, plan.slots, plan.places),
            after=after,
            rescued=tuple(self.meetings[m].id for m in sorted(self.hits) if board.slot[m] != NONE),
            dropped=tuple(self.meetings[m].id for m in lost if m in self.hits),
        )

    def _unplaced(self, m: int) -> Unplaced:
        board, one = self.board, self.meetings[m]
        if m in board.still:
            return Unplaced(one.id, WhyNot.LOCKED, (one.id,))
        if board.domain[m] and not board.grid.domain[m]:
            return Unplaced(one.id, WhyNot.NO_COMMON_SLOT, one.attendees)  # all they had is past
        return why_not(board, m)

    def _lines(self, slots: dict[str, int], places: dict[str, str], closed: set[str]) -> tuple[Line, ...]:
        """What differs from the plan, chain by chain, the head of each first; then the cancelled, then those that change place only."""
        plan = self.plan
        order = {m: i for i, m in enumerate([*self.hits, *self.asked])}
        reasons: dict[int, tuple[Why, int, Names]] = {m: (Why.MADE_ROOM, head, ()) for m, head in self.cause.items()}
        for m, (why, who) in {**self.hits, **self.asked}.items():
            reasons[m] = why, self.cause[m] if why is Why.GAVE_UP else m, who
        moved = sorted(reasons, key=lambda m: (order[reasons[m][1]], m != reasons[m][1], m))
        told = {self.meetings[m].id: (why, self.meetings[head].id, who) for m in moved for why, head, who in [reasons[m]]}
        told |= {one.meeting: (Why.CANCELLED, one.meeting, ()) for one in self.changes if isinstance(one, Cancelled)}
        for name in slots:
            if name not in told and places.get(name) != plan.places.get(name):
                told[name] = (Why.PLACE_CLOSED if name in closed else Why.TABLE), name, ()
        lines = []
        for name, reason in told.items():
            before, after = plan.slots.get(name), slots.get(name)
            line = Line(name, before, after, plan.places.get(name, ""), places.get(name, ""), *reason)
            if (before, line.place_before) != (after, line.place_after):
                lines.append(line)
        return tuple(lines)
