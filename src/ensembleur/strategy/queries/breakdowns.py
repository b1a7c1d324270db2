"""How the parts of a measured value stand, for those who steer the region: nothing of it is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ensembleur.strategy.engine.taking import Breakdown
from ensembleur.strategy.models import Indicator, Measurement
from ensembleur.strategy.permissions import may_read_room
from ensembleur.strategy.queries.content import Held


@dataclass(frozen=True)
class Parted:
    """The parts of a value of one day."""

    as_of: date
    parts: Breakdown


def breakdown_for(user: Any, held: Held, row: Indicator, *, as_of: date) -> Parted | None:
    """The parts of the last measured value not later than a day; None when there are none or this person may not read them."""
    if not may_read_room(user, held.row):
        return None
    lines = Measurement.objects.standing().known_on(as_of).filter(indicator=row).exclude(breakdown={})
    found = lines.order_by("-as_of", "-pk").first()
    return Parted(found.as_of, found.breakdown) if found else None
