"""What happens on a journey, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.models import Diagnosis, Journey
from ensembleur.journeys.queries.diagnoses import answers_of, peers_of, questionnaire_of, result_of
from ensembleur.journeys.services import diagnosing, opening, planning
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Act.objects.order_by("number").values_list("verb", flat=True))


# -- opening -----------------------------------------------------------------------------------------------------------
def test_a_director_opens_a_journey_once(card):
    director = make.director()
    journey = opening.open_journey(siret="000 340 182 00013", by=director, now=NOW)
    again = opening.open_journey(siret=make.SIRET, by=director, now=NOW)
    assert journey == again
    assert (journey.siren, journey.place, journey.naf, journey.is_fictional) == (make.SIREN, "Argenteuil (95)", "25.62B", True)
    assert verbs() == ["open_journey"]


@pytest.mark.parametrize(("siret", "error"), [("123", BadInput), ("", BadInput), ("12345678200010", Refused)])
def test_a_siret_that_cannot_be_used_is_refused(card, siret, error):
    with pytest.raises(error):
        opening.open_journey(siret=siret, by=make.director(), now=NOW)
    assert not Journey.objects.exists()


def test_somebody_elses_journey_is_not_opened_again(card):
    opening.open_journey(siret=make.SIRET, by=accounts.user(), now=NOW)
    with pytest.raises(Refused, match="déjà ouvert"):
        opening.open_journey(siret=make.SIRET, by=accounts.user(), now=NOW)


def test_a_stranger_does_not_open_the_journey_of_a_company_that_has_a_director(card):
    make.director()
    with pytest.raises(NotAllowed):
        opening.open_journey(siret=make.SIRET, by=accounts.user(), now=NOW)
    adviser = accounts.person(Role.ADVISER, "95")
    assert opening.open_journey(siret=make.SIRET, by=adviser, now=NOW).siren == make.SIREN


def test_of_two_clicks_at_once_the_second_finds_the_journey_of_the_first(card, monkeypatch):
    director = make.director()
    first = opening.open_journey(siret=make.SIRET, by=director, now=NOW)
    found = [Journey.objects.none(), Journey.objects.all()]  # the second click looks before the first has written
    monkeypatch.setattr(Journey.objects, "live", lambda: found.pop(0), raising=False)
    assert opening.open_journey(siret=make.SIRET, by=director, now=NOW) == first
    assert Journey.objects.get() == first


def test_of_two_people_at_once_the_second_is_told_that_the_journey_is_taken(card, monkeypatch):
    opening.open_journey(siret=make.SIRET, by=accounts.user(), now=NOW)
    found = [Journey.objects.none(), Journey.objects.all()]
    monkeypatch.setattr(Journey.objects, "live", lambda: found.pop(0), raising=False)
    with pytest.raises(Refused, match="déjà ouvert"):
        opening.open_journey(siret=make.SIRET, by=accounts.user(), now=NOW)


# -- diagnosing --------------------------------------------------------------------------------------------------------
def test_a_diagnosis_freezes_its_questionnaire_and_is_started_once():
    journey, director = make.own_journey()
    diagnosis = diagnosing.start_diagnosis(journey=journey, by=director, now=NOW)
    assert diagnosing.start_diagnosis(journey=journey, by=director, now=NOW) == diagnosis
    assert questionnaire_of(Diagnosis.objects.get()) == questionnaire()
    assert verbs() == ["start_diagnosis"]


def test_a_closed_journey_takes_no_diagnosis():
    journey, director = make.own_journey(closed_at=NOW)
    with pytest.raises(Refused, match="clos"):
        diagnosing.start_diagnosis(journey=journey, by=director, now=NOW)


def test_answering_twice_the_same_changes_nothing_and_the_last_word_wins():
    journey, director = make.own_journey()
    colleague = accounts.person(Role.CONTRIBUTOR, journey.siren)
    diagnosis = make.draft(journey)

    def say(statement, answer, by):
        return diagnosing.save_answer(diagnosis=diagnosis, statement=statement, answer=answer, by=by, now=NOW)

    first = say("upkeep", "3", director)
    assert say("upkeep", 3, colleague).by == first.by
    say("upkeep", 4, colleague)
    say("export", "na", director)
    say("design", "unknown", colleague)
    assert answers_of(diagnosis) == {"upkeep": 4, "export": "na", "design": "unknown"}
    say("export", 2, colleague)
    assert answers_of(diagnosis)["export"] == 2


@pytest.mark.parametrize("answer", ["6", "-1", "", "oui", "²", None, "3.5"])
def test_an_answer_that_is_none_is_refused(answer):
    journey, director = make.own_journey()
    with pytest.raises(BadInput, match="niveau de 0 à 5"):
        diagnosing.save_answer(diagnosis=make.draft(journey), statement="upkeep", answer=answer, by=director, now=NOW)


def test_an_unknown_statement_or_stake_is_refused():
    journey, director = make.own_journey()
    diagnosis = make.draft(journey)
    with pytest.raises(BadInput, match="pas d'énoncé"):
        diagnosing.save_answer(diagnosis=diagnosis, statement="nothing", answer=3, by=director, now=NOW)
    for axis, value in (("people", 4), ("nowhere", 2)):
        with pytest.raises(BadInput, match="enjeu"):
            diagnosing.save_stake(diagnosis=diagnosis, axis=axis, value=value, by=director, now=NOW)


def test_finishing_writes_scores_and_closes_the_answers():
    journey, director = make.own_journey()
    diagnosis = make.draft(journey, {"upkeep": 4, "automation": 2, "export": "na"})
    diagnosing.save_stake(diagnosis=diagnosis, axis="production", value=3, by=director, now=NOW)
    done = diagnosing.finish_diagnosis(diagnosis=diagnosis, by=director, now=NOW)
    assert done.scores["production"] == pytest.approx((4 * 2 + 2 * 3) / 5)
    assert done.scores["market"] is None
    assert 0 < done.coverage_share < 0.2
    assert [priority.stake for priority in result_of(done).priorities] == [3, 3]
    for act in (
        lambda: diagnosing.save_answer(diagnosis=done, statement="upkeep", answer=1, by=director, now=NOW),
        lambda: diagnosing.save_stake(diagnosis=done, axis="people", value=1, by=director, now=NOW),
        lambda: diagnosing.finish_diagnosis(diagnosis=done, by=director, now=NOW),
    ):
        with pytest.raises(Refused, match="terminé"):
            act()


def test_nothing_answered_is_not_finished():
    journey, director = make.own_journey()
    with pytest.raises(Refused, match="Aucun énoncé"):
        diagnosing.finish_diagnosis(diagnosis=make.draft(journey, {"upkeep": "unknown"}), by=director, now=NOW)


def test_peers_come_from_eleven_other_companies_of_the_same_division_then_of_the_region():
    journey = make.journey()
    make.finished(journey, 5)
    for _number in range(10):
        make.finished(make.journey(), 2)
    make.finished(make.journey(naf="10.71A"), 4)
    assert peers_of(journey) == ("region", peers_of(journey)[1])
    assert peers_of(journey)[1]["people"].count == 11
    twice = make.journey()
    make.finished(twice, 1, on=NOW - timedelta(days=300))
    make.finished(twice, 2)
    group, peers = peers_of(journey)
    assert (group, peers["people"].count, peers["people"].low, peers["people"].high) == ("division", 11, 2, 2)


def test_there_are_no_peers_below_eleven():
    journey = make.journey()
    for _number in range(10):
        make.finished(make.journey(), 2)
    make.finished(make.journey(siren="", opened_by=accounts.user()), 3)
    assert peers_of(journey) == ("", {})


# -- planning ----------------------------------------------------------------------------------------------------------
def test_a_plan_is_drawn_once_from_a_finished_diagnosis():
    journey, director = make.own_journey()
    diagnosis = make.finished(journey, 5, machine_state=1)
    plan = planning.build_plan(diagnosis=diagnosis, by=director, now=NOW, starts_on=TODAY, open_axes=["production"])
    assert planning.build_plan(diagnosis=diagnosis, by=director, now=NOW, starts_on=TODAY) == plan
    assert [action.measure for action in plan.actions.all()] == ["list-machines", "plan-replacement"]
    assert verbs() == ["build_plan"]
    with pytest.raises(Refused, match="Terminez"):
        planning.build_plan(diagnosis=make.draft(journey), by=director, now=NOW, starts_on=TODAY)


def test_a_new_plan_keeps_what_is_under_way():
    journey, director = make.own_journey()
    old = planning.build_plan(diagnosis=make.finished(journey, 5, machine_state=1), by=director, now=NOW, starts_on=TODAY)
    planning.update_action(
        action=old.actions.first(),
        by=director,
        now=NOW,
        owner=" Chef d'atelier ",
        cost_eur=Decimal("1200.50"),
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 1),
        status="running",
    )
    later = NOW + timedelta(days=100)
    new = planning.build_plan(
        diagnosis=make.finished(journey, 5, machine_state=1, on=later), by=director, now=later, starts_on=later.date()
    )
    kept, fresh = new.actions.all()
    assert (kept.owner, kept.cost_eur, kept.status, kept.starts_on) == (
        "Chef d'atelier",
        Decimal("1200.50"),
        "running",
        date(2026, 11, 1),
    )
    assert (fresh.status, fresh.cost_eur) == ("proposed", None)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"status": "nowhere"}, "état"),
        ({"ends_on": date(2026, 1, 1)}, "avant son début"),
        ({"cost_eur": Decimal(-1)}, "négatif"),
    ],
)
def test_an_impossible_action_is_refused(change, word):
    journey, director = make.own_journey()
    action = make.plan(make.finished(journey)).actions.first()
    given = {"owner": "", "cost_eur": None, "starts_on": TODAY, "ends_on": TODAY, "status": "planned", **change}
    with pytest.raises(BadInput, match=word):
        planning.update_action(action=action, by=director, now=NOW, **given)


def test_an_action_left_as_it_was_writes_nothing():
    journey, director = make.own_journey()
    action = make.plan(make.finished(journey)).actions.first()
    planning.update_action(
        action=action, by=director, now=NOW, owner="", cost_eur=None, starts_on=action.starts_on, ends_on=action.ends_on,
        status="proposed",
    )  # fmt: skip
    assert verbs() == []


def test_an_answer_that_comes_after_the_end_is_refused_even_from_a_page_opened_before():
    journey, director = make.own_journey()
    seen = make.draft(journey, make.everywhere(2), director)
    diagnosing.finish_diagnosis(diagnosis=Diagnosis.objects.get(pk=seen.pk), by=director, now=NOW)
    statement = questionnaire().statements[0].id
    with pytest.raises(Refused, match="terminé"):
        diagnosing.save_answer(diagnosis=seen, statement=statement, answer=5, by=director, now=NOW)
    with pytest.raises(Refused, match="terminé"):
        diagnosing.save_stake(diagnosis=seen, axis="production", value=3, by=director, now=NOW)
