"""Half-open ranges of days, the arithmetic of months and years on them, and the day an instant falls on."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ensembleur.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Period:
    """The days from `start` (included) to `end` (excluded); None means without limit on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise BadInput("empty_period", f"La période du {self.start} au {self.end} est vide : la fin doit suivre le début.")

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether one day at least belongs to both."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (earlier when negative), or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """Complete months from `start` to `end`; negative when `end` comes first."""
    if end < start:
        return -whole_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def paris_day(instant: datetime) -> date:
    """The day it is in Paris at this instant: at half past midnight there, UTC still says the day before.

    Raises ValueError on a naive instant.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant without a time zone has no day in Paris.")
    return instant.astimezone(PARIS).date()
