"""How an agenda is said, on a page, in a letter, on paper and in a calendar: hours, places, who is met, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from ensembleur.meetings.choices import BookingState, EventState
from ensembleur.meetings.engine.calendars import Entry
from ensembleur.meetings.models import Attendee, Booking, Event, Place
from ensembleur.meetings.queries.agenda import Agenda, Appointment, Change, Changed
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.periods import PARIS
from ensembleur.web.formats import day, is_english


def hour(instant: datetime) -> str:
    """« 9 h 42 » or "9:42", in Paris."""
    local = instant.astimezone(PARIS)
    return f"{local.hour}:{local:%M}" if is_english() else f"{local.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{local:%M}"


def when(appointment: Appointment, event: Event) -> str:
    """The hour, after the day when the event lasts several."""
    starts = appointment.slot.starts_at
    if event.starts_on == event.ends_on:
        return hour(starts)
    return f"{day(starts.astimezone(PARIS))}, {hour(starts)}"


def place_name(place: Place) -> str:
    """« Table 12 », « Salle B », or its name when it says what it is."""
    return place.label


def where(appointment: Appointment) -> str:
    """The place, or the site of the side that receives."""
    place = appointment.placement.place
    if place is not None:
        return place_name(place)
    visit = getattr(appointment.placement.attendee_a.registration, "visit", None)
    return f"{visit.address}" if visit is not None else _("sur place")


def organisations(met: Iterable[Attendee]) -> str:
    """The organisations met."""
    return _(" et ").join(one.registration.name for one in met)


def people(met: Iterable[Attendee]) -> str:
    """The people met, but for those who come in their own name."""
    return ", ".join(one.name for one in met if one.name != one.registration.name)


def line(appointment: Appointment, event: Event) -> str:
    """One meeting in one line: hour, organisation, person, place."""
    who = people(appointment.met)
    said = f"{organisations(appointment.met)} ({who})" if who else organisations(appointment.met)
    return _("%(hour)s : %(who)s, %(place)s") % {"hour": when(appointment, event), "who": said, "place": where(appointment)}


def change_line(change: Change, event: Event) -> str:
    """What became of one meeting, in one line."""
    now, was = change.after, change.before
    one = now or was
    assert one is not None
    given = {"who": organisations(one.met), "hour": when(one, event), "place": where(one)}
    if change.kind is Changed.ADDED:
        return _("Nouveau : %(who)s à %(hour)s, %(place)s.") % given
    if change.kind is Changed.REMOVED:
        return _("Supprimé : %(who)s à %(hour)s.") % given
    assert was is not None
    if change.kind is Changed.MOVED:
        given["was"] = when(was, event)
        return _("Déplacé : %(who)s à %(hour)s au lieu de %(was)s, %(place)s.") % given
    if change.kind is Changed.SEATED:
        given["was"] = where(was)
        return _("Autre place : %(who)s à %(hour)s, %(place)s au lieu de %(was)s.") % given
    return _("Autre personne : %(who)s à %(hour)s, vous verrez %(person)s.") % (
        given | {"person": people(one.met) or given["who"]}
    )


def entries_of(agenda: Agenda, event: Event, url: str) -> tuple[list[Entry], list[Entry]]:
    """The meetings of an agenda for a calendar: those that hold, those that no longer do. url : of one's page, without secret."""
    held = [_entry(one, event, url, one.meeting.sequence) for one in agenda.appointments]
    gone = [_entry(one.was, event, url, one.sequence, off(one.is_cancelled)) for one in agenda.losses]
    return held, gone


def off(for_everybody: bool) -> str:
    """How the title of what somebody no longer goes to is written."""
    return _("Annulé : %(title)s") if for_everybody else _("Sans vous : %(title)s")


def talk_of(seat: Booking, event: Event, url: str, *, is_removed: bool = False) -> Entry:
    """The talk of a seat, for a calendar: given back, taken out of the programme, or of a cancelled event, it no longer holds."""
    session, given_back = seat.session, seat.state == BookingState.CANCELLED
    ends = not given_back and (is_removed or event.state == EventState.CANCELLED)
    at = (place_name(session.place), event.place_name, event.address)
    return Entry(
        uid=seat.uid,
        sequence=seat.sequence + ends,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=off(ends) % {"title": session.title} if ends or given_back else session.title,
        place=", ".join(part for part in at if part),
        says="\n".join(part for part in (session.speakers, event.title, url) if part),
        url=url,
        changed_at=seat.changed_at or seat.booked_at,
        is_cancelled=ends or given_back,
    )


def _entry(one: Appointment, event: Event, url: str, sequence: int, lost: str = "%(title)s") -> Entry:
    who, title = people(one.met), organisations(one.met)
    at = [where(one), event.place_name, event.address] if one.placement.place else [where(one)]
    return Entry(
        uid=one.meeting.uid,
        sequence=sequence,
        starts_at=one.slot.starts_at,
        ends_at=one.slot.ends_at,
        title=lost % {"title": title},
        place=", ".join(part for part in at if part),
        says="\n".join(part for part in (who, event.title, url) if part),
        url=url,
        changed_at=one.meeting.changed_at,
        is_cancelled=lost != "%(title)s",
    )
