"""When an e-mail may leave: never on a Sunday, a digest on working days at 8 in the morning, all of it in Paris."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ensembleur.periods import PARIS, paris_day

DIGEST_HOUR = time(8)
SUNDAY = 6
RETRY_AFTER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(hours=24))
# Days of the year that are holidays everywhere in France. Source: code du travail, article L. 3133-1.
_FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian algorithm (Nature, 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Monday to Friday, outside the holidays of the labour code."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED:
        return False
    return day not in {easter(day.year) + timedelta(days=days) for days in _AFTER_EASTER}


def is_open(now: datetime) -> bool:
    """Whether any e-mail may leave: it is not Sunday in Paris."""
    return paris_day(now).weekday() != SUNDAY


def opening(day: date) -> datetime:
    """The instant digests of that day are closed: eight in the morning, in Paris, summer and winter."""
    return datetime.combine(day, DIGEST_HOUR, tzinfo=PARIS)


def daily_digest(now: datetime) -> datetime | None:
    """The instant that today's digest closes at, once it has come; None before, and on days nobody works."""
    today = paris_day(now)
    return opening(today) if is_working_day(today) and now >= opening(today) else None


def weekly_digest(now: datetime) -> datetime | None:
    """The instant this week's digest closes at: Monday, or the first working day when Monday is a holiday.

    A digest that could not leave that day leaves on one of the next working days of the week. None before it closes.
    """
    today = paris_day(now)
    monday = today - timedelta(days=today.weekday())
    first = next((day for day in (monday + timedelta(days=n) for n in range(5)) if is_working_day(day)), None)
    if first is None or not is_working_day(today) or now < opening(first):
        return None
    return opening(first)


def retry_at(now: datetime, attempts: int) -> datetime | None:
    """When to try again after this many attempts the mail server surely did not accept; None to give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None
