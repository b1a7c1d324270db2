"""What each side says of a meeting, in two taps, and what it says six months after; the other side never reads it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import LaterNews, MeetingState, NextStep, Side
from ensembleur.meetings.models import Attendee, Meeting, Outcome, Placement
from ensembleur.meetings.permissions import may_say_outcome
from ensembleur.meetings.services.acting import name_of

LONGEST_NOTE = 500
GOES_ON = (NextStep.FOLLOW_UP, NextStep.CONTRACT_EXPECTED, NextStep.HIRED)


@transaction.atomic
def say_outcome(
    *,
    meeting: Meeting,
    side: str,
    by: User | Attendee,
    now: datetime,
    is_useful: bool | None = None,
    next_step: str | None = None,
    note: str | None = None,
) -> Outcome:
    """Say whether it was useful, then what follows; each may be said alone, and said again. None leaves it as it was.

    A meeting that nobody marked is held once somebody says what came of it. Its first follow-up is written in the journal, where
    the domains above find it, without a name.
    Raises Refused before the meeting, or when it was cancelled or missed; BadInput on what cannot be kept.
    """
    check(may_say_outcome, by, meeting, side)
    if side not in Side.values or (next_step is not None and next_step not in NextStep.values):
        raise BadInput("bad_outcome", _("Choisissez une des réponses proposées."))
    if note is not None and len(note) > LONGEST_NOTE:
        raise BadInput(
            "note_long", _("La note a %(length)d caractères : %(most)d au plus.") % {"length": len(note), "most": LONGEST_NOTE}
        )
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    _refuse_unheld(meeting, now)
    outcome = Outcome.objects.filter(meeting=meeting, side=side).first() or Outcome(meeting=meeting, side=side)
    before = outcome.next_step
    outcome.is_useful = outcome.is_useful if is_useful is None else is_useful
    outcome.next_step = outcome.next_step if next_step is None else next_step
    outcome.note = outcome.note if note is None else note.strip()
    outcome.by, outcome.said_at = by if isinstance(by, Attendee) else _person(meeting, side, by), now
    outcome.save()
    if meeting.state == MeetingState.PLANNED:
        meeting.state = MeetingState.HELD
        meeting.save(update_fields=["state"])
    if outcome.next_step in GOES_ON and outcome.next_step != before:
        record_act(
            by=name_of(by), verb="meeting_follow_up", thing=meeting, now=now, after={"side": side, "step": outcome.next_step}
        )
    return outcome


@transaction.atomic
def say_later(*, outcome: Outcome, later: str, by: User | Attendee, now: datetime) -> Outcome:
    """Say what became of a meeting's follow-up, months after; the last word counts."""
    check(may_say_outcome, by, outcome.meeting, outcome.side)
    if later not in LaterNews.values:
        raise BadInput("bad_outcome", _("Choisissez une des réponses proposées."))
    outcome.later, outcome.later_at = later, now
    outcome.save(update_fields=["later", "later_at"])
    record_act(by=name_of(by), verb="meeting_later", thing=outcome.meeting, now=now, after={"side": outcome.side, "later": later})
    return outcome


def _refuse_unheld(meeting: Meeting, now: datetime) -> None:
    if meeting.state not in (MeetingState.PLANNED, MeetingState.HELD):
        raise Refused(
            "meeting_not_held", _("Ce rendez-vous est noté comme non tenu : si c'est une erreur, dites-le à l'organisateur.")
        )
    placed = Placement.objects.published().placed().filter(meeting=meeting, version__event__slots__number=F("slot"))
    starts = placed.values_list("version__event__slots__starts_at", flat=True).first()
    if starts is None or starts > now:
        raise Refused("meeting_to_come", _("Ce rendez-vous n'a pas encore eu lieu."))


def _person(meeting: Meeting, side: str, user: User) -> Attendee | None:
    """Who this account is on that side."""
    registration = meeting.registration_a_id if side == Side.A else meeting.registration_b_id
    return Attendee.objects.filter(registration=registration, user=user).first()
