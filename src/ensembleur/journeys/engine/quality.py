"""What surveys say, never without how many were asked and how many answered; too few answers say nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

SHOWN_FROM = 3  # fewer answers could be recognised, and mean little
MOVED = frozenset({"solved", "started", "chosen"})  # results that changed something in the company

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Asking:
    """One person who should be asked about one thing. The answers are None or "" while there are none.

    thing : what it is about, the same for both sides.   is_asked : whether the question left.   answered : whether it came back.
    """

    thing: int
    side: str
    subject: str = ""
    organisation: str = ""
    period: str = ""
    is_asked: bool = False
    answered: bool = False
    contacted: bool | None = None
    useful: bool | None = None
    result: str = ""


@dataclass(frozen=True)
class Figure:
    """A share (0–1) among those who answered this question, with answered ≤ asked ≤ eligible.

    value is None when it is hidden or when nobody answered; `is_hidden` says it was hidden to protect those who answered.
    """

    value: float | None
    answered: int
    asked: int
    eligible: int
    is_hidden: bool = False

    @property
    def response_share(self) -> float | None:
        """Answered ÷ asked, None when nobody was asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def coverage_share(self) -> float | None:
        """Asked ÷ eligible, None when there was nobody to ask."""
        return self.asked / self.eligible if self.eligible else None


@dataclass(frozen=True)
class Quality:
    """The three figures of a group."""

    contacted: Figure
    useful: Figure
    moved: Figure

    def __iter__(self) -> Iterator[Figure]:
        return iter((self.contacted, self.useful, self.moved))


@dataclass(frozen=True)
class Agreement:
    """Where both sides answered: how many things, and on how many each question got opposite answers; None when hidden."""

    both: int
    contacted: int | None
    useful: int | None


def quality(rows: Iterable[Asking]) -> Quality:
    """The three figures of these people."""
    held = list(rows)
    return Quality(
        contacted=_figure(held, lambda row: row.contacted),
        useful=_figure(held, lambda row: row.useful),
        moved=_figure(held, lambda row: row.result in MOVED if row.result else None),
    )


def by(rows: Iterable[Asking], key: Callable[[Asking], Key]) -> dict[Key, Quality]:
    """The figures of each group; when a single group is hidden, the next smallest is too, or a subtraction would tell it."""
    groups: dict[Key, list[Asking]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = {name: quality(group) for name, group in groups.items()}
    for question in ("contacted", "useful", "moved"):
        _protect(found, question)
    return found


def results(rows: Iterable[Asking]) -> tuple[int, dict[str, int | None]]:
    """(answers, result → how many), None for every result while there are too few answers."""
    given = [row.result for row in rows if row.result]
    counts: dict[str, int | None] = {}
    for result in given:
        counts[result] = (counts.get(result) or 0) + 1
    return len(given), counts if len(given) >= SHOWN_FROM else dict.fromkeys(counts)


def agreement(company: Sequence[Asking], adviser: Sequence[Asking]) -> Agreement:
    """How the two sides of the same things compare."""
    other: Mapping[int, Asking] = {row.thing: row for row in adviser if row.answered}
    pairs = [(row, other[row.thing]) for row in company if row.answered and row.thing in other]
    if len(pairs) < SHOWN_FROM:
        return Agreement(len(pairs), None, None)
    return Agreement(
        len(pairs),
        sum(None not in (one.contacted, two.contacted) and one.contacted != two.contacted for one, two in pairs),
        sum(None not in (one.useful, two.useful) and one.useful != two.useful for one, two in pairs),
    )


def _figure(rows: Sequence[Asking], read: Callable[[Asking], bool | None]) -> Figure:
    given = [said for row in rows if row.answered and (said := read(row)) is not None]
    hidden = 0 < len(given) < SHOWN_FROM
    value = sum(given) / len(given) if given and not hidden else None
    return Figure(value, len(given), sum(row.is_asked for row in rows), len(rows), hidden)


def _protect(groups: dict[Key, Quality], question: str) -> None:
    figures = {name: getattr(held, question) for name, held in groups.items()}
    shown = [name for name, figure in figures.items() if figure.value is not None]
    if sum(figure.is_hidden for figure in figures.values()) != 1 or not shown:
        return
    least = min(shown, key=lambda name: (figures[name].answered, str(name)))
    groups[least] = replace(groups[least], **{question: replace(figures[least], value=None, is_hidden=True)})
