"""What the people of an event are written: the letter is kept with the act it tells, and leaves afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import Truncator

from ensembleur.meetings.models import Attendee, Letter
from ensembleur.meetings.services.sending import send_soon


@dataclass(frozen=True)
class Note:
    """One letter to write, already in its reader's language; see Letter for each field."""

    attendee: Attendee
    key: str
    subject: str
    body: str
    short: str = ""
    calendar: str = ""
    method: str = ""


def write_letters(*, notes: Iterable[Note], now: datetime) -> int:
    """Keep letters in the caller's transaction, each once by its key, none to an erased person; returns how many are new.

    A person without an address gets theirs too: the organiser prints it, or reads its short form on the phone.
    """
    rows = [
        Letter(
            event_id=note.attendee.registration.event_id,
            attendee=note.attendee,
            key=key,
            subject=Truncator(" ".join(note.subject.split())).chars(200),
            body=Truncator(note.body.strip()).chars(8000),
            short=Truncator(" ".join(note.short.split())).chars(160),
            calendar=note.calendar,
            calendar_method=note.method,
            written_at=now,
        )
        for key, note in _new(notes).items()
    ]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(send_soon.enqueue, robust=True)
    return len(rows)


def unwritten(notes: Iterable[Note]) -> int:
    """How many of these letters would be new."""
    return len(_new(notes))


def _new(notes: Iterable[Note]) -> dict[str, Note]:
    wanted = {note.key: note for note in notes if note.attendee.erased_at is None}
    known = set(Letter.objects.filter(key__in=list(wanted)).values_list("key", flat=True))
    return {key: note for key, note in wanted.items() if key not in known}
