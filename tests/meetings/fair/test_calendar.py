"""The talks somebody has a seat in, in their calendar: read back by another parser than the one that writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ensembleur.meetings.choices import EventState
from ensembleur.meetings.models import Attendee, Letter
from ensembleur.meetings.queries.links import CALENDAR, token_of
from ensembleur.meetings.services import attending, programme
from ensembleur.meetings.services.events import move_event
from tests.factories import meetings
from tests.meetings.mine.made import NOW, events, parsed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


class Fair:
    """A talk of one seat, somebody who has it and somebody who waits for it."""

    def __init__(self) -> None:
        self.event = meetings.event("fair", state="registration")
        self.lead = self.event.organisers.get().user
        self.talk = meetings.session(self.event, seats=1, speakers="Personne inventée")
        self.me, self.next = (meetings.first(meetings.registration(self.event, "B")) for _ in range(2))
        for person in (self.me, self.next):
            self.book(person)

    def book(self, person: Attendee) -> None:
        programme.book_seat(session=self.talk, attendee=person, by=person, now=NOW)

    def give_back(self, person: Attendee, *, now=LATER) -> None:
        programme.cancel_booking(booking=person.bookings.get(), by=person, now=now)

    def told(self, client, person: Attendee):
        """(status, sequence, title) of each event of the private address of their calendar; the file one takes says the same."""
        person = Attendee.objects.select_related("registration__event").get(pk=person.pk)
        answer = client.get(reverse("meetings:calendar", args=[token_of(person, CALENDAR)]))
        client.get(reverse("meetings:open_link", args=[token_of(person)]))
        assert answer.content == client.get(reverse("meetings:my_agenda_file", args=[self.event.slug])).content
        found = events(answer.content)
        assert set(found) <= {f"{seat.uid}@ensembleur" for seat in person.bookings.all()}
        return [(one.status.value, int(one.sequence.value), one.summary.value) for one in found.values()]


@pytest.fixture
def fair():
    return Fair()


def letter(person):
    """The calendar of their last letter: its method, and (status, sequence)."""
    kept = Letter.objects.filter(attendee=person).latest("written_at", "pk")
    (one,) = events(kept.calendar).values()
    return kept.calendar_method, parsed(kept.calendar).method.value, one.status.value, int(one.sequence.value)


def test_a_talk_where_one_has_a_seat_is_in_the_file_and_at_the_address_and_one_waited_for_is_not(client, fair):
    assert fair.told(client, fair.me) == [("CONFIRMED", 0, "Conférence fictive")]
    assert fair.told(client, fair.next) == []
    (one,) = events(client.get(reverse("meetings:calendar", args=[token_of(fair.me, CALENDAR)])).content).values()
    assert (one.dtstart.value, one.dtend.value) == (fair.talk.starts_at, fair.talk.ends_at)
    assert one.location.value == "Table 1, Salle fictive, 1 rue Fictive"
    assert one.description.value.startswith("Personne inventée\n")


def test_a_seat_given_back_is_cancelled_under_a_greater_number_and_one_taken_again_holds_under_another(client, fair):
    fair.give_back(fair.me)
    assert fair.told(client, fair.me) == [("CANCELLED", 1, "Sans vous : Conférence fictive")]
    assert fair.told(client, fair.next) == [("CONFIRMED", 0, "Conférence fictive")]
    assert letter(fair.next) == ("REQUEST", "REQUEST", "CONFIRMED", 0)
    fair.book(fair.me)  # waits again
    assert fair.told(client, fair.me) == []
    fair.give_back(fair.next)
    assert fair.told(client, fair.me) == [("CONFIRMED", 2, "Conférence fictive")]


def test_a_seat_that_a_letter_brought_leaves_by_a_letter(client, fair):
    fair.give_back(fair.me)
    assert not Letter.objects.filter(attendee=fair.me).exists()  # no letter had brought it
    fair.give_back(fair.next, now=LATER + timedelta(minutes=1))
    assert letter(fair.next) == ("CANCEL", "CANCEL", "CANCELLED", 1)


def test_a_seat_waited_for_and_given_back_was_in_no_calendar(client, fair):
    fair.give_back(fair.next)
    assert fair.told(client, fair.next) == []


def test_a_talk_that_moves_keeps_its_identity_under_a_greater_number(client, fair):
    given = {name: getattr(fair.talk, name) for name in programme.SETTINGS}
    who = {"event": fair.event, "session": fair.talk, "by": fair.lead, "now": LATER}
    programme.set_session(**who, settings={**given, "title": "Autre titre"})
    assert fair.told(client, fair.me) == [("CONFIRMED", 0, "Autre titre")]
    programme.set_session(**who, settings={**given, "starts_at": fair.talk.starts_at + timedelta(minutes=5)})
    assert fair.told(client, fair.me) == [("CONFIRMED", 1, "Conférence fictive")]
    assert letter(fair.me) == ("REQUEST", "REQUEST", "CONFIRMED", 1)
    assert Letter.objects.get(attendee=fair.next).calendar == ""  # who waits is told, and has nothing to put in a calendar


def test_a_talk_that_is_removed_is_cancelled_by_its_letter(client, fair):
    programme.remove_session(session=fair.talk, by=fair.lead, now=LATER)
    assert letter(fair.me) == ("CANCEL", "CANCEL", "CANCELLED", 1)
    assert fair.told(client, fair.me) == []


def test_who_no_longer_comes_and_an_event_that_is_cancelled_leave_calendars(client, fair):
    attending.cancel_registration(registration=fair.me.registration, by=fair.me, now=LATER)
    assert fair.told(client, fair.me) == [("CANCELLED", 1, "Sans vous : Conférence fictive")]
    move_event(event=fair.event, to=EventState.CANCELLED, by=fair.lead, now=LATER)
    assert letter(fair.next) == ("CANCEL", "CANCEL", "CANCELLED", 1)
    assert fair.told(client, fair.next) == [("CANCELLED", 1, "Annulé : Conférence fictive")]
    assert fair.told(client, fair.me) == [("CANCELLED", 1, "Sans vous : Conférence fictive")]


@pytest.mark.parametrize("count", [1, 3])
def test_a_calendar_costs_the_same_whatever_its_talks(client, fair, count, django_assert_num_queries):
    for number in range(count):
        start = meetings.OPENING + timedelta(hours=1 + number)
        meetings.seat(meetings.session(fair.event, starts_at=start, ends_at=start + timedelta(minutes=30)), fair.me)
    address = reverse("meetings:calendar", args=[token_of(fair.me, CALENDAR)])
    with django_assert_num_queries(4):
        assert len(events(client.get(address).content)) == count + 1
