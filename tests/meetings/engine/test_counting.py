"""What a timetable costs: breaks, idle slots, and those nothing can spare."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.counting import Day, agendas, day, days, in_a_row, score
from ensembleur.meetings.engine.plan import Score
from ensembleur.meetings.engine.problem import Meeting, Participant, Place, Problem
from tests.meetings.engine.problems import plans, problem_of, problems

SLOTS = 10
ALL = (1 << SLOTS) - 1
WHOLE = Problem(SLOTS, (), (), (1,) * SLOTS)
HALVES = Problem(SLOTS, (), (), (1,) * SLOTS, sessions=(0b0000011111, 0b1111100000))


def agenda(drawn: str) -> int:
    """ "x.x" is busy in slots 0 and 2."""
    return sum(1 << slot for slot, mark in enumerate(drawn) if mark == "x")


@pytest.mark.parametrize(
    ("drawn", "away", "asked", "counted"),
    [
        ("", "", None, (0, 0, 0, 0, 0)),
        ("..xxx", "", None, (3, 0, 0, 0, 0)),
        ("x.x", "", None, (2, 1, 1, 1, 1)),
        ("x...x.x", "", None, (3, 2, 4, 2, 4)),
        ("x...x", ".xxx", None, (2, 1, 3, 0, 0)),  # away all along
        ("x...x", ".x", None, (2, 1, 3, 1, 2)),  # away for a part of it
        ("xx.x", "", 2, (3, 1, 1, 0, 0)),  # the pause they asked for
        ("xx...x", "", 2, (3, 1, 3, 0, 2)),  # and two slots for nothing
        ("xx...x", "..x", 2, (3, 1, 3, 0, 2)),  # away is a pause too
        ("x..x", "", 2, (2, 1, 2, 1, 2)),  # too early for a pause
    ],
)
def test_a_day_is_counted_with_what_nothing_can_spare_apart(drawn, away, asked, counted):
    person = Participant("p", ALL & ~agenda(away), max_consecutive=asked)
    assert day(WHOLE, person, agenda(drawn)) == Day(*counted)


def test_a_row_of_meetings_stops_with_the_session():
    busy = agenda("...xxxx")
    assert (in_a_row(WHOLE, busy), in_a_row(HALVES, busy), in_a_row(WHOLE, 0)) == (4, 2, 0)
    asked = Participant("p", ALL, max_consecutive=3)
    assert day(HALVES, asked, agenda("...xxxx.x")).unwanted_breaks == 1
    assert day(WHOLE, asked, agenda("...xxxx.x")).unwanted_breaks == 0


def test_the_figures_of_everybody_are_summed_and_the_worst_is_kept():
    problem = problem_of("ab ac ad", slots=6)
    slots = {"ab": 0, "ac": 2, "ad": 5}
    assert agendas(problem, slots)["a"] == 0b100101
    places = {"ab": "1", "ac": "1", "ad": "2"}
    assert score(problem, slots, places) == Score(3, 2, 3, 2, 3, 2, 1)
    assert days(problem, slots)["a"] == Day(3, 2, 3, 2, 3)


def test_a_timetable_of_nobody_costs_nothing():
    assert score(WHOLE, {}) == Score()


def test_a_meeting_is_at_the_first_host_who_keeps_a_place():
    people = (Participant("a", 1, home="A"), Participant("b", 1, home="B", host=True), Participant("c", 1))
    problem = Problem(1, people, (), (1,), places=(Place("A", 1), Place("C", 1), Place("D", 0)))
    homes = [problem.at_home(Meeting("m", tuple(who), 1)) for who in ("ab", "ca", "c", "cb")]
    assert homes == ["B", "A", "", "B"]
    assert problem.homes() == {"a": "A", "b": "B"}
    assert problem.capacity() == (1,)  # C: A is kept, and D is closed


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_unwanted_is_a_part_of_all(data):
    problem = data.draw(problems())
    found = score(problem, data.draw(plans(problem)).slots)
    assert 0 <= found.unwanted_breaks <= found.breaks <= found.idle_slots
    assert 0 <= found.unwanted_idle_slots <= found.idle_slots
    assert found.max_breaks <= found.breaks
