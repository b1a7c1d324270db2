"""Counting companies once, and putting together the values of successive periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ensembleur.strategy.engine.content import OverTime, Text
from ensembleur.strategy.engine.wording import counted, phrase

COMPANY, COMPANIES = Text("entreprise", "company"), Text("entreprises", "companies")


@dataclass(frozen=True)
class Union:
    """Different companies over several parts. counts : part → its own.

    `total` ≤ `added`: the counts of the parts do not add up by design, and `overlap` is by how much.
    """

    counts: dict[str, int]
    members: frozenset[str]

    @property
    def total(self) -> int:
        """How many different companies."""
        return len(self.members)

    @property
    def added(self) -> int:
        """The plain sum of the parts, which counts some companies several times."""
        return sum(self.counts.values())

    @property
    def overlap(self) -> int:
        """How many times a company was counted again; 0 exactly when no two parts share any."""
        return self.added - self.total

    def says(self, lang: str = "fr") -> str:
        """« 6 entreprises différentes ; la somme des parties donne 8, dont 2 comptées à nouveau »."""
        total = counted(self.total, COMPANY, COMPANIES, lang)
        if not self.overlap:
            return phrase(lang, f"{total}, aucune comptée deux fois", f"{total}, none counted twice")
        adjective = "différentes" if self.total > 1 else "différente"
        return phrase(
            lang,
            f"{total} {adjective} ; la somme des parties donne {self.added}, dont {self.overlap} en double compte",
            f"{total} counted once; the parts add up to {self.added}, {self.overlap} of them counted again",
        )


def union(sets: Mapping[str, AbstractSet[str]]) -> Union:
    """The different companies of several parts. sets : part (a measure, a département) → SIREN."""
    return Union({part: len(sirens) for part, sirens in sets.items()}, frozenset[str]().union(*sets.values()))


def summed(values: Iterable[Decimal], how: OverTime) -> Decimal | None:
    """The sum over periods of a flow; None without any value.

    Raises ValueError for a cumulative series, whose values hold one another, and for a stock, which is a state on a day.
    """
    if how is not OverTime.FLOW:
        raise ValueError(f"Only flows are summed over periods; the last value of a {how.value} series stands.")
    found = list(values)
    return sum(found, Decimal(0)) if found else None


def over_time(values: Sequence[tuple[date, Decimal]], how: OverTime) -> Decimal | None:
    """What a series comes to: the sum of a flow, the last value otherwise. values : (last day of the period, value), any order."""
    if how is OverTime.FLOW:
        return summed((value for _, value in values), how)
    return max(values, key=lambda value: value[0])[1] if values else None
