"""How much an aid may bring: a range, exactly, with the formula in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class AmountRange:
    """From `min` to `max` euros (max None: without limit), the formula in words, and the share of each nature.

    nature : grant, loan… ; "to_pay" is what the company pays.   split : (nature, lowest, highest).
    """

    min: Decimal
    max: Decimal | None
    formula: str
    nature: str = "grant"
    split: tuple[tuple[str, Decimal, Decimal | None], ...] = ()
