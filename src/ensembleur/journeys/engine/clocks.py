"""What time asks of a need: which clock strikes today, which comes next, in whole calendar days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ensembleur.periods import PARIS, paris_day

NUDGE, LAST_CHANCE, RELEASE, NO_NEWS = "nudge", "last_chance", "release", "no_news"
# Days since the need was sent, as the national advisers' service does: nine leaves a week and a week-end to answer,
# twenty-one is the last call, forty-five is when silence is said to the company rather than prolonged.
WAITING_CLOCKS: tuple[tuple[str, int], ...] = ((NUDGE, 9), (LAST_CHANCE, 21), (RELEASE, 45))
# A need taken in charge on which nothing was written for six months is over without anybody knowing how. Shorter would close
# long projects (a machine takes months to arrive), longer would leave open what statistics count as being helped.
NO_NEWS_DAYS = 180
SILENT_DAYS = 30  # what a desk shows as silent, long before it is closed for that
QUICK_DAYS = (3, 5)  # a need is said to be taken quickly within these


@dataclass(frozen=True)
class Strike:
    """A clock and the day it strikes."""

    clock: str
    on: date


def waiting_strike(routed_on: date, marks: Collection[str], as_of: date) -> str | None:
    """The clock to strike for a need nobody took: the latest one due only, so that a machine stopped for a month never sends a
    burst, and never one that comes before a clock already struck."""
    due = [rank for rank, (_clock, days) in enumerate(WAITING_CLOCKS) if (as_of - routed_on).days >= days]
    struck = max((rank for rank, (clock, _days) in enumerate(WAITING_CLOCKS) if clock in marks), default=-1)
    return WAITING_CLOCKS[due[-1]][0] if due and due[-1] > struck else None


def taken_strike(last_event_on: date, as_of: date) -> str | None:
    """« Sans nouvelles » for a need held in silence."""
    return NO_NEWS if (as_of - last_event_on).days >= NO_NEWS_DAYS else None


def next_strike(*, is_waiting: bool, routed_on: date, last_event_on: date, marks: Collection[str], as_of: date) -> Strike:
    """What comes next if nobody does anything; a strike already due and not made is dated today."""
    if not is_waiting:
        return Strike(NO_NEWS, max(last_event_on + timedelta(days=NO_NEWS_DAYS), as_of))
    due = waiting_strike(routed_on, marks, as_of)
    if due is not None:
        return Strike(due, as_of)
    for clock, days in WAITING_CLOCKS:
        if clock not in marks and routed_on + timedelta(days=days) > as_of:
            return Strike(clock, routed_on + timedelta(days=days))
    return Strike(RELEASE, as_of)


def day_ended(as_of: datetime, days_ago: int) -> datetime:
    """The instant when the day that was `days_ago` ended in Paris: clocks count whole calendar days there."""
    return datetime.combine(paris_day(as_of) - timedelta(days=days_ago - 1), time.min, PARIS)


def days_between(start: date, end: date) -> int:
    """Whole calendar days; never negative, whatever the order in which clocks of machines put things."""
    return max((end - start).days, 0)
