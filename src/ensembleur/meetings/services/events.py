"""An event is created, set, and led from one state to the next by those who run it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import (
    EVENT_ARROWS,
    LIVE_STATUSES,
    ComputationState,
    EventKind,
    EventState,
    MeetingState,
)
from ensembleur.meetings.models import Attendee, Event, Meeting, Organiser, Slot, Wish
from ensembleur.meetings.permissions import may_create_event, may_organise
from ensembleur.meetings.queries.events import times_are_told, why_not_moved
from ensembleur.meetings.services.agenda_letters import cancelled_files
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.meetings.services.registering import fill_freed_places
from ensembleur.meetings.services.wishing import expiry_of
from ensembleur.periods import PARIS
from ensembleur.web.formats import day

# Words that begin other addresses of the domain: no event may bear them.
RESERVED = frozenset({"nouveau", "mes-evenements", "carte", "entrer", "agenda", "tournees", "visites", "lien", "salle"})
SETTINGS = (
    "title", "summary", "organised_by_name", "contact_email", "place_name", "address", "commune", "longitude", "latitude",
    "starts_on", "ends_on", "two_sided", "registration_closes_at", "wishes_close_at", "needs_approval", "max_people",
    "max_meetings", "max_consecutive", "max_open_wishes", "answer_days", "asks_both", "grace_minutes",
)  # fmt: skip
# What an organiser of each kind starts from; every one may be changed.
DEFAULTS: dict[EventKind, dict[str, Any]] = {
    EventKind.FORUM: {"max_meetings": 18, "max_consecutive": 6, "max_open_wishes": 20, "answer_days": 10},
    EventKind.JOB_DATING: {"max_consecutive": 6, "answer_days": 10, "asks_both": False, "needs_approval": False, "grace_minutes": 3},
    EventKind.VISITS: {"max_open_wishes": 5, "answer_days": 15, "grace_minutes": 15},
    EventKind.FAIR: {"max_consecutive": 6, "needs_approval": False},
    EventKind.TOUR: {"answer_days": 15, "needs_approval": False},
}  # fmt: skip


@transaction.atomic
def create_event(*, kind: str, given: Mapping[str, Any], by: User, now: datetime, is_fictional: bool = False) -> Event:
    """Open a draft with the usual rules of its kind; who creates it runs it. given : any of SETTINGS; title, days, commune needed.

    Raises BadInput with one sentence, NotAllowed.
    """
    check(may_create_event, by, given["commune"])
    wanted = {**DEFAULTS[EventKind(kind)], **_known(given)}
    _check_times(wanted)
    event = _drafted(
        wanted
        | {
            "kind": kind,
            "state": EventState.DRAFT,
            "state_since": now,
            "created_by": by,
            "created_at": now,
            "is_fictional": is_fictional,
        }
    )
    Organiser.objects.create(event=event, user=by)
    record_act(by=by, verb="create_event", thing=event, now=now, after={"slug": event.slug, "kind": kind})
    return event


@transaction.atomic
def edit_event(*, event: Event, given: Mapping[str, Any], by: User, now: datetime) -> Event:
    """Change what an event says and its rules; when its first day moves, its slots follow at the same hours; those who wait enter when there is more room.

    Raises BadInput, Refused when people were already told their times or registered under other rules, NotAllowed.
    """
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    wanted = _known(given)
    if wanted.get("commune", event.commune) != event.commune:
        check(may_create_event, by, wanted["commune"])
    before = {name: getattr(event, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    _check_times({**{name: getattr(event, name) for name in SETTINGS}, **changed})
    if changed.keys() & {"starts_on", "ends_on"}:
        _move_days(event, changed.get("starts_on", event.starts_on), changed.get("ends_on", event.ends_on))
    if "two_sided" in changed and event.registrations.live().exists():
        raise Refused(
            "sides_are_taken", _("Des participants se sont déjà inscrits : l'événement garde ses côtés, ou créez-en un autre.")
        )
    for name, value in changed.items():
        setattr(event, name, value)
    if changed:
        event.save(update_fields=list(changed))
        told = [{name: str(values[name]) for name in changed} for values in (before, changed)]
        record_act(by=by, verb="edit_event", thing=event, now=now, before=told[0], after=told[1])
    if "max_people" in changed:
        fill_freed_places(event=event, now=now)
    return event


@transaction.atomic
def move_event(*, event: Event, to: str, by: User, now: datetime) -> Event:
    """Follow one arrow of EVENT_ARROWS; cancelling tells everybody and ends every meeting.

    Raises Refused with the condition that is not met, NotAllowed.
    """
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    if to not in EVENT_ARROWS[EventState(event.state)]:
        raise Refused(
            "no_such_arrow",
            _("« %(title)s » en est à « %(here)s » : rechargez la page pour voir ce qui peut suivre.")
            % {"title": event.title, "here": event.get_state_display()},
        )
    if why := why_not_moved(event, to, now):
        raise Refused("not_yet", why)
    before, event.state, event.state_since = event.state, to, now
    event.save(update_fields=["state", "state_since"])
    record_act(by=by, verb="move_event", thing=event, now=now, before=before, after=to)
    if to == EventState.CANCELLED:
        _end_everything(event, now)
    if to == EventState.WISHES:  # nobody could answer before those that a file brought in
        Wish.objects.of_event(event).open().filter(expires_at=None).update(expires_at=expiry_of(event=event, now=now))
    return event


def _end_everything(event: Event, now: datetime) -> None:
    """No meeting is left, no computation goes on, and each person who was to come is written once."""
    planned = Meeting.objects.filter(event=event, state=MeetingState.PLANNED)
    planned.update(state=MeetingState.CANCELLED, sequence=F("sequence") + 1, changed_at=now)
    running = event.computations.filter(state__in=[ComputationState.WAITING, ComputationState.RUNNING])
    running.update(stop_asked_at=now)
    people = Attendee.objects.filter(registration__event=event, registration__status__in=LIVE_STATUSES, erased_at__isnull=True)
    told = list(people.select_related("registration"))
    files = cancelled_files(event=event, people=told, now=now)
    write_letters(notes=[_cancelled(event, person, files.get(person.pk, "")) for person in told], now=now)


def _cancelled(event: Event, person: Attendee, calendar: str) -> Note:
    with override(person.language):
        what = {"title": event.title, "day": day(event.starts_on), "contact": event.contact_email or event.organised_by_name}
        body = _(
            "Bonjour,\n\n« %(title)s », prévu le %(day)s, est annulé. Vous n'avez rien à faire : vos rendez-vous sont annulés."
            "\n\nUne question : %(contact)s"
        )
        return Note(
            attendee=person,
            key=f"event-cancelled:{event.pk}:{person.pk}",
            subject=_("Annulé : %(title)s") % what,
            body=body % what,
            short=_("« %(title)s » du %(day)s est annulé. Vos rendez-vous aussi.") % what,
            calendar=calendar,
            method="CANCEL" if calendar else "",
        )


def _known(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in SETTINGS}


def _drafted(fields: Mapping[str, Any]) -> Event:
    """The draft, at the next free address; when another takes it at the same instant, at the one after."""
    slug = _slug_of(fields["title"])
    try:
        with transaction.atomic():
            return Event.objects.create(**fields, slug=slug)
    except IntegrityError:
        if not Event.objects.filter(slug=slug).exists():
            raise
        return _drafted(fields)


def _slug_of(title: str) -> str:
    """The address of an event, from its title; the next free one when it is taken."""
    stem = slugify(title)[:70].strip("-")
    if not stem or stem in RESERVED:
        raise BadInput("bad_title", _("Ce titre ne peut pas servir d'adresse : ajoutez-y le lieu ou l'année."), at="title")
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def _check_times(given: Mapping[str, Any]) -> None:
    """The days and the deadlines are in order. Raises BadInput with the field it concerns in `details["at"]`."""
    start, end = given["starts_on"], given["ends_on"]
    if end < start:
        raise BadInput("days_in_disorder", _("Le dernier jour vient avant le premier : corrigez l'un des deux."), at="ends_on")
    registration, wishes = given.get("registration_closes_at"), given.get("wishes_close_at")
    if wishes is not None and wishes.astimezone(PARIS).date() > start:
        raise BadInput(
            "wishes_close_late", _("Les vœux finissent après le premier jour : choisissez une date avant."), at="wishes_close_at"
        )
    if registration is not None and registration.astimezone(PARIS).date() > end:
        late = _("Les inscriptions finissent après l'événement : choisissez une date avant.")
        raise BadInput("registration_closes_late", late, at="registration_closes_at")


def _move_days(event: Event, start: date, end: date) -> None:
    """Slots keep their hours and their rank among the days, read in Paris."""
    if times_are_told(event):
        raise Refused(
            "times_are_told",
            _("Le planning est publié et les participants ont leurs horaires : les dates ne changent plus, il faut annuler."),
        )
    shift = (start - event.starts_on).days
    slots = list(event.slots.all())
    for slot in slots:
        slot.starts_at, slot.ends_at = (_later(instant, shift) for instant in (slot.starts_at, slot.ends_at))
    if any(slot.ends_at.astimezone(PARIS).date() > end for slot in slots):
        raise Refused(
            "slots_outside_days",
            _("Des créneaux tombent après le dernier jour : supprimez-les d'abord, ou gardez autant de jours."),
        )
    Slot.objects.bulk_update(slots, ["starts_at", "ends_at"])


def _later(instant: datetime, days: int) -> datetime:
    return instant.astimezone(PARIS) + timedelta(days=days)  # on the clock of the wall: 9 h stays 9 h when the hour changes
