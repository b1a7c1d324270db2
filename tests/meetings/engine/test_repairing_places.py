"""Tests of a repair where people are seated: who stays keeps their place, who moves sits near."""

from ensembleur.meetings.engine.changes import PlaceClosed, apply
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Participant, Place, Problem
from ensembleur.meetings.engine.repairing import repair
from tests.meetings.engine.problems import everywhere, plan_of, problem_of
from tests.meetings.engine.test_repairing import gone


def seated(problem: Problem, slots: dict[str, int], places: dict[str, str]) -> Plan:
    plan = plan_of(problem, slots, places=places)
    assert faults(problem, plan) == []
    return plan


def lines(problem: Problem, plan: Plan, *changes):
    found = repair(problem, plan, changes)
    assert faults(apply(problem, changes), found.plan) == []
    return [(one.meeting, one.after, one.place_before, one.place_after, one.why.value) for one in found.lines]


def tables(count: int, slots: int, **kept) -> tuple[Place, ...]:
    return tuple(Place(f"T{n}", everywhere(slots), **kept) for n in range(count))


def test_who_moves_sits_beside_what_they_have_next_and_nobody_else_changes_place():
    problem = problem_of("ab ac de", slots=3, places=tables(3, 3))
    plan = seated(problem, {"ab": 0, "ac": 1, "de": 2}, {"ab": "T0", "ac": "T2", "de": "T0"})
    assert lines(problem, plan, gone("b", 0)) == [("ab", 2, "T0", "T2", "absent")]


def test_a_closed_place_is_left_for_a_free_one_in_the_same_slot():
    problem = problem_of("ab cd", slots=1, places=tables(3, 1))
    plan = seated(problem, {"ab": 0, "cd": 0}, {"ab": "T0", "cd": "T1"})
    assert lines(problem, plan, PlaceClosed("T0", 1)) == [("ab", 0, "T0", "T2", "place_closed")]


def test_who_sat_at_the_place_that_closed_is_who_moves_when_no_other_is_left():
    problem = problem_of("ab cd", slots=2, places=tables(2, 2))
    plan = seated(problem, {"ab": 0, "cd": 0}, {"ab": "T0", "cd": "T1"})
    assert lines(problem, plan, PlaceClosed("T1", 1)) == [("cd", 1, "T1", "T1", "place_closed")]


def test_a_host_whose_place_closes_is_met_in_another_slot_at_that_place():
    people = (Participant("a", 0b11, home="T0", host=True), Participant("b", 0b11))
    problem = problem_of("ab", slots=2, places=tables(2, 2), participants=people)
    plan = seated(problem, {"ab": 0}, {"ab": "T0"})
    assert lines(problem, plan, PlaceClosed("T0", 1)) == [("ab", 1, "T0", "T0", "place_closed")]


def test_who_can_do_with_a_step_gives_up_their_place_to_who_cannot():
    people = (Participant("a", 0b11, step_free=True), *(Participant(name, 0b11) for name in "bcd"))
    places = (Place("T0", 0b11), Place("T1", 0b11, step_free=False))
    problem = problem_of("ab cd", slots=2, places=places, participants=people)
    plan = seated(problem, {"ab": 0, "cd": 1}, {"ab": "T0", "cd": "T0"})
    assert lines(problem, plan, gone("b", 0)) == [("ab", 1, "T0", "T0", "absent"), ("cd", 1, "T0", "T1", "table")]


def test_too_few_places_without_a_step_move_those_who_need_one():
    people = (*(Participant(name, 0b11, step_free=True) for name in "ac"), Participant("b", 0b11), Participant("d", 0b11))
    problem = problem_of("ab cd", slots=2, places=(*tables(2, 2), Place("U", 0b11, step_free=False)), participants=people)
    plan = seated(problem, {"ab": 0, "cd": 0}, {"ab": "T0", "cd": "T1"})
    assert lines(problem, plan, PlaceClosed("T1", 1)) == [("cd", 1, "T1", "T1", "place_closed")]


def test_nameless_tables_are_numbered_as_when_people_were_seated():
    problem = problem_of("ab ac", slots=3, tables=2)
    plan = seated(problem, {"ab": 0, "ac": 1}, {"ab": "1", "ac": "2"})
    assert lines(problem, plan, gone("b", 0)) == [("ab", 2, "1", "2", "absent")]
