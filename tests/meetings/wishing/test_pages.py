"""The pages of wishes: who comes and why to meet them, mine, and the organiser's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.models import Refusal, Wish
from ensembleur.meetings.queries.links import token_of
from tests.factories import accounts, meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(client):
    """An event in the time of wishes; the client holds the private link of a supplier that seeks sheet metal."""
    organiser = accounts.person(accounts.Role.ADVISER, "95")
    event = meetings.event(state="wishes", by=organiser)
    me = meetings.registration(event, "B", seeks="Tôlerie fine", offers="Usinage de précision", name="Notre atelier")
    client.get(reverse("meetings:open_link", args=[token_of(meetings.first(me))]))
    return event, me, organiser


def at(name, *arguments):
    return reverse(f"meetings:{name}", args=arguments)


def test_the_list_says_who_comes_and_why_to_meet_them(client, fair):
    event, _me, _organiser = fair
    meetings.registration(event, "A", name="Grande usine", offers="Découpe et tôlerie", seeks="usinages", headcount=300)
    meetings.registration(event, "A", name="Hors liste", is_listed=False)
    meetings.registration(event, "B", name="Un confrère")
    text = client.get(at("catalogue", event.slug)).content.decode()
    assert "Grande usine" in text
    assert "Proposés pour vous" in text
    assert "300 salariés (déclaré)" in text.replace("\u202f", " ").replace("&nbsp;", " ")
    assert "Hors liste" not in text
    assert "Un confrère" not in text


def test_the_filters_narrow_the_list(client, fair):
    event, _me, _organiser = fair
    meetings.registration(event, "A", name="Grande", headcount=300, sectors=["25"])
    meetings.registration(event, "A", name="Petite", headcount=10, commune="77284")
    for query, named in (
        ("taille=small", "Petite"),
        ("departement=95", "Grande"),
        ("q=petit", "Petite"),
        ("secteur=metal", "Grande"),
    ):
        rows = client.get(f"{at('catalogue', event.slug)}?{query}").context["rows"]
        assert [one.name for one, *_rest in rows] == [named] or (query.startswith("secteur") and len(rows) == 2), query


def test_who_declared_nothing_is_told_how_to_get_suggestions(client):
    event = meetings.event(state="wishes")
    me = meetings.registration(event, "B", seeks="", offers="")
    client.get(reverse("meetings:open_link", args=[token_of(meetings.first(me))]))
    assert "Dites ce que vous cherchez" in client.get(at("catalogue", event.slug)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_whatever_its_length(client, fair, count, django_assert_max_num_queries):
    event, _me, _organiser = fair
    for _ in range(count):
        meetings.registration(event, "A", offers="tôlerie")
    with django_assert_max_num_queries(22):
        client.get(at("catalogue", event.slug))


def test_a_wish_is_sent_answered_taken_back_from_the_pages(client, fair):
    event, me, _organiser = fair
    other = meetings.registration(event, "A")
    page = client.get(at("send_wish", event.slug, other.pk))
    assert "Demander un rendez-vous" in page.content.decode()
    client.post(at("send_wish", event.slug, other.pk), {"level": "must", "note": "Bonjour"})
    wish = Wish.objects.get()
    assert (wish.sender, wish.level) == (me, "must")
    assert "Changer votre demande" in client.get(at("send_wish", event.slug, other.pk)).content.decode()
    client.post(at("withdraw_wish", event.slug, wish.pk))
    wish.refresh_from_db()
    assert wish.state == "withdrawn"
    asked = meetings.wish(other, me, expires_at=timezone.now() + timedelta(days=3))
    assert "Ils demandent à vous rencontrer" in client.get(at("my_wishes", event.slug)).content.decode()
    assert client.post(at("answer_wish", event.slug, asked.pk)).status_code == 404
    client.post(at("answer_wish", event.slug, asked.pk), {"act": "must"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer_level) == ("accepted", "must")
    client.post(at("answer_wish", event.slug, asked.pk), {"act": "no"})
    asked.refresh_from_db()
    assert asked.state == "declined"
    assert "Accepter finalement" in client.get(at("my_wishes", event.slug)).content.decode()
    assert "ne se renvoie pas" not in client.get(at("send_wish", event.slug, other.pk)).content.decode()


def test_a_refused_sending_keeps_what_was_typed_and_says_why(client, fair):
    event, _me, _organiser = fair
    event.max_open_wishes = 0
    event.save()
    other = meetings.registration(event, "A")
    answer = client.post(at("send_wish", event.slug, other.pk), {"level": "like", "note": "Gardez ce mot"})
    assert answer.status_code == 400
    assert "Gardez ce mot" in answer.content.decode()
    assert "0 demandes sans réponse" in answer.content.decode()


def test_a_private_refusal_is_seen_by_its_author_alone(client, fair):
    event, me, organiser = fair
    other = meetings.registration(event, "A", name="Discrète")
    meetings.wish(other, me)
    client.post(at("never", event.slug, other.pk), {"act": "never"})
    assert Refusal.objects.get().of == other
    mine = client.get(at("my_wishes", event.slug)).content.decode()
    assert "Vous seuls voyez cette liste" in mine
    assert "Ils demandent à vous rencontrer.</strong>" not in client.get(at("catalogue", event.slug)).content.decode()
    client.force_login(organiser)
    for name in ("desk_wishes", "desk_participation"):
        arguments = [event.slug, other.pk] if name == "desk_participation" else [event.slug]
        text = client.get(at(name, *arguments)).content.decode()
        assert "jamais" not in text.lower(), name
    client.logout()
    client.get(reverse("meetings:open_link", args=[token_of(meetings.first(me))]))
    client.post(at("never", event.slug, other.pk), {"act": "lift"})
    assert not Refusal.objects.exists()


def test_a_group_is_named_for_a_visit(client):
    event = meetings.event("visits", state="wishes")
    school = meetings.registration(event, "B", people=0, origin="school")
    group = meetings.attendee(school, group_size=24, group_age=14, name="Quatrième B")
    site = meetings.registration(event, "A", people=2)
    meetings.visit(site, seats=24)
    client.get(reverse("meetings:open_link", args=[token_of(group)]))
    assert client.post(at("send_wish", event.slug, site.pk), {"level": "like"}).status_code == 400
    client.post(
        at("send_wish", event.slug, site.pk),
        {"level": "like", "group": group.pk, "named": meetings.first(site).pk, "rules": "on"},
    )
    assert Wish.objects.get().group == group


def test_after_the_time_of_wishes_the_pages_are_read_only(client, fair):
    event, me, _organiser = fair
    other = meetings.registration(event, "A")
    wish = meetings.wish(other, me)
    event.state = "timetable"
    event.save()
    assert "ne sont pas ouvertes" in client.get(at("catalogue", event.slug)).content.decode()
    assert "ne sont pas ouvertes" in client.get(at("send_wish", event.slug, other.pk)).content.decode()
    answer = client.post(at("answer_wish", event.slug, wish.pk), {"act": "like"}, follow=True)
    assert "Les vœux ne sont pas ouverts en ce moment : rien n&#x27;a changé." in answer.content.decode()


def test_the_organiser_sees_how_wishes_stand_and_takes_them_away_as_a_file(client, fair):
    event, me, organiser = fair
    other = meetings.registration(event, "A", name="=CMD()")
    meetings.wish(me, other, answer_level="must", state="accepted")
    meetings.wish(other, me)
    client.force_login(organiser)
    context = client.get(f"{at('desk_wishes', event.slug)}?q=cmd&etat=sent").context
    assert (context["total"], context["counted"].asked_most) == (1, [(me, 1)])
    text = client.get(at("desk_wishes_export", event.slug)).content.decode("utf-8-sig")
    assert text.count("\r\n") == 3
    assert "'=CMD()" in text
    assert client.get(f"{at('desk_wishes', event.slug)}?etat=rien").context["total"] == 2
