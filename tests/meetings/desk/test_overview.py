"""What the desk says of an event, and the one thing it asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ensembleur.meetings.choices import EventState, WishState
from ensembleur.meetings.models import Attendee, Event, Place, Refusal
from ensembleur.meetings.queries.next_action import next_action
from ensembleur.meetings.queries.overview import LISTS, lists_of, overview_of, recommended_tables
from ensembleur.meetings.services.attending import cancel_registration
from tests.factories import meetings as made

pytestmark = pytest.mark.django_db
NOW = made.NOW
EVE, MORNING = datetime(2027, 1, 11, 9, tzinfo=UTC), datetime(2027, 1, 12, 8, tzinfo=UTC)
AFTER = MORNING + timedelta(days=1)


def asked(event, now=NOW):
    return next_action(overview_of(Event.objects.get(pk=event.pk)), now)


def names(event, name):
    return [part.pk for part in overview_of(event).listed(name)]


def test_the_margin_is_meetings_over_slots_plus_ten_to_twenty_per_cent():
    assert recommended_tables(6457, 24) == (296, 323)
    assert recommended_tables(0, 24) is None
    assert recommended_tables(100, 0) is None


def test_figures_count_people_and_participations_by_side_and_status():
    event = made.event(slots=6, tables=4)
    Place.objects.filter(event=event, code="1").update(closed_slots=[0, 1])
    buyer = made.registration(event, "A", people=2, seeks="", offers="")
    made.registration(event, "B", status="requested")
    made.registration(event, "B", status="waiting")
    made.registration(event, "B", status="refused")
    made.attendee(buyer, is_interpreter=True)
    overview = overview_of(event)
    a, b = overview.sides()
    assert (a.accepted, a.people, a.blank, b.requested, b.waiting, b.accepted) == (1, 2, 1, 1, 1, 0)
    assert (overview.people, overview.capacity, overview.covered) == (2, 22, 0.0)
    assert overview_of(made.event()).covered is None


def test_expected_meetings_are_those_selected_else_the_wishes_that_may_become_one():
    event = made.event()
    buyer, one, two = made.registration(event, "A"), made.registration(event), made.registration(event)
    made.wish(one, buyer, "accepted")
    made.wish(two, buyer)
    assert overview_of(event).expected == 1
    event.asks_both = False
    assert overview_of(event).expected == 2
    for _rank in range(3):
        made.meeting(buyer, one)
    made.meeting(buyer, one, state="cancelled")
    assert overview_of(event).expected == 3


def test_each_list_holds_those_it_names():
    event = made.event(slots=2, max_open_wishes=1)
    alone, blank = made.registration(event, "A"), made.registration(event, "A", seeks="", offers="")
    wanted = made.registration(event, "A")
    askers = [made.registration(event) for _rank in range(3)]
    for asker in askers:
        made.wish(asker, wanted)
    declined = made.registration(event)
    made.wish(declined, wanted, WishState.DECLINED)
    gone = made.registration(event)
    made.wish(gone, wanted, WishState.WITHDRAWN)
    asked_for, waits = made.registration(event, status="requested"), made.registration(event, status="waiting")
    assert names(event, "a-valider") == [asked_for.pk]
    assert names(event, "attente") == [waits.pk]
    assert names(event, "profils-vides") == [blank.pk]
    assert set(names(event, "sans-voeu")) == {alone.pk, blank.pk, gone.pk}
    assert names(event, "sans-suite") == [declined.pk]
    assert names(event, "reponses") == [wanted.pk]
    assert names(event, "tres-demandes") == [wanted.pk]  # three wishes for two slots
    assert set(names(event, "plafond")) == {asker.pk for asker in askers}
    assert names(event, "peu-de-rendez-vous") == []


def test_absences_take_slots_away_from_who_is_asked_for():
    event = made.event(slots=2)
    wanted = made.registration(event, "A")
    for _rank in range(2):
        made.wish(made.registration(event), wanted)
    assert names(event, "tres-demandes") == []
    Attendee.objects.filter(registration=wanted).update(absent_slots=[1])
    assert names(event, "tres-demandes") == [wanted.pk]


def test_a_private_refusal_changes_nothing_of_what_the_desk_says():
    event = made.event()
    one, other = made.registration(event, "A"), made.registration(event)
    before = overview_of(event)
    Refusal.objects.create(by=one, of=other, at=NOW)
    assert overview_of(event) == before


def test_who_has_few_meetings_is_read_from_the_published_timetable_else_from_the_last():
    event = made.event()
    buyer, one, two = made.registration(event, "A"), made.registration(event), made.registration(event)
    met = [made.meeting(buyer, other) for other in (one, one, two)]
    made.version(event, [(met[0], 0, "1"), (met[1], 1, "1"), (met[2], 2, "1")])
    assert set(names(event, "peu-de-rendez-vous")) == {one.pk, two.pk}
    version = made.version(event, [(met[0], 0, "1")], published=True)
    version.placements.create(meeting=met[1], slot=None, attendee_a=made.first(buyer), attendee_b=made.first(one))
    made.version(event)
    overview = overview_of(event)
    assert (overview.version, overview.unplaced) == (version, 1)
    assert len(overview.listed("peu-de-rendez-vous")) == 3


def test_awaited_answers_are_counted_by_the_age_of_the_oldest():
    event = made.event()
    for days in (1, 4, 9, 2):
        made.wish(made.registration(event), made.registration(event, "A"), sent_at=NOW - timedelta(days=days))
    overview = overview_of(event)
    assert [count for _label, count in overview.answers_by_age(NOW)] == [2, 1, 1]
    assert overview.open_answers == 4


def test_a_tour_has_no_list_of_wishes():
    assert lists_of(made.event("tour")) == ["a-valider", "attente"]
    assert lists_of(made.event()) == list(LISTS)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_queries_whatever_the_size(count, django_assert_num_queries):
    event = made.event(state=EventState.WISHES)
    buyers = [made.registration(event, "A", people=2) for _rank in range(count)]
    for buyer in buyers:
        made.wish(made.registration(event), buyer)
    made.version(event, [(made.meeting(buyer, made.registration(event)), 0, str(rank)) for rank, buyer in enumerate(buyers, 1)])
    event = Event.objects.select_related("published_version").get(pk=event.pk)
    with django_assert_num_queries(10):
        overview_of(event)


# -- the one thing to do -----------------------------------------------------------------------------------------------
def test_a_draft_asks_for_its_dates_its_slots_then_to_open():
    past = asked(made.event(state=EventState.DRAFT), AFTER + timedelta(days=1))
    assert (past.page, past.title) == ("desk_event", "Changez les dates")
    assert asked(made.event(state=EventState.DRAFT, slots=0)).page == "desk_slots"
    assert asked(made.event(state=EventState.DRAFT)).to == EventState.REGISTRATION
    tour = made.event("tour", EventState.DRAFT, slots=0)
    assert asked(tour).page == "desk_stops"
    made.stop(tour)
    assert asked(tour).to == EventState.REGISTRATION


def test_registrations_are_awaited_validated_chased_then_wishes_open():
    event = made.event()
    assert asked(event).page == "event"
    waits = made.registration(event, status="requested")
    assert (asked(event).title, asked(event).page) == ("Validez 1 inscription", "desk_people")
    waits.delete()
    blank = made.registration(event, seeks="", offers="")
    assert asked(event).list == "profils-vides"
    blank.offers = "Usinage"
    blank.save()
    assert (asked(event).to, asked(event).why) == (EventState.WISHES, "Les inscriptions restent ouvertes pendant les vœux.")
    Event.objects.filter(pk=event.pk).update(registration_closes_at=NOW)
    assert asked(event).why == "Les inscriptions sont closes."
    event.slots.all().delete()
    assert asked(event).page == "desk_slots"


def test_a_tour_goes_from_registrations_to_its_publication():
    tour = made.event("tour")
    made.registration(tour, seeks="", offers="")
    assert asked(tour).page == "desk_stops"
    made.stop(tour)
    assert asked(tour).to == EventState.PUBLISHED


def test_wishes_are_validated_then_the_lonely_are_called_the_slow_chased_and_wishes_closed():
    event = made.event(state=EventState.WISHES, wishes_close_at=NOW + timedelta(days=3))
    buyer, other = made.registration(event, "A"), made.registration(event)
    assert (asked(event).list, asked(event).title) == ("sans-voeu", "Appelez 2 participants sans vœu")
    waits = made.registration(event, status="requested")
    assert asked(event).page == "desk_people"
    waits.delete()
    wish = made.wish(other, buyer)
    assert asked(event).list == "reponses"
    wish.state, wish.answered_at = WishState.ACCEPTED, NOW
    wish.save()
    assert asked(event).to == EventState.TIMETABLE
    assert "24 novembre" in asked(event).why.replace("\u00a0", " ")
    assert asked(event, NOW + timedelta(days=4)).title == "Fermez les vœux"
    Event.objects.filter(pk=event.pk).update(wishes_close_at=None)
    assert "se ferment" not in asked(event).why


def test_a_timetable_asks_for_tables_a_computation_a_publication_then_to_be_announced():
    event = made.event(state=EventState.TIMETABLE, tables=0)
    assert asked(event).page == "desk_places"
    Place.objects.create(event=event, code="1")
    assert asked(event).title == "Calculez le planning"
    computing = made.computation(event)
    assert asked(event).title == "Un planning est en cours de calcul"
    computing.delete()
    made.version(event)
    assert asked(event).title == "Relisez et publiez le planning"
    made.version(event, published=True)
    assert asked(event).to == EventState.PUBLISHED


def test_once_published_changes_are_decided_the_few_warned_and_the_day_opened_on_its_eve():
    event = made.event(state=EventState.PUBLISHED)
    version = made.version(event, published=True)
    assert (asked(event).title, asked(event).page, asked(event).to) == ("Tout est prêt", "", "")
    made.registration(event)
    assert asked(event).list == "peu-de-rendez-vous"
    assert asked(event, EVE).to == EventState.DAY
    change = made.proposal(version)
    assert asked(event).page == "desk_day"
    change.delete()
    assert asked(made.event("tour", EventState.PUBLISHED)).title == "Tout est prêt"


@pytest.mark.parametrize("state", [EventState.PUBLISHED, EventState.DAY])
def test_who_gives_up_once_the_timetable_is_told_is_the_next_thing_to_see_to(state):
    event = made.event(state=state)
    buyer, supplier = made.registration(event, "A"), made.registration(event, "B")
    met = made.meeting(buyer, supplier)
    made.version(event, [(met, 1, "1")], published=True)
    cancel_registration(registration=supplier, by=made.first(supplier), now=MORNING)
    assert asked(event, MORNING).title == "1 personne s'est désistée et a encore des rendez-vous"
    assert asked(event, MORNING).page == "desk_day"
    assert "désistée" not in asked(event, AFTER).title


def test_the_day_welcomes_decides_follows_then_closes():
    event = made.event(state=EventState.DAY)
    person = made.first(made.registration(event))
    assert asked(event, MORNING).title == "1 personne est attendue"
    change = made.proposal(made.version(event, published=True))
    assert asked(event, MORNING).label == "Lire et décider"
    change.delete()
    Attendee.objects.filter(pk=person.pk).update(arrived_at=MORNING)
    assert asked(event, MORNING).title == "Tout le monde est là"
    assert asked(event, AFTER).to == EventState.CLOSED


def test_afterwards_outcomes_are_chased_and_a_cancelled_event_asks_for_nothing():
    event = made.event(state=EventState.CLOSED)
    met = made.meeting(made.registration(event, "A"), made.registration(event))
    assert asked(event).title == "1 rendez-vous sans suite connue"
    made.outcome(met)
    assert asked(event).title == "L'événement est terminé"
    assert asked(made.event(state=EventState.CANCELLED)).page == ""
