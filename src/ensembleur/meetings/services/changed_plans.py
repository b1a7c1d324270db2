"""The difference a proposal keeps, one meeting a line, and the timetable it makes once approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ensembleur.meetings.choices import EventKind, MeetingOrigin, MeetingState, ProposalKind
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.repairing import Line
from ensembleur.meetings.models import Attendee, Event, Meeting, Proposal, Wish


def line_of(line: Line, people: Sequence[str], left: str) -> dict[str, Any]:
    """A line as it is kept: engine's ids and no name, since people may ask to be erased. left : why it has no slot any more."""
    return {
        "meeting": line.meeting,
        "people": list(people),
        "before": line.before,
        "after": line.after,
        "place_before": line.place_before,
        "place_after": line.place_after,
        "why": str(line.why),
        "who": list(line.who),
        "left": left,
    }


def figures_of(before: Score, after: Score) -> dict[str, Any]:
    """What the timetable costs before and after."""
    return {
        name: {"placed": one.placed, "breaks": one.breaks, "idle": one.idle_slots, "most": one.max_breaks}
        for name, one in (("before", before), ("after", after))
    }


def plan_after(problem: Problem, plan: Plan, lines: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Plan:
    """The timetable once its lines are applied. names : {a meeting that had no row: its own}."""
    slots, places, left = dict(plan.slots), dict(plan.places), []
    known = {one.id for one in problem.meetings}
    for line in lines:
        name = names.get(line["meeting"], line["meeting"])
        slots.pop(name, None)
        places.pop(name, None)
        if line["after"] is not None:
            slots[name] = line["after"]
            if line["place_after"]:
                places[name] = line["place_after"]
        elif name in known:
            left.append(Unplaced(name, WhyNot(line["left"] or WhyNot.NOT_FOUND), tuple(line["who"])))
    told = {one.meeting for one in left}
    kept = [one for one in plan.unplaced if one.meeting in known and one.meeting not in slots and one.meeting not in told]
    return Plan(slots, places, (*kept, *left), score(problem, slots, places), seed=plan.seed, engine=plan.engine)


def made_meetings(*, event: Event, proposal: Proposal, now: datetime) -> dict[str, str]:
    """{the name of a meeting in a proposal: that of its row}, made when there was none, in the caller's transaction.

    A pair keeps its row for ever, so that calendars know the meeting again. On the day, a slot refilled is counted apart.
    """
    refills = proposal.kind == ProposalKind.REFILL
    origin = MeetingOrigin.REFILL if refills else MeetingOrigin.ADDED
    added = [line for line in proposal.lines if line["before"] is None and line["after"] is not None]
    pks = {int(name[1:]) for line in added for name in line["people"]}
    people = {one.pk: one for one in Attendee.objects.filter(pk__in=pks).select_related("registration")}
    standing = [int(line["meeting"][1:]) for line in added if line["meeting"][0] == "m"]
    if refills:
        event.meetings.filter(pk__in=standing).update(origin=origin)
    names = {}
    for line in added:
        if line["meeting"][0] != "m":
            first, second = (people[int(name[1:])] for name in line["people"][:2])
            names[line["meeting"]] = f"m{_row(event, first, second, origin, now).pk}"
    return names


def _row(event: Event, first: Attendee, second: Attendee, origin: MeetingOrigin, now: datetime) -> Meeting:
    one, other = first.registration, second.registration
    group = second if event.kind == EventKind.VISITS else None
    rows = event.meetings.filter(
        registration_a=one, registration_b=other, group=group, state__in=[MeetingState.PLANNED, MeetingState.CANCELLED]
    )
    wish = Wish.objects.filter(sender__in=(one, other), receiver__in=(one, other)).order_by("pk").first()
    made = rows.exclude(placements__version=event.published_version_id).first()
    if made is None:
        made = Meeting(event=event, registration_a=one, registration_b=other, group=group, wish=wish, changed_at=now)
    made.origin = origin
    made.save()
    return made
