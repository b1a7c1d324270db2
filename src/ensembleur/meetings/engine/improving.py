"""Improves a timetable as long as it is let: unwanted breaks, then idle slots, by exchanges along chains in simulated annealing.

What is deterministic: the same problem, plan, seed and `iterations` give the same timetable on any machine. With `seconds` the search
meets the same timetables in the same order, by rounds that the problem alone sets; the clock, read every CHUNK tries, only says where
to stop, and the result is the best met until then. A watch that asks to stop does the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ensembleur.meetings.engine.arrays import grid
from ensembleur.meetings.engine.board import Board
from ensembleur.meetings.engine.bounding import fewest_breaks
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.ejecting import restore
from ensembleur.meetings.engine.explaining import why_not
from ensembleur.meetings.engine.placing import fill, hold, plan_of
from ensembleur.meetings.engine.plan import Plan, Progress, Watch, WhyNot
from ensembleur.meetings.engine.problem import MOST_SLOTS, Problem

CHUNK = 1 << 18  # tries between two looks at the clock: a few hundredths of a second
LOOK_EVERY = 0.3  # seconds between two looks by the watch
LOOK_SPACING = 20  # and so many times what a look costs: a large timetable is long to count
BREAK, FORCED, IDLE, ABOVE = 1000, 250, 100, 3000  # what each costs; one break above the limit of a person costs ABOVE more
HOT, WARM, COLD = 500.0, 300.0, 100.0  # temperatures: of the first round, of the others, at the end of each
SHORTEST, PER_MEETING = 2_000_000, 1_000  # tries of the first rounds
MOST_REFILLS = 4  # times that what has no slot is tried again


def improve(
    problem: Problem,
    plan: Plan,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> Plan:
    """The best timetable met in that time, or in that number of tries; what had no slot gets one when a way appears.

    Locked meetings never move, and no rule is broken on the way. When nobody may differ from others by more than so many breaks, a
    timetable that respects it is preferred to any that does not: nobody then has more breaks than that.
    """
    board = Board(grid(problem))
    hold(board, plan.slots)
    if len(plan.slots) + len(plan.unplaced) < len(problem.meetings):
        fill(board, seed=seed)
    search = _Search(board, seed)
    search.warm_up()
    started = time.perf_counter()
    next_look = started
    for tries, hot, cold, ends in _chunks(len(board.grid.meetings), iterations):
        now = time.perf_counter()
        if search.done() or (seconds is not None and now - started >= seconds):
            break
        if watch is not None and now >= next_look:
            share = (now - started) / seconds if seconds else search.tries / iterations if iterations else 0.0
            if not watch(Progress(min(share, 1.0), score(problem, search.slots()), "improving")):
                break
            next_look = now + max(LOOK_EVERY, LOOK_SPACING * (time.perf_counter() - now))
        search.anneal(tries, hot, cold)
        if ends:
            search.restart()
    restore(board, search.best())
    found = plan_of(board)
    return replace(
        plan,
        slots=found.slots,
        places={},
        unplaced=found.unplaced,
        score=score(problem, found.slots),
        bound=None,
        optimal=False,
        seed=seed,
    )


def _chunks(meetings: int, iterations: int | None) -> Iterator[tuple[int, float, float, bool]]:
    """(tries, temperature at their beginning, at their end, whether a round ends with them), without end or up to so many tries.

    Two rounds of each length, then twice as long: however late the search stops, a good part of its time went to complete rounds.
    """
    rank, left = 0, iterations
    while left is None or left > 0:
        length = max(SHORTEST, PER_MEETING * meetings) << rank // 2
        length, hot = (length if left is None else min(length, left)), WARM if rank else HOT
        cooling, gone = COLD / hot, 0
        while gone < length:
            tries = min(CHUNK, length - gone)
            from_, to = (hot * cooling ** (at / length) for at in (gone, gone + tries))
            gone += tries
            yield tries, from_, to, gone == length
        rank, left = rank + 1, None if left is None else left - length


class _Search:
    """The tables of the compiled loop, and the board they come from."""

    def __init__(self, board: Board, seed: int) -> None:
        from ensembleur.meetings.engine import kernels, pricing, tabulating  # compiled on first use: nothing else pays for it

        self.kernels, self.tabulating, self.idle_bits = kernels, tabulating, pricing.IDLE_BITS
        self.board, self.seed, self.tries, self.refills = board, seed, 0, 0
        rules, people = board.grid.problem.rules, board.grid.attendees
        hard = MOST_SLOTS if rules.fair_difference is None else rules.fair_difference
        self.weights = pricing.Weights(BREAK, FORCED, IDLE, ABOVE, rules.most_breaks, hard)
        self.pairs = all(len(one) == 2 for one in people)
        self.chance = np.array([0x9E3779B97F4A7C15 ^ (seed & 0xFFFFFFFF) << 8], dtype=np.uint64)
        self._begin()

    def _begin(self) -> None:
        self.tables = self.tabulating.tables(self.board, self.weights, self.chance)
        self.least = fewest_breaks(self.board.grid.problem, self.slots())
        without = [meeting for meeting, slot in enumerate(self.board.slot) if slot < 0]
        whys = {why_not(self.board, meeting).why for meeting in without} if self.refills < MOST_REFILLS else set()
        self.hopeful = not whys <= {WhyNot.NO_COMMON_SLOT, WhyNot.FULL_AGENDA}

    def best(self) -> list[int]:
        """The slot of each meeting in the best timetable, -1 for none."""
        return [int(slot) for slot in self.tables.best]

    def slots(self) -> dict[str, int]:
        """{meeting: slot} in the best timetable."""
        return {name: slot for name, slot in zip(self.board.grid.meetings, self.best(), strict=True) if slot >= 0}

    def done(self) -> bool:
        """Whether nothing is left to gain: nobody can move, or no break is unwanted and the others are as few as is proved."""
        least = self.least * FORCED << self.idle_bits
        settled = not len(self.tables.movers) or self.tables.whole[self.kernels.BEST] <= least
        return bool(settled) and not self.hopeful

    def warm_up(self) -> None:
        """One try, which compiles the first time on a machine: that is not counted as improving."""
        self.anneal(1, HOT, COLD)
        self.tries = 0

    def anneal(self, tries: int, hot: float, cold: float) -> None:
        """So many tries; without anybody to move, none."""
        if len(self.tables.movers):
            self.kernels.anneal(self.tables, self.weights, self.pairs, tries, hot, cold)
        self.tries += tries

    def restart(self) -> None:
        """Go back to the best timetable, try again what has no slot while there is hope, and go on from there."""
        restore(self.board, self.best())
        if self.hopeful:
            self.refills += 1
            fill(self.board, seed=self.seed + self.refills)
        self._begin()
