"""Every plan of a small problem, one by one: what the solver is checked against."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ensembleur.schemes.engine.funding.checker import faults
from ensembleur.schemes.engine.funding.problem import Offer, Payment, Plan, Problem


def best_of_all(problem: Problem) -> Plan:
    """The plan that brings most, then asks the fewest schemes, found by trying every amount of every offer.

    Costs are to be small and amounts in whole euros, otherwise it never ends; only the checker judges, nothing of the solver.
    """
    best = Plan()
    for plan in _plans(problem, (), 0):
        if (plan.total_eur, -len(plan.schemes())) > (best.total_eur, -len(best.schemes())):
            best = plan
    return best


def _plans(problem: Problem, chosen: tuple[Payment, ...], rank: int) -> Iterator[Plan]:
    """Plans whose first payments are these. A plan broken by too much money is never mended by adding more."""
    plan = Plan(chosen)
    if faults(problem, plan):
        return
    if rank == len(problem.offers):
        yield plan
        return
    yield from _plans(problem, chosen, rank + 1)
    offer = problem.offers[rank]
    for eur in _amounts(offer, problem.action(offer.action).cost_eur):
        yield from _plans(problem, (*chosen, Payment(offer.action, offer.scheme, eur)), rank + 1)


def _amounts(offer: Offer, cost_eur: Decimal) -> Iterator[Decimal]:
    unit = offer.terms.unit_eur
    return (unit * count for count in range(1, int(cost_eur // unit) + 1))
