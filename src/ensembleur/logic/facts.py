"""What is known of one subject: values, intervals and dates, each with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.sources import Evidence, Source

NEVER = date(9999, 12, 31)  # the value of a date fact when the thing was never done: « pas encore fait » is an answer


@dataclass(frozen=True)
class Interval:
    """A number known to lie from `low` to `high`, both included; None means without limit on that side."""

    low: Decimal | int | None
    high: Decimal | int | None

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise BadInput("empty_interval", f"L'intervalle de {self.low} à {self.high} est vide.")


@dataclass(frozen=True)
class Fact:
    """One thing known of a company, an establishment, a group or a project.

    value : bool, int, Decimal, str, date, Interval, tuple of str, or a tuple of dicts for `past_aids`.
    as_of : the day it was true.   evidence : how it is known.   An unknown fact is absent from the mapping, never None.
    shown : how to print the value when its code says little, « Argenteuil (95) » for 95018.
    """

    value: Any
    as_of: date | None = None
    source: Source | None = None
    evidence: Evidence = Evidence.DECLARED
    shown: str = ""


Facts = Mapping[str, Fact]  # key of the vocabulary → fact
