"""A need as one thread: what happened and what was written, in the order of time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS, InvolvementState, NeedEventKind
from ensembleur.journeys.models import Involvement, Message, Need
from ensembleur.journeys.permissions import is_company_side, watches, wrote_down

# What the company reads without its author nor its note: an adviser who could not answer is not pointed at.
DISCREET = frozenset({NeedEventKind.DECLINED, NeedEventKind.MISROUTED, NeedEventKind.STOOD_DOWN})
BY_THE_PLATFORM = frozenset({NeedEventKind.ROUTED, NeedEventKind.STOOD_DOWN})  # a consequence: nobody chose it
SHOWN_TO_COMPANY = (InvolvementState.ASKED, InvolvementState.TAKEN, InvolvementState.CLOSED)


@dataclass(frozen=True)
class Line:
    """One line of the thread. `what` : the event in words, empty for a message; `who` is empty when time did it."""

    at: datetime
    what: str
    who: str
    body: str
    is_message: bool


def thread_of(need: Need, *, is_company: bool, until: datetime | None = None) -> list[Line]:
    """The events and the messages of a need, oldest first; the first line carries the company's words. `until` : the last instant read."""
    bodies = {held.adviser_id: str(held.organisation) for held in involved(need) if held.organisation_id}
    company_side = {need.created_by_id}

    def name(person: User | None) -> str:
        if person is None:
            return ""
        body = bodies.get(person.pk, "")
        return f"{person}, {body}" if body else str(person)

    lines = []
    for event in need.events.select_related("by"):
        hidden = is_company and event.kind in DISCREET and event.by_id not in company_side
        body = need.words if event.kind == NeedEventKind.OPENED else event.note
        who = "" if hidden or event.kind in BY_THE_PLATFORM else name(event.by)
        body = "" if hidden else body
        lines.append((event.at, 0, event.pk, Line(event.at, str(event.get_kind_display()), who, body, False)))
    lines += [
        (note.at, 1, note.pk, Line(note.at, "", name(note.by), note.body, True)) for note in need.messages.select_related("by")
    ]
    return [line for *_order, line in sorted(lines, key=lambda row: row[:3]) if until is None or line.at <= until]


def read_until(need: Need, user: Any) -> datetime | None:
    """The instant at which an adviser's part in a need ended; None for whoever reads all of it.

    What a company writes to those who answer it is not for those who declined, or were stood down before.
    """
    own = [one for one in involved(need) if one.adviser_id == user.pk]
    if not own or any(one.state in LIVE_INVOLVEMENTS for one in own):
        return None
    if is_company_side(user, need.journey) or watches(user, need.journey) or wrote_down(user, need):
        return None
    return max(one.ended_at for one in own if one.ended_at is not None)


def involved(need: Need) -> list[Involvement]:
    """Everybody asked, in order, read once for a page."""
    if not hasattr(need, "_involved"):
        need._involved = list(need.involvements.select_related("adviser", "organisation"))  # type: ignore[attr-defined]
    return need._involved  # type: ignore[attr-defined, no-any-return]


def last_writers(needs: Collection[int]) -> dict[int, int]:
    """Need → the account that wrote its last message; needs without a message are absent."""
    rows = Message.objects.filter(need__in=needs).order_by("at", "pk").values_list("need_id", "by_id")
    return dict(rows)
