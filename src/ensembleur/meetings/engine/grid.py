"""The slots of one day, from a first hour, a length, a pause and a lunch: minutes since midnight, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.meetings.engine.problem import MOST_SLOTS

MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Pattern:
    """How a day is cut, in minutes; `lunch` : (from, to), None when the day has no pause. A slot never enters the lunch."""

    first: int
    minutes: int
    gap: int = 0
    count: int = 1
    lunch: tuple[int, int] | None = None


@dataclass(frozen=True)
class Interval:
    """One slot of a day, from `start` to `end`; `half` : 0 before the lunch, 1 after it."""

    start: int
    end: int
    half: int = 0


def intervals(pattern: Pattern) -> list[Interval]:
    """The slots of a day, in order; the last ones are missing when the day is too short for them."""
    found: list[Interval] = []
    at, lunch = pattern.first, pattern.lunch
    for _rank in range(min(pattern.count, MOST_SLOTS + 1)):
        if lunch is not None and at < lunch[1] and at + pattern.minutes > lunch[0]:
            at = lunch[1]
        if at + pattern.minutes > MIDNIGHT:
            break
        found.append(Interval(at, at + pattern.minutes, int(lunch is not None and at >= lunch[1])))
        at += pattern.minutes + pattern.gap
    return found
