"""What events keep about people: given back whole, erased on request, by an account or from a private page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.choices import LIVE_STATUSES, Origin, RegistrationStatus
from ensembleur.meetings.models import (
    Attendee,
    Booking,
    Event,
    Letter,
    Organiser,
    Outcome,
    Proposal,
    Registration,
    Wish,
)
from ensembleur.meetings.permissions import may_dispose_of
from ensembleur.meetings.services.acting import name_of
from ensembleur.meetings.services.programme import give_seats_back
from ensembleur.meetings.services.registering import OVER, fill_freed_places, held
from ensembleur.meetings.services.updating_people import forget_former, kept_of

_PERSON = (
    "name", "function", "email", "phone", "language", "absent_slots", "max_meetings", "max_consecutive", "is_host", "is_interpreter",
    "step_free", "quiet", "interpreter", "needs_note", "group_size", "group_age", "consented_at", "arrived_at", "left_at",
)  # fmt: skip
_PARTICIPATION = (
    "side", "origin", "name", "siret", "country", "commune", "headcount", "presentation", "seeks", "offers", "sectors", "occupations",
    "contracts", "status", "is_listed", "registered_at",
)  # fmt: skip
_EMPTY: dict[str, Any] = {
    "name": "", "function": "", "email": "", "phone": "", "user": None, "absent_slots": [], "home": None, "step_free": False,
    "quiet": False, "interpreter": "", "needs_note": "", "max_consecutive": None, "max_meetings": None, "group_age": None,
}  # fmt: skip


def export_share(person: User) -> dict[str, Any]:
    """The events this account comes to, and those it runs."""
    return {
        "attendances": [about(attendee=one) for one in person.attendances.select_related("registration__event")],
        "organised": list(Organiser.objects.filter(user=person).values("event__title", "role")),
        "events_created": list(Event.objects.filter(created_by=person).values("title", "created_at")),
    }


def about(*, attendee: Attendee) -> dict[str, Any]:
    """All that is kept about one person of an event, and of their participation."""
    registration = attendee.registration
    return {
        "event": registration.event.title,
        "person": {name: getattr(attendee, name) for name in _PERSON},
        "participation": {name: getattr(registration, name) for name in _PARTICIPATION},
        "wishes_sent": list(registration.wishes_sent.values("receiver__name", "level", "note", "state", "sent_at")),
        "refusals": list(registration.refusals.values("of__name", "at")),
        "outcomes": list(attendee.outcomes.values("meeting__uid", "is_useful", "next_step", "note", "said_at", "later")),
        "bookings": list(Booking.objects.filter(attendee=attendee).values("session__title", "state", "booked_at")),
        "changed_by_files": kept_of(attendee=attendee),
        "letters": list(attendee.letters.values("subject", "body", "written_at", "sent_at")),
    }


@transaction.atomic
def export_attendee(*, attendee: Attendee, by: User | Attendee, now: datetime) -> dict[str, Any]:
    """The same, for somebody without an account to take away from their private page."""
    check(may_dispose_of, by, attendee)
    record_act(by=name_of(by), verb="export_attendee", thing=attendee, now=now)
    return about(attendee=attendee)


@transaction.atomic
def erase_attendee(*, attendee: Attendee, by: User | Attendee, now: datetime) -> None:
    """Make a person of an event anonymous, for good; alone in a participation to come, it is cancelled and its place freed."""
    check(may_dispose_of, by, attendee)
    record_act(by=name_of(by), verb="erase_attendee", thing=attendee, now=now)
    forget(people=[attendee], now=now)


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Make anonymous every attendance of this account, and let go of the events it runs; returns how many records changed."""
    people = list(person.attendances.filter(erased_at__isnull=True))
    return forget(people=people, now=now) + Organiser.objects.filter(user=person).delete()[0]


def forget(*, people: Iterable[Attendee], now: datetime) -> int:
    """Empty names, contacts, needs and words of these people, in the caller's transaction; meetings and counts stay.

    A participation that nobody comes for any more loses what may name somebody; before the event it is cancelled too.
    """
    keys = [one.pk for one in people]
    events = list(_held(keys))  # before any of their people: a file enters, and goes, in that order
    rows = Attendee.objects.filter(pk__in=keys)
    touched = list(rows.values_list("registration", flat=True))
    give_seats_back(people=keys, now=now)
    Letter.objects.filter(attendee__in=keys).delete()
    Outcome.objects.filter(by__in=keys).update(note="")
    Proposal.objects.filter(about__in=keys).update(reason="")
    rows.update(
        **_EMPTY, erased_at=now, link_number=F("link_number") + 1, calendar_number=F("calendar_number") + 1
    )  # fmt: skip
    alone = Registration.objects.filter(pk__in=touched, origin=Origin.PERSON).values_list("pk", flat=True)
    for event in events:
        forget_former(names={f"a{key}" for key in keys} | {f"r{key}" for key in alone}, event=event.pk)
    empty = Registration.objects.filter(pk__in=touched).exclude(attendees__erased_at__isnull=True).select_related("event")
    for registration in empty:
        _empty(registration, now)
    return len(keys)


def _held(people: list[int]) -> QuerySet[Event]:
    of = Registration.objects.filter(attendees__in=people).values("event")
    return Event.objects.select_for_update().filter(pk__in=of).order_by("pk")


def _empty(registration: Registration, now: datetime) -> None:
    fields: dict[str, Any] = {"is_listed": False}
    if registration.origin == Origin.PERSON:
        fields |= {"name": _("Personne effacée"), "presentation": "", "seeks": "", "offers": "", "commune": "", "headcount": None}
        Wish.objects.filter(sender=registration).update(note="")
    if registration.status in LIVE_STATUSES and registration.event.state not in OVER:
        fields |= {"status": RegistrationStatus.CANCELLED, "decided_at": now}
    Registration.objects.filter(pk=registration.pk).update(**fields)
    if "status" in fields:
        fill_freed_places(event=held(event=registration.event), now=now)
