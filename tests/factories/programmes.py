"""Companies in a programme of support for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ensembleur.journeys.models import Enrolment, Journey, OptionTake, StageEntry
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

FRAME = "accompagnement-500"


def ago(days: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=days)


def enrolment(of: Journey | None = None, entered: int = 100, **fields: Any) -> Enrolment:
    """A journey in the programme of the 500 companies since `entered` days."""
    of = of or make.journey()
    fields = {"programme": FRAME, "recorded_at": NOW, "recorded_by": of.opened_by, **fields}
    return Enrolment.objects.create(journey=of, enrolled_on=ago(entered), **fields)


def stage(of: Enrolment, name: str = "support", days: int = 50, **fields: Any) -> StageEntry:
    """A stage declared `days` ago."""
    fields = {"evidence": "declared", "recorded_at": NOW, "recorded_by": of.recorded_by, **fields}
    return StageEntry.objects.create(enrolment=of, stage=name, reached_on=ago(days), **fields)


def take(of: Enrolment, option: str = "peers", kind: str = "collective", days: int = 40, **fields: Any) -> OptionTake:
    """An option offered `days` ago, without answer."""
    fields = {"recorded_at": NOW, "recorded_by": of.recorded_by, **fields}
    return OptionTake.objects.create(enrolment=of, option=option, kind=kind, offered_on=ago(days), **fields)
