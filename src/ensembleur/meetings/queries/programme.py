"""The programme of an event with its seats, one person's bookings, and the exhibitors with their stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from ensembleur.meetings.choices import BookingState, Side
from ensembleur.meetings.models import Attendee, Booking, Event, ProgrammeSession, Registration


@dataclass(frozen=True)
class Seat:
    """A session as one person sees it. left : free seats, None when anyone may walk in; booking : theirs, None without."""

    session: ProgrammeSession
    left: int | None
    booking: Booking | None = None


def programme_of(event: Event) -> QuerySet[ProgrammeSession]:
    """The sessions in the order of the day, with how many seats are booked, and how many people wait or came."""
    counted = {
        "booked": Count("bookings", filter=Q(bookings__state=BookingState.BOOKED)),
        "waiting": Count("bookings", filter=Q(bookings__state=BookingState.WAITING)),
        "came": Count("bookings", filter=Q(bookings__attended_at__isnull=False)),
    }
    return event.sessions.annotate(**counted).select_related("place").order_by("starts_at", "pk")


def seats_of(event: Event, attendee: Attendee | None = None) -> list[Seat]:
    """The programme as somebody sees it."""
    mine = {}
    if attendee is not None:
        rows = Booking.objects.filter(attendee=attendee, session__event=event).exclude(state=BookingState.CANCELLED)
        mine = {one.session_id: one for one in rows}
    return [
        Seat(one, None if one.seats is None else max(0, one.seats - one.booked), mine.get(one.pk))  # type: ignore[attr-defined]
        for one in programme_of(event)
    ]


def exhibitors_of(event: Event) -> QuerySet[Registration]:
    """Those of side A who agreed to be listed, with their people: the stand is that of one of them."""
    rows = event.registrations.accepted().filter(side=Side.A, is_listed=True)
    return rows.prefetch_related("attendees__home").order_by("name", "pk")


def stands_of(one: Registration) -> str:
    """Where an exhibitor stands, "" when it is not known."""
    return ", ".join(dict.fromkeys(person.home.code for person in one.attendees.all() if person.home is not None))
