"""The pages of visits and of tours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ensembleur.meetings.models import Meeting, TourStop, VisitOffer, Wish
from ensembleur.meetings.queries.links import token_of
from tests.factories import meetings as make
from tests.meetings.visits import made

pytestmark = pytest.mark.django_db
VISIT = {
    "title": "La forge <b>", "summary": "", "seats": "15", "groups_at_once": "2", "min_age": "13", "max_age": "", "safety_rules": "Chaussures.",
    "address": "2 rue Fictive", "commune": "95018", "position": "48.9500, 2.2500",
}  # fmt: skip
STOP = {
    "name": "Lycée <b>", "address": "1 rue Fictive", "commune": "95018", "position": "", "registration": "",
    "arrives_at": "2027-01-12T09:00", "leaves_at": "2027-01-12T09:30",
}  # fmt: skip


def at(name, *arguments):
    return reverse(f"meetings:{name}", args=arguments)


def enter(client, person):
    client.get(at("open_link", token_of(person)))


def text_of(answer):
    return answer.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def at_time(monkeypatch, instant):
    monkeypatch.setattr(timezone, "now", lambda: instant)


# -- offers ------------------------------------------------------------------------------------------------------------
def test_a_site_describes_its_visit_and_is_told_how_many_guides_it_lacks(client):
    event = made.day()
    site = make.registration(event, "A")
    enter(client, make.first(site))
    assert "Décrire ma visite" in text_of(client.get(at("my_visits", event.slug)))
    url = at("my_visit", event.slug)
    assert client.get(url).status_code == 200
    for wrong in ({"position": "ici"}, {"position": "99, 2"}, {"commune": "Nulle part"}, {"safety_rules": ""}, {"max_age": "12"}):
        assert client.post(url, VISIT | wrong).status_code == 400, wrong
    text = text_of(client.post(url, VISIT, follow=True))
    assert "Il manque 1 guide" in text
    offer = VisitOffer.objects.get()
    assert (offer.longitude, offer.latitude, offer.step_free) == (2.25, 48.95, False)
    shown = client.get(url).context["form"].initial
    assert (shown["commune"], shown["position"]) == ("Argenteuil", "48.95, 2.25")
    client.post(url, VISIT | {"commune": "Argenteuil", "position": ""})
    assert client.get(url).context["form"].initial["position"] == ""


def test_a_school_describes_no_visit(client):
    event = made.day()
    enter(client, make.first(made.school(event)))
    assert client.get(at("my_visit", event.slug)).status_code == 404
    assert "Voir les sites" in text_of(client.get(at("my_visits", event.slug)))


def test_anyone_reads_the_visits_without_who_receives(client):
    event = made.day()
    assert "Aucune visite" in text_of(client.get(at("visit_offers", event.slug)))
    assert "s'afficheront ici" in text_of(client.get(at("event", event.slug)))
    site = made.site(event, title="La forge <b>", max_age=18)
    made.site(event, title="Le four")
    VisitOffer.objects.filter(title="Le four").update(longitude=None, latitude=None)
    hidden = made.site(event, title="Cachée")
    hidden.is_listed = False
    hidden.save()
    for name in ("visit_offers", "event"):
        text = text_of(client.get(at(name, event.slug)))
        assert "La forge &lt;b&gt;" in text
        assert "Argenteuil" in text
        assert make.first(site).name not in text
        assert "Cachée" not in text
    features = client.get(at("visit_points", event.slug)).json()["features"]
    assert [one["properties"]["detail"] for one in features] == ["De 13 à 18 ans"]
    VisitOffer.objects.update(max_age=None)
    (one,) = client.get(at("visit_points", event.slug)).json()["features"]
    assert one["properties"]["detail"] == "À partir de 13 ans"


@pytest.mark.parametrize("count", [1, 3])
def test_the_public_list_costs_the_same_queries_whatever_its_length(client, count, django_assert_num_queries):
    event = made.day()
    for _ in range(count):
        made.site(event)
    with django_assert_num_queries(4):
        client.get(at("visit_offers", event.slug))


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_queries_whatever_its_length(client, count, django_assert_max_num_queries):
    event = made.day()
    for _ in range(count):
        made.site(event)
    client.force_login(made.lead(event))
    with django_assert_max_num_queries(14):
        assert len(client.get(at("desk_visits", event.slug)).context["rows"]) == count


def test_the_organiser_describes_a_visit_for_a_site_and_takes_the_list_away(client):
    event = made.day()
    client.force_login(made.lead(event))
    assert "Aucun site inscrit" in text_of(client.get(at("desk_visits", event.slug)))
    site = make.registration(event, "A", name="=1+1")
    assert "pas décrite" in text_of(client.get(at("desk_visits", event.slug)))
    page = at("desk_visit", event.slug, site.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, VISIT | {"groups_at_once": "1"}).status_code == 302
    assert "Complet" in text_of(client.get(at("desk_visits", event.slug)))
    make.registration(event, "A", name="Sans offre")
    text = client.get(at("desk_visits_export", event.slug)).content.decode("utf-8-sig")
    assert "'=1+1;La forge <b>;15;1;1;13" in text
    assert text.count("\r\n") == 3
    event.state = "closed"
    event.save()
    assert "terminé" in text_of(client.post(page, VISIT))


# -- requests ----------------------------------------------------------------------------------------------------------
def test_the_safety_rules_are_read_before_a_visit_is_asked_for(client):
    event = made.day()
    site, school = made.site(event, safety_rules="Cheveux attachés."), made.school(event)
    group = school.attendees.get()
    enter(client, group)
    page = at("send_wish", event.slug, site.pk)
    assert "Cheveux attachés." in text_of(client.get(page))
    asked = {"level": "like", "group": group.pk}
    assert client.post(page, asked).status_code == 400
    assert not Wish.objects.exists()
    client.post(page, asked | {"rules": "on"})
    assert Wish.objects.get().group == group
    VisitOffer.objects.update(seats=3)
    assert "3 personnes par groupe et le vôtre en compte 12" in text_of(client.post(page, asked | {"rules": "on"}))


# -- confirmations and presence ----------------------------------------------------------------------------------------
def test_both_sides_confirm_in_one_click_and_the_site_says_how_many_came(client, monkeypatch):
    visit = made.told()
    event = visit.event
    at_time(monkeypatch, made.days(1))
    act = at("my_visit_act", event.slug, visit.pk)
    for person in (make.first(visit.registration_a), make.first(visit.registration_b)):
        enter(client, person)
        assert "Confirmer cette visite" in text_of(client.get(at("my_visits", event.slug)))
        assert "La visite est confirmée" in text_of(client.post(act, {"act": "confirm"}, follow=True))
    visit.refresh_from_db()
    assert None not in (visit.confirmed_a_at, visit.confirmed_b_at)
    assert "Consignes de sécurité" in text_of(client.get(at("my_visits", event.slug)))
    assert client.post(act, {"act": "came", "came": "3"}).status_code == 403  # the school does not count for the site
    enter(client, make.first(visit.registration_a))
    assert "pas commencé" in text_of(client.post(act, {"act": "came", "came": "3"}, follow=True))
    at_time(monkeypatch, make.OPENING + timedelta(hours=8))
    enter(client, make.first(visit.registration_a))  # the session of the month before is over
    assert "de 0 à 400" in text_of(client.post(act, {"act": "came", "came": "beaucoup"}, follow=True))
    assert "11 élèves venus sur 12" in text_of(client.post(act, {"act": "came", "came": "11"}, follow=True))


def test_the_organiser_confirms_for_either_and_sees_who_came(client, monkeypatch):
    visit = made.told()
    event = visit.event
    client.force_login(made.lead(event))
    at_time(monkeypatch, made.days(1))
    page, act = at("desk_planned", event.slug), at("desk_visit_act", event.slug, visit.pk)
    assert "1 visite planifiée" in text_of(client.get(page))
    for end in ("host", "group"):
        client.post(act, {"end": end})
    assert "1 confirmée des deux côtés" in text_of(client.get(page))
    at_time(monkeypatch, make.OPENING + timedelta(hours=8))
    client.force_login(made.lead(event))  # the session of the month before is over
    client.post(act, {"act": "came", "came": "9"})
    assert "9 élèves venus" in text_of(client.get(page))
    Meeting.objects.update(state="cancelled")
    assert "Annulée" in text_of(client.get(page))


def test_a_visit_of_others_is_not_found_and_nothing_planned_says_where_to_go(client):
    visit = made.told()
    enter(client, make.first(made.school(visit.event)))
    assert client.post(at("my_visit_act", visit.event.slug, visit.pk), {"act": "confirm"}).status_code == 404
    event = made.day()
    client.force_login(made.lead(event))
    assert "Aucune visite planifiée" in text_of(client.get(at("desk_planned", event.slug)))


@pytest.mark.parametrize("count", [1, 3])
def test_my_visits_cost_the_same_queries_whatever_their_number(client, count, django_assert_num_queries):
    event = made.day("published")
    school = made.school(event)
    planned = [(make.meeting(made.site(event), school), slot, "") for slot in range(count)]
    version = make.version(event, published=True)
    for meeting, slot, _code in planned:
        version.placements.create(
            meeting=meeting, slot=slot, attendee_a=make.first(meeting.registration_a), attendee_b=make.first(school)
        )
    enter(client, make.first(school))
    client.get(at("my_visits", event.slug))
    with django_assert_num_queries(6):
        assert len(client.get(at("my_visits", event.slug)).context["visits"]) == count


# -- tours -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def tour():
    return make.event("tour", slots=0, tables=0, max_people=30)


def test_the_organiser_writes_the_way_of_the_bus(client, tour):
    client.force_login(made.lead(tour))
    desk = at("desk_stops", tour.slug)
    assert "pas d'étape" in text_of(client.get(desk))
    new = at("desk_new_stop", tour.slug)
    assert client.get(new).status_code == 200
    assert client.post(new, STOP | {"leaves_at": "2027-01-12T08:00"}).status_code == 400
    assert client.post(new, STOP | {"name": ""}).status_code == 400
    client.post(new, STOP)
    client.post(new, STOP | {"name": "Deux", "arrives_at": "2027-01-12T10:00", "leaves_at": "2027-01-12T10:30"})
    first, second = TourStop.objects.order_by("number")
    assert first.arrives_at == datetime(2027, 1, 12, 8, tzinfo=UTC)
    assert "Lycée &lt;b&gt;" in text_of(client.get(desk))
    page = at("desk_stop", tour.slug, first.pk)
    assert 'value="2027-01-12T09:00"' in text_of(client.get(page))
    assert client.post(page, STOP | {"commune": "Argenteuil"}).status_code == 302
    order = at("desk_stop_order", tour.slug, first.pk)
    client.post(order, {"act": "later"})
    assert [one.name for one in TourStop.objects.order_by("number")] == ["Deux", "Lycée <b>"]
    TourStop.objects.filter(pk=second.pk).update(longitude=9)
    assert "vol d'oiseau" in text_of(client.post(order, {"act": "earlier"}, follow=True))
    client.post(at("desk_stop", tour.slug, second.pk), {"act": "remove"})
    assert [one.name for one in TourStop.objects.all()] == ["Lycée <b>"]
    tour.state = "closed"
    tour.save()
    assert "terminé" in text_of(client.post(page, {"act": "remove"}))


def test_anyone_finds_the_bus_by_departement_and_month(client, tour, monkeypatch):
    at_time(monkeypatch, make.NOW)
    assert "annoncées" in text_of(client.get(at("tours")))
    make.stop(tour, name="À Argenteuil")
    make.stop(tour, 2, name="À Meaux", commune="77284", longitude=None, latitude=None)
    later = make.event(
        "tour", slots=0, tables=0, state="published", starts_on=make.DAY.replace(month=2), ends_on=make.DAY.replace(month=2)
    )
    TourStop.objects.create(
        event=later, number=1, name="En février", address="1 rue Fictive", commune="95018", longitude=2.2, latitude=48.9,
        arrives_at=make.OPENING.replace(month=2), leaves_at=make.OPENING.replace(month=2),
    )  # fmt: skip
    for state in ("draft", "cancelled"):
        make.stop(make.event("tour", slots=0, tables=0, state=state), name="Caché")
    for query, found in (
        ("", ["À Argenteuil", "À Meaux", "En février"]),
        ("departement=77", ["À Meaux"]),
        ("mois=2027-02", ["En février"]),
        ("departement=95&mois=2027-01", ["À Argenteuil"]),
        ("departement=99&mois=zz", ["À Argenteuil", "À Meaux", "En février"]),
    ):
        answer = client.get(f"{at('tours')}?{query}")
        assert [one.stop.name for one, _opens in answer.context["rows"]] == found
        shown = client.get(f"{at('tour_points')}?{query}").json()["features"]
        assert [one["properties"]["name"] for one in shown] == [name for name in found if name != "À Meaux"]
    text = text_of(client.get(at("tours")))
    assert "30 places" in text
    assert "Inscription fermée en ligne" in text
    assert "sans limite" in text


def test_the_page_of_a_tour_gives_its_stops_and_how_to_register(client, tour, monkeypatch):
    at_time(monkeypatch, make.NOW)
    assert "pas encore connues" in text_of(client.get(at("tour_stops", tour.slug)))
    site = make.registration(tour, "A", name="Usine fictive")
    make.stop(tour, name="Chez nous", registration=site)
    group = make.registration(tour, "B", people=0)
    make.attendee(group, group_size=29)
    for name in ("tour_stops", "event"):
        text = text_of(client.get(at(name, tour.slug)))
        assert "Chez nous" in text
        assert "Usine fictive" in text
    assert "complet" in text_of(client.get(at("tour_stops", tour.slug)))
    (one,) = client.get(f"{at('tour_points')}?de={tour.slug}").json()["features"]
    assert one["properties"]["detail"].startswith("12")


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_queries_whatever_its_length(client, count, django_assert_num_queries, monkeypatch):
    at_time(monkeypatch, make.NOW)
    for _ in range(count):
        make.stop(make.event("tour", slots=0, tables=0))
    with django_assert_num_queries(6):
        assert len(client.get(at("tours")).context["rows"]) == count
