"""The pages of the path, as a person goes through them without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.models import Diagnosis, Journey
from ensembleur.journeys.queries.diagnoses import questionnaire_of
from tests.factories import accounts, reviews
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


# -- the public door ---------------------------------------------------------------------------------------------------
def test_the_door_takes_a_siret_with_spaces(client, card):
    assert client.get(url("start")).status_code == 200
    response = client.post(url("start"), {"siret": "000 340 182 00013"})
    assert response["Location"] == url("door", make.SIRET)
    page = client.get(response["Location"])
    assert "Ouvrir le parcours" in page.content.decode()


def test_a_wrong_siret_is_explained_beside_its_field(client):
    response = client.post(url("start"), {"siret": "123"})
    assert response.status_code == 400
    assert "14 chiffres" in response.context["form"].errors["siret"][0]
    assert client.get(url("door", "123")).status_code == 400


def test_an_unknown_establishment_leads_back_to_the_start(client, card):
    response = client.get(url("door", "12345678200010"))
    assert response.status_code == 404
    assert url("start") in response.content.decode()


def test_the_door_is_also_a_fragment(client, card):
    response = client.get(url("door", make.SIRET), headers={"HX-Request": "true", "HX-Target": "journey-door"})
    assert response.content.decode().strip().startswith('<section class="next-step" id="journey-door">')


def test_a_visitor_signs_in_and_comes_back_to_open(client, card):
    response = client.get(url("open"), {"siret": make.SIRET})
    assert response.status_code == 302
    assert make.SIRET in response["Location"]
    client.force_login(make.director())
    assert "Vérondel" in client.get(url("open"), {"siret": make.SIRET}).content.decode()
    opened = client.post(url("open"), {"siret": make.SIRET})
    journey = Journey.objects.get()
    assert opened["Location"] == url("journey", journey.pk)
    assert "Reprendre" in client.get(url("start")).content.decode()
    assert "Commencer le diagnostic" in client.get(url("door", make.SIRET)).content.decode()


def test_a_project_without_siret_has_its_journey(client):
    client.force_login(accounts.user())
    assert client.get(url("open")).status_code == 200
    assert client.get(url("open"), {"title": "Reprise"}).status_code == 200
    assert client.post(url("open"), {"title": ""}).status_code == 400
    response = client.post(url("open"), {"title": "Reprise d'atelier", "departement": "93"}, follow=True)
    assert response.status_code == 200
    assert "Reprise d&#x27;atelier" in response.content.decode()


@pytest.mark.parametrize(("language", "word"), [("fr", "Preuve à montrer"), ("en", "production")])
def test_the_questionnaire_is_published_whole(client, language, word):
    response = client.get(url("questionnaire"), headers={"accept-language": language})
    assert response.status_code == 200
    assert word in response.content.decode()


# -- the director's home -----------------------------------------------------------------------------------------------
def test_home_goes_straight_to_the_only_journey(client, signed_in):
    journey, director = signed_in
    assert client.get(url("mine"))["Location"] == url("journey", journey.pk)
    make.journey(siren=journey.siren, siret="")
    assert client.get(url("mine")).context["journeys"]
    client.force_login(accounts.user())
    assert client.get(url("mine"))["Location"] == url("start")
    assert str(director)


def test_the_next_step_follows_the_path(client, signed_in):
    journey, _director = signed_in

    def step() -> str:
        return client.get(url("next_step", journey.pk)).context["step"].label

    assert step() == "Commencer le diagnostic"
    draft = make.draft(journey, {"upkeep": 3})
    assert step() == "Reprendre le diagnostic"
    draft.delete()
    diagnosis = make.finished(journey)
    assert step() == "Noter le départ"
    reviews.baseline(journey, on=timezone.localdate())
    assert step() == "Voir le plan"
    plan = make.plan(diagnosis)
    assert step() == "Décider"
    plan.actions.filter(position=2).update(status="running")
    assert step() == "Ouvrir l'action"
    plan.actions.update(status="done")
    assert step() == "Refaire le diagnostic"
    make.application(journey)
    assert step() == "Ouvrir le dossier"


def test_what_waits_is_said(client, signed_in):
    journey, director = signed_in
    make.application(journey)
    decided = make.application(journey, "decided")
    decided.messages.create(journey=journey, by=accounts.user(), at=NOW, body="Bonjour")
    mine = make.application(journey, "agreed")
    mine.messages.create(journey=journey, by=director, at=NOW, body="Merci")
    texts = [item.text for item in client.get(url("journey", journey.pk)).context["waiting"]]
    assert len(texts) == 3
    assert any("4 pièces" in text for text in texts)
    assert any("convention" in text for text in texts)


def test_others_get_a_404_and_visitors_sign_in(client):
    journey = make.journey()
    pages = ("journey", "diagnosis", "result", "plan", "radar", "timeline", "next_step")
    for name in pages:
        assert client.get(url(name, journey.pk)).status_code == 302
    client.force_login(accounts.user())
    for name in pages:
        assert client.get(url(name, journey.pk)).status_code == 404


# -- the diagnosis -----------------------------------------------------------------------------------------------------
def test_a_diagnosis_from_its_first_page_to_its_result_and_plan(client, signed_in):
    journey, _director = signed_in
    assert client.get(url("diagnosis", journey.pk)).status_code == 200
    response = client.post(url("diagnosis", journey.pk))
    assert response["Location"] == url("axis", journey.pk, "production")
    for axis in AXES:
        page = client.get(url("axis", journey.pk, axis))
        sent = {row["id"]: "1" for row in page.context["rows"]} | {"stake": "3", "go": "next"}
        response = client.post(url("axis", journey.pk, axis), sent)
    assert response["Location"] == url("axis", journey.pk, "market")
    assert client.get(url("diagnosis", journey.pk))["Location"] == url("axis", journey.pk, "market")
    response = client.post(url("finish", journey.pk), follow=True)
    assert response.redirect_chain[-1][0] == url("result", journey.pk)
    assert len(response.context["priorities"]) == 3
    plan = client.get(url("plan", journey.pk))
    assert len(plan.context["first"]) == 8
    assert plan.context["later"]
    assert client.post(url("finish", journey.pk))["Location"] == url("result", journey.pk)


def test_going_back_leaving_and_coming_back_lose_nothing(client, signed_in):
    journey, _director = signed_in
    client.post(url("diagnosis", journey.pk))
    where = url("axis", journey.pk, "digital")
    assert client.post(where, {"data-safe": "2", "go": "previous"})["Location"] == url("axis", journey.pk, "production")
    assert client.post(where, {"smart-tools": "unknown", "go": "leave"})["Location"] == url("journey", journey.pk)
    assert client.post(where, {"links-with-others": "na", "go": "stay"})["Location"] == where
    rows = {row["id"]: row for row in client.get(where).context["rows"]}
    assert rows["data-safe"]["was"] == "2"
    assert rows["smart-tools"]["unknown"]
    assert rows["links-with-others"]["na"]


def test_each_answer_is_saved_as_soon_as_it_is_ticked(client, signed_in):
    journey, _director = signed_in
    client.post(url("diagnosis", journey.pk))
    where, fragment = url("autosave", journey.pk, "digital"), {"HX-Request": "true", "HX-Target": "progress"}
    response = client.post(where, {"data-safe": "4"}, headers=fragment)
    assert response.content.decode().strip().startswith('<div id="progress">')
    assert client.post(where, {"stake": "2"})["Location"] == url("axis", journey.pk, "digital")
    assert client.post(where, {"data-safe": "9"}, headers=fragment).status_code == 400
    assert client.post(where, {"stake": "x"}, headers=fragment).status_code == 400


def test_a_page_left_open_does_not_undo_a_colleagues_answers(client, signed_in):
    journey, director = signed_in
    make.draft(journey, {"data-safe": 1, "smart-tools": 1}, by=director)
    where = url("axis", journey.pk, "digital")
    shown = {"was-data-safe": "1", "was-smart-tools": "1", "data-safe": "1", "smart-tools": "1"}
    client.force_login(accounts.person(Role.CONTRIBUTOR, journey.siren))
    client.post(url("autosave", journey.pk, "digital"), {"smart-tools": "5"})
    client.force_login(director)
    client.post(where, {**shown, "data-safe": "3", "go": "stay"})
    held = dict(Diagnosis.objects.get().answers.values_list("statement", "level"))
    assert held == {"data-safe": 3, "smart-tools": 5}


def test_an_axis_that_does_not_exist_or_has_no_draft_is_a_404(client, signed_in):
    journey, _director = signed_in
    assert client.get(url("axis", journey.pk, "production")).status_code == 404
    make.draft(journey)
    assert client.get(url("axis", journey.pk, "nowhere")).status_code == 404


def test_results_compare_in_time_and_with_peers(client, signed_in):
    journey, _director = signed_in
    assert client.get(url("result", journey.pk))["Location"] == url("diagnosis", journey.pk)
    assert client.get(url("radar", journey.pk)).status_code == 404
    old = make.finished(journey, 1, on=NOW - timedelta(days=300))
    make.finished(journey, 3, export="na")
    for _number in range(11):
        make.finished(make.journey(), 2)
    page = client.get(url("result", journey.pk), {"avec": old.pk})
    assert page.context["rows"][0]["moved"].change.difference == 2
    assert page.context["peer_count"] == 11
    assert "votre secteur" in page.content.decode()
    spec = client.get(url("radar", journey.pk), {"avec": old.pk}).json()
    assert len({row["series"] for row in spec["layer"][2]["data"]["values"]}) == 3
    client.force_login(accounts.person(Role.ADVISER, "95"))
    assert client.get(url("result", journey.pk)).context["peer_count"] == 0


# -- the plan ----------------------------------------------------------------------------------------------------------
def test_a_plan_shows_who_pays_and_the_guard(client, signed_in):
    journey, _director = signed_in
    assert client.get(url("plan", journey.pk))["Location"] == url("diagnosis", journey.pk)
    assert client.get(url("timeline", journey.pk)).status_code == 404
    make.finished(journey, 5, machine_state=1, automation=1)
    page = client.get(url("plan", journey.pk))
    rows = {row["action"].measure: row for row in page.context["first"]}
    assert {payer.verdict.scheme.id for payer in rows["automate-one-job"]["payers"]} == {"ouverte", "grande"}
    assert rows["automate-one-job"]["guard"]
    assert "Ne commandez rien avant le dépôt" in page.content.decode()
    spec = client.get(url("timeline", journey.pk)).json()
    assert len(spec["layer"][0]["data"]["values"]) == len(rows)


def test_an_action_is_decided_on_its_page(client, signed_in):
    journey, _director = signed_in
    action = make.plan(make.finished(journey)).actions.get(position=2)
    type(action).objects.filter(pk=action.pk).update(requires=["list-machines"])
    where = url("action", action.pk)
    page = client.get(where)
    assert page.context["before"]
    assert page.context["helpers"]
    sent = {
        "status": "running",
        "owner": "Atelier",
        "cost_eur": "12 500,50 €",
        "starts_on": "2026-12-01",
        "ends_on": "2027-01-01",
    }
    assert client.post(where, {**sent, "cost_eur": "beaucoup"}).status_code == 400
    assert client.post(where, sent)["Location"] == url("plan", journey.pk)
    action.refresh_from_db()
    assert str(action.cost_eur) == "12500.50"
    assert "12\u202f500,50" in client.get(where).content.decode()
    type(action).objects.filter(pk=action.pk).update(status="dropped", measure="left-the-catalogue")
    assert client.get(where).status_code == 200
    assert client.get(url("plan", journey.pk)).context["dropped"]
    client.force_login(accounts.user())
    assert client.get(where).status_code == 404


# -- the application ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["9" * 5000, "²", "-1"])
def test_an_answer_nobody_could_tick_is_refused_without_a_fault(client, signed_in, answer):
    journey, _director = signed_in
    statement = questionnaire_of(make.draft(journey)).of_axis("production")[0].id
    address = url("autosave", journey.pk, "production")
    for posted in ({statement: answer}, {"stake": answer}):
        assert client.post(address, posted).status_code == 400
