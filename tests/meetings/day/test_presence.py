"""Who is there, what became of each meeting, whom a no-show frees: said in one tap, and taken back as easily."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.choices import (
    EventState,
    MeetingOrigin,
    MeetingState,
    ProposalKind,
    ProposalState,
    RegistrationStatus,
    Side,
)
from ensembleur.meetings.models import Attendee, Meeting, Proposal
from ensembleur.meetings.queries.day import Presence, counts_of, presence_of
from ensembleur.meetings.services import presence
from ensembleur.meetings.services.changing import approve_change
from tests.factories import accounts
from tests.factories import meetings as make
from tests.meetings.day.made import (
    EVENING,
    FIRST,
    MORNING,
    SECOND,
    again,
    arrive,
    busy,
    in_slot,
    lead,
    open_day,
    places_of,
    published,
    told,
)

pytestmark = pytest.mark.django_db


def say(act, who, *, now=MORNING, **given):
    return act(attendee=again(who), by=lead(who.registration.event), now=now, **given)


def mark(act, meeting, *, now=FIRST, **given):
    return act(meeting=again(meeting), by=lead(meeting.event), now=now, **given)


def test_somebody_arrives_leaves_comes_back_and_the_journal_keeps_it():
    event = open_day()
    who = busy(event, 0)
    assert presence_of(say(presence.check_in, who)) is Presence.HERE
    assert say(presence.check_in, who, now=FIRST).arrived_at == MORNING  # a second tap changes nothing
    assert presence_of(say(presence.check_out, who, now=FIRST)) is Presence.LEFT
    assert say(presence.check_out, who, now=SECOND).left_at == FIRST
    back = say(presence.check_in, who, now=SECOND)
    assert (back.arrived_at, back.left_at) == (MORNING, None)
    assert presence_of(say(presence.undo, who, now=SECOND)) is Presence.EXPECTED
    acts = Act.objects.filter(thing=f"meetings.attendee:{who.pk}").order_by("number").values_list("verb", flat=True)
    assert list(acts) == ["check_in", "check_out", "check_in", "undo_presence"]


def test_nobody_leaves_before_they_came_nor_is_absent_once_there():
    event = open_day()
    who = busy(event, 0)
    with pytest.raises(Refused, match="n'est pas arrivée"):
        say(presence.check_out, who)
    say(presence.check_in, who)
    with pytest.raises(Refused, match="est arrivée"):
        say(presence.mark_absent, who)


def test_only_those_who_take_part_are_welcomed_once_the_timetable_is_told_by_those_named():
    event = open_day()
    who = busy(event, 0)
    with pytest.raises(NotAllowed):
        presence.check_in(attendee=who, by=accounts.user(), now=MORNING)
    who.registration.status = RegistrationStatus.CANCELLED
    who.registration.save()
    with pytest.raises(Refused, match="pas acceptée"):
        say(presence.check_in, who)
    event.state = EventState.CLOSED
    event.save()
    with pytest.raises(Refused, match="L'accueil ouvre"):
        say(presence.check_in, busy(event, 1))


def test_an_absence_is_noted_and_its_meetings_proposed_to_others_until_they_come_after_all():
    event = open_day()
    who = busy(event, 0)
    before = places_of(event)
    proposal = say(presence.mark_absent, who)
    assert (proposal.kind, proposal.about, proposal.made_by) == (ProposalKind.NO_SHOW, who, lead(event))
    assert presence_of(again(who)) is Presence.ABSENT
    assert places_of(event) == before
    assert counts_of(event).absent == 1
    assert presence_of(say(presence.check_in, who)) is Presence.HERE
    assert again(proposal).state == ProposalState.STALE


def test_a_late_one_is_still_expected_and_only_the_slots_before_are_looked_at():
    event = open_day()
    who = busy(event, 0)
    proposal = say(presence.mark_absent, who, late_until=1)
    assert (proposal.kind, proposal.changes[0]["slots"]) == (ProposalKind.LATE, [0])
    assert presence_of(again(who)) is Presence.EXPECTED
    assert say(presence.mark_absent, make.first(make.registration(event, Side.B))) is None


def test_a_meeting_is_held_or_taken_back_from_its_hour_on():
    event = open_day()
    meeting = in_slot(event, 0)[0].meeting
    with pytest.raises(Refused, match="attendez encore 60 minutes"):
        mark(presence.hold_meeting, meeting, now=MORNING)
    mark(presence.hold_meeting, meeting, now=FIRST)
    assert mark(presence.hold_meeting, meeting).state == MeetingState.HELD
    assert Act.objects.filter(verb="mark_meeting").count() == 1
    assert mark(presence.reopen_meeting, meeting).state == MeetingState.PLANNED
    with pytest.raises(Refused, match="n'est plus dans le planning"):
        mark(presence.hold_meeting, make.meeting(meeting.registration_a, meeting.registration_b))
    with pytest.raises(BadInput):
        mark(presence.miss_meeting, meeting, side="C")


def test_one_waits_some_minutes_before_somebody_is_said_missing():
    event = open_day()
    meeting = in_slot(event, 0)[0].meeting
    with pytest.raises(Refused, match="attendez encore 1 minute\\."):
        mark(presence.miss_meeting, meeting, side="A", now=FIRST - timedelta(minutes=2))
    mark(presence.miss_meeting, meeting, side="AB")
    assert again(meeting).state == MeetingState.MISSED_BOTH
    assert not Proposal.objects.exists()  # nobody is left alone


def test_past_meetings_of_people_who_came_are_held_in_one_tap():
    event = open_day()
    arrive(event)
    gone = in_slot(event, 0)[0].attendee_b
    Attendee.objects.filter(pk=gone.pk).update(arrived_at=None)
    with pytest.raises(Refused, match="n'est pas terminé"):
        presence.hold_slot(event=event, slot=0, by=lead(event), now=FIRST)
    count = presence.hold_slot(event=event, slot=0, by=lead(event), now=SECOND)
    assert count == len(in_slot(event, 0)) - 1
    assert presence.hold_slot(event=event, slot=0, by=lead(event), now=SECOND) == 0
    assert counts_of(event).held == count


@pytest.fixture
def crowd():
    """Two buyers, two suppliers, three tables and three slots."""
    event = make.event(state=EventState.DAY, slots=3, tables=3)
    buyers = [make.registration(event, Side.A) for _number in range(2)]
    suppliers = [make.registration(event, Side.B) for _number in range(2)]
    return event, buyers, suppliers


def test_a_no_show_frees_the_other_who_is_offered_somebody_they_both_wished_for(crowd):
    event, buyers, suppliers = crowd
    met = make.meeting(buyers[0], suppliers[0])
    published(event, [(met, 0, "1")])
    wish = make.wish(suppliers[1], buyers[0], state="accepted", level="must")
    arrive(event)
    proposal = mark(presence.miss_meeting, met, side="B")
    assert again(met).state == MeetingState.MISSED_B
    assert [line["why"] for line in proposal.lines] == ["missed", "mutual"]
    assert proposal.lines[1]["people"] == [f"a{make.first(buyers[0]).pk}", f"a{make.first(suppliers[1]).pk}"]
    assert event.meetings.count() == 1  # a proposal makes nothing
    done = approve_change(proposal=proposal, by=lead(event), now=FIRST)
    new = event.meetings.exclude(pk=met.pk).get()
    assert (new.origin, new.wish, new.state) == (MeetingOrigin.REFILL, wish, MeetingState.PLANNED)
    assert places_of(event) == {new.pk: (0, event.places.get(code="1").pk)}
    assert done.new_version.faults == []
    assert again(met).state == MeetingState.MISSED_B
    assert make.first(suppliers[1]).pk in told()
    mark(presence.hold_meeting, new)
    counts = counts_of(event)
    assert (counts.placed, counts.held, counts.missed, counts.refilled, counts.refilled_held) == (1, 0, 1, 1, 1)
    with pytest.raises(Refused, match="n'est plus dans le planning"):
        mark(presence.reopen_meeting, met)


def test_nobody_is_offered_whom_they_refused_nor_anybody_who_is_not_there(crowd):
    event, buyers, suppliers = crowd
    met = make.meeting(buyers[0], suppliers[0])
    published(event, [(met, 0, "1")])
    make.wish(suppliers[1], buyers[0], state="accepted")
    buyers[0].refusals.create(of=suppliers[1], at=make.NOW)
    arrive(event)
    assert mark(presence.miss_meeting, met, side="B") is None
    buyers[0].refusals.all().delete()
    Attendee.objects.filter(registration=suppliers[1]).update(arrived_at=None)
    assert mark(presence.miss_meeting, met, side="B") is None
    Attendee.objects.filter(registration=suppliers[1]).update(arrived_at=MORNING)
    suppliers[1].wishes_sent.update(state="declined")
    assert mark(presence.miss_meeting, met, side="B") is None


def test_two_left_alone_in_one_slot_make_one_proposal_and_a_word_taken_back_makes_it_again(crowd):
    event, buyers, suppliers = crowd
    first, second = make.meeting(buyers[0], suppliers[0]), make.meeting(buyers[1], suppliers[1])
    published(event, [(first, 0, "1"), (second, 0, "2")])
    make.wish(suppliers[1], buyers[0], state="accepted")
    arrive(event)
    assert mark(presence.miss_meeting, first, side="B") is None
    proposal = mark(presence.miss_meeting, second, side="A")
    assert [line["why"] for line in proposal.lines] == ["missed", "missed", "mutual"]
    mark(presence.reopen_meeting, second)
    assert again(proposal).state == ProposalState.STALE
    assert not Proposal.objects.filter(state=ProposalState.PROPOSED).exists()
    assert mark(presence.miss_meeting, second, side="A", now=EVENING) is None  # the slot is over: nothing to offer


def test_a_meeting_without_slot_is_taken_up_and_counted_apart(crowd):
    event, buyers, suppliers = crowd
    met, waits = make.meeting(buyers[0], suppliers[0]), make.meeting(buyers[1], suppliers[0])
    published(event, [(met, 0, "1"), (waits, None, "")])
    make.wish(suppliers[0], buyers[1], state="accepted")
    proposal = mark(presence.miss_meeting, met, side="A")
    assert [line["meeting"] for line in proposal.lines] == [f"m{met.pk}", f"m{waits.pk}"]
    approve_change(proposal=proposal, by=lead(event), now=FIRST)
    assert again(waits).origin == MeetingOrigin.REFILL
    assert places_of(event)[waits.pk][0] == 0
    assert counts_of(event).refilled == 1


def test_a_slot_left_free_goes_to_somebody_who_waits(crowd):
    event, buyers, suppliers = crowd
    met = make.meeting(buyers[0], suppliers[0])
    published(event, [(met, 0, "1")])
    arrive(event)
    proposal = mark(presence.miss_meeting, met, side="B")
    assert [line["why"] for line in proposal.lines] == ["missed", "standby"]
    approve_change(proposal=proposal, by=lead(event), now=FIRST)
    made = Meeting.objects.exclude(pk=met.pk).get()
    assert (made.registration_a, made.registration_b, made.origin) == (buyers[0], suppliers[1], MeetingOrigin.REFILL)


def test_where_a_wish_needs_no_answer_one_that_waits_is_offered(crowd):
    event, buyers, suppliers = crowd
    event.asks_both = False
    event.save()
    met = make.meeting(buyers[0], suppliers[0])
    published(event, [(met, 0, "1")])
    make.wish(suppliers[1], buyers[0])
    make.wish(suppliers[0], buyers[0], state="accepted")  # they have met: nothing more is offered
    arrive(event)
    assert [line["why"] for line in mark(presence.miss_meeting, met, side="B").lines] == ["missed", "wish"]
