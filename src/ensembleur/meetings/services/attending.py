"""People change their own participation: what it says, who comes, when, their needs, their link; or they cancel it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import Refused
from ensembleur.meetings.choices import LIVE_STATUSES, EventState, RegistrationStatus
from ensembleur.meetings.engine.people_files import Coming, Told
from ensembleur.meetings.models import Attendee, Event, Placement, Registration
from ensembleur.meetings.permissions import may_be, may_edit_registration
from ensembleur.meetings.services import confirming
from ensembleur.meetings.services.acting import name_of
from ensembleur.meetings.services.programme import give_seats_back
from ensembleur.meetings.services.registering import (
    MOST_PEOPLE,
    OVER,
    check_person,
    check_words,
    columns_of,
    fill_freed_places,
    held,
    taken,
)
from ensembleur.meetings.services.updating_people import forget_former

TOLD = (EventState.PUBLISHED, EventState.DAY)  # the timetable is known: an absence moves meetings, and is said on one's day
KEPT = ("side", "origin", "siret", "country")  # what makes it this participation is not edited


@transaction.atomic
def edit_registration(*, registration: Registration, told: Told, by: User | Attendee, now: datetime) -> Registration:
    """Change what a participation says of itself; who it is stays. Raises BadInput, Refused, NotAllowed."""
    check(may_edit_registration, by, registration)
    registration = _open(registration)
    check_words(told=told)
    fields = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(told).items() if key not in KEPT}
    for name, value in fields.items():
        setattr(registration, name, value)
    registration.save(update_fields=list(fields))
    record_act(by=name_of(by), verb="edit_registration", thing=registration, now=now)
    return registration


@transaction.atomic
def add_person(*, registration: Registration, person: Coming, agrees: bool, by: User | Attendee, now: datetime) -> Attendee:
    """One more person comes. agrees : they agree that their data is used. Raises Refused when there is no room."""
    check(may_edit_registration, by, registration)
    registration = _open(registration)
    event = registration.event
    check_person(event=event, person=person)
    people = registration.attendees.filter(erased_at__isnull=True)
    if people.count() >= MOST_PEOPLE:
        raise Refused("too_many_people", _("Une inscription compte %(n)s personnes au plus.") % {"n": MOST_PEOPLE})
    _check_room(registration, person.group_size)
    if person.email and _elsewhere(event, registration, person.email):
        raise Refused("registered_already", _("Cette adresse électronique est déjà inscrite à cet événement."))
    agreed = now if agrees else None
    made = Attendee.objects.create(registration=registration, consented_at=agreed, **columns_of(person=person))
    record_act(by=name_of(by), verb="add_person", thing=made, now=now)
    confirming.tell_links(people=[made], now=now)
    return made


@transaction.atomic
def edit_person(*, attendee: Attendee, person: Coming, agrees: bool, by: User | Attendee, now: datetime) -> Attendee:
    """Change a person: contacts, availability, needs. Once the timetable is told, availability is an absence to announce."""
    check(may_be, by, attendee)
    registration = _open(attendee.registration)
    event = registration.event
    check_person(event=event, person=person)
    attendee = Attendee.objects.select_for_update().get(pk=attendee.pk)
    if event.state in TOLD and sorted(attendee.absent_slots) != sorted(person.absent_slots):
        says = _("Le planning est publié : annoncez une absence depuis « Ma journée », pour que vos rendez-vous soient déplacés.")
        raise Refused("timetable_told", says)
    if person.group_size > attendee.group_size:
        _check_room(registration, person.group_size - attendee.group_size)
    if person.email and _elsewhere(event, registration, person.email):
        raise Refused("registered_already", _("Cette adresse électronique est déjà inscrite à cet événement."))
    for name, value in columns_of(person=person).items():
        setattr(attendee, name, value)
    attendee.consented_at = (attendee.consented_at or now) if agrees else attendee.consented_at
    attendee.registration = registration
    attendee.save()
    record_act(by=name_of(by), verb="edit_person", thing=attendee, now=now)
    return attendee


@transaction.atomic
def remove_person(*, attendee: Attendee, by: User | Attendee, now: datetime) -> None:
    """A person of several no longer comes, and had no meeting; their record goes. Frees their place."""
    check(may_be, by, attendee)
    registration = _open(attendee.registration)
    if not registration.attendees.filter(erased_at__isnull=True).exclude(pk=attendee.pk).exists():
        raise Refused("last_person", _("C'est la seule personne de cette inscription : annulez plutôt la participation."))
    if Placement.objects.filter(Q(attendee_a=attendee) | Q(attendee_b=attendee) | Q(interpreter=attendee)).exists():
        says = _("Cette personne a des rendez-vous dans le planning : annoncez son absence, pour qu'ils soient repris.")
        raise Refused("has_meetings", says)
    record_act(by=name_of(by), verb="remove_person", thing=attendee, now=now)
    give_seats_back(people=[attendee.pk], now=now)
    Attendee.objects.get(pk=attendee.pk).delete()
    forget_former(names={f"a{attendee.pk}"}, event=registration.event_id)
    fill_freed_places(event=registration.event, now=now)


@transaction.atomic
def cancel_registration(*, registration: Registration, by: User | Attendee, now: datetime) -> list[Registration]:
    """Give a participation up: its place goes to the first who waits, at once. Returns who entered.

    Meetings already in a timetable are taken up by the organisers, who read that it is cancelled.
    """
    check(may_edit_registration, by, registration)
    registration = _open(registration)
    close(registration=registration, status=RegistrationStatus.CANCELLED, by=by, now=now)
    return fill_freed_places(event=registration.event, now=now)


def close(*, registration: Registration, status: RegistrationStatus, by: User | Attendee | str, now: datetime) -> None:
    """End a live participation and free its tables and seats; the caller has asked who may, holds the event and fills the places freed."""
    before, registration.status, registration.decided_at = registration.status, status, now
    registration.save(update_fields=["status", "decided_at"])
    registration.attendees.update(home=None)
    give_seats_back(people=registration.attendees.values_list("pk", flat=True), now=now)
    verb = "cancel_registration" if status == RegistrationStatus.CANCELLED else "refuse_registration"
    record_act(by=name_of(by), verb=verb, thing=registration, now=now, before={"status": before})
    confirming.tell_status(registrations=[registration], now=now)


@transaction.atomic
def send_link(*, attendee: Attendee, by: User | Attendee, now: datetime) -> int:
    """Send a person their private link again, once a day at most; returns 1 when a letter was written."""
    check(may_be, by, attendee)
    if not attendee.email:
        raise Refused("no_address", _("Cette personne n'a pas d'adresse électronique : ajoutez-en une, ou montrez-lui sa page."))
    record_act(by=name_of(by), verb="send_link", thing=attendee, now=now)
    return confirming.tell_links(people=[attendee], now=now)


@transaction.atomic
def renew_link(*, attendee: Attendee, by: User | Attendee, now: datetime) -> Attendee:
    """Make the private links of a person useless, their calendar's too, and send the new one."""
    check(may_be, by, attendee)
    attendee = Attendee.objects.select_for_update().get(pk=attendee.pk)
    attendee.link_number, attendee.calendar_number = attendee.link_number + 1, attendee.calendar_number + 1
    attendee.save(update_fields=["link_number", "calendar_number"])
    record_act(by=name_of(by), verb="renew_link", thing=attendee, now=now)
    confirming.tell_links(people=[attendee], now=now)
    return attendee


def _open(registration: Registration) -> Registration:
    """The participation and its event, held; refused when either is over."""
    event = held(event=Event(pk=registration.event_id))
    found = Registration.objects.select_for_update().get(pk=registration.pk)
    found.event = event
    if event.state in OVER:
        raise Refused("event_over", _("Cet événement est terminé : cette inscription ne change plus."))
    if found.status not in LIVE_STATUSES:
        raise Refused("registration_over", _("Cette inscription est annulée ou refusée : elle ne change plus."))
    return found


def _check_room(registration: Registration, size: int) -> None:
    event = registration.event
    if registration.status != RegistrationStatus.ACCEPTED or event.max_people is None:
        return
    if taken(event=event) + size > event.max_people:
        raise Refused("event_full", _("L'événement est complet : il ne reste pas assez de places pour une personne de plus."))


def _elsewhere(event: Event, registration: Registration, email: str) -> bool:
    live = Attendee.objects.filter(registration__event=event, registration__status__in=LIVE_STATUSES, erased_at__isnull=True)
    return live.filter(email__iexact=email).exclude(registration=registration).exists()
