"""The proof of a timetable: what the engines answer is compared with every timetable there is."""

from __future__ import annotations

import io
import json
import pickle
import runpy
import subprocess
import sys
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysat.solvers import Solver

from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Problem, Rules
from ensembleur.meetings.engine.proving import child
from ensembleur.meetings.engine.proving.cores import grant
from ensembleur.meetings.engine.proving.formula import Formula
from tests.meetings.engine.problems import everywhere, holds, plan_of, problem_of, problems

CHILD = "ensembleur.meetings.engine.proving.child"


def fewest(problem: Problem) -> int | None:
    """The breaks of the best timetable that places every meeting, all of them tried; None when there is none."""
    lax = replace(problem, rules=Rules())
    partial: list[dict[str, int]] = [{}]
    for meeting in problem.meetings:
        tried = [{**slots, meeting.id: slot} for slots in partial for slot in range(problem.slot_count)]
        partial = [slots for slots in tried if holds(lax, plan_of(lax, slots))]
    return min((score(problem, slots).breaks for slots in partial if holds(problem, plan_of(problem, slots))), default=None)


def answered(problem: Problem, engine: str = "glucose4") -> tuple[int, dict[str, int] | None]:
    """What an engine says: the breaks proved, and its timetable."""
    told = io.StringIO()
    child.answer(problem, engine, told)
    *bounds, last = [json.loads(line) for line in told.getvalue().splitlines()]
    assert [one["bound"] for one in bounds] == list(range(1, len(bounds) + 1))
    return len(bounds), last["slots"]


def assert_proved(problem: Problem, engine: str = "glucose4") -> None:
    bound, slots = answered(problem, engine)
    best = fewest(problem)
    if slots is None:
        assert best is None
    else:
        assert holds(problem, plan_of(problem, slots, bound=bound, optimal=True))
        assert bound == best


def few(problem: Problem, count: int = 4) -> Problem:
    """The same with its first meetings only, so that every timetable can be tried."""
    kept = problem.meetings[:count]
    names = {one.id for one in kept}
    return replace(problem, meetings=kept, gaps=tuple(one for one in problem.gaps if {one.first, one.second} <= names))


@settings(max_examples=80, deadline=None)
@given(problems(), st.sampled_from(["glucose4", "cadical153"]))
def test_an_engine_finds_the_fewest_breaks_of_any_small_problem(problem, engine):
    assert_proved(few(problem), engine)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_engine_finds_the_fewest_breaks_where_they_abound(data):
    """People who come and go, meetings that are fixed, twice the same pair: little can be spared."""
    slots, people = 6, "abcd"
    pairs = data.draw(st.lists(st.sampled_from(list(combinations(people, 2))), min_size=3, max_size=5))
    fixed = data.draw(st.lists(st.sampled_from([None, None, 0, 3, 5]), min_size=5, max_size=5))
    assert_proved(
        Problem(
            slots,
            tuple(Participant(name, data.draw(st.integers(0, everywhere(slots))) | 0b101001) for name in people),
            tuple(Meeting(f"m{n}", pair, everywhere(slots), locked=fixed[n]) for n, pair in enumerate(pairs)),
            tables=(data.draw(st.integers(1, 2)),) * slots,
            rules=Rules(data.draw(st.sampled_from([None, 0, 1]))),
        )
    )


def test_meetings_of_three_are_not_counted_by_two():
    assert_proved(
        replace(problem_of("ab bc", slots=3), meetings=(Meeting("abc", ("a", "b", "c"), 7), Meeting("ab", ("a", "b"), 7)))
    )


def test_somebody_who_wants_a_pause_has_it_inside_a_session_only():
    rested = problem_of("ab ac ad", slots=4, participants=tuple(Participant(name, 15, max_consecutive=2) for name in "abcd"))
    assert answered(rested)[0] == 1
    assert answered(replace(rested, sessions=(0b0011, 0b1100)))[0] == 0


@pytest.mark.parametrize(
    ("gap", "breaks"), [(Gap("ab", "ac", 2), 1), (Gap("ac", "ab", 2, ordered=False), 1), (Gap("ac", "ab"), 0)]
)
def test_meetings_that_stand_apart_do(gap, breaks):
    bound, slots = answered(problem_of("ab ac", slots=3, gaps=(gap,)))
    assert bound == breaks
    apart = slots[gap.second] - slots[gap.first]
    assert (apart if gap.ordered else abs(apart)) >= gap.slots


def test_who_keeps_a_place_takes_no_table_but_needs_it_open_and_for_themselves():
    at_home = tuple(Participant(name, 7, home="Stand" if name in "ab" else "") for name in "abcd")
    problem = problem_of("ac bd", slots=3, participants=at_home, places=(Place("Stand", 0b101),))
    assert sorted(answered(problem)[1].values()) == [0, 2]
    assert answered(replace(problem, places=(Place("Stand", 0b100),)))[1] is None


def test_places_without_a_step_are_counted():
    careful = tuple(Participant(name, 3, step_free=True) for name in "abcd")
    places = (Place("Plain", 3), Place("Marche", 3, step_free=False))
    assert sorted(answered(problem_of("ab cd", slots=2, participants=careful, places=places))[1].values()) == [0, 1]


@pytest.mark.parametrize(("difference", "possible"), [(0, False), (1, True), (None, True)])
def test_fairness_counts_everybody_even_who_meets_nobody(difference, possible):
    alone = tuple(Participant(name, 0b101 if name == "a" else 7) for name in "abcd")
    problem = problem_of("ab ac", slots=3, participants=alone, rules=Rules(difference))
    bound, slots = answered(problem)
    assert (slots is not None) is possible
    assert bound == (1 if possible else 0)


def test_fairness_lets_everybody_have_breaks_alike():
    away = tuple(Participant(name, 0b101) for name in "ab")
    twice = (Meeting("first", ("a", "b"), 7), Meeting("second", ("a", "b"), 7))
    assert answered(Problem(3, away, twice, (1, 1, 1), rules=Rules(0)))[0] == 2


@pytest.mark.parametrize("most", [1, 2, 3, 4, 9])
def test_literals_are_counted_up_to_a_limit(most):
    formula = Formula()
    given_ones = [formula.new() for _ in range(4)]
    counts = formula.counted(given_ones, most)
    with Solver(name="glucose4", bootstrap_with=formula.clauses) as solver:
        for signs in product((1, -1), repeat=4):
            assert solver.solve(assumptions=[sign * one for sign, one in zip(signs, given_ones, strict=True)])
            model = set(solver.get_model())
            reached = min(signs.count(1), len(counts))
            assert [one in model for one in counts] == [rank < reached for rank in range(len(counts))]


@pytest.mark.parametrize("count", [1, 6, 7, 15])
def test_at_most_one_of_a_list_is_true(count):
    formula = Formula()
    literals = [formula.new() for _ in range(count)]
    formula.at_most_one(literals)
    with Solver(name="glucose4", bootstrap_with=formula.clauses) as solver:
        assert all(solver.solve(assumptions=[one]) for one in literals)
        assert not any(solver.solve(assumptions=[one, other]) for one, other in combinations(literals, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=3), max_size=14))
def test_the_wishes_refused_are_as_few_as_can_be(clauses):
    formula = Formula()
    wishes = [formula.new() for _ in range(5)]
    formula.clauses += clauses
    models = [
        signs
        for signs in product((1, -1), repeat=5)
        if all(any(literal * signs[abs(literal) - 1] > 0 for literal in clause) for clause in clauses)
    ]
    proved: list[int] = []
    with Solver(name="cadical153", bootstrap_with=formula.clauses) as solver:
        refused = grant(solver, formula, wishes, tell=proved.append)
        model = set(solver.get_model() or ()) if refused is not None else set()
    assert refused == min((signs.count(-1) for signs in models), default=None)
    assert refused is None or sum(one not in model for one in wishes) == refused == len(proved)


@pytest.mark.parametrize("granted", range(6))
def test_wishes_of_which_only_so_many_hold_are_granted_one_more_refusal_at_a_time(granted):
    formula = Formula()
    wishes = [formula.new() for _ in range(6)]
    formula.add(-formula.counted(wishes, 6)[granted])
    proved: list[int] = []
    with Solver(name="glucose4", bootstrap_with=formula.clauses) as solver:
        assert grant(solver, formula, wishes, tell=proved.append) == 6 - granted
    assert proved == list(range(1, 7 - granted))


def test_a_child_reads_a_problem_and_ends_by_itself_whatever_happens(monkeypatch, capsys):
    limits: list[object] = []
    monkeypatch.setattr("signal.alarm", limits.append)
    monkeypatch.setattr("resource.setrlimit", lambda *limit: limits.append(limit[1][0]))
    asked = io.TextIOWrapper(io.BytesIO(pickle.dumps(problem_of("ab ac", slots=2))))
    monkeypatch.setattr(sys, "stdin", asked)
    monkeypatch.setattr(sys, "argv", ["child", "glucose4", "3.5"])
    monkeypatch.delitem(sys.modules, CHILD)
    runpy.run_module(CHILD, run_name="__main__")
    assert set(json.loads(capsys.readouterr().out)["slots"]) == {"ab", "ac"}
    assert limits == [4 + child.GRACE, child.MEMORY]


def test_a_child_knows_nothing_of_the_server():
    code = f"import sys, {CHILD}; print([name for name in ('django', 'numba', 'numpy') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
