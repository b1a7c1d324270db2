"""What the screens of the hall show: the meetings people go to now, page by page; a signed address, and no name of who asked for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from ensembleur.meetings.choices import MISSED, EventState, Origin
from ensembleur.meetings.models import Attendee, Event, Slot
from ensembleur.meetings.queries.agenda_words import place_name
from ensembleur.meetings.queries.day import placed

SEATING = timedelta(minutes=5)  # once a slot has begun, people still look for their table
PAGE = 18
_SIGNER = Signer(salt="meetings.hall", sep=".")


@dataclass(frozen=True)
class Row:
    """One table and the two who meet there."""

    place: str
    first: str
    second: str


@dataclass(frozen=True)
class Screen:
    """One page of a screen. slot : the one people go to, None when none is left.   turn, turns : which page, of how many."""

    slot: Slot | None
    rows: Sequence[Row]
    turn: int
    turns: int


def hall_token(event: Event) -> str:
    """The secret part of the address of the screens: it opens nothing else."""
    return _SIGNER.sign(str(event.pk)).replace(".", "~")


def is_hall_token(event: Event, token: str) -> bool:
    """Whether it opens the screens of this event."""
    try:
        return _SIGNER.unsign(token.replace("~", ".")) == str(event.pk)
    except BadSignature:
        return False


def screen_of(event: Event, now: datetime, turn: int) -> Screen:
    """The page to show; past the last, the first comes again."""
    is_live = event.state in (EventState.PUBLISHED, EventState.DAY)
    slots = event.slots.order_by("starts_at") if is_live else ()
    slot = next((one for one in slots if min(one.starts_at + SEATING, one.ends_at) > now), None)
    if slot is None:
        return Screen(None, [], 1, 1)
    rows = placed(event).filter(slot=slot.number).exclude(meeting__state__in=MISSED)
    rows = rows.select_related("place", "attendee_a__registration", "attendee_b__registration").order_by("place__rank", "pk")
    count = rows.count()
    turns = max(-(-count // PAGE), 1)
    turn = (turn - 1) % turns + 1
    shown = rows[(turn - 1) * PAGE : turn * PAGE]
    return Screen(slot, [Row(place_name(one.place) if one.place else "", called(one.attendee_a), called(one.attendee_b)) for one in shown], turn, turns)  # fmt: skip


def called(person: Attendee) -> str:
    """Their organisation; a person alone is « Camille R. »; who did not agree to be listed is not named."""
    registration = person.registration
    if not registration.is_listed or person.erased_at:
        return _("Réservé")
    if registration.origin != Origin.PERSON:
        return registration.name
    first, *rest = person.name.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first
