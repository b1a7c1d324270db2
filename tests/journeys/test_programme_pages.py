"""The pages of programmes, of a company in them, and of applications by family of aids."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.models import Application, Enrolment, OptionTake, Payment, StageEntry
from ensembleur.journeys.queries.pipeline import flows_of
from ensembleur.journeys.services import demo_programmes
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import programmes as frame
from tests.factories.journeys import NOW, TODAY
from tests.factories.programmes import FRAME, ago
from tests.journeys.test_permissions import PEOPLE, person

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode().lstrip("\ufeff")), delimiter=";"))


@pytest.fixture
def adviser(client):
    someone = accounts.person(Role.ADVISER, "95")
    client.force_login(someone)
    return someone


@pytest.fixture
def officer(client):
    someone = accounts.person(Role.OFFICER)
    client.force_login(someone)
    return someone


# -- the desk ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", ["programmes", "programme", "programme_chart", "pipeline"])
def test_only_a_desk_reads_the_programmes(client, who, name):
    someone = person(who, "000340182")
    address = url(name, *([FRAME] if name.startswith("programme_") or name == "programme" else []))
    if who == "visitor":
        assert client.get(address).status_code == 302
        return
    client.force_login(someone)
    desks = {"officer", "officer_elsewhere"} | ({"second_reader"} if name == "pipeline" else {"adviser", "adviser_elsewhere"})
    expected = 302 if who == "closed_account" else 200 if who in desks else 403
    assert client.get(address).status_code == expected


def test_the_list_tells_open_programmes_from_former_ones(client, adviser):
    frame.enrolment()
    frame.enrolment(left_on=ago(1), left_reason="Fin")
    frame.enrolment(make.journey(commune="77001", departement="77"))
    page = client.get(url("programmes"))
    first = page.context["open"][0]
    assert (first["programme"].id, first["enrolled"], first["live"]) == (FRAME, 2, 1)
    assert [row["programme"].id for row in page.context["past"]] == ["mise-a-disposition-de-robots", "plan-industries"]


def test_a_programme_shows_first_who_waits_longest(client, adviser):
    slow = frame.enrolment(entered=200)
    frame.enrolment(entered=30)
    page = client.get(url("programme", FRAME))
    text = page.content.decode()
    assert [wait["days"] for wait in page.context["waits"]] == [_days(200), _days(30)]
    assert page.context["late"] == 1
    assert text.index("Qui attend depuis") < text.index("Les délais d'une étape") < text.index("Les entreprises inscrites")
    assert url("journey_programmes", slow.journey_id) in text
    assert "500 entreprises industrielles sur cinq ans" in text
    assert "trop peu d&#x27;entreprises" in text or "trop peu d'entreprises" in text


def _days(ago_days: int) -> int:
    """The page reads the clock, the factories count from their own day."""
    from django.utils import timezone

    return ago_days + (timezone.localdate() - TODAY).days


def test_a_programme_without_anybody_says_what_to_do(client, adviser):
    page = client.get(url("programme", FRAME))
    assert "inscrivez-la" in page.content.decode()
    assert client.get(url("programme", "nothing")).status_code == 404
    assert client.get(url("programme", "accelerateur-pme")).context["objective"]["yearly"]


def test_the_robots_are_told_with_the_sentence_of_the_text(client, adviser):
    text = client.get(url("programme", "mise-a-disposition-de-robots")).content.decode()
    assert "varie entre 3 semaines et 19 mois" in text
    assert "la plateforme ne les a pas mesurés" in text
    assert client.get(url("programme", "plan-industries")).status_code == 200


def test_a_chosen_delay_is_measured(client, adviser):
    held = frame.enrolment(entered=100)
    frame.stage(held, "support", 60)
    page = client.get(url("programme", FRAME), {"de": "entry", "a": "support"})
    assert page.context["chosen"].delay.days == (40,)
    for pair in ({"de": "entry", "a": "entry"}, {"de": "entry", "a": "nothing"}, {}):
        assert client.get(url("programme", FRAME), pair).context["chosen"] is None


def test_the_drawing_and_the_table_have_the_same_numbers(client, adviser):
    held = frame.enrolment()
    frame.stage(held)
    spec = client.get(url("programme_chart", FRAME)).json()
    drawn = [
        row["companies"] for row in spec["layer"][0]["data"]["values"] if row["stage"] == "Accompagnement individuel commencé"
    ]
    count = client.get(url("programme", FRAME)).context["board"].counts[2]
    assert drawn == [count.reached, count.waiting, count.left] == [1, 0, 0]


def test_the_file_has_a_line_a_company_and_no_formula(client, adviser):
    held = frame.enrolment(make.journey(title="=1+1"))
    frame.stage(held, evidence="documented")
    for place, answer in enumerate(({"taken_on": ago(3)}, {"declined_on": ago(2)}, {})):
        frame.take(held, ("peers", "chamber", "training-fund")[place], **answer)
    head, line = rows_of(client.get(url("programme", FRAME), {"format": "csv"}))
    told = dict(zip(head, line, strict=False))
    assert told["Parcours"] == "'=1+1"
    assert told["Accompagnement individuel commencé"] == str(ago(50))
    assert f"prise le {ago(3)}" in line
    assert f"refusée le {ago(2)}" in line
    assert "sans réponse" in line
    assert "prouvé par un document" in line


@pytest.mark.parametrize("name", ["programme", "programmes"])
def test_a_desk_page_costs_the_same_with_one_company_or_three(client, adviser, name):
    args = [FRAME] if name == "programme" else []
    costs = []
    for count in (1, 2):
        for _ in range(count):
            held = frame.enrolment()
            frame.stage(held)
            frame.take(held)
            make.finished(held.journey)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(name, *args)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 22


# -- one company -------------------------------------------------------------------------------------------------------
def test_an_adviser_enrols_and_keeps_the_stages_of_a_company(client, adviser):
    journey = make.journey()
    page = url("journey_programmes", journey.pk)
    assert client.get(page).context["enrol"] is not None
    assert client.post(page, {"programme": FRAME, "enrolled_on": "n'importe"}).status_code == 400
    assert client.post(page, {"programme": FRAME, "enrolled_on": str(ago(60))}).status_code == 302
    held = Enrolment.objects.get()

    def act(name, **sent):
        return client.post(url("enrolment_act", held.pk, name), sent)

    assert act("reach", stage="support").status_code == 400
    assert act("reach", stage="support", reached_on=str(ago(40)), evidence="declared").status_code == 302
    told = client.post(
        url("enrolment_act", held.pk, "reach"),
        {"stage": "review", "reached_on": str(ago(50)), "evidence": "declared"},
        follow=True,
    )
    assert "vient d&#x27;habitude avant" in told.content.decode() or "vient d'habitude avant" in told.content.decode()
    assert act("offer", option="peers", offered_on=str(ago(30))).status_code == 302
    take = OptionTake.objects.get()
    assert act("answer", take=take.pk, answer="yes").status_code == 400
    assert act("answer", take=take.pk, answer="yes", answered_on=str(ago(20))).status_code == 302
    assert act("answer", take=take.pk + 1, answer="yes", answered_on=str(ago(20))).status_code == 404
    entry = StageEntry.objects.get(stage="review")
    assert act("withdraw", entry=entry.pk).status_code == 302
    assert act("withdraw", entry="²").status_code == 404
    assert act("nothing").status_code == 404
    shown = client.get(page).content.decode()
    assert "déclaré" in shown
    assert act("leave", left_on=str(ago(10))).status_code == 400
    assert act("leave", left_on=str(ago(10)), reason="Déménagement").status_code == 302
    assert act("offer", option="chamber", offered_on=str(ago(5))).status_code == 404
    assert "Déménagement" in client.get(page).content.decode()


def test_what_a_rule_refuses_is_said(client, adviser):
    held = frame.enrolment(entered=10)
    sent = {"stage": "support", "reached_on": str(ago(50)), "evidence": "declared"}
    response = client.post(url("enrolment_act", held.pk, "reach"), sent)
    assert response.status_code == 422
    assert "avant l&#x27;entrée" in response.content.decode() or "avant l'entrée" in response.content.decode()


def test_a_company_reads_its_rail_and_types_nothing(client):
    journey, director = make.own_journey()
    held = frame.enrolment(journey)
    make.finished(journey, on=NOW - timedelta(days=5))
    client.force_login(director)
    page = client.get(url("journey", journey.pk))
    assert "Votre programme" in page.content.decode()
    [rail] = page.context["programmes"]
    assert [step["state"] for step in rail["steps"]][:3] == ["done", "current", "todo"]
    own = client.get(url("journey_programmes", journey.pk))
    assert own.context["enrol"] is None
    assert own.context["rows"][0]["reach"] is None
    assert client.post(url("journey_programmes", journey.pk), {"programme": FRAME, "enrolled_on": str(TODAY)}).status_code == 403
    refused = client.post(url("enrolment_act", held.pk, "leave"), {"left_on": str(TODAY), "reason": "Non"})
    assert refused.status_code == 403


def test_a_journey_outside_every_programme_shows_no_rail(client):
    journey, director = make.own_journey()
    client.force_login(director)
    assert "Votre programme" not in client.get(url("journey", journey.pk)).content.decode()
    assert "aucun programme" in client.get(url("journey_programmes", journey.pk)).content.decode()
    client.force_login(accounts.person(Role.ADVISER, "95"))
    assert url("journey_programmes", journey.pk) in client.get(url("journey", journey.pk)).content.decode()


def test_an_officer_meets_a_company_by_its_file_or_by_its_programme(client, officer):
    stranger, framed, filed = make.journey(), frame.enrolment().journey, make.journey()
    make.application(filed, "filed")
    assert client.get(url("journey_programmes", stranger.pk)).status_code == 404
    assert client.get(url("journey_programmes", framed.pk)).status_code == 200
    assert client.get(url("journey_programmes", filed.pk)).context["enrol"] is not None
    assert url("journey_programmes", filed.pk) in client.get(url("journey", filed.pk)).content.decode()
    closed = make.journey(closed_at=NOW)
    frame.enrolment(closed)
    assert client.post(url("journey_programmes", closed.pk), {}).status_code == 404
    client.force_login(accounts.person(Role.SECOND_READER))
    assert client.get(url("journey_programmes", filed.pk)).status_code == 404
    client.force_login(accounts.person(Role.OFFICER, "77"))
    assert client.get(url("journey_programmes", framed.pk)).status_code == 404


# -- applications by family --------------------------------------------------------------------------------------------
def a_flow(officer) -> None:
    """Six files of one scheme: two wait, one is refused and closed, one agreed and half paid, one given up, one in draft."""
    first = make.journey()
    make.application(first, "filed", scheme="ouverte", filed_at=NOW - timedelta(days=70))
    make.application(make.journey(), "complete", scheme="ouverte", project_cost_eur=None)
    refused = make.application(make.journey(), "refused", scheme="ouverte")
    Application.objects.filter(pk=refused.pk).update(status="closed", closed_at=NOW, closing_reason="refused")
    agreed = make.application(make.journey(), "paying", scheme="ouverte")
    for amount in (10_000, 5_000):
        Payment.objects.create(application=agreed, kind="interim", paid_on=TODAY, amount_eur=amount, by=officer)
    given_up = make.application(make.journey(), "decided", scheme="ouverte")
    Application.objects.filter(pk=given_up.pk).update(status="closed", closed_at=NOW, closing_reason="withdrawn")
    make.application(make.journey(), "draft", scheme="ouverte")


def test_the_flow_of_a_scheme_keeps_refusals_and_adds_nothing_twice(officer):
    a_flow(officer)
    flow = flows_of(officer, ["ouverte"], as_of=TODAY)["ouverte"]
    assert (flow.count, flow.refused, flow.statuses["closed"]) == (5, 1, 2)
    assert (flow.cost_eur, flow.costed) == (Decimal(400_000), 4)
    assert (flow.granted_eur, flow.granted) == (Decimal(40_000), 1)
    assert (flow.agreed_eur, flow.agreed, flow.paid_eur, flow.companies) == (Decimal(40_000), 1, Decimal(15_000), 1)
    assert (flow.waiting, flow.median_days) == (2, None)
    assert flow.oldest is not None
    assert flow.oldest.days == 70
    make.application(make.journey(), "filed", scheme="ouverte", filed_at=NOW - timedelta(days=30))
    assert flows_of(officer, ["ouverte"], as_of=TODAY)["ouverte"].median_days == 30
    assert flows_of(officer, ["ouverte"], as_of=ago(60))["ouverte"].count == 1
    assert flows_of(officer, ["fermee"], as_of=TODAY) == {}


def test_one_company_counts_once_in_a_scheme(officer):
    for siret in ("00010", "00028"):
        journey = make.journey(siren="123456789", siret=f"123456789{siret}")
        make.application(journey, "agreed", scheme="ouverte")
    assert flows_of(officer, ["ouverte"], as_of=TODAY)["ouverte"].companies == 1


def test_the_family_is_chosen_and_equity_comes_first(client, officer):
    a_flow(officer)
    assert client.get(url("pipeline")).context["family"] == "equity"
    assert client.get(url("pipeline"), {"famille": "nothing"}).context["family"] == "equity"
    page = client.get(url("pipeline"), {"famille": "grant"})
    assert [row[0].id for row in page.context["rows"]] == ["ouverte"]
    assert "Le projet n" in page.content.decode() or page.context["criteria"][0]["groups"]
    assert client.get(url("pipeline"), {"famille": "toutes"}).context["rows"]
    head, line = rows_of(client.get(url("pipeline"), {"famille": "grant", "format": "csv"}))
    assert dict(zip(head, line, strict=True))["Versé (€)"] == "15000.00"
    client.force_login(accounts.person(Role.OFFICER, "77"))
    assert client.get(url("pipeline"), {"famille": "grant"}).context["rows"] == []


def test_declared_figures_stand_beside_and_keep_their_label(client, officer, schemes, monkeypatch):
    from ensembleur.journeys.views import pipeline

    monkeypatch.setattr(pipeline, "declared_of", lambda _names: pipeline_figures())
    text = client.get(url("pipeline"), {"famille": "grant"}).content.decode()
    assert "28,5\u00a0M€" in text
    assert "162 entreprises ont ainsi été soutenues" in text
    assert "ne s'ajoutent ni entre eux" in text or "ne s&#x27;ajoutent ni entre eux" in text


def pipeline_figures():
    from ensembleur.journeys.catalogue.programmes import declared_of

    return declared_of(["tp-up", "pm-up"])


def test_the_family_page_costs_the_same_with_one_file_or_three(client, officer):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            make.application(make.journey(), "filed", scheme="ouverte")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("pipeline"), {"famille": "grant"}).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


# -- the demonstration -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("fund", "files"), [("ouverte", 6), ("nothing", 0)])
def test_the_demonstration_enrols_once_with_dates_before_today(monkeypatch, fund, files):
    people = populate_accounts(seed=7, now=NOW, company_siren="000000018")
    for age in range(30):
        make.director(make.journey(is_fictional=True, opened_at=NOW - timedelta(days=10 + 10 * age)).siren)
    make.journey(is_fictional=True, opened_at=NOW - timedelta(days=1))
    monkeypatch.setattr(demo_programmes, "FUND", fund)
    make.journey()
    count = demo_programmes.populate_programmes(seed=7, now=NOW, people=people)
    assert count == Enrolment.objects.count() == 31 + 10
    assert Application.objects.count() == files
    assert not Application.objects.filter(filed_at__lt=F("journey__opened_at")).exists()
    assert Enrolment.objects.exclude(left_on=None).exists()
    assert not StageEntry.objects.filter(reached_on__gt=TODAY).exists()
    assert not Enrolment.objects.filter(journey__is_fictional=False).exists()
    assert demo_programmes.populate_programmes(seed=7, now=NOW, people=people) == count
