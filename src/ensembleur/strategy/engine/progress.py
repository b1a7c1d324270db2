"""How far an indicator has come from its baseline to its target. Nothing here averages: units do not mix."""

from __future__ import annotations

from decimal import Decimal

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.content import Direction
from ensembleur.strategy.engine.wording import phrase

ZERO, ONE = Decimal(0), Decimal(1)
TOLERANCE_SHARE = Decimal("0.05")  # of the target, for an indicator that must stay where it is


def progress(
    current: Decimal | None,
    baseline: Decimal | None,
    target: Decimal | None,
    direction: Direction,
    *,
    tolerance: Decimal | None = None,
) -> Decimal | None:
    """(current − baseline) / (target − baseline), unbounded: below 0 when things went the wrong way, above 1 beyond the target.

    The quotient serves rising and falling indicators alike, since its two differences change sign together.
    Returns None when a value is unknown, and when the target lies against the direction: `why_unknown` says which.
    When target and baseline are the same, and for STABLE, there is no way to go: 1 when it is held, 0 when it is lost.
    tolerance : for STABLE, how far from the target still counts as held; 5 % of the target when not given.
    """
    if current is None or target is None:
        return None
    if direction is Direction.STABLE:
        return ONE if is_beyond(current, target, direction, tolerance) else ZERO
    if baseline is None or is_contradictory(baseline, target, direction):
        return None
    if baseline == target:
        return ONE if is_beyond(current, target, direction) else ZERO
    return (current - baseline) / (target - baseline)


def bounded(share: Decimal | None) -> Decimal | None:
    """Between 0 and 1, for the length of a bar only: the figure beside it stays unbounded."""
    return None if share is None else min(ONE, max(ZERO, share))


def is_beyond(current: Decimal, target: Decimal, direction: Direction, tolerance: Decimal | None = None) -> bool:
    """Whether the value is at the target or on its good side."""
    if direction is Direction.STABLE:
        return abs(current - target) <= band(target, tolerance)
    return current >= target if direction is Direction.UP else current <= target


def reached(current: Decimal | None, target: Decimal | None, direction: Direction, tolerance: Decimal | None = None) -> Answer:
    """Whether the target is reached; it needs no baseline."""
    if current is None or target is None:
        return Answer.UNKNOWN
    return Answer.YES if is_beyond(current, target, direction, tolerance) else Answer.NO


def band(target: Decimal, tolerance: Decimal | None = None) -> Decimal:
    """How far from its target a stable indicator may stand."""
    return abs(target) * TOLERANCE_SHARE if tolerance is None else tolerance


def is_contradictory(baseline: Decimal, target: Decimal, direction: Direction) -> bool:
    """Whether the target asks to go against the direction that is said to be better."""
    return (direction is Direction.UP and target < baseline) or (direction is Direction.DOWN and target > baseline)


def why_unknown(
    current: Decimal | None, baseline: Decimal | None, target: Decimal | None, direction: Direction, lang: str = "fr"
) -> str:
    """Why there is no progress to show, or what a progress without distance means; "" when the quotient speaks for itself."""
    if target is None:
        return phrase(lang, "pas d'objectif chiffré", "no target in figures")
    if current is None:
        return phrase(lang, "valeur inconnue, ce qui n'est pas zéro", "value unknown, which is not zero")
    if direction is Direction.STABLE:
        return phrase(lang, "à maintenir : tenu ou non, sans degré", "to be kept: held or not, without degrees")
    if baseline is None:
        return phrase(lang, "point de départ inconnu, ce qui n'est pas zéro", "baseline unknown, which is not zero")
    if is_contradictory(baseline, target, direction):
        return phrase(
            lang, "l'objectif va contre le sens annoncé de l'indicateur", "the target goes against the stated direction"
        )
    if baseline == target:
        return phrase(
            lang,
            "l'objectif est le point de départ : tenu ou non, sans degré",
            "the target is the baseline: held or not, without degrees",
        )
    return ""
