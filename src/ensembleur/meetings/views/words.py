"""How an event is written on a page: its days, its state with its shape, the address of a page that may not be there yet."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.meetings.choices import EventState
from ensembleur.meetings.models import Event
from ensembleur.web.formats import day

# (shape and colour, what the public reads).
STATES: dict[EventState, tuple[str, Promise | str]] = {
    EventState.DRAFT: ("unknown", gettext_lazy("En préparation")),
    EventState.REGISTRATION: ("yes", gettext_lazy("Inscriptions ouvertes")),
    EventState.WISHES: ("yes", gettext_lazy("Inscriptions et vœux ouverts")),
    EventState.TIMETABLE: ("info", gettext_lazy("Planning en préparation")),
    EventState.PUBLISHED: ("info", gettext_lazy("Planning publié")),
    EventState.DAY: ("yes", gettext_lazy("En ce moment")),
    EventState.CLOSED: ("closed", gettext_lazy("Terminé")),
    EventState.CANCELLED: ("no", gettext_lazy("Annulé")),
}


def state_of(event: Event) -> tuple[str, Promise | str]:
    """The state of an event as a badge: its shape and its word."""
    return STATES[EventState(event.state)]


def days_of(event: Event) -> str:
    """« 12 janvier 2027 », or « du 12 janvier 2027 au 13 janvier 2027 »."""
    if event.starts_on == event.ends_on:
        return day(event.starts_on)
    return _("du %(start)s au %(end)s") % {"start": day(event.starts_on), "end": day(event.ends_on)}


def address(name: str, event: Event) -> str:
    """The address of a page of this event, "" when there is none."""
    try:
        return reverse(f"meetings:{name}", args=[event.slug])
    except NoReverseMatch:
        return ""
