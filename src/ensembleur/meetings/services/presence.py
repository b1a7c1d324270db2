"""Who is there and what became of each meeting, said at the welcome desk; every word may be taken back, and the journal keeps all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import MeetingState, ProposalKind, ProposalState
from ensembleur.meetings.models import Attendee, Event, Meeting, Placement, Proposal, Slot
from ensembleur.meetings.permissions import may_welcome
from ensembleur.meetings.queries import asking_changes as asking
from ensembleur.meetings.queries.day import board_of, came, coming, placed, presence_of
from ensembleur.meetings.services.changing import TOLD, draw, published
from ensembleur.meetings.services.refilling import propose_refills

MISSED_BY = {"A": MeetingState.MISSED_A, "B": MeetingState.MISSED_B, "AB": MeetingState.MISSED_BOTH}


@transaction.atomic
def check_in(*, attendee: Attendee, by: User, now: datetime) -> Attendee:
    """Somebody arrives, or comes back; doing it again changes nothing."""
    held = _welcomed(attendee, by)
    if held.arrived_at is not None and held.left_at is None:
        return held
    return _noted(held, held.arrived_at or now, None, "check_in", by, now)


@transaction.atomic
def check_out(*, attendee: Attendee, by: User, now: datetime) -> Attendee:
    """Somebody leaves. Raises Refused when they did not arrive."""
    held = _welcomed(attendee, by)
    if held.arrived_at is None:
        raise Refused("not_arrived", _("Cette personne n'est pas arrivée : marquez son arrivée d'abord."))
    return held if held.left_at else _noted(held, held.arrived_at, now, "check_out", by, now)


@transaction.atomic
def mark_absent(*, attendee: Attendee, by: User, now: datetime, late_until: int | None = None) -> Proposal | None:
    """Somebody will not come, or not before the slot `late_until`; what to do of their meetings is proposed, None when they have none."""
    held = _welcomed(attendee, by)
    if held.arrived_at is not None:
        raise Refused("arrived", _("Cette personne est arrivée : marquez son départ, ou corrigez son arrivée."))
    event = held.registration.event
    if late_until is None:
        _noted(held, None, now, "mark_absent", by, now)
    else:
        record_act(by=by, verb="mark_late", thing=held, now=now, after={"until": late_until})
    slots = [slot.number for slot in coming(event.slots.all(), now) if late_until is None or slot.number < late_until]
    mine = placed(event).of_person(held).filter(slot__in=slots, meeting__state=MeetingState.PLANNED)
    if not mine.exists():
        return None
    event, base = published(event)
    kind = ProposalKind.NO_SHOW if late_until is None else ProposalKind.LATE
    data = asking.away(event, held, slots, now)
    return draw(event=event, base=base, kind=kind, about=held, data=data, reason="", by=by, now=now)


@transaction.atomic
def undo(*, attendee: Attendee, by: User, now: datetime) -> Attendee:
    """Take back what was said of somebody: they are expected again; what was proposed of their absence is dropped."""
    return _noted(_welcomed(attendee, by), None, None, "undo_presence", by, now)


@transaction.atomic
def hold_meeting(*, meeting: Meeting, by: User, now: datetime) -> Meeting:
    """A meeting is held, or was. Raises Refused before its hour, or when it has none."""
    held, slot = _marked(meeting, by)
    _refuse_early(slot, now, timedelta())
    return _said(held, MeetingState.HELD, by, now)


@transaction.atomic
def miss_meeting(*, meeting: Meeting, side: str, by: User, now: datetime) -> Proposal | None:
    """Somebody did not come; the other is free at once, and whom they could meet is proposed, None when nobody could.

    side : "A", "B", or "AB" for both. Raises Refused before the minutes one waits are over.
    """
    if side not in MISSED_BY:
        raise BadInput("bad_side", _("Dites qui n'est pas venu : l'un, l'autre ou les deux."))
    held, slot = _marked(meeting, by)
    _refuse_early(slot, now, timedelta(minutes=held.event.grace_minutes))
    _said(held, MISSED_BY[side], by, now)
    return _refilled(held, slot, by, now)


@transaction.atomic
def reopen_meeting(*, meeting: Meeting, by: User, now: datetime) -> Meeting:
    """Take back what was said of a meeting. Raises Refused when whoever was left alone was given another."""
    held, slot = _marked(meeting, by)
    _said(held, MeetingState.PLANNED, by, now)
    _refilled(held, slot, by, now)
    return held


@transaction.atomic
def hold_slot(*, event: Event, slot: int, by: User, now: datetime) -> int:
    """Mark as held every meeting of a past slot whose two people came and of which nobody said anything; returns how many."""
    check(may_welcome, by, event)
    event, _version = published(event)
    told = event.slots.filter(number=slot).first()
    if told is None or told.ends_at > now:
        raise Refused("slot_not_over", _("Ce créneau n'est pas terminé : marquez ses rendez-vous un par un, ou attendez sa fin."))
    pks = [one.placement.meeting_id for one in board_of(event, told).tables if one.is_open and came(one.placement)]
    count = event.meetings.filter(pk__in=pks, state=MeetingState.PLANNED).update(state=MeetingState.HELD)
    if count:
        record_act(by=by, verb="hold_slot", thing=told, now=now, after={"meetings": pks})
    return count


def _welcomed(attendee: Attendee, by: User) -> Attendee:
    """The person, held, when they may be welcomed now."""
    check(may_welcome, by, attendee.registration.event)
    held = Attendee.objects.select_for_update(of=("self",)).select_related("registration__event__published_version")
    found = held.get(pk=attendee.pk)
    if found.registration.event.state not in TOLD:
        raise Refused("no_welcome", _("L'accueil ouvre quand le planning est publié, et ferme avec l'événement."))
    if not found.is_in or found.erased_at:
        raise Refused("not_in", _("Cette inscription n'est pas acceptée : voyez-la avec un organisateur."))
    return found


def _noted(held: Attendee, arrived_at: datetime | None, left_at: datetime | None, verb: str, by: User, now: datetime) -> Attendee:
    before = presence_of(held)
    held.arrived_at, held.left_at = arrived_at, left_at
    held.save(update_fields=["arrived_at", "left_at"])
    after = presence_of(held)
    if verb != "mark_absent":
        proposed = held.registration.event.proposals.filter(about=held, kind=ProposalKind.NO_SHOW, state=ProposalState.PROPOSED)
        proposed.update(state=ProposalState.STALE, decided_at=now, decided_by=by)
    record_act(by=by, verb=verb, thing=held, now=now, before=str(before), after=str(after))
    return held


def _marked(meeting: Meeting, by: User) -> tuple[Meeting, Slot]:
    """The meeting, held, and its slot in the timetable people have."""
    check(may_welcome, by, meeting.event)
    published(meeting.event)
    held = Meeting.objects.select_for_update(of=("self",)).select_related("event__published_version").get(pk=meeting.pk)
    placement: Placement | None = placed(held.event).filter(meeting=held).first()
    slot = placement and held.event.slots.filter(number=placement.slot).first()
    if slot is None:
        raise Refused("not_in_timetable", _("Ce rendez-vous n'est plus dans le planning publié : rechargez la page."))
    return held, slot


def _refuse_early(slot: Slot, now: datetime, wait: timedelta) -> None:
    left = slot.starts_at + wait - now
    if left > timedelta():
        minutes = -(-left // timedelta(minutes=1))
        raise Refused(
            "too_early",
            ngettext(
                "Ce rendez-vous n'en est pas là : attendez encore %(n)s minute.",
                "Ce rendez-vous n'en est pas là : attendez encore %(n)s minutes.",
                minutes,
            )
            % {"n": minutes},
        )


def _said(held: Meeting, state: MeetingState, by: User, now: datetime) -> Meeting:
    before, held.state = held.state, state
    if before != state:
        held.save(update_fields=["state"])
        record_act(by=by, verb="mark_meeting", thing=held, now=now, before=before, after=str(state))
    return held


def _refilled(held: Meeting, slot: Slot, by: User, now: datetime) -> Proposal | None:
    """What is proposed to those left alone, while the slot lasts."""
    version = held.event.published_version
    if version is None or slot.ends_at <= now:
        return None
    return propose_refills(event=held.event, version=version, slot=slot.number, by=by, now=now)
