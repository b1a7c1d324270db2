"""Agendas as iCalendar files: one identity a meeting for ever, a number that grows with each change, a cancellation that says so.

Source: RFC 5545 (format), RFC 5546 (methods), RFC 7986 (name and refresh of a calendar).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vDuration

REFRESH = timedelta(minutes=15)
MAKER = "-//Ensembleur//Rendez-vous//FR"


class Method(StrEnum):
    """What a file is for: to be read, to be put in an agenda, to be taken out of it."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Entry:
    """One meeting of one agenda. starts_at, ends_at, changed_at : aware instants.   url : a page, never a secret."""

    uid: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    says: str
    url: str
    changed_at: datetime
    is_cancelled: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody with an address, as a calendar names them."""

    name: str
    email: str


def calendar_file(
    entries: Iterable[Entry],
    *,
    name: str,
    method: Method = Method.PUBLISH,
    organiser: Person | None = None,
    reader: Person | None = None,
    made_at: datetime | None = None,
) -> bytes:
    """A calendar of these meetings, in UTC, folded at 75 octets.

    organiser, reader : written in the files that go with a letter; the reader has accepted, so that no program asks them to
    answer.   made_at : the instant of the file; without it each meeting bears that of its last change, and the same agenda
    gives the same bytes.
    """
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method.value)
    if method is Method.PUBLISH:
        made.add("name", _line(name))
        made.add("x-wr-calname", _line(name))
        made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
        made.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        made.add_component(_event(entry, method, organiser, reader, made_at))
    return bytes(made.to_ical())


def _event(entry: Entry, method: Method, organiser: Person | None, reader: Person | None, made_at: datetime | None) -> Event:
    made = Event()
    is_cancelled = entry.is_cancelled or method is Method.CANCEL
    made.add("uid", f"{entry.uid}@ensembleur")
    made.add("sequence", entry.sequence)
    made.add("dtstamp", _utc(made_at or entry.changed_at))
    made.add("last-modified", _utc(entry.changed_at))
    made.add("dtstart", _utc(entry.starts_at))
    made.add("dtend", _utc(entry.ends_at))
    made.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    made.add("summary", _line(entry.title))
    if entry.place:
        made.add("location", _line(entry.place))
    made.add("description", _text(entry.says))
    made.add("url", entry.url)
    if organiser is not None:
        made.add("organizer", _address(organiser))
    if reader is not None:
        person = _address(reader)
        person.params["PARTSTAT"], person.params["RSVP"] = "ACCEPTED", "FALSE"
        made.add("attendee", person)
    return made


def _address(person: Person) -> vCalAddress:
    made = vCalAddress(f"mailto:{person.email}")
    made.params["CN"] = _line(person.name).replace('"', "’")
    return made


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    """Without the characters that no calendar may hold: control characters but the ends of lines, and lone surrogates."""
    kept = (char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept)
