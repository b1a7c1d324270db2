"""The funding page of a plan: certain and possible money, what is missing, the first file, the same as a file to download."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.journeys.queries.funding_plan import actions_to_fund, funding_of, past_aids_of
from ensembleur.journeys.views import funding as views
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.queries import published
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.funding import TODAY
from tests.journeys.conftest import NOT_STARTED, raw_scheme

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


@pytest.fixture
def planned():
    """A plan of three actions: no aid serves the first one, « ouverte » pays half of the second, up to 50 000 € in all."""
    journey, director = make.own_journey()
    plan = make.plan(make.finished(journey))
    return journey, director, plan


def costed(plan, *costs):
    for action, cost in zip(plan.actions.all(), costs, strict=False):
        action.cost_eur = cost
        action.save()


def test_an_action_without_cost_is_asked_first(client, planned):
    journey, director, plan = planned
    client.force_login(director)
    page = client.get(url("funding", journey.pk)).content.decode()
    assert "Saisir le coût" in page
    assert url("action", plan.actions.first().pk) in page
    assert client.get(url("funding_csv", journey.pk)).status_code == 404


def test_the_plan_page_leads_to_the_funding(client, planned):
    journey, director, _plan = planned
    client.force_login(director)
    assert url("funding", journey.pk) in client.get(url("plan", journey.pk)).content.decode()


def test_a_plan_with_nothing_left_to_fund_goes_back_to_the_plan(client, planned):
    journey, director, plan = planned
    plan.actions.update(status="running")
    client.force_login(director)
    assert client.get(url("funding", journey.pk))["Location"] == url("plan", journey.pk)


def test_the_money_adds_up_and_the_first_file_is_offered(client, planned):
    journey, director, plan = planned
    costed(plan, 20000, 120000)
    client.force_login(director)
    response = client.get(url("funding", journey.pk))
    context, page = response.context, response.content.decode()
    assert context["certain_eur"] == Decimal(50000)
    assert context["missing_eur"] == Decimal(90000) == sum(eur for eur, *_rest in context["binds"])
    assert [eur for eur, *_rest in context["binds"]] == [10000, 60000, 20000]
    assert [alone for *_rest, alone in context["caps"]] == [10000]
    assert context["own_eur"] == context["missing_eur"]
    assert "Ne commandez rien avant le dépôt" in page
    assert f"{url('new_application', journey.pk)}?aide=ouverte" in page
    assert "prouvé" in page
    assert len(re.findall("<h1", page)) == 1
    assert page.count("btn-primary") == 1


def test_the_same_plan_is_downloaded(client, planned):
    journey, director, plan = planned
    costed(plan, 20000, 120000)
    client.force_login(director)
    response = client.get(url("funding_csv", journey.pk))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert response["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("Plan;Action;Coût")
    assert any(line.startswith("certain;") and "Aide ouverte" in line for line in lines)


@pytest.mark.parametrize(
    ("role", "place", "status"), [(Role.ADVISER, "95018", 200), (Role.ADVISER, "75056", 404), (Role.OFFICER, "95018", 404)]
)
def test_only_those_who_work_on_the_plan_see_its_money(client, planned, role, place, status):
    journey, _director, plan = planned
    costed(plan, None, 80000)
    client.force_login(accounts.person(role, place))
    assert client.get(url("funding", journey.pk)).status_code == status
    assert client.get(url("funding_csv", journey.pk)).status_code == status


def test_a_visitor_signs_in_first(client, planned):
    assert client.get(url("funding", planned[0].pk)).status_code == 302


def test_what_is_unknown_is_asked_with_what_it_is_worth(client, planned, schemes, monkeypatch):
    journey, director, plan = planned
    costed(plan, None, 80000)
    small = {"id": "size", "fact": "group_headcount", "op": "below", "value": 250, "source": "s1"}
    raw = raw_scheme("petite", [NOT_STARTED, small])
    raw["versions"][0]["edges"] = [{"kind": "counts_toward", "scheme": "de-minimis", "source": "s1"}]
    offered = (parse_scheme(raw, origin="petite"),)
    monkeypatch.setattr(published, "company_schemes", lambda: offered)
    client.force_login(director)
    page = client.get(url("funding", journey.pk))
    assert (page.context["certain_eur"], page.context["possible_eur"]) == (0, 40000)
    assert [row["eur"] for row in page.context["questions"]] == [40000, 40000]
    assert f"{reverse('schemes:question', args=[journey.siret])}?cle=past_aids" in page.content.decode()
    assert "Possible, si tout se confirme" in page.content.decode()


def test_a_project_without_siret_reads_the_question_without_a_link(client, planned, monkeypatch, schemes):
    small = {"id": "size", "fact": "group_headcount", "op": "below", "value": 250, "source": "s1"}
    offered = (parse_scheme(raw_scheme("petite", [small]), origin="petite"),)
    monkeypatch.setattr(published, "company_schemes", lambda: offered)
    user = accounts.user()
    journey = make.journey(opened_by=user, siren="", siret="")
    costed(make.plan(make.finished(journey)), None, 80000)
    client.force_login(user)
    page = client.get(url("funding", journey.pk))
    assert [row["url"] for row in page.context["questions"]] == [""]


def test_no_aid_at_all_is_said(client, planned, monkeypatch):
    journey, director, plan = planned
    costed(plan, None, 80000)
    monkeypatch.setattr(published, "company_schemes", tuple)
    client.force_login(director)
    page = client.get(url("funding", journey.pk))
    assert page.context["missing_eur"] == 80000
    assert "Aucune aide à ne pas rembourser" in page.content.decode()


def test_what_could_not_be_proved_in_time_is_said(client, planned, monkeypatch):
    journey, director, plan = planned
    costed(plan, 20000, 120000)
    found = funding_of(journey, actions_to_fund(journey), as_of=TODAY, user=director)
    late = replace(found, possible=replace(found.possible, plan=replace(found.possible.plan, bound_eur=Decimal(60000))))
    monkeypatch.setattr(views, "funding_of", lambda *_args, **_more: late)
    client.force_login(director)
    page = client.get(url("funding", journey.pk)).content.decode()
    assert "meilleur partage trouvé en 2 secondes" in page
    assert "prouvé" not in page


def test_past_aids_that_were_never_told_are_not_none_received():
    aids = [
        {"on": date(2025, 3, 1), "eur": Decimal(40000), "regime": "de_minimis"},
        {"on": date(2025, 4, 1), "eur": Decimal(9000), "regime": "exemption"},
        {"on": "2027-01-01", "eur": Decimal(5000)},
    ]
    assert past_aids_of({}, as_of=TODAY) is None
    assert past_aids_of({"past_aids": Fact(())}, as_of=TODAY) == ()
    assert [aid.eur for aid in past_aids_of({"past_aids": Fact(tuple(aids))}, as_of=TODAY)] == [40000]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_whatever_the_number_of_actions(client, planned, count, django_assert_num_queries):
    journey, director, plan = planned
    costed(plan, *[80000] * count)
    client.force_login(director)
    client.get(url("funding", journey.pk))
    with django_assert_num_queries(11):
        client.get(url("funding", journey.pk))
