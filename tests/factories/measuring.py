"""Agreements signed on a day, and the measurements taken of them, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ensembleur.journeys.models import Application
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.models import Measurement, PeriodLock, Strategy
from ensembleur.strategy.services.measuring import Line, Taken, take_measurements
from tests.factories import accounts, journeys
from tests.factories import strategy as make
from tests.factories.strategy import NOW, tiny

D1, D2 = date(2026, 6, 1), date(2026, 9, 1)
BY = "command:measure"


def at(day: date) -> datetime:
    """Late in the morning of that day."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def agreed(on: date = D1, siren: str | None = None, scheme: str | None = None, **fields: Any) -> Application:
    """An agreement signed on a day, of a company whose path began in January."""
    path = journeys.journey(**({"siren": siren, "siret": ""} if siren else {}), opened_at=at(date(2026, 1, 5)))
    more = {"scheme": scheme} if scheme else {}
    return journeys.application(path, "agreed", filed_at=at(min(on, D1)), decided_on=min(on, D1), agreed_on=on, **more, **fields)


def measure(as_of: date = D1, by: Any = BY, now: datetime = NOW, **given: Any) -> Taken:
    """A taking, by the command."""
    return take_measurements(as_of=as_of, by=by, now=now, **given)


def lines(taken: Taken) -> dict[str, Line]:
    """Code → line."""
    return {line.code: line for line in taken.lines}


def kinds(taken: Taken) -> dict[str, str]:
    """Code → what became of it."""
    return {line.code: line.what for line in taken.lines}


def standing(code: str = "A1.companies", as_of: date = D1) -> Measurement:
    """The line computed of that day that nothing replaces."""
    return Measurement.objects.standing().get(indicator__code=code, as_of=as_of, origin=Origin.COMPUTED)


def two_schemes() -> Strategy:
    """A1 counts one scheme, A3 another, O1 unites them."""
    data = make.raw()
    a1, a3 = data["challenges"][0]["objectives"][0]["measures"]
    a1["indicators"][0]["parameters"] = {"schemes": ["one"]}
    a3["indicators"][0]["parameters"] = {"schemes": ["two"]}
    return tiny(challenges=data["challenges"])


def changed(code: str = "A1.companies", **fields: Any) -> dict[str, Any]:
    """The plain data with one indicator changed."""
    data = make.raw()
    for one in data["challenges"][0]["objectives"][0]["measures"]:
        for sheet in one["indicators"]:
            if sheet["code"] == code:
                sheet.update(fields)
    return {"challenges": data["challenges"]}


def lock(strategy: Strategy, start: date = date(2026, 1, 1), end: date = date(2026, 7, 1)) -> PeriodLock:
    """The first half of the year, locked."""
    return PeriodLock.objects.create(
        strategy=strategy, period_start=start, period_end=end, reason="Rapport remis", locked_by=accounts.user(), locked_at=NOW
    )
