"""The adviser's desk and profile, the officer's queue, filters and figures: what each shows, to whom, at what cost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.journeys.choices import InvolvementState, NeedStatus
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Need, OrganisationFilter
from ensembleur.journeys.queries.needs import Share
from ensembleur.journeys.services.advising import close_need, report_misrouted
from ensembleur.journeys.services.asking import add_message
from ensembleur.journeys.services.need_clocks import strike_needs
from ensembleur.journeys.views.routing import _told
from tests.factories import accounts, desk
from tests.factories import journeys as make

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def misrouted(**fields) -> Need:
    """A need reported by its adviser as sent to the wrong person."""
    adviser = desk.adviser()
    need = desk.need(**fields)
    report_misrouted(involvement=desk.involvement(need, adviser), by=adviser, now=fields.get("at", timezone.now()))
    need.refresh_from_db()
    return need


# -- the desk ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("age", "state", "words"),
    [
        (0, "yes", "Dans les délais"),
        (3, "yes", "Dans les délais"),
        (4, "unknown", "3 jours passés"),
        (6, "no", "5 jours passés"),
        (10, "no", "Relancée"),
        (22, "no", "Dernière chance"),
        (46, "closed", "Délai dépassé"),
    ],
)
def test_a_clock_is_a_word_and_a_shape(client, age, state, words):
    adviser = desk.adviser()
    desk.need(at=ago(age))
    client.force_login(adviser)
    line = client.get(url("adviser_home")).context["to_take"][0]
    assert line.state == state
    assert line.clock.startswith(words)


def test_the_first_thing_to_do_is_the_most_pressing(client):
    adviser = desk.adviser("automation", "hiring", "training")
    client.force_login(adviser)

    def step() -> str:
        return client.get(url("adviser_home")).context["step"].title

    assert step() == "Rien n'attend de réponse de votre part"
    silent = desk.taken(desk.need(at=ago(50), subject="training"), adviser, at=ago(49))
    assert step() == "Reprendre « Former les équipes »"
    desk.need(at=ago(1), subject="hiring")
    assert step() == "Répondre à « Recruter »"
    director = make.director(silent.journey.siren)
    add_message(need=silent, body="Êtes-vous là ?", by=director, now=ago(0.1))
    assert step() == "Répondre au message sur « Former les équipes »"
    desk.need(at=ago(7))
    assert step() == "Répondre à « Automatiser ou robotiser un poste »"


def test_silent_requests_come_first_among_those_followed(client):
    adviser = desk.adviser()
    fresh = desk.taken(desk.need(at=ago(3)), adviser, at=ago(2))
    old = desk.taken(desk.need(at=ago(60)), adviser, at=ago(40))
    client.force_login(adviser)
    held = client.get(url("adviser_home")).context["held"]
    assert [line.pk for line in held] == [old.pk, fresh.pk]
    assert [line.clock for line in held] == ["Silencieuse", "En cours"]


def test_the_share_taken_in_time_is_given_with_its_count(client):
    adviser = desk.adviser()
    for days, wait in ((10, 1), (12, 4), (20, 8)):
        desk.taken(desk.need(at=ago(days)), adviser, at=ago(days - wait))
    client.force_login(adviser)
    assert [one["label"] for one in client.get(url("adviser_home")).context["kpi"]] == [
        "prises en charge en 3 jours : 1 sur 3",
        "prises en charge en 5 jours : 2 sur 3",
    ]


def test_what_was_closed_recently_says_how(client):
    adviser = desk.adviser()
    need = desk.taken(desk.need(at=ago(9)), adviser, at=ago(8))
    close_need(involvement=desk.involvement(need, adviser), outcome="no_news", note="", by=adviser, now=ago(1))
    client.force_login(adviser)
    line = client.get(url("adviser_home")).context["closed"][0]
    assert (line.clock, line.state) == ("Close sans nouvelles", "unknown")


# -- the profile -------------------------------------------------------------------------------------------------------
def test_an_adviser_says_subjects_and_absences(client):
    body = accounts.organisation()
    adviser = desk.adviser(organisation=body)
    OrganisationFilter.objects.create(
        organisation=body,
        condition={"all": [{"id": "a", "fact": "company_headcount", "op": "at_least", "value": 10}]},
        changed_by=accounts.user(),
        changed_at=timezone.now(),
    )
    client.force_login(adviser)
    page = client.get(url("adviser_profile"))
    assert page.context["perimeter"] == ["Val-d'Oise (95)"]
    assert "10" in page.context["filters"][0].lines[0]
    assert client.post(url("adviser_profile"), {"act": "subjects", "subjects": ["hiring", "energy"]}).status_code == 302
    assert set(AdviserSubject.objects.values_list("subject", flat=True)) == {"hiring", "energy"}
    assert client.post(url("adviser_profile"), {"act": "subjects", "subjects": ["nothing"]}).status_code == 400
    today = timezone.localdate()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=5)).isoformat()}
    assert client.post(url("adviser_profile"), {"act": "away", **days}).status_code == 302
    assert client.post(url("adviser_profile"), {"act": "away", **days}).status_code == 400  # overlaps
    assert client.post(url("adviser_profile"), {"act": "away", **days, "ends_on": days["starts_on"]}).status_code == 400
    assert client.get(url("adviser_home")).context["away"] == today + timedelta(days=5)
    held = AdviserAbsence.objects.get()
    assert client.post(url("adviser_profile"), {"act": "back", "absence": held.pk}).status_code == 302
    assert not AdviserAbsence.objects.exists()
    assert client.post(url("adviser_profile"), {"act": "back", "absence": held.pk}).status_code == 404
    assert client.post(url("adviser_profile"), {"act": "back", "absence": "x"}).status_code == 404


def test_nobody_ends_the_absence_of_another(client):
    adviser, other = desk.adviser(), desk.adviser()
    today = timezone.localdate()
    held = AdviserAbsence.objects.create(
        adviser=other, starts_on=today, ends_on=today + timedelta(days=3), recorded_at=timezone.now()
    )
    client.force_login(adviser)
    assert client.post(url("adviser_profile"), {"act": "back", "absence": held.pk}).status_code == 404
    assert AdviserAbsence.objects.exists()


# -- the officer -------------------------------------------------------------------------------------------------------
def test_an_officer_sends_a_need_elsewhere_seeing_who_would_be_asked(client):
    need = misrouted()
    right = desk.adviser("hiring", full_name="Bob Recrute")
    client.force_login(accounts.person(Role.OFFICER))
    lines = client.get(url("routing")).context["lines"]
    assert [(line["pk"], line["clock"]) for line in lines] == [(need.pk, "Mal orientée")]
    page = client.get(url("reroute", need.pk), {"sujet": "hiring"})
    assert [one["title"].split(",")[0] for one in page.context["asked"]] == ["Bob Recrute"]
    assert page.context["excluded"]
    fragment = client.get(
        url("reroute", need.pk), {"sujet": "hiring"}, headers={"HX-Request": "true", "HX-Target": "preview"}
    ).content.decode()
    assert "Bob Recrute" in fragment
    assert "<h1" not in fragment
    response = client.post(url("reroute", need.pk), {"subject": "hiring", "note": "Plutôt un recrutement"}, follow=True)
    assert "1 conseiller la reçoit" in response.content.decode()
    need.refresh_from_db()
    assert (need.subject, need.to_reroute) == ("hiring", False)
    assert need.involvements.get(adviser=right, routing=need.routing).state == InvolvementState.ASKED
    assert client.get(url("routing")).context["lines"] == []


def test_a_subject_nobody_answers_is_said_before_and_after_sending(client):
    need = misrouted()
    client.force_login(accounts.person(Role.OFFICER))
    assert "Personne ne peut être sollicité" in client.get(url("reroute", need.pk), {"sujet": "export"}).content.decode()
    response = client.post(url("reroute", need.pk), {"subject": "export", "note": ""}, follow=True)
    assert "Personne n'a pu être sollicité" in response.content.decode().replace("&#x27;", "'")
    assert client.post(url("reroute", need.pk), {"subject": "nothing"}).status_code == 400
    assert client.get(url("reroute", need.pk), {"sujet": "nothing"}).context["chosen"] == "export"


def test_why_a_need_waits_is_said(client):
    unmatched = desk.need(subject="energy")
    client.force_login(accounts.person(Role.OFFICER))
    lines = {line["pk"]: line["clock"] for line in client.get(url("routing")).context["lines"]}
    assert lines == {unmatched.pk: "Aucun conseiller trouvé"}


def test_a_request_left_without_an_answer_is_still_sent_elsewhere(client):
    adviser = desk.adviser()
    need = desk.need(at=ago(46))
    strike_needs(as_of=timezone.now(), dry_run=False)
    client.force_login(accounts.person(Role.OFFICER))
    assert [line["clock"] for line in client.get(url("routing")).context["lines"]] == ["Restée sans réponse"]
    assert client.get(url("need", need.pk)).context["acts"]["reroute"]
    assert client.post(url("reroute", need.pk), {"subject": desk.SUBJECT, "note": ""}).status_code == 302
    need.refresh_from_db()
    assert need.status == NeedStatus.WAITING
    assert need.involvements.filter(adviser=adviser, routing=need.routing).exists()


def test_an_officer_writes_a_filter_and_reads_it_back_in_words(client):
    body = accounts.organisation()
    desk.adviser(organisation=body)
    client.force_login(accounts.person(Role.OFFICER))
    assert [one["pk"] for one in client.get(url("filters")).context["bodies"]] == [body.pk]
    sent = {"sujet": "", "headcount_min": "5", "headcount_max": "249", "naf_in": "10, 25 28.29", "legal_out": ["10"]}
    assert client.post(url("filter", body.pk), sent).status_code == 302
    held = OrganisationFilter.objects.get()
    assert {leaf["fact"] for leaf in held.condition["all"]} == {"company_headcount", "naf", "legal_form"}
    page = client.get(url("filter", body.pk))
    assert page.context["form"].initial["naf_in"] == ("10", "25", "28.29")
    assert len(page.context["lines"]) == 4
    for wrong in (
        {"headcount_min": "9", "headcount_max": "5"},
        {"naf_in": "usinage"},
        {"naf_in": " ".join(["25"] * 1 + [f"{n:02d}" for n in range(90)])},
    ):
        assert client.post(url("filter", body.pk), wrong).status_code == 400
    assert client.post(url("filter", body.pk), {"sujet": ""}).status_code == 302
    assert not OrganisationFilter.objects.exists()
    assert client.post(url("filter", body.pk), {"sujet": "hiring", "headcount_min": "3"}).status_code == 302
    assert client.get(url("filter", body.pk), {"sujet": "nothing"}).status_code == 404


def test_a_richer_filter_is_read_in_words_and_said_to_be_replaced(client):
    body = accounts.organisation()
    desk.adviser(organisation=body)
    leaf = {"id": "a", "fact": "company_headcount", "op": "at_least", "value": 10}
    OrganisationFilter.objects.create(
        organisation=body, condition={"any": [leaf, leaf]}, changed_by=accounts.user(), changed_at=timezone.now()
    )
    client.force_login(accounts.person(Role.OFFICER))
    assert client.get(url("filter", body.pk)).context["is_richer"]
    OrganisationFilter.objects.update(condition={"any": [{**leaf, "fact": "gone"}]})
    assert "ne peut plus être lue" in client.get(url("filters")).content.decode()


def test_a_share_is_given_from_five_cases_on():
    assert _told(Share(2, 4)) == "2 sur 4"
    assert _told(Share(3, 5)) == "3 sur 5 (60\u00a0%)"
    assert _told(Share(0, 0)) == "—"


def test_figures_keep_outcomes_apart_and_give_their_counts(client):
    adviser = desk.adviser("automation", "hiring")
    for subject, outcome in (("automation", "helped"), ("automation", "no_news"), ("hiring", "not_helped")):
        need = desk.taken(desk.need(at=ago(9), subject=subject), adviser, at=ago(7))
        close_need(involvement=desk.involvement(need, adviser), outcome=outcome, note="Voilà", by=adviser, now=ago(1))
    client.force_login(accounts.person(Role.OFFICER))
    page = client.get(url("need_statistics"))
    speed, ends = (dict(table["rows"]) for table in page.context["tables"])
    assert speed["Ensemble"][:3] == ["3", "3 sur 3", "3 sur 3"]  # of three cases, no percentage
    assert len(speed) == len(ends) == 3
    heads = page.context["tables"][1]["heads"][1:]
    assert dict(zip(heads, ends["Ensemble"], strict=True))["Une aide a été apportée"] == "1"
    assert max(len(table["heads"]) for table in page.context["tables"]) <= 9
    text = client.get(url("need_statistics"), {"format": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    total = lines[-1]
    assert (total["Envoyées"], total["Une aide a été apportée"], total["Close sans nouvelles"]) == ("3", "1", "1")
    assert client.get(url("need_statistics"), {"depuis": timezone.localdate().isoformat()}).context["tables"] == []
    assert client.get(url("need_statistics"), {"depuis": "hier"}).status_code == 200


# -- who sees what -----------------------------------------------------------------------------------------------------
DESKS = {
    "adviser_home": {Role.ADVISER},
    "adviser_companies": {Role.ADVISER},
    "adviser_profile": {Role.ADVISER},
    "routing": {Role.OFFICER},
    "need_statistics": {Role.OFFICER},
    "filters": {Role.OFFICER, Role.ADMIN},
}


@pytest.mark.parametrize("name", DESKS)
@pytest.mark.parametrize("role", Role)
def test_each_desk_opens_to_its_roles_only(client, name, role):
    assert client.get(url(name)).status_code == 302
    client.force_login(accounts.person(role))
    assert client.get(url(name)).status_code == (200 if role in DESKS[name] else 403)


@pytest.mark.parametrize("role", Role)
def test_sending_elsewhere_and_filters_open_to_officers_of_the_place(client, role):
    need = misrouted()
    body = need.involvements.first().organisation
    client.force_login(accounts.person(role))
    assert client.get(url("reroute", need.pk)).status_code == (200 if role == Role.OFFICER else 404)
    may_filter = role in (Role.OFFICER, Role.ADMIN)
    assert client.get(url("filter", body.pk)).status_code == (200 if may_filter else 403)
    assert client.post(url("filter", body.pk), {"headcount_min": "1"}).status_code == (302 if may_filter else 403)


def test_the_company_itself_does_not_reroute(client):
    journey, director = make.own_journey()
    need = desk.need(journey, by=director)
    client.force_login(director)
    assert client.get(url("reroute", need.pk)).status_code == 403
    assert client.post(url("reroute", need.pk), {"subject": "hiring"}).status_code == 403


def test_an_officer_elsewhere_does_not_know_the_organisation(client):
    body = accounts.organisation()
    desk.adviser(organisation=body)
    client.force_login(accounts.person(Role.OFFICER, "77"))
    assert client.get(url("filter", body.pk)).status_code == 404
    assert client.get(url("filters")).context["bodies"] == []


# -- queries -----------------------------------------------------------------------------------------------------------
def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_desk_costs_the_same_with_one_and_three_requests_of_each_kind(client):
    adviser, counts = desk.adviser(), []
    client.force_login(adviser)
    for number in range(3):
        desk.need(at=ago(2))
        desk.taken(desk.need(at=ago(6)), adviser, at=ago(5))
        need = desk.taken(desk.need(at=ago(9)), adviser, at=ago(8))
        close_need(involvement=desk.involvement(need, adviser), outcome="helped", note="", by=adviser, now=ago(1))
        if number in (0, 2):
            counts.append(_queries(client, url("adviser_home")))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["routing", "need_statistics", "filters"])
def test_the_officers_lists_cost_the_same_with_one_and_three(client, name):
    client.force_login(accounts.person(Role.OFFICER))
    counts = []
    for number in range(3):
        body = misrouted().involvements.get(state=InvolvementState.MISROUTED).organisation
        OrganisationFilter.objects.create(organisation=body, condition={}, changed_by=accounts.user(), changed_at=timezone.now())
        if number in (0, 2):
            counts.append(_queries(client, url(name)))
    assert counts[0] == counts[1]


def test_the_preview_costs_the_same_with_one_and_three_advisers(client):
    need = misrouted()
    client.force_login(accounts.person(Role.OFFICER))
    counts = []
    for number in range(3):
        desk.adviser("hiring")
        if number in (0, 2):
            counts.append(_queries(client, url("reroute", need.pk) + "?sujet=hiring"))
    assert counts[0] == counts[1]
