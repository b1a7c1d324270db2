"""Improving: never against a rule, never worse, the same for a seed; compiled or not, the same search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine import improving, kernels, pricing, tabulating
from ensembleur.meetings.engine.arrays import AFTER, BEFORE, grid
from ensembleur.meetings.engine.board import Board
from ensembleur.meetings.engine.counting import days, score
from ensembleur.meetings.engine.drawing import full_size
from ensembleur.meetings.engine.formats.dzn import read_dzn
from ensembleur.meetings.engine.improving import improve
from ensembleur.meetings.engine.placing import hold, place
from ensembleur.meetings.engine.plan import Plan, Progress, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Problem, Rules
from tests.meetings.engine.problems import everywhere, holds, problem_of, problems

WEIGHTS = pricing.Weights(improving.BREAK, improving.FORCED, improving.IDLE, improving.ABOVE, 2, 2)


@contextmanager
def interpreted() -> Iterator[None]:
    """The inner loop as Python runs it, line by line."""
    plain = {name: one.py_func for name, one in (vars(pricing) | vars(kernels)).items() if hasattr(one, "py_func")}
    with pytest.MonkeyPatch.context() as patch:
        for module in (pricing, kernels):
            for name in vars(module).keys() & plain.keys():
                patch.setattr(module, name, plain[name])
        yield


def holding(problem: Problem, plan: Plan) -> bool:
    """Whether every rule is kept but fairness, which cannot always be."""
    return holds(replace(problem, rules=replace(problem.rules, fair_difference=None)), plan)


def forum(**kept) -> Problem:
    """Forty meetings of a forum of full size: slots enough for breaks to be spared."""
    drawn = full_size(seed=3, meetings=40)
    asked = {name for one in drawn.meetings for name in one.attendees}
    return replace(drawn, participants=tuple(one for one in drawn.participants if one.id in asked), **kept)


def counted(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, score=score(problem, plan.slots))


@given(problems(), st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_no_rule_is_ever_broken_and_nothing_placed_is_lost(problem, seed):
    plan = place(problem, seed=seed)
    better = improve(problem, plan, iterations=600, seed=seed)
    assert holding(problem, better)
    assert better.score.placed >= len(plan.slots)
    assert better == improve(problem, plan, iterations=600, seed=seed)


@given(problems())
@settings(max_examples=25, deadline=None)
def test_the_loop_says_the_same_compiled_or_not(problem):
    plan = place(problem)
    compiled = improve(problem, plan, iterations=80)
    with interpreted():
        assert improve(problem, plan, iterations=80) == compiled


def with_a_helper() -> Problem:
    """Eight meetings of three: an interpreter sits with them."""
    drawn, helper = forum(), Participant("interpreter", everywhere(24))
    several = [replace(one, attendees=(*one.attendees, helper.id)) for one in drawn.meetings[:8]]
    return replace(drawn, participants=(*drawn.participants, helper), meetings=(*several, *drawn.meetings[8:]))


def with_pauses() -> Problem:
    drawn = forum(sessions=(everywhere(10), everywhere(24) & ~everywhere(10)))
    return replace(
        drawn, participants=tuple(replace(one, max_consecutive=1 + rank % 2) for rank, one in enumerate(drawn.participants))
    )


def with_gaps() -> Problem:
    names = [one.id for one in forum().meetings]
    return forum(gaps=tuple(Gap(one, other, 2, rank % 2 == 0) for rank, (one, other) in enumerate(pairwise(names[:21]))))


def with_steps() -> Problem:
    drawn = forum(places=tuple(Place(f"T{rank}", everywhere(24), step_free=rank == 0) for rank in range(3)))
    return replace(
        drawn, participants=tuple(replace(one, step_free=rank % 4 == 0) for rank, one in enumerate(drawn.participants))
    )


EVENTS = [with_a_helper, with_pauses, with_gaps, with_steps, lambda: forum(tables=(2,) * 24)]


@pytest.mark.parametrize("made", EVENTS)
def test_the_loop_says_the_same_compiled_or_not_on_a_day_of_many_breaks(made):
    problem = made()
    plan = counted(problem, place(problem))
    compiled = improve(problem, plan, iterations=2500)
    with interpreted():
        assert improve(problem, plan, iterations=2500) == compiled
    assert holds(problem, compiled)
    assert compiled.score.unwanted_breaks < plan.score.unwanted_breaks


@pytest.mark.parametrize("judge", [kernels.far_enough, kernels.far_enough.py_func])
def test_two_meetings_of_one_chain_are_told_apart_once_both_have_moved(judge):
    slots, firsts, mark = np.array([0, 1], dtype=np.int8), np.array([0, 1, 2]), np.zeros(2, dtype=np.int8)
    gaps = np.array([(1, 1, BEFORE), (0, 1, AFTER)])
    assert not judge(slots, firsts, gaps, mark, np.array([0, 1]), 2, 0, 1)
    assert judge(slots[::-1].copy(), firsts, gaps, mark, np.array([0, 1]), 2, 0, 1)
    assert not mark.any()


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_tables_count_as_everybody_does_and_stay_right_after_exchanges(problem):
    board = Board(grid(problem))
    hold(board, place(problem).slots)
    made = tabulating.tables(board, WEIGHTS, np.array([7], dtype=np.uint64))
    if len(made.movers):
        kernels.anneal(made, WEIGHTS, all(len(one) == 2 for one in board.grid.attendees), 300, 2000.0, 500.0)
    slots = {name: int(slot) for name, slot in zip(board.grid.meetings, made.slots, strict=True) if slot >= 0}
    for one, day in enumerate(days(problem, slots).values()):
        above = 2 * max(0, day.breaks - 2)
        forced = day.breaks - day.unwanted_breaks
        breaks = improving.BREAK * day.unwanted_breaks + improving.FORCED * forced
        assert made.agent[one, kernels.COST] == breaks + improving.IDLE * day.unwanted_idle_slots + improving.ABOVE * above
    after = Board(board.grid)
    hold(after, slots)
    again = tabulating.tables(after, WEIGHTS, made.chance)
    for name in ("agenda", "slots", "day"):
        assert (getattr(made, name) == getattr(again, name)).all(), name
    for column in (kernels.BUSY, kernels.SHOWN, kernels.COST, kernels.KEY):
        assert (made.agent[:, column] == again.agent[:, column]).all()
    assert made.whole[kernels.TOTAL] == again.whole[kernels.TOTAL] >= made.whole[kernels.BEST]
    assert set(made.broken[: made.whole[kernels.BROKEN]]) == set(again.broken[: again.whole[kernels.BROKEN]])


def test_breaks_are_spared_and_the_same_seed_gives_the_same_timetable():
    problem = forum()
    plan = counted(problem, place(problem))
    one, same, other = (improve(problem, plan, iterations=30_000, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.slots != other.slots
    assert one.score.unwanted_breaks < plan.score.unwanted_breaks / 4
    assert one.seed == 1


def test_a_timetable_nothing_can_better_stops_at_once_and_stays():
    problem = problem_of("ab cd")
    plan = Plan({"ab": 0, "cd": 1})
    started = time.perf_counter()
    assert improve(problem, plan, seconds=60).slots == plan.slots
    assert time.perf_counter() - started < 30


def test_a_break_that_nothing_spares_does_not_keep_the_search_going():
    away = (Participant("a", 0b1101), *(Participant(name, 0b1111) for name in "bcd"))
    problem = problem_of("ab ac ad", participants=away)
    plan = improve(problem, place(problem), iterations=10_000_000_000)
    assert (plan.score.breaks, plan.score.unwanted_breaks) == (1, 0)


def test_what_had_no_slot_gets_one_on_the_way():
    problem = forum()
    assert len(improve(problem, Plan({}), iterations=3_000_000).slots) == 40


def test_what_is_proved_to_have_no_slot_does_not_keep_the_search_going():
    problem = problem_of("ab ac ad", slots=2)
    plan = improve(problem, place(problem), iterations=200_000_000_000)
    assert [one.why for one in plan.unplaced] == [WhyNot.FULL_AGENDA]


def test_what_was_only_not_found_is_tried_again_a_few_times(monkeypatch):
    monkeypatch.setattr(improving, "SHORTEST", 1000)
    monkeypatch.setattr(improving, "PER_MEETING", 1)
    ring = problem_of("ab bc ca", slots=3)  # an odd ring over two slots
    problem = replace(ring, meetings=tuple(replace(one, allowed=0b011) for one in ring.meetings))
    plan = improve(problem, place(problem), iterations=200_000_000_000)
    assert [one.why for one in plan.unplaced] == [WhyNot.NOT_FOUND]


def test_nothing_to_move_is_left_as_it_is():
    assert improve(Problem(1, (), (), (0,)), Plan({}), iterations=10).slots == {}
    full = problem_of("ab ac", slots=2)
    plan = place(full)
    assert improve(full, plan, iterations=10).slots == plan.slots


def test_fairness_comes_before_the_number_of_breaks():
    # "a" is away every other slot: two breaks. Nobody may have two more than the others: "b" and "c" accept one.
    asked = (Participant("a", 0b10101), *(Participant(name, 0b11111) for name in "bcdef"))
    problem = replace(problem_of("ab ac ad", slots=5, participants=asked), rules=Rules(fair_difference=1))
    plan = improve(problem, place(problem), iterations=3000)
    assert plan.score.max_breaks == 2  # nothing can be done: it is the checker's to say
    free = replace(problem, participants=(Participant("a", 0b11111), *asked[1:]))
    apart = {"ab": 0, "ac": 2, "ad": 4}
    assert improve(free, Plan(apart), iterations=3000).score.max_breaks == 0


def test_pauses_asked_for_are_given_and_no_more():
    meetings = tuple(Meeting(f"a{n}", ("a", f"{n}"), everywhere(9)) for n in range(6))
    asked = (Participant("a", everywhere(9), max_consecutive=2), *(Participant(f"{n}", everywhere(9)) for n in range(6)))
    plan = improve(Problem(9, asked, meetings, (9,) * 9), Plan({}), iterations=300_000)
    assert (plan.score.breaks, plan.score.unwanted_breaks, plan.score.unwanted_idle_slots) == (2, 0, 0)


def test_the_watch_sees_the_share_of_the_time_and_stops_the_search(monkeypatch):
    monkeypatch.setattr(improving, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(improving, "LOOK_SPACING", 0)
    problem, seen = replace(full_size(), title="watched"), []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 3

    plan = improve(problem, place(problem), seconds=600, watch=watch)
    assert [one.doing for one in seen] == ["improving"] * 3
    assert 0 <= seen[0].share <= seen[1].share <= seen[2].share < 1
    assert plan.score == seen[2].score
    seen.clear()
    improve(problem, plan, iterations=1 << 20, watch=watch)
    assert [one.share for one in seen] == [0.0, 0.25, 0.5]  # a chunk is a quarter of these tries
    seen.clear()
    improve(problem, plan, watch=watch)
    assert [one.share for one in seen] == [0.0] * 3


def test_the_time_given_is_kept_within_a_chunk():
    problem = full_size()
    plan = place(problem)
    improve(problem, plan, iterations=1)
    started = time.perf_counter()
    improve(problem, plan, seconds=0.2)
    assert time.perf_counter() - started < 30


def test_without_any_folder_to_write_in_the_code_is_kept_in_memory(monkeypatch):
    asked = []

    def njit(**options):
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("no locator available")
        return lambda function: function

    monkeypatch.setattr(pricing, "njit", njit)
    assert pricing.compiled(len) is len
    assert [one.get("cache") for one in asked] == [True, None]


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "optimum"), [("tic-12", 0), ("tic-12crafc", 0), ("forumt-14", 5), ("tic-14crafc", 0)])
def test_a_published_optimum_is_reached(real_data, name, optimum):
    problem = read_dzn((real_data / "meetings" / f"{name}.original.dzn").read_text(encoding="utf-8"))
    plan = improve(problem, place(problem), iterations=6_000_000)
    assert holds(problem, plan)
    assert plan.score.breaks <= optimum + 1
