"""How a file names the participations of an event and their people: what an export writes leads an import to the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ensembleur.meetings.choices import Side
from ensembleur.meetings.models import Attendee, Event, Registration
from ensembleur.strategy.engine.tabular import plain


class Directory:
    """The accepted participations of an event, by every name a file may give them. people : {participation: those not erased}."""

    def __init__(self, event: Event) -> None:
        self.people: dict[int, list[Attendee]] = {}
        self._named: dict[str, list[Registration]] = defaultdict(list)
        for one in event.registrations.accepted().prefetch_related("attendees"):
            self.people[one.pk] = [person for person in one.attendees.all() if person.erased_at is None]
            for name in {plain(one.name), one.siret, *(person.email.lower() for person in self.people[one.pk])} - {""}:
                self._named[name].append(one)

    def found(self, text: str) -> list[Registration]:
        """Those a SIRET, an address or a name leads to; « … /A » or « … /B » chooses the side when it comes on both."""
        name, _slash, side = text.rpartition("/")
        on_side = [one for one in self._at(name) if one.side == side.strip().upper() and one.side in Side.values]
        return on_side or self._at(text)

    def _at(self, text: str) -> list[Registration]:
        number = "".join(text.split())
        keys = (number if number.isdigit() else "", text.strip().lower(), plain(text))
        return next((self._named[key] for key in keys if key and key in self._named), [])

    def found_in(self, registration: Registration, text: str) -> list[Attendee]:
        """The people of a participation that an address or a name leads to."""
        return [one for one in self.people[registration.pk] if plain(text) in (plain(one.email), plain(one.name))]

    def name_of(self, registration: Registration) -> str:
        """The first text that leads to this participation alone: its name, its SIRET, an address, with its side if need be."""
        told = self._names(registration)
        return next((text for text in told if self.found(text) == [registration]), registration.name)

    def _names(self, registration: Registration) -> Iterator[str]:
        addresses = (person.email for person in self.people[registration.pk])
        for name in filter(None, (registration.name, registration.siret, *addresses)):
            yield from (name, f"{name}/{registration.side}")

    def name_in(self, registration: Registration, person: Attendee | None) -> str:
        """The same for one of its people; "" for nobody."""
        if person is None:
            return ""
        told = [text for text in (person.email, person.name) if text]
        return next((text for text in told if self.found_in(registration, text) == [person]), told[0] if told else "")
