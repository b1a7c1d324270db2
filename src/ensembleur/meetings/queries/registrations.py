"""The participations of an event as its organisers look for them, and one as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import LIVE_STATUSES, RegistrationStatus
from ensembleur.meetings.models import Attendee, Event, Registration, Wish

LACKS: tuple[tuple[str, Promise | str], ...] = (
    ("wishes", _("Sans vœu envoyé")),
    ("profile", _("Profil incomplet")),
    ("address", _("Sans adresse électronique")),
    ("consent", _("Accord à recueillir")),
)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. lacks : one of LACKS or "".   text : in the names of participations and people, addresses and SIRET."""

    text: str = ""
    side: str = ""
    status: str = ""
    lacks: str = ""


def found(event: Event, user: Any, wanted: Wanted) -> QuerySet[Registration]:
    """The participations this person may see and looks for, with its people and how many wishes it sent."""
    rows = event.registrations.visible_to(user)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.side:
        rows = rows.filter(side=wanted.side)
    if wanted.lacks:
        rows = rows.filter(_lacking(wanted.lacks), status__in=LIVE_STATUSES)
    if text := wanted.text.strip():
        rows = rows.filter(_holding(text))
    return rows.annotate(wish_count=Count("wishes_sent")).prefetch_related("attendees").order_by("name", "pk")


def _lacking(what: str) -> Q:
    people = Attendee.objects.filter(registration=OuterRef("pk"), erased_at__isnull=True)
    return {
        "wishes": Q(~Exists(Wish.objects.filter(sender=OuterRef("pk")))),
        "profile": Q(seeks="", offers="") | Q(presentation="", seeks="") | Q(presentation="", offers=""),
        "address": Q(~Exists(people.exclude(email=""))),
        "consent": Q(Exists(people.filter(consented_at__isnull=True))),
    }.get(what, Q())


def _holding(text: str) -> Q:
    people = Attendee.objects.filter(Q(name__icontains=text) | Q(email__icontains=text), registration=OuterRef("pk"))
    number = "".join(text.split())
    siret = Q(siret__startswith=number) if number.isdigit() and len(number) >= 3 else Q(pk__in=[])
    return Q(name__icontains=text) | siret | Q(Exists(people))


def counts(event: Event) -> dict[str, int]:
    """How many participations in each status, and how many people are accepted."""
    told = dict(event.registrations.order_by().values_list("status").annotate(n=Count("pk")))
    people = Attendee.objects.in_accepted().filter(registration__event=event, erased_at__isnull=True)
    size = people.aggregate(n=Sum("group_size"))["n"] or 0
    return {**{status: told.get(status, 0) for status in RegistrationStatus.values}, "people": size}


def rank_waiting(registration: Registration) -> int:
    """The place of a participation on the waiting list, from 1."""
    at: datetime = registration.registered_at
    before = Q(registered_at__lt=at) | Q(registered_at=at, pk__lt=registration.pk)
    return registration.event.registrations.filter(before, status=RegistrationStatus.WAITING).count() + 1
