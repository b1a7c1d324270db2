"""A small forum whose timetable was published, for the tests of what its people are given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import vobject

from ensembleur.meetings.choices import EventState, Side
from ensembleur.meetings.models import Event, Version
from ensembleur.meetings.services.publishing import publish_version
from tests.factories import meetings as make

NOW = make.NOW
LATER = NOW + timedelta(hours=1)


class Forum:
    """A buyer who meets two suppliers, at the first and the fourth slots; the lunch is in between."""

    def __init__(self, **fields: Any) -> None:
        self.event: Event = make.event(state=EventState.TIMETABLE, **fields)
        self.buyer = make.registration(self.event, Side.A, name="Métallerie fictive, S.A.")
        self.one, self.other = (make.registration(self.event, Side.B, name=f"Usinage fictif {n}") for n in "12")
        self.early, self.late = make.meeting(self.buyer, self.one), make.meeting(self.buyer, self.other)
        self.me = make.first(self.buyer)

    def publish(self, *placed: tuple[Any, int, str], now: Any = NOW) -> Version:
        """The timetable of these (meeting, slot, code of its table)."""
        former = Event.objects.get(pk=self.event.pk).published_version
        version = make.version(self.event, placed)
        by = self.event.organisers.first().user
        made = publish_version(version=version, seen=former.number if former else 0, by=by, now=now)
        for one in (self.event, self.early, self.late, self.me):
            one.refresh_from_db()
        self.me.registration.refresh_from_db()
        return made

    def published(self) -> Version:
        """The usual one."""
        return self.publish((self.early, 0, "1"), (self.late, 3, "2"))


def parsed(text: str | bytes) -> Any:
    """A calendar read by another parser than the one that wrote it."""
    return vobject.readOne(text.decode() if isinstance(text, bytes) else text)


def events(text: str | bytes) -> dict[str, Any]:
    """{UID: event}."""
    return {one.uid.value: one for one in parsed(text).contents.get("vevent", [])}
