"""Improves a timetable as long as it is let: unwanted breaks, then idle slots, by exchanges along chains in simulated annealing.

What is deterministic: the same problem, plan, seed and `iterations` give the same timetable on any machine. With `seconds` the search
meets the same timetables in the same order, by rounds that the problem alone sets; the clock, read every CHUNK tries, only says where
to stop, and the result is the best met until then. A watch that asks to stop does the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ensembleur.meetings.engine.arrays import grid
from ensembleur.meetings.engine.board import Board
from ensembleur.meetings.engine.bounding import fewest_breaks
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.ejecting import restore
from ensembleur.meetings.engine.placing import fill, hold, plan_of
from ensembleur.meetings.engine.plan import Plan, Progress, Watch
from ensembleur.meetings.engine.problem import MOST_SLOTS, Problem

if TYPE_CHECKING:
    from ensembleur.meetings.engine.kernels import Tables
    from ensembleur.meetings.engine.pricing import Weights

CHUNK = 1 << 18  # tries between two looks at the clock: a few hundredths of a second
TELL_EVERY = 0.3  # seconds between two looks by the watch
BREAK, FORCED, IDLE, ABOVE = 1000, 250, 100, 3000  # what each costs; one break above the limit of a person costs ABOVE more
HOT, WARM, COLD = 500.0, 300.0, 100.0  # temperatures: of the first round, of the others, at the end of each
SHORTEST, PER_MEETING = 2_000_000, 1_000  # tries of the first rounds
MOST_REFILLS = 5  # times that what has no slot is tried again


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
    started = time.perf_counter()
    board = Board(grid(problem))
    hold(board, plan.slots)
    search = _Search(board, seed)
    told, left = started, iterations
    for tries, hot, cold, last in _chunks(len(board.grid.meetings), left):
        if search.done():
            break
        search.anneal(tries, hot, cold)
        if last:
            search.restart()
        now = time.perf_counter()
        if seconds is not None and now - started >= seconds:
            break
        if watch is not None and now - told >= TELL_EVERY:
            share = (now - started) / seconds if seconds else search.tries / iterations if iterations else 0.0
            if not watch(Progress(min(share, 1.0), score(problem, search.slots()), "improving")):
                break
            told = now + (time.perf_counter() - now) * 20  # a large timetable takes long to count: it is told less often
    search.restart()
    found = plan_of(search.board, seed=seed)
    return replace(found, score=score(problem, found.slots))


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

        self.board, self.seed, self.tries, self.refills = board, seed, 0, 0
        self.kernels, self.tabulate = kernels, tabulating.tables
        problem = board.grid.problem
        fair = problem.rules.fair_difference
        self.weights: Weights = pricing.Weights(
            BREAK, FORCED, IDLE, ABOVE, problem.rules.most_breaks, MOST_SLOTS if fair is None else fair
        )
        self.idle_bits = pricing.IDLE_BITS
        self.pairs = all(len(people) == 2 for people in board.grid.attendees)
        self.chance = np.array([0x9E3779B97F4A7C15 ^ (seed * 0x2545F4914F6CDD1D & 0x7FFFFFFFFFFFFFFF)], dtype=np.uint64)
        self.begin()

    def begin(self) -> None:
        """Fill the tables from the board."""
        self.tables: Tables = self.tabulate(self.board, self.weights, self.chance)
        self.least = fewest_breaks(self.board.grid.problem, self.slots())

    def slots(self) -> dict[str, int]:
        """The best timetable."""
        return {name: int(slot) for name, slot in zip(self.board.grid.meetings, self.tables.best, strict=True) if slot >= 0}

    def done(self) -> bool:
        """Whether nothing is left to gain: nobody can be moved, or every figure is at a bound that is proved."""
        whole, floor = self.tables.whole, self.least * FORCED << self.idle_bits
        return -1 not in self.board.slot and (not len(self.tables.movers) or whole[self.kernels.BEST] <= floor)

    def anneal(self, tries: int, hot: float, cold: float) -> None:
        """One chunk."""
        self.kernels.anneal(self.tables, self.weights, self.pairs, tries, hot, cold)
        self.tries += tries

    def restart(self) -> None:
        """Go back to the best timetable, try again what has no slot, and go on from there."""
        restore(self.board, [int(slot) for slot in self.tables.best])
        if -1 in self.board.slot and self.refills < MOST_REFILLS:
            self.refills += 1
            fill(self.board, seed=self.seed + self.refills)
        self.begin()
