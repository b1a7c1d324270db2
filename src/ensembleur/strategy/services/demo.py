"""The strategies of a demonstration: the files of the platform, and what its fictional operations measure."""

from __future__ import annotations

from datetime import date, datetime

from ensembleur.strategy.catalogue.loader import FILES, read_file
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.services.loading import load_strategy
from ensembleur.strategy.services.measuring import take_measurements

BY = "command:demo"


def populate_strategies(*, now: datetime, days: tuple[date, ...]) -> None:
    """Load every file of the catalogue, then measure on these days, unless something was measured already; twice changes nothing."""
    loaded = [load_strategy(data=read_file(path), by=BY, now=now, origin=path.name) for path in sorted(FILES.glob("*.yaml"))]
    if loaded and not Measurement.objects.filter(origin="computed").exists():
        for day in sorted(days):
            take_measurements(as_of=day, by=BY, now=now)
