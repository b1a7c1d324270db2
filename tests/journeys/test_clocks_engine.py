"""Which clock strikes when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.journeys.engine.clocks import Strike, days_between, next_strike, taken_strike, waiting_strike

ROUTED = date(2026, 1, 1)
ORDER = ["nudge", "last_chance", "release"]


def on(days):
    return ROUTED + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "marks", "clock"),
    [
        (0, (), None),
        (8, (), None),
        (9, (), "nudge"),
        (9, ("nudge",), None),
        (20, (), "nudge"),
        (21, ("nudge",), "last_chance"),
        (30, (), "last_chance"),
        (30, ("last_chance",), None),
        (44, ("nudge", "last_chance"), None),
        (45, ("nudge", "last_chance"), "release"),
        (400, (), "release"),
        (10, ("last_chance",), None),
        (-3, (), None),
    ],
)
def test_the_latest_clock_due_strikes_once(days, marks, clock):
    assert waiting_strike(ROUTED, marks, on(days)) == clock


@pytest.mark.parametrize(("days", "clock"), [(179, None), (180, "no_news"), (-5, None)])
def test_a_need_held_in_silence_for_half_a_year_is_without_news(days, clock):
    assert taken_strike(ROUTED, on(days)) == clock


@pytest.mark.parametrize(
    ("days", "marks", "strike"),
    [
        (2, (), Strike("nudge", on(9))),
        (12, (), Strike("nudge", on(12))),
        (12, ("nudge",), Strike("last_chance", on(21))),
        (30, ("last_chance",), Strike("release", on(45))),
        (60, ("release",), Strike("release", on(60))),
    ],
)
def test_the_next_clock_is_told(days, marks, strike):
    told = next_strike(is_waiting=True, routed_on=ROUTED, last_event_on=ROUTED, marks=marks, as_of=on(days))
    assert told == strike


@pytest.mark.parametrize(("days", "due"), [(10, 180), (300, 300)])
def test_a_need_held_is_next_closed_without_news(days, due):
    told = next_strike(is_waiting=False, routed_on=ROUTED, last_event_on=ROUTED, marks=(), as_of=on(days))
    assert told == Strike("no_news", on(due))


@given(st.lists(st.integers(0, 120), max_size=12))
def test_whatever_the_days_it_runs_clocks_strike_in_order_and_once(days):
    marks = []
    for day in days:
        clock = waiting_strike(ROUTED, marks, on(day))
        if clock is not None:
            marks.append(clock)
    assert len(marks) == len(set(marks))
    assert [ORDER.index(mark) for mark in marks] == sorted(ORDER.index(mark) for mark in marks)


@given(st.integers(0, 120))
def test_a_late_run_makes_one_strike_and_a_second_run_none(day):
    clock = waiting_strike(ROUTED, (), on(day))
    assert waiting_strike(ROUTED, () if clock is None else (clock,), on(day)) is None


def test_days_are_never_negative():
    assert (days_between(ROUTED, on(3)), days_between(on(3), ROUTED)) == (3, 0)
