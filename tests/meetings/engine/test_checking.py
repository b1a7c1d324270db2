"""The checker: one tampered plan for each rule, and plans spoilt by chance, judged in another way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.checking import FaultCode, faults
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Rules
from ensembleur.meetings.engine.seating import seat
from tests.meetings.engine.problems import everywhere, holds, plan_of, plans, problem_of, problems, spoilt

EVERY = everywhere(4)
TWO = problem_of("ab cd")
GOOD = plan_of(TWO, {"ab": 0, "cd": 0})
ROOMS = (Place("T1", EVERY), Place("T2", 0b0001), Place("T3", EVERY, step_free=False))


def people(names: str, **kept) -> tuple[Participant, ...]:
    """The first of them is told apart."""
    return tuple(Participant(name, EVERY, **(kept if place == 0 else {})) for place, name in enumerate(names))


def codes(problem, plan) -> set[FaultCode]:
    return {one.code for one in faults(problem, plan)}


def seated(problem, slots, places) -> Plan:
    return plan_of(problem, slots, places=places)


def test_a_plan_that_keeps_every_rule_has_no_fault():
    assert faults(TWO, GOOD) == []


CASES = [
    ("unknown_meeting", TWO, replace(GOOD, unplaced=(Unplaced("xy", WhyNot.PAUSE),))),
    ("unknown_meeting", replace(TWO, gaps=(Gap("ab", "xy"),)), GOOD),
    ("unknown_participant", replace(TWO, participants=people("abc")), GOOD),
    ("no_such_slot", TWO, Plan({"ab": 4, "cd": 0}, score=Score(placed=1))),
    ("no_such_slot", TWO, Plan({"ab": -1, "cd": 0}, score=Score(placed=1))),
    ("missing", TWO, Plan({"ab": 0}, score=Score(placed=1))),
    ("placed_and_unplaced", TWO, replace(GOOD, unplaced=(Unplaced("ab", WhyNot.PAUSE),))),
    ("unplaced_twice", TWO, replace(plan_of(TWO, {"ab": 0}), unplaced=(Unplaced("cd", WhyNot.PAUSE),) * 2)),
    ("person_twice", problem_of("ab ac"), plan_of(problem_of("ab ac"), {"ab": 1, "ac": 1})),
    ("unavailable", replace(TWO, participants=(Participant("a", 0b1110), *people("bcd"))), GOOD),
    ("not_allowed", replace(TWO, meetings=(Meeting("ab", ("a", "b"), 0b1110), TWO.meetings[1])), GOOD),
    ("locked_moved", replace(TWO, meetings=(Meeting("ab", ("a", "b"), EVERY, locked=2), TWO.meetings[1])), GOOD),
    ("capacity", replace(TWO, tables=(1,) * 4), GOOD),
    ("capacity", replace(TWO, places=(ROOMS[0],)), GOOD),
    ("max_meetings", replace(TWO, participants=people("abcd", max_meetings=0)), GOOD),
    (
        "max_consecutive",
        problem_of("ab ac", participants=people("abc", max_consecutive=1)),
        plan_of(problem_of("ab ac", participants=people("abc", max_consecutive=1)), {"ab": 0, "ac": 1}),
    ),
    ("gap", replace(TWO, gaps=(Gap("ab", "cd"),)), GOOD),
    ("gap", replace(TWO, gaps=(Gap("ab", "cd", 2, ordered=False),)), plan_of(TWO, {"ab": 1, "cd": 0})),
    (
        "fairness",
        problem_of("ab ac", rules=Rules(fair_difference=0)),
        plan_of(problem_of("ab ac"), {"ab": 0, "ac": 2}),
    ),
    ("not_seated", TWO, seated(TWO, {"ab": 0, "cd": 0}, {"ab": "1"})),
    ("place_twice", TWO, seated(TWO, {"ab": 0, "cd": 0}, {"ab": "1", "cd": "1"})),
    (
        "place_twice",
        replace(TWO, participants=tuple(replace(one, home="S" if one.id in "ac" else "") for one in TWO.participants)),
        GOOD,
    ),
    ("unknown_place", replace(TWO, places=ROOMS), seated(TWO, {"ab": 0, "cd": 0}, {"ab": "T1", "cd": "T4"})),
    ("place_closed", replace(TWO, places=ROOMS), seated(TWO, {"ab": 1, "cd": 1}, {"ab": "T1", "cd": "T2"})),
    (
        "place_closed",
        replace(TWO, places=ROOMS, participants=people("abcd", home="T2")),
        plan_of(TWO, {"ab": 1, "cd": 1}),
    ),
    (
        "home_not_kept",
        replace(TWO, places=ROOMS, participants=people("abcd", home="T2")),
        seated(TWO, {"ab": 0, "cd": 0}, {"ab": "T1", "cd": "T3"}),
    ),
    (
        "home_taken",
        replace(TWO, places=ROOMS, participants=people("abcd", home="T2")),
        seated(TWO, {"ab": 1, "cd": 0}, {"ab": "T2", "cd": "T2"}),
    ),
    (
        "step_free",
        replace(TWO, places=ROOMS, participants=people("abcd", step_free=True)),
        seated(TWO, {"ab": 0, "cd": 0}, {"ab": "T3", "cd": "T1"}),
    ),
    ("step_free", replace(TWO, places=ROOMS[2:], participants=people("abcd", step_free=True)), plan_of(TWO, {"ab": 0})),
    *[("score", TWO, replace(GOOD, score=replace(GOOD.score, **{name: 7}))) for name in Score.__dataclass_fields__],
    ("bound", TWO, replace(GOOD, bound=1)),
    ("optimal", TWO, replace(GOOD, optimal=True)),
    ("optimal", problem_of("ab ac"), plan_of(problem_of("ab ac"), {"ab": 0, "ac": 2}, bound=0, optimal=True)),
]


@pytest.mark.parametrize(("code", "problem", "plan"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_a_tampered_plan_is_refused_for_what_was_done_to_it(code, problem, plan):
    found = faults(problem, plan)
    assert code in {one.code for one in found}
    assert all(one.says.endswith(".") for one in found)


def test_every_rule_of_the_checker_has_its_tampered_plan():
    assert {case[0] for case in CASES} == set(FaultCode)


def test_a_fault_names_the_meetings_and_the_people():
    problem = problem_of("ab ac")
    (fault,) = faults(problem, plan_of(problem, {"ab": 1, "ac": 1}))
    assert (fault.meetings, fault.participants) == (("ab", "ac"), ("a",))
    assert fault.says == "« a » a 2 rencontres au créneau 1."


def test_a_pause_across_two_sessions_is_no_row():
    problem = problem_of("ab ac", participants=people("abc", max_consecutive=1), sessions=(0b0011, 0b1100))
    assert faults(problem, plan_of(problem, {"ab": 1, "ac": 2})) == []


def test_breaks_are_counted_again_both_ways():
    """a: a pause asked for of one slot too many; b: away for the whole of their break; c: a break that nothing asked for."""
    problem = problem_of("ax ay bx by cx cy", slots=9)
    asked = {"a": {"max_consecutive": 1}, "b": {"available": 0b111111101}}
    problem = replace(problem, participants=tuple(replace(one, **asked.get(one.id, {})) for one in problem.participants))
    plan = plan_of(problem, {"ax": 3, "ay": 6, "bx": 0, "by": 2, "cx": 4, "cy": 7})
    assert faults(problem, plan) == []
    mine = {"a": (1, 2, 0, 1), "b": (1, 1, 0, 0), "c": (1, 2, 1, 2)}
    others = {"x": (1, 2, 1, 2), "y": (1, 3, 1, 3)}
    totals = tuple(sum(column) for column in zip(*mine.values(), *others.values(), strict=True))
    said = plan.score
    assert (said.breaks, said.idle_slots, said.unwanted_breaks, said.unwanted_idle_slots) == totals


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_plan_spoilt_by_chance_is_refused_just_when_it_should(data):
    problem = data.draw(problems())
    plan = data.draw(plans(problem))
    assert faults(problem, plan) == []
    if data.draw(st.booleans()):
        plan = seat(problem, plan)
        assert faults(problem, plan) == []
    plan = data.draw(spoilt(problem, plan))
    event("valid" if holds_safely(problem, plan) else "spoilt")
    assert (faults(problem, plan) == []) == holds_safely(problem, plan)


def holds_safely(problem, plan) -> bool:
    return all(0 <= slot < problem.slot_count for slot in plan.slots.values()) and holds(problem, plan)
