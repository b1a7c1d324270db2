"""The room left under the European cap on small aids (de minimis), for a group taken as a single undertaking.

Since 1 January 2024: 300,000 € over any three rolling years (Regulation (EU) 2023/2831). Before: 200,000 € over three fiscal
years, the current one and the two before (Regulation (EU) 1407/2013); fiscal years are taken as calendar years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur import money
from ensembleur.errors import BadInput
from ensembleur.periods import add_months
from ensembleur.sources import Confidence, Source

NEW_RULE_FROM = date(2024, 1, 1)
CAP_EUR = Decimal(300_000)
CAP_BEFORE_EUR = Decimal(200_000)
COUNTED = ("", "de_minimis", "de-minimis", "de minimis")

SOURCE = Source(
    title="Règlement (UE) 2023/2831 relatif aux aides de minimis",
    url="https://eur-lex.europa.eu/eli/reg/2023/2831/oj",
    as_of=date(2024, 1, 1),
    checked_on=date(2026, 11, 21),
    confidence=Confidence.PRIMARY,
)


def cap_eur(as_of: date) -> Decimal:
    """The cap that applies that day."""
    return CAP_EUR if as_of >= NEW_RULE_FROM else CAP_BEFORE_EUR


def counts(aid_on: date, as_of: date) -> bool:
    """Whether an aid granted on `aid_on` still weighs on `as_of`: not one day longer than three years since 2024."""
    if aid_on > as_of:
        return False
    if as_of >= NEW_RULE_FROM:
        return add_months(aid_on, 36) > as_of
    return aid_on.year >= as_of.year - 2


def received_eur(aids: Iterable[Mapping[str, Any]], *, as_of: date) -> Decimal:
    """The total still counted on `as_of`. Each aid: `on` (date or ISO text), `eur`, `regime` (empty or de_minimis is counted).

    Raises BadInput naming the aid that cannot be read.
    """
    total = Decimal(0)
    for rank, aid in enumerate(aids, 1):
        try:
            on = aid["on"] if type(aid["on"]) is date else date.fromisoformat(str(aid["on"]))
            eur = money.euros(aid["eur"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(
                "bad_aid", f"L'aide n° {rank} est illisible : il faut une date « on » (2026-03-12) et un montant « eur » (15000)."
            ) from error
        if str(aid.get("regime") or "") in COUNTED and counts(on, as_of):
            total += eur
    return total


def room_eur(aids: Iterable[Mapping[str, Any]], *, as_of: date) -> Decimal:
    """What may still be granted on `as_of`, never below zero."""
    return max(Decimal(0), cap_eur(as_of) - received_eur(aids, as_of=as_of))
