"""The pages of a fair."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.meetings.models import Booking, ProgrammeSession
from ensembleur.meetings.queries.links import token_of
from tests.factories import accounts, meetings

pytestmark = pytest.mark.django_db
TYPED = {"title": "Souder <b>", "language": "fr", "starts_at": "2027-01-12T10:00", "ends_at": "2027-01-12T10:45", "seats": "2"}


@pytest.fixture
def event():
    return meetings.event("fair", state="registration", by=accounts.person(accounts.Role.ADVISER, "95"))


def at(name, *arguments):
    return reverse(f"meetings:{name}", args=arguments)


def test_anyone_reads_the_programme_and_the_exhibitors(client, event):
    assert "pas encore connu" in client.get(at("programme", event.slug)).content.decode()
    meetings.session(event, title="Conférence", speakers="Personne inventée", seats=5)
    meetings.registration(event, "A", name="Exposant un")
    assert "5 places libres" in client.get(at("programme", event.slug)).content.decode()
    text = client.get(f"{at('exhibitors', event.slug)}?q=exposant").content.decode()
    assert "Exposant un" in text
    assert "Stand non attribué" in text
    assert "Aucun exposant" in client.get(f"{at('exhibitors', event.slug)}?q=zz").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_programme_costs_the_same_queries_whatever_its_length(client, event, count, django_assert_num_queries):
    for _ in range(count):
        meetings.session(event)
    with django_assert_num_queries(2):
        client.get(at("programme", event.slug))


def test_a_visitor_books_waits_and_gives_back(client, event):
    talk = meetings.session(event, seats=1)
    me = meetings.first(meetings.registration(event, "B"))
    client.get(at("open_link", token_of(me)))
    url = at("my_seat", event.slug, talk.pk)
    assert "Votre place est réservée" in client.post(url, {"act": "book"}, follow=True).content.decode()
    assert "Rendre ma place" in client.get(at("my_programme", event.slug)).content.decode()
    other = meetings.first(meetings.registration(event, "B"))
    client.get(at("open_link", token_of(other)))
    assert "Attendre une place" in client.get(at("my_programme", event.slug)).content.decode()
    assert "liste d&#x27;attente" in client.post(url, {"act": "book"}, follow=True).content.decode()
    assert "Votre place est rendue" in client.post(url, {"act": "cancel"}, follow=True).content.decode()
    event.state = "closed"
    event.save()
    assert "ne se réserve pas" in client.post(url, {"act": "book"}, follow=True).content.decode()


def test_the_organiser_writes_the_programme(client, event):
    client.force_login(event.organisers.get().user)
    assert "Le programme est vide" in client.get(at("desk_programme", event.slug)).content.decode()
    assert client.get(at("desk_new_session", event.slug)).status_code == 200
    typed = {**TYPED, "place": event.places.first().pk}
    assert client.post(at("desk_new_session", event.slug), {**typed, "ends_at": "2027-01-12T09:00"}).status_code == 400
    assert client.post(at("desk_new_session", event.slug), {**typed, "title": ""}).status_code == 400
    assert client.post(at("desk_new_session", event.slug), typed).status_code == 302
    talk = ProgrammeSession.objects.get()
    assert talk.starts_at.hour == 9  # ten in Paris
    text = client.get(at("desk_programme", event.slug)).content.decode()
    assert "Souder &lt;b&gt;" in text
    assert 'value="2027-01-12T10:00"' in client.get(at("desk_session", event.slug, talk.pk)).content.decode()
    booking = meetings.seat(talk, meetings.first(meetings.registration(event, "B", name="=1+1")))
    page = at("desk_bookings", event.slug, talk.pk)
    client.post(page, {"booking": booking.pk, "act": "came"})
    assert Booking.objects.get().attended_at
    assert "Corriger" in client.get(page).content.decode()
    assert "'=1+1" in client.get(at("desk_bookings_export", event.slug, talk.pk)).content.decode("utf-8-sig")
    client.post(at("desk_session", event.slug, talk.pk), {"act": "remove"})
    assert not ProgrammeSession.objects.exists()
