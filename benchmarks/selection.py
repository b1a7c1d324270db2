"""Which of 15,000 wishes become meetings: time, fairness and its price, beside HiGHS, a greedy choice and the flow without bonus."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Collection
from random import Random
from statistics import median, quantiles
from typing import Any

from benchmarks.results import table, write_section
from ensembleur.meetings.engine.caps import most_meetings
from ensembleur.meetings.engine.matching import FIRST, Market, by_flow, by_programme, meetings_of
from ensembleur.meetings.engine.problem import Participant
from ensembleur.meetings.engine.selecting import select
from ensembleur.meetings.engine.suggesting import Profile, suggest
from ensembleur.meetings.engine.wishes import WEIGHTS, Bond, Level, Pair, Party, Wish, merge

BUYERS, SUPPLIERS, WISHES, SLOTS, TABLES = 300, 549, 15_000, 24, 300
SEEDS, RUNS = (1, 2, 3), 15
KIND = {weight: kind for kind, weight in WEIGHTS.items()}


def event(seed: int, *, wishes: int = WISHES, two_sided: bool = True) -> tuple[list[Wish], list[Party]]:
    """So many wishes, pairs of every weight alike, popularity log-normal, one person in seven away for a quarter of the day."""
    draw = Random(seed)
    sides = [("A", f"b{n:03}", 0.6) for n in range(BUYERS)] + [("B", f"s{n:03}", 0.7) for n in range(SUPPLIERS)]
    parties = [
        Party(name, (Participant(f"{name}.1", _there(draw)),), side if two_sided else "", is_small=side == "B")
        for side, name, _ in sides
    ]
    known = {party.id: party.representatives[0].available for party in parties}
    popular = {name: draw.lognormvariate(0, spread) for _, name, spread in sides}
    parts = [[name for side, name, _ in sides if side == letter or not two_sided] for letter in "AB"]
    drawn = [(names, [popular[name] for name in names]) for names in parts]
    met: set[tuple[str, str]] = set()
    asked: list[Wish] = []
    while len(asked) < wishes:
        here, there = (draw.choices(names, chances)[0] for names, chances in drawn)
        if here != there and met.isdisjoint({(here, there), (there, here)}) and known[here] & known[there]:
            met.add((here, there))
            asked += _wishes(here, there, draw.randint(1, 6))
    return asked[:wishes], parties


def _there(draw: Random) -> int:
    everything, quarter = (1 << SLOTS) - 1, (1 << SLOTS // 4) - 1
    if draw.random() >= 0.15:
        return everything
    return everything & ~(quarter << draw.choice((0, SLOTS - SLOTS // 4, draw.randint(0, SLOTS - SLOTS // 4))))


def _wishes(here: str, there: str, weight: int) -> list[Wish]:
    """What the two must have said for their meeting to be worth so much."""
    bond, must = KIND[weight]
    level = Level.MUST if must else Level.LIKE
    asked = [Wish(f"{there}>{here}", there, here, level, True if bond is Bond.ACCEPTED else None)]
    return asked + [Wish(f"{here}>{there}", here, there)] * (bond is Bond.MUTUAL)


def greedy(pairs: list[Pair], parties: list[Party], capacity: int) -> list[Pair]:
    """The heaviest pair that still fits, again and again."""
    room = {party.id: most_meetings(party.representatives[0]) for party in parties}
    kept = []
    for pair in sorted(pairs, key=lambda one: -one.weight):
        if len(kept) < capacity and room[pair.first] and room[pair.second]:
            room[pair.first] -= 1
            room[pair.second] -= 1
            kept.append(pair)
    return kept


def clocked(act: Callable[[], Any], runs: int = RUNS) -> tuple[Any, list[float], list[float]]:
    """What it gave, seconds, seconds of processor."""
    seconds, busy, found = [], [], None
    for _ in range(runs):
        started, worked = time.perf_counter(), time.process_time()
        found = act()
        seconds.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
    return found, seconds, busy


def row(
    name: str, kept: Collection[Pair], pairs: Collection[Pair], best: int, seconds: list[float], busy: list[float]
) -> list[object]:
    """One line: what was kept, what it is worth, who is left with almost nothing, how long it took."""
    asked, load = meetings_of(pairs), meetings_of(kept)
    small = [(asked[party], load[party]) for party in asked if party.startswith("s")]
    weight = sum(pair.weight for pair in kept)
    return [
        name, f"{len(kept):,}", f"{weight:,}", f"{100 * (best - weight) / best:.2f}", sum(wished >= FIRST > got for wished, got in small),
        f"{quantiles([got for _, got in small], n=20)[0]:.0f}", *(f"{1000 * value:.0f}" for value in (min(seconds), median(seconds), min(busy))),
    ]  # fmt: skip


def market(pairs: list[Pair], parties: list[Party], *, fair: bool) -> Market:
    """The same problem, ready for a solver."""
    caps = {party.id: most_meetings(party.representatives[0]) for party in parties}
    return Market(pairs, caps, {}, frozenset(party.id for party in parties if party.is_small and fair), SLOTS * TABLES)


def two_sides(seed: int, count: int = WISHES) -> list[list[object]]:
    """Every way of choosing, on one draw."""
    wishes, parties = event(seed, wishes=count)
    pairs, _ = merge(wishes, parties)
    plain, plain_seconds, plain_busy = clocked(lambda: select(wishes, parties, capacity=SLOTS * TABLES, fair=False))
    fair, seconds, busy = clocked(lambda: select(wishes, parties, capacity=SLOTS * TABLES))
    best = plain.weight
    rows = [
        row(
            f"draw {seed}, {count:,} wishes of {len(pairs):,} pairs: ours, from wishes to reasons",
            [one.pair for one in fair.chosen],
            pairs,
            best,
            seconds,
            busy,
        ),
        row("same without bonus", [one.pair for one in plain.chosen], pairs, best, plain_seconds, plain_busy),
    ]
    shop = market(pairs, parties, fair=True)
    flow, *clock = clocked(lambda: by_flow(shop))
    rows.append(row("the flow alone, pairs ready", [pairs[rank] for rank in flow], pairs, best, *clock))
    (found, bound), *clock = clocked(lambda: by_programme(shop), runs=2)
    assert bound == fair.objective, (bound, fair.objective)
    rows.append(row("scipy milp (HiGHS), pairs ready", [pairs[rank] for rank in found], pairs, best, *clock))
    kept, *clock = clocked(lambda: greedy(pairs, parties, SLOTS * TABLES))
    rows.append(row("greedy by weight, pairs ready", kept, pairs, best, *clock))
    return rows


def among_all(seed: int) -> list[object]:
    """Any with any: the integer programme, and what it proves."""
    wishes, parties = event(seed, two_sided=False)
    found, seconds, busy = clocked(lambda: select(wishes, parties, capacity=SLOTS * TABLES), runs=2)
    gap = found.bound - found.objective
    return [seed, f"{len(found.chosen):,}", f"{found.objective:,}", gap, f"{min(seconds):.2f}", f"{min(busy):.2f}"]


def suggestions() -> list[list[object]]:
    """The list of each of 850 people among the 849 others."""
    draw = Random(5)
    codes, sectors = [f"c{n}" for n in range(120)], [f"{n}" for n in range(10, 34)]
    people = [
        Profile(
            f"p{n}", frozenset(draw.sample(codes, draw.randint(0, 8))), frozenset(draw.sample(codes, draw.randint(0, 8))),
            frozenset(draw.sample(sectors, draw.randint(0, 3))), departement=draw.choice(["95", "78", "92", ""]),
            headcount=draw.choice([None, 3, 40, 300]), within_km=draw.choice([None, 30, 80]), sizes=draw.choice([None, (1, 249)]),
        )
        for n in range(850)
    ]  # fmt: skip
    far = {one.id: draw.randrange(120) for one in people if draw.random() < 0.9}
    clock, busy, lengths = [], [], Counter[int]()
    for me in people:
        found, seconds, worked = clocked(lambda me=me: suggest(me, people, distance_km=far), runs=1)
        clock.append(seconds[0] * 1000)
        busy.append(worked[0] * 1000)
        lengths[len(found)] += 1
    marks = (median(clock), quantiles(clock, n=20)[-1], max(clock), median(busy), max(busy))
    return [[len(people), lengths[20], *(f"{mark:.1f}" for mark in marks)]]


def main() -> None:
    """Writes the section "selection"."""
    rows = [line for seed in SEEDS for line in two_sides(seed)] + two_sides(SEEDS[0], WISHES * 4 // 3)
    head = [
        "choice", "meetings", "weight", "lost to the heaviest, %", f"suppliers with {FIRST}+ wishes under {FIRST}", "5th percentile",
        "best, ms", "median, ms", "processor, ms",
    ]  # fmt: skip
    body = "\n\n".join(
        (
            f"{WISHES:,} wishes, one pair in three reciprocal, then {WISHES * 4 // 3:,}; weights 1–6, {BUYERS} buyers, {SUPPLIERS} suppliers, "
            f"{SLOTS} slots, {TABLES} tables; {RUNS} runs, 2 for HiGHS. « From wishes to reasons »: merging, choice, a reason for each wish not kept, "
            "figures of each party. The flow and HiGHS reach the same objective, bonus included, in every draw: checked here.",
            table(head, rows),
            "The same number of wishes when anybody may meet anybody, by HiGHS (`gap`: its bound less what it found; 0 is a proof):",
            table(
                ["draw", "meetings", "objective", "gap", "best, s", "processor, s"],
                [among_all(seed) for seed in SEEDS],
            ),
            "Suggestions, each of 850 people among all the others, reasons in words (target 20 ms a list):",
            table(
                ["people", "lists of 20", "median, ms", "95th percentile, ms", "worst, ms", "processor, ms", "worst of it, ms"],
                suggestions(),
            ),
            f"Load of the machine at the end {os.getloadavg()[0]:.1f}.",
        )
    )
    write_section(
        "selection", f"Selection of {WISHES:,} wishes (target: 0.1 s, nobody with 3 wishes under 3, less than 1 % lost)", body
    )


if __name__ == "__main__":
    main()
