"""From the establishment to the group, and the room left under the de minimis cap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.engine.deminimis import cap_eur, counts, received_eur, room_eur
from ensembleur.schemes.engine.groups import ask_instead, derive
from ensembleur.sources import Evidence
from tests.factories.rules import TODAY, facts


def test_an_establishment_is_the_least_its_company_and_its_group_can_have():
    known = derive(facts(headcount=34), as_of=TODAY)
    assert known["company_headcount"].value == Interval(34, None)
    assert known["group_headcount"].value == Interval(34, None)
    assert known["group_headcount"].evidence is Evidence.ESTIMATED
    assert known["company_headcount"].source.title == "Déduit : Effectif"


def test_a_single_establishment_without_linked_enterprise_is_the_whole_group():
    known = derive(facts(headcount=Interval(20, 49), is_single_establishment=True, is_independent=True), as_of=TODAY)
    assert known["group_headcount"].value == Interval(20, 49)
    exact = derive(facts(turnover_eur=4_000_000, is_independent=True), as_of=TODAY)
    assert exact["group_turnover_eur"].value == 4_000_000


def test_a_known_figure_is_only_ever_narrowed():
    wide = derive(facts(headcount=34, company_headcount=Interval(20, 49)), as_of=TODAY)
    assert wide["company_headcount"].value == Interval(34, 49)
    assert wide["company_headcount"].evidence is Evidence.ESTIMATED
    exact = facts(headcount=34, company_headcount=60)
    assert derive(exact, as_of=TODAY)["company_headcount"] is exact["company_headcount"]


def test_two_figures_that_disagree_are_left_as_they_are():
    told = facts(headcount=300, company_headcount=Interval(20, 49))
    assert derive(told, as_of=TODAY)["company_headcount"] is told["company_headcount"]


def test_zero_and_unknown_teach_nothing():
    assert "company_headcount" not in derive(facts(headcount=0), as_of=TODAY)
    assert "company_headcount" not in derive(facts(headcount=Interval(None, 9)), as_of=TODAY)
    assert derive({}, as_of=TODAY) == {}


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from([None, True, False]))
def test_what_is_derived_never_excludes_the_truth(establishment, others, independent):
    told = facts(headcount=establishment, company_headcount=Interval(establishment, establishment + others))
    if independent is not None:
        told |= facts(is_independent=independent)
    group = derive(told, as_of=TODAY)["group_headcount"].value
    truth = establishment + others
    assert group.low <= truth
    assert group.high is None or truth <= group.high


def test_the_easier_question_comes_first():
    assert ask_instead("group_headcount", facts(company_headcount=34)) == "is_independent"
    assert ask_instead("group_headcount", facts(company_headcount=34, is_independent=False)) == "group_headcount"
    assert ask_instead("group_headcount", facts(company_headcount=Interval(34, None))) == "group_headcount"
    assert ask_instead("group_headcount", {}) == "group_headcount"
    assert ask_instead("naf", {}) == "naf"


# -- de minimis ----------------------------------------------------------------------------------------------------------

BEFORE, LAST = {"on": "2025-01-01", "eur": 250_000}, {"eur": 40_000, "regime": "de_minimis"}


def test_an_aid_counts_three_years_to_the_day():
    day = date(2026, 11, 21)
    assert room_eur([BEFORE, {**LAST, "on": date(2023, 11, 20)}], as_of=day) == 50_000
    assert room_eur([BEFORE, {**LAST, "on": date(2023, 11, 21)}], as_of=day) == 50_000
    assert room_eur([BEFORE, {**LAST, "on": date(2023, 11, 22)}], as_of=day) == 10_000


def test_before_2024_three_fiscal_years_and_a_lower_cap():
    aids = [{"on": "2021-12-31", "eur": 150_000}, {"on": "2020-12-31", "eur": 90_000}]
    assert (cap_eur(date(2023, 12, 31)), cap_eur(date(2024, 1, 1))) == (200_000, 300_000)
    assert room_eur(aids, as_of=date(2023, 12, 31)) == 50_000
    assert room_eur(aids, as_of=date(2022, 12, 31)) == 0
    assert room_eur(aids, as_of=date(2024, 1, 1)) == 150_000
    assert not counts(date(2026, 1, 1), date(2025, 1, 1))


def test_another_regime_is_not_counted_and_a_typed_amount_is_read():
    aids = [{"on": "2026-01-01", "eur": "1 500,50"}, {"on": "2026-01-01", "eur": 99, "regime": "rgec"}]
    assert received_eur(aids, as_of=TODAY) == Decimal("1500.50")


@pytest.mark.parametrize("aid", [{}, {"on": "hier", "eur": 1}, {"on": "2026-01-01"}, {"on": "2026-01-01", "eur": "x"}, "2026"])
def test_an_unreadable_aid_is_named(aid):
    with pytest.raises(BadInput, match="n° 2"):
        room_eur([{"on": "2026-01-01", "eur": 1}, aid], as_of=TODAY)


def test_past_aids_become_the_room_left():
    known = derive({"past_aids": Fact(({"on": "2026-01-01", "eur": 100_000},))}, as_of=TODAY)
    assert known["de_minimis_room_eur"].value == 200_000
    assert derive(facts(past_aids=(), de_minimis_room_eur=7), as_of=TODAY)["de_minimis_room_eur"].value == 7
