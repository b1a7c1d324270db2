"""Organisers accept, refuse and put on the waiting list, one or many, and give hosts their table."""

from __future__ import annotations

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.models import Letter, Registration
from ensembleur.meetings.services.deciding import assign_home, decide_registrations
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return accounts.person(Role.ADVISER, "95")


def decide(event, chosen, status, by):
    return decide_registrations(event=event, chosen=[one.pk for one in chosen], status=status, by=by, now=NOW)


def statuses():
    return list(Registration.objects.order_by("pk").values_list("status", flat=True))


def test_many_are_accepted_at_once_and_everybody_is_written_to(adviser):
    event = meetings.event(by=adviser)
    asked = [meetings.registration(event, status="requested", people=2) for _ in range(2)]
    done = meetings.registration(event)
    assert decide(event, [*asked, done], "accepted", adviser) == {"decided": 2, "left": 1, "waiting": 0}
    assert statuses() == ["accepted"] * 3
    assert Letter.objects.count() == 4
    assert set(Act.objects.values_list("verb", flat=True)) == {"accept_registration"}


def test_accepting_more_than_there_is_room_for_makes_the_last_wait(adviser):
    event = meetings.event(by=adviser, max_people=1)
    asked = [meetings.registration(event, status="requested") for _ in range(2)]
    assert decide(event, asked, "accepted", adviser) == {"decided": 1, "left": 0, "waiting": 1}
    assert statuses() == ["accepted", "waiting"]
    assert decide(event, asked[1:], "accepted", adviser) == {"decided": 0, "left": 0, "waiting": 1}


def test_refusing_somebody_accepted_frees_their_place(adviser):
    event = meetings.event(by=adviser, max_people=1)
    held, waiting = meetings.registration(event), meetings.registration(event, status="waiting")
    decide(event, [held], "refused", adviser)
    assert statuses() == ["refused", "accepted"]
    assert "n'a pas retenu" in Letter.objects.get(attendee__registration=held).body
    decide(event, [waiting], "cancelled", adviser)
    assert statuses() == ["refused", "cancelled"]


def test_a_refused_establishment_does_not_come_back_beside_itself(adviser):
    event = meetings.event(by=adviser)
    refused = meetings.registration(event, status="refused", siret="00000001800010")
    meetings.registration(event, siret="00000001800010")
    with pytest.raises(Refused, match="Rien n'a changé"):
        decide(event, [refused], "accepted", adviser)


def test_a_request_may_wait_and_another_events_may_not_be_touched(adviser):
    event = meetings.event(by=adviser)
    asked, elsewhere = (
        meetings.registration(event, status="requested"),
        meetings.registration(meetings.event(), status="requested"),
    )
    assert decide(event, [asked, elsewhere], "waiting", adviser) == {"decided": 1, "left": 0, "waiting": 0}
    assert statuses() == ["waiting", "requested"]


def test_an_unknown_state_or_an_event_over_decides_nothing(adviser):
    with pytest.raises(BadInput, match="Choisissez"):
        decide(meetings.event(by=adviser), [], "requested", adviser)
    with pytest.raises(Refused, match="terminé"):
        decide(meetings.event(by=adviser, state="closed"), [], "accepted", adviser)


def test_a_host_keeps_a_table_that_nobody_else_keeps(adviser):
    event = meetings.event(by=adviser)
    one, other = (meetings.first(meetings.registration(event)) for _ in range(2))
    table = event.places.first()
    assert assign_home(attendee=one, place=table, is_host=True, by=adviser, now=NOW).home == table
    with pytest.raises(Refused, match=f"1 est déjà la place de {one.name}"):
        assign_home(attendee=other, place=table, is_host=False, by=adviser, now=NOW)
    assign_home(attendee=one, place=None, is_host=False, by=adviser, now=NOW)
    with pytest.raises(BadInput, match="autre événement"):
        assign_home(attendee=one, place=meetings.event().places.first(), is_host=False, by=adviser, now=NOW)
