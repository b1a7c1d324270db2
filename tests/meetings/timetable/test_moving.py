"""A meeting is moved by hand: the targets in words, the chain, the reason; and locked, alone or with the rest of a day."""

from __future__ import annotations

import pytest

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventState, VersionOrigin, VersionState
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.targets import Kind, WhyStays, targets
from ensembleur.meetings.models import Version
from ensembleur.meetings.queries.naming import people_names
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_version
from ensembleur.meetings.queries.reasons import target_words, unplaced_words
from ensembleur.meetings.services.locking import lock_meeting, lock_person
from ensembleur.meetings.services.moving import move_meeting
from tests.factories import meetings as make
from tests.meetings.timetable.made import NOW, drafted, forum, lead

pytestmark = pytest.mark.django_db


def move(version, placement, slot):
    return move_meeting(version=version, meeting=placement.meeting, slot=slot, by=lead(version.event), now=NOW)


def seen(version, placement):
    return targets(problem_of_version(version), plan_of_version(version), f"m{placement.meeting_id}")


def test_a_move_makes_a_draft_and_the_next_one_completes_it():
    event = forum(buyers=1, suppliers=3)
    computed = drafted(event)
    one = computed.placements.order_by("slot").first()
    free = next(target.slot for target in seen(computed, one) if target.kind is Kind.FREE)
    draft = move(computed, one, free)
    assert (draft.number, draft.origin, draft.parent) == (2, VersionOrigin.MOVED, computed)
    assert computed.placements.get(meeting=one.meeting).slot == one.slot
    assert draft.placements.get(meeting=one.meeting).slot == free
    taken = draft.placements.exclude(meeting=one.meeting).first()
    assert move(draft, taken, one.slot if taken.slot != one.slot else free) == draft
    draft.refresh_from_db()
    assert faults(problem_of_version(draft), plan_of_version(draft)) == []
    assert draft.faults == []


def test_two_meetings_exchange_their_hours_in_one_move():
    event = forum(buyers=1, suppliers=2, slots=2)
    version = drafted(event)
    first, second = version.placements.order_by("slot")
    target = next(one for one in seen(version, first) if one.slot == second.slot)
    assert (target.kind, len(target.moves)) == (Kind.CHAIN, 1)
    assert target_words(target, {}) == "possible en déplaçant 1 autre rendez-vous"
    draft = move(version, first, second.slot)
    assert draft.placements.get(meeting=first.meeting).slot == second.slot
    again = move(draft, draft.placements.get(meeting=first.meeting), first.slot)
    assert {one.slot for one in again.placements.all()} == {first.slot, second.slot}


def test_an_impossible_slot_says_who_and_why():
    event = forum(buyers=1, suppliers=2)
    buyer = event.registrations.get(side="A").attendees.get()
    buyer.absent_slots = [5]
    buyer.save()
    version = drafted(event)
    one, other = version.placements.order_by("slot")
    lock_meeting(version=version, meeting=other.meeting, locked=True, by=lead(event), now=NOW)
    found = {target.slot: target for target in seen(version, one)}
    assert (found[5].kind, found[5].why) == (Kind.NO, WhyStays.AWAY)
    assert (found[other.slot].kind, found[other.slot].why) == (Kind.NO, WhyStays.BUSY)
    assert (found[one.slot].kind, target_words(found[one.slot], {})) == (Kind.HERE, "créneau actuel")
    with pytest.raises(Refused, match=f"absence de {buyer.name}"):
        move(version, one, 5)
    with pytest.raises(Refused, match="déjà à ce créneau"):
        move(version, one, one.slot)
    with pytest.raises(Refused, match="verrouillé"):
        move(version, other, 4)
    with pytest.raises(BadInput):
        move(version, one, 99)
    assert Version.objects.count() == 1


def test_a_meeting_without_slot_is_placed_by_hand():
    event = make.event(state=EventState.TIMETABLE)
    buyer = make.registration(event, "A")
    for _number in range(2):  # both are there for the first slot alone
        supplier = make.registration(event, "B")
        supplier.attendees.update(absent_slots=[1, 2, 3, 4, 5])
        make.wish(supplier, buyer, "accepted")
    version = drafted(event)
    waiting = version.placements.get(slot=None)
    (row,) = version.unplaced
    assert row["meeting"] == f"m{waiting.meeting_id}"
    assert unplaced_words(row["why"], row["who"], people_names(event))
    with pytest.raises(Refused, match="déjà en rendez-vous"):
        move(version, waiting, 0)
    placed = version.placements.placed().get()
    version.placements.filter(pk=placed.pk).update(slot=None, place=None)
    draft = move(version, waiting, 0)
    assert draft.placements.get(meeting=waiting.meeting).slot == 0
    assert row not in draft.unplaced


def test_where_nothing_moves_it_is_said():
    event = forum()
    version = drafted(event)
    one = version.placements.first()
    Version.objects.filter(pk=version.pk).update(selection={"assumes": {"slots": 1}})
    with pytest.raises(Refused, match="hypothèse"):
        move(version, one, 5)
    Version.objects.filter(pk=version.pk).update(selection={}, state=VersionState.REPLACED, published_at=NOW)
    with pytest.raises(Refused, match="remplacée"):
        move(version, one, 5)
    with pytest.raises(Refused, match="remplacée"):
        lock_meeting(version=version, meeting=one.meeting, locked=True, by=lead(event), now=NOW)
    other = drafted(event)
    event.state = EventState.DAY
    event.save()
    with pytest.raises(Refused, match="jour J"):
        move(other, other.placements.first(), 5)


def test_a_whole_day_is_locked_in_one_act():
    event = forum()
    version = drafted(event)
    who = version.placements.first().attendee_a
    assert lock_person(version=version, attendee=who, locked=True, by=lead(event), now=NOW) == 4
    assert lock_person(version=version, attendee=who, locked=True, by=lead(event), now=NOW) == 0
    assert {one.locked for one in problem_of_version(version).meetings if f"a{who.pk}" in one.attendees} != {None}
    nowhere = version.placements.first()
    version.placements.filter(pk=nowhere.pk).update(slot=None, place=None)
    with pytest.raises(Refused, match="pas de créneau"):
        lock_meeting(version=version, meeting=nowhere.meeting, locked=True, by=lead(event), now=NOW)


def test_whoever_needs_a_place_without_a_step_gets_it_back_after_a_move():
    event = make.event(state=EventState.TIMETABLE, tables=2)
    event.places.filter(code="2").update(step_free=False)
    for needs in (True, False):
        buyer, supplier = make.registration(event, "A"), make.registration(event, "B")
        supplier.attendees.update(step_free=needs)
        make.wish(supplier, buyer, "accepted")
    version = drafted(event)
    careful = version.placements.get(attendee_b__step_free=True)
    other = version.placements.exclude(pk=careful.pk).get()
    version.placements.filter(pk=other.pk).update(slot=None)
    version.placements.filter(pk=careful.pk).update(slot=0, place=event.places.get(code="1"))
    version.placements.filter(pk=other.pk).update(slot=1, place=event.places.get(code="1"))
    draft = move(version, careful, 1)
    assert draft.placements.get(meeting=careful.meeting).place.code == "1"
    assert draft.placements.get(meeting=other.meeting).place.code == "2"
    assert draft.faults == []
