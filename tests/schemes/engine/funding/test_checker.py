"""The checker finds what is wrong in a plan that was tampered with, whatever the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.schemes.engine.funding.checker import faults
from ensembleur.schemes.engine.funding.problem import Envelope, Exclusion, PastAid, Payment, Plan, Problem, Terms
from ensembleur.schemes.engine.funding.solve import solve
from tests.factories.funding import TODAY, action, flat, offer, rate, small

TWO = (action("a"), action("b", most="0.8"))
STEPS = Terms(
    "steps", base_eur=Decimal(5_000), steps=((Decimal(1_000), Decimal(500)), (Decimal(9_000), Decimal(4_500))), whole=True
)
PROBLEM = Problem(
    TWO,
    (
        offer("a", "s", rate(limit_eur=Decimal(60_000))),
        offer("b", "s", rate(limit_eur=Decimal(60_000))),
        offer("a", "t", rate("0.7", unit_eur=Decimal(1)), de_minimis=True),
        offer("b", "t", rate("0.7", unit_eur=Decimal(1)), de_minimis=True),
        offer("a", "flat", flat(5_000)),
        offer("a", "steps", STEPS),
        offer("a", "floor", rate("0.1", floor_eur=Decimal(3_000), ceiling_eur=Decimal(8_000))),
        offer("a", "above", rate(base_min_eur=Decimal(200_000))),
        offer("b", "counted", rate(base_max_eur=Decimal(10_000))),
    ),
    envelopes=(Envelope(("t", "flat"), Decimal(90_000)),),
    exclusions=(Exclusion(("s", "flat")), Exclusion(("steps", "t"), "plan")),
    past_aids=(PastAid(date(2025, 1, 1), Decimal(180_000)), PastAid(date(2020, 1, 1), Decimal(300_000))),
)


def said(*payments: tuple[str, str, object]) -> list[str]:
    return faults(PROBLEM, Plan(tuple(Payment(to, scheme, Decimal(str(eur))) for to, scheme, eur in payments)))


def test_a_sound_plan_has_no_fault():
    assert said(("a", "s", 30_000), ("b", "s", 30_000), ("a", "t", 60_000)) == []
    assert said() == []


@pytest.mark.parametrize(
    ("payments", "words"),
    [
        ([("a", "s", 50_000.01)], "dépasse 50 000 €"),
        ([("a", "s", 1), ("a", "s", 1)], "payé deux fois"),
        ([("a", "s", 0)], "au moins d'un centime"),
        ([("a", "s", -5)], "au moins d'un centime"),
        ([("a", "t", "100.50")], "n'est pas arrondi"),
        ([("a", "nobody", 1)], "n'est pas offerte"),
        ([("nowhere", "s", 1)], "n'est pas offerte"),
        ([("a", "flat", 4_999)], "sous le minimum"),
        ([("a", "steps", 499)], "sous le minimum"),
        ([("a", "steps", 501)], "dépasse"),
        ([("a", "floor", 2_999)], "sous le minimum"),
        ([("a", "floor", 8_001)], "dépasse 8 000 €"),
        ([("a", "above", 1)], "dépasse 0 €"),
        ([("b", "counted", 5_001)], "dépasse 5 000 €"),
        ([("a", "s", 40_000), ("b", "s", 30_000)], "plafond du dispositif"),
        ([("b", "s", 50_000), ("b", "t", 40_000)], "au plus 80 000 €"),
        ([("a", "t", 70_000), ("b", "t", 30_000)], "enveloppe"),
        ([("a", "s", 1), ("a", "flat", 5_000)], "ne se cumulent pas"),
        ([("a", "steps", 500), ("b", "t", 10)], "ne se cumulent pas"),
    ],
)
def test_each_rule_broken_is_named(payments, words):
    found = said(*payments)
    assert found
    assert any(words in says.replace("\u202f", " ").replace("\u00a0", " ") for says in found), found


def test_small_aids_are_counted_at_each_grant():
    loose = replace(PROBLEM, envelopes=())
    heavy = Plan((Payment("a", "t", Decimal(70_000)), Payment("b", "t", Decimal(60_000))))
    assert any("de minimis" in says for says in faults(loose, heavy))
    assert faults(replace(loose, cap_small_aids=False), heavy) == []
    later = replace(loose, actions=(TWO[0], replace(TWO[1], granted_on=date(2028, 1, 2))))
    assert faults(later, heavy) == []


@pytest.mark.parametrize("seed", range(25))
def test_one_euro_more_anywhere_in_a_best_plan_is_always_a_fault(seed):
    problem = small(seed)
    plan = solve(problem)
    for place, payment in enumerate(plan.payments):
        more = replace(payment, eur=payment.eur + 1)
        assert faults(problem, replace(plan, payments=(*plan.payments[:place], more, *plan.payments[place + 1 :])))
    assert plan.by_action() == {one.id: eur for one in problem.actions if (eur := plan.by_action().get(one.id))}
    assert max(one.granted_on for one in problem.actions) >= TODAY
