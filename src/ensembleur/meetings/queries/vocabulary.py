"""The words an event's files may say, and the value of each: French words as the screens write them, and our own codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from ensembleur.meetings.catalogue.countries import countries
from ensembleur.meetings.choices import Contract, Origin, RegistrationStatus, WishLevel, WishState
from ensembleur.meetings.engine.people_files import Words
from ensembleur.meetings.models import Event
from ensembleur.strategy.engine.tabular import plain

_LIVE = (RegistrationStatus.ACCEPTED, RegistrationStatus.WAITING, RegistrationStatus.REQUESTED)


def words_of(event: Event) -> Words:
    """Those of this event."""
    with translation.override("fr"):
        return Words(
            sides=_known(event.sides()),
            origins=_known(Origin.choices),
            statuses=_known((one.value, one.label) for one in _LIVE),
            contracts=_known(Contract.choices),
            countries=_known(countries("fr").items()),
            levels=_known(WishLevel.choices),
            states=_known(WishState.choices),
            slots=event.slots.count(),
        )


def _known(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """{word or code, as `plain` compares it: value}; words first, since they are what a refusal proposes."""
    found = list(choices)
    return {**{plain(str(label)): value for value, label in found}, **{plain(value): value for value, _label in found if value}}


def french(label: Any) -> str:
    """A word as files write it, whatever language the page is in."""
    with translation.override("fr"):
        return str(label)
