"""The stops of the bus: in order, in time, and told when they move."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventKind
from ensembleur.meetings.models import Letter
from ensembleur.meetings.queries.tours import seats_left
from ensembleur.meetings.services import touring
from ensembleur.territory.models import Commune
from tests.factories import meetings as make
from tests.meetings.visits.made import NOW, lead

pytestmark = pytest.mark.django_db
HERE = {"longitude": 2.25, "latitude": 48.95}
FAR = {"longitude": 2.25, "latitude": 49.4}  # 50 km to the north


@pytest.fixture
def tour():
    return make.event(EventKind.TOUR, slots=0, tables=0, max_people=10)


def given(hours=0.0, minutes=30, **more):
    at = make.OPENING + timedelta(hours=hours)
    told = {"name": "Lycée fictif", "address": "1 rue Fictive", "commune": "95018", "registration": None, **HERE}
    return {**told, "arrives_at": at, "leaves_at": at + timedelta(minutes=minutes), **more}


def set_stop(tour, stop=None, **more):
    return touring.set_stop(event=tour, given=given(**more), stop=stop, by=lead(tour), now=NOW)


def names(tour):
    return list(tour.stops.order_by("number").values_list("number", "name"))


def test_stops_are_numbered_along_the_day_whatever_the_order_they_are_added_in(tour):
    for name, hours in (("Trois", 4), ("Un", 0), ("Deux", 2)):
        set_stop(tour, name=name, hours=hours)
    assert names(tour) == [(1, "Un"), (2, "Deux"), (3, "Trois")]
    set_stop(tour, stop=tour.stops.get(name="Un"), name="Un", hours=6)
    assert names(tour) == [(1, "Deux"), (2, "Trois"), (3, "Un")]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"minutes": -1}, "repartirait avant d'arriver"),
        ({"hours": 48}, "pas un jour de la tournée"),
        ({"hours": 0.25}, "Le bus quitte « Lycée fictif » à 9\xa0h\xa030"),
        ({"hours": 1, **FAR}, "50 km à vol d'oiseau : à 80 km/h il faut au moins 38 minutes"),
    ],
)
def test_hours_that_no_bus_can_keep_are_refused_in_one_sentence(tour, wrong, says):
    set_stop(tour)
    with pytest.raises(BadInput, match=says):
        set_stop(tour, **wrong)
    assert tour.stops.count() == 1


def test_a_leg_that_takes_just_the_time_is_kept_and_an_unknown_point_forbids_nothing(tour):
    set_stop(tour)
    set_stop(tour, hours=1.15, **FAR)
    nowhere = {"longitude": None, "latitude": None, "commune": "99999"}
    assert set_stop(tour, hours=1.7, **nowhere).longitude is None


def test_a_stop_without_point_stands_at_the_centre_of_its_commune(tour):
    centre = Commune.objects.get(code="95018")
    assert set_stop(tour, longitude=None, latitude=None).latitude == centre.lat


def test_a_stop_is_of_a_tour_that_is_not_over_and_of_its_sites(tour, monkeypatch):
    with pytest.raises(Refused, match="Seule une tournée"):
        set_stop(make.event())
    with pytest.raises(BadInput, match="site inscrit"):
        set_stop(tour, registration=make.registration(make.event(), "A"))
    monkeypatch.setattr(touring, "MOST_STOPS", 0)
    with pytest.raises(Refused, match="0 étapes"):
        set_stop(tour)
    tour.state = "closed"
    tour.save()
    with pytest.raises(Refused, match="terminé"):
        set_stop(tour)


def test_two_neighbours_exchange_their_hours_and_the_ends_of_the_way_stay(tour):
    one, other = set_stop(tour, name="Un"), set_stop(tour, name="Deux", hours=2, minutes=10)
    touring.swap_stops(stop=one, later=True, by=lead(tour), now=NOW)
    assert names(tour) == [(1, "Deux"), (2, "Un")]
    other.refresh_from_db()
    assert other.leaves_at - other.arrives_at == timedelta(minutes=30)
    touring.swap_stops(stop=other, later=False, by=lead(tour), now=NOW)
    assert names(tour) == [(1, "Deux"), (2, "Un")]


def test_those_who_travel_are_written_when_a_stop_moves_or_goes(tour):
    group = make.registration(tour, "B", people=2)
    make.registration(tour, "B", status="waiting")
    one, other = set_stop(tour, name="Un"), set_stop(tour, name="Deux", hours=2)
    set_stop(tour, stop=one, name="Un bis")
    assert not Letter.objects.exists()
    set_stop(tour, stop=one, name="Un", hours=0.5)
    assert {letter.attendee.registration for letter in Letter.objects.all()} == {group}
    assert "« Un » (12/01 9\xa0h\xa030) : change d'heure ou de lieu." in Letter.objects.first().body
    touring.remove_stop(stop=other, by=lead(tour), now=NOW + timedelta(hours=1))
    assert "n'est plus desservie" in Letter.objects.order_by("pk").last().body
    assert names(tour) == [(1, "Un")]


def test_free_seats_count_every_person_of_a_group(tour):
    group = make.registration(tour, "B", people=0)
    make.attendee(group, group_size=8)
    make.registration(tour, "B", status="waiting")
    open_to_all = make.event(EventKind.TOUR, slots=0, tables=0)
    assert seats_left([tour, open_to_all]) == {tour.pk: 2, open_to_all.pk: None}
    make.attendee(group, group_size=8)
    assert seats_left([tour]) == {tour.pk: 0}
