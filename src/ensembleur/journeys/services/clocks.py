"""What time does: needs nudged, released or closed without news, then every other clock, then the post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

ClockFunction = Callable[..., dict[str, int]]  # function(*, as_of: datetime, dry_run: bool) -> counts by name
_clocks: dict[str, ClockFunction] = {}


@dataclass(frozen=True)
class ClockReport:
    """What the clocks did, or would do. `counts` : name of a clock → what it did → how many."""

    as_of: datetime
    dry_run: bool
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def register_clock(name: str, function: ClockFunction) -> None:
    """Add a clock; call it in AppConfig.ready(). Raises ValueError when the name is taken by another function."""
    if _clocks.setdefault(name, function) is not function:
        raise ValueError(f"The clock « {name} » is already registered.")


def clocks() -> dict[str, ClockFunction]:
    """Every clock, in the order of registration."""
    return dict(_clocks)


def run_clocks(*, as_of: datetime, dry_run: bool = False, by: str = "command:run_clocks") -> ClockReport:
    """Strike every clock as of an instant. Running it twice, or again after it was killed, leads to the same state."""
    return ClockReport(as_of, dry_run, {name: function(as_of=as_of, dry_run=dry_run) for name, function in _clocks.items()})
