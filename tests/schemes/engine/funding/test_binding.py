"""What binds: the shares of the rules add up to the cent, each is named, and lifting one brings what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.logic.words import Words
from ensembleur.schemes.engine.funding import binding
from ensembleur.schemes.engine.funding.binding import binds_of, caps_of
from ensembleur.schemes.engine.funding.problem import Envelope, Exclusion, PastAid, Plan, Problem, Terms
from ensembleur.schemes.engine.funding.reasons import reasons_of
from ensembleur.schemes.engine.funding.solve import solve
from tests.factories.funding import action, flat, offer, rate, small


def shares(problem: Problem) -> dict[str, Decimal]:
    """Kind → euros, the sum checked on the way."""
    plan = solve(problem)
    binds = binds_of(plan, problem, plan)
    assert sum(bind.eur for bind in binds) == problem.cost_eur - plan.total_eur
    assert all(bind.eur > 0 and bind.proved and bind.says.fr and bind.says.en for bind in binds)
    found: dict[str, Decimal] = {}
    for bind in binds:
        found[bind.kind] = found.get(bind.kind, Decimal(0)) + bind.eur
    return found


def caps(problem: Problem) -> dict[tuple[str, str], Decimal]:
    return {(cap.kind, cap.key): cap.alone_eur for cap in caps_of(problem, solve(problem))}


def test_what_no_rule_pays_and_what_no_aid_covers():
    assert shares(Problem((action("a"), action("b", 7_000)), (offer("a"),))) == {"rate": 50_000, "no_scheme": 7_000}


def test_a_plan_paid_in_full_lacks_nothing():
    assert shares(Problem((action(),), (offer(terms=rate("1")),))) == {}


def test_a_ceiling_holds_what_lifting_it_brings():
    problem = Problem(
        (action(),),
        (offer(terms=rate(ceiling_eur=Decimal(30_000), limit_eur=Decimal(30_000))),),
        titles={"s": Words("Aide", "Aid")},
    )
    assert shares(problem) == {"ceiling": 20_000, "rate": 50_000}
    assert caps(problem) == {("ceiling", "s"): 20_000}
    plan = solve(problem)
    [ceiling, _rate] = binds_of(plan, problem, plan)
    assert ceiling.says.fr.startswith("Le plafond de Aide")
    assert ceiling.alone_eur == 20_000


def test_an_envelope_holds_what_lifting_it_brings():
    problem = Problem(
        (action(),), (offer(), offer(scheme="t", terms=rate("0.1"))), envelopes=(Envelope(("s", "t"), Decimal(45_000)),)
    )
    assert shares(problem) == {"envelope": 15_000, "rate": 40_000}
    assert caps(problem) == {("envelope", "s+t"): 15_000}


def test_the_small_aids_cap_holds_what_lifting_it_brings():
    past = (PastAid(date(2026, 1, 1), Decimal(280_000)),)
    problem = Problem((action(),), (offer(de_minimis=True),), past_aids=past)
    assert shares(problem) == {"de_minimis": 30_000, "rate": 50_000}
    assert caps(problem) == {("de_minimis", ""): 30_000}


def test_the_public_share_holds_what_lifting_it_brings():
    problem = Problem((action(most="0.3"), action("b", 10_000)), (offer(),))
    assert shares(problem) == {"intensity": 20_000, "rate": 50_000, "no_scheme": 10_000}
    assert caps(problem) == {("intensity", ""): 20_000}


def test_aids_that_do_not_go_together_are_named_both():
    problem = Problem((action(),), (offer(), offer(scheme="t", terms=rate("0.4"))), exclusions=(Exclusion(("s", "t")),))
    assert shares(problem) == {"exclusion": 40_000, "rate": 10_000}
    plan = solve(problem)
    assert binds_of(plan, problem, plan)[0].says.fr == "s et t ne se cumulent pas"


def test_an_aid_asked_once_is_said_so():
    problem = Problem((action("a"), action("b")), (offer("a"), offer("b")), exclusions=(Exclusion(("s", "s"), "plan"),))
    plan = solve(problem)
    assert binds_of(plan, problem, plan)[0].says.fr == "s ne se demande qu'une fois"


def test_what_is_only_possible_comes_first():
    certain, problem = Plan(), Problem((action(),), (offer(),))
    binds = binds_of(certain, problem, solve(problem))
    assert [(bind.kind, bind.eur) for bind in binds] == [("unknown", 50_000), ("rate", 50_000)]


def test_rules_that_hold_only_together_are_lifted_together():
    """Two envelopes too small for a flat sum: neither is full, yet nothing passes."""
    problem = Problem(
        (action(),), (offer(terms=flat(5_000)),), envelopes=(Envelope(("s",), Decimal(4_000)), Envelope(("s",), Decimal(3_000)))
    )
    found = shares(problem)
    assert found["envelope"] == 5_000


def test_ceilings_no_payment_touches_are_lifted_together():
    small_step = Terms(
        "steps", base_eur=Decimal(100_000), steps=((Decimal(1), Decimal(60_000)),), limit_eur=Decimal(50_000), whole=True
    )
    problem = Problem((action(),), (offer(terms=small_step),))
    assert shares(problem)["ceiling"] == 60_000


def test_exclusions_no_payment_touches_are_lifted_together():
    offers = (offer(terms=flat(9_000)), offer(scheme="t", terms=flat(9_000)))
    problem = Problem((action(),), offers, envelopes=(Envelope(("s", "t"), Decimal(1)),), exclusions=(Exclusion(("s", "t")),))
    assert shares(problem) == {"envelope": 18_000, "rate": 82_000}


@pytest.mark.parametrize("seed", range(30))
def test_the_shares_add_up_whatever_the_rules(seed):
    shares(small(seed))


@pytest.mark.parametrize("seed", range(12))
def test_a_cap_lifted_alone_brings_what_was_said(seed):
    problem = small(seed)
    plan = solve(problem)
    for cap in caps_of(problem, plan):
        assert cap.alone_eur > 0
        if cap.kind == "ceiling":
            freer = binding.without_ceiling(problem, (cap.key,))
            assert solve(freer).total_eur - plan.total_eur == cap.alone_eur
        if cap.kind == "de_minimis":
            assert solve(replace(problem, cap_small_aids=False)).total_eur - plan.total_eur == cap.alone_eur


def test_a_share_not_proved_in_time_says_so(monkeypatch):
    problem = Problem((action(),), (offer(terms=rate(ceiling_eur=Decimal(30_000))),))
    plan = solve(problem)
    monkeypatch.setattr(binding, "solve", lambda problem, **_more: replace(solve(problem), bound_eur=None))
    assert [bind.proved for bind in binds_of(plan, problem, plan)] == [False, True]


# -- why that amount ---------------------------------------------------------------------------------------------------
def why(problem: Problem, scheme: str = "s", to: str = "a") -> str:
    reasons = reasons_of(problem, solve(problem))
    assert reasons[to, scheme].en
    return reasons[to, scheme].fr.replace(" ", " ").replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (rate(), "50 % de 100 000 €"),
        (rate(base_max_eur=Decimal(60_000)), "50 % de 60 000 €"),
        (rate(ceiling_eur=Decimal(8_000)), "plafond de 8 000 €"),
        (rate("0.01", floor_eur=Decimal(2_000)), "minimum de 2 000 €"),
        (rate(given_share=Decimal("0.6")), "60 % donnés de 50 000 €"),
        (flat(5_000), "forfait de 5 000 €"),
        (Terms("steps", base_eur=Decimal(5), steps=((Decimal(1), Decimal(3)),), whole=True), "palier de 3 €"),
        (Terms("range", most_eur=Decimal(900)), "jusqu'à 900 €, selon le dossier"),
    ],
)
def test_the_formula_of_a_payment_is_told(terms, words):
    assert why(Problem((action(),), (offer(terms=terms),))) == words


def test_the_limit_a_payment_meets_is_told():
    one = action()
    assert why(Problem((one,), (offer(),), envelopes=(Envelope(("s",), Decimal(9)),))) == "ce qui reste de l'enveloppe"
    assert why(Problem((one,), (offer(terms=rate(limit_eur=Decimal(9))),))) == "ce qui reste sous le plafond de l'aide"
    past = (PastAid(date(2026, 1, 1), Decimal(299_000)),)
    assert why(Problem((one,), (offer(de_minimis=True),), past_aids=past)) == "ce qui reste sous le plafond de minimis"
    assert why(Problem((action(most="0.2"),), (offer(),))) == "le complément jusqu'à 20 % d'aides publiques"
    full = Problem((one,), (offer(terms=rate("1.5")),))
    assert why(full) == "le complément jusqu'au coût de l'action"


def test_a_payment_below_every_limit_is_what_the_others_leave():
    problem = Problem((action(),), (offer(),))
    plan = solve(problem)
    less = replace(plan, payments=(replace(plan.payments[0], eur=Decimal(10)),))
    assert reasons_of(problem, less)["a", "s"].fr == "ce que les autres aides laissent à payer"


def test_an_offer_that_pays_nothing_needs_no_reason():
    problem = Problem((action(),), (offer(terms=rate("1")), offer(scheme="t", terms=rate("0.1"))))
    assert set(reasons_of(problem, solve(problem))) == {("a", "s")}


def test_a_ceiling_on_the_spending_counted_is_named_too():
    problem = Problem((action(),), (offer(terms=rate(base_max_eur=Decimal(60_000))),))
    plan = solve(problem)
    assert binds_of(plan, problem, plan)[0].says.fr == "Le plafond de s"


def test_a_lifting_that_finds_nothing_in_time_counts_for_nothing(monkeypatch):
    problem = Problem((action(most="0.4"),), (offer(terms=rate(ceiling_eur=Decimal(30_000)), de_minimis=True),))
    plan = solve(problem)
    monkeypatch.setattr(binding, "solve", lambda problem, **_more: Plan())
    assert [(bind.kind, bind.eur) for bind in binds_of(plan, problem, plan)] == [("rate", 70_000)]
    assert caps_of(problem, plan) == ()


def test_every_rule_is_worth_what_it_brings_alone_even_when_others_hold_too():
    past = (PastAid(date(2026, 1, 1), Decimal(290_000)),)
    problem = Problem((action(most="0.3"),), (offer(de_minimis=True),), past_aids=past)
    plan = solve(problem)
    binds = {bind.kind: bind for bind in binds_of(plan, problem, plan)}
    assert (binds["de_minimis"].eur, binds["de_minimis"].alone_eur) == (20_000, 20_000)
    assert (binds["intensity"].eur, binds["intensity"].alone_eur) == (20_000, 0)
