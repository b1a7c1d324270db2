"""How long companies take from one stage of a programme to the next, those still waiting included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from statistics import median

ENTRY = "entry"  # the day a company is enrolled: where every programme begins
TOO_FEW = 3  # below this no median and no share is shown: it would describe one company, not a programme
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Path:
    """One enrolled company. reached : stage → day; days before `entered` are what the company already had on arrival."""

    key: int
    entered: date
    left: date | None = None
    reached: Mapping[str, date] = field(default_factory=dict)

    def day_of(self, stage: str) -> date | None:
        """The day a stage was reached; the entry is a stage like another."""
        return self.entered if stage == ENTRY else self.reached.get(stage)


@dataclass(frozen=True)
class Wait:
    """A company that began a delay and has not ended it: it may not be forgotten."""

    key: int
    since: date
    days: int


@dataclass(frozen=True)
class Delay:
    """From one stage to another, over the companies that reached the first.

    began = passed + held + reversed + waiting + left.   days : those of the companies that passed, ascending.
    held : the end was there before the company entered.   reversed : the end came before the start, so there is no delay.
    left : out of the programme without reaching the end.   All durations are whole days.
    median, low, high (quartiles) : of those that passed, None below TOO_FEW.
    estimate : median of all, by Kaplan and Meier, None when too few began or when half have not passed yet.
    estimated_on : how many companies the estimate rests on.
    """

    start: str
    end: str
    began: int
    held: int
    reversed: int
    left: int
    days: tuple[int, ...]
    waiting: tuple[Wait, ...]
    median: float | None
    low: float | None
    high: float | None
    estimate: int | None
    estimated_on: int

    @property
    def passed(self) -> int:
        """How many went from one to the other, with a delay to show."""
        return len(self.days)

    @property
    def longest(self) -> Wait | None:
        """The company that has waited longest, None when nobody waits."""
        return self.waiting[0] if self.waiting else None


@dataclass(frozen=True)
class Count:
    """Where the enrolled companies stand about one stage: enrolled = reached + waiting + left."""

    stage: str
    enrolled: int
    reached: int
    waiting: int
    left: int


def counts(paths: Iterable[Path], stages: Sequence[str], *, as_of: date) -> tuple[Count, ...]:
    """For each stage, how many reached it, how many are still in the programme without it, how many left without it."""
    known = [path for path in paths if path.entered <= as_of]
    found = []
    for stage in stages:
        reached = sum(_by(path.day_of(stage), as_of) is not None for path in known)
        left = sum(_by(path.day_of(stage), as_of) is None and _by(path.left, as_of) is not None for path in known)
        found.append(Count(stage, len(known), reached, len(known) - reached - left, left))
    return tuple(found)


def delay(paths: Iterable[Path], start: str, end: str, *, as_of: date) -> Delay:
    """The delay between two stages as known on a day; what happened later is not looked at.

    The clock of a company runs from the day it reached `start`, and never before it entered the programme.
    """
    days, waiting, censored, counted = [], [], [], {"held": 0, "reversed": 0, "left": 0}
    for path in paths:
        first, last, out = (_by(day, as_of) for day in (path.day_of(start), path.day_of(end), path.left))
        if first is None or path.entered > as_of:
            continue
        since = max(first, path.entered)
        if last is not None and last < path.entered:
            counted["held"] += 1
        elif last is not None and last < since:
            counted["reversed"] += 1
        elif last is not None:
            days.append((last - since).days)
        elif out is not None:
            counted["left"] += 1
            censored.append(max(0, (out - since).days))
        else:
            waiting.append(Wait(path.key, since, (as_of - since).days))
    days.sort()
    waiting.sort(key=lambda wait: (-wait.days, wait.key))
    censored += [wait.days for wait in waiting]
    low, middle, high = quartiles(days) if len(days) >= TOO_FEW else (None, None, None)
    enough = len(days) + len(censored) >= TOO_FEW
    return Delay(
        start=start,
        end=end,
        began=len(days) + len(waiting) + sum(counted.values()),
        days=tuple(days),
        waiting=tuple(waiting),
        median=middle,
        low=low,
        high=high,
        estimate=waiting_median(days, censored) if enough else None,
        estimated_on=len(days) + len(censored),
        **counted,
    )


def quartiles(days: Sequence[int]) -> tuple[float, float, float]:
    """First quartile, median, third quartile of ascending durations; the halves share the middle one when it is alone.

    days : at least one.   Source: Tukey (1977), hinges.
    """
    half = (len(days) + 1) // 2
    return float(median(days[:half])), float(median(days)), float(median(days[-half:]))


def waiting_median(days: Iterable[int], censored: Iterable[int]) -> int | None:
    """The median duration when some are not over yet, None when fewer than half are known to be over.

    days : durations that ended.   censored : durations seen so far without an end; they are never taken as ended.
    Computed in exact fractions, so that a survival of one half is one half.
    Source: Kaplan and Meier (1958).
    """
    ended, going = sorted(days), sorted(censored)
    at_risk, survival, place, gone = len(ended) + len(going), Fraction(1), 0, 0
    while place < len(ended):
        day = ended[place]
        while gone < len(going) and going[gone] < day:
            gone, at_risk = gone + 1, at_risk - 1
        events = 0
        while place < len(ended) and ended[place] == day:
            place, events = place + 1, events + 1
        survival *= Fraction(at_risk - events, at_risk)
        at_risk -= events
        if survival <= HALF:
            return day
    return None


def _by(day: date | None, as_of: date) -> date | None:
    """The day, when it had come."""
    return day if day is not None and day <= as_of else None
