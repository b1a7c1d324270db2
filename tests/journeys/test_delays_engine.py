"""Delays between stages and take-up of options: who waits is never forgotten, and few is said to be few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.journeys.engine.delays import ENTRY, Path, counts, delay, quartiles, waiting_median
from ensembleur.journeys.engine.takeup import Offer, take_up, wilson

TODAY = date(2026, 11, 21)
STAGES = ("signed", "installed")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def path(key: int, entered: int, signed: int | None = None, installed: int | None = None, left: int | None = None) -> Path:
    """Days before today."""
    known = {"signed": signed, "installed": installed}
    reached = {stage: ago(days) for stage, days in known.items() if days is not None}
    return Path(key, ago(entered), None if left is None else ago(left), reached)


def test_the_robots_that_waited_are_seen():
    paths = [
        path(1, 700, 600, 579),
        path(2, 700, 650, 80),
        path(3, 700, 600, 300),
        path(4, 700, 590),
        path(5, 700, 500, left=400),
    ]
    found = delay(paths, *STAGES, as_of=TODAY)
    assert (found.began, found.passed, found.held, found.reversed, found.left) == (5, 3, 0, 0, 1)
    assert found.days == (21, 300, 570)
    assert (found.low, found.median, found.high) == (160.5, 300.0, 435.0)
    assert found.longest is not None
    assert (found.longest.key, found.longest.days) == (4, 590)
    # 21 passes of 5, one leaves at 100, 300 of 3, then 570 of 2: the survival is 4/5, 8/15, 4/15.
    assert (found.estimate, found.estimated_on) == (570, 5)


def test_nobody_waiting_has_no_longest_wait_and_few_have_no_median():
    found = delay([path(1, 100, 90, 80), path(2, 100, 90, 70)], *STAGES, as_of=TODAY)
    assert found.longest is None
    assert (found.median, found.low, found.high, found.estimate) == (None, None, None, None)
    assert found.estimated_on == 2


def test_the_median_of_all_is_unknown_while_more_than_half_wait():
    paths = [path(1, 100, 90, 80), *(path(key, 100, 90) for key in range(2, 6))]
    found = delay(paths, *STAGES, as_of=TODAY)
    assert found.estimate is None
    assert found.estimated_on == 5


def test_what_was_there_before_the_entry_has_no_delay_and_what_came_in_disorder_is_told():
    paths = [
        Path(1, ago(50), None, {"signed": ago(300), "installed": ago(200)}),
        Path(2, ago(50), None, {"signed": ago(300), "installed": ago(20)}),
        path(3, 100, 20, 60),
    ]
    found = delay(paths, *STAGES, as_of=TODAY)
    assert (found.held, found.reversed, found.days) == (1, 1, (30,))  # the clock of the second runs from its entry
    assert found.began == 3


def test_the_day_looked_from_hides_what_came_later():
    held = path(1, 100, 60, 10)
    assert delay([held], ENTRY, "signed", as_of=ago(80)).waiting[0].days == 20
    assert delay([held], ENTRY, "signed", as_of=ago(120)).began == 0
    assert delay([held], *STAGES, as_of=ago(80)).began == 0
    assert counts([held], STAGES, as_of=ago(120))[0].enrolled == 0


def test_the_counts_of_a_stage_add_up():
    paths = [path(1, 100, 90, 80), path(2, 100, 90), path(3, 100, left=20), path(4, 100, 90, left=20)]
    signed, installed = counts(paths, STAGES, as_of=TODAY)
    assert (signed.reached, signed.waiting, signed.left) == (3, 0, 1)
    assert (installed.reached, installed.waiting, installed.left) == (1, 1, 2)


@pytest.mark.parametrize(
    ("days", "expected"), [([4], (4, 4, 4)), ([1, 3], (1, 2, 3)), ([1, 2, 9], (1.5, 2, 5.5)), ([1, 2, 3, 4], (1.5, 2.5, 3.5))]
)
def test_quartiles_are_hinges(days, expected):
    assert quartiles(days) == expected


def test_a_duration_not_over_is_at_risk_on_the_day_another_ends():
    assert waiting_median([10, 20], [10]) == 20
    assert waiting_median([10, 20], [9]) == 10
    assert waiting_median([], [3]) is None


DURATIONS = st.lists(st.integers(0, 900), max_size=25)


@given(DURATIONS, DURATIONS, st.integers(0, 900))
def test_one_more_company_waiting_never_shortens_the_median(ended, going, another):
    before, after = waiting_median(ended, going), waiting_median(ended, [*going, another])
    assert after is None or (before is not None and after >= before)


@given(DURATIONS.filter(bool))
def test_without_waiting_the_estimate_is_the_lower_median(ended):
    assert waiting_median(ended, []) == sorted(ended)[(len(ended) - 1) // 2]


OFFSETS = st.none() | st.integers(-30, 400)
PATHS = st.lists(st.tuples(st.integers(0, 400), OFFSETS, OFFSETS, OFFSETS), max_size=20).map(
    lambda rows: [path(key, *row) for key, row in enumerate(rows)]
)


@given(PATHS)
def test_every_enrolled_company_is_somewhere(paths):
    for count in counts(paths, STAGES, as_of=TODAY):
        assert count.enrolled == count.reached + count.waiting + count.left == len(paths)
    for pair in ((ENTRY, "signed"), STAGES, (ENTRY, "installed")):
        found = delay(paths, *pair, as_of=TODAY)
        assert found.began == found.passed + found.held + found.reversed + len(found.waiting) + found.left
        assert found.began <= len(paths)
        assert all(days >= 0 for days in found.days)
        assert [wait.days for wait in found.waiting] == sorted((wait.days for wait in found.waiting), reverse=True)


# -- take-up -----------------------------------------------------------------------------------------------------------
def test_silence_is_in_the_denominator():
    found = take_up([Offer(1, True, False), Offer(1, False, False), Offer(2, False, True), Offer(3, False, False)])
    assert (found.offered, found.taken, found.declined, found.silent) == (4, 1, 1, 2)
    assert (found.companies, found.companies_taken) == (3, 1)
    assert found.share == 0.25


def test_two_offers_have_no_percentage():
    found = take_up([Offer(1, True, False), Offer(2, True, False)])
    assert (found.share, found.low, found.high) == (None, None, None)
    assert take_up([]).offered == 0


def test_wilson_as_published():
    low, high = wilson(1, 10)
    assert (round(low, 4), round(high, 4)) == (0.0179, 0.4042)
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1


@given(st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_the_interval_holds_the_share(case):
    successes, trials = case
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
