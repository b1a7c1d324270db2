"""Gives a place to the meetings that moved, and leaves the others at theirs as far as can be."""

from __future__ import annotations

from collections import defaultdict

from ensembleur.meetings.engine.arrays import NO_TABLE, STEP_FREE_TABLE
from ensembleur.meetings.engine.board import Board
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.seating import tables


def reseat(board: Board, plan: Plan) -> tuple[dict[str, str], set[str]]:
    """{meeting: place} for the slots of the board, and the meetings that lose their place, closed, in a slot they keep.

    Who keeps their slot keeps their place when it can still be used; where only places with a step are left, somebody who can do with
    one gives theirs up to who cannot.
    """
    room = _Room(board, plan)
    closed = room.keep()
    for s in sorted(room.waiting):
        for m in sorted(room.waiting[s], key=lambda m: board.grid.needs[m] != STEP_FREE_TABLE):
            room.seat(m, s)
    return room.places, closed


class _Room:
    """The places, and who sits there."""

    def __init__(self, board: Board, plan: Plan) -> None:
        self.board, self.plan, self.problem = board, plan, board.grid.problem
        homes = set(self.problem.homes().values())
        self.free = {one.id: one for one in self.problem.places or tables(self.problem) if one.id not in homes}
        self.places: dict[str, str] = {}
        self.taken: list[dict[str, int]] = [{} for _ in range(self.problem.slot_count)]  # {place: meeting} of each slot
        self.waiting: dict[int, list[int]] = defaultdict(list)

    def keep(self) -> set[str]:
        """Leave at their place those who can stay there; the others wait. Those whose place closed."""
        closed = set()
        for m, (one, s) in enumerate(zip(self.problem.meetings, self.board.slot, strict=True)):
            place = self.plan.places.get(one.id, "") if s == self.plan.slots.get(one.id) else ""
            if s >= 0 and self.board.grid.needs[m] == NO_TABLE:
                self.places[one.id] = place or self.problem.at_home(one)
            elif s >= 0 and self._suits(m, s, place):
                self._put(m, s, place)
            elif s >= 0:
                self.waiting[s].append(m)
                if place:
                    closed.add(one.id)
        return closed

    def seat(self, m: int, s: int) -> None:
        """Give a free place to a meeting: that said for it when it is new, else one of its people just before or after, else any."""
        board, name = self.board, self.problem.meetings[m].id
        around = [t for t in (s - 1, s + 1) if 0 <= t < self.problem.slot_count]
        beside = {board.agenda[one][t] for one in board.grid.attendees[m] for t in around} - {-1}
        near = {self.places.get(self.problem.meetings[other].id) for other in beside}
        old, new = self.plan.places.get(name), name not in self.plan.slots
        free = [place for place in self.free if self._suits(m, s, place)]
        if not free:  # a table is left, with a step: who sits without need at one that has none goes there
            place, other = next((place, other) for place, other in self.taken[s].items() if self._gives(other, place))
            self._put(other, s, next(place for place in self.free if self._suits(other, s, place)))
            free = [place]
        self._put(m, s, min(free, key=lambda place: (new and place != old, place not in near, place != old)))

    def _suits(self, m: int, s: int, place: str) -> bool:
        """Whether a meeting may take a place that nobody has."""
        one = self.free.get(place)
        if one is None or not one.open >> s & 1 or place in self.taken[s]:
            return False
        return one.step_free or self.board.grid.needs[m] != STEP_FREE_TABLE

    def _gives(self, m: int, place: str) -> bool:
        return self.free[place].step_free and self.board.grid.needs[m] != STEP_FREE_TABLE

    def _put(self, m: int, s: int, place: str) -> None:
        self.places[self.problem.meetings[m].id] = place
        self.taken[s][place] = m
