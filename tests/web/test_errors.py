"""An error is answered in the reader's own form, and says what happened, what is safe, what to do."""

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.web.urls")
HTMX = {"HX-Request": "true"}
STATUSES = {"bad": 400, "refused": 422, "not_allowed": 403, "source": 502, "no_solution": 422}


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_person_reads_a_page(client, name, status):
    response = client.get(f"/wrong/{name}/", headers={"Accept": "text/html,application/xhtml+xml,application/json;q=0.8"})
    text = response.content.decode()
    assert response.status_code == status
    assert text.count("<h1>") == 1
    assert "Rien n&#x27;a été modifié" in text
    assert "Revenir à l'accueil" in text


def test_the_sentence_of_the_error_is_what_the_page_says(client):
    text = client.get("/wrong/refused/").content.decode()
    assert "L&#x27;entreprise dépasse 249 salariés." in text
    assert "Effectif de 300" in text
    assert "not_eligible" in text


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_htmx_receives_a_fragment_for_the_notices(client, name, status):
    response = client.get(f"/wrong/{name}/", headers=HTMX)
    assert response.status_code == status
    assert response["HX-Retarget"] == "#notices"
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_a_machine_receives_a_problem(client, name, status):
    response = client.get(f"/wrong/{name}/", headers={"Accept": "application/json"})
    problem = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert set(problem) >= {"type", "title", "status", "detail", "code"}


def test_a_problem_carries_what_blocks_and_nothing_that_is_not_plain(client):
    accept = {"Accept": "application/problem+json"}
    problem = client.get("/wrong/no_solution/", headers=accept).json()
    assert (problem["blocks"], problem["rank"], problem["code"]) == (["salle B"], 3, "no_timetable")
    assert client.get("/wrong/refused/", headers=accept).json()["reasons"] == ["Effectif de 300"]


def test_an_error_nobody_foresaw_is_answered_without_its_details():
    response = Client(raise_request_exception=False).get("/wrong/unforeseen/")
    text = response.content.decode()
    assert response.status_code == 500
    assert "boum" not in text
    assert "Recommencez dans quelques minutes." in text


def test_an_error_nobody_foresaw_is_a_fragment_for_htmx_and_a_problem_for_a_machine():
    client = Client(raise_request_exception=False)
    assert client.get("/wrong/unforeseen/", headers=HTMX)["HX-Retarget"] == "#notices"
    assert client.get("/wrong/unforeseen/", headers={"Accept": "application/json"}).json()["code"] == "broken"


def test_the_page_of_an_unforeseen_error_asks_nothing_of_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        Client(raise_request_exception=False).get("/wrong/unforeseen/")


def test_a_missing_page_offers_the_way_back(client):
    response = client.get("/rien-ici/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_a_missing_page_is_a_problem_for_a_machine(client):
    response = client.get("/rien-ici/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_form_whose_token_is_too_old_says_so():
    response = Client(enforce_csrf_checks=True).post("/form/")
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()


def test_an_outside_source_that_fails_is_told_to_operators(client, caplog):
    client.get("/wrong/source/")
    assert next(record.name for record in caplog.records if record.levelname == "ERROR") == "ensembleur.problems"


def test_errors_are_read_in_english_too(client):
    response = client.get("/wrong/bad/", headers={"Accept-Language": "en"})
    assert "Nothing has been changed: what was saved is still saved." in response.content.decode()
