"""One scheme, one company, one day: an answer anybody can check."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.logic.answers import Answer
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.engine.verdict import advise, money_brought, verdict_of
from ensembleur.sources import Evidence
from tests.factories.rules import SIZE, TODAY, facts, scheme

SMALL = facts(group_headcount=34)


def test_every_condition_met_is_a_yes_with_its_amount_and_its_formula():
    verdict = verdict_of(scheme(), facts(group_headcount=34, project_cost_eur=600_000), as_of=TODAY)
    assert (verdict.answer, verdict.state, verdict.missing) == ("yes", "yes", ())
    assert (verdict.amount.min, verdict.amount.max) == (250_000, 250_000)
    assert verdict.formula.replace("\u202f", " ").replace("\xa0", " ") == "50 % de 600 000 €, plafonné à 250 000 €"
    assert verdict.headline.replace("\u202f", " ").replace("\xa0", " ") == "jusqu'à 250 000 €"
    assert verdict.source.title == "Règlement"


def test_an_unknown_fact_makes_the_answer_unknown_and_is_asked_for():
    verdict = verdict_of(scheme(), {}, as_of=TODAY)
    assert (verdict.answer, verdict.missing, verdict.state_text) == ("unknown", ("group_headcount",), "À vérifier")
    assert verdict.sentence.replace("\xa0", " ") == "Il manque une information : effectif du groupe."
    assert "2 informations" in _two_missing("fr").sentence
    assert "2 pieces of information" in _two_missing("en").sentence


def _two_missing(lang):
    rule = {"all": [SIZE, {"id": "started", "fact": "project_started", "op": "is_false"}]}
    return verdict_of(scheme(version={"conditions": rule}), {}, as_of=TODAY, lang=lang)


def test_an_unknown_that_no_fact_settles_sends_to_the_operator():
    rule = {"id": "size", "fact": "group_headcount", "op": "below", "value": {"param": "limit"}}
    verdict = verdict_of(scheme(version={"conditions": rule}), SMALL, as_of=TODAY, lang="en")
    assert (verdict.answer, verdict.missing) == ("unknown", ())
    assert verdict.sentence == "One condition remains to be checked with Région."


def test_a_condition_not_met_is_a_no_that_says_which():
    verdict = verdict_of(scheme(), facts(group_headcount=250), as_of=TODAY)
    assert (verdict.answer, verdict.state_text) == ("no", "Non éligible")
    assert "Effectif du groupe de 250 salariés : moins de 250" in verdict.sentence.replace("\xa0", " ")
    rule = {"all": [SIZE, {"id": "started", "fact": "project_started", "op": "is_false"}]}
    both = verdict_of(
        scheme(version={"conditions": rule}), facts(group_headcount=250, project_started=True), as_of=TODAY, lang="en"
    )
    assert both.sentence.startswith("2 conditions are not met, among them: ")


def test_a_company_bounded_by_its_band_is_asked_whether_it_is_independent():
    told = {"company_headcount": Fact(Interval(20, 49), evidence=Evidence.OBSERVED)}
    assert verdict_of(scheme(), told, as_of=TODAY).missing == ("is_independent",)
    assert verdict_of(scheme(), told | facts(is_independent=True), as_of=TODAY).answer == "yes"
    assert verdict_of(scheme(), told | facts(is_independent=False), as_of=TODAY).missing == ("group_headcount",)
    assert verdict_of(scheme(), facts(headcount=300), as_of=TODAY).answer == "no"


# -- the two time axes ---------------------------------------------------------------------------------------------------

HISTORY = [
    {
        "id": "old",
        "effective": {"from": date(2017, 1, 1), "to": date(2020, 1, 1)},
        "published": {"from": date(2017, 1, 1)},
        "conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 5},
    },
    {
        "id": "misread",
        "effective": {"from": date(2020, 1, 1)},
        "published": {"from": date(2020, 1, 1), "to": date(2022, 1, 1)},
        "conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 8},
    },
    {
        "id": "corrected",
        "effective": {"from": date(2020, 1, 1), "to": date(2026, 1, 1)},
        "published": {"from": date(2022, 1, 1)},
        "conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 10},
    },
    {
        "id": "next",
        "effective": {"from": date(2027, 1, 1)},
        "published": {"from": date(2026, 6, 1)},
        "conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 20},
    },
]


@pytest.mark.parametrize(
    ("as_of", "known_on", "version", "answer"),
    [
        (date(2017, 6, 1), None, "old", "no"),
        (date(2021, 6, 1), None, "corrected", "yes"),
        (date(2021, 6, 1), date(2021, 6, 1), "misread", "yes"),
        (date(2021, 6, 1), date(2022, 6, 1), "corrected", "yes"),
        (date(2026, 6, 1), None, "corrected", "not_open"),
        (date(2027, 6, 1), None, "next", "yes"),
        (date(2021, 6, 1), date(2016, 1, 1), None, "not_open"),
    ],
)
def test_the_version_is_the_one_effective_that_day_as_known_that_day(as_of, known_on, version, answer):
    verdict = verdict_of(scheme(versions=HISTORY), facts(group_headcount=7), as_of=as_of, known_on=known_on)
    assert (verdict.version.id if verdict.version else None, verdict.answer) == (version, answer)


def test_between_two_versions_it_says_since_when_and_until_when():
    between = verdict_of(scheme(versions=HISTORY), SMALL, as_of=date(2026, 6, 1))
    assert (between.closed_since, between.opens_on) == (date(2026, 1, 1), date(2027, 1, 1))
    assert "Rouvre le 1er janvier 2027" in between.sentence.replace("\xa0", " ")
    before = verdict_of(scheme(versions=HISTORY), SMALL, as_of=date(2016, 6, 1), lang="en")
    assert (before.opens_on, before.sentence.replace("\xa0", " ")) == (date(2017, 1, 1), "Opens on 1 January 2017.")
    unheard = verdict_of(scheme(versions=HISTORY), SMALL, as_of=TODAY, known_on=date(2016, 1, 1))
    assert (unheard.sentence, unheard.as_json()["version"]) == ("Pas encore publié à cette date.", None)
    assert between.rule_hash


WINDOWS = [
    {"opens": date(2026, 1, 10), "closes": date(2026, 3, 1), "source": "s1"},
    {"opens": date(2027, 1, 10), "closes": date(2027, 3, 1)},
]


@pytest.mark.parametrize(
    ("as_of", "answer", "opens_on", "closed_since", "closes_on"),
    [
        (date(2026, 1, 9), "not_open", date(2026, 1, 10), None, None),
        (date(2026, 1, 10), "yes", None, None, date(2026, 3, 1)),
        (date(2026, 3, 1), "yes", None, None, date(2026, 3, 1)),
        (date(2026, 3, 2), "not_open", date(2027, 1, 10), date(2026, 3, 2), None),
        (date(2027, 3, 2), "not_open", None, date(2027, 3, 2), None),
    ],
)
def test_a_window_takes_files_on_its_first_and_last_days(as_of, answer, opens_on, closed_since, closes_on):
    verdict = verdict_of(scheme(version={"windows": WINDOWS}), SMALL, as_of=as_of)
    assert (verdict.answer, verdict.opens_on, verdict.closed_since, verdict.closes_on) == (
        answer,
        opens_on,
        closed_since,
        closes_on,
    )
    assert [reason.answer for reason in verdict.reasons if reason.leaf == "window"] == [
        Answer.YES if answer == "yes" else Answer.NO
    ]


@pytest.mark.parametrize(("status", "opens_on"), [("open", date(2027, 6, 1)), ("ended", None)])
def test_when_the_windows_of_a_version_are_over_the_next_version_says_when_it_opens_again(status, opens_on):
    this = {"id": "this", "effective": {"from": date(2026, 1, 1), "to": date(2027, 6, 1)}, "windows": WINDOWS}
    then = {"id": "then", "effective": {"from": date(2027, 6, 1)}, "status": status}
    both = [{"source": "s1", "conditions": {"all": [dict(SIZE)]}, **version} for version in (this, then)]
    verdict = verdict_of(scheme(versions=both), SMALL, as_of=date(2027, 3, 2))
    assert (verdict.version.id, verdict.closed_since, verdict.opens_on) == ("this", date(2027, 3, 2), opens_on)


def test_a_future_version_with_a_window_opens_with_its_window():
    version = {"effective": {"from": date(2027, 1, 1)}, "windows": [{"opens": date(2027, 2, 1), "closes": date(2027, 3, 1)}]}
    assert verdict_of(scheme(version=version), SMALL, as_of=TODAY).opens_on == date(2027, 2, 1)


def test_a_closed_scheme_says_since_when():
    version = {"effective": {"from": date(2022, 12, 1), "to": date(2024, 7, 27)}, "status_note": {"fr": "Enveloppe épuisée."}}
    assert verdict_of(scheme(version=version), SMALL, as_of=date(2024, 7, 26)).closes_on == date(2024, 7, 26)
    closed = verdict_of(scheme(version=version), SMALL, as_of=date(2024, 7, 27))
    assert closed.answer == "not_open"
    assert closed.sentence.replace("\xa0", " ") == "Fermé depuis le 27 juillet 2024. Enveloppe épuisée."


@pytest.mark.parametrize(
    ("status", "answer", "word"),
    [
        ("suspended", "not_open", "Suspendu"),
        ("ended", "not_open", "non annoncée par Région"),
        ("uncertain", "yes", "À confirmer auprès de l'organisme (Région"),
    ],
)
def test_a_status_that_is_not_open_is_said(status, answer, word):
    verdict = verdict_of(scheme(version={"status": status, "status_note": {"fr": "Voir la page."}}), SMALL, as_of=TODAY)
    assert (verdict.answer, verdict.uncertain) == (answer, status == "uncertain")
    assert word in verdict.sentence
    assert "Voir la page." in verdict.sentence


def test_a_window_without_dates_left_says_who_will_announce_the_next_one():
    version = {"windows": [{"opens": None, "closes": date(2020, 6, 1)}], "effective": {"from": date(2020, 1, 1)}}
    assert verdict_of(scheme(version=version), SMALL, as_of=TODAY, lang="en").sentence.startswith("Closed since")
    open_now = verdict_of(scheme(), SMALL, as_of=TODAY)
    assert "window" not in [reason.leaf for reason in open_now.reasons]


# -- what never decides --------------------------------------------------------------------------------------------------


def test_a_jury_is_listed_and_never_decides():
    version = {"jury": [{"id": "impact", "says": {"fr": "impact écologique", "en": "ecological impact"}, "source": "s1"}]}
    verdict = verdict_of(scheme(version=version), SMALL, as_of=TODAY, lang="en")
    assert verdict.answer == "yes"
    assert [(reason.answer, reason.says, reason.kind) for reason in verdict.reasons[1:]] == [(None, "ecological impact", "jury")]


def test_what_must_come_first_and_what_excludes_are_told_by_name():
    edges = [
        {"kind": "prerequisite", "scheme": "diag", "note": {"fr": "moins d'un an"}},
        {"kind": "exclusive", "scheme": "other"},
    ]
    aids = [scheme(version={"edges": edges}), scheme("diag")]
    says = [
        reason.says.replace("\xa0", " ")
        for verdict in advise(aids, SMALL, as_of=TODAY)
        for reason in verdict.reasons
        if reason.answer is None
    ]
    assert says == ["À faire d'abord : Aide diag (moins d'un an)", "Ne se cumule pas avec : other"]


DE_MINIMIS = {"edges": [{"kind": "counts_toward", "scheme": "de-minimis"}, {"kind": "cumulable", "scheme": "aid"}]}


@pytest.mark.parametrize(
    ("received", "answer", "most", "held"),
    [(None, "yes", 250_000, None), (100_000, "yes", 200_000, Answer.YES), (300_000, "no", 0, Answer.NO)],
)
def test_the_de_minimis_cap_bounds_the_amount_and_ends_by_refusing(received, answer, most, held):
    told = facts(group_headcount=34, project_cost_eur=600_000)
    if received is not None:
        told |= facts(past_aids=({"on": "2025-03-01", "eur": received},))
    verdict = verdict_of(scheme(version=DE_MINIMIS), told, as_of=TODAY)
    assert (verdict.answer, verdict.amount.max) == (answer, most)
    assert [reason.answer for reason in verdict.reasons if reason.leaf == "de-minimis"] == [held]


def test_a_loan_is_not_cut_to_the_room_left():
    version = DE_MINIMIS | {"amount": {"nature": "loan", "rule": "range", "min_eur": 10_000, "max_eur": 500_000}}
    told = facts(group_headcount=34, past_aids=({"on": "2025-03-01", "eur": 100_000},))
    assert verdict_of(scheme(version=version), told, as_of=TODAY).amount.max == 500_000


# -- the contract --------------------------------------------------------------------------------------------------------


def test_the_json_is_the_contract_of_the_command():
    told = {"group_headcount": Fact(34), "project_cost_eur": Fact(Decimal("1000.50"))}
    data = verdict_of(scheme(), told, as_of=TODAY).as_json()
    assert (data["scheme"], data["version"], data["answer"], data["missing"]) == ("aid", "aid-1", "yes", [])
    assert data["amount_eur"]["min"] == data["amount_eur"]["max"] == 500.25
    reason = data["reasons"][0]
    assert (reason["leaf"], reason["answer"], reason["source"]["title"]) == ("size", "yes", "Règlement")
    assert reason["says"].replace("\xa0", " ") == "Effectif du groupe de 34 salariés : moins de 250"
    bare = scheme(version={"amount": None, "source": ""})
    assert verdict_of(bare, {}, as_of=TODAY).as_json()["amount_eur"] is None


# -- the order -----------------------------------------------------------------------------------------------------------


def _amount(nature, most):
    return {"amount": {"nature": nature, "rule": "range", "max_eur": most}}


def test_the_list_begins_with_what_is_open_and_brings_most():
    rule = {"all": [SIZE, {"id": "started", "fact": "project_started", "op": "is_false"}]}
    far = {"conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 10}}
    near = {"conditions": {"id": "size", "fact": "group_headcount", "op": "below", "value": 30}}
    wrong = {"conditions": {"id": "naf", "fact": "naf", "op": "starts_with", "value": ["01"]}}
    aids = [
        scheme("far", version=far),
        scheme("wrong", version=wrong),
        scheme("near", version=near),
        scheme("closed", version={"effective": {"from": None, "to": date(2024, 1, 1)}}),
        scheme("reopens", version={"windows": [{"opens": date(2027, 1, 1), "closes": date(2027, 2, 1)}]}),
        scheme(
            "two-away",
            version={
                "conditions": {"all": [*rule["all"], {"id": "cost", "fact": "project_cost_eur", "op": "at_least", "value": 1}]}
            },
        ),
        scheme("one-away", version={"conditions": rule}),
        scheme("loan", version=_amount("loan", 9_000_000)),
        scheme("small", version=_amount("grant", 5_000)),
        scheme("large", version=_amount("grant", 500_000)),
        scheme("for-people", audience="person"),
    ]
    told = facts(group_headcount=34, naf="25.62B")
    order = [verdict.scheme.id for verdict in advise(aids, told, as_of=TODAY)]
    assert order == ["large", "small", "loan", "one-away", "two-away", "near", "far", "wrong", "reopens", "closed"]
    assert [verdict.scheme.id for verdict in advise(aids, told, as_of=TODAY, audience="person")] == ["for-people"]


def test_what_the_company_pays_brings_no_money():
    paid = verdict_of(scheme(version={"amount": {"nature": "to_pay", "rule": "flat", "max_eur": 6_000}}), SMALL, as_of=TODAY)
    open_ended = verdict_of(scheme(version={"amount": {"nature": "grant", "rule": "range", "min_eur": 100}}), SMALL, as_of=TODAY)
    assert (money_brought(paid), money_brought(open_ended)) == (0, 100)
    assert paid.headline.replace("\xa0", " ").replace("\u202f", " ") == "reste à payer : 6 000 €"
    assert open_ended.headline == "montant selon le projet"
