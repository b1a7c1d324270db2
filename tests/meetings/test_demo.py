"""The fictional events of the demonstration: all there, none real, each with something to do, and every page of them answers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.urls import resolve

from ensembleur.accounts.choices import Role
from ensembleur.journeys.management.commands import _events as walk
from ensembleur.meetings.choices import EventKind, EventState
from ensembleur.meetings.models import (
    Attendee,
    Booking,
    Event,
    Letter,
    Meeting,
    Outcome,
    Place,
    Proposal,
    Registration,
    TourStop,
    Wish,
)
from ensembleur.meetings.services import demo_forums
from ensembleur.meetings.services.demo import EVENTS, clear_events, populate_events
from ensembleur.periods import PARIS
from tests.factories import accounts, meetings
from tests.factories.region import NOW, small_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch):
    """The region with its fictional events, made with little improvement."""
    monkeypatch.setattr(demo_forums, "TRIES", 2_000)
    region = small_region(establishments=600)
    Event.objects.all().delete()
    seen = []
    given = {"seed": 7, "now": NOW, "people": region.people, "showcase_siret": region.siret}
    assert populate_events(**given, on_rows=seen.append) == EVENTS == len(seen)
    assert populate_events(**given) == EVENTS
    return region


def test_the_events_are_there_with_something_to_do_for_each_role_and_go_when_asked(region, client):
    events = {event.slug: event for event in Event.objects.all()}
    assert len(events) == EVENTS
    assert all(event.is_fictional and "ficti" in event.title for event in events.values())
    assert Counter((event.kind, event.state) for event in events.values()) == {
        (EventKind.FORUM, EventState.WISHES): 1,
        (EventKind.FORUM, EventState.DAY): 1,
        (EventKind.FORUM, EventState.CLOSED): 1,
        (EventKind.JOB_DATING, EventState.PUBLISHED): 1,
        (EventKind.VISITS, EventState.WISHES): 1,
        (EventKind.FAIR, EventState.REGISTRATION): 1,
        (EventKind.TOUR, EventState.REGISTRATION): 1,
    }
    _check_forums({event.state: event for event in events.values() if event.kind == EventKind.FORUM}, region)
    assert Booking.objects.filter(state="waiting").exists()
    assert len({stop.commune[:2] for stop in TourStop.objects.all()}) == 4
    _check_nothing_leaves()
    _check_pages(region, client)
    assert clear_events() == EVENTS
    assert not any(model.objects.exists() for model in (Event, Registration, Attendee, Wish, Meeting, Outcome, Place))


def _check_forums(forums, region):
    full, today, past = (forums[state] for state in (EventState.WISHES, EventState.DAY, EventState.CLOSED))
    assert full.registrations.filter(side="A").count() == 300
    assert full.registrations.filter(side="B").count() == 549
    assert (full.slots.count(), full.places.count(), Wish.objects.of_event(full).count()) == (24, 300, 15_000)
    assert full.registrations.filter(siret="").exclude(country="FR").exists()
    mine = full.registrations.get(siret=region.siret)
    assert mine.attendees.get().user == region.people[Role.DIRECTOR]
    assert Wish.objects.open().filter(receiver=mine, expires_at__gt=NOW).count() >= 5
    told = today.published_version
    assert told.faults == []
    assert told.score["placed"] > 500
    assert today.starts_on == NOW.date()
    here = Attendee.objects.filter(registration__event=today, arrived_at__isnull=False)
    assert 100 < here.count() < 150
    assert not here.filter(arrived_at__gt=NOW).exists()
    assert Meeting.objects.filter(event=today, registration_b__siret=region.siret, placements__slot__isnull=False).exists()
    assert Outcome.objects.filter(meeting__event=past).exclude(later="").exists()
    answered, held = Outcome.objects.filter(meeting__event=past).count(), past.meetings.filter(state="held").count()
    assert 0.4 < answered / (2 * held) < 0.6


def _check_nothing_leaves():
    """Nobody has an address: the letters are there to read, and none leaves."""
    assert not Attendee.objects.exclude(email="").exists()
    assert Letter.objects.exists()
    assert not Letter.objects.waiting().exists()


def _check_pages(region, client):
    """Every page the walk of the demonstration visits answers whom it is for."""
    troubles = [url for url in walk.public_pages() if client.get(url).status_code != 200]
    names = {resolve(url).url_name for url in walk.public_pages()}
    assert names >= {"list", "event", "register", "programme", "exhibitors", "visit_offers", "tour_stops"}
    link, *mine = walk.pages_by_link()
    troubles += [] if client.get(link).status_code == 302 else [link]
    troubles += [url for url in mine if client.get(url).status_code != 200]
    for role in (Role.ADVISER, Role.DIRECTOR, Role.OFFICER):
        client.force_login(region.people[role])
        pages = walk.pages_of(region.people[role])
        assert pages
        troubles += [f"{role} {url}" for url in pages if client.get(url).status_code != 200]
    assert not troubles, "\n".join(["", *troubles])


def test_without_events_there_is_little_to_visit():
    assert [resolve(url).url_name for url in walk.public_pages()] == ["list", "tours"]
    assert walk.pages_by_link() == [] == walk.pages_of(accounts.person(Role.ADVISER, "95"))


@pytest.mark.parametrize(("hour", "opens"), [(0, 0), (1, 0), (8, 6), (10, 9), (15, 9), (16, 14), (20, 16), (23, 16)])
def test_the_forum_of_today_goes_on_whatever_the_hour(hour, opens):
    now = datetime(2026, 11, 21, hour, 30, tzinfo=PARIS)
    first = demo_forums._opening(now.astimezone(UTC))
    assert (first.hour, first.date()) == (opens, now.date())
    assert first <= now
    assert (first + timedelta(minutes=20 * 20 + 40)).date() == now.date()


def test_when_the_day_is_over_nobody_announces_anything():
    demo_forums._announce(meetings.event(), SimpleNamespace(now=NOW + timedelta(days=400)))
    assert not Proposal.objects.exists()
