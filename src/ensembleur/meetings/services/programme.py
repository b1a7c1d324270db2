"""The programme of a fair: its sessions, and the seats people book in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.composing import link
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import BookingState, EventState
from ensembleur.meetings.engine.calendars import Method
from ensembleur.meetings.models import Attendee, Booking, Event, Letter, ProgrammeSession
from ensembleur.meetings.permissions import may_be, may_organise, may_welcome
from ensembleur.meetings.queries.agenda_words import talk_of
from ensembleur.meetings.services.acting import name_of
from ensembleur.meetings.services.agenda_letters import file_of
from ensembleur.meetings.services.letters import Note, write_letters
from ensembleur.periods import paris_day

SETTINGS = ("title", "summary", "speakers", "language", "place", "starts_at", "ends_at", "seats")
MOST_SESSIONS = 500
MOVED, REMOVED = gettext_lazy("change d'heure ou de salle"), gettext_lazy("n'aura pas lieu")
SEATED, FREED = gettext_lazy("vous y avez maintenant une place"), gettext_lazy("votre place est rendue")
OPEN_STATES = (EventState.REGISTRATION, EventState.WISHES, EventState.TIMETABLE, EventState.PUBLISHED, EventState.DAY)


@transaction.atomic
def set_session(
    *, event: Event, settings: Mapping[str, Any], by: User, now: datetime, session: ProgrammeSession | None = None
) -> ProgrammeSession:
    """Add a session, or change one. settings : SETTINGS, already of their types.

    Whoever has a seat is written when the hour or the room changes. Raises BadInput on hours outside the event, on a room taken,
    or on fewer seats than were booked; Refused when the event is over.
    """
    check(may_organise, by, event)
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state in (EventState.CLOSED, EventState.CANCELLED):
        raise Refused("event_over", _("Cet événement est terminé : son programme ne change plus."))
    is_new = session is None
    session = session or ProgrammeSession(event=event)
    if is_new and event.sessions.count() >= MOST_SESSIONS:
        raise Refused("programme_full", _("Le programme a déjà %(most)d séances, le plus possible.") % {"most": MOST_SESSIONS})
    before = None if is_new else (session.starts_at, session.ends_at, session.place_id)
    words = (session.title, session.speakers)
    for name in SETTINGS:
        setattr(session, name, settings[name])
    _check_session(event, session)
    session.save()
    _fill(session, now)
    record_act(by=by, verb="set_session", thing=session, now=now, after={"title": session.title})
    if before is not None and before != (session.starts_at, session.ends_at, session.place_id):
        told = session.bookings.filter(Q(state=BookingState.BOOKED) | Q(sequence__gt=0))
        told.update(sequence=F("sequence") + 1, changed_at=now)
        _tell(session, MOVED, now)
    elif before is not None and words != (session.title, session.speakers):
        session.bookings.filter(state=BookingState.BOOKED).update(changed_at=now)
    return session


@transaction.atomic
def remove_session(*, session: ProgrammeSession, by: User, now: datetime) -> None:
    """Take a session out of the programme; whoever has a seat is written. Raises NotAllowed."""
    check(may_organise, by, session.event)
    _tell(session, REMOVED, now)
    record_act(by=by, verb="remove_session", thing=session, now=now, before={"title": session.title})
    session.event.sessions.filter(pk=session.pk).delete()


@transaction.atomic
def book_seat(*, session: ProgrammeSession, attendee: Attendee, by: User | Attendee, now: datetime) -> Booking:
    """Book a seat, or wait for one when the room is full; booking again changes nothing.

    Raises Refused when the event takes nobody, when the session has begun, or when another booked session is at the same hour.
    """
    check(may_be, by, attendee)
    session = ProgrammeSession.objects.select_for_update(of=("self",)).select_related("event").get(pk=session.pk)
    if attendee.registration.event_id != session.event_id or not attendee.is_in or session.event.state not in OPEN_STATES:
        raise Refused("no_booking", _("Cette séance ne se réserve pas : il faut une inscription acceptée à l'événement."))
    if session.starts_at <= now:
        raise Refused("session_begun", _("Cette séance a commencé : elle ne se réserve plus."))
    booking = Booking.objects.filter(session=session, attendee=attendee).first() or Booking(session=session, attendee=attendee)
    if booking.pk and booking.state != BookingState.CANCELLED:
        return booking
    _refuse_overlap(session, attendee)
    booking.state = BookingState.BOOKED if _room(session) else BookingState.WAITING
    booking.booked_at = now
    if booking.pk:
        booking.sequence, booking.changed_at = booking.sequence + 1, now
    booking.save()
    record_act(by=name_of(by), verb="book_seat", thing=booking, now=now, after={"state": booking.state})
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, by: User | Attendee, now: datetime) -> Booking:
    """Give a seat back: the first who waits has it at once, and is written. Doing it again changes nothing."""
    check(may_be, by, booking.attendee)
    session = ProgrammeSession.objects.select_for_update(of=("self",)).select_related("event").get(pk=booking.session_id)
    booking = Booking.objects.get(pk=booking.pk)
    if booking.state != BookingState.CANCELLED:
        _give_back(Booking.objects.filter(pk=booking.pk), now)
        booking.refresh_from_db()
        record_act(by=name_of(by), verb="cancel_booking", thing=booking, now=now)
        _fill(session, now)
    return booking


def give_seats_back(*, people: Iterable[int], now: datetime) -> None:
    """Free the seats to come of people who no longer come, in the caller's transaction: those who wait have them."""
    held = Booking.objects.exclude(state=BookingState.CANCELLED).filter(attendee__in=list(people), session__starts_at__gt=now)
    sessions = list(ProgrammeSession.objects.filter(pk__in=held.values("session")).select_related("event"))
    _give_back(held, now)
    for session in sessions:
        _fill(session, now)


def _give_back(bookings: QuerySet[Booking], now: datetime) -> None:
    """A seat that calendars knew leaves them under a greater number; one that a letter brought there, by a letter."""
    booked = bookings.filter(state=BookingState.BOOKED).select_related(
        "session__event", "session__place", "attendee__registration"
    )
    written = [one for one in booked if Letter.objects.filter(key__startswith=_key(one)).exclude(calendar="").exists()]
    booked.update(sequence=F("sequence") + 1, changed_at=now)
    bookings.update(state=BookingState.CANCELLED)
    for booking in written:
        booking.refresh_from_db(fields=["state", "sequence", "changed_at"])
        _write(booking.session, [booking], FREED, now)


def _key(booking: Booking) -> str:
    """What the letters about this seat are called."""
    return f"session:{booking.session_id}:{booking.attendee_id}:"


@transaction.atomic
def mark_attended(*, booking: Booking, attended: bool, by: User, now: datetime) -> Booking:
    """Say who came in, or correct it: those who welcome people."""
    check(may_welcome, by, booking.session.event)
    booking.attended_at = (booking.attended_at or now) if attended else None
    booking.save(update_fields=["attended_at"])
    record_act(by=by, verb="mark_attended", thing=booking, now=now, after={"attended": attended})
    return booking


def _check_session(event: Event, session: ProgrammeSession) -> None:
    if session.ends_at <= session.starts_at:
        raise BadInput("session_backwards", _("La séance finit avant de commencer : corrigez ses heures."), at="ends_at")
    if not event.starts_on <= paris_day(session.starts_at) <= paris_day(session.ends_at) <= event.ends_on:
        raise BadInput("session_elsewhere", _("La séance n'est pas un jour de l'événement : corrigez sa date."), at="starts_at")
    if session.place.event_id != event.pk:
        raise BadInput("place_elsewhere", _("Choisissez une salle de cet événement."), at="place")
    clash = event.sessions.filter(place=session.place, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    if (other := clash.exclude(pk=session.pk).first()) is not None:
        sentence = _("« %(title)s » est déjà dans cette salle à cette heure : choisissez-en une autre.") % {"title": other.title}
        raise BadInput("room_taken", sentence, at="place")
    taken = session.bookings.filter(state=BookingState.BOOKED).count() if session.pk else 0
    if session.seats is not None and session.seats < taken:
        raise BadInput(
            "too_few_seats", _("%(taken)d places sont déjà réservées : gardez-en au moins autant.") % {"taken": taken}, at="seats"
        )


def _refuse_overlap(session: ProgrammeSession, attendee: Attendee) -> None:
    others = Booking.objects.exclude(state=BookingState.CANCELLED).filter(
        attendee=attendee, session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at
    )
    if (other := others.select_related("session").first()) is not None:
        raise Refused(
            "sessions_overlap",
            _("Vous avez « %(title)s » à cette heure : annulez d'abord cette réservation.") % {"title": other.session.title},
        )


def _room(session: ProgrammeSession) -> bool:
    return session.seats is None or session.bookings.filter(state=BookingState.BOOKED).count() < session.seats


def _fill(session: ProgrammeSession, now: datetime) -> None:
    """Those who wait have the free seats, in the order they asked."""
    for booking in (
        session.bookings.filter(state=BookingState.WAITING).select_related("attendee__registration").order_by("booked_at", "pk")
    ):
        if not _room(session):
            return
        booking.state = BookingState.BOOKED
        booking.save(update_fields=["state"])
        _write(session, [booking], SEATED, now)


def _tell(session: ProgrammeSession, what: Promise, now: datetime) -> None:
    held = session.bookings.exclude(state=BookingState.CANCELLED).select_related("attendee__registration")
    _write(session, list(held), what, now)


def _write(session: ProgrammeSession, bookings: list[Booking], what: Promise, now: datetime) -> None:
    notes, event = [], session.event
    url, method = link(name="meetings:my_day", slug=event.slug), Method.CANCEL if what in (REMOVED, FREED) else Method.REQUEST
    for booking in bookings:
        person, booking.session, calendar = booking.attendee, session, ""
        with translation.override(person.language):
            says = _("« %(title)s » : %(what)s.") % {"title": session.title, "what": what}
            body = _("Bonjour %(name)s,\n\n%(says)s") % {"name": person.name, "says": says}
            key = f"{_key(booking)}{now:%Y%m%d%H%M%S%f}"
            if booking.state == BookingState.BOOKED or what is FREED:
                entries = [talk_of(booking, event, url, is_removed=what is REMOVED)]
                calendar = file_of(person=person, event=event, entries=entries, method=method, now=now)
            notes.append(
                Note(
                    person,
                    key,
                    _("%(event)s : %(says)s") % {"event": event.title, "says": says},
                    body,
                    says,
                    calendar,
                    method.value if calendar else "",
                )
            )
    write_letters(notes=notes, now=now)
