"""Visits that nobody confirms: reminded once, then cancelled once."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from ensembleur.accounts.models import Notification
from ensembleur.journeys.services.clocks import clocks
from ensembleur.meetings.choices import EventState
from ensembleur.meetings.models import Letter, Meeting, Wish
from ensembleur.meetings.queries.asking import asked_of_event
from ensembleur.meetings.services import visiting
from ensembleur.meetings.services.visit_clocks import strike_visits
from tests.factories import meetings as make
from tests.meetings.visits import made

pytestmark = pytest.mark.django_db


def strike(number, *, dry_run=False):
    return strike_visits(as_of=made.days(number), dry_run=dry_run)


def test_the_clock_is_struck_with_the_others():
    assert clocks()["visits"] is strike_visits


def test_whoever_has_not_confirmed_is_reminded_once_three_days_before():
    visit = made.told()
    visiting.confirm_visit(meeting=visit, side="A", by=make.first(visit.registration_a), now=made.days(1))
    counts = [strike(number)["reminded"] for number in (0, 11, 12, 12, 13, 15)]
    assert counts == [0, 0, 1, 0, 0, 0]
    letter = Letter.objects.get(key__startswith="visit-reminder")
    assert letter.attendee.registration == visit.registration_b


def test_a_visit_told_a_day_before_its_limit_is_not_reminded_the_same_day():
    made.told(now=make.OPENING.replace(day=10))
    assert strike_visits(as_of=make.OPENING.replace(day=10), dry_run=False)["reminded"] == 0


def test_without_writing_anything_the_clock_says_what_it_would_do():
    made.told()
    assert strike(13, dry_run=True) == {"lapsed": 0, "reminded": 2}
    strike(13)
    assert strike(13, dry_run=True) == {"lapsed": 0, "reminded": 0}
    assert strike(16, dry_run=True) == {"lapsed": 1, "reminded": 0}
    assert Meeting.objects.get().state == "planned"


def test_a_visit_not_confirmed_by_both_is_cancelled_once_and_everybody_is_told():
    visit = made.told()
    visiting.confirm_visit(meeting=visit, side="B", by=make.first(visit.registration_b), now=made.days(1))
    assert [strike(number)["lapsed"] for number in (15, 16, 16, 17)] == [0, 1, 0, 0]
    visit.refresh_from_db()
    assert (visit.state, visit.sequence) == ("cancelled", 1)
    letters = Letter.objects.filter(key__startswith="visit-lapsed").order_by("attendee__registration__side")
    assert [letter.attendee.registration for letter in letters] == [visit.registration_a, visit.registration_b]
    for letter in letters:
        (event,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
        assert (letter.calendar_method, str(event["UID"]).startswith(str(visit.uid))) == ("CANCEL", True)
        assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")
    told = Notification.objects.get(kind="visit_lapsed")
    assert told.user == made.lead(visit.event)


def test_a_lapsed_visit_does_not_come_back_with_the_next_timetable():
    visit = made.told()
    strike(16)
    assert Wish.objects.get().state == "lapsed"
    assert asked_of_event(visit.event).problem.meetings == ()


def test_a_visit_confirmed_by_both_stays_and_so_does_one_of_an_event_that_is_over():
    visit = made.told()
    other = made.told()
    for side in "AB":
        visiting.confirm_visit(meeting=visit, side=side, by=made.lead(visit.event), now=made.days(1))
    other.event.state = EventState.CLOSED
    other.event.save()
    assert strike(20) == {"lapsed": 0, "reminded": 0}


def test_somebody_without_address_or_without_agenda_is_written_without_file():
    visit = made.told()
    visit.registration_a.attendees.update(email="")
    make.attendee(visit.registration_a, name="Un collègue")
    strike(16)
    letters = {letter.attendee.name: letter for letter in Letter.objects.filter(key__startswith="visit-lapsed")}
    assert letters["Un collègue"].calendar == ""
    assert "ATTENDEE" not in letters[make.first(visit.registration_a).name].calendar
