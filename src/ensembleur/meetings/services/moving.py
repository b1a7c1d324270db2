"""A meeting is moved by hand: into a free slot, or with the shortest chain of others; never against a rule, and always in a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventState, VersionOrigin, VersionState
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.seating import seat
from ensembleur.meetings.engine.targets import Kind, Target, targets
from ensembleur.meetings.models import Event, Meeting, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.naming import people_names
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_version
from ensembleur.meetings.queries.reasons import target_words
from ensembleur.meetings.queries.versions import assumes
from ensembleur.meetings.services.versions import rewrite, write_version

MOVED_IN = (EventState.REGISTRATION, EventState.WISHES, EventState.TIMETABLE, EventState.PUBLISHED)


@transaction.atomic
def move_meeting(*, version: Version, meeting: Meeting, slot: int, by: User, now: datetime) -> Version:
    """Put a meeting in another slot, and those in its way elsewhere. Returns the draft that says so.

    The first move of a version makes a draft whose parent it is; the next ones complete that draft.
    Raises Refused, with the reason, when a rule forbids it.
    """
    check(may_organise, by, version.event)
    event = Event.objects.select_for_update().get(pk=version.event_id)
    version = Version.objects.select_for_update().get(pk=version.pk)
    if why := why_not_moved(event, version):
        raise Refused("not_movable", why)
    problem, plan = problem_of_version(version), plan_of_version(version)
    name = f"m{meeting.pk}"
    if name not in {one.id for one in problem.meetings} or not 0 <= slot < problem.slot_count:
        raise BadInput("unknown_target", _("Ce rendez-vous ou ce créneau n'est pas dans cette version : rechargez la page."))
    (target,) = targets(problem, plan, name, only=slot)
    if target.kind is Kind.HERE:
        raise Refused("already_there", _("Ce rendez-vous est déjà à ce créneau : choisissez-en un autre."))
    if target.kind is Kind.NO:
        words = target_words(target, people_names(event))
        raise Refused("illegal_move", _("Ce déplacement est %(words)s.") % {"words": words})
    moved = _moved(problem, plan, name, target)
    if version.origin == VersionOrigin.MOVED and version.state == VersionState.DRAFT:
        rewrite(version=version, problem=problem, plan=moved)
    else:
        version = write_version(
            event=event,
            problem=problem,
            plan=moved,
            origin=VersionOrigin.MOVED,
            parent=version,
            by=by,
            now=now,
            note=_("Déplacements à la main depuis la version %(n)s") % {"n": version.number},
            selection=version.selection,
        )
    before = {"slot": plan.slots.get(name)}
    after = {"slot": slot, "others": len(target.moves), "version": version.number}
    record_act(by=by, verb="move_meeting", thing=meeting, now=now, before=before, after=after)
    return version


def why_not_moved(event: Event, version: Version) -> str:
    """Why nothing moves by hand in this version, in one sentence; "" when something may."""
    if version.state == VersionState.REPLACED:
        return _("Cette version a été remplacée : déplacez dans la version publiée, ou dans un brouillon.")
    if assumes(version):
        return _("Cette version est une hypothèse : déplacez dans une version qui peut être tenue.")
    if event.state not in MOVED_IN:
        return _("À cette étape de l'événement, les changements passent par la page du jour J.")
    return ""


def _moved(problem: Problem, plan: Plan, name: str, target: Target) -> Plan:
    """The timetable once the meeting and its chain have moved; whoever keeps their slot keeps their place when it can be."""
    goes = {other: after for other, _before, after in target.moves} | {name: target.slot}
    slots = plan.slots | goes
    kept = {one: place for one, place in plan.places.items() if one not in goes}
    placed_more = name not in plan.slots
    moved = replace(
        plan,
        slots=slots,
        unplaced=tuple(one for one in plan.unplaced if one.meeting != name),
        bound=None if placed_more else plan.bound,
        optimal=False,
    )
    moved = seat(problem, moved, kept=kept)
    if len(moved.places) < len(slots):  # a place without a step was given to somebody who can do without: seat again
        moved = seat(problem, moved)
    moved = replace(moved, score=score(problem, moved.slots, moved.places))
    return replace(moved, optimal=moved.bound is not None and moved.bound == moved.score.breaks)
