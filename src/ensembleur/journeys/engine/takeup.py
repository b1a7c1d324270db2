"""How many of the options offered were taken, with the interval that so few answers allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from ensembleur.journeys.engine.delays import TOO_FEW

Z_95 = 1.959963984540054  # the normal law's two-sided 95 % point


@dataclass(frozen=True)
class TakeUp:
    """Answers to options of one kind. offered = taken + declined + silent; the share is of all offers, silence included.

    share, low, high : between 0 and 1, None when fewer than TOO_FEW were offered.
    companies, companies_taken : enrolled companies offered at least one, and those that took at least one.
    """

    offered: int
    taken: int
    declined: int
    silent: int
    companies: int
    companies_taken: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Offer:
    """One option offered to one company."""

    company: int
    taken: bool
    declined: bool


def take_up(offers: Iterable[Offer]) -> TakeUp:
    """Count the answers; a share only from TOO_FEW offers on, always with its 95 % interval."""
    known = list(offers)
    taken, declined = sum(offer.taken for offer in known), sum(offer.declined for offer in known)
    low, high = wilson(taken, len(known)) if len(known) >= TOO_FEW else (None, None)
    return TakeUp(
        offered=len(known),
        taken=taken,
        declined=declined,
        silent=len(known) - taken - declined,
        companies=len({offer.company for offer in known}),
        companies_taken=len({offer.company for offer in known if offer.taken}),
        share=taken / len(known) if len(known) >= TOO_FEW else None,
        low=low,
        high=high,
    )


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The interval of a proportion, inside [0, 1] whatever the counts.

    trials : at least one.   Source: Wilson (1927).
    """
    share, square = successes / trials, z * z
    scale = 1 + square / trials
    middle = (share + square / (2 * trials)) / scale
    half = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials)) / scale
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return low, high
