"""A change is proposed, read, then applied or not: nothing moves before, and only those whose agenda changes are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.choices import (
    EventState,
    MeetingOrigin,
    MeetingState,
    ProposalKind,
    ProposalState,
    RegistrationStatus,
    Side,
    VersionOrigin,
)
from ensembleur.meetings.models import Letter, Meeting, Proposal
from ensembleur.meetings.services import changing
from ensembleur.meetings.services.attending import cancel_registration
from ensembleur.meetings.services.changing import approve_change, propose_change, refuse_change, renew_change
from tests.factories import accounts
from tests.factories import meetings as make
from tests.journeys.test_needs_races import together
from tests.meetings.day.made import EVENING, FIRST, MORNING, SECOND, again, busy, in_slot, lead, open_day, places_of, told

pytestmark = pytest.mark.django_db


def absence(event, who, slots, *, now=MORNING, by=None, **given):
    kind = given.pop("kind", ProposalKind.ABSENCE)
    return propose_change(event=event, kind=kind, about=who, slots=slots, by=by or lead(event), now=now, **given)


def test_a_late_absence_goes_from_the_word_to_the_letters_and_nothing_moves_before():
    event = open_day()
    before, who = places_of(event), busy(event, 0)
    proposal = absence(event, who, [0], reason="  Train   en retard ", by=who)
    assert (proposal.state, proposal.reason, proposal.made_by) == (ProposalState.PROPOSED, "Train en retard", None)
    assert places_of(event) == before
    assert not Letter.objects.exists()
    head = next(line for line in proposal.lines if line["why"] == "absent")
    assert (head["before"], head["who"]) == (0, [f"a{who.pk}"])
    assert head["after"] not in (None, 0)
    assert proposal.figures["before"]["placed"] == proposal.figures["after"]["placed"] == 12
    done = approve_change(proposal=proposal, by=lead(event), now=MORNING)
    after = places_of(event)
    assert {meeting for meeting in before if before[meeting] != after[meeting]} == {
        int(line["meeting"][1:]) for line in done.lines
    }
    assert (done.state, done.new_version.origin, done.new_version.faults) == (ProposalState.APPROVED, VersionOrigin.REPAIRED, [])
    assert (event.published_version, event.state) == (done.new_version, EventState.DAY)
    assert told() == {int(name[1:]) for line in done.lines for name in line["people"]}
    assert Letter.objects.count() == len(told())  # once each
    for meeting in event.meetings.all():
        assert meeting.sequence == (1 if before[meeting.pk] != after[meeting.pk] else 0)
    assert again(who).absent_slots == [0]


def test_a_person_announces_so_many_changes_a_day_and_an_organiser_as_many_as_needed(monkeypatch):
    monkeypatch.setattr(changing, "MOST_A_DAY", 2)
    event = open_day()
    who, other = (one.attendee_b for one in in_slot(event, 2)[:2])
    absence(event, who, [3])  # an organiser's is not theirs
    for slot in (0, 1):
        absence(event, who, [slot], by=who)
    with pytest.raises(Refused, match=r"déjà annoncé 2 changements aujourd'hui.*\(contact@test.example\)"):
        absence(event, who, [2], by=who)
    absence(event, other, [2], by=other)
    absence(event, who, [2])
    event.slots.update(starts_at=F("starts_at") + timedelta(days=1), ends_at=F("ends_at") + timedelta(days=1))
    assert absence(event, who, [2], by=who, now=MORNING + timedelta(days=1)).state == ProposalState.PROPOSED


def test_an_absence_without_meeting_is_only_kept_in_memory():
    event = open_day()
    version, who = event.published_version, make.first(make.registration(event, Side.B))
    done = approve_change(proposal=absence(event, who, [2, 3]), by=lead(event), now=MORNING)
    event.refresh_from_db()
    assert (done.new_version, event.published_version, again(who).absent_slots) == (None, version, [2, 3])
    assert not Letter.objects.exists()


def test_what_is_past_or_marked_is_not_asked_again():
    event = open_day()
    who = busy(event, 1)
    Meeting.objects.filter(pk=in_slot(event, 1)[0].meeting_id).update(state=MeetingState.HELD)
    with pytest.raises(Refused, match="sont passés"):
        absence(event, who, [0, 1], now=SECOND)
    proposal = absence(event, who, range(6), now=SECOND)
    assert proposal.changes[0]["slots"] == [2, 3, 4, 5]
    for slots in ([], [77]):
        with pytest.raises(BadInput):
            absence(event, who, slots)


def test_the_latest_word_about_somebody_replaces_the_former():
    event = open_day()
    first, second = (absence(event, busy(event, 0), slots) for slots in ([0], [0, 1]))
    assert (again(first).state, again(second).state) == (ProposalState.STALE, ProposalState.PROPOSED)


def test_nobody_changes_a_timetable_that_is_not_told_nor_with_people_from_elsewhere():
    event, other = open_day(), open_day()
    with pytest.raises(BadInput, match="autre événement"):
        absence(event, busy(other, 0), [0])
    with pytest.raises(BadInput, match="Dites ce qui change"):
        propose_change(event=event, kind=ProposalKind.REFILL, by=lead(event), now=MORNING)
    event.state = EventState.CLOSED
    event.save()
    with pytest.raises(Refused, match="Aucun planning"):
        absence(event, busy(event, 0), [0])


def test_people_speak_for_themselves_and_organisers_alone_decide():
    event = open_day()
    who, welcome = busy(event, 0), accounts.user()
    other = in_slot(event, 0)[1].attendee_b
    make.staff(event, welcome)
    with pytest.raises(NotAllowed):
        absence(event, who, [0], by=other)
    with pytest.raises(NotAllowed):
        propose_change(
            event=event, kind=ProposalKind.PLACE_LOST, about=who, place=event.places.first(), slots=[0], by=who, now=MORNING
        )
    proposal = absence(event, who, [0], by=welcome)
    for decide in (approve_change, refuse_change):
        with pytest.raises(NotAllowed):
            decide(proposal=proposal, by=welcome, now=MORNING)


def test_a_refused_change_leaves_everything():
    event = open_day()
    before = places_of(event)
    proposal = refuse_change(proposal=absence(event, busy(event, 0), [0]), by=lead(event), now=MORNING)
    assert (proposal.state, places_of(event), again(busy(event, 0)).absent_slots) == (ProposalState.REFUSED, before, [])
    with pytest.raises(Refused, match="a déjà décidé"):
        approve_change(proposal=proposal, by=lead(event), now=MORNING)
    with pytest.raises(Refused, match="décidée"):
        renew_change(proposal=proposal, by=lead(event), now=MORNING)


def test_a_proposal_made_of_a_former_timetable_is_out_of_date_and_may_be_made_again():
    event = open_day()
    one, other = in_slot(event, 0)[:2]
    first, second = absence(event, one.attendee_b, [0]), absence(event, other.attendee_a, [4, 5])
    approve_change(proposal=first, by=lead(event), now=MORNING)
    event.refresh_from_db()
    version = event.published_version
    with pytest.raises(Refused, match="planning a changé") as told_why:
        approve_change(proposal=second, by=lead(event), now=MORNING)
    assert told_why.value.code == "stale_change"
    assert again(second).state == ProposalState.STALE  # noted, though nothing was applied
    event.refresh_from_db()
    assert event.published_version == version
    renewed = renew_change(proposal=second, by=lead(event), now=MORNING)
    assert (renewed.base, renewed.changes, renewed.about) == (version, second.changes, second.about)
    assert approve_change(proposal=renewed, by=lead(event), now=MORNING).state == ProposalState.APPROVED


def test_a_proposal_whose_hour_is_past_or_whose_meeting_was_held_is_out_of_date():
    event = open_day()
    proposal = absence(event, busy(event, 0), [0])
    with pytest.raises(Refused, match="créneau de cette proposition est passé"):
        approve_change(proposal=proposal, by=lead(event), now=EVENING)
    proposal = absence(event, busy(event, 0), [0])
    Meeting.objects.filter(pk=proposal.lines[0]["meeting"][1:]).update(state=MeetingState.HELD)
    with pytest.raises(Refused, match="vient d'être marqué"):
        approve_change(proposal=proposal, by=lead(event), now=MORNING)


@pytest.mark.django_db(transaction=True)
def test_of_two_organisers_deciding_at_once_one_wins_and_the_other_is_told():
    event = open_day()
    second = accounts.user()
    event.organisers.create(user=second)
    proposal = absence(event, busy(event, 0), [0])
    results = together(
        lambda: approve_change(proposal=proposal, by=lead(event), now=MORNING),
        lambda: approve_change(proposal=proposal, by=second, now=MORNING),
    )
    winners = [one for one in results if isinstance(one, Proposal)]
    losers = [one for one in results if isinstance(one, Refused)]
    assert (len(winners), len(losers)) == (1, 1), results
    assert losers[0].code == "decided_meanwhile"
    assert event.versions.count() == 2
    assert Letter.objects.count() == len(told())


def test_a_lost_table_moves_who_sat_there_and_is_closed_from_then_on():
    event = open_day()
    place = in_slot(event, 2)[0].place
    proposal = propose_change(
        event=event, kind=ProposalKind.PLACE_LOST, place=place, slots=range(6), by=lead(event), now=SECOND, reason="Fuite"
    )
    assert proposal.lines
    approve_change(proposal=proposal, by=lead(event), now=SECOND)
    assert again(place).closed_slots == [1, 2, 3, 4, 5]
    assert not [meeting for meeting, (slot, where) in places_of(event).items() if where == place.pk and slot > 2]
    with pytest.raises(Refused, match="sont passés"):
        propose_change(event=event, kind=ProposalKind.PLACE_LOST, place=place, slots=[0], by=lead(event), now=SECOND)
    again_closed = propose_change(event=event, kind=ProposalKind.PLACE_LOST, place=place, slots=[5], by=lead(event), now=SECOND)
    assert renew_change(proposal=again_closed, by=lead(event), now=SECOND).changes == again_closed.changes


def test_a_participation_cancelled_after_the_publication_gives_its_meetings_up_but_those_held():
    event = open_day()
    who = busy(event, 0)
    held = in_slot(event, 0)[0].meeting
    Meeting.objects.filter(pk=held.pk).update(state=MeetingState.HELD)
    cancel_registration(registration=who.registration, by=lead(event), now=SECOND)
    proposal = absence(event, again(who), [], now=SECOND)
    assert {line["why"] for line in proposal.lines} == {"cancelled"}
    Letter.objects.all().delete()
    done = approve_change(proposal=proposal, by=lead(event), now=SECOND)
    mine = [meeting for meeting in places_of(event) if again(Meeting(pk=meeting)).registration_b_id == who.registration_id]
    assert mine == [held.pk]
    assert done.new_version.placements.placed().count() == 12 - len(proposal.lines)
    assert {one.state for one in Meeting.objects.filter(registration_b=who.registration).exclude(pk=held.pk)} == {
        MeetingState.CANCELLED
    }
    with pytest.raises(Refused, match="plus de rendez-vous"):
        absence(event, again(who), [], now=SECOND)


def test_what_is_asked_again_leaves_out_what_is_done():
    event = open_day()
    who = busy(event, 0)
    cancel_registration(registration=who.registration, by=lead(event), now=MORNING)
    first = absence(event, again(who), [])
    second = Proposal.objects.create(
        event=event, base=first.base, kind=first.kind, changes=first.changes, lines=first.lines, made_at=MORNING
    )
    approve_change(proposal=first, by=lead(event), now=MORNING)
    with pytest.raises(Refused, match="ne reste rien"):
        renew_change(proposal=second, by=lead(event), now=MORNING)


def late_one(event, **fields):
    return make.first(make.registration(event, Side.B, decided_at=SECOND, **fields))


def test_somebody_registered_late_takes_empty_slots_and_moves_nobody():
    event = open_day()
    before, who = places_of(event), late_one(event)
    buyers = list(event.registrations.filter(side=Side.A))
    make.wish(who.registration, buyers[0], state="accepted", level="must")
    buyers[1].refusals.create(of=who.registration, at=make.NOW)
    whom = [make.first(one) for one in buyers[1:]]
    proposal = propose_change(event=event, kind=ProposalKind.LATE_REGISTRATION, about=who, whom=whom, by=lead(event), now=MORNING)
    assert [line["before"] for line in proposal.lines] == [None, None]  # the one who refused is left out without a word
    again_asked = renew_change(proposal=proposal, by=lead(event), now=MORNING)
    done = approve_change(proposal=again_asked, by=lead(event), now=MORNING)
    after = places_of(event)
    assert {meeting: after[meeting] for meeting in before} == before
    made = Meeting.objects.filter(pk__in=set(after) - set(before))
    assert {(one.origin, one.registration_a, one.registration_b) for one in made} == {
        (MeetingOrigin.ADDED, buyer, who.registration) for buyer in (buyers[0], buyers[2])
    }
    assert made.get(registration_a=buyers[0]).wish is not None
    assert done.new_version.faults == []
    assert told() == {who.pk, make.first(buyers[0]).pk, make.first(buyers[2]).pk}
    with pytest.raises(Refused, match="au moins une personne"):
        propose_change(event=event, kind=ProposalKind.LATE_REGISTRATION, about=who, by=lead(event), now=MORNING)


def test_a_late_registration_that_fits_nowhere_says_so():
    event = open_day(buyers=1, suppliers=2, slots=2)
    who, buyer = late_one(event), make.first(event.registrations.get(side=Side.A))

    def ask(now=MORNING):
        kind = ProposalKind.LATE_REGISTRATION
        return propose_change(event=event, kind=kind, about=again(who), whom=[buyer], by=lead(event), now=now)

    with pytest.raises(Refused, match="Aucun créneau libre"):
        ask()
    with pytest.raises(Refused, match="Tous les créneaux sont passés"):
        ask(EVENING)
    who.registration.status = RegistrationStatus.WAITING
    who.registration.save()
    with pytest.raises(Refused, match="pas acceptée"):
        ask()


def test_who_registered_late_may_ask_again_once_in_the_timetable():
    event = open_day()
    who, buyers = late_one(event), [make.first(one) for one in event.registrations.filter(side=Side.A)]
    for buyer in buyers[:2]:
        proposal = propose_change(
            event=event, kind=ProposalKind.LATE_REGISTRATION, about=who, whom=[buyer], by=lead(event), now=MORNING
        )
        approve_change(proposal=proposal, by=lead(event), now=MORNING)
    assert event.published_version_id != again(event).published_version_id
    assert Meeting.objects.filter(registration_b=who.registration, state=MeetingState.PLANNED).count() == 2
    joined = Proposal.objects.filter(about=who).order_by("pk").first()
    Proposal.objects.filter(pk=joined.pk).update(state=ProposalState.STALE, changes=joined.changes[:1])
    with pytest.raises(Refused, match="ne reste rien"):
        renew_change(proposal=joined, by=lead(event), now=MORNING)


def test_in_the_slot_being_held_and_the_next_nobody_is_moved_to_make_room():
    event = open_day()
    before = places_of(event)
    proposal = absence(event, busy(event, 2), [2], now=FIRST)
    moved = [line for line in proposal.lines if line["why"] != "absent"]
    assert all(line["before"] > 1 and line["after"] > 1 for line in moved)
    assert all(line["after"] is None or line["after"] > 1 for line in proposal.lines)
    assert places_of(event) == before


def test_a_meeting_dropped_says_why_and_is_listed_as_unplaced():
    event = open_day()
    who = busy(event, 0)
    proposal = absence(event, who, range(6))
    assert all(line["after"] is None and line["left"] for line in proposal.lines if f"a{who.pk}" in line["people"])
    done = approve_change(proposal=proposal, by=lead(event), now=MORNING + timedelta(minutes=1))
    assert {row["why"] for row in done.new_version.unplaced} == {"no_common_slot"}
