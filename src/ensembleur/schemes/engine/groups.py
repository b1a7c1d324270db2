"""From the establishment up to the group: what a known figure says of the figures it is part of.

An establishment's headcount is the least its company can have; a company's headcount, turnover and balance are the least its
group can have. A company with a single establishment, or without linked enterprise, has exactly the figure below. Turnover
between companies of one group is not netted out: the company's own figure stands as the lowest bound.
Every figure obtained here is marked ESTIMATED and says what it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ensembleur.logic.comparing import limits
from ensembleur.logic.facts import Fact, Facts, Interval
from ensembleur.schemes.engine.deminimis import room_eur
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.sources import Evidence, Source


@dataclass(frozen=True)
class Step:
    """`upper` is at least `lower`, and equal to it when the bool fact `same_if` is true."""

    lower: str
    upper: str
    same_if: str


STEPS = (
    Step("headcount", "company_headcount", "is_single_establishment"),
    Step("company_headcount", "group_headcount", "is_independent"),
    Step("turnover_eur", "group_turnover_eur", "is_independent"),
    Step("balance_eur", "group_balance_eur", "is_independent"),
)


def derive(facts: Facts, *, as_of: date) -> dict[str, Fact]:
    """The facts with those that follow from them. A known figure is only ever narrowed, and kept when the two disagree."""
    known = dict(facts)
    for step in STEPS:
        if step.lower in known:
            _climb(known, step)
    if "past_aids" in known and "de_minimis_room_eur" not in known:
        room = room_eur(known["past_aids"].value, as_of=as_of)
        known["de_minimis_room_eur"] = _derived(room, "past_aids", known["past_aids"])
    return known


def _climb(known: dict[str, Fact], step: Step) -> None:
    below, upper = known[step.lower], known.get(step.upper)
    low, high = limits(below, step.lower)
    up_low, up_high = limits(upper, step.upper) if upper is not None else (None, None)
    same = step.same_if in known and known[step.same_if].value is True
    told = low if low is not None and (low > 0 or same) else None
    new_low = max((bound for bound in (told, up_low) if bound is not None), default=None)
    new_high = high if same and high is not None and (up_high is None or high < up_high) else up_high
    if (new_low, new_high) == (up_low, up_high) or (new_low is not None and new_high is not None and new_low > new_high):
        return
    value = new_low if new_low is not None and new_low == new_high else Interval(new_low, new_high)
    known[step.upper] = (
        _derived(value, step.lower, below) if upper is None else replace(upper, value=value, evidence=Evidence.ESTIMATED)
    )


def _derived(value: Decimal | int | Interval, key: str, fact: Fact) -> Fact:
    label = VOCABULARY[key].label
    return Fact(value, fact.as_of, Source(title=f"Déduit : {label.fr}", note_en=f"Derived: {label.en}"), Evidence.ESTIMATED)


def ask_instead(key: str, facts: Facts) -> str:
    """The easier question that may settle a group figure: « êtes-vous indépendant ? » when the company's figure is bounded."""
    for step in STEPS:
        if step.upper == key and step.same_if not in facts and step.lower in facts:
            return step.same_if if limits(facts[step.lower], step.lower)[1] is not None else key
    return key
