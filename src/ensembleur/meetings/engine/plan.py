"""A timetable made: which slot and place each meeting has, what could not be placed and why, and what is proved of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class WhyNot(StrEnum):
    """Why a meeting has no slot."""

    NO_COMMON_SLOT = "no_common_slot"  # its attendees are never free together
    FULL_AGENDA = "full_agenda"  # somebody has more meetings than slots
    NO_TABLE = "no_table"  # every table is taken in each slot that would do
    PAUSE = "pause"  # it would take somebody's pause
    GAP = "gap"  # it would stand too near another, or in the wrong order
    LOCKED = "locked"  # only a meeting that may not move would make room
    NOT_FOUND = "not_found"  # no chain of moves was found; nothing proves that there is none


@dataclass(frozen=True)
class Unplaced:
    """A meeting without slot: why, and who is in the way (ids of participants or of meetings)."""

    meeting: str
    why: WhyNot
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """What a timetable costs, as the checker counts it; each person's own figures are summed, `max_breaks` is the worst person's.

    breaks : maximal runs of idle slots strictly between two meetings of one person, as the academic problem counts them.
    idle_slots : the slots of those runs.
    forced : breaks that nothing can spare: the person was away for the whole run, or had asked for that pause.
    unwanted_breaks, unwanted_idle_slots : the same without what is forced.
    """

    placed: int = 0
    breaks: int = 0
    idle_slots: int = 0
    unwanted_breaks: int = 0
    unwanted_idle_slots: int = 0
    max_breaks: int = 0
    table_changes: int = 0


@dataclass(frozen=True)
class Plan:
    """slots : {meeting: slot}; places : {meeting: place}, empty before anybody is seated.

    bound : no timetable of every placed meeting has fewer breaks, when something proves it; None when nothing does.
    optimal : the bound is reached.
    """

    slots: dict[str, int]
    places: dict[str, str] = field(default_factory=dict)
    unplaced: tuple[Unplaced, ...] = ()
    score: Score = field(default_factory=Score)
    bound: int | None = None
    optimal: bool = False
    seconds: float = 0.0
    first_valid_seconds: float | None = None
    seed: int = 0
    engine: str = ""


@dataclass(frozen=True)
class Progress:
    """Where a computation stands: `share` of its time (0–1), the best score until now, what it is doing."""

    share: float
    score: Score
    doing: str = ""


# Called now and then with where things stand; returns False to ask to stop, keeping the best timetable until then.
Watch = Callable[[Progress], bool]
