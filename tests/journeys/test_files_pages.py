"""The pages of files and of those who instruct them."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Application
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


# -- the public door ---------------------------------------------------------------------------------------------------
def test_an_application_from_the_plan_to_its_filing(client, signed_in):
    journey, _director = signed_in
    action = make.plan(make.finished(journey)).actions.first()
    where = f"{url('new_application', journey.pk)}?aide=ouverte&action={action.pk}"
    assert client.get(where).status_code == 200
    assert client.get(url("new_application", journey.pk), {"aide": "nothing"}).status_code == 404
    response = client.post(url("new_application", journey.pk), {"aide": "ouverte", "action": action.pk})
    held = Application.objects.get()
    assert response["Location"] == url("application", held.pk)
    page = client.get(response["Location"])
    assert page.context["guard"]
    assert not page.context["may_file"]
    assert client.post(url("application", held.pk), {"project": ""}).status_code == 400
    sent = {"project": "Un robot", "project_cost_eur": "80 000", "started": "no"}
    assert client.post(url("application", held.pk), sent).status_code == 302
    assert client.get(url("application", held.pk)).context["may_file"]
    assert client.post(url("file", held.pk)).status_code == 302
    page = client.get(url("application", held.pk))
    assert page.context["application"].status == "filed"
    assert page.context["frozen"]["answer"] == "yes"
    assert client.post(url("post_message", held.pk), {"body": ""}).status_code == 400
    assert client.post(url("post_message", held.pk), {"body": "Bonjour"}).status_code == 302
    assert client.post(url("file", held.pk), {"go": "withdraw"}).status_code == 302
    assert client.get(url("application", held.pk)).context["rail"][-1]["state"] == "current"


def test_a_filing_that_is_refused_says_why_in_one_sentence(client, signed_in):
    journey, _director = signed_in
    held = make.application(journey, scheme="ouverte", project_started=True)
    response = client.post(url("file", held.pk))
    assert response.status_code == 422
    assert "déjà commencé" in response.content.decode()


@pytest.mark.parametrize("status", ["draft", "filed", "complete", "decided", "agreed", "refused", "paying", "closed"])
def test_an_application_is_readable_in_each_status(client, signed_in, status):
    journey, _director = signed_in
    held = make.application(journey, status)
    assert client.get(url("application", held.pk)).status_code == 200
    client.force_login(accounts.person(Role.OFFICER))
    assert client.get(url("application", held.pk)).status_code == (404 if status == "draft" else 200)


# -- adviser and officer -----------------------------------------------------------------------------------------------
def test_an_officer_acts_on_a_file(client):
    journey = make.journey()
    held = make.application(journey, "filed")
    client.force_login(accounts.person(Role.OFFICER))
    assert client.get(url("journey", journey.pk)).status_code == 200
    assert [desk.act for desk in client.get(url("application", held.pk)).context["officer_forms"]] == ["complete", "close"]
    assert client.post(url("act", held.pk, "complete"), {"note": "Tout y est"}).status_code == 302
    bad = client.post(url("act", held.pk, "decide"), {"outcome": "favourable"})
    assert bad.status_code == 400
    assert "decided_on" in bad.content.decode()
    today = NOW.date().isoformat()
    decided = {"outcome": "unfavourable", "decided_on": today, "score": "40", "cut_off": "60"}
    client.post(url("act", held.pk, "decide"), decided)
    assert [desk.act for desk in client.get(url("application", held.pk)).context["officer_forms"]] == ["refuse", "close"]
    client.post(url("act", held.pk, "refuse"), {"note": "Plan à revoir"})
    desk = client.get(url("application", held.pk)).context["officer_forms"][0]
    assert "refused" in [value for value, _label in desk.form.fields["reason"].choices]
    client.post(url("act", held.pk, "close"), {"reason": "refused", "note": ""})
    assert Application.objects.get().status == "closed"
    assert client.post(url("act", held.pk, "dance"), {}).status_code == 404


def test_a_second_reader_reads_but_does_not_act(client):
    held = make.application(make.journey(), "filed")
    client.force_login(accounts.person(Role.SECOND_READER))
    assert client.get(url("application", held.pk)).context["officer_forms"] == []
    assert client.get(url("officer_home")).status_code == 200
    assert client.post(url("act", held.pk, "complete"), {"note": ""}).status_code == 403


def test_desks_are_for_those_who_hold_the_role(client, signed_in):
    for name in ("adviser_home", "adviser_companies", "officer_home"):
        assert client.get(url(name)).status_code == 403


def test_an_adviser_filters_and_exports(client):
    started, done = make.journey(title="=Alpha"), make.journey(title="Beta", departement="95")
    make.journey(title="Ailleurs", commune="77001", departement="77")
    make.finished(done)
    make.application(done)
    client.force_login(accounts.person(Role.ADVISER, "95"))

    def titles(**query) -> set[str]:
        return {one.title for one in client.get(url("adviser_companies"), query).context["pages"]}

    assert titles() == {"=Alpha", "Beta"}
    assert titles(etape="sans") == {"=Alpha"}
    assert titles(etape="fait") == titles(etape="dossier") == titles(q="bet") == {"Beta"}
    assert titles(departement="77") == set()
    lines = list(
        csv.reader(
            io.StringIO(client.get(url("adviser_companies"), {"format": "csv"}).content.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert {line[0] for line in lines[1:]} == {"'=Alpha", "Beta"}
    assert started.siret in {line[1] for line in lines}


def test_an_officer_filters_and_exports(client):
    one, two = (
        make.application(make.journey(), "filed"),
        make.application(make.journey(departement="77", commune="77001"), "agreed"),
    )
    make.application(make.journey(), "closed")
    make.application(make.journey())
    client.force_login(accounts.person(Role.OFFICER))

    def found(**query) -> set[Application]:
        return set(client.get(url("officer_home"), query).context["pages"])

    assert found() == {one, two}
    assert len(found(etat="tous")) == 3
    assert found(etat="filed") == found(aide=one.scheme) == {one}
    assert found(departement="77") == {two}
    text = client.get(url("officer_home"), {"format": "csv", "etat": "agreed"}).content.decode("utf-8-sig")
    assert "40000" in text


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["adviser_companies", "officer_home", "mine"])
def test_lists_cost_the_same_with_one_and_three(client, name):
    role = {"adviser_companies": Role.ADVISER, "officer_home": Role.OFFICER, "mine": Role.DIRECTOR}[name]
    siren = "123456782"
    client.force_login(accounts.person(role, siren if name == "mine" else "95"))
    counts = []
    for number in range(4):
        held = make.journey(siren=siren, siret=f"{siren}0001{number}") if name == "mine" else make.journey()
        make.finished(held)
        make.application(held, "filed")
        if number in (1, 3):
            counts.append(_queries(client, url(name)))
    assert counts[0] == counts[1]


def test_the_plan_costs_the_same_with_one_and_three_actions(client, signed_in):
    journey, _director = signed_in
    diagnosis = make.finished(journey)
    counts = []
    for count in (1, 3):
        plan = make.plan(diagnosis, count)
        counts.append(_queries(client, url("plan", journey.pk)))
        plan.delete()
    assert counts[0] == counts[1]


def test_the_application_costs_the_same_with_one_and_three_messages(client, signed_in):
    journey, director = signed_in
    held = make.application(journey, "filed")
    counts = []
    for number in range(3):
        held.messages.create(journey=journey, by=accounts.user(), at=NOW, body="Bonjour")
        if number in (0, 2):
            counts.append(_queries(client, url("application", held.pk)))
    assert counts[0] == counts[1]
    assert director.pk


@pytest.mark.parametrize("query", [{"q": "\0"}, {"departement": "\0"}, {"aide": "\0"}, {"page": "9" * 5000}])
def test_filters_that_no_page_offers_are_ignored(client, query):
    for role, name in ((Role.ADVISER, "adviser_companies"), (Role.OFFICER, "officer_home")):
        client.force_login(accounts.person(role))
        assert client.get(url(name), query).status_code == 200
