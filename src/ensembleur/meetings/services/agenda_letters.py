"""The letter that gives somebody their agenda, with the file that puts it in their calendar; another takes out what is lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.accounts.services.composing import link
from ensembleur.meetings.choices import BookingState
from ensembleur.meetings.engine.calendars import Entry, Method, Person, calendar_file
from ensembleur.meetings.models import Attendee, Event, Version
from ensembleur.meetings.queries.agenda import Agenda, agendas_of, seats_told
from ensembleur.meetings.queries.agenda_words import change_line, entries_of, line, talk_of
from ensembleur.meetings.services.acting import private_link
from ensembleur.meetings.services.letters import Note
from ensembleur.web.formats import day

SHORT = 160
LISTED = 60  # lines of a letter; the page has them all


def notes_for(*, version: Version, people: Collection[Attendee], now: datetime, former: Version | None = None) -> list[Note]:
    """The letters to each of these people: their meetings in this version, in order; `former` is what they had been told.

    A letter carries one file, and a file asks or cancels: who gains and loses meetings gets two.
    """
    notes: list[Note] = []
    for agenda in agendas_of(version, people, former):
        language = agenda.person.language
        with translation.override(language if language in ("fr", "en") else "fr"):
            notes += _notes(version, agenda, now, is_first=former is None)
    return notes


def cancelled_files(*, event: Event, people: Collection[Attendee], now: datetime) -> dict[int, str]:
    """{person: the file that takes every meeting and talk of a cancelled event out of their calendar}, of those who had some."""
    url = link(name="meetings:my_day", slug=event.slug)
    seats = [one for one in seats_told(people) if one.state == BookingState.BOOKED]
    version = event.published_version
    files = {}
    for agenda in [Agenda(one) for one in people] if version is None else agendas_of(version, people):
        person = agenda.person
        with translation.override(person.language):
            entries = entries_of(agenda, event, url)[0]
            entries += [talk_of(seat, event, url) for seat in seats if seat.attendee_id == person.pk]
        if entries:
            files[person.pk] = file_of(person=person, event=event, entries=entries, method=Method.CANCEL, now=now)
    return files


def _notes(version: Version, agenda: Agenda, now: datetime, *, is_first: bool) -> list[Note]:
    event, person = version.event, agenda.person
    held, gone = entries_of(agenda, event, link(name="meetings:my_day", slug=event.slug))
    given: dict[str, Any] = {"person": person, "event": event, "now": now}
    lost = file_of(**given, entries=gone, method=Method.CANCEL) if gone else ""
    changes = [] if is_first else [change_line(one, event) for one in agenda.changes]
    count = len(agenda.appointments)
    counted = (
        ngettext("Vous avez %(n)s rendez-vous.", "Vous avez %(n)s rendez-vous.", count) % {"n": count}
        if count
        else _("Vous n'avez plus de rendez-vous.")
        if lost
        else _("Vous n'avez pas de rendez-vous.")
    )
    notes = [
        Note(
            attendee=person,
            key=f"agenda:{version.pk}:{person.pk}",
            subject=_("Votre planning : %(event)s") % {"event": event.title},
            body=_body(event, agenda, counted, changes),
            short=_short(event, agenda, counted),
            calendar=file_of(**given, entries=held, method=Method.REQUEST) if held else lost,
            method=Method.REQUEST.value if held else Method.CANCEL.value if lost else "",
        )
    ]
    if held and lost:
        body = [_("Ces rendez-vous ne sont plus dans votre planning :"), ""]
        body += [_("Supprimé : %(line)s") % {"line": line(one.was, event)} for one in agenda.losses]
        body += ["", _("Le fichier joint les retire de votre agenda. Votre planning à jour est dans l'autre lettre.")]
        notes.append(
            Note(
                attendee=person,
                key=f"agenda-lost:{version.pk}:{person.pk}",
                subject=_("Rendez-vous supprimés : %(event)s") % {"event": event.title},
                body="\n".join(body),
                calendar=lost,
                method=Method.CANCEL.value,
            )
        )
    return notes


def _body(event: Event, agenda: Agenda, counted: str, changes: list[str]) -> str:
    parts = [
        _("Bonjour %(name)s,") % {"name": agenda.person.name},
        _("%(event)s, le %(day)s, %(place)s.")
        % {"event": event.title, "day": day(event.starts_on), "place": event.place_name or event.address or event.commune},
        "\n".join([counted, *(line(one, event) for one in agenda.appointments[:LISTED])]),
    ]
    if changes:
        parts.append("\n".join([_("Ce qui change :"), *changes[:LISTED]]))
    parts.append(
        _(
            "Votre journée, à jour, sans mot de passe : %(link)s\nOuvrez cette page avant de venir : elle reste lisible sans réseau. "
            "Ce lien est personnel : ne le transmettez pas."
        )
        % {"link": private_link(agenda.person)}
    )
    contact = f" ({event.contact_email})" if event.contact_email else ""
    parts.append(_("Une question ? %(who)s%(contact)s") % {"who": event.organised_by_name, "contact": contact})
    return "\n\n".join(parts)


def _short(event: Event, agenda: Agenda, counted: str) -> str:
    """The count, the first meeting, the link while they fit in a text message; the title gives way first."""
    first = _("Premier : %(line)s") % {"line": line(agenda.appointments[0], event)} if agenda.appointments else ""
    words = " ".join(part for part in (counted, first) if part)
    told = _("%(event)s : %(says)s") % {"event": event.title, "says": words}
    address = private_link(agenda.person)
    room = SHORT - len(address) - 1
    if room < len(counted):
        return Truncator(told).chars(SHORT)
    return f"{told if len(told) <= room else Truncator(words).chars(room)} {address}"


def file_of(*, person: Attendee, event: Event, entries: list[Entry], method: Method, now: datetime) -> str:
    """The file that goes with a letter."""
    sender = event.contact_email or EmailMessage().from_email  # who the letters come from
    made = calendar_file(
        entries,
        name=event.title,
        method=method,
        organiser=Person(event.organised_by_name, sender),
        reader=Person(person.name, person.email) if person.email else None,
        made_at=now,
    )
    return made.decode()
