"""Organisers decide of participations, one or many, and give hosts their table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import LIVE_STATUSES, REGISTRATION_ARROWS, RegistrationStatus
from ensembleur.meetings.models import Attendee, Event, Place, Registration
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.services import confirming
from ensembleur.meetings.services.attending import close
from ensembleur.meetings.services.registering import OVER, fill_freed_places, held, taken

_ENDED = (RegistrationStatus.REFUSED, RegistrationStatus.CANCELLED)
_VERBS = {RegistrationStatus.ACCEPTED: "accept_registration", RegistrationStatus.WAITING: "put_on_waiting_list"}


@transaction.atomic
def decide_registrations(*, event: Event, chosen: Iterable[int], status: str, by: User, now: datetime) -> dict[str, int]:
    """Accept, refuse, cancel or put on the waiting list, all that may be; returns {decided, left, waiting}.

    chosen : keys of participations of this event.   left : those whose state has no such arrow.   waiting : those that were to be
    accepted and wait, since the event is full. Raises Refused when none may be, NotAllowed.
    """
    check(may_organise, by, event)
    if status not in RegistrationStatus.values or status == RegistrationStatus.REQUESTED:
        raise BadInput("bad_status", _("Choisissez d'accepter, de refuser, d'annuler ou de mettre en attente."))
    event = held(event=event)
    if event.state in OVER:
        raise Refused("event_over", _("Cet événement est terminé : ses inscriptions ne changent plus."))
    wanted, counts = RegistrationStatus(status), {"decided": 0, "left": 0, "waiting": 0}
    found = event.registrations.select_for_update().filter(pk__in=list(chosen)).order_by("registered_at", "pk")
    for registration in found:
        registration.event = event
        if wanted not in REGISTRATION_ARROWS[RegistrationStatus(registration.status)] or not _is_free(registration, wanted):
            counts["left"] += 1
        elif wanted in _ENDED:
            close(registration=registration, status=wanted, by=by, now=now)
            counts["decided"] += 1
        else:
            counts["decided" if _enter(registration, wanted, by, now) == wanted else "waiting"] += 1
    if wanted in _ENDED:
        fill_freed_places(event=event, now=now)
    if not counts["decided"] + counts["waiting"]:
        raise Refused("nothing_decided", _("Rien n'a changé : aucune des inscriptions choisies ne peut passer à cet état."))
    return counts


def _is_free(registration: Registration, wanted: RegistrationStatus) -> bool:
    """Whether no other live participation took the place of a refused one in the meantime."""
    same = Q(siret=registration.siret, side=registration.side, status__in=LIVE_STATUSES)
    if wanted in _ENDED or not registration.siret:
        return True
    return not registration.event.registrations.filter(same).exclude(pk=registration.pk).exists()


def _enter(registration: Registration, wanted: RegistrationStatus, by: User, now: datetime) -> RegistrationStatus:
    """Accept, unless the event is full; what it became."""
    event, before = registration.event, registration.status
    size = sum(registration.attendees.filter(erased_at__isnull=True).values_list("group_size", flat=True))
    is_full = event.max_people is not None and taken(event=event) + size > event.max_people
    became = RegistrationStatus.WAITING if wanted == RegistrationStatus.ACCEPTED and is_full else wanted
    if became == before:
        return became
    registration.status = became
    registration.decided_at = now if became == RegistrationStatus.ACCEPTED else None
    registration.save(update_fields=["status", "decided_at"])
    record_act(by=by, verb=_VERBS[became], thing=registration, now=now, before={"status": before})
    confirming.tell_status(registrations=[registration], now=now)
    return became


@transaction.atomic
def assign_home(*, attendee: Attendee, place: Place | None, is_host: bool, by: User, now: datetime) -> Attendee:
    """Give a person the table they keep all day, or take it back; `is_host` : the others come to them.

    Raises Refused when somebody else keeps that table, or when it is of another event.
    """
    event = attendee.registration.event
    check(may_organise, by, event)
    held(event=event)
    if place is not None and place.event_id != event.pk:
        raise BadInput("other_event", _("Cette table est celle d'un autre événement : choisissez-en une de la liste."))
    kept = Attendee.objects.filter(home=place).exclude(pk=attendee.pk).first() if place else None
    if kept is not None:
        raise Refused("home_taken", _("%(place)s est déjà la place de %(name)s.") % {"place": place, "name": kept.name})
    attendee.home, attendee.is_host = place, is_host
    attendee.save(update_fields=["home", "is_host"])
    record_act(by=by, verb="assign_home", thing=attendee, now=now, after={"place": place and place.code, "is_host": is_host})
    return attendee
