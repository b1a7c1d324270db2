"""The pages of one event, as tabs: those of whoever runs it, and those of whoever comes. A page that does not exist is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ensembleur.meetings.choices import EventKind
from ensembleur.meetings.models import Event

_NEVER: dict[str, tuple[EventKind, ...]] = {
    "desk_wishes": (EventKind.TOUR,),
    "desk_timetable": (EventKind.TOUR,),
    "catalogue": (EventKind.TOUR,),
    "my_wishes": (EventKind.TOUR,),
}
_ONLY: dict[str, tuple[EventKind, ...]] = {
    "desk_visits": (EventKind.VISITS,),
    "desk_stops": (EventKind.TOUR,),
    "desk_programme": (EventKind.FAIR,),
    "my_programme": (EventKind.FAIR,),
    "my_visits": (EventKind.VISITS,),
}
DESK: tuple[tuple[str, Promise | str], ...] = (
    ("desk", _("Vue d'ensemble")),
    ("desk_event", _("Réglages")),
    ("desk_people", _("Inscriptions")),
    ("desk_visits", _("Offres de visite")),
    ("desk_stops", pgettext_lazy("tournée", "Étapes")),
    ("desk_programme", _("Programme")),
    ("desk_wishes", _("Vœux")),
    ("desk_timetable", _("Planning")),
    ("desk_day", _("Jour J")),
    ("desk_letters", _("Lettres")),
    ("desk_after", _("Suites")),
)
MINE: tuple[tuple[str, Promise | str], ...] = (
    ("my_day", _("Ma journée")),
    ("catalogue", _("Participants")),
    ("my_wishes", _("Mes vœux")),
    ("my_programme", _("Programme")),
    ("my_visits", _("Mes visites")),
    ("my_outcomes", _("Suites")),
    ("my_profile", _("Mon inscription")),
)


@dataclass(frozen=True)
class Tab:
    """One tab: where it leads, what it says, whether it is the page on screen."""

    url: str
    label: Promise | str
    is_here: bool


def desk_tabs(event: Event, here: str) -> list[Tab]:
    """Those of the people who run the event; `here` : the name of the page on screen."""
    return _tabs(DESK, event, here)


def my_tabs(event: Event, here: str) -> list[Tab]:
    """Those of the people who come."""
    return _tabs(MINE, event, here)


def _tabs(pages: tuple[tuple[str, Promise | str], ...], event: Event, here: str) -> list[Tab]:
    tabs = []
    for name, label in pages:
        if event.kind in _NEVER.get(name, ()) or event.kind not in _ONLY.get(name, (event.kind,)):
            continue
        try:
            tabs.append(Tab(reverse(f"meetings:{name}", args=[event.slug]), label, name == here))
        except NoReverseMatch:
            continue
    return tabs
