"""Sessions of a programme, seats, and who waits for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.models import Booking, Letter
from ensembleur.meetings.queries.programme import exhibitors_of, seats_of, stands_of
from ensembleur.meetings.services import attending, personal_data, programme
from tests.factories import meetings

NOW = meetings.NOW
pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return meetings.event("fair", state="registration")


def lead(event):
    return event.organisers.get().user


def settings(event, **more):
    room = event.places.first()
    given = {"title": "L'atelier connecté", "summary": "", "speakers": "", "language": "fr", "place": room, "seats": 1}
    return {**given, "starts_at": meetings.OPENING, "ends_at": meetings.OPENING + timedelta(minutes=30), **more}


def set_session(event, session=None, **more):
    return programme.set_session(event=event, settings=settings(event, **more), session=session, by=lead(event), now=NOW)


def book(session, person, now=NOW):
    return programme.book_seat(session=session, attendee=person, by=person, now=now)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ends_at": meetings.OPENING}, "finit avant"),
        ({"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}, "pas un jour"),
    ],
)
def test_a_session_stands_within_the_event(event, wrong, says):
    with pytest.raises(BadInput, match=says):
        set_session(event, **wrong)


def test_a_room_holds_one_session_at_a_time_and_is_one_of_the_event(event):
    held = set_session(event)
    with pytest.raises(BadInput, match="déjà dans cette salle"):
        set_session(event, starts_at=meetings.OPENING + timedelta(minutes=10))
    assert set_session(event, session=held, title="Autre titre").title == "Autre titre"
    with pytest.raises(BadInput, match="salle de cet événement"):
        set_session(event, place=meetings.event().places.first())


def test_a_programme_that_is_over_or_full_does_not_grow(event, monkeypatch):
    monkeypatch.setattr(programme, "MOST_SESSIONS", 0)
    with pytest.raises(Refused, match="0 séances"):
        set_session(event)
    event.state = "closed"
    event.save()
    with pytest.raises(Refused, match="terminé"):
        set_session(event)


def test_a_seat_is_booked_once_then_people_wait_and_the_first_has_the_seat_given_back(event):
    held = set_session(event)
    people = [meetings.first(meetings.registration(event, "B")) for _ in range(3)]
    states = [book(held, person).state for person in [*people, people[0]]]
    assert states == ["booked", "waiting", "waiting", "booked"]
    first = Booking.objects.get(attendee=people[0])
    for _twice in range(2):
        programme.cancel_booking(booking=first, by=people[0], now=NOW)
    assert [one.state for one in Booking.objects.order_by("pk")] == ["cancelled", "booked", "waiting"]
    letter = Letter.objects.get()
    assert letter.attendee == people[1]
    assert "vous y avez maintenant une place" in letter.body
    assert book(held, people[0]).state == "waiting"


def test_whoever_no_longer_comes_gives_their_seat_to_the_first_who_waits(event):
    held = set_session(event)
    parties = [meetings.registration(event, "B", people=2) for _ in range(4)]
    people = [meetings.first(party) for party in parties]
    for person in people:
        book(held, person)
    attending.cancel_registration(registration=parties[0], by=people[0], now=NOW)
    assert [one.state for one in Booking.objects.order_by("pk")] == ["cancelled", "booked", "waiting", "waiting"]
    attending.remove_person(attendee=people[1], by=people[1], now=NOW)
    personal_data.erase_attendee(attendee=people[2], by=people[2], now=NOW)
    assert Booking.objects.get(attendee=people[3]).state == "booked"
    personal_data.erase_attendee(attendee=people[3], by=people[3], now=held.ends_at)  # what was held stays counted
    assert Booking.objects.get(attendee=people[3]).state == "booked"


def test_more_seats_let_those_who_wait_in_and_fewer_than_booked_are_refused(event):
    held = set_session(event, seats=2)
    people = [meetings.first(meetings.registration(event, "B")) for _ in range(3)]
    for person in people:
        book(held, person)
    with pytest.raises(BadInput, match="2 places sont déjà réservées"):
        set_session(event, session=held, seats=1)
    set_session(event, session=held, seats=None)
    assert [seat.left for seat in seats_of(event, people[2])] == [None]
    assert seats_of(event, people[2])[0].booking.state == "booked"


def test_whoever_has_a_seat_is_written_when_the_hour_moves_or_the_session_goes(event):
    held = set_session(event)
    person = meetings.first(meetings.registration(event, "B"))
    book(held, person)
    set_session(event, session=held, starts_at=meetings.OPENING + timedelta(minutes=5))
    programme.remove_session(session=held, by=lead(event), now=NOW + timedelta(hours=1))
    assert ["change d'heure" in letter.body for letter in Letter.objects.all()] == [True, False]
    assert not event.sessions.exists()


def test_two_sessions_at_the_same_hour_are_not_both_booked(event):
    one, other = set_session(event), set_session(event, place=event.places.last(), title="En face")
    person = meetings.first(meetings.registration(event, "B"))
    book(one, person)
    with pytest.raises(Refused, match="annulez d'abord"):
        book(other, person)


def test_a_seat_asks_for_an_accepted_registration_and_a_session_to_come(event):
    held = set_session(event)
    waiting = meetings.first(meetings.registration(event, "B", status="waiting"))
    with pytest.raises(Refused, match="inscription acceptée"):
        book(held, waiting)
    with pytest.raises(Refused, match="commencé"):
        book(held, meetings.first(meetings.registration(event, "B")), now=held.starts_at)


def test_who_came_in_is_said_and_corrected(event):
    booking = book(set_session(event), meetings.first(meetings.registration(event, "B")))
    came = [
        programme.mark_attended(booking=booking, attended=attended, by=lead(event), now=NOW).attended_at
        for attended in (True, True, False)
    ]
    assert came == [NOW, NOW, None]


def test_an_exhibitor_is_found_at_the_stand_of_its_people(event):
    one = meetings.registration(event, "A", people=2)
    person = meetings.first(one)
    person.home = event.places.get(code="2")
    person.save()
    meetings.registration(event, "A", is_listed=False)
    assert [(found, stands_of(found)) for found in exhibitors_of(event)] == [(one, "2")]
