"""A small forum with wishes, and a stand-in for the search, so that the tests of what surrounds it are instantaneous."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ensembleur.meetings.choices import EventState, Side
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.seating import seat
from ensembleur.meetings.models import Event, Version
from ensembleur.meetings.queries.asking import asked_of_event
from ensembleur.meetings.services.versions import write_version
from tests.factories import accounts
from tests.factories import meetings as make

NOW = make.NOW
LATER = NOW + timedelta(hours=1)


def clock() -> Any:
    """An instant that does not pass."""
    return NOW


def forum(buyers: int = 3, suppliers: int = 4, *, by: Any = None, state: str = EventState.TIMETABLE, **fields: Any) -> Event:
    """A forum where every supplier asked for every buyer, who said yes."""
    event = make.event(by=by or adviser(), state=state, **fields)
    sides = [make.registration(event, Side.A) for _number in range(buyers)]
    for _number in range(suppliers):
        supplier = make.registration(event, Side.B)
        for buyer in sides:
            make.wish(supplier, buyer, state="accepted")
    return event


def adviser() -> Any:
    """Somebody who runs events."""
    return accounts.person(accounts.Role.ADVISER, "95")


def lead(event: Event) -> Any:
    """Who runs this one."""
    return event.organisers.first().user  # type: ignore[union-attr]


def drafted(event: Event, **fields: Any) -> Version:
    """A timetable of the event, as a computation keeps it."""
    asked = asked_of_event(event)
    plan = seat(asked.problem, place(asked.problem))
    given = {"origin": "computed", "by": None, "now": NOW, **fields}
    return write_version(event=event, problem=asked.problem, plan=plan, rows=asked.rows, **given)
