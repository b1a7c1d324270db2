"""From an event to what is asked of the engine: who is free, who keeps a place, groups of pupils, journeys, interpreters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.meetings.choices import EventKind, EventState, MeetingOrigin, Side
from ensembleur.meetings.models import Booking
from ensembleur.meetings.queries.asking import asked_of_event, choices_of
from ensembleur.meetings.queries.frames import frame_of
from ensembleur.meetings.queries.travelling import KM_PER_HOUR, distance_km
from tests.factories import meetings as make
from tests.meetings.timetable.made import NOW, drafted

pytestmark = pytest.mark.django_db
PARIS, MEAUX = (2.35, 48.85), (2.88, 48.96)


def visits(sites=2, groups=1, **offer):
    """A day of visits where each group asked for each site."""
    event = make.event(EventKind.VISITS, EventState.TIMETABLE, tables=0, slots=6)
    school = make.registration(event, Side.B, people=groups)
    for number in range(sites):
        site = make.registration(event, Side.A, people=offer.get("people", 1))
        longitude, latitude = (PARIS, MEAUX)[number % 2]
        make.visit(site, longitude=longitude, latitude=latitude, groups_at_once=offer.get("groups_at_once", 1))
        for group in school.attendees.all():
            make.wish(school, site, "accepted", group=group)
    return event


def person(event, who):
    return {one.id: one for one in frame_of(event).problem.participants}[f"a{who.pk}"]


def test_somebody_is_free_but_for_their_absences_and_the_talks_they_booked():
    event = make.event()
    who = make.first(make.registration(event))
    who.absent_slots, who.max_meetings, who.max_consecutive = [0], 4, 2
    who.save()
    talk = make.session(event, starts_at=make.OPENING + timedelta(minutes=50), ends_at=make.OPENING + timedelta(minutes=70))
    Booking.objects.create(session=talk, attendee=who, booked_at=NOW)  # it takes the slots 2 and 3
    one = person(event, who)
    assert (one.available, one.max_meetings, one.max_consecutive) == (0b110010, 4, 2)


def test_who_needs_quiet_keeps_a_quiet_place_and_the_others_come():
    event = make.event(tables=3)
    event.places.filter(code="2").update(quiet=True, step_free=False)
    event.places.filter(code="3").update(quiet=True)
    first, second, third = (make.first(make.registration(event)) for _number in range(3))
    for who, level in ((first, True), (second, False), (third, False)):
        who.quiet, who.step_free = True, level
        who.save()
    codes = {f"p{pk}": code for pk, code in event.places.values_list("pk", "code")}
    homes = [codes.get(person(event, who).home, "") for who in (first, second, third)]
    assert homes == ["3", "2", ""]
    assert person(event, first).host


def test_each_group_of_pupils_is_placed_for_itself_and_travel_takes_time():
    event = visits()
    asked = asked_of_event(event)
    (gap,) = asked.problem.gaps
    minutes = distance_km(PARIS, MEAUX) / KM_PER_HOUR * 60
    assert gap.slots == 1 + -(-minutes // 20)
    assert not gap.ordered
    assert {row.group for row in asked.rows.values()} == {event.registrations.get(side=Side.B).attendees.get().pk}
    version = drafted(event)
    assert version.placements.placed().count() <= 2
    assert not version.placements.exclude(place=None).exists()
    assert version.faults == []


def test_a_site_shows_as_many_groups_at_once_as_it_says_and_has_guides():
    alone = asked_of_event(visits(sites=1, groups=3, people=3))
    assert len({one.attendees[0] for one in alone.problem.meetings}) == 1
    several = asked_of_event(visits(sites=1, groups=3, people=3, groups_at_once=2))
    assert len({one.attendees[0] for one in several.problem.meetings}) == 2


def test_two_groups_of_one_school_each_have_their_meeting_and_keep_it():
    event = visits(sites=1, groups=2)
    first = drafted(event)
    second = drafted(event)
    ids = [set(version.placements.values_list("meeting", flat=True)) for version in (first, second)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 2


def test_a_school_that_names_no_group_comes_with_its_first():
    event = make.event(EventKind.VISITS, EventState.TIMETABLE, tables=0)
    site, school = make.registration(event, Side.A), make.registration(event, Side.B, people=2)
    make.visit(site)
    make.wish(school, site, "accepted")
    (meeting,) = asked_of_event(event).problem.meetings
    assert meeting.attendees[1] == f"a{make.first(school).pk}"


def test_the_interpreter_of_the_language_asked_for_comes_too_and_a_lack_is_said():
    event = make.event(state=EventState.TIMETABLE)
    buyer, supplier, other = (make.registration(event, side) for side in (Side.A, Side.B, Side.B))
    supplier.attendees.update(interpreter="LSF")
    other.attendees.update(interpreter="de")
    team = make.registration(event, Side.A)
    team.attendees.update(is_interpreter=True, function="Interprète LSF")
    for one in (supplier, other):
        make.wish(one, buyer, "accepted")
    asked = asked_of_event(event)
    sizes = sorted(len(one.attendees) for one in asked.problem.meetings)
    assert sizes == [2, 3]
    assert asked.alone == (f"a{make.first(other).pk}",)
    version = drafted(event)
    assert version.placements.get(interpreter__isnull=False).interpreter == make.first(team)


def test_a_meeting_added_by_hand_stays_and_one_refused_since_does_not():
    event = make.event(state=EventState.TIMETABLE)
    buyer, supplier, other = (make.registration(event, side) for side in (Side.A, Side.B, Side.B))
    added = make.meeting(buyer, supplier, origin=MeetingOrigin.ADDED)
    refused = make.meeting(buyer, other)
    version = make.version(event, [(added, 1, "1"), (refused, 2, "1")])
    version.placements.filter(meeting=refused).update(locked=True)
    make.wish(supplier, buyer, "accepted")  # the wish of a pair that already has its meeting
    other.refusals.create(of=buyer, at=NOW)
    asked = asked_of_event(event, parent=version)
    assert [(one.id, one.locked) for one in asked.problem.meetings] == [(f"m{added.pk}", None)]


def test_whoever_wants_most_says_so_on_either_side_and_a_pair_keeps_its_order():
    event = make.event(two_sided=False, state=EventState.TIMETABLE)
    one, other = make.registration(event, ""), make.registration(event, "")
    standing = make.meeting(other, one)
    make.wish(one, other, "accepted", answer_level="must")
    asked = asked_of_event(event)
    (meeting,) = asked.problem.meetings
    assert meeting.must
    assert meeting.id == f"m{standing.pk}"
    assert meeting.attendees == (f"a{make.first(other).pk}", f"a{make.first(one).pk}")


def test_an_answer_is_asked_for_unless_the_event_does_without():
    event = make.event(state=EventState.TIMETABLE)
    make.wish(make.registration(event, Side.B), make.registration(event, Side.A))
    assert asked_of_event(event).selection.counts() == {"unanswered": 1}
    event.asks_both = False
    assert len(asked_of_event(event).problem.meetings) == 1


def test_a_hypothesis_is_chosen_for_itself_even_when_another_was_counted_before():
    event = make.event(tables=2, slots=3)
    for _pair in range(7):
        make.wish(make.registration(event, Side.A), make.registration(event, Side.B), "accepted")
    asked = [(0, 0), (1, 0), (2, 0), (-1, 0), (0, 1)]
    together = [len(selection.chosen) for *_rest, selection in choices_of(event, asked)]
    assert together == [6, 7, 7, 3, 7]
    assert together == [len(selection.chosen) for one in asked for *_rest, selection in choices_of(event, [one])]
