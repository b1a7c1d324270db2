"""From a problem to a timetable: the works in their order, what is proved and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from ensembleur.errors import BadInput, NoSolution
from ensembleur.meetings.engine import proving
from ensembleur.meetings.engine.bounding import fewest_breaks
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.counting import days
from ensembleur.meetings.engine.plan import Plan, Progress
from ensembleur.meetings.engine.problem import Meeting, Participant, Problem, Rules
from ensembleur.meetings.engine.solving import ENGINE, solve
from tests.meetings.engine.problems import everywhere, problem_of, problems


def lenient(problem: Problem) -> Problem:
    return replace(problem, rules=replace(problem.rules, fair_difference=None))


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_checker_has_nothing_to_say(problem):
    plan = solve(problem, iterations=300, seed=4)
    assert faults(lenient(problem), plan) == []
    assert plan.seed == 4
    assert plan.first_valid_seconds <= plan.seconds


@given(problems())
@settings(max_examples=60, deadline=None)
def test_no_agenda_has_fewer_breaks_than_is_proved(problem):
    plan = solve(problem, iterations=300, seated=False)
    assert plan.places == {}
    assert fewest_breaks(problem, plan.slots) <= sum(one.breaks for one in days(problem, plan.slots).values())


def test_no_break_at_all_is_optimal_whatever_the_size():
    plan = solve(problem_of("ab cd"), seconds=0.1)
    assert (plan.score.breaks, plan.bound, plan.optimal, plan.engine) == (0, 0, True, ENGINE)


def test_a_break_that_an_absence_forces_is_proved_too():
    away = (Participant("a", 0b1101), *(Participant(name, 0b1111) for name in "bcd"))
    plan = solve(problem_of("ab ac ad", participants=away), iterations=1000)
    assert (plan.score.breaks, plan.bound, plan.optimal) == (1, 1, True)


RING = Problem(  # four people, two of whom are never free in the middle: nothing is proved of it by agendas alone
    slot_count=3,
    participants=tuple(Participant(name, 7) for name in "abcd"),
    meetings=(Meeting("ab", ("a", "b"), 1), Meeting("ac", ("a", "c"), 4), Meeting("bd", ("b", "d"), 7)),
    tables=(2,) * 3,
)


def test_nothing_is_said_of_what_is_not_proved():
    plan = solve(RING, iterations=1000)
    assert (plan.score.breaks, plan.bound, plan.optimal) == (1, None, False)


def test_a_proof_is_asked_for_and_told():
    plan = solve(RING, seconds=20, exact=True)
    assert (plan.score.breaks, plan.bound, plan.optimal) == (1, 1, True)
    assert plan.engine.startswith(ENGINE + " ; ")
    assert faults(RING, plan) == []


def test_what_is_proved_by_agendas_is_not_lost_when_a_proof_says_less(monkeypatch):
    away = (Participant("e", 0b101), Participant("f", 7), Participant("g", 7))
    both = replace(
        RING,
        participants=RING.participants + away,
        meetings=(*RING.meetings, Meeting("ef", ("e", "f"), 7), Meeting("eg", ("e", "g"), 7)),
    )
    monkeypatch.setattr(proving, "prove", lambda problem, *, seconds, start, watch: replace(start, bound=None, optimal=False))
    plan = solve(both, iterations=1000, exact=True)
    assert (plan.score.breaks, plan.bound, plan.optimal) == (2, 1, False)


def test_fairness_that_nothing_can_keep_leaves_the_timetable_and_is_said(monkeypatch):
    def prove(problem, *, seconds, start, watch):
        raise NoSolution("unfair", "Aucun planning ne tient cet écart.")

    monkeypatch.setattr(proving, "prove", prove)
    plan = solve(replace(RING, rules=Rules(fair_difference=0)), iterations=1000, exact=True)
    assert len(plan.slots) == 3
    assert plan.engine == f"{ENGINE} ; Aucun planning ne tient cet écart."


def test_the_watch_follows_every_work_and_stops_them_all(monkeypatch):
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return progress.doing != "improving"

    def prove(problem, *, seconds, start, watch):
        raise AssertionError("the search was asked to stop")

    monkeypatch.setattr(proving, "prove", prove)
    plan = solve(RING, iterations=1000, exact=True, watch=watch)
    assert [one.doing for one in seen] == ["placing", "improving"]
    assert len(plan.slots) == 3


def test_a_watch_that_stops_at_once_still_gets_a_timetable():
    plan = solve(RING, seconds=60, watch=lambda progress: False)
    assert len(plan.slots) == 3


def test_the_shares_of_a_proof_follow_those_of_the_search(monkeypatch):
    shares = []

    def prove(problem, *, seconds, start, watch):
        watch(Progress(0.5, start.score, "proving"))
        return start

    monkeypatch.setattr(proving, "prove", prove)
    solve(RING, iterations=1000, exact=True, watch=lambda progress: shares.append(round(progress.share, 2)) or True)
    assert shares == sorted(shares)
    assert shares[-1] == 0.6


def test_a_start_is_gone_on_from():
    problem = problem_of("ab cd")
    assert solve(problem, iterations=10, start={"ab": 3, "cd": 3}).slots == {"ab": 3, "cd": 3}


def test_a_malformed_problem_is_refused():
    with pytest.raises(BadInput):
        solve(replace(RING, slot_count=63))


IMPOSSIBLE = [
    problem_of("ab cd", tables=0),
    problem_of("ab", participants=(Participant("a", 0), Participant("b", everywhere(4)))),
    Problem(1, (), (), (0,)),
]


@pytest.mark.parametrize("problem", IMPOSSIBLE)
def test_what_cannot_be_held_is_said_and_nothing_crashes(problem):
    plan = solve(problem, seconds=0.1, exact=True)
    assert plan.slots == {}
    assert len(plan.unplaced) == len(problem.meetings)
    assert faults(problem, plan) == []


def test_the_plan_of_nothing_is_proved():
    assert solve(Problem(1, (), (), (0,)), seconds=0.1) == replace(
        Plan({}, bound=0, optimal=True, engine=ENGINE),
        seconds=pytest.approx(0, abs=60),
        first_valid_seconds=pytest.approx(0, abs=60),
    )
