"""What a sensible person does: take the biggest aid that still fits, then the next one, and never come back on a choice."""

from __future__ import annotations

import heapq
from decimal import Decimal

from ensembleur.schemes.engine.funding.problem import Payment, Plan, Problem
from ensembleur.schemes.engine.funding.rows import Span, table_of
from ensembleur.schemes.engine.funding.whole import rows_of


def greedy(problem: Problem) -> Plan:
    """The plan made one aid at a time, the most money first; between equals the highest share of the cost, then the order given."""
    table = table_of(problem)
    left = [row.limit for row in table.rows]
    of = rows_of(table)
    against: dict[int, set[int]] = {}
    for one, two in table.pairs:
        against.setdefault(one, set()).add(two)
        against.setdefault(two, set()).add(one)
    costs = {action.id: action.cost_eur for action in problem.actions}
    shares = [-span.high / float(costs[offer.action] or 1) for span, offer in zip(table.spans, problem.offers, strict=True)]
    waiting = [(-span.high, shares[rank], rank) for rank, span in enumerate(table.spans) if span.high]
    heapq.heapify(waiting)
    chosen: dict[int, int] = {}
    while waiting:
        thought, share, rank = heapq.heappop(waiting)
        if against.get(rank, set()) & chosen.keys():
            continue
        most = _fits(table.spans[rank], [left[place] for place in of[rank]])
        if most and most < -thought:  # what fitted before may fit less now: back among the others
            heapq.heappush(waiting, (-most, share, rank))
        elif most:
            chosen[rank] = most
            for place in of[rank]:
                left[place] -= most
    payments = [
        Payment(problem.offers[rank].action, problem.offers[rank].scheme, Decimal(eur) / 100) for rank, eur in chosen.items()
    ]
    return Plan(tuple(payments), method="greedy")


def _fits(span: Span, rooms: list[int]) -> int:
    """The most that fits, zero when the least does not."""
    most = min([span.high, *rooms]) // span.unit * span.unit
    return most if most >= span.low else 0
