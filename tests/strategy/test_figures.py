"""What the three real strategies hold: their shape, all their figures, what they must never claim."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from ensembleur.schemes.catalogue import loader as schemes
from ensembleur.strategy.catalogue.loader import FILES, load_file, load_files
from ensembleur.strategy.engine.content import Label, NodeKind, OverTime, Precision, Stage
from tests.strategy.figures import MONEY, TARGETS, TITLES, VALUES

MEASUREMENTS = {
    "companies_supported", "applications_filed", "applications_agreed", "amount_agreed_eur", "amount_paid_eur",
    "diagnoses_finished", "programme_enrolled", "programme_stage_delay_days", "option_take_up_share",
    "needs_closed_with_help_share", "declared_jobs_created", "establishments_open", "mid_caps_registered",
    "meetings_events", "meetings_held", "meetings_participants",
}  # fmt: skip
PLAN_2013, SMART, PLAN_2022 = "plan-industries-2013-2017", "smart-industrie-2017-2021", "plan-2022-2028"
REAL = (PLAN_2013, SMART, PLAN_2022)


@cache
def strategy(slug):
    return load_file(FILES / f"{slug}.yaml")


def indicator(slug, code):
    return next(sheet for _node, sheet in strategy(slug).indicators() if sheet.code == code)


def node(slug, code):
    return next(part for part in strategy(slug).nodes() if part.code == code)


def said(statements):
    return " | ".join(
        ("" if one.precision is Precision.EXACT else f"{one.precision.value} ") + str(one.value) for one in statements
    )


def test_every_target_is_the_one_of_the_texts():
    found = [
        (slug, sheet.code, str(target.start or ""), str(target.due), " | ".join(str(one.value) for one in target.statements))
        for slug in REAL
        for _node, sheet in strategy(slug).indicators()
        for target in sheet.targets
    ]
    assert found == TARGETS


def test_every_amount_is_the_one_of_the_texts():
    found = [
        (slug, part.code, line.stage.value, line.year, line.decision, " | ".join(str(one.value) for one in line.statements))
        for slug in REAL
        for part in strategy(slug).nodes()
        for line in part.budget
    ]
    assert found == MONEY


def test_every_value_reached_is_the_one_of_the_texts():
    found = [
        (slug, sheet.code, value.label.value, str(value.period.start), str(value.as_of), said(value.statements))
        for slug in REAL
        for _node, sheet in strategy(slug).indicators()
        for value in sheet.values
    ]
    assert found == VALUES


# -- shape -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "challenges", "objectives", "measures"),
    [(PLAN_2013, 2, 0, 15), (SMART, 3, 7, 28), (PLAN_2022, 3, 1, 13), ("region-inventee", 2, 3, 5)],
)
def test_each_strategy_has_its_own_floors(slug, challenges, objectives, measures):
    count = Counter(part.kind for part in strategy(slug).nodes())
    assert count[NodeKind.CHALLENGE] == challenges
    assert count[NodeKind.OBJECTIVE] == objectives
    assert count[NodeKind.MEASURE] == measures


def test_the_titles_of_2017_are_those_of_its_table():
    parts = list(strategy(SMART).nodes())[1:]
    assert {part.code: part.title.fr for part in parts} == TITLES
    corrected = {"M19"}  # the text repeats « en » by mistake; the citation keeps it
    for part in parts:
        words = re.sub(r"^\d+\. ", "", part.citation.sentence).rstrip(".")
        assert (words == part.title.fr) is (part.code not in corrected), part.code


def test_every_row_of_the_mission_has_a_part():
    rows = {row for slug in REAL for part in strategy(slug).nodes() for row in part.rows}
    wanted = {*(f"M{n}" for n in range(1, 29)), *(f"P{n}" for n in range(1, 15)), "G1", "G2", "G3"}
    assert rows == wanted


def test_every_measure_has_an_indicator_and_none_is_without_origin():
    for slug in REAL:
        for part in strategy(slug).nodes():
            if part.kind is NodeKind.MEASURE and part.code != "U9":  # studies: the text gives no figure but the subsidy
                assert part.indicators, part.code
            for sheet in part.indicators:
                assert sheet.measured_by or sheet.union_of or sheet.needs or sheet.values


def test_each_strategy_follows_a_known_one_and_one_is_current():
    known = {one.slug: one for one in load_files()}
    assert [one.slug for one in known.values() if one.is_current] == [PLAN_2022]
    assert (known[SMART].follows, known[PLAN_2022].follows) == (PLAN_2013, SMART)


# -- what others hold --------------------------------------------------------------------------------------------------
def test_measurements_and_schemes_named_by_the_files_exist():
    known = {path.stem for path in schemes.FILES.glob("*.yaml")}
    for one in load_files():
        for part in one.nodes():
            assert set(part.schemes) <= known
        for _node, sheet in one.indicators():
            assert sheet.measured_by in {"", *MEASUREMENTS}
            assert set(sheet.parameters.get("schemes", ())) <= known


# -- two figures for one thing -----------------------------------------------------------------------------------------
def test_five_millions_are_kept_for_the_whole_plan_and_for_a_year():
    (line,) = node(PLAN_2013, "S").budget
    assert [("par an" in one.citation.sentence) for one in line.statements] == [False, False, False, True, True]
    assert all(one.value == 5_000_000 for one in line.statements)


def test_the_sums_told_in_the_notes_of_the_former_plan_are_right():
    plan = strategy(PLAN_2013)
    money = sum(
        (line.statements[0].value for part in plan.nodes() for line in part.budget if line.stage is Stage.COMMITTED), Decimal()
    )
    assert money == Decimal("4222313.90")
    assert "4 222 313,90 €" in plan.root.budget[0].note.fr
    supports = sum(sheet.values[0].value for _n, sheet in plan.indicators() if sheet.unit.fr == "accompagnements")
    assert supports == 118
    assert "118 accompagnements" in indicator(PLAN_2013, "PI.individual").values[0].statements[0].note.fr


def test_six_hundred_companies_stand_beside_fewer_than_a_hundred_a_year():
    (value,) = indicator(PLAN_2013, "PI.companies").values
    assert said(value.statements) == "600 | less 100"


def test_the_accelerator_is_for_thirty_companies_a_year_or_in_all():
    statements = indicator(SMART, "M2.companies").targets[0].statements
    assert [("par an" in one.citation.sentence) for one in statements] == [True, True, False]
    assert statements[2].note


def test_what_is_not_named_alike_keeps_its_other_wordings():
    assert [wording.sentence for wording in node(SMART, "O7").wordings] == [
        "Promouvoir l'industrie francilienne en Ile-de-France et à l'international notamment par le soutien au salon Smart Industrie"
    ]
    assert ("Wilco" in node(SMART, "M3").citation.sentence, "Wilko" in node(SMART, "M3").wordings[0].sentence) == (True, True)


def test_ten_thousand_job_seekers_are_two_targets_of_two_strategies():
    trained, mobilised = indicator(SMART, "M5.trained").targets[0], indicator(PLAN_2022, "AP.mobilised").targets[0]
    assert trained.value == mobilised.value == 10_000
    assert (trained.due.year, mobilised.due.year) == (2021, 2025)


# -- what must never be claimed ----------------------------------------------------------------------------------------
def test_no_european_code_is_marked_verified_and_potential_jobs_are_never_rcr01():
    codes = [(sheet.code, code) for one in load_files() for _n, sheet in one.indicators() for code in sheet.eu_codes]
    assert codes
    assert not [name for name, code in codes if code.verified or code.code == "RCR01"]
    assert "Jamais RCR01" in indicator(PLAN_2022, "P14.potential-jobs").eu_note.fr


def test_apprentices_have_no_common_code_of_the_social_fund_and_say_so():
    sheet = indicator(SMART, "M22.apprentices")
    assert not [code for code in sheet.eu_codes if code.code.startswith("EE")]
    assert sheet.eu_note.fr.startswith("Aucun indicateur commun du FSE+ ne compte les apprentis")


def test_potential_jobs_are_declared():
    (value,) = indicator(PLAN_2022, "P14.potential-jobs").values
    assert (value.label, said(value.statements), value.note.fr) == (
        Label.DECLARED,
        "more 15500 | more 15500",
        "Potentiel déclaré.",
    )


def test_no_text_is_made_to_say_that_money_was_paid():
    for slug in REAL:
        assert not [sheet.code for _n, sheet in strategy(slug).indicators() if any(v.label is Label.PAID for v in sheet.values)]
        assert not [part.code for part in strategy(slug).nodes() if any(line.stage is Stage.PAID for line in part.budget)]


def test_a_yearly_promise_is_counted_year_by_year():
    for code in ("M2.companies", "M3.companies"):
        assert indicator(SMART, code).over_time is OverTime.FLOW
