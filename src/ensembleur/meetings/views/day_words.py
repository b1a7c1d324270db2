"""A day as its owner reads it on a phone: each moment with its words, how long until the next, what is known before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import MeetingState as Met
from ensembleur.meetings.choices import PlaceKind, WishState
from ensembleur.meetings.models import Attendee, Booking, Event, Slot
from ensembleur.meetings.queries.agenda import Agenda, Appointment, gaps_of
from ensembleur.meetings.queries.agenda_words import hour, organisations, people, place_name, where
from ensembleur.periods import paris_day
from ensembleur.web.formats import day, instant

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def moments_of(agenda: Agenda, slots: Sequence[Slot], booked: Sequence[Booking], now: datetime) -> list[dict[str, Any]]:
    """Meetings, talks and pauses, in the order of the day; a meeting that has just been lost stays, and says why."""
    event = agenda.person.registration.event
    found = [_meeting(one, now, _lost(one, now)) for one in agenda.appointments]
    found += [
        _meeting(loss.was, now, _("Annulé") if loss.is_cancelled else _("Sans vous"))
        for loss in agenda.losses
        if loss.was.placement.version_id == event.published_version_id
    ]
    found += [_talk(one, now) for one in booked]
    taken = [(one["starts_at"], one["ends_at"]) for one in found if not one["is_lost"]]
    for gap in gaps_of(agenda, slots):
        if not any(start < gap.ends_at and gap.starts_at < end for start, end in taken):
            words = _("Vous avez dit ne pas être là") if gap.is_away else _("Pause")
            found.append({**_span(gap.starts_at, gap.ends_at), "kind": "pause", "title": words, "is_lost": False})
    found.sort(key=lambda one: (one["starts_at"], one["is_lost"]))
    return found


def next_of(moments: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any] | None:
    """The meeting or the talk that is on, or comes next, with how long until then."""
    for one in moments:
        if one["kind"] != "pause" and not one["is_lost"] and one["ends_at"] > now:
            return {**one, "countdown": countdown(one["starts_at"], now)}
    return None


def countdown(starts_at: datetime, now: datetime) -> str:
    """« en ce moment », « dans 12 minutes », « dans 1 h 05 », « dans 3 jours »."""
    left = starts_at - now
    if left <= timedelta():
        return _("En ce moment")
    if left < HOUR:
        minutes = max(1, -(-left // MINUTE))
        return ngettext("Dans %(n)s minute", "Dans %(n)s minutes", minutes) % {"n": minutes}
    days = (timezone.localdate(starts_at) - timezone.localdate(now)).days
    if days == 0:
        hours, rest = divmod(left, HOUR)
        return _("Dans %(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest // MINUTE}
    return _("Demain") if days == 1 else _("Dans %(n)s jours") % {"n": days}


def known_of(me: Attendee) -> list[tuple[Any, ...]]:
    """What is known before there is an agenda: the wishes and the dates."""
    event, registration = me.registration.event, me.registration
    sent = registration.wishes_sent.exclude(state=WishState.WITHDRAWN)
    received = registration.wishes_received.exclude(state=WishState.WITHDRAWN)
    rows: list[tuple[Any, ...]] = []
    if event.kind != "tour":
        agreed = sent.filter(state=WishState.ACCEPTED).count() + received.filter(state=WishState.ACCEPTED).count()
        rows += [
            (_("Vœux envoyés"), sent.count()),
            (_("Vœux reçus"), received.count()),
            (_("À répondre"), received.filter(state=WishState.SENT).count()),
            (_("Acceptés"), agreed),
        ]
        if event.wishes_close_at:
            rows.append((_("Fin des vœux"), instant(event.wishes_close_at)))
    return rows


def place_of(event: Event) -> str:
    """Where people come."""
    return ", ".join(part for part in (event.place_name, event.address) if part) or _("à préciser")


def needs_of(me: Attendee) -> list[str]:
    """What they asked for themselves."""
    said = [_("une place sans marche")] * me.step_free + [_("une place au calme")] * me.quiet
    return said + [text for text in (me.interpreter, me.needs_note) if text]


def _meeting(one: Appointment, now: datetime, lost: str = "") -> dict[str, Any]:
    place = one.placement.place
    return {
        **_span(one.slot.starts_at, one.slot.ends_at),
        "kind": "meeting",
        "title": organisations(one.met),
        "person": people(one.met),
        "place": where(one),
        "link": place.link if place is not None and place.kind == PlaceKind.REMOTE else "",
        "is_lost": bool(lost),
        "state": ("no", lost) if lost else _state(one, now),
    }


def _lost(one: Appointment, now: datetime) -> str:
    """Why a meeting to come will not be held as people were told, as soon as it is known; "" when it may be.

    Who left in the evening comes back the next day, as far as anybody knows.
    """
    if one.meeting.state != Met.PLANNED or one.slot.ends_at <= now:
        return ""
    if any(who.erased_at or not who.is_in for who in one.met):
        return _("Désistement")
    that_day = paris_day(one.slot.starts_at)
    return _("Absence") if any(who.left_at and paris_day(who.left_at) == that_day for who in one.met) else ""


def _state(one: Appointment, now: datetime) -> tuple[str, str]:
    if one.meeting.state == Met.HELD:
        return "yes", _("Tenu")
    if one.meeting.state != Met.PLANNED:
        return "closed", _("N'a pas eu lieu")
    if one.slot.ends_at <= now:
        return "closed", _("Passé")
    return ("yes", _("En cours")) if one.slot.starts_at <= now else ("info", _("Prévu"))


def _talk(one: Booking, now: datetime) -> dict[str, Any]:
    held = one.session
    return {
        **_span(held.starts_at, held.ends_at),
        "kind": "talk",
        "title": held.title,
        "person": held.speakers,
        "place": place_name(held.place),
        "link": "",
        "is_lost": False,
        "state": ("closed", _("Passé")) if held.ends_at <= now else ("info", _("Place réservée")),
    }


def _span(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "from": hour(starts_at),
        "to": hour(ends_at),
        "day": day(starts_at),
    }
