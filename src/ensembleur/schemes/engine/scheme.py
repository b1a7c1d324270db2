"""A scheme as data: versions on two time axes, windows, envelopes, conditions, amounts and edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from ensembleur.logic.conditions import Condition, Param
from ensembleur.logic.words import NOTHING, Words
from ensembleur.periods import Period
from ensembleur.sources import Source

FAMILIES = ("grant", "advance", "loan", "equity", "tax_credit", "diagnosis", "training", "support", "prize", "network")
LEVELS = ("regional", "national", "european")
AUDIENCES = ("company", "person")
STATUSES = ("open", "suspended", "uncertain", "ended")
NATURES = ("grant", "advance", "loan", "equity", "tax_credit", "in_kind", "mixed", "to_pay")
AMOUNT_RULES = ("rate", "steps", "flat", "range", "none")
EDGE_KINDS = ("prerequisite", "exclusive", "cumulable", "counts_toward", "replaced_by")
ROUNDINGS = ("", "cent", "euro_down")
TOPICS = ("production", "digital", "people", "organisation", "environment", "market")
DE_MINIMIS = "de-minimis"

Number: TypeAlias = Decimal | Param | None


@dataclass(frozen=True)
class Window:
    """A session: files are taken from `opens` to `closes`, both included; None means not announced or without limit."""

    opens: date | None = None
    closes: date | None = None
    decision: date | None = None
    source: str = ""

    def takes(self, day: date) -> bool:
        """Whether a file may be lodged that day."""
        return (self.opens is None or self.opens <= day) and (self.closes is None or day <= self.closes)


@dataclass(frozen=True)
class Envelope:
    """The money set aside, for one year when it is known."""

    eur: Decimal
    year: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Parameter:
    """A value of a dated parameter and the days on which it applies."""

    value: Decimal | str | date | tuple[str, ...]
    period: Period = field(default_factory=Period)
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class Bonus:
    """What changes when a condition holds: a higher ceiling, a higher rate."""

    id: str
    when: Condition
    ceiling: Number = None
    rate_plus: Number = None
    source: str = ""


@dataclass(frozen=True)
class AmountRule:
    """How much: see amount.py for the arithmetic. Rates are shares from 0 to 1, everything else is in euros.

    nature : what the money is; "to_pay" is what the company pays, not what it receives.
    rate : (lowest, highest), the same twice when there is one rate.   steps : (from this base, this amount), rising.
    split : (nature, share) of the amount.
    """

    nature: str
    rule: str
    base: str = "project_cost_eur"
    base_min: Number = None
    base_max: Number = None
    rate: tuple[Number, Number] = (None, None)
    floor: Number = None
    ceiling: Number = None
    bonuses: tuple[Bonus, ...] = ()
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    min_eur: Number = None
    max_eur: Number = None
    split: tuple[tuple[str, Decimal], ...] = ()
    rounding: str = ""
    source: str = ""
    note: Words = NOTHING


@dataclass(frozen=True)
class Edge:
    """How this scheme stands to another: prerequisite, exclusive, cumulable, counts_toward, replaced_by."""

    kind: str
    scheme: str
    note: Words = NOTHING
    source: str = ""


@dataclass(frozen=True)
class Criterion:
    """What a committee appreciates; it never decides here."""

    id: str
    says: Words
    source: str = ""


@dataclass(frozen=True)
class Version:
    """The rule as it applied on the days of `effective` and as it was known on the days of `published`.

    unreadable : why this release cannot read the text, which then answers "unknown" (see `engine.kept`); empty otherwise.
    """

    id: str
    effective: Period
    published: Period
    conditions: Condition
    status: str = "open"
    status_note: Words = NOTHING
    source: str = ""
    windows: tuple[Window, ...] = ()
    envelope: Envelope | None = None
    parameters: Mapping[str, tuple[Parameter, ...]] = field(default_factory=dict)
    jury: tuple[Criterion, ...] = ()
    amount: AmountRule | None = None
    edges: tuple[Edge, ...] = ()
    unverified: Words = NOTHING
    rule_hash: str = ""
    unreadable: str = ""

    def parameters_on(self, day: date) -> dict[str, Any]:
        """Each parameter's value on that day; a parameter without a value that day is absent."""
        return {name: line.value for name, lines in self.parameters.items() for line in reversed(lines) if day in line.period}


@dataclass(frozen=True)
class Operator:
    """Who runs the scheme; `siren` is empty unless verified."""

    name: str
    siren: str = ""


@dataclass(frozen=True)
class Scheme:
    """An aid with all its versions, past ones included, and the sources every statement cites by key."""

    id: str
    title: Words
    family: str
    level: str
    operator: Operator
    versions: tuple[Version, ...]
    sources: Mapping[str, Source]
    audience: str = "company"
    funders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    summary: Words = NOTHING
    url: str = ""

    def source(self, key: str) -> Source | None:
        """The source cited under that key."""
        return self.sources.get(key)
