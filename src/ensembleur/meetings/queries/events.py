"""What is looked up of events: the public calendar, one's own, and whether an event may go where it is asked to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from ensembleur.accounts.engine.perimeters import departement_of
from ensembleur.meetings.choices import LIVE_STATUSES, PUBLISHES_WITHOUT_TIMETABLE, EventKind, EventState
from ensembleur.meetings.models import Event
from ensembleur.periods import paris_day
from ensembleur.territory.models import Commune, Departement
from ensembleur.web.formats import day

TOLD = (EventState.PUBLISHED, EventState.DAY, EventState.CLOSED, EventState.CANCELLED)


def announced(kind: str = "", departement: str = "") -> QuerySet[Event]:
    """The public calendar, of one kind and one département when they are given."""
    found = Event.objects.exclude(state=EventState.DRAFT)
    if kind in EventKind.values:
        found = found.filter(kind=kind)
    return found.filter(commune__startswith=departement) if departement else found


def upcoming(events: QuerySet[Event], today: date) -> QuerySet[Event]:
    """Those that are not over, the nearest first."""
    return events.filter(ends_on__gte=today).order_by("starts_on", "title", "pk")


def past(events: QuerySet[Event], today: date) -> QuerySet[Event]:
    """Those that are over, the latest first; what was cancelled is not told for ever."""
    return events.filter(ends_on__lt=today).exclude(state=EventState.CANCELLED).order_by("-starts_on", "title", "pk")


def departements() -> list[tuple[str, str]]:
    """[(code, name)] of the places where events are announced."""
    codes = {departement_of(commune) for commune in announced().values_list("commune", flat=True).distinct()}
    names = dict(Departement.objects.filter(code__in=codes).values_list("code", "name"))
    return sorted((code, names.get(code, code)) for code in codes)


def commune_names(events: list[Event]) -> dict[str, str]:
    """The names of the communes of these events, by code; a code without name answers for itself."""
    codes = {event.commune for event in events}
    return {code: code for code in codes} | dict(Commune.objects.filter(code__in=codes).values_list("code", "name"))


def run_by(user: Any) -> QuerySet[Event]:
    """The events this person organises, the latest first, each with its live participations counted."""
    live = Count("registrations", filter=Q(registrations__status__in=LIVE_STATUSES), distinct=True)
    return Event.objects.organised_by(user).annotate(live=live).order_by("-starts_on", "title", "pk")


def attended_by(user: Any) -> QuerySet[Event]:
    """The events this person comes to, the latest first."""
    mine = Q(registrations__attendees__user=user, registrations__attendees__erased_at__isnull=True)
    return Event.objects.filter(mine, registrations__status__in=LIVE_STATUSES).distinct().order_by("-starts_on", "title", "pk")


def times_are_told(event: Event) -> bool:
    """Whether people were given hours, which only a change with its letter may move."""
    return event.published_version_id is not None or event.state in TOLD


def why_not_moved(event: Event, to: str, now: datetime) -> str:
    """What keeps the event from following an arrow, in one sentence; "" when nothing does."""
    today, kind = paris_day(now), EventKind(event.kind)
    if to == EventState.REGISTRATION and event.state == EventState.DRAFT and event.ends_on < today:
        return _("L'événement est déjà passé : changez ses dates dans les réglages avant d'ouvrir les inscriptions.")
    if to == EventState.DRAFT and event.registrations.live().exists():
        return _("Des personnes se sont inscrites : l'événement ne redevient pas un brouillon, il s'annule.")
    if to in (EventState.WISHES, EventState.TIMETABLE):
        return _why_no_timetable(event, kind)
    if to == EventState.PUBLISHED and event.state != EventState.DAY:
        return _why_not_published(event, kind)
    if to == EventState.DAY and today < event.starts_on - timedelta(days=1):
        return _("Le jour J s'ouvre la veille, le %(day)s.") % {"day": day(event.starts_on - timedelta(days=1))}
    if to == EventState.CLOSED and today < event.ends_on:
        return _("L'événement se termine le %(day)s : il se ferme ce jour-là.") % {"day": day(event.ends_on)}
    return ""


def _why_no_timetable(event: Event, kind: EventKind) -> str:
    if kind == EventKind.TOUR:
        return _("Une tournée n'a ni vœux ni rendez-vous à placer : publiez-la dès que ses étapes sont prêtes.")
    if not event.slots.exists():
        return _("L'événement n'a pas de créneau : créez-les dans les réglages, sinon personne ne peut dire quand il est libre.")
    return ""


def _why_not_published(event: Event, kind: EventKind) -> str:
    if kind == EventKind.TOUR and not event.stops.exists():
        return _("La tournée n'a pas d'étape : ajoutez-les avant de la publier.")
    if kind not in PUBLISHES_WITHOUT_TIMETABLE and event.published_version_id is None:
        return _("Aucun planning n'est publié : calculez-le, relisez-le et publiez une version.")
    return ""
