"""Reads the published questionnaires and measures, once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ensembleur.errors import BadInput
from ensembleur.journeys.engine.plan import Measure, read_measures
from ensembleur.journeys.engine.questionnaire import Questionnaire, read_questionnaire

FOLDER = Path(__file__).resolve().parent
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster
CURRENT = "1"  # the edition new diagnoses are made with


def read_plain(path: Path) -> Any:
    """The plain data of one file of this folder."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader, C or Python


@cache
def questionnaire(version: str = CURRENT) -> Questionnaire:
    """One published edition. Raises BadInput when there is none of that version."""
    path = FOLDER / f"questionnaire-{version}.yaml"
    if not path.exists():
        raise BadInput("unknown_questionnaire", f"Il n'y a pas d'édition « {version[:20]} » du questionnaire.")
    return read_questionnaire(read_plain(path))


@cache
def measures() -> tuple[Measure, ...]:
    """Every published measure."""
    return read_measures(read_plain(FOLDER / "measures.yaml"))


def measure(identifier: str) -> Measure | None:
    """The measure of that identifier, None when it has left the catalogue."""
    return next((one for one in measures() if one.id == identifier), None)
