"""The ten dated cases: real changes of real rules, each with its facts, its day and the exact answer."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.schemes.engine.verdict import verdict_of
from tests.schemes.catalogue.reading import BAND_200_249, MICRO, catalogue, euros, failing, most, told, verdict

# -- 1. TP'up: fewer than 5 staff, then fewer than 10 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "answer", "failed"),
    [("2017-06-15", "no", {"size"}), ("2025-06-15", "yes", set())],
)
def test_tp_up_takes_a_firm_of_seven_today_and_refused_it_in_2017(as_of, answer, failed):
    result = verdict(
        "tp-up", as_of, **MICRO, group_headcount=7, group_turnover_eur=euros(900_000), project_cost_eur=euros(60_000)
    )
    assert (result.answer, failing(result)) == (answer, failed)


def test_tp_up_pays_half_up_to_55_000_euros_and_more_in_a_recovery_zone():
    firm = {**MICRO, "group_headcount": 7, "group_turnover_eur": euros(900_000)}
    assert most(verdict("tp-up", "2025-06-15", **firm, project_cost_eur=euros(60_000))) == euros(30_000)
    assert most(verdict("tp-up", "2025-06-15", **firm, project_cost_eur=euros(400_000))) == euros(55_000)
    assert most(verdict("tp-up", "2025-06-15", **{**firm, "in_zre": True}, project_cost_eur=euros(400_000))) == euros(82_500)


# -- 2. Energy efficiency cheque: ceiling doubled, then closed -----------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "answer", "ceiling"),
    [
        ("2022-11-30", "not_open", None),
        ("2022-12-01", "yes", 5_000),
        ("2023-01-20", "yes", 5_000),
        ("2023-01-24", "yes", 5_000),
        ("2023-01-25", "yes", 10_000),
        ("2023-01-30", "yes", 10_000),
        ("2024-07-25", "yes", 10_000),
        ("2024-07-26", "not_open", None),
        ("2024-07-27", "not_open", None),
    ],
)
def test_the_energy_cheque_doubles_on_25_january_2023_and_closes_on_26_july_2024(as_of, answer, ceiling):
    result = verdict("cheque-efficacite-energetique", as_of, **MICRO, company_headcount=8, project_cost_eur=euros(30_000))
    assert result.answer == answer
    if ceiling is not None:
        assert most(result) == euros(ceiling)


# -- 3. Cyber investment cheque: opened to micro firms; a diagnosis less than a year old for the others ------------------


@pytest.mark.parametrize(
    ("as_of", "answer", "failed"),
    [("2024-06-01", "no", {"size"}), ("2026-11-21", "yes", set())],
)
def test_a_firm_of_six_gets_the_cyber_cheque_under_the_new_rules_only(as_of, answer, failed):
    firm = {**MICRO, "group_headcount": 6, "group_turnover_eur": euros(700_000), "project_cost_eur": euros(30_000)}
    result = verdict("cheque-investissement-cyber", as_of, **firm)
    assert (result.answer, failing(result)) == (answer, failed)
    if answer == "yes":
        assert most(result) == euros(2_500)


def test_a_firm_of_sixty_is_asked_for_its_cyber_diagnosis():
    firm = {**MICRO, "group_headcount": 60, "group_turnover_eur": euros(9_000_000), "project_cost_eur": euros(30_000)}
    result = verdict("cheque-investissement-cyber", "2026-11-21", **firm)
    assert (result.answer, result.missing, most(result)) == ("unknown", ("cyber_diagnosis_on",), euros(10_000))


@pytest.mark.parametrize(
    ("diagnosis_on", "answer"),
    [(date(2026, 6, 1), "yes"), (date(2025, 11, 21), "yes"), (date(2025, 11, 20), "no"), (date(2025, 10, 21), "no")],
)
def test_a_cyber_diagnosis_counts_for_twelve_months(diagnosis_on, answer):
    firm = {**MICRO, "group_headcount": 60, "group_turnover_eur": euros(9_000_000), "cyber_diagnosis_on": diagnosis_on}
    result = verdict("cheque-investissement-cyber", "2026-11-21", **firm)
    assert result.answer == answer
    if answer == "no":
        assert "diagnosis-recent" in failing(result)


# -- 4. Ecological transition loan: a listed diagnosis above 75,000 euros ------------------------------------------------

BORROWER = {**MICRO, "group_headcount": 34}


@pytest.mark.parametrize(
    ("loan", "answer", "missing"),
    [
        (70_000, "yes", ()),
        (75_000, "yes", ()),
        (75_001, "unknown", ("listed_diagnosis_on",)),
        (90_000, "unknown", ("listed_diagnosis_on",)),
    ],
)
def test_the_transition_loan_asks_for_a_diagnosis_above_75_000_euros(loan, answer, missing):
    result = verdict("pret-transition-ecologique-idf", "2026-11-21", **BORROWER, loan_amount_eur=euros(loan))
    assert (result.answer, result.missing) == (answer, missing)


def test_the_transition_loan_names_the_diagnoses_that_come_first():
    result = verdict("pret-transition-ecologique-idf", "2026-11-21", **BORROWER, loan_amount_eur=euros(90_000))
    assert {"prerequisite-diag-ecoconception", "prerequisite-diag-eco-flux"} <= {reason.leaf for reason in result.reasons}
    done = {**BORROWER, "listed_diagnosis_on": date(2026, 3, 2)}
    assert verdict("pret-transition-ecologique-idf", "2026-11-21", **done, loan_amount_eur=euros(90_000)).answer == "yes"


# -- 5. PM'up: below 250 staff, a band decides when it can, nothing known is not a no ------------------------------------


@pytest.mark.parametrize(
    ("headcount", "answer", "failed"),
    [
        ({"group_headcount": 250}, "no", {"size"}),
        ({"group_headcount": 249}, "yes", set()),
        ({"group_headcount": BAND_200_249}, "yes", set()),
        ({"group_headcount": 4}, "no", {"size-min"}),
        ({}, "unknown", set()),
    ],
)
def test_pm_up_reads_the_headcount_exactly_as_a_band_or_not_at_all(headcount, answer, failed):
    firm = {key: value for key, value in MICRO.items() if key != "is_independent"}
    result = verdict("pm-up", "2026-11-21", **firm, group_turnover_eur=euros(30_000_000), **headcount)
    assert (result.answer, failing(result)) == (answer, failed)
    if not headcount:
        assert result.missing == ("group_headcount",)


# -- 6. De minimis: three rolling years since 2024, 200,000 euros before -------------------------------------------------

SEVEN = {**MICRO, "group_headcount": 7, "group_turnover_eur": euros(900_000), "project_cost_eur": euros(400_000)}


@pytest.mark.parametrize(
    ("last_aid_on", "room"),
    [("2023-06-14", 50_000), ("2023-06-15", 50_000), ("2023-06-16", 10_000)],
)
def test_an_aid_older_than_three_years_to_the_day_frees_its_room(last_aid_on, room):
    aids = (
        {"on": "2025-03-01", "eur": 250_000, "regime": "de_minimis"},
        {"on": last_aid_on, "eur": 40_000, "regime": "de_minimis"},
    )
    result = verdict("tp-up", "2026-06-15", **SEVEN, past_aids=aids)
    assert (result.answer, most(result)) == ("yes", euros(room))


@pytest.mark.parametrize(("as_of", "answer"), [("2023-12-31", "no"), ("2024-01-01", "yes")])
def test_the_cap_of_200_000_euros_became_300_000_on_1_january_2024(as_of, answer):
    aids = ({"on": "2023-02-01", "eur": 290_000, "regime": "de_minimis"},)
    result = verdict("tp-up", as_of, **SEVEN, past_aids=aids)
    assert result.answer == answer
    if answer == "no":
        assert failing(result) == {"de-minimis"}
    else:
        assert most(result) == euros(10_000)


# -- 7. DECARB FLASH: three million euros, emission quotas ---------------------------------------------------------------

SITE = {
    "naf": "25.62B", "energy_audit_on": date(2025, 1, 15), "project_started": False, "group_headcount": 120,
    "group_turnover_eur": euros(20_000_000),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cost", "answer", "failed"),
    [
        (99_999, "no", {"cost-min"}),
        (100_000, "yes", set()),
        (2_900_000, "yes", set()),
        (3_000_000, "yes", set()),
        (3_100_000, "no", {"cost-max"}),
    ],
)
def test_decarb_flash_takes_projects_from_100_000_euros_to_three_million(cost, answer, failed):
    result = verdict("decarb-flash", "2026-11-21", **SITE, project_cost_eur=euros(cost))
    assert (result.answer, failing(result)) == (answer, failed)


@pytest.mark.parametrize(
    ("headcount", "eu_ets", "answer"),
    [(900, True, "no"), (900, False, "yes"), (120, True, "yes")],
)
def test_decarb_flash_refuses_a_large_firm_under_emission_quotas_only(headcount, eu_ets, answer):
    site = {**SITE, "group_headcount": headcount, "eu_ets": eu_ets}
    result = verdict("decarb-flash", "2026-11-21", **site, project_cost_eur=euros(2_900_000))
    assert result.answer == answer
    if answer == "no":
        assert {"size", "no-ets"} <= failing(result)


# -- 8. Innovation tax credit: 30 % until 31 December 2024, 20 % after ---------------------------------------------------


@pytest.mark.parametrize(
    ("spent_on", "version", "credit"),
    [("2024-12-31", "cii-2023", 120_000), ("2025-01-01", "cii-2025", 80_000), ("2027-12-31", "cii-2025", 80_000)],
)
def test_the_innovation_credit_falls_from_30_to_20_per_cent_in_2025(spent_on, version, credit):
    firm = {"group_headcount": 34, "group_turnover_eur": euros(5_000_000)}
    result = verdict("cii", spent_on, **firm, prototype_cost_eur=euros(400_000))
    assert (result.answer, result.version.id, most(result)) == ("yes", version, euros(credit))
    assert most(verdict("cii", spent_on, **firm, prototype_cost_eur=euros(900_000))) == euros(credit)


def test_the_innovation_credit_ends_with_2027():
    firm = {"group_headcount": 34, "group_turnover_eur": euros(5_000_000), "prototype_cost_eur": euros(400_000)}
    assert verdict("cii", "2028-01-01", **firm).answer == "not_open"


# -- 9. PM'up for industrial start-ups: 1.2 million euros in a recovery zone ---------------------------------------------


@pytest.mark.parametrize(("in_zre", "ceiling"), [(True, 1_200_000), (False, 1_000_000)])
def test_a_first_plant_gets_up_to_one_point_two_million_in_a_recovery_zone(in_zre, ceiling):
    firm = {**MICRO, "in_zre": in_zre, "group_headcount": 20, "group_turnover_eur": euros(1_000_000), "first_plant": True}
    result = verdict("pm-up-jeunes-pousses", "2026-11-21", **firm, project_cost_eur=euros(4_000_000))
    assert (result.answer, most(result)) == ("yes", euros(ceiling))


def test_an_unknown_zone_leaves_both_ceilings_possible():
    firm = {key: value for key, value in MICRO.items() if key != "in_zre"}
    firm |= {"group_headcount": 20, "group_turnover_eur": euros(1_000_000), "first_plant": True}
    result = verdict("pm-up-jeunes-pousses", "2026-11-21", **firm, project_cost_eur=euros(4_000_000))
    assert (result.amount.min, result.amount.max) == (euros(1_000_000), euros(1_200_000))


# -- 10. Export cheque: two of a kind, then any four ---------------------------------------------------------------------

EXPORTER = {"group_headcount": 34, "group_turnover_eur": euros(5_000_000), "project_cost_eur": euros(4_000)}


@pytest.mark.parametrize(
    ("as_of", "answer", "failed"),
    [("2021-03-31", "no", {"same-kind"}), ("2021-04-01", "yes", set())],
)
def test_a_third_collective_export_cheque_is_allowed_from_1_april_2021(as_of, answer, failed):
    result = verdict("cheque-relance-export", as_of, **EXPORTER, export_cheques_used=2, export_cheques_same_kind=2)
    assert (result.answer, failing(result)) == (answer, failed)
    if answer == "yes":
        assert most(result) == euros(2_000)


@pytest.mark.parametrize(("as_of", "answer"), [("2022-12-15", "yes"), ("2022-12-16", "not_open")])
def test_the_export_cheque_ended_on_15_december_2022(as_of, answer):
    assert verdict("cheque-relance-export", as_of, **EXPORTER, export_cheques_used=1).answer == answer


def test_a_fifth_export_cheque_is_never_given():
    result = verdict("cheque-relance-export", "2022-06-01", **EXPORTER, export_cheques_used=4)
    assert (result.answer, failing(result)) == ("no", {"used"})


# -- Two laws that reached back: what applied, and what was known then ---------------------------------------------------


@pytest.mark.parametrize(
    ("known_on", "answer"),
    [("2025-01-20", "not_open"), ("2025-02-13", "not_open"), ("2025-02-14", "yes"), (None, "yes")],
)
def test_the_innovation_credit_of_january_2025_was_unknown_until_the_law_of_14_february(known_on, answer):
    facts = told(group_headcount=34, group_turnover_eur=euros(5_000_000), prototype_cost_eur=euros(400_000))
    day = date.fromisoformat(known_on) if known_on else None
    assert verdict_of(catalogue()["cii"], facts, as_of=date(2025, 1, 10), known_on=day).answer == answer


@pytest.mark.parametrize(("known_on", "answer"), [("2026-01-20", "not_open"), ("2026-02-02", "yes")])
def test_the_green_industry_credit_of_january_2026_was_unknown_until_2_february(known_on, answer):
    facts = told(revenue_share_net_zero_chains=euros("0.6"), in_difficulty=False, project_started=False)
    result = verdict_of(catalogue()["c3iv"], facts, as_of=date(2026, 1, 15), known_on=date.fromisoformat(known_on))
    assert result.answer == answer
