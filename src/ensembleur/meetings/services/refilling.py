"""Somebody was left alone in a slot: whom they could meet at once is proposed to the organisers, never applied by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.choices import ProposalKind, ProposalState
from ensembleur.meetings.engine.changes import apply, read_changes
from ensembleur.meetings.engine.refilling import Refill
from ensembleur.meetings.models import Attendee, Event, Proposal, Version
from ensembleur.meetings.queries.refills import Offers, offers_in, ordered
from ensembleur.meetings.services.changed_plans import figures_of, plan_after


def propose_refills(*, event: Event, version: Version, slot: int, by: User, now: datetime) -> Proposal | None:
    """What everybody left alone in a slot is offered, in the caller's transaction, who has asked who may; None when nothing is.

    It replaces what was proposed for the same slot.
    """
    waiting = event.proposals.filter(kind=ProposalKind.REFILL, state=ProposalState.PROPOSED, figures__since=slot)
    waiting.update(state=ProposalState.STALE, decided_at=now, decided_by=by)
    offers = offers_in(event, version, slot)
    given = [one for one in offers.refills if one.others]
    if not given:
        return None
    lines, changes = _difference(offers, given, slot)
    problem = apply(offers.problem, read_changes(changes), since=slot)
    after = plan_after(problem, offers.plan, lines, {}).score
    proposal = Proposal.objects.create(
        event=event,
        base=version,
        kind=ProposalKind.REFILL,
        changes=changes,
        lines=lines,
        figures={
            **figures_of(offers.plan.score, after),
            "since": slot,
            "alone": [{"who": one.participant, "why": str(one.why)} for one in offers.refills if not one.others],
        },
        made_by=by,
        made_at=now,
    )
    record_act(by=by, verb="propose_refills", thing=proposal, now=now, after={"slot": slot, "offers": len(given)})
    return proposal


def _difference(offers: Offers, given: list[Refill], slot: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(lines, engine's changes): the meetings missed by those who are given another go, the others come."""
    known = {one.id: one for one in offers.problem.meetings}
    pks = {int(name[1:]) for one in given for name in (one.participant, *one.others)}
    people = {f"a{one.pk}": one for one in Attendee.objects.filter(pk__in=pks).select_related("registration")}
    lines: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for one in given:
        for name in (one.participant, *one.others):
            if name in offers.missed:
                missed = offers.missed[name]
                place = offers.plan.places.get(missed, "")
                lines.append(_line(missed, known[missed].attendees, slot, None, place, "", "missed"))
                changes.append({"kind": "cancelled", "meeting": missed})
        meeting, who = _meeting(one, people)
        who = known[meeting].attendees if meeting in known else who
        lines.append(_line(meeting, who, None, slot, "", one.place, str(one.why)))
        if meeting not in known:
            changes.append({"kind": "added", "meeting": meeting, "attendees": list(who), "slots": [slot]})
    return lines, changes


def _meeting(one: Refill, people: Mapping[str, Attendee]) -> tuple[str, tuple[str, ...]]:
    """The name of a meeting offered, and its people; two who wait for a slot have none yet."""
    other = one.others[0]
    return one.meeting or f"x{one.participant[1:]}-{other[1:]}", ordered(people[one.participant], people[other])


def _line(
    meeting: str, people: tuple[str, ...], before: int | None, after: int | None, left: str, takes: str, why: str
) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "people": list(people),
        "before": before,
        "after": after,
        "place_before": left,
        "place_after": takes,
        "why": why,
        "who": [],
        "left": "",
    }
