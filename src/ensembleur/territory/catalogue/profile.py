"""Reads the shape of the demonstration region."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ensembleur.territory.engine.population import Profile

FILE = Path(__file__).with_name("demo_profile.yaml")


@lru_cache(maxsize=1)
def demo_profile() -> Profile:
    """The profile of `demo_profile.yaml`."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Profile(
        establishments=raw["totals"]["establishments"],
        employees=raw["totals"]["employees"],
        bands=raw["bands"]["shares"],
        departements=raw["departements"]["weights"],
        activities=raw["activities"]["weights"],
    )
