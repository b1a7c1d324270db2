"""How much: exact, bounded, and told with its formula."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.logic.comparing import Setting
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.engine.amount import amount_of
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from tests.factories.rules import TODAY, facts, scheme

STEPS = [{"from": 300, "eur": 150}, {"from": 1000, "eur": 500}, {"from": 3000, "eur": 1500}]
ZRE = {
    "id": "zre",
    "when": {"id": "zre", "fact": "commune", "op": "in_zone", "value": "zre-idf"},
    "ceiling": 375_000,
    "rate_plus": 0.1,
}


def reckon(base=None, *, lang="fr", room=None, **rule):
    """The range and formula of an amount rule for a base, plain spaces."""
    held = base if isinstance(base, dict) else {} if base is None else facts(project_cost_eur=base)
    version = scheme(version={"amount": {"nature": "grant", "rule": "rate"} | rule}).versions[0]
    setting = Setting(TODAY, lang, version.parameters_on(TODAY), VOCABULARY, ZONES)
    found = amount_of(version.amount, held, setting, room=room)
    return found and (found.min, found.max, found.formula.replace("\xa0", " ").replace("\u202f", " "))


def test_a_rate_has_a_ceiling():
    assert reckon(400_000, rate=0.5, ceiling=250_000) == (200_000, 200_000, "50 % de 400 000 €, plafonné à 250 000 €")
    assert reckon(600_000, rate=0.5, ceiling=250_000)[:2] == (250_000, 250_000)
    assert reckon(600_000, rate=0.5)[:2] == (300_000, 300_000)


def test_an_unknown_base_gives_a_range_up_to_the_ceiling():
    assert reckon(rate=0.5, ceiling=250_000) == (0, 250_000, "50 % × coût du projet, plafonné à 250 000 €")
    assert reckon(rate=0.5) == (0, None, "50 % × coût du projet")
    assert reckon(rate=0.5, base_max=100_000)[1] == 50_000


def test_a_base_known_as_an_interval_gives_a_range():
    assert reckon(Interval(100, 300), rate=0.5, lang="en") == (50, 150, "50% of €100 to €300")
    assert reckon(Interval(100, None), rate=0.5, ceiling=120) == (
        50,
        120,
        "50 % de au moins 100 €, plafonné à 120 €".replace("de au", "d'au"),
    )


def test_a_rate_between_two_bounds_gives_a_range():
    assert reckon(1000, rate={"min": 0.25, "max": 0.7}) == (250, 700, "25 % à 70 % de 1 000 €")


def test_the_base_has_a_floor_and_a_ceiling_of_its_own():
    rule = {"rate": 0.5, "base_min": 1_000, "base_max": 10_000}
    assert reckon(999, **rule)[:2] == (0, 0)
    assert reckon(1_000, **rule)[:2] == (500, 500)
    assert reckon(20_000, **rule)[:2] == (5_000, 5_000)
    assert "à partir de 1 000 € de dépenses, dépenses retenues jusqu'à 10 000 €" in reckon(20_000, **rule)[2]


def test_a_floor_lifts_a_small_amount_never_a_nil_one():
    assert reckon(100, rate=0.5, floor=80)[:2] == (80, 80)
    assert reckon(0, rate=0.5, floor=80)[:2] == (0, 0)
    assert "au moins 80 €" in reckon(100, rate=0.5, floor=80)[2]


@pytest.mark.parametrize(
    ("zone", "low", "high", "word"),
    [(None, 250_000, 375_000, " si "), (True, 375_000, 375_000, " car "), (False, 250_000, 250_000, "")],
)
def test_a_bonus_applies_when_its_condition_holds_and_widens_the_range_when_it_may(zone, low, high, word):
    held = facts(project_cost_eur=1_000_000, commune="95018") | ({} if zone is None else facts(in_zre=zone))
    found = reckon(held, rate=0.5, ceiling=250_000, bonuses=[ZRE])
    assert found[:2] == (low, high)
    assert (f"10 % de plus, plafond porté à 375 000 €{word}établissement en zone" in found[2]) == bool(word)


def test_a_bonus_may_only_raise_the_rate():
    bonus = {"id": "started", "when": {"id": "s", "fact": "project_started", "op": "is_false"}, "rate_plus": 0.15}
    assert reckon(facts(project_cost_eur=1000, project_started=False), rate=0.5, bonuses=[bonus], lang="en") == (
        650,
        650,
        "50% of €1,000; 15% more because the project has not started",
    )
    assert reckon(facts(project_cost_eur=1000), rate=0.95, bonuses=[bonus])[:2] == (950, 1000)


@pytest.mark.parametrize(("zone", "high"), [(None, 375_000), (True, 375_000), (False, 250_000)])
def test_a_bonus_raises_the_upper_end_of_a_range_and_no_base_is_needed(zone, high):
    held = facts(commune="95018") | ({} if zone is None else facts(in_zre=zone))
    found = reckon(held, rule="range", max_eur=250_000, bonuses=[{**ZRE, "rate_plus": None}])
    assert found[:2] == (0, high)
    assert found[2].startswith("jusqu'à 250 000 €")


@pytest.mark.parametrize(("base", "paid"), [(299, 0), (300, 150), (999, 150), (1_000, 500), (9_000, 1_500)])
def test_the_lower_step_applies(base, paid):
    assert reckon(base, rule="steps", steps=STEPS)[:2] == (paid, paid)
    assert reckon(rule="steps", steps=STEPS)[:2] == (0, 1_500)
    assert "le palier inférieur s'applique" in reckon(rule="steps", steps=STEPS)[2]


def test_a_flat_sum_and_a_range_do_not_depend_on_a_base():
    assert reckon(rule="flat", max_eur=6_000) == (6_000, 6_000, "forfait de 6 000 €")
    assert reckon(rule="flat", min_eur=6_000)[:2] == (6_000, 6_000)
    assert reckon(rule="range", min_eur=10_000, max_eur=500_000, lang="en") == (10_000, 500_000, "from €10,000 to €500,000")
    assert reckon(rule="range", max_eur=500_000)[2] == "jusqu'à 500 000 €"
    assert reckon(rule="range", min_eur=100) == (100, None, "au moins 100 €")
    assert reckon(rule="range") == (0, None, "selon le projet")
    assert reckon(rule="none") is None


def test_a_rate_without_value_that_day_is_said():
    assert reckon(1_000, rate={"param": "rate"}, ceiling=10) == (0, 10, "taux à préciser de 1 000 €, plafonné à 10 €")


def test_the_room_left_bounds_the_amount():
    assert reckon(1_000, rate=0.5, room=Decimal(120))[:2] == (120, 120)
    assert "120 € restant" in reckon(1_000, rate=0.5, room=Decimal(120))[2]
    assert reckon(1_000, rate=0.5, room=Decimal(600))[:2] == (500, 500)


def test_the_rounding_is_that_of_the_rule():
    assert reckon(Decimal("33.33"), rate=0.5)[0] == Decimal("16.67")
    assert reckon(Decimal("33.33"), rate=0.5, round="cent")[0] == Decimal("16.67")
    assert reckon(Decimal("33.33"), rate=0.5, round="euro_down")[0] == 16


def test_the_parts_make_the_whole_to_the_cent():
    version = scheme(
        version={"amount": {"nature": "mixed", "rule": "flat", "max_eur": 100, "split": {"grant": 0.667, "advance": 0.333}}}
    )
    found = amount_of(version.versions[0].amount, {}, Setting(TODAY))
    assert found.split == (("grant", Decimal("66.70"), Decimal("66.70")), ("advance", Decimal("33.30"), Decimal("33.30")))
    assert found.as_json()["split"]["grant"] == {"min": 66.7, "max": 66.7}
    boundless = scheme(
        version={"amount": {"nature": "mixed", "rule": "range", "min_eur": 10, "split": {"grant": 0.5, "advance": 0.5}}}
    )
    found = amount_of(boundless.versions[0].amount, {}, Setting(TODAY))
    assert found.split[1] == ("advance", 5, None)
    assert found.as_json()["max"] is None


MONEY = st.integers(0, 10_000).map(Decimal)
RULES = st.fixed_dictionaries(
    {"rate": st.fixed_dictionaries({"min": st.sampled_from([0.1, 0.3]), "max": st.sampled_from([0.3, 0.8])})},
    optional={
        "base_min": st.integers(0, 5_000),
        "base_max": st.integers(1, 8_000),
        "floor": st.integers(0, 900),
        "ceiling": st.integers(1, 3_000),
        "round": st.sampled_from(["cent", "euro_down"]),
        "bonuses": st.just([ZRE | {"ceiling": 5_000}]),
    },
)
STEP_RULES = st.fixed_dictionaries(
    {"rule": st.just("steps"), "steps": st.just(STEPS)}, optional={"ceiling": st.integers(1, 3_000)}
)


@settings(deadline=None)
@given(RULES | STEP_RULES, MONEY, MONEY)
def test_the_range_is_ordered_bounded_and_grows_with_the_base(rule, one, two):
    small, large = sorted((one, two))
    low, high = reckon(small, **rule), reckon(large, **rule)
    vague = reckon(Interval(small, large), **rule)
    unknown = reckon(**rule)
    for found in (low, high, vague, unknown):
        assert found[1] is None or 0 <= found[0] <= found[1]
    most = max(rule["ceiling"], 5_000 if "bonuses" in rule else 0) if "ceiling" in rule else None
    assert most is None or max(low[1], high[1], vague[1], unknown[1]) <= most
    assert low[0] <= high[0]
    assert low[1] <= high[1]
    assert (vague[0], vague[1]) == (low[0], high[1])
    assert unknown[0] <= low[0]
    assert unknown[1] is None or unknown[1] >= high[1]


def test_a_negative_base_counts_for_nothing():
    assert reckon({"project_cost_eur": Fact(Interval(-5, 10))}, rate=0.5)[:2] == (0, 5)


def test_a_bonus_that_only_may_hold_does_not_lift_the_least_when_another_one_holds():
    sure = {"id": "started", "when": {"id": "s", "fact": "project_started", "op": "is_false"}, "ceiling": 300_000}
    held = facts(project_cost_eur=1_000_000, commune="95018", project_started=False)
    assert reckon(held, rate=0.5, ceiling=250_000, bonuses=[{**ZRE, "rate_plus": None}, sure])[:2] == (300_000, 375_000)
