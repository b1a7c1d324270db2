"""What changed between two figures that are known in the same way, exact or by band; nothing is compared across evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from ensembleur.periods import add_months

EARLY_DAYS = 30  # a review may be held a month before its day
REMINDED_AFTER_DAYS = 14
LAPSED_AFTER_DAYS = 60


class Sure(Enum):
    """How much is known of a difference."""

    EXACT = "exact"
    BETWEEN = "between"  # it lies between two numbers of the same sign
    AT_LEAST = "at_least"  # a rise of `low` or more
    AT_MOST = "at_most"  # a fall: the difference is `high` or less
    UNKNOWN = "unknown"  # bands that touch: a rise and a fall are both possible
    SAME_DAY = "same_day"  # the source has not spoken again since


@dataclass(frozen=True)
class Known:
    """One live figure: low and high are the same when it is exact; a high of None has no limit."""

    indicator: str
    evidence: str
    low: Decimal
    high: Decimal | None
    as_of: date
    source: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the figure is a number rather than a band."""
        return self.high == self.low


@dataclass(frozen=True)
class Difference:
    """After minus before: a bound is None when there is no limit on that side, or when nothing is known."""

    sure: Sure
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """One indicator known in one way: the baseline's figure, then (figure, difference) at each term, None where there is none."""

    indicator: str
    evidence: str
    baseline: Known | None
    terms: Mapping[int, tuple[Known, Difference | None]]


def due_days(taken_on: date, terms: Iterable[int]) -> dict[int, date]:
    """Term in months → the day its review is due."""
    return {months: add_months(taken_on, months) for months in terms}


def difference(before: Known, after: Known) -> Difference:
    """What is sure of `after` − `before`. Raises ValueError on two indicators, or on two ways of knowing."""
    if (before.indicator, before.evidence) != (after.indicator, after.evidence):
        raise ValueError("Only figures of one indicator, known in the same way, are compared.")
    if after.as_of <= before.as_of:
        return Difference(Sure.SAME_DAY)
    low = None if before.high is None else after.low - before.high
    high = None if after.high is None else after.high - before.low
    if before.is_exact and after.is_exact:
        return Difference(Sure.EXACT, low, high)
    rises, falls = low is not None and low > 0, high is not None and high < 0
    if (rises and high is not None) or (falls and low is not None):
        return Difference(Sure.BETWEEN, low, high)
    if rises:
        return Difference(Sure.AT_LEAST, low, None)
    return Difference(Sure.AT_MOST, None, high) if falls else Difference(Sure.UNKNOWN, low, high)


def table(baseline: Iterable[Known], terms: Mapping[int, Iterable[Known]]) -> tuple[Line, ...]:
    """One line per (indicator, evidence) found anywhere, in the order first met; a way of knowing never fills another's gap.

    terms : months → the live figures of that review.
    """
    start = {(known.indicator, known.evidence): known for known in baseline}
    later: dict[tuple[str, str], dict[int, Known]] = {key: {} for key in start}
    for months, figures in sorted(terms.items()):
        for known in figures:
            later.setdefault((known.indicator, known.evidence), {})[months] = known
    return tuple(
        Line(
            *key,
            start.get(key),
            {months: (known, difference(start[key], known) if key in start else None) for months, known in found.items()},
        )
        for key, found in later.items()
    )
