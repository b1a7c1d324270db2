"""A change of the published timetable is proposed, read, then approved or refused by an organiser; nothing moves before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventState, ProposalKind, ProposalState, VersionOrigin
from ensembleur.meetings.engine.changes import Absent, Added, Change, Joined, apply, read_changes
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.repairing import repair
from ensembleur.meetings.models import Attendee, Event, Place, Proposal, Version
from ensembleur.meetings.permissions import may_organise, may_propose_change, may_welcome
from ensembleur.meetings.queries import asking_changes as asking
from ensembleur.meetings.queries.day import LIVED, frozen_slot
from ensembleur.meetings.queries.frames import frame_of
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_version
from ensembleur.meetings.services.acting import name_of
from ensembleur.meetings.services.changed_plans import figures_of, line_of, made_meetings, plan_after
from ensembleur.meetings.services.publishing import CHANGED, publish_version
from ensembleur.meetings.services.versions import write_version
from ensembleur.periods import PARIS, paris_day
from ensembleur.web.formats import instant

OWN = (ProposalKind.ABSENCE, ProposalKind.LATE)  # what people say of themselves
AWAY = (*OWN, ProposalKind.NO_SHOW)
TOLD = (EventState.PUBLISHED, EventState.DAY)
MOST_A_DAY = 10  # announced by one person: each is a computation, and something for an organiser to read


@transaction.atomic
def propose_change(
    *,
    event: Event,
    kind: str,
    by: User | Attendee,
    now: datetime,
    about: Attendee | None = None,
    place: Place | None = None,
    slots: Collection[int] = (),
    whom: Sequence[Attendee] = (),
    reason: str = "",
) -> Proposal:
    """Look for the smallest change of the published timetable, and keep it for an organiser to decide.

    about : who is away in `slots`, or registered late and asks to meet `whom`.   place : what cannot be used in `slots`.
    Of somebody who gave up, every meeting to come is taken out. Raises Refused, BadInput.
    """
    check(may_propose_change, by, event, about if kind in OWN else None)
    event, base = published(event)
    if not may_welcome(by, event):
        _check_day(event, about, now)
    _check_here(event, about, place, whom)
    if kind in AWAY and about is not None:
        comes = about.is_in and about.erased_at is None
        data = asking.away(event, about, slots, now) if comes else asking.gone(event, about, now)
    elif kind == ProposalKind.PLACE_LOST and place is not None:
        data = asking.closed(event, place, slots, now)
    elif kind == ProposalKind.LATE_REGISTRATION and about is not None:
        data = asking.late(event, base, about, whom, now)
    else:
        raise BadInput("bad_change", _("Dites ce qui change : une personne, une table ou une inscription tardive."))
    return draw(event=event, base=base, kind=kind, about=about, data=data, reason=reason, by=by, now=now)


@transaction.atomic
def renew_change(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Look again, on the timetable people have now, for what a proposal asked; the former one is out of date."""
    check(may_welcome, by, proposal.event)
    event, base = published(proposal.event)
    held = Proposal.objects.select_for_update(of=("self",)).select_related("about__registration").get(pk=proposal.pk)
    if held.state not in (ProposalState.PROPOSED, ProposalState.STALE) or held.kind == ProposalKind.REFILL:
        raise Refused("not_renewable", _("Cette proposition est décidée : faites-en une autre depuis la page du jour J."))
    _close(held, ProposalState.STALE, by, now)
    data = asking.again(event, base, held.changes, now)
    return draw(event=event, base=base, kind=held.kind, about=held.about, data=data, reason=held.reason, by=by, now=now)


def draw(
    *,
    event: Event,
    base: Version,
    kind: str,
    about: Attendee | None,
    data: list[dict[str, Any]],
    reason: str,
    by: User | Attendee,
    now: datetime,
) -> Proposal:
    """Repair the timetable and keep what differs, in the caller's transaction, who has asked who may. data : engine's changes.

    A newer proposal about the same person replaces those that wait.
    """
    slots = list(event.slots.all())
    since, problem = frozen_slot(slots, now), problem_of_version(base)
    changes = _changes(event, problem, data)
    lived = event.meetings.filter(state__in=LIVED).values_list("pk", flat=True)
    found = repair(problem, plan_of_version(base), changes, now_slot=since, frozen=frozenset(f"m{pk}" for pk in lived))
    if kind == ProposalKind.LATE_REGISTRATION and not found.lines:
        raise Refused("nothing_fits", _("Aucun créneau libre ne convient aux deux : choisissez quelqu'un d'autre."))
    people = {one.id: one.attendees for one in (*problem.meetings, *apply(problem, changes, since=since or 0).meetings)}
    left = {one.meeting: str(one.why) for one in found.plan.unplaced}
    if about is not None:
        waiting = event.proposals.filter(about=about, state=ProposalState.PROPOSED)
        waiting.update(state=ProposalState.STALE, decided_at=now, decided_by=_account(by))
    proposal = Proposal.objects.create(
        event=event,
        base=base,
        kind=kind,
        about=about,
        reason=" ".join(reason.split())[:300],
        changes=data,
        lines=[line_of(line, people[line.meeting], left.get(line.meeting, "")) for line in found.lines],
        figures={
            **figures_of(found.before, found.after),
            "rescued": len(found.rescued),
            "dropped": len(found.dropped),
            "since": since or 0,
        },
        made_by=_account(by),
        made_at=now,
    )
    record_act(by=name_of(by), verb="propose_change", thing=proposal, now=now, after={"kind": kind, "lines": len(proposal.lines)})
    return proposal


def approve_change(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Apply a proposal as it was read: a new version is published, and those whose agenda changes are told once.

    Raises Refused when somebody decided it meanwhile; when the timetable or the hour moved on, it is noted as out of date too.
    """
    check(may_organise, by, proposal.event)
    with transaction.atomic():
        event = Event.objects.select_for_update().get(pk=proposal.event_id)
        held = _waiting(proposal)
        why = why_stale(event=event, proposal=held, now=now)
        if not why:
            held.new_version = _applied(event, held, by, now)
        _close(held, ProposalState.STALE if why else ProposalState.APPROVED, by, now)
        after = {"version": held.new_version.number if held.new_version else None, "why": why}
        record_act(by=by, verb="approve_change" if not why else "outdate_change", thing=held, now=now, after=after)
    if why:
        raise Refused("stale_change", why)
    return held


@transaction.atomic
def refuse_change(*, proposal: Proposal, by: User, now: datetime) -> Proposal:
    """Leave the timetable as it is. Raises Refused when somebody decided meanwhile."""
    check(may_organise, by, proposal.event)
    held = _waiting(proposal)
    _close(held, ProposalState.REFUSED, by, now)
    record_act(by=by, verb="refuse_change", thing=held, now=now)
    return held


def why_stale(*, event: Event, proposal: Proposal, now: datetime) -> str:
    """Why what was read is no longer what would happen, in one sentence; "" when it is."""
    if event.published_version_id != proposal.base_id:
        return _("Le planning a changé depuis cette proposition : refaites-la sur le planning actuel, puis relisez-la.")
    slots = {slot.number: slot for slot in event.slots.all()}
    for line in proposal.lines:
        goes = line["after"]
        if goes is not None:
            stays = line["before"] == goes or proposal.kind == ProposalKind.REFILL
            if goes not in slots or (slots[goes].ends_at if stays else slots[goes].starts_at) <= now:
                return _("Un créneau de cette proposition est passé : refaites-la, puis relisez-la.")
    meetings = [int(line["meeting"][1:]) for line in proposal.lines if line["meeting"][0] == "m" and line["why"] != "missed"]
    if event.meetings.filter(pk__in=meetings, state__in=LIVED).exists():
        return _("Un de ces rendez-vous vient d'être marqué : refaites la proposition, puis relisez-la.")
    return ""


def published(event: Event) -> tuple[Event, Version]:
    """The event, held, and the timetable people were told. Raises Refused when there is none, or when it is over."""
    held = Event.objects.select_for_update().get(pk=event.pk)
    if held.published_version is None or held.state not in TOLD:
        raise Refused(
            "not_published", _("Aucun planning n'est en cours : les changements se proposent une fois le planning publié.")
        )
    return held, held.published_version


def _check_day(event: Event, about: Attendee | None, now: datetime) -> None:
    """Somebody announces so many changes a day. Raises Refused."""
    today = datetime.combine(paris_day(now), time.min, PARIS)
    own = Q(made_by=None) | Q(made_by=about and about.user_id)
    if event.proposals.filter(own, about=about, kind__in=OWN, made_at__gte=today).count() >= MOST_A_DAY:
        where = event.contact_email or event.organised_by_name
        says = _("Vous avez déjà annoncé %(n)s changements aujourd'hui, c'est le maximum : écrivez à l'organisateur (%(where)s).")
        raise Refused("too_many_changes", says % {"n": MOST_A_DAY, "where": where})


def _check_here(event: Event, about: Attendee | None, place: Place | None, whom: Sequence[Attendee]) -> None:
    others = [one.registration.event_id for one in (about, *whom) if one is not None] + ([place.event_id] if place else [])
    if any(pk != event.pk for pk in others):
        raise BadInput(
            "other_event", _("Cette personne ou cette table est d'un autre événement : choisissez-en une de celui-ci.")
        )


def _changes(event: Event, problem: Problem, data: list[dict[str, Any]]) -> tuple[Change, ...]:
    """The engine's changes. Who is in no timetable cannot be away from it; who joins comes with their table and their needs."""
    known = {one.id for one in problem.participants}
    changes = [one for one in read_changes(data) if not isinstance(one, Absent) or one.participant in known]
    if not any(isinstance(one, Joined) for one in changes):
        return tuple(changes)
    people = {one.id: one for one in frame_of(event).problem.participants}
    return tuple(Joined(people[one.participant.id]) if isinstance(one, Joined) else one for one in changes)


def _waiting(proposal: Proposal) -> Proposal:
    """The proposal, held, while nobody decided."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("base", "decided_by", "about").get(pk=proposal.pk)
    if held.state != ProposalState.PROPOSED:
        raise Refused(
            "decided_meanwhile",
            _("%(who)s a déjà décidé de cette proposition, le %(at)s : « %(state)s ».")
            % {
                "who": held.decided_by.full_name if held.decided_by else _("Quelqu'un d'autre"),
                "at": instant(held.decided_at),
                "state": held.get_state_display(),
            },
        )
    return held


def _close(held: Proposal, state: ProposalState, by: User, now: datetime) -> None:
    held.state, held.decided_by, held.decided_at = state, by, now
    held.save(update_fields=["state", "decided_by", "decided_at", "new_version"])


def _applied(event: Event, proposal: Proposal, by: User, now: datetime) -> Version | None:
    """What people said is kept; the version that was read is written and published. None when no meeting changes."""
    _keep_absences(event, proposal)
    if not proposal.lines:
        return None
    base = proposal.base
    asked = problem_of_version(base)
    placed_now = {line["meeting"] for line in proposal.lines if line["after"] is not None}
    names = made_meetings(event=event, proposal=proposal, now=now)
    changes = [
        Added(replace(one.meeting, id=names.get(one.meeting.id, one.meeting.id))) if isinstance(one, Added) else one
        for one in _changes(event, asked, proposal.changes)
        if not isinstance(one, Added) or one.meeting.id in placed_now
    ]
    problem = apply(asked, changes, since=proposal.figures.get("since", 0))
    version = write_version(
        event=event,
        problem=problem,
        plan=plan_after(problem, plan_of_version(base), proposal.lines, names),
        origin=VersionOrigin.REPAIRED,
        parent=base,
        by=by,
        now=now,
        note=_("%(kind)s : proposition du %(at)s") % {"kind": proposal.get_kind_display(), "at": instant(proposal.made_at)},
        selection=base.selection,
    )
    return publish_version(version=version, seen=base.number, by=by, now=now, tell=CHANGED)


def _keep_absences(event: Event, proposal: Proposal) -> None:
    """Who is away, and which table is closed, is known from now on to whatever is computed afterwards."""
    for change in proposal.changes:
        rows: list[tuple[Attendee | Place, str]] = []
        if change["kind"] == "away":
            rows = [(one, "absent_slots") for one in Attendee.objects.filter(pk=change["participant"][1:])]
        elif change["kind"] == "place_closed":
            rows = [(one, "closed_slots") for one in event.places.filter(pk=change["place"][1:])]
        for thing, field in rows:
            setattr(thing, field, sorted({*getattr(thing, field), *change["slots"]}))
            thing.save(update_fields=[field])


def _account(by: User | Attendee) -> User | None:
    return by if isinstance(by, User) else None
