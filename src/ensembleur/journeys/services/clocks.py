"""What time does: needs nudged, released or closed without news, then every other clock, then the post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ensembleur.accounts.services.delivering import Delivered, deliver_due
from ensembleur.journeys.services.need_clocks import BY, strike_needs

ClockFunction = Callable[..., dict[str, int]]  # function(*, as_of: datetime, dry_run: bool) -> counts by name
_clocks: dict[str, ClockFunction] = {}


@dataclass(frozen=True)
class ClockReport:
    """What the clocks did, or would do.

    counts : name of a clock → what it did → how many.   delivered : the e-mails that left, None with dry_run.
    """

    as_of: datetime
    dry_run: bool
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    delivered: Delivered | None = None


def register_clock(name: str, function: ClockFunction) -> None:
    """Add a clock; call it in AppConfig.ready(). Raises ValueError when the name is taken by another function."""
    if _clocks.setdefault(name, function) is not function:
        raise ValueError(f"The clock « {name} » is already registered.")


def clocks() -> dict[str, ClockFunction]:
    """Every clock, in the order of registration."""
    return dict(_clocks)


def run_clocks(*, as_of: datetime, dry_run: bool = False, by: str = BY) -> ClockReport:
    """Strike the clocks of needs, then every registered one, then send what is due; call it outside any transaction.

    Running it twice leads to the same state, and so does running it again after it was killed. With dry_run nothing is
    written nor sent. Raises ValueError on a naive instant.
    """
    if as_of.tzinfo is None:
        raise ValueError("Clocks are struck at an instant: give `as_of` a time zone.")
    counts = {"needs": strike_needs(as_of=as_of, dry_run=dry_run, by=by)}
    for name, function in _clocks.items():
        counts[name] = function(as_of=as_of, dry_run=dry_run)
    return ClockReport(as_of, dry_run, counts, None if dry_run else deliver_due(now=as_of))
