"""How many meetings a person can have at most: their slots, the pauses they want, what they accept."""

from __future__ import annotations

from collections.abc import Sequence

from ensembleur.meetings.engine.problem import Participant


def most_meetings(person: Participant, sessions: Sequence[int] = (), *, pauses: int = 0) -> int:
    """The most meetings that fit in their slots, whatever the others do.

    sessions : the slots of each part of the day, as bits; () for one session.   pauses : slots they want to keep free besides.
    """
    slots = person.available.bit_count()
    most = slots - pauses
    if person.max_consecutive is not None:
        parts = [person.available & part for part in sessions] or [person.available]
        # One slot is lost after each full run of meetings.
        most = min(most, slots - sum(run // (person.max_consecutive + 1) for part in parts for run in _runs(part)))
    if person.max_meetings is not None:
        most = min(most, person.max_meetings)
    return max(most, 0)


def _runs(mask: int) -> list[int]:
    """The lengths of the runs of bits set."""
    return [len(run) for run in f"{mask:b}".split("0") if run]
