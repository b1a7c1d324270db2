"""When e-mails leave: clocks change, holidays move, Sundays stay quiet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.accounts.engine.post import (
    daily_digest,
    easter,
    is_open,
    is_working_day,
    opening,
    retry_at,
    weekly_digest,
)
from ensembleur.periods import PARIS, paris_day


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC), True),  # Saturday 23:59:59 in Paris, winter
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), False),  # Sunday in Paris, still Saturday in London
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), True),  # Monday in Paris
        (datetime(2026, 7, 4, 21, 59, 59, tzinfo=UTC), True),  # summer: two hours ahead
        (datetime(2026, 7, 4, 22, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), True),  # the night clocks go forward begins in winter time…
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), False),  # …and its Sunday ends in summer time, an hour shorter
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), True),  # the night clocks go back: Sunday lasts 25 hours
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), True),
    ],
)
def test_nothing_leaves_on_a_sunday_of_paris(instant, expected):
    assert is_open(instant) is expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [(1961, (4, 2)), (2000, (4, 23)), (2008, (3, 23)), (2011, (4, 24)), (2024, (3, 31)), (2026, (4, 5)), (2038, (4, 25))],
)
def test_easter_is_on_the_day_the_calendar_prints(year, expected):
    assert (easter(year).month, easter(year).day) == expected


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 11, 11),
        date(2026, 12, 25),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ],
)
def test_nobody_works_on_holidays_nor_at_the_end_of_the_week(day):
    assert not is_working_day(day)


def test_the_daily_digest_closes_at_eight_on_working_days():
    assert daily_digest(paris(2026, 11, 23, 7, 59)) is None
    assert daily_digest(paris(2026, 11, 23, 8)) == paris(2026, 11, 23, 8)
    assert daily_digest(paris(2026, 11, 23, 23, 59)) == paris(2026, 11, 23, 8)
    assert daily_digest(paris(2026, 11, 21, 12)) is None
    assert daily_digest(paris(2026, 11, 11, 12)) is None


def test_eight_in_paris_is_seven_or_six_in_universal_time():
    assert opening(date(2026, 3, 27)).astimezone(UTC).hour == 7
    assert opening(date(2026, 3, 30)).astimezone(UTC).hour == 6
    assert daily_digest(datetime(2026, 3, 30, 6, 0, tzinfo=UTC)) is not None
    assert daily_digest(datetime(2026, 10, 26, 6, 30, tzinfo=UTC)) is None


def test_the_weekly_digest_closes_on_monday_or_on_the_first_day_worked():
    assert weekly_digest(paris(2026, 11, 23, 7, 59)) is None
    assert weekly_digest(paris(2026, 11, 23, 8)) == paris(2026, 11, 23, 8)
    assert weekly_digest(paris(2026, 11, 26, 18)) == paris(2026, 11, 23, 8)  # could not leave before
    assert weekly_digest(paris(2026, 11, 28, 9)) is None
    assert weekly_digest(paris(2026, 4, 6, 9)) is None  # Easter Monday
    assert weekly_digest(paris(2026, 4, 7, 9)) == paris(2026, 4, 7, 8)


def test_after_five_refusals_the_post_gives_up():
    now = paris(2026, 11, 23, 9)
    waits = [retry_at(now, attempts) - now for attempts in range(1, 6)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=24)
    assert retry_at(now, 6) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_a_digest_is_closed_before_it_leaves_and_on_a_day_of_work(instant):
    for closed in (daily_digest(instant), weekly_digest(instant)):
        if closed is not None:
            assert closed <= instant
            assert is_working_day(paris_day(closed))
            assert is_working_day(paris_day(instant))
            assert is_open(instant)
            assert instant - closed < timedelta(days=5)
