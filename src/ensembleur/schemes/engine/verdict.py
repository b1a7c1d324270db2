"""One scheme for one company, on one day: an answer, its reasons, what is missing, how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ensembleur.logic.answers import Reason
from ensembleur.logic.facts import Facts
from ensembleur.schemes.engine.amount import AmountRange
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.sources import Source

VerdictAnswer = Literal["yes", "no", "unknown", "not_open"]


@dataclass(frozen=True)
class Verdict:
    """The explained answer. `version` is None when no version was known; `opens_on` and `closed_since` go with "not_open".

    missing : the facts to ask for, most useful first.   uncertain : the scheme itself is to be confirmed with its operator.
    closes_on : last day to apply when a window is open.   rule_hash : what tells two texts of the rule apart.
    """

    scheme: Scheme
    version: Version | None
    as_of: date
    answer: VerdictAnswer
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    amount: AmountRange | None = None
    opens_on: date | None = None
    closed_since: date | None = None
    closes_on: date | None = None
    uncertain: bool = False
    lang: str = "fr"
    rule_hash: str = ""

    title: str = ""
    state: str = ""  # yes, no, unknown, closed: what the answer card shows
    state_text: str = ""
    headline: str = ""  # « jusqu'à 250 000 € »
    sentence: str = ""
    formula: str = ""
    source: Source | None = None

    def as_json(self) -> dict[str, Any]:
        """The stable contract of the `advise` command for one scheme."""
        raise NotImplementedError


def verdict_of(scheme: Scheme, facts: Facts, *, as_of: date, lang: str = "fr", known_on: date | None = None) -> Verdict:
    """The verdict on `as_of`, as the rules were known on `known_on` (None: as we know them now)."""
    raise NotImplementedError


def advise(
    schemes: tuple[Scheme, ...], facts: Facts, *, as_of: date, lang: str = "fr", known_on: date | None = None
) -> list[Verdict]:
    """Every scheme's verdict: open and yes (most money first), open and unknown (fewest questions first), no (nearest first), closed."""
    raise NotImplementedError
