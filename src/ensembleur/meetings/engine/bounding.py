"""A number of breaks that no timetable can go under, from each agenda alone: who is away in the middle of too full a day has a break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ensembleur.meetings.engine.problem import Problem


def fewest_breaks(problem: Problem, slots: Mapping[str, int]) -> int:
    """At least so many breaks when all of these meetings are held, wherever they are put: proved, seldom reached."""
    held = Counter(name for meeting in problem.meetings if meeting.id in slots for name in meeting.attendees)
    return sum(_fewest(one.available & problem.all_slots, held[one.id]) for one in problem.participants)


def _fewest(available: int, meetings: int) -> int:
    """The fewest runs of available slots that hold so many meetings, less one."""
    runs = []
    while available:
        available >>= (available & -available).bit_length() - 1
        runs.append((~available & available + 1).bit_length() - 1)
        available >>= runs[-1]
    used = 0
    for run in sorted(runs, reverse=True):
        if meetings <= 0:
            break
        meetings -= run
        used += 1
    return max(used - 1, 0)
