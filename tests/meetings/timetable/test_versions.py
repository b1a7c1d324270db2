"""A timetable is written down: its lines, its figures, its number; what differs from one to another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError

from ensembleur.meetings.choices import VersionOrigin
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.models import Meeting
from ensembleur.meetings.queries.asking import asked_of_event
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_event, problem_of_version
from ensembleur.meetings.queries.versions import Change, concerned, differences
from ensembleur.meetings.services.versions import write_version
from tests.factories import meetings as make
from tests.meetings.timetable.made import NOW, drafted, forum

pytestmark = pytest.mark.django_db


def test_a_version_keeps_the_whole_timetable_and_gives_it_back():
    event = forum()
    version = drafted(event)
    problem, plan = problem_of_version(version), plan_of_version(version)
    assert (version.number, version.faults, version.unplaced) == (1, [], [])
    assert (len(plan.slots), len(plan.places)) == (12, 12)
    assert faults(problem, plan) == []
    assert version.score["sides"]["A"]["placed"] == 12
    assert version.score["sides"]["B"]["people"] == 4
    assert len(version.input_hash) == 64


def test_the_same_pair_keeps_its_meeting_from_one_version_to_the_next():
    event = forum()
    drafted(event)
    uids = set(event.meetings.values_list("uid", flat=True))
    second = drafted(event)
    assert second.number == 2
    assert set(event.meetings.values_list("uid", flat=True)) == uids


def test_nobody_is_named_in_what_a_version_keeps():
    version = drafted(forum())
    assert "Camille" not in str(version.problem)


def test_a_timetable_with_a_fault_says_so():
    event = forum(buyers=1, suppliers=2)
    version = drafted(event)
    problem, plan = problem_of_version(version), plan_of_version(version)
    crowded = replace(plan, slots=dict.fromkeys(plan.slots, 0), places={})
    with pytest.raises(IntegrityError):  # the database has the last word
        write_version(event=event, problem=problem, plan=crowded, origin=VersionOrigin.COMPUTED, by=None, now=NOW)
    short = replace(plan, slots=dict(list(plan.slots.items())[:1]), places={})
    written = write_version(
        event=event, problem=problem, plan=short, origin=VersionOrigin.REPAIRED, by=None, now=NOW, parent=version
    )
    assert "missing" in {fault["code"] for fault in written.faults}
    assert (written.number, written.parent) == (2, version)


def test_the_difference_of_two_versions_names_each_meeting_and_its_people():
    event = forum(buyers=2, suppliers=2)
    met = {}
    first = drafted(event)
    for one in first.placements.all():
        met[one.meeting_id] = one
    ids = sorted(met)
    held = {pk: Meeting.objects.get(pk=pk) for pk in ids}
    other = make.version(event, [(held[ids[0]], met[ids[0]].slot, met[ids[0]].place.code), (held[ids[1]], 5, "4")])
    lines = differences(first, other)
    assert {line.change for line in lines} == {Change.MOVED, Change.REMOVED}
    assert len(lines) == 3
    assert ids[0] not in {line.meeting for line in lines}
    assert met[ids[1]].attendee_a_id in concerned(lines)
    assert {line.change for line in differences(None, first)} == {Change.ADDED}


def test_people_and_table_alone_are_differences_too():
    event = make.event(tables=2)
    buyer, supplier = make.registration(event, "A", people=2), make.registration(event, "B")
    met = make.meeting(buyer, supplier)
    one, table, people = (make.version(event, [(met, 1, code)]) for code in ("1", "2", "1"))
    people.placements.update(attendee_a=buyer.attendees.order_by("-pk")[0])
    assert [line.change for line in differences(one, table)] == [Change.SEATED]
    assert [line.change for line in differences(one, people)] == [Change.PEOPLE]
    assert len(concerned(differences(one, people))) == 3


def test_reading_an_event_costs_the_same_whatever_its_size(django_assert_max_num_queries):
    event = forum(buyers=3, suppliers=6)
    with django_assert_max_num_queries(10):
        assert len(problem_of_event(event).meetings) == 18
    assert asked_of_event(event).selection.optimal
