"""The exact plan: the most public money that need not be paid back, then the fewest files, with a proof.

Two mixed-integer programs solved by HiGHS. Its numbers are floating: each answer is brought back to whole cents by integer
arithmetic, and the proof is kept only when those cents reach the proved bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from ensembleur.schemes.engine.funding.greedy import greedy
from ensembleur.schemes.engine.funding.problem import Payment, Plan, Problem
from ensembleur.schemes.engine.funding.rows import Span, Table, table_of
from ensembleur.schemes.engine.funding.whole import whole_cents

SECONDS = 10.0
NEARLY = 0.4  # of a cent: what floating sums of a plan may be wrong by
EXACTLY = 1e-5  # of a euro: what the solver lets pass on one row


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
    gap: float = 0.0  # share of the total below which a difference no longer matters

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

    def run(self, seconds: float, *, relaxed: bool = False, without: Sequence[int] = ()) -> Found:
        """The best values of the columns. `relaxed` : whole columns may be fractional; `without` : columns held at zero."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second to import: only who composes a plan waits
        from scipy.sparse import csr_array

        places = [(rank, column, value) for rank, (terms, *_) in enumerate(self.rows) for column, value in terms.items()]
        options: dict[str, Any] = {}
        if places:
            rank, column, value = zip(*places, strict=True)
            matrix = csr_array((value, (rank, column)), shape=(len(self.rows), len(self.gain)))
            options["constraints"] = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
        upper, whole = np.array(self.upper), np.zeros(len(self.whole)) if relaxed else np.array(self.whole)
        upper[list(without)] = 0
        answer = milp(
            -np.array(self.gain),
            bounds=Bounds(0, upper),
            integrality=whole,
            options={"time_limit": max(seconds, 0.01), "mip_rel_gap": self.gap},
            **options,
        )
        ended = answer.status == 0
        proved = answer.get("mip_dual_bound")
        if ended and (proved is None or not whole.any()):
            proved = answer.fun
        return Found(answer.x, np.inf if proved is None else -float(proved), ended)


@dataclass
class Money(Program):
    """The program of a plan: by rank of offer, the column of its amount, what one of it is worth in euros, and its yes or no."""

    amount: dict[int, int] = field(default_factory=dict)
    worth: dict[int, float] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)

    def sum_of(self, ranks: Iterable[int]) -> dict[int, float]:
        """What these offers pay together, in euros."""
        return {self.amount[rank]: self.worth[rank] for rank in ranks}

    def pay(self, rank: int, span: Span, *, whole: bool, choose: bool) -> None:
        """The columns of an offer: its amount, and its yes or no when it has a least amount or `choose` says so."""
        worth = span.unit / 100 if whole else 1.0
        column = self.variable(worth, span.high / 100 / worth, whole=whole)
        self.amount[rank], self.worth[rank] = column, worth
        if choose or span.low > span.unit:
            chosen = self.chosen[rank] = self.variable(0.0, 1.0, whole=True)
            self.at_most({column: worth, chosen: -span.high / 100}, 0.0)
            if span.low > span.unit:
                self.at_least({column: worth, chosen: -span.low / 100}, 0.0)

    def side(self, ranks: Sequence[int], table: Table) -> int:
        """A yes or no without which none of these offers, all of one scheme, pays anything."""
        column = self.variable(0.0, 1.0, whole=True)
        most = min(
            [sum(table.spans[rank].high for rank in ranks), *(row.limit for row in table.rows if {*ranks} <= {*row.members})]
        )
        for rank in ranks:
            self.at_most({**self.sum_of([rank]), column: -min(table.spans[rank].high, most) / 100}, 0.0)
        self.at_most({**self.sum_of(ranks), column: -most / 100}, 0.0)
        return column

    def best(self, table: Table, seconds: float) -> Found:
        """The best plan, by rank of offer and in cents."""
        found = self.run(seconds)
        if found.values is None:
            return found
        values = np.zeros(len(table.spans))
        for rank, column in self.amount.items():
            values[rank] = found.values[column] * self.worth[rank] * 100
        return Found(values, found.bound, found.ended)


def solve(problem: Problem, *, seconds: float = SECONDS, few: bool = True) -> Plan:
    """The plan that brings most, then asks the fewest schemes. `seconds` : for each of the two searches; `few` : make the second.

    Never worse than the greedy plan. `bound_eur` is proved even when time runs out; `is_proved` says whether the plan reaches it.
    """
    table = table_of(problem)
    live = [rank for rank, span in enumerate(table.spans) if span.high]
    if not live:
        return Plan(bound_eur=Decimal(0), fewest_files=True)
    start = _cents_of(problem, greedy(problem))
    program = _write(table, live)
    found = program.best(table, seconds)
    best = max(filter(None, (start, whole_cents(table, found.values))), key=lambda plan: sum(plan))
    bound = _bound(found, table, live)
    if found.ended and sum(best) < bound:
        finer = _write(table, live, in_units=True).best(table, seconds)
        best = max(filter(None, (best, whole_cents(table, finer.values))), key=lambda plan: sum(plan))
        bound = min(bound, _bound(finer, table, live))
    fewer, proved = _fewest_files(problem, table, live, best, seconds) if few and sum(best) >= bound else (best, False)
    return Plan(_payments(problem, fewer), Decimal(bound) / 100, proved)


def _bound(found: Found, table: Table, live: Sequence[int]) -> int:
    """The proved bound in whole cents; without proof, every offer paid in full."""
    everything = sum(table.spans[rank].high for rank in live)
    return everything if not np.isfinite(found.bound) else min(everything, int(np.floor(found.bound * 100 + NEARLY)))


def _write(table: Table, live: Sequence[int], in_units: bool = False) -> Money:
    """The rules of the plan, amounts in euros. An amount counts whole units where others of a finer unit share a row with it.

    in_units : every amount counts whole units, which is slower and hardly ever needed.
    """
    program = Money()
    there = set(live)
    told = {(min(i, j), max(i, j)) for one, two in table.sides for i in one for j in two}
    told |= {(min(i, j), max(i, j)) for once in table.onces for i in once for j in once}
    edges = [pair for pair in table.pairs if pair not in told and there.issuperset(pair)]
    onces = [kept for once in table.onces if len(kept := [rank for rank in once if rank in there]) > 1]
    to_choose = {rank for pair in edges for rank in pair} | {rank for once in onces for rank in once}
    coarse = {
        rank
        for row in table.rows
        for rank in row.members
        if table.spans[rank].unit > min(table.spans[one].unit for one in row.members)
    }
    program.gap = 0.003 / (1 + sum(table.spans[rank].high for rank in live) / 100)  # a third of a cent
    for rank in live:
        program.pay(rank, table.spans[rank], whole=in_units or rank in coarse, choose=rank in to_choose)
    for row in table.rows:
        members = [rank for rank in row.members if rank in program.amount]
        if sum(table.spans[rank].high for rank in members) > row.limit:
            program.at_most(program.sum_of(members), row.limit / 100)
    for one, two in edges:
        program.at_most({program.chosen[one]: 1.0, program.chosen[two]: 1.0}, 1.0)
    for once in onces:
        program.at_most({program.chosen[rank]: 1.0 for rank in once}, 1.0)
    for sides in table.sides:
        held = [[rank for rank in side if rank in there] for side in sides]
        if all(held):
            program.at_most({program.side(side, table): 1.0 for side in held}, 1.0)
    return program


def _fewest_files(problem: Problem, table: Table, live: Sequence[int], best: list[int], seconds: float) -> tuple[list[int], bool]:
    """A plan that brings as much and asks the fewest schemes, and whether that is proved."""
    total = sum(best)
    used = {problem.offers[rank].scheme for rank, eur in enumerate(best) if eur}
    most = _most_by_scheme(problem, table, live)
    if len(used) <= _least_count(most, total):
        return best, True
    by_scheme = {scheme: [rank for rank in live if problem.offers[rank].scheme == scheme] for scheme in most}
    program = _write(table, live)
    needed = _needed(program, by_scheme, used, total)
    program.gain, program.gap = [0.0] * len(program.gain), 0.0
    asked = {scheme: program.variable(-1.0, 1.0, whole=True) for scheme in most if scheme not in needed}
    for scheme, column in asked.items():
        for rank in by_scheme[scheme]:
            program.at_most({**program.sum_of([rank]), column: -table.spans[rank].high / 100}, 0.0)
        program.at_most({**program.sum_of(by_scheme[scheme]), column: -most[scheme] / 100}, 0.0)
    program.at_least(program.sum_of(live), total / 100 - EXACTLY)
    found = program.run(seconds)
    if found.values is None:
        return best, False
    kept = needed | {scheme for scheme, column in asked.items() if found.values[column] > 0.5}
    if len(kept) > len(used) or sum(most[scheme] for scheme in kept) < total:
        return best, False
    with_those = _write(table, [rank for rank in live if problem.offers[rank].scheme in kept]).best(table, seconds)
    plan = whole_cents(table, with_those.values)
    if plan is None or sum(plan) < total:
        return best, False
    return plan, found.ended and len(kept) <= len(needed) - found.bound + 0.5


def _needed(program: Money, by_scheme: dict[str, list[int]], used: set[str], total: int) -> set[str]:
    """The schemes without which the total is out of reach even with fractions: nobody has to wonder about those."""
    found = set()
    for scheme in used:
        without = program.run(SECONDS, relaxed=True, without=[program.amount[rank] for rank in by_scheme[scheme]])
        if without.bound * 100 < total - NEARLY:
            found.add(scheme)
    return found


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


def _cents_of(problem: Problem, plan: Plan) -> list[int]:
    rank_of = {(offer.action, offer.scheme): rank for rank, offer in enumerate(problem.offers)}
    found = [0] * len(problem.offers)
    for payment in plan.payments:
        found[rank_of[payment.action, payment.scheme]] = int(payment.eur * 100)
    return found


def _payments(problem: Problem, plan: Sequence[int]) -> tuple[Payment, ...]:
    paid = [(offer, eur) for offer, eur in zip(problem.offers, plan, strict=True) if eur]
    return tuple(Payment(offer.action, offer.scheme, Decimal(eur) / 100) for offer, eur in paid)
