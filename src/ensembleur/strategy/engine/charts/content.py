"""What a drawing of the strategy is made from, and what comes out: a specification, its words, its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.content import Label, Stage, Text


def refuse_a_secret_with_its_value(value: Decimal | None, hidden: str) -> None:
    """What is hidden is not carried at all: a file made from it could show it. Raises ValueError."""
    if hidden and value is not None:
        raise ValueError("A hidden cell may not carry its value.")


@dataclass(frozen=True)
class Point:
    """A value on a day, and how it is known."""

    on: date
    value: Decimal
    label: Label


@dataclass(frozen=True)
class Goal:
    """What was to be reached on a day; superseded when another decision replaced it."""

    on: date
    value: Decimal
    is_superseded: bool = False


@dataclass(frozen=True)
class Series:
    """An indicator through time. start : the day and the value progress is counted from; None when nobody knows."""

    code: str
    title: Text
    unit: Text
    points: tuple[Point, ...] = ()
    goals: tuple[Goal, ...] = ()
    start: tuple[date, Decimal] | None = None


@dataclass(frozen=True)
class Spent:
    """Euros reached at one stage on a day, since the beginning."""

    on: date
    stage: Stage
    amount_eur: Decimal


@dataclass(frozen=True)
class Execution:
    """The money since the beginning, stage by stage."""

    code: str
    title: Text
    rows: tuple[Spent, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A département or a sector. value None: not known, or hidden for the reason class `hidden`."""

    name: str
    value: Decimal | None
    hidden: str = ""

    def __post_init__(self) -> None:
        refuse_a_secret_with_its_value(self.value, self.hidden)


@dataclass(frozen=True)
class Bars:
    """A count by département or by sector; hidden counts are not drawn, and the caption says so."""

    code: str
    title: Text
    unit: Text
    rows: tuple[Bar, ...] = ()
    label: Label | None = None


@dataclass(frozen=True)
class Way:
    """How far an indicator is on its way; progress None: not measured. tone, word : its state."""

    code: str
    title: Text
    progress: Decimal | None
    tone: str
    word: Text
    expected: Decimal | None = None


@dataclass(frozen=True)
class Overview:
    """The progress of several indicators side by side; never averaged."""

    code: str
    title: Text
    rows: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A drawing, the same in words (`alt`), what to know of it (`caption`), and the same in a table."""

    code: str
    title: str
    spec: dict[str, Any]
    alt: str
    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
