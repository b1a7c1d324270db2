"""The pages of the calendar, of the desk and of the settings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.meetings.choices import EventState
from ensembleur.meetings.models import Event, Organiser
from tests.factories import accounts, sites
from tests.factories import meetings as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return accounts.person(Role.ADVISER, "95")


@pytest.fixture
def desk(client, adviser):
    client.force_login(adviser)
    return client


@pytest.fixture
def event(adviser):
    return made.event(by=adviser)


def url(name, event, *more):
    return reverse(f"meetings:{name}", args=[event.slug, *more])


def soon(**fields):
    day = timezone.localdate() + timedelta(days=30)
    return made.event(starts_on=day, ends_on=day, **fields)


# -- public ------------------------------------------------------------------------------------------------------------
def test_the_calendar_shows_what_is_announced_by_kind_and_place_and_folds_the_past(client):
    forum, visits, draft = soon(title="Forum A"), soon(kind="visits", title="Visites B", commune="93066"), soon(state="draft")
    old = timezone.localdate() - timedelta(days=40)
    over = made.event(title="Ancien C", starts_on=old, ends_on=old, state="closed")
    made.event(title="Annulé D", starts_on=old, ends_on=old, state="cancelled")
    sites.commune("95018")
    answer = client.get(reverse("meetings:list"))
    assert [line["event"] for line in answer.context["coming"]] == [forum, visits]
    assert [line["event"] for line in answer.context["over"]] == [over]
    assert draft.title not in answer.text
    assert answer.context["coming"][0]["commune"] == "Argenteuil"
    for asked in ({"type": "visits"}, {"departement": "93"}):
        assert [line["event"] for line in client.get(reverse("meetings:list"), asked).context["coming"]] == [visits]
    unknown = client.get(reverse("meetings:list"), {"type": "x", "departement": "2A"})
    assert len(unknown.context["coming"]) == 2


def test_an_empty_calendar_says_so(client):
    assert "Aucun événement à venir ici" in client.get(reverse("meetings:list")).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_queries_whatever_its_length(client, count, django_assert_num_queries):
    for _rank in range(count):
        soon()
    with django_assert_num_queries(6):
        client.get(reverse("meetings:list"))


def test_the_map_holds_the_same_events_and_one_alone(client):
    forum, _nowhere = soon(), soon(longitude=None, latitude=None)
    cancelled = soon(state="cancelled")
    names = {
        one["properties"]["name"]: one["properties"]["tone"] for one in client.get(reverse("meetings:points")).json()["features"]
    }
    assert names == {forum.title: "plain", cancelled.title: "closed"}
    alone = client.get(reverse("meetings:points"), {"de": forum.slug}).json()["features"]
    assert [one["properties"]["url"] for one in alone] == [url("event", forum)]


def test_the_page_of_an_event_says_what_when_where_and_that_it_is_fictional(client):
    event = soon(summary="Venez.\n\nOn verra.", wishes_close_at=made.NOW, registration_closes_at=made.NOW + timedelta(days=900))
    answer = client.get(url("event", event))
    for words in (
        "Événement fictif",
        "Salle fictive, 1 rue Fictive",
        "<p>On verra.</p>",
        "mailto:contact@test.example",
        "Sous-traitant",
    ):
        assert words in answer.text
    assert answer.context["desk_url"] == ""


def test_a_draft_is_seen_by_its_organisers_alone(client, desk, event):
    Event.objects.filter(pk=event.pk).update(state="draft")
    assert desk.get(url("event", event)).context["desk_url"] == url("desk", event)
    desk.logout()
    assert client.get(url("event", event)).status_code == 404


def test_who_comes_is_led_to_their_day_rather_than_to_registering(client):
    event, person = soon(), accounts.user()
    made.registration(event, user=person)
    client.force_login(person)
    answer = client.get(url("event", event))
    assert answer.context["register_url"] == ""


def test_a_cancelled_event_says_so(client):
    assert "Cet événement est annulé" in client.get(url("event", soon(state="cancelled"))).text


# -- the desk ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["forum", "job_dating", "visits", "fair", "tour"])
@pytest.mark.parametrize("state", EventState.values)
def test_the_desk_opens_for_every_kind_in_every_state(desk, adviser, kind, state):
    event = made.event(kind, state, by=adviser, max_people=30)
    made.wish(made.registration(event), made.registration(event, "A"))
    answer = desk.get(url("desk", event))
    assert (answer.status_code, answer.text.count("<h1")) == (200, 1)
    assert answer.context["action"].title in answer.text.replace("&#x27;", "'")


def test_the_desk_moves_the_event_and_says_where_it_is(desk, event):
    answer = desk.post(url("desk_move", event), {"to": "wishes"}, follow=True)
    assert "L&#x27;événement en est maintenant à : Vœux." in answer.text
    assert Event.objects.get(pk=event.pk).state == "wishes"


def test_a_refused_arrow_answers_with_its_sentence(desk, event):
    event.slots.all().delete()
    answer = desk.post(url("desk_move", event), {"to": "wishes"})
    assert answer.status_code == 422
    assert "pas de créneau" in answer.text
    assert "pas de créneau" in desk.get(url("desk", event)).text


def test_cancelling_asks_for_a_tick(desk, event):
    assert "Cochez la case" in desk.post(url("desk_move", event), {"to": "cancelled"}, follow=True).text
    assert Event.objects.get(pk=event.pk).state == "registration"
    desk.post(url("desk_move", event), {"to": "cancelled", "sure": "oui"})
    assert Event.objects.get(pk=event.pk).state == "cancelled"
    assert desk.get(url("desk", event)).context["rail"] == []


def test_staff_read_the_desk_and_move_nothing(client, event):
    person = accounts.user()
    made.staff(event, person)
    client.force_login(person)
    answer = client.get(url("desk", event))
    assert (answer.context["arrows"], answer.context["cancels"]) == ([], False)
    for to in ("wishes", "cancelled"):
        assert client.post(url("desk_move", event), {"to": to}).status_code == 403
    assert client.get(url("desk_event", event)).status_code == 403


def test_a_list_is_shown_and_exported_without_running_anything(desk, event):
    old, new = made.registration(event, "A", name="=2+3"), made.registration(event, "A", name="Acheteur fictif")
    for receiver, days in ((new, 1), (old, 9)):
        made.wish(made.registration(event), receiver, sent_at=made.NOW - timedelta(days=days))
    made.version(event)
    answer = desk.get(url("desk_list", event, "reponses"))
    assert [row["part"].name for row in answer.context["rows"]] == ["=2+3", "Acheteur fictif"]
    lines = desk.get(url("desk_list", event, "reponses"), {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[1] == "'=2+3;Donneur d'ordres;Acceptée;1;0;1;1;2026-11-12;0;0"
    assert "depuis" in lines[0]
    assert "Personne dans cette liste" in desk.get(url("desk_list", event, "attente")).text
    assert desk.get(url("desk_list", event, "inconnue")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_queries_whatever_its_length(desk, event, count, django_assert_num_queries):
    for _rank in range(count):
        made.registration(event)
    desk.get(url("desk_list", event, "sans-voeu"))
    with django_assert_num_queries(14):
        desk.get(url("desk_list", event, "sans-voeu"))


def test_my_events_are_those_i_run_and_those_i_come_to(desk, adviser, event):
    comes, _other = made.event(), made.event()
    made.registration(comes, user=adviser)
    made.registration(event)
    answer = desk.get(reverse("meetings:mine"))
    assert [(line["event"], line["event"].live) for line in answer.context["runs"]] == [(event, 1)]
    assert [line["event"] for line in answer.context["comes"]] == [comes]


def test_my_events_are_empty_for_somebody_new(client):
    client.force_login(accounts.user())
    answer = client.get(reverse("meetings:mine"))
    assert "Aucune inscription avec ce compte" in answer.text
    assert "Créer un événement" not in answer.text


# -- setting an event --------------------------------------------------------------------------------------------------
GIVEN = {
    "kind": "forum", "title": "Forum fictif", "starts_on": "2027-03-02", "ends_on": "2027-03-02", "commune": "Argenteuil",
    "organised_by_name": "Organisme fictif",
}  # fmt: skip


def test_an_event_is_created_where_its_commune_is(desk):
    sites.commune("95018")
    assert desk.get(reverse("meetings:new_event")).status_code == 200
    answer = desk.post(reverse("meetings:new_event"), GIVEN)
    event = Event.objects.get(slug="forum-fictif")
    assert answer["Location"] == url("desk", event)
    assert (event.commune, round(event.longitude, 1), event.max_meetings) == ("95018", 2.2, 18)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"commune": "Atlantide"}, "Aucune commune de la région"),
        ({"ends_on": "2027-03-01"}, "vient avant le premier"),
        ({"title": "Nouveau"}, "ne peut pas servir d"),
        ({"kind": "bal"}, "bal"),
    ],
)
def test_what_keeps_an_event_from_being_created_is_said(desk, wrong, says):
    sites.commune("95018")
    answer = desk.post(reverse("meetings:new_event"), {**GIVEN, **wrong})
    assert answer.status_code == 400
    assert says in answer.text
    assert not Event.objects.exists()


def test_an_adviser_creates_no_event_elsewhere(desk):
    sites.commune("77284")
    assert desk.post(reverse("meetings:new_event"), {**GIVEN, "commune": "77100"}).status_code == 403


def settings_of(desk, event):
    """The form as it is shown, ready to be sent back."""
    form = desk.get(url("desk_event", event)).context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, datetime):
            value = value.strftime("%Y-%m-%dT%H:%M")
        if value not in (None, False):
            sent[bound.name] = value
    return sent


def test_the_settings_sent_back_unchanged_change_nothing(desk, adviser):
    sites.commune("95018")
    event = made.event(by=adviser, wishes_close_at=made.NOW, max_meetings=8)
    before = Event.objects.values().get(pk=event.pk)
    answer = desk.post(url("desk_event", event), settings_of(desk, event))
    assert answer.status_code == 302
    assert Event.objects.values().get(pk=event.pk) == before


def test_the_settings_change_and_a_refusal_stands_beside_its_field(desk, event):
    sites.commune("95018")
    sent = settings_of(desk, event)
    assert desk.post(url("desk_event", event), {**sent, "max_people": "40", "commune": "95100"}).status_code == 302
    assert Event.objects.get(pk=event.pk).max_people == 40
    answer = desk.post(url("desk_event", event), {**sent, "wishes_close_at": "2027-02-01T10:00"})
    assert answer.status_code == 400
    assert "wishes_close_at" in answer.context["form"].errors
    assert desk.post(url("desk_event", event), {**sent, "title": ""}).status_code == 400


def test_a_tour_has_no_rule_about_wishes(desk, adviser):
    form = desk.get(url("desk_event", made.event("tour", by=adviser))).context["form"]
    assert "asks_both" not in form.fields
    assert "answer_days" in form.fields


PATTERN = {"days": "2027-01-12", "first": "14:00", "minutes": "30", "gap": "5", "count": "2", "lunch_from": "", "lunch_to": ""}


def test_slots_are_previewed_then_added_then_replaced_then_removed(desk, event):
    page = url("desk_slots", event)
    assert len(desk.get(page).context["slots"]) == 6
    made.version(event)
    preview = desk.post(page, {**PATTERN, "act": "preview"})
    assert (preview.status_code, len(preview.context["preview"]), event.slots.count()) == (200, 2, 6)
    assert "1 brouillon de planning sera écarté" in preview.text
    desk.post(page, {**PATTERN, "act": "add"})
    assert event.slots.count() == 8
    desk.post(page, {**PATTERN, "act": "replace"})
    assert event.slots.count() == 2
    desk.post(page, {"act": "remove", "slot": ["0"]})
    assert [slot.starts_at.minute for slot in event.slots.all()] == [35]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"count": "63", "minutes": "5", "gap": "0"}, "63 créneaux"),
        ({"first": "09:05", "act": "add"}, "chevauchent"),
        ({"lunch_from": "12:00"}, "deux heures du déjeuner"),
        ({"lunch_from": "13:00", "lunch_to": "12:00"}, "finit avant de commencer"),
        ({"days": "2027-01-13"}, "2027-01-13"),
    ],
)
def test_slots_that_cannot_be_are_said(desk, event, wrong, says):
    answer = desk.post(url("desk_slots", event), {**PATTERN, "act": "preview", **wrong})
    assert answer.status_code == 400
    assert says in answer.text
    assert event.slots.count() == 6


def test_slots_that_stay_say_why(desk, event):
    made.version(event, published=True)
    assert "leurs horaires" in desk.get(url("desk_slots", event)).text
    assert "leurs horaires" in desk.post(url("desk_slots", event), {"act": "remove", "slot": ["0"]}, follow=True).text
    assert desk.post(url("desk_slots", event), {**PATTERN, "act": "replace"}).status_code == 422


def test_places_are_added_set_and_removed(desk, event):
    page = url("desk_places", event)
    assert desk.post(page, {"act": "add", "count": "300", "kind": "table", "first": "5"}).status_code == 302
    assert event.places.count() == 304
    again = desk.post(page, {"act": "add", "count": "1", "kind": "table", "first": "7"})
    assert (again.status_code, "« 7 » existe déjà" in again.text) == (400, True)
    assert desk.post(page, {"act": "add", "count": "x"}).status_code == 400
    one = event.places.first()
    sheet = url("desk_place", event, one.pk)
    assert desk.get(sheet).status_code == 200
    assert desk.post(sheet, {"code": "Scène", "kind": "room", "closed_slots": ["2"]}).status_code == 302
    one.refresh_from_db()
    assert (one.code, one.closed_slots, one.step_free) == ("Scène", [2], False)
    assert desk.post(sheet, {"code": "2", "kind": "room"}).status_code == 400
    assert desk.post(sheet, {"code": "", "kind": "room"}).status_code == 400
    desk.post(page, {"act": "remove", "place": [one.pk, "x"]})
    assert event.places.count() == 303
    assert "303 places retirées" in desk.post(page, {"act": "remove_all"}, follow=True).text
    assert "le calcul ne placera aucun rendez-vous" in desk.get(page).text
    assert "Aucune table ni salle" in desk.get(url("desk", event)).text


def test_the_recommended_number_of_tables_stands_beside(desk, event):
    buyer, supplier = made.registration(event, "A"), made.registration(event)
    for _rank in range(60):
        made.meeting(buyer, supplier)
    assert "11 à 12 pour 60 rendez-vous en 6 créneaux" in desk.get(url("desk_places", event)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_places_costs_the_same_queries_whatever_its_length(desk, adviser, count, django_assert_num_queries):
    event = made.event(by=adviser, tables=count)
    desk.get(url("desk_places", event))
    with django_assert_num_queries(11):
        desk.get(url("desk_places", event))


def test_organisers_are_named_and_leave(desk, adviser, event):
    page, other = url("desk_organisers", event), accounts.user(email="autre@test.example")
    assert desk.post(page, {"email": "autre@test.example", "role": "lead"}).status_code == 302
    assert desk.post(page, {"email": "rien@test.example", "role": "lead"}).status_code == 400
    assert desk.post(page, {"email": "x"}).status_code == 400
    own, named = (Organiser.objects.get(event=event, user=one) for one in (adviser, other))
    assert desk.post(page, {"organiser": own.pk})["Location"] == reverse("meetings:mine")
    desk.force_login(other)
    assert "dernière personne" in desk.post(page, {"organiser": named.pk}, follow=True).text
    assert desk.post(page, {"organiser": "x"}).status_code == 404
