"""From rules to offers: what is sure, what is only possible, what is told beside and never added."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ensembleur.schemes.engine.funding.checker import faults
from ensembleur.schemes.engine.funding.compose import Funding, compose
from ensembleur.schemes.engine.funding.contract import as_json
from ensembleur.schemes.engine.funding.offers import Request, Wish
from ensembleur.schemes.engine.funding.problem import Action, Envelope, Exclusion, PastAid
from ensembleur.schemes.engine.scheme import Scheme
from tests.factories.funding import TODAY, action
from tests.factories.rules import facts, scheme

FLAT = {"nature": "grant", "rule": "flat", "max_eur": 5_000}
BONUS = {
    "id": "zre",
    "when": {"id": "in-zre", "fact": "in_zre", "op": "is_true", "source": "s1"},
    "ceiling": 80_000,
    "source": "s1",
}
SMALL_AID = [{"kind": "counts_toward", "scheme": "de-minimis", "source": "s1"}]


def plan(
    *schemes: Scheme,
    to: Action | None = None,
    wish: dict[str, Any] | None = None,
    known: dict[str, Any] | None = None,
    **more: Any,
) -> Funding:
    """The composed plan of one action of 100 000 €, for a company of 34 people."""
    told = {"group_headcount": 34} | (known or {})
    request = Request(TODAY, (Wish(to or action(), **(wish or {})),), facts(**told), **more)
    funding = compose(request, schemes)
    for side in (funding.certain, funding.possible):
        assert faults(side.problem, side.plan) == []
        assert side.plan.is_proved
    assert funding.shares_eur == funding.cost_eur - funding.certain.plan.total_eur
    return funding


def totals(funding: Funding) -> tuple[Decimal, Decimal]:
    return funding.certain.plan.total_eur, funding.possible.plan.total_eur


def paying(amount: dict[str, Any], name: str = "aid", **version: Any) -> Scheme:
    return scheme(name, version={"amount": {"nature": "grant", **amount}, **version})


def test_an_aid_whose_conditions_hold_is_certain():
    funding = plan(scheme("aid"))
    assert totals(funding) == (50_000, 50_000)
    assert funding.choice("a", "aid").answer == "yes"


def test_an_unknown_condition_makes_it_possible_and_is_asked():
    funding = compose(Request(TODAY, (Wish(action()),), {}), [scheme("aid")])
    assert totals(funding) == (0, 50_000)
    [ask] = funding.asks
    assert (ask.fact, ask.eur, ask.schemes) == ("group_headcount", 50_000, ("aid",))
    assert [(bind.kind, bind.eur) for bind in funding.binds] == [("unknown", 50_000), ("rate", 50_000)]


def test_a_refused_or_closed_aid_is_no_offer():
    closed = scheme("closed", version={"windows": [{"opens": date(2021, 1, 1), "closes": date(2021, 2, 1)}]})
    person = scheme("person", audience="person")
    funding = plan(scheme("aid"), closed, person, known={"group_headcount": 900})
    assert funding.choices == ()
    assert [bind.kind for bind in funding.binds] == ["no_scheme"]
    assert as_json(funding)["certain"]["by_scheme"] == []


def test_a_scheme_to_confirm_is_never_certain():
    funding = plan(scheme("aid", version={"status": "uncertain"}))
    assert totals(funding) == (0, 50_000)
    assert funding.choices[0].to_confirm
    assert funding.asks == ()


def test_a_scheme_that_opens_before_the_grant_is_only_possible():
    later = scheme("aid", version={"windows": [{"opens": date(2027, 1, 1), "closes": date(2027, 12, 31)}]})
    assert totals(plan(later)) == (0, 0)
    assert totals(plan(later, to=action(on=date(2027, 3, 1)))) == (0, 50_000)


def test_the_action_has_its_own_facts_and_its_own_choice_of_schemes():
    asks = {"conditions": {"all": [{"id": "kind", "fact": "project_kind", "op": "in", "value": ["cyber"], "source": "s1"}]}}
    assert totals(plan(scheme("aid", version=asks))) == (0, 50_000)
    assert totals(plan(scheme("aid", version=asks), wish={"facts": {"project_kind": ("cyber",)}})) == (50_000, 50_000)
    assert totals(plan(scheme("aid", version=asks), wish={"facts": {"project_kind": ("export",)}})) == (0, 0)
    assert totals(plan(scheme("aid"), wish={"schemes": ()})) == (0, 0)
    assert totals(plan(scheme("aid", topics=["digital"]), wish={"topics": ("digital",)})) == (50_000, 50_000)
    assert totals(plan(scheme("aid", topics=["digital"]), wish={"topics": ("people",)})) == (0, 0)


def test_small_aids_already_received_that_nobody_told_are_asked():
    small = scheme("aid", version={"edges": SMALL_AID})
    unknown = plan(small)
    assert totals(unknown) == (0, 50_000)
    assert [ask.fact for ask in unknown.asks] == ["past_aids"]
    assert totals(plan(small, past_aids=())) == (50_000, 50_000)
    assert totals(plan(small, past_aids=(PastAid(date(2026, 1, 1), Decimal(280_000)),))) == (20_000, 20_000)


def test_a_full_cap_today_does_not_refuse_an_aid_granted_later():
    small = scheme("aid", version={"edges": SMALL_AID})
    past = (PastAid(date(2024, 1, 10), Decimal(300_000)),)
    assert totals(plan(small, past_aids=past, known={"past_aids": ({"on": date(2024, 1, 10), "eur": Decimal(300_000)},)})) == (
        0,
        0,
    )
    assert totals(plan(small, past_aids=past, to=action(on=date(2027, 1, 10)))) == (50_000, 50_000)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"rule": "rate", "rate": {"min": 0.25, "max": 0.7}}, (25_000, 70_000)),
        ({"rule": "rate", "rate": {"min": None, "max": 0.7}}, (0, 70_000)),
        ({"rule": "rate", "rate": {"value": 0.5}, "ceiling": 30_000}, (30_000, 30_000)),
        ({"rule": "rate", "rate": {"value": 0.5}, "ceiling": 30_000, "bonuses": [BONUS]}, (30_000, 50_000)),
        ({"rule": "rate", "rate": {"param": "none"}, "ceiling": 30_000}, (0, 30_000)),
        ({"rule": "rate", "rate": {"value": 0.5}, "base_max": 60_000}, (30_000, 30_000)),
        ({"rule": "rate", "rate": {"value": 0.9}, "base": "study_cost_eur"}, (0, 90_000)),
        ({"rule": "steps", "steps": [{"from": 1, "eur": 10}, {"from": 90_000, "eur": 800}]}, (800, 800)),
        ({"rule": "steps", "steps": [{"from": 1, "eur": 10}, {"from": 90_000, "eur": 800}], "ceiling": 500}, (500, 500)),
        ({"rule": "flat", "max_eur": 5_000}, (5_000, 5_000)),
        ({"rule": "flat", "min_eur": 4_000}, (4_000, 4_000)),
        ({"rule": "flat", "max_eur": 5_000, "bonuses": [BONUS]}, (5_000, 80_000)),
        ({"rule": "range", "max_eur": 40_000}, (0, 40_000)),
        ({"rule": "range", "min_eur": 2_500, "max_eur": 40_000}, (2_500, 40_000)),
        ({"rule": "range", "min_eur": 2_500}, (2_500, 2_500)),
        ({"rule": "range"}, (0, 0)),
        ({"rule": "rate", "rate": {"param": "none"}}, (0, 0)),
        ({"rule": "flat", "max_eur": {"param": "none"}}, (0, 0)),
        ({"rule": "none"}, (0, 0)),
        ({"rule": "rate", "rate": {"value": 0.333}, "round": "euro_down"}, (33_300, 33_300)),
        ({"nature": "mixed", "rule": "flat", "max_eur": 10_000, "split": {"grant": 0.6, "advance": 0.4}}, (6_000, 6_000)),
        ({"nature": "mixed", "rule": "flat", "max_eur": 10_000}, (0, 10_000)),
        ({"nature": "tax_credit", "rule": "rate", "rate": {"value": 0.2}}, (20_000, 20_000)),
        ({"nature": "in_kind", "rule": "flat", "max_eur": 3_000}, (3_000, 3_000)),
        ({"nature": "loan", "rule": "range", "max_eur": 90_000}, (0, 0)),
        ({"nature": "advance", "rule": "range", "max_eur": 90_000}, (0, 0)),
        ({"nature": "equity", "rule": "range", "max_eur": 90_000}, (0, 0)),
        ({"nature": "to_pay", "rule": "flat", "max_eur": 6_000}, (0, 0)),
    ],
)
def test_what_each_rule_pays_for_sure_and_at_best(amount, expected):
    parameters = {"none": [{"value": 1, "from": date(2040, 1, 1), "to": None}]}
    funding = plan(paying(amount, parameters=parameters))
    assert totals(funding) == expected
    assert bool(funding.beside) == (expected == (0, 0))


def test_spending_told_for_the_company_says_nothing_sure_of_one_action():
    study = paying({"rule": "rate", "rate": {"value": 0.5}, "base": "study_cost_eur"})
    assert totals(plan(study, known={"study_cost_eur": Decimal(30_000)})) == (0, 15_000)
    assert totals(plan(study, wish={"facts": {"study_cost_eur": Decimal(30_000)}})) == (15_000, 15_000)
    assert totals(plan(study, wish={"facts": {"study_cost_eur": Decimal(300_000)}})) == (50_000, 50_000)


def test_a_step_that_is_not_known_yet_may_be_any_up_to_the_highest():
    steps = paying({"rule": "steps", "base": "study_cost_eur", "steps": [{"from": 1, "eur": 100}, {"from": 9_000, "eur": 800}]})
    assert totals(plan(steps, known={"study_cost_eur": Decimal(9_500)})) == (0, 800)


def test_the_envelope_of_the_text_bounds_unless_what_is_left_is_given():
    aid = scheme("aid", version={"envelope": {"eur": 12_000}})
    assert totals(plan(aid)) == (12_000, 12_000)
    assert totals(plan(aid, envelopes=(Envelope(("aid",), Decimal(7_000)),))) == (7_000, 7_000)


def test_aids_that_exclude_each_other_in_the_text_or_in_the_file():
    one = scheme(
        "one",
        version={
            "edges": [
                {"kind": "exclusive", "scheme": "two", "source": "s1"},
                {"kind": "exclusive", "scheme": "absent", "source": "s1"},
            ]
        },
    )
    two = scheme("two")
    assert totals(plan(one, two)) == (50_000, 50_000)
    assert totals(plan(scheme("one"), two)) == (100_000, 100_000)
    assert totals(plan(scheme("one"), two, exclusions=(Exclusion(("one", "two")),))) == (50_000, 50_000)


def test_money_to_pay_back_is_told_beside_and_never_added():
    loan = paying({"nature": "loan", "rule": "range", "max_eur": 90_000}, "loan")
    funding = plan(scheme("aid"), loan)
    assert totals(funding) == (50_000, 50_000)
    assert [choice.scheme for choice in funding.beside] == ["loan"]
    assert as_json(funding)["beside"][0]["amount_eur"]["max"] == 90_000


def test_the_answer_is_plain_data_that_adds_up():
    guarded = scheme(
        "aid", version={"conditions": {"all": [{"id": "x", "fact": "project_started", "op": "is_false", "source": "s1"}]}}
    )
    funding = plan(guarded, paying(FLAT, "flat"), known={"project_started": False}, to=action(most="0.52"))
    told = as_json(funding)
    certain = told["certain"]
    assert certain["total_eur"] + told["not_obtained_eur"] == told["cost_eur"] == 100_000
    assert sum(bind["eur"] for bind in told["what_binds"]) == told["not_obtained_eur"]
    assert sum(row["eur"] for row in certain["by_scheme"]) == certain["total_eur"] == 52_000
    [row] = certain["by_action"]
    assert row["obtained_eur"] + row["own_share_eur"] == row["cost_eur"]
    assert sum(payment["eur"] for payment in row["payments"]) == row["obtained_eur"]
    assert [payment["order_nothing_before_filing"] for payment in row["payments"]] == [True, False]
    assert told["caps_met"][0]["kind"] == "intensity"
    assert certain["is_proved"]
    assert certain["gain_over_greedy_eur"] == certain["total_eur"] - certain["greedy_total_eur"]


def test_what_is_certain_stays_possible_when_time_runs_out(monkeypatch):
    from ensembleur.schemes.engine.funding import compose as module
    from ensembleur.schemes.engine.funding.problem import Plan

    solve = module.solve
    seen = []

    def hasty(problem, **more):
        seen.append(problem)
        return solve(problem, **more) if len(seen) == 1 else Plan()

    monkeypatch.setattr(module, "solve", hasty)
    funding = compose(Request(TODAY, (Wish(action()),), facts(group_headcount=34)), [scheme("aid")])
    assert totals(funding) == (50_000, 50_000)
