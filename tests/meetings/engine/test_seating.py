"""Seating: who keeps a place has it, the others change table as little as can be."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.checking import FaultCode, faults
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Meeting, Participant, Place, Problem
from ensembleur.meetings.engine.seating import seat, tables
from tests.meetings.engine.problems import everywhere, plan_of, plans, problem_of, problems

EVERY = everywhere(4)


def changed(problem: Problem, **by_name: dict) -> Problem:
    return replace(problem, participants=tuple(replace(one, **by_name.get(one.id, {})) for one in problem.participants))


def test_hosts_keep_their_home_and_the_others_come_to_them():
    problem = changed(problem_of("ab cb db", tables=1), a={"home": "Stand"}, b={"home": "Salon"}, d={"home": "Bar", "host": True})
    plan = seat(problem, plan_of(problem, {"ab": 0, "cb": 1, "db": 2}))
    assert plan.places == {"ab": "Stand", "cb": "Salon", "db": "Bar"}
    assert plan.score.table_changes == 2
    assert faults(problem, plan) == []


def test_people_stay_where_they_sat():
    problem = problem_of("ab cd ac bd")
    plan = seat(problem, plan_of(problem, {"ab": 0, "cd": 0, "ac": 1, "bd": 2}))
    assert plan.places["ab"] == "1"
    assert plan.score.table_changes == 2  # of four: in each later meeting one stays


def test_nobody_takes_the_table_of_who_has_a_pause():
    problem = problem_of("ab cd ef", tables=3)
    again = Meeting("ab again", ("a", "b"), EVERY)
    problem = replace(problem, meetings=(*problem.meetings, again))
    plan = seat(problem, plan_of(problem, {"ab": 0, "cd": 1, "ef": 1, "ab again": 2}))
    assert plan.places["ab again"] == plan.places["ab"]
    assert plan.score.table_changes == 0


def test_a_place_without_a_step_is_for_who_needs_it():
    places = (Place("Plain", EVERY), Place("Marche", EVERY, step_free=False))
    problem = changed(problem_of("ab cd", places=places), d={"step_free": True})
    plan = seat(problem, plan_of(problem, {"ab": 0, "cd": 0}))
    assert plan.places == {"ab": "Marche", "cd": "Plain"}
    later = seat(problem, plan_of(problem, {"ab": 0, "cd": 1}))
    assert later.places["cd"] == "Plain"


def test_who_needs_a_place_without_a_step_is_not_sent_where_there_is_one():
    problem = changed(problem_of("ab", places=(Place("Marche", EVERY, step_free=False),)), b={"step_free": True})
    plan = seat(problem, plan_of(problem, {"ab": 0}))
    assert plan.places == {}
    assert [one.code for one in faults(problem, plan)] == [FaultCode.STEP_FREE]


def test_a_meeting_stays_without_place_when_none_is_left():
    problem = problem_of("ab cd ef", tables=2)
    plan = seat(problem, Plan({"ab": 0, "cd": 0, "ef": 0}))
    assert len(plan.places) == 2
    assert {FaultCode.CAPACITY, FaultCode.NOT_SEATED} <= {one.code for one in faults(problem, plan)}
    assert seat(problem_of("ab", tables=0), Plan({"ab": 0})).places == {}


def test_a_closed_place_is_left_empty():
    problem = problem_of("ab", places=(Place("T1", 0b0010), Place("T2", 0b0001)))
    assert seat(problem, Plan({"ab": 0})).places == {"ab": "T2"}
    assert seat(problem, Plan({"ab": 1})).places == {"ab": "T1"}


def test_a_kept_place_does_not_change():
    problem = problem_of("ab cd")
    plan = seat(problem, Plan({"ab": 0, "cd": 0}), kept={"cd": "1"})
    assert plan.places == {"cd": "1", "ab": "2"}


def test_tables_without_name_are_numbered_past_the_places_somebody_keeps():
    problem = changed(replace(problem_of("ab"), tables=(2, 0, 3, 1)), a={"home": "2"})
    assert [(one.id, one.open) for one in tables(problem)] == [("1", 0b1101), ("3", 0b0101), ("4", 0b0100)]


def test_the_same_plan_is_always_seated_the_same_way():
    problem, plan = crowd(slots=5, tables=12)
    assert seat(problem, plan) == seat(problem, plan)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_plan_that_holds_still_holds_once_seated(data):
    problem = data.draw(problems())
    plan = data.draw(plans(problem))
    assert faults(problem, seat(problem, plan)) == []


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_from_one_slot_to_the_next_no_seating_changes_fewer_tables(chance):
    names = [f"p{n}" for n in range(8)]
    chance.shuffle(names)
    before = [tuple(names[n : n + 2]) for n in range(0, 8, 2)]
    chance.shuffle(names)
    after = [tuple(names[n : n + 2]) for n in range(0, 6, 2)]
    meetings = tuple(Meeting(f"m{n}", pair, 3) for n, pair in enumerate([*before, *after]))
    problem = Problem(2, tuple(Participant(name, 3) for name in names), meetings, (4, 4))
    slots = {one.id: int(n >= 4) for n, one in enumerate(meetings)}
    plan = seat(problem, Plan(slots))
    first = {one.id: plan.places[one.id] for one in meetings[:4]}
    others = [first | dict(zip(("m4", "m5", "m6"), order, strict=False)) for order in permutations("1234", 3)]
    assert plan.score.table_changes == min(score(problem, slots, one).table_changes for one in others)


def crowd(*, slots: int, tables: int) -> tuple[Problem, Plan]:
    """Every slot nearly full, of people drawn by chance."""
    chance = random.Random(1)
    meetings, made = [], {}
    for slot in range(slots):
        hosts, guests = range(tables), range(tables, 3 * tables)
        count = tables * 9 // 10
        for pair in zip(chance.sample(hosts, count), chance.sample(guests, count), strict=True):
            meeting = Meeting(f"m{len(meetings)}", (str(pair[0]), str(pair[1])), everywhere(slots))
            meetings.append(meeting)
            made[meeting.id] = slot
    people = tuple(Participant(str(n), everywhere(slots), host=n < tables) for n in range(3 * tables))
    return Problem(slots, people, tuple(meetings), (tables,) * slots), Plan(made)


def test_the_largest_event_is_seated_whole():
    problem, plan = crowd(slots=24, tables=300)
    plan = seat(problem, plan)
    assert len(plan.places) == len(problem.meetings) == 6480
    assert plan.score.table_changes < len(problem.meetings)  # at each meeting one of the two stays
