"""The pages of a need: asked in two steps, one thread, three states kept apart, one thing to do for each role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Notification
from ensembleur.journeys.choices import InvolvementState, NeedStatus
from ensembleur.journeys.models import Involvement, Message, Need
from ensembleur.journeys.services.advising import close_need, decline_need
from ensembleur.journeys.services.asking import add_message
from tests.factories import accounts, desk
from tests.factories import journeys as make
from tests.factories.journeys import NOW
from tests.factories.notices import notice

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


def send(client, need: Need, act: str, **data):
    return client.post(url("need_act", need.pk, act), data)


# -- asking ------------------------------------------------------------------------------------------------------------
def test_a_company_asks_in_two_steps(client, signed_in):
    journey, _director = signed_in
    desk.adviser()
    page = client.get(url("need_subject", journey.pk))
    assert {one["title"] for group in page.context["groups"] for one in group["subjects"]} >= {
        "Automatiser ou robotiser un poste"
    }
    ask = url("need_ask", journey.pk, desk.SUBJECT)
    assert ask in page.content.decode()
    assert client.get(ask).status_code == 200
    assert client.post(ask, {"words": " "}).status_code == 400
    response = client.post(ask, {"words": "Un poste pénible."}, follow=True)
    need = Need.objects.get()
    assert response.redirect_chain[-1][0] == url("need", need.pk)
    assert "Votre demande est envoyée" in response.content.decode()
    assert "Un poste pénible." in response.content.decode()
    assert client.get(url("journey", journey.pk)).context["needs"][0].label == "En attente d'un conseiller"


def test_asking_again_soon_completes_the_first_request_and_says_so(client, signed_in):
    journey, director = signed_in
    desk.adviser()
    desk.need(journey, by=director, at=timezone.now() - timedelta(days=4))
    ask = url("need_ask", journey.pk, desk.SUBJECT)
    assert "rien n'est perdu" in client.get(ask).content.decode().replace("&#x27;", "'")
    response = client.post(ask, {"words": "Et aussi la manutention."}, follow=True)
    assert Need.objects.count() == 1
    assert "est ajouté à votre demande du" in response.content.decode()
    assert "Et aussi la manutention." in response.content.decode()


def test_a_request_from_an_action_of_the_plan_stays_tied_to_it(client, signed_in):
    journey, _director = signed_in
    action = make.plan(make.finished(journey)).actions.first()
    assert f"?action={action.pk}" in client.get(url("action", action.pk)).content.decode()
    page = client.get(url("need_subject", journey.pk), {"action": action.pk})
    assert page.context["groups"][0]["title"] == "Production et machines"
    client.post(url("need_ask", journey.pk, desk.SUBJECT), {"words": "Bonjour", "action": action.pk})
    need = Need.objects.get()
    assert need.action == action
    make.application(journey, "draft", action=action)
    assert client.get(url("need", need.pk)).context["files"].count() == 1
    elsewhere = make.plan(make.finished(make.journey())).actions.first()
    assert client.get(url("need_subject", journey.pk), {"action": elsewhere.pk}).status_code == 404
    assert client.get(url("need_subject", journey.pk), {"action": "9" * 30}).context["action"] is None


def test_a_project_without_siret_asks_like_a_company(client):
    opener = accounts.user()
    project = make.journey(opener, siren="", siret="", title="Atelier", commune="", departement="95", naf="", place="")
    desk.adviser("creation")
    client.force_login(opener)
    page = client.get(url("need_subject", project.pk))
    assert page.status_code == 200
    first = page.context["groups"][0]["subjects"][0]["url"]
    response = client.post(first, {"words": "Je cherche un local."}, follow=True)
    assert response.status_code == 200
    assert Need.objects.get().journey == project


def test_an_unknown_or_retired_subject_has_no_page(client, signed_in):
    journey, _director = signed_in
    assert client.get(url("need_ask", journey.pk, "nothing")).status_code == 404


def test_opening_a_request_reads_what_was_told_about_it(client, signed_in):
    journey, director = signed_in
    need, adviser = desk.need(journey), desk.adviser()
    told = notice(director, url=url("need", need.pk), created_at=NOW)
    hers = notice(adviser, url=url("need", need.pk), created_at=NOW)
    assert client.head(url("need", need.pk)).status_code == 200
    assert Notification.objects.unread().filter(pk__in=[told.pk, hers.pk]).count() == 2
    assert client.get(url("need", need.pk)).status_code == 200
    assert list(Notification.objects.unread().filter(pk__in=[told.pk, hers.pk])) == [hers]


# -- the page ----------------------------------------------------------------------------------------------------------
def test_the_three_states_are_kept_apart(client, signed_in):
    journey, director = signed_in
    first, second = desk.adviser(full_name="Ada"), desk.adviser(full_name="Bob")
    need = desk.taken(desk.need(journey, by=director), first)
    page = client.get(url("need", need.pk))
    assert page.context["need_label"] == "Prise en charge"
    assert [(one["who"].split(",")[0], one["label"]) for one in page.context["advisers"]] == [
        ("Ada", "s'occupe de votre demande")
    ]
    assert page.context["others"] == 1
    assert "Bob" not in " ".join(one["who"] for one in page.context["advisers"])
    client.force_login(second)
    page = client.get(url("need", need.pk))
    assert {one["label"] for one in page.context["advisers"]} == {"Prend en charge", "Prise par un autre conseiller"}


def test_a_company_does_not_read_who_could_not_answer_nor_why(client, signed_in):
    journey, director = signed_in
    first, _second = desk.adviser(full_name="Ada Décline"), desk.adviser()
    need = desk.need(journey, by=director)
    decline_need(involvement=desk.involvement(need, first), by=first, now=NOW, reason="Client déjà vu, pénible")
    text = client.get(url("need", need.pk)).content.decode()
    assert "pénible, Client" not in text
    assert "Client déjà vu" not in text
    client.force_login(first)
    assert "Client déjà vu" in client.get(url("need", need.pk)).content.decode()


def test_an_adviser_reads_why_the_request_came(client):
    adviser = desk.adviser()
    need = desk.need()
    client.force_login(adviser)
    page = client.get(url("need", need.pk))
    assert page.context["acts"]["take"]
    assert any("Sujet" in line["says"] for line in page.context["why"])
    assert all(line["mark"] in {"yes", "unknown"} for line in page.context["why"])


def test_closed_without_news_is_not_no_help(client, signed_in):
    journey, director = signed_in
    adviser = desk.adviser()
    need = desk.taken(desk.need(journey, by=director), adviser)
    close_need(involvement=desk.involvement(need, adviser), outcome="no_news", note="", by=adviser, now=NOW)
    page = client.get(url("need", need.pk))
    assert page.context["need_state"] == "unknown"
    assert "absence d'aide" in str(page.context["need_says"])


def test_messages_join_the_thread_in_order(client, signed_in):
    journey, director = signed_in
    adviser = desk.adviser()
    need = desk.need(journey, by=director, at=timezone.now() - timedelta(hours=3))
    assert client.post(url("need_message", need.pk), {"body": " "}).status_code == 400
    assert client.post(url("need_message", need.pk), {"body": "J'ajoute un détail."}).status_code == 302
    client.force_login(adviser)
    client.post(url("need_message", need.pk), {"body": "Je vous appelle."})
    thread = client.get(url("need", need.pk)).context["thread"]
    assert [line.body for line in thread if line.is_message] == ["J'ajoute un détail.", "Je vous appelle."]
    assert thread[0].body == need.words
    assert [line.at for line in thread] == sorted(line.at for line in thread)


# -- acts --------------------------------------------------------------------------------------------------------------
def test_an_adviser_takes_writes_and_closes_honestly(client):
    adviser = desk.adviser()
    need = desk.need(at=timezone.now() - timedelta(days=1))
    client.force_login(adviser)
    assert send(client, need, "take").status_code == 302
    page = client.get(url("need", need.pk))
    assert [one.act for one in page.context["forms"]] == ["close", "hand_over", "misrouted"]
    refused = send(client, need, "close", outcome="not_helped", note="")
    assert refused.status_code == 400
    assert send(client, need, "close", outcome="withdrawn").status_code == 400
    assert send(client, need, "close", outcome="no_news").status_code == 302
    need.refresh_from_db()
    assert (need.status, need.outcome) == (NeedStatus.CLOSED, "no_news")
    assert client.get(url("need", need.pk)).context["forms"] == []


def test_who_comes_too_late_is_told_who_was_quicker(client):
    first, second = desk.adviser(full_name="Ada Rapide"), desk.adviser()
    need = desk.need(at=timezone.now() - timedelta(days=2))
    desk.taken(need, first, at=timezone.now() - timedelta(days=1))
    client.force_login(second)
    response = send(client, need, "take")
    assert response.status_code == 422
    text = response.content.decode()
    assert "Ada Rapide a pris cette demande le" in text
    assert "<h1>" in text
    assert Involvement.objects.filter(state=InvolvementState.TAKEN).count() == 1


def test_a_race_lost_inside_the_service_is_told_the_same_way(client, monkeypatch):
    from ensembleur.journeys.views import needs as views

    first, second = desk.adviser(full_name="Ada Rapide"), desk.adviser()
    need = desk.need(at=timezone.now() - timedelta(days=2))
    held = views.acts_of

    def slow(of: Need, user) -> dict[str, bool]:
        found = held(of, user)
        if user == second and found["take"]:
            desk.taken(of, first, at=timezone.now())
        return found

    monkeypatch.setattr(views, "acts_of", slow)
    client.force_login(second)
    response = send(client, need, "take")
    assert response.status_code == 422
    assert "Ada Rapide" in response.content.decode()


def test_declining_says_why_in_coded_words(client):
    adviser = desk.adviser()
    need = desk.need()
    client.force_login(adviser)
    assert send(client, need, "decline").status_code == 400
    assert send(client, need, "decline", reason="time", note="Congés").status_code == 302
    held = Involvement.objects.get(adviser=adviser)
    assert held.state == InvolvementState.DECLINED
    assert held.note.endswith("Congés")


def test_the_wrong_adviser_is_reported_in_one_click_by_either_side(client, signed_in):
    journey, director = signed_in
    adviser = desk.adviser()
    need = desk.taken(desk.need(journey, by=director), adviser)
    assert send(client, need, "misrouted").status_code == 302
    need.refresh_from_db()
    assert need.to_reroute
    assert need.status == NeedStatus.WAITING
    assert not need.involvements.filter(state=InvolvementState.TAKEN).exists()
    assert send(client, need, "misrouted").status_code == 302  # twice changes nothing
    other = desk.need(*make.own_journey()[:1], at=NOW)
    client.force_login(adviser)
    assert send(client, other, "misrouted", note="C'est pour l'école").status_code == 302
    other.refresh_from_db()
    assert other.to_reroute


def test_a_company_withdraws_then_opens_again(client, signed_in):
    journey, director = signed_in
    desk.adviser()
    need = desk.need(journey, by=director)
    assert send(client, need, "withdraw").status_code == 302
    assert send(client, need, "withdraw").status_code == 422
    assert client.get(url("need", need.pk)).context["acts"]["reopen"]
    assert send(client, need, "reopen").status_code == 302
    need.refresh_from_db()
    assert need.status == NeedStatus.WAITING


def test_a_need_is_passed_on_to_an_adviser_who_fits(client):
    first, second = desk.adviser(), desk.adviser(full_name="Bob")
    need = desk.taken(desk.need(), first)
    client.force_login(first)
    form = next(one.form for one in client.get(url("need", need.pk)).context["forms"] if one.act == "hand_over")
    assert [value for value, _label in form.fields["adviser"].choices] == [second.pk]
    assert send(client, need, "hand_over", adviser=second.pk, note="").status_code == 302
    need.refresh_from_db()
    assert need.involvements.get(adviser=second, routing=need.routing).state == InvolvementState.ASKED


# -- who sees what -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        (Role.DIRECTOR, "999999999", 404),
        (Role.CONTRIBUTOR, "999999999", 404),
        (Role.ADVISER, "95", 404),  # of the place, but not asked
        (Role.ADVISER, "77", 404),
        (Role.OFFICER, "11", 200),
        (Role.OFFICER, "77", 404),
        (Role.SECOND_READER, "11", 404),
        (Role.EVALUATOR, "11", 404),
        (Role.ADMIN, "11", 404),
    ],
)
def test_each_role_sees_a_need_or_does_not_know_it_exists(client, role, code, status):
    desk.adviser()
    need = desk.need()
    client.force_login(accounts.person(role, code))
    assert client.get(url("need", need.pk)).status_code == status
    assert client.post(url("need_message", need.pk), {"body": "?"}).status_code in ({302} if status == 200 else {404})
    for act in ("take", "decline", "close", "hand_over", "withdraw", "misrouted"):
        assert send(client, need, act).status_code == (403 if status == 200 else 404), act
    assert client.get(url("need_subject", need.journey_id)).status_code == (200 if (role, code) == (Role.ADVISER, "95") else 404)


def test_the_companys_people_and_the_advisers_asked_see_it(client):
    journey, director = make.own_journey()
    asked = desk.adviser()
    need = desk.need(journey, by=director)
    for person in (director, accounts.person(Role.CONTRIBUTOR, journey.siren), asked):
        client.force_login(person)
        assert client.get(url("need", need.pk)).status_code == 200
    client.logout()
    for name, args in (("need", [need.pk]), ("need_subject", [journey.pk]), ("need_ask", [journey.pk, desk.SUBJECT])):
        assert client.get(url(name, *args)).status_code == 302
    assert send(client, need, "take").status_code == 302


def test_who_no_longer_advises_no_longer_reads_what_they_were_asked(client):
    adviser = desk.adviser()
    need = desk.need()
    client.force_login(adviser)
    assert client.get(url("need", need.pk)).status_code == 200
    adviser.mandates.update(ended_at=NOW)
    assert client.get(url("need", need.pk)).status_code == 404
    assert client.get(url("adviser_home")).status_code == 403


def test_an_adviser_who_asks_in_the_companys_name_follows_the_question_while_advising(client):
    journey, _director = make.own_journey()
    writer, colleague = desk.adviser("export"), desk.adviser("export")  # neither answers the subject asked
    client.force_login(writer)
    sent = client.post(url("need_ask", journey.pk, desk.SUBJECT), {"words": "La directrice cherche à automatiser."})
    need = Need.objects.get()
    assert not need.involvements.filter(adviser=writer).exists()
    assert (sent.url, client.get(sent.url).status_code) == (url("need", need.pk), 200)
    assert client.post(url("need_message", need.pk), {"body": "Elle préfère le matin."}).status_code == 302
    client.force_login(colleague)
    assert client.get(url("need", need.pk)).status_code == 404
    writer.mandates.update(ended_at=NOW)
    client.force_login(writer)
    assert client.get(url("need", need.pk)).status_code == 404


def test_who_was_stood_down_does_not_read_what_is_written_afterwards(client):
    journey, director = make.own_journey()
    quick, slow = desk.adviser(), desk.adviser()
    need = desk.taken(desk.need(journey, by=director, at=NOW - timedelta(days=2)), quick, NOW - timedelta(days=1))
    add_message(need=need, body="Voici nos marges.", by=director, now=NOW)
    for person, reads in ((quick, True), (slow, False), (director, True), (accounts.person(Role.OFFICER, "95"), True)):
        client.force_login(person)
        shown = client.get(url("need", need.pk)).content.decode()
        assert ("Voici nos marges." in shown, "Un poste pénible." in shown) == (reads, True)


def test_an_officer_of_the_company_itself_does_not_watch_over_it(client):
    journey, director = make.own_journey()
    accounts.mandate(director, Role.OFFICER)
    need = desk.need(journey, by=director)
    client.force_login(director)
    page = client.get(url("need", need.pk))
    assert page.context["is_company"]
    assert not page.context["acts"]["reroute"]


def test_unknown_acts_are_not_found(client, signed_in):
    journey, director = signed_in
    assert send(client, desk.need(journey, by=director), "dance").status_code == 404


# -- queries -----------------------------------------------------------------------------------------------------------
def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("side", ["company", "adviser", "officer"])
def test_the_page_costs_the_same_with_one_and_three_advisers_and_messages(client, side):
    journey, director = make.own_journey()
    advisers = [desk.adviser()]
    need = desk.need(journey, by=director)
    people = {"company": director, "adviser": advisers[0], "officer": accounts.person(Role.OFFICER)}
    client.force_login(people[side])
    client.get(url("need", need.pk))  # a first visit reads what was told about the request
    counts = []
    for number in range(3):
        Message.objects.create(journey=journey, need=need, by=accounts.user(), at=NOW, body="Bonjour")
        Involvement.objects.create(
            need=need, adviser=accounts.user(), organisation=accounts.organisation(), asked_at=NOW + timedelta(minutes=number)
        )
        if number in (0, 2):
            counts.append(_queries(client, url("need", need.pk)))
    assert counts[0] == counts[1]


def test_the_journey_costs_the_same_with_one_and_three_needs(client, signed_in):
    journey, director = signed_in
    adviser, counts = desk.adviser("automation", "hiring", "training", "quality"), []
    for number, subject in enumerate(("automation", "hiring", "training")):
        desk.taken(desk.need(journey, by=director, subject=subject), adviser)
        if number in (0, 2):
            counts.append(_queries(client, url("journey", journey.pk)))
    assert counts[0] == counts[1]
