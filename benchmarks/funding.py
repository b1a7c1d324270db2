"""The funding plan of 20 actions × 30 schemes with every kind of rule: time to the proof, and gain over one by one."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, median
from typing import Any

from benchmarks.results import table, write_section
from ensembleur.money import CENT
from ensembleur.schemes.engine.funding.binding import binds_of
from ensembleur.schemes.engine.funding.checker import faults
from ensembleur.schemes.engine.funding.exhaustive import best_of_all
from ensembleur.schemes.engine.funding.greedy import greedy
from ensembleur.schemes.engine.funding.problem import ALL, Action, Envelope, Exclusion, Offer, PastAid, Problem, Terms
from ensembleur.schemes.engine.funding.solve import solve
from tests.factories.funding import small

DAY = date(2026, 11, 22)
Timing = tuple[float, float]
ACTIONS, SCHEMES = 20, 30
CASES = 200
SMALL_CASES = 200
SHARES = 10  # cases whose shares are computed too
RATES = [Decimal(share) for share in ("0.2", "0.3", "0.4", "0.45", "0.5", "0.6", "0.8")]
CEILINGS = [Decimal(eur) for eur in (5_000, 10_000, 55_000, 100_000, 250_000, 500_000)]


def draw_problem(seed: int) -> Problem:
    """20 actions of 3,000 to 600,000 €, each open to a third of 30 schemes: rates, steps, flat sums and ranges, floors, ceilings over
    the plan, shared envelopes, exclusions on one action or everywhere, small aids over four years, past aids, cents.
    """
    draw = random.Random(seed)
    actions = tuple(_action(draw, number) for number in range(ACTIONS))
    offers = [offer for number in range(SCHEMES) for offer in _offers(draw, f"s{number}", actions)]
    names = [f"s{number}" for number in range(SCHEMES)]
    exclusions = tuple(
        Exclusion((draw.choice(names), draw.choice(names)), draw.choice(["action", "action", "plan"])) for _ in range(10)
    )
    envelopes = tuple(
        Envelope(tuple(draw.sample(names, draw.choice([1, 2]))), Decimal(draw.randint(20, 600) * 1000)) for _ in range(6)
    )
    past = tuple(
        PastAid(DAY - timedelta(days=draw.randrange(1090)), Decimal(draw.randint(1000, 9_000_000)) / 100) for _ in range(4)
    )
    return Problem(actions, tuple(offers), envelopes, exclusions, past)


def _action(draw: random.Random, number: int) -> Action:
    cost = Decimal(draw.randint(300_000, 60_000_000)) / 100 if draw.random() < 0.3 else Decimal(draw.randint(3, 600) * 1000)
    granted = DAY + timedelta(days=draw.randrange(1400))
    return Action(
        f"a{number}", f"Action {number}", cost, granted, draw.choice([ALL, Decimal("0.8"), Decimal("0.7"), Decimal("0.5")])
    )


def _offers(draw: random.Random, name: str, actions: tuple[Action, ...]) -> list[Offer]:
    kind = draw.choice(["rate"] * 6 + ["steps", "flat", "range", "range"])
    rate, ceiling, small_aid = draw.choice(RATES), draw.choice(CEILINGS), draw.random() < 0.4
    unit = Decimal(1) if draw.random() < 0.6 else CENT
    base = Terms(
        "rate",
        rate=rate,
        base_min_eur=draw.choice([None, None, Decimal(10_000)]),
        base_max_eur=draw.choice([None, None, None, Decimal(400_000)]),
        floor_eur=draw.choice([None, None, None, Decimal(2_000)]),
        ceiling_eur=ceiling,
        limit_eur=ceiling,
        given_share=draw.choice([ALL] * 5 + [Decimal("0.6")]),
        unit_eur=unit,
    )
    steps = tuple((Decimal(start), start * rate) for start in (1000, 2000, 4000, 8000))
    forms = {
        "rate": base,
        "steps": Terms("steps", steps=steps, limit_eur=8000 * rate, whole=True, unit_eur=unit),
        "flat": Terms("flat", least_eur=Decimal(5000), most_eur=Decimal(5000), limit_eur=Decimal(5000), whole=True),
        "range": Terms("range", least_eur=draw.choice([Decimal(0), Decimal(2500)]), most_eur=ceiling, limit_eur=ceiling),
    }
    taken = [action for action in actions if draw.random() < 0.35]
    return [Offer(action.id, name, replace(forms[kind], base_eur=action.cost_eur), de_minimis=small_aid) for action in taken]


def main() -> None:
    """Writes the section "funding"."""
    solve(small(1))  # the solver's library is loaded once, before anything is timed
    money: list[Timing] = []
    files: list[Timing] = []
    simple: list[Timing] = []
    binds: list[Timing] = []
    gains, unproved, wrong = [], 0, 0
    for seed in range(CASES):
        problem = draw_problem(seed)
        one_by_one = timed(simple, lambda problem=problem: greedy(problem))
        plan = timed(money, lambda problem=problem: solve(problem, few=False))
        unproved += not plan.is_proved
        wrong += bool(faults(problem, plan)) + bool(faults(problem, one_by_one))
        gains.append(plan.total_eur / one_by_one.total_eur - 1)
        if seed < SHARES:
            few = timed(files, lambda problem=problem: solve(problem))
            shares = timed(binds, lambda problem=problem, few=few: binds_of(few, problem, few))
            wrong += sum(bind.eur for bind in shares) != problem.cost_eur - few.total_eur or few.total_eur != plan.total_eur
    different = 0
    for seed in range(SMALL_CASES):
        problem = small(seed)
        plan, best = solve(problem), best_of_all(problem)
        different += (plan.total_eur, len(plan.schemes())) != (best.total_eur, len(best.schemes()))
    rows = [
        ("most money, proved to the cent", CASES, *_times(money)),
        ("the same, then the fewest schemes, proved", SHARES, *_times(files)),
        ("what binds, every euro named", SHARES, *_times(binds)),
        ("one by one, the biggest aid first", CASES, *_times(simple)),
    ]
    body = "\n\n".join(
        (
            f"{ACTIONS} actions × {SCHEMES} schemes drawn from {CASES} seeds, every kind of rule at once; the plan is checked by a program that does "
            f"not know the solver. Processor time is the figure that a busy machine disturbs least. Load of the machine at the end: {os.getloadavg()[0]:.1f}.",
            table(["search", "cases", "median, ms", "max, ms", "within 1 s", "processor: median", "max", "within 1 s"], rows),
            f"Not proved: {unproved}. Plans or sums found wrong: {wrong}. "
            f"Gain over one by one: mean {_percent(mean(gains))}, median {_percent(median(gains))}, max {_percent(max(gains))}; one by one is already the best "
            f"in {_percent(sum(gain == 0 for gain in gains) / len(gains))} of the cases.",
            f"Small cases tried amount by amount: {SMALL_CASES}, of which {different} differ from the solver's.",
        )
    )
    write_section("funding", "Funding plan: target proved optimal within 1 s", body)


def timed(kept: list[Timing], work: Callable[[], Any]) -> Any:
    """Does the work, keeps (clock, processor) seconds, gives the result."""
    started, used = time.perf_counter(), time.process_time()
    result = work()
    kept.append((time.perf_counter() - started, time.process_time() - used))
    return result


def _times(kept: list[Timing]) -> list[str]:
    """Median, greatest and share within one second, by the clock then by the processor."""
    found = []
    for seconds in zip(*kept, strict=True):
        found += [
            f"{median(seconds) * 1000:.0f}",
            f"{max(seconds) * 1000:.0f}",
            _percent(sum(one <= 1 for one in seconds) / len(seconds)),
        ]
    return found


def _percent(share: float | Decimal) -> str:
    return f"{float(share) * 100:.1f} %"


if __name__ == "__main__":
    main()
