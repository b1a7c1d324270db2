"""How the tests of the catalogue read it: the files once, literal facts, the leaves of a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from ensembleur.logic.answers import Answer
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.verdict import Verdict, verdict_of


@cache
def catalogue() -> Mapping[str, Scheme]:
    """Every scheme by identifier."""
    return {scheme.id: scheme for scheme in load_schemes()}


def told(**facts: Any) -> dict[str, Fact]:
    """Literal values as facts; a range is an Interval, an amount may be an int."""
    return {key: Fact(value) for key, value in facts.items()}


def verdict(scheme: str, as_of: str, **facts: Any) -> Verdict:
    """The verdict of a scheme on a day written as text."""
    return verdict_of(catalogue()[scheme], told(**facts), as_of=date.fromisoformat(as_of))


def failing(result: Verdict) -> set[str]:
    """The leaves of the rule that say no and stand in the way."""
    return {reason.leaf for reason in result.reasons if reason.answer is Answer.NO and reason.matters and reason.leaf != "window"}


def euros(amount: int | str) -> Decimal:
    """An exact amount."""
    return Decimal(amount)


def most(result: Verdict) -> Decimal | None:
    """The highest amount of a verdict."""
    assert result.amount is not None
    return result.amount.max


MICRO = {
    "commune": "95018", "naf": "25.62B", "created_on": date(2009, 5, 4), "is_independent": True, "is_single_establishment": True,
    "in_difficulty": False, "is_micro_entrepreneur": False, "in_zre": False, "project_started": False,
}  # fmt: skip
BAND_200_249 = Interval(200, 249)
