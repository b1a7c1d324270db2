"""The exact plan: the most public money that need not be paid back, then the fewest files, with a proof.

Two mixed-integer programs solved by HiGHS. Its numbers are floating: each answer is brought back to whole cents by integer
arithmetic, and the proof is kept only when those cents reach the proved bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from ensembleur.schemes.engine.funding.greedy import greedy
from ensembleur.schemes.engine.funding.problem import Payment, Plan, Problem
from ensembleur.schemes.engine.funding.rows import Table, table_of
from ensembleur.schemes.engine.funding.whole import whole_cents

SECONDS = 10.0
NEARLY = 0.4  # of a cent: what floating sums of a plan may be wrong by


@dataclass(frozen=True)
class Found:
    """What the solver says: cents by offer (None without any plan), the proved bound in cents, whether the search ended."""

    values: np.ndarray | None
    bound: float
    ended: bool


@dataclass
class Program:
    """A mixed-integer program being written, one column a variable: maximise `gain`, every row between two numbers."""

    gain: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, gain: float, upper: float, whole: bool = False) -> int:
        """A new column from zero to `upper`."""
        self.gain.append(gain)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.gain) - 1

    def at_most(self, terms: dict[int, float], limit: float) -> None:
        """A sum that stays at or below a limit."""
        self.rows.append((terms, -np.inf, limit))

    def at_least(self, terms: dict[int, float], limit: float) -> None:
        """A sum that stays at or above a limit."""
        self.rows.append((terms, limit, np.inf))

    def run(self, seconds: float) -> Found:
        """The best values of the columns."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second to import: only who composes a plan waits
        from scipy.sparse import csr_array

        places = [(rank, column, value) for rank, (terms, *_) in enumerate(self.rows) for column, value in terms.items()]
        options: dict[str, Any] = {}
        if self.rows:
            rank, column, value = zip(*places, strict=True)
            matrix = csr_array((value, (rank, column)), shape=(len(self.rows), len(self.gain)))
            options["constraints"] = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        answer = milp(
            -np.array(self.gain),
            bounds=Bounds(0, np.array(self.upper)),
            integrality=np.array(self.whole),
            options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
            **options,
        )
        ended = answer.status == 0
        proved = answer.get("mip_dual_bound")
        if ended and (proved is None or not any(self.whole)):
            proved = answer.fun
        return Found(answer.x, np.inf if proved is None else -float(proved), ended)


def solve(problem: Problem, *, seconds: float = SECONDS) -> Plan:
    """The plan that brings most, then asks the fewest schemes. `seconds` : for each of the two searches.

    Never worse than the greedy plan. `bound_eur` is proved even when time runs out; `is_proved` says whether the plan reaches it.
    """
    table = table_of(problem)
    live = [rank for rank, span in enumerate(table.spans) if span.high]
    if not live:
        return Plan(bound_eur=Decimal(0), fewest_files=True)
    start = _cents_of(problem, greedy(problem))
    found = _most_money(table, live, seconds)
    best = max(filter(None, (start, whole_cents(table, found.values))), key=lambda plan: sum(plan))
    bound = _bound(found, table, live)
    if found.ended and sum(best) < bound:
        finer = _most_money(table, live, seconds, in_units=True)
        best = max(filter(None, (best, whole_cents(table, finer.values))), key=lambda plan: sum(plan))
        bound = min(bound, _bound(finer, table, live))
    fewer, proved = _fewest_files(problem, table, live, best, seconds)
    return Plan(_payments(problem, fewer), Decimal(bound) / 100, proved and sum(best) >= bound)


def _bound(found: Found, table: Table, live: Sequence[int]) -> int:
    """The proved bound in whole cents; without proof, every offer paid in full."""
    everything = sum(table.spans[rank].high for rank in live)
    return everything if not np.isfinite(found.bound) else min(everything, int(np.floor(found.bound * 100 + NEARLY)))


def _write(
    table: Table, live: Sequence[int], gain: float, in_units: bool = False
) -> tuple[Program, dict[int, int], dict[int, float]]:
    """The rules of the plan, amounts in euros; the column of each offer's amount, and how much one of it is worth."""
    program = Program()
    bound_to_choose = {rank for pair in table.pairs for rank in pair}
    amount, worth, chosen = {}, {}, {}
    for rank in live:
        span = table.spans[rank]
        worth[rank] = span.unit / 100 if in_units else 1.0
        amount[rank] = program.variable(gain * worth[rank], span.high / 100 / worth[rank], whole=in_units)
        if span.low > span.unit or rank in bound_to_choose:
            chosen[rank] = program.variable(0.0, 1.0, whole=True)
            program.at_most({amount[rank]: worth[rank], chosen[rank]: -span.high / 100}, 0.0)
            if span.low > span.unit:
                program.at_least({amount[rank]: worth[rank], chosen[rank]: -span.low / 100}, 0.0)
    for row in table.rows:
        terms = {amount[rank]: worth[rank] for rank in row.members if rank in amount}
        if terms and sum(table.spans[rank].high for rank in row.members) > row.limit:
            program.at_most(terms, row.limit / 100)
    for one, two in table.pairs:
        program.at_most({chosen[one]: 1.0, chosen[two]: 1.0}, 1.0)
    return program, amount, worth


def _most_money(table: Table, live: Sequence[int], seconds: float, in_units: bool = False) -> Found:
    program, amount, worth = _write(table, live, gain=1.0, in_units=in_units)
    return _by_offer(program.run(seconds), table, amount, worth)


def _fewest_files(problem: Problem, table: Table, live: Sequence[int], best: list[int], seconds: float) -> tuple[list[int], bool]:
    """A plan that brings as much and asks the fewest schemes, and whether that is proved."""
    total = sum(best)
    used = {problem.offers[rank].scheme for rank, eur in enumerate(best) if eur}
    most = _most_by_scheme(problem, table, live)
    if len(used) <= _least_count(most, total):
        return best, True
    program, amount, worth = _write(table, live, gain=0.0)
    asked = {scheme: program.variable(-1.0, 1.0, whole=True) for scheme in most}
    for rank in live:
        program.at_most({amount[rank]: 1.0, asked[problem.offers[rank].scheme]: -table.spans[rank].high / 100}, 0.0)
    for scheme, limit in most.items():
        members = {amount[rank]: 1.0 for rank in live if problem.offers[rank].scheme == scheme}
        program.at_most(members | {asked[scheme]: -limit / 100}, 0.0)
    program.at_least({amount[rank]: 1.0 for rank in live}, (total - NEARLY) / 100)
    found = program.run(seconds)
    plan = whole_cents(table, _by_offer(found, table, amount, worth).values, top_up=total)
    if plan is None or sum(plan) < total:
        return best, False
    files = len({problem.offers[rank].scheme for rank, eur in enumerate(plan) if eur})
    return (plan, found.ended and files <= -found.bound + 0.5) if files < len(used) else (best, found.ended)


def _most_by_scheme(problem: Problem, table: Table, live: Sequence[int]) -> dict[str, int]:
    """The most cents each scheme could bring, whatever the others."""
    most: dict[str, int] = {}
    for rank in live:
        scheme = problem.offers[rank].scheme
        most[scheme] = most.get(scheme, 0) + table.spans[rank].high
    for row in table.rows:
        if row.kind == "ceiling" and row.key in most:
            most[row.key] = min(most[row.key], row.limit)
    return most


def _least_count(most: dict[str, int], total: int) -> int:
    """How many schemes it takes at the very least to bring the total."""
    count = 0
    for eur in sorted(most.values(), reverse=True):
        if total <= 0:
            break
        total -= eur
        count += 1
    return count


def _by_offer(found: Found, table: Table, amount: dict[int, int], worth: dict[int, float]) -> Found:
    """The answer by rank of offer, in cents."""
    if found.values is None:
        return found
    values = np.zeros(len(table.spans))
    for rank, column in amount.items():
        values[rank] = found.values[column] * worth[rank] * 100
    return Found(values, found.bound, found.ended)


def _cents_of(problem: Problem, plan: Plan) -> list[int]:
    rank_of = {(offer.action, offer.scheme): rank for rank, offer in enumerate(problem.offers)}
    found = [0] * len(problem.offers)
    for payment in plan.payments:
        found[rank_of[payment.action, payment.scheme]] = int(payment.eur * 100)
    return found


def _payments(problem: Problem, plan: Sequence[int]) -> tuple[Payment, ...]:
    paid = [(offer, eur) for offer, eur in zip(problem.offers, plan, strict=True) if eur]
    return tuple(Payment(offer.action, offer.scheme, Decimal(eur) / 100) for offer, eur in paid)
