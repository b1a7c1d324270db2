"""People change their own participation by their private link; cancelling gives the place to the first who waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.models import Attendee, Letter, Registration
from ensembleur.meetings.queries.links import CALENDAR, attendee_of, token_of
from ensembleur.meetings.services import attending
from ensembleur.meetings.services.registering import fill_freed_places
from tests.factories import accounts, meetings
from tests.factories.meetings import NOW
from tests.meetings.registering.told import coming, told

pytestmark = pytest.mark.django_db


def party(people=1, **fields):
    registration = meetings.registration(meetings.event(**fields), people=people)
    return registration, meetings.first(registration)


def test_a_profile_is_changed_but_not_who_it_is():
    registration, me = party()
    said = told("Atelier nouveau", side="A", siret="", seeks="Peinture", sectors=("28",), is_listed=False, country="BE")
    attending.edit_registration(registration=registration, told=said, by=me, now=NOW)
    held = Registration.objects.get()
    assert (held.name, held.seeks, held.sectors, held.is_listed) == ("Atelier nouveau", "Peinture", ["28"], False)
    assert (held.side, held.country) == ("B", "FR")
    assert Act.objects.get().who == f"attendee:{me.pk}"
    with pytest.raises(BadInput):
        attending.edit_registration(registration=registration, told=told(""), by=me, now=NOW)
    with pytest.raises(NotAllowed):
        attending.edit_registration(registration=registration, told=said, by=accounts.user(), now=NOW)


def test_a_person_is_added_and_receives_a_link():
    registration, me = party()
    made = attending.add_person(registration=registration, person=coming("Dominique"), agrees=False, by=me, now=NOW)
    assert (made.registration, made.consented_at) == (registration, None)
    assert token_of(made) in Letter.objects.get(attendee=made).body


def test_an_address_of_another_participation_is_not_added():
    registration, me = party()
    other = meetings.first(meetings.registration(registration.event))
    for act in (
        lambda: attending.add_person(registration=registration, person=coming(email=other.email), agrees=True, by=me, now=NOW),
        lambda: attending.edit_person(attendee=me, person=coming(email=other.email.upper()), agrees=True, by=me, now=NOW),
    ):
        with pytest.raises(Refused, match="déjà inscrite"):
            act()


def test_a_participation_holds_twenty_people():
    registration, me = party(people=20)
    with pytest.raises(Refused, match="20 personnes au plus"):
        attending.add_person(registration=registration, person=coming(), agrees=True, by=me, now=NOW)


def test_a_full_event_takes_nobody_more_but_who_waits_may_grow():
    registration, me = party(max_people=1)
    with pytest.raises(Refused, match="complet"):
        attending.add_person(registration=registration, person=coming(), agrees=True, by=me, now=NOW)
    with pytest.raises(Refused, match="complet"):
        attending.edit_person(attendee=me, person=coming(group_size=2), agrees=True, by=me, now=NOW)
    room, somebody = party(max_people=2)
    attending.add_person(registration=room, person=coming(), agrees=True, by=somebody, now=NOW)
    waiting = meetings.registration(registration.event, status="waiting")
    attending.add_person(registration=waiting, person=coming(), agrees=True, by=meetings.first(waiting), now=NOW)


def test_a_person_changes_their_availability_and_needs():
    _registration, me = party()
    Attendee.objects.filter(pk=me.pk).update(consented_at=None)
    said = coming("Nouveau nom", absent_slots=(2, 0), step_free=True, interpreter="LSF", max_meetings=3)
    changed = attending.edit_person(attendee=me, person=said, agrees=True, by=me, now=NOW + timedelta(days=1))
    assert (changed.absent_slots, changed.step_free, changed.interpreter, changed.max_meetings) == ([0, 2], True, "LSF", 3)
    assert changed.consented_at == NOW + timedelta(days=1)
    again = attending.edit_person(attendee=me, person=said, agrees=False, by=me, now=NOW + timedelta(days=2))
    assert again.consented_at == NOW + timedelta(days=1)
    with pytest.raises(BadInput, match="aucun créneau"):
        attending.edit_person(attendee=me, person=coming(absent_slots=tuple(range(6))), agrees=True, by=me, now=NOW)


def test_once_the_timetable_is_told_an_absence_is_announced():
    _registration, me = party(state="published")
    attending.edit_person(attendee=me, person=coming("Autre nom"), agrees=True, by=me, now=NOW)
    with pytest.raises(Refused, match="Ma journée"):
        attending.edit_person(attendee=me, person=coming(absent_slots=(1,)), agrees=True, by=me, now=NOW)


def test_one_of_several_people_is_removed_and_their_place_freed():
    registration, me = party(people=2, max_people=2)
    waiting = meetings.registration(registration.event, status="waiting")
    attending.remove_person(attendee=registration.attendees.last(), by=me, now=NOW)
    waiting.refresh_from_db()
    assert (registration.attendees.count(), waiting.status) == (1, "accepted")
    with pytest.raises(Refused, match="seule personne"):
        attending.remove_person(attendee=me, by=me, now=NOW)


def test_somebody_who_has_meetings_is_not_removed():
    registration, me = party(people=2)
    buyer = meetings.registration(registration.event, "A")
    meetings.version(registration.event, [(meetings.meeting(buyer, registration), 0, "1")])
    with pytest.raises(Refused, match="annoncez son absence"):
        attending.remove_person(attendee=me, by=me, now=NOW)


def test_a_cancelled_place_goes_to_the_first_who_waits_who_receives_a_letter():
    registration, me = party(max_people=1)
    me.home = registration.event.places.first()
    me.save()
    late, first = (
        meetings.registration(registration.event, status="waiting", registered_at=NOW + timedelta(hours=hours))
        for hours in (2, 1)
    )
    assert attending.cancel_registration(registration=registration, by=me, now=NOW) == [first]
    assert list(Registration.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "waiting", "accepted"]
    assert late.status == "waiting"
    assert Attendee.objects.get(pk=me.pk).home is None
    letters = {letter.attendee.registration_id: letter.body for letter in Letter.objects.all()}
    assert "Votre inscription est acceptée." in letters[first.pk]
    assert "annulée" in letters[registration.pk]
    assert "lien" not in letters[registration.pk]
    with pytest.raises(NotAllowed):  # nobody acts in the name of a participation that is over
        attending.cancel_registration(registration=Registration.objects.get(pk=registration.pk), by=me, now=NOW)


def test_nobody_enters_an_event_that_is_over():
    event = meetings.event(state="closed", max_people=9)
    meetings.registration(event, status="waiting")
    assert fill_freed_places(event=event, now=NOW) == []


def test_nothing_changes_once_it_is_over():
    registration, me = party(state="closed")
    with pytest.raises(Refused, match="événement est terminé"):
        attending.cancel_registration(registration=registration, by=me, now=NOW)
    adviser = accounts.person(accounts.Role.ADVISER, "95")
    refused = meetings.registration(meetings.event(by=adviser), status="refused")
    with pytest.raises(Refused, match="annulée ou refusée"):
        attending.edit_registration(registration=refused, told=told(), by=adviser, now=NOW)


def test_a_link_is_sent_again_once_a_day():
    _registration, me = party()
    assert attending.send_link(attendee=me, by=me, now=NOW) == 1
    assert attending.send_link(attendee=me, by=me, now=NOW) == 0
    assert attending.send_link(attendee=me, by=me, now=NOW + timedelta(days=1)) == 1
    me.email = ""
    with pytest.raises(Refused, match="pas d'adresse"):
        attending.send_link(attendee=me, by=me, now=NOW)


def test_a_renewed_link_closes_the_old_ones():
    _registration, me = party()
    day, calendar = token_of(me), token_of(me, CALENDAR)
    renewed = attending.renew_link(attendee=me, by=me, now=NOW)
    assert attendee_of(day) is None
    assert attendee_of(calendar, CALENDAR) is None
    assert attendee_of(token_of(renewed)) == me
    assert token_of(renewed) in Letter.objects.get().body


def test_a_long_address_is_never_cut_in_a_text_message(settings):
    settings.SITE_URL = "https://" + "a" * 100 + ".example"
    _registration, me = party()
    attending.send_link(attendee=me, by=me, now=NOW)
    assert Letter.objects.get().short == "Voici votre lien privé."
