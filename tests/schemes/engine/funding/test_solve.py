"""The exact plan: every rule alone, then all together against every plan tried one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.periods import add_months
from ensembleur.schemes.engine.funding import solve as module
from ensembleur.schemes.engine.funding.checker import faults
from ensembleur.schemes.engine.funding.exhaustive import best_of_all
from ensembleur.schemes.engine.funding.greedy import greedy
from ensembleur.schemes.engine.funding.problem import Envelope, Exclusion, PastAid, Payment, Plan, Problem, Terms
from ensembleur.schemes.engine.funding.rows import table_of
from ensembleur.schemes.engine.funding.solve import Found, Program, solve
from ensembleur.schemes.engine.funding.whole import whole_cents
from tests.factories.funding import TODAY, action, flat, offer, rate, small


def total(*offers, actions=None, **more) -> Decimal:
    problem = Problem(tuple(actions or [action()]), tuple(offers), **more)
    plan = solve(problem)
    assert faults(problem, plan) == []
    assert plan.is_proved
    assert plan.gap_eur == 0
    return plan.total_eur


# -- one rule at a time ------------------------------------------------------------------------------------------------
def test_half_the_cost():
    assert total(offer()) == 50_000


def test_no_scheme_and_no_action_bring_nothing():
    assert total() == 0
    assert total(actions=[]) == 0
    assert solve(Problem((), ())).fewest_files


def test_the_ceiling_of_one_action_and_of_the_whole_plan():
    two = [action("a"), action("b")]
    capped = rate(ceiling_eur=Decimal(30_000))
    assert total(offer("a", terms=capped), offer("b", terms=capped), actions=two) == 60_000
    shared = rate(ceiling_eur=Decimal(30_000), limit_eur=Decimal(40_000))
    assert total(offer("a", terms=shared), offer("b", terms=shared), actions=two) == 40_000


def test_spending_is_counted_between_its_two_ends():
    assert total(offer(terms=rate(base_min_eur=Decimal(100_001)))) == 0
    assert total(offer(terms=rate(base_min_eur=Decimal(100_000)))) == 50_000
    assert total(offer(terms=rate(base_max_eur=Decimal(60_000)))) == 30_000


def test_the_floor_raises_what_is_due_and_nothing_smaller_is_paid():
    raised = rate("0.01", floor_eur=Decimal(2_000))
    assert total(offer(terms=raised)) == 2_000
    assert total(offer(terms=raised), envelopes=(Envelope(("s",), Decimal(1_999)),)) == 0
    assert total(offer(terms=rate("0.01", base=0, floor_eur=Decimal(2_000)))) == 0


@pytest.mark.parametrize(("cost", "paid"), [(2_999, 1_350), (3_000, 1_500), (299, 0), (90_000, 1_500)])
def test_the_lower_step_applies(cost, paid):
    steps = ((Decimal(300), Decimal(150)), (Decimal(2_700), Decimal(1_350)), (Decimal(3_000), Decimal(1_500)))
    terms = Terms("steps", base_eur=Decimal(cost), steps=steps, limit_eur=Decimal(1_500), whole=True)
    assert total(offer(terms=terms), actions=[action(cost=cost)]) == paid


def test_a_flat_sum_is_paid_once_and_never_cut():
    two = [action("a"), action("b")]
    assert total(offer("a", terms=flat(5_000)), offer("b", terms=flat(5_000)), actions=two) == 5_000
    assert total(offer(terms=flat(5_000)), envelopes=(Envelope(("s",), Decimal(4_999)),)) == 0
    assert total(offer(terms=flat(5_000)), actions=[action(cost=3_000)]) == 3_000


def test_a_range_pays_from_its_least_to_its_most():
    terms = Terms("range", least_eur=Decimal(10_000), most_eur=Decimal(20_000), limit_eur=Decimal(20_000))
    assert total(offer(terms=terms)) == 20_000
    assert total(offer(terms=terms), envelopes=(Envelope(("s",), Decimal(12_000)),)) == 12_000
    assert total(offer(terms=terms), envelopes=(Envelope(("s",), Decimal(9_000)),)) == 0


def test_public_money_never_exceeds_the_share_allowed_nor_the_cost():
    offers = [offer(scheme=name, terms=rate("0.6")) for name in "st"]
    assert total(*offers) == 100_000
    assert total(*offers, actions=[action(most="0.8")]) == 80_000
    assert total(*offers, actions=[action(most="0")]) == 0


def test_two_aids_that_exclude_each_other():
    two = [action("a"), action("b", 40_000)]
    offers = [offer("a", "s"), offer("a", "t", rate("0.4")), offer("b", "t", rate("0.4", 40_000))]
    assert total(*offers, actions=two) == 106_000
    assert total(*offers, actions=two, exclusions=(Exclusion(("s", "t")),)) == 66_000
    assert total(*offers, actions=two, exclusions=(Exclusion(("s", "t"), "plan"),)) == 56_000


def test_an_aid_asked_once_only_goes_to_the_action_where_it_pays_most():
    two = [action("a"), action("b", 40_000)]
    once = (Exclusion(("s", "s"), "plan"),)
    assert total(offer("a"), offer("b", terms=rate(base=40_000)), actions=two, exclusions=once) == 50_000


def test_an_envelope_is_shared_by_its_schemes():
    shared = (Envelope(("s", "t"), Decimal(70_000)), Envelope(("elsewhere",), Decimal(1)))
    assert total(offer(), offer(scheme="t", terms=rate("0.4")), envelopes=shared) == 70_000


def test_only_the_given_part_of_a_mixed_aid_is_counted():
    mixed = rate(ceiling_eur=Decimal(40_000), limit_eur=Decimal(40_000), given_share=Decimal("0.6"))
    assert total(offer(terms=mixed, nature="mixed")) == 24_000


# -- de minimis --------------------------------------------------------------------------------------------------------
def capped(past: list[tuple[date, int]], *grants: date) -> Decimal:
    actions = [action(str(number), 600_000, day) for number, day in enumerate(grants)]
    offers = [offer(one.id, f"s{one.id}", rate(base=600_000), de_minimis=True) for one in actions]
    return total(*offers, actions=actions, past_aids=tuple(PastAid(on, Decimal(eur)) for on, eur in past))


def test_the_cap_on_small_aids_counts_what_was_received():
    assert capped([], TODAY) == 300_000
    assert capped([(TODAY, 120_000)], TODAY) == 180_000
    assert capped([(TODAY, 400_000)], TODAY) == 0


def test_a_past_aid_weighs_three_years_to_the_day():
    grant = date(2027, 6, 1)
    assert capped([(add_months(grant, -36) + timedelta(days=1), 40_000)], grant) == 260_000
    assert capped([(add_months(grant, -36), 40_000)], grant) == 300_000
    assert capped([(add_months(grant, -36) - timedelta(days=1), 40_000)], grant) == 300_000


def test_an_aid_that_ages_out_makes_room_for_a_later_action():
    assert capped([(date(2024, 3, 1), 250_000)], date(2027, 2, 1)) == 50_000
    assert capped([(date(2024, 3, 1), 250_000)], date(2027, 2, 1), date(2027, 4, 1)) == 300_000
    assert capped([], date(2026, 12, 1), date(2029, 11, 30)) == 300_000
    assert capped([], date(2026, 12, 1), date(2029, 12, 1)) == 600_000


def test_other_aids_are_not_under_that_cap():
    grant = [offer(terms=rate(base=900_000), de_minimis=True), offer(scheme="t", terms=rate(base=900_000))]
    assert total(*grant, actions=[action(cost=900_000)]) == 750_000


# -- cents -------------------------------------------------------------------------------------------------------------
def test_amounts_are_rounded_down_as_each_rule_says():
    one = [action(cost="333.35")]
    assert total(offer(terms=rate("0.3", "333.35")), actions=one) == Decimal("100")
    assert total(offer(terms=rate("0.33", "333.35")), actions=one) == Decimal("110.00")
    assert total(offer(terms=rate("0.333", "333.35")), actions=one) == Decimal("111.00")
    assert total(offer(terms=rate("0.7", "333.37")), actions=[action(cost="333.37")]) == Decimal("233.35")
    whole = rate("0.7", "333.37", unit_eur=Decimal(1))
    assert total(offer(terms=whole), actions=[action(cost="333.37")]) == 233


def test_cents_that_one_aid_cannot_take_go_to_the_other():
    whole, exact = rate("0.7", "1000.55", unit_eur=Decimal(1)), rate("0.7", "1000.55")
    assert total(offer("a", "s", whole), offer("a", "t", exact), actions=[action(cost="1000.55")]) == Decimal("1000.55")
    assert total(offer("a", "s", whole), offer("a", "t", whole), actions=[action(cost="1000.55")]) == 1000


# -- all together ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(90))
def test_no_plan_is_better_among_all_those_that_exist(seed):
    problem = small(seed)
    plan, best = solve(problem), best_of_all(problem)
    assert faults(problem, plan) == []
    assert (plan.total_eur, len(plan.schemes())) == (best.total_eur, len(best.schemes()))
    assert plan.is_proved
    assert plan.fewest_files


@settings(max_examples=40)
@given(st.integers(1_000, 10**9))
def test_one_by_one_is_never_better_and_never_breaks_a_rule(seed):
    problem = small(seed)
    simple = greedy(problem)
    assert faults(problem, simple) == []
    assert simple.method == "greedy"
    assert simple.total_eur <= solve(problem).total_eur


def test_one_by_one_may_miss_money():
    one, two = action("a"), action("b")
    limit = rate(limit_eur=Decimal(50_000))
    problem = Problem(
        (one, two),
        (offer("a", "s", limit), offer("b", "s", limit), offer("a", "t", rate("0.4"))),
        exclusions=(Exclusion(("s", "t")),),
    )
    assert greedy(problem).total_eur == 50_000
    assert solve(problem).total_eur == 90_000


def test_among_equal_plans_the_one_with_fewest_files():
    offers = [offer(scheme=name, terms=rate("0.5", limit_eur=Decimal(50_000))) for name in "rs"]
    whole = offer(scheme="z", terms=rate("0.9"))
    problem = Problem((action(most="0.9"),), (*offers, whole), exclusions=(Exclusion(("r", "s")),))
    plan = solve(problem)
    assert plan.schemes() == ("z",)
    assert plan.fewest_files
    assert len(solve(problem, few=False).schemes()) >= 1


def test_an_aid_asked_once_only_that_is_left_out_of_the_fewest_files(monkeypatch):
    monkeypatch.setattr(module, "_least_count", lambda most, total: 0)
    offers = [offer(scheme=name, terms=rate("0.5", limit_eur=Decimal(50_000))) for name in "rs"]
    problem = Problem(
        (action(most="0.9"),), (*offers, offer(scheme="z", terms=rate("0.9"))), exclusions=(Exclusion(("r", "r"), "plan"),)
    )
    plan = solve(problem)
    assert (plan.total_eur, plan.schemes(), plan.fewest_files) == (90_000, ("z",), True)


def test_the_same_problem_has_always_the_same_plan():
    assert solve(small(5)) == solve(small(5))


# -- when time runs out ------------------------------------------------------------------------------------------------
def test_without_any_answer_the_simple_plan_stands_with_an_honest_bound(monkeypatch):
    monkeypatch.setattr(Program, "run", lambda *_args, **_more: Found(None, np.inf, False))
    problem = Problem((action(most="0.8"),), (offer(), offer(scheme="t", terms=rate("0.4"))))
    plan = solve(problem)
    assert (plan.total_eur, plan.bound_eur) == (80_000, 90_000)
    assert (plan.is_proved, plan.fewest_files, plan.gap_eur) == (False, False, 10_000)


def test_a_bound_that_whole_units_do_not_reach_is_looked_at_again(monkeypatch):
    asked = []
    write = module._write

    def spied(table, live, in_units=False):
        asked.append(in_units)
        return write(table, live, in_units)

    monkeypatch.setattr(module, "_write", spied)
    monkeypatch.setattr(module, "_bound", lambda found, table, live: 5_000_001)
    plan = solve(Problem((action(),), (offer(),)))
    assert asked == [False, True]
    assert not plan.is_proved


@pytest.mark.parametrize("answer", [None, "too many", "too little"])
def test_a_search_for_fewer_files_that_fails_leaves_the_plan(monkeypatch, answer):
    offers = tuple(offer(scheme=name, terms=rate("0.5")) for name in "rst")
    problem = Problem((action(),), offers)
    run = Program.run

    def failing(self, seconds, **more):
        found = run(self, seconds, **more)
        if more or self.gap:
            return found
        return {
            None: Found(None, np.inf, False),
            "too many": Found(np.ones(len(self.gain)), -1.0, True),
            "too little": Found(np.zeros(len(self.gain)), -1.0, True),
        }[answer]

    monkeypatch.setattr(module, "_least_count", lambda most, total: 0)
    monkeypatch.setattr(Program, "run", failing)
    plan = solve(problem)
    assert plan.total_eur == 100_000
    assert not plan.fewest_files
    assert faults(problem, plan) == []


def test_fewer_files_that_do_not_bring_as_much_are_left_aside(monkeypatch):
    problem = Problem((action(),), tuple(offer(scheme=name, terms=rate("0.5")) for name in "rst"))
    rounded = module.whole_cents
    seen = []

    def forgetful(table, values):
        seen.append(values)
        return rounded(table, values) if len(seen) == 1 else None

    monkeypatch.setattr(module, "_least_count", lambda most, total: 0)
    monkeypatch.setattr(module, "whole_cents", forgetful)
    plan = solve(problem)
    assert (plan.total_eur, plan.is_proved, plan.fewest_files) == (100_000, True, False)


def test_without_proof_a_plan_has_no_gap():
    plan = Plan((Payment("a", "s", Decimal(1)),))
    assert plan.gap_eur is None
    assert not plan.is_proved


# -- back to whole cents -----------------------------------------------------------------------------------------------
def test_floating_amounts_come_back_under_every_row():
    problem = Problem((action(most="0.8"),), (offer(), offer(scheme="t", terms=rate("0.4"))))
    table = table_of(problem)
    assert whole_cents(table, None) is None
    assert sum(whole_cents(table, np.array([5_000_000.2, 4_000_000.0]))) == 8_000_000
    assert sum(whole_cents(table, np.array([4_999_998.0, 2_000_000.0]))) == 8_000_000


def test_amounts_that_cannot_be_mended_are_no_plan():
    two = (offer(terms=flat(50_000)), offer(scheme="t", terms=flat(50_000)))
    table = table_of(Problem((action(most="0.8"),), two))
    assert whole_cents(table, np.array([5_000_000.0, 5_000_000.0])) is None
    apart = table_of(Problem((action(),), two, exclusions=(Exclusion(("s", "t")),)))
    assert whole_cents(apart, np.array([5_000_000.0, 5_000_000.0])) is None
    assert whole_cents(apart, np.array([2_400_000.0, 5_000_000.0])) == [0, 5_000_000]


def test_a_limit_missing_on_one_offer_frees_the_scheme():
    two = (action("a"), action("b"))
    problem = Problem(two, (offer("a", terms=rate(limit_eur=Decimal(1))), offer("b")))
    assert solve(problem).total_eur == 100_000
    assert replace(problem, offers=problem.offers[:1]).offers[0].terms.limit_eur == 1
