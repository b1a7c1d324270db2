"""A timetable is written down: one version, its placements, what the checker says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from ensembleur.accounts.models import User
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.choices import MeetingOrigin, VersionOrigin
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.counting import days
from ensembleur.meetings.engine.formats.problem_json import data_of
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.models import Event, Meeting, Placement, Version
from ensembleur.meetings.queries.asking import Row

MOST_FAULTS = 50  # kept of one version: the first ones tell what is wrong
AT_ONCE = 2_000


def write_version(
    *,
    event: Event,
    problem: Problem,
    plan: Plan,
    origin: VersionOrigin,
    by: User | None,
    now: datetime,
    rows: Mapping[str, Row] | None = None,
    parent: Version | None = None,
    note: str = "",
    selection: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a timetable as a draft, in one transaction; who may is asked by the act that made it.

    rows : the lines of the meetings that are not all named after theirs yet; those without line get one.
    Meetings locked in the problem stay so. What the checker finds is kept with the version, which then is never published.
    """
    with transaction.atomic():
        Event.objects.select_for_update().get(pk=event.pk)  # two writers at once have two numbers
        if rows is not None:
            problem, plan = _named(event, problem, plan, rows, now)
        number = (event.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = Version(event=event, number=number, origin=origin, parent=parent, made_by=by, made_at=now, note=note[:300])
        version.selection = dict(selection or {})
        _describe(version, problem, plan)
        version.save()
        Placement.objects.bulk_create(_placements(version, problem, plan), batch_size=AT_ONCE)
        record_act(by=by or "command:timetable", verb="write_timetable", thing=version, now=now, after=_told(version))
    return version


def rewrite(*, version: Version, problem: Problem, plan: Plan) -> None:
    """The same for a draft moved by hand, in the caller's transaction: its figures, and the placements that changed."""
    _describe(version, problem, plan)
    version.save()
    fields = ("meeting_id", "slot", "place_id", "why")
    standing = {meeting: tuple(seat) for meeting, *seat in version.placements.values_list(*fields)}
    wanted = {meeting: seat for meeting, seat in _seats(problem, plan) if standing[meeting] != seat}
    changed = list(version.placements.filter(meeting__in=wanted))
    for one in changed:
        one.slot, one.place_id, one.why = wanted[one.meeting_id]
    # Two meetings that exchange their places would meet half-way: everybody stands up before anybody sits down.
    Placement.objects.filter(pk__in=[one.pk for one in changed]).update(slot=None, place=None)
    Placement.objects.bulk_update(changed, ["slot", "place", "why"], batch_size=200)


def _named(event: Event, problem: Problem, plan: Plan, rows: Mapping[str, Row], now: datetime) -> tuple[Problem, Plan]:
    """The problem and the plan with every meeting named after its line, made when it had none."""
    weights = {one.id: one for one in problem.meetings}
    made = {
        name: Meeting(
            event=event,
            registration_a_id=row.registration_a,
            registration_b_id=row.registration_b,
            group_id=row.group,
            wish_id=row.wish,
            origin=MeetingOrigin.WISH,
            weight=weights[name].weight,
            is_must=weights[name].must,
            changed_at=now,
        )
        for name, row in rows.items()
        if row.meeting is None
    }
    Meeting.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    names = {name: f"m{one.pk}" for name, one in made.items()}

    def new(name: str) -> str:
        return names.get(name, name)

    problem = replace(
        problem,
        meetings=tuple(replace(one, id=new(one.id)) for one in problem.meetings),
        gaps=tuple(replace(one, first=new(one.first), second=new(one.second)) for one in problem.gaps),
    )
    plan = replace(
        plan,
        slots={new(name): slot for name, slot in plan.slots.items()},
        places={new(name): place for name, place in plan.places.items()},
        unplaced=tuple(replace(one, meeting=new(one.meeting), who=tuple(map(new, one.who))) for one in plan.unplaced),
    )
    return problem, plan


def _describe(version: Version, problem: Problem, plan: Plan) -> None:
    """What is asked, what it costs to whom, what is wrong with it, what is proved of it."""
    version.problem = data_of(problem)
    version.input_hash = sha256(json.dumps(version.problem, sort_keys=True).encode()).hexdigest()
    version.seed, version.seconds, version.engine = plan.seed, plan.seconds, plan.engine[:200]
    version.score = asdict(plan.score) | {"sides": _by_side(problem, plan)}
    version.unplaced = [{"meeting": one.meeting, "why": str(one.why), "who": list(one.who)} for one in plan.unplaced]
    version.faults = [{"code": str(one.code), "says": one.says} for one in faults(problem, plan)[:MOST_FAULTS]]
    version.bound, version.is_optimal = plan.bound, plan.optimal


def _by_side(problem: Problem, plan: Plan) -> dict[str, dict[str, Any]]:
    """{side: its figures, and its worst person}: never only a total."""
    asked: dict[str, int] = {}
    for meeting in problem.meetings:
        for name in meeting.attendees:
            asked[name] = asked.get(name, 0) + 1
    found: dict[str, dict[str, Any]] = {}
    every = days(problem, plan.slots, plan.places)
    for person in problem.participants:
        if person.id not in asked:
            continue
        one = every[person.id]
        side = found.setdefault(
            person.side,
            dict.fromkeys(("people", "asked", "placed", "breaks", "unwanted", "idle", "tables", "most", "without"), 0)
            | {"who": ""},
        )
        side["people"] += 1
        side["asked"] += asked[person.id]
        side["placed"] += one.meetings
        side["breaks"] += one.breaks
        side["unwanted"] += one.unwanted_breaks
        side["idle"] += one.idle_slots
        side["tables"] += one.table_changes
        side["without"] += not one.meetings
        if one.breaks > side["most"]:
            side["most"], side["who"] = one.breaks, person.id
    return dict(sorted(found.items()))


def _placements(version: Version, problem: Problem, plan: Plan) -> list[Placement]:
    rows = []
    for meeting, (pk, (slot, place, why)) in zip(problem.meetings, _seats(problem, plan), strict=True):
        people = [int(name[1:]) for name in meeting.attendees]
        rows.append(
            Placement(
                version_id=version.pk,
                meeting_id=pk,
                slot=slot,
                place_id=place,
                attendee_a_id=people[0],
                attendee_b_id=people[1],
                interpreter_id=people[2] if len(people) > 2 else None,
                locked=meeting.locked is not None and slot is not None,
                why=why,
            )
        )
    return rows


def _seats(problem: Problem, plan: Plan) -> Iterator[tuple[int, tuple[int | None, int | None, str]]]:
    """(line of the meeting, (its slot, its place, why it has none)), in the order of the problem."""
    why = {one.meeting: str(one.why) for one in plan.unplaced}
    for meeting in problem.meetings:
        slot, place = plan.slots.get(meeting.id), plan.places.get(meeting.id, "")
        seat = slot, int(place[1:]) if place[:1] == "p" else None, "" if slot is not None else why.get(meeting.id, "")
        yield int(meeting.id[1:]), seat


def _told(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "placed": version.score["placed"],
        "unplaced": len(version.unplaced),
        "faults": len(version.faults),
    }
