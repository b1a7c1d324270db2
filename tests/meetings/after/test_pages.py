"""The pages of what came of the meetings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.models import Outcome, Slot
from ensembleur.meetings.queries.links import token_of
from tests.factories import accounts, meetings

pytestmark = pytest.mark.django_db


def at(name, *arguments):
    return reverse(f"meetings:{name}", args=arguments)


@pytest.fixture
def event():
    return meetings.event(state="day", by=accounts.person(accounts.Role.ADVISER, "95"))


def held(event, count=1):
    """Meetings of one buyer that took place this morning."""
    morning = timezone.now() - timedelta(hours=5)
    for slot in event.slots.all():
        starts = morning + slot.number * timedelta(minutes=20)
        Slot.objects.filter(pk=slot.pk).update(starts_at=starts, ends_at=starts + timedelta(minutes=20))
    buyer = meetings.registration(event, "A", siret="00000001800010")
    placed = [(meetings.meeting(buyer, meetings.registration(event, "B")), slot, "1") for slot in range(count)]
    meetings.version(event, placed, published=True)
    return buyer, [one for one, _slot, _table in placed]


def test_one_says_it_in_two_taps_keeps_a_note_and_comes_back_months_after(client, event):
    buyer, (met,) = held(event)
    client.get(at("open_link", token_of(meetings.first(buyer))))
    page, url = at("my_outcomes", event.slug), at("say_outcome", event.slug, met.pk)
    assert "Utile ?" in client.get(page).content.decode()
    client.post(url, {"useful": "yes"})
    text = client.get(page).content.decode()
    assert "Et ensuite ?" in text
    assert "Embauche" not in text
    client.post(url, {"step": "follow_up"})
    client.post(url, {"note": "Rappeler lundi"})
    text = client.get(page).content.decode()
    assert "Rappeler lundi" in text
    assert "siret=00000001800010" in text
    client.post(at("say_later", event.slug, met.pk), {"later": "signed"})
    client.post(at("say_later", event.slug, met.pk), {"later": "?"})
    outcome = Outcome.objects.get()
    assert (outcome.is_useful, outcome.next_step, outcome.later) == (True, "follow_up", "signed")
    answer = client.post(url, {"step": "party"}, follow=True)
    assert "Choisissez une des réponses" in answer.content.decode()
    assert client.post(at("say_outcome", event.slug, 0), {"useful": "yes"}).status_code == 404


def test_the_other_side_reads_neither_the_answer_nor_the_note(client, event):
    _buyer, (met,) = held(event)
    meetings.outcome(met, "A", note="Trop cher", is_useful=False)
    client.get(at("open_link", token_of(meetings.first(met.registration_b))))
    assert "Trop cher" not in client.get(at("my_outcomes", event.slug)).content.decode()
    client.force_login(event.organisers.get().user)
    assert "Trop cher" not in client.get(at("desk_after", event.slug)).content.decode()
    assert "Trop cher" not in client.get(at("desk_after_export", event.slug)).content.decode("utf-8-sig")


@pytest.mark.parametrize("count", [1, 3])
def test_my_list_costs_the_same_queries_whatever_its_length(client, event, count, django_assert_max_num_queries):
    buyer, _met = held(event, count)
    client.get(at("open_link", token_of(meetings.first(buyer))))
    with django_assert_max_num_queries(12):
        assert client.get(at("my_outcomes", event.slug)).status_code == 200


def test_the_organiser_reads_the_figures_of_both_sides(client, event):
    _buyer, found = held(event, 3)
    for met in found:
        meetings.outcome(met, "A")
    client.force_login(event.organisers.get().user)
    text = client.get(at("desk_after", event.slug)).content.decode()
    assert "inconnu (moins de 5 réponses)" in text
    assert "À recontacter" in text
    assert "Année par année" in text
    assert client.get(at("desk_after_export", event.slug)).content.decode("utf-8-sig").count("\r\n") == 4


def test_a_job_dating_asks_about_hirings(client):
    event = meetings.event("job_dating", state="day")
    buyer, _met = held(event)
    client.get(at("open_link", token_of(meetings.first(buyer))))
    meetings.outcome(_met[0], "A", next_step="")
    assert "Embauche" in client.get(at("my_outcomes", event.slug)).content.decode()
