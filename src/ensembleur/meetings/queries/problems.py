"""From an event to the engine and back: the timetable to make, the timetable made."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from ensembleur.errors import Refused
from ensembleur.meetings.engine.formats.problem_json import problem_kept
from ensembleur.meetings.engine.plan import Plan, Score, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.models import Event, Version
from ensembleur.meetings.queries.asking import asked_of_event


def problem_of_event(event: Event) -> Problem:
    """The timetable to make now."""
    return asked_of_event(event).problem


def problem_of_version(version: Version) -> Problem:
    """The timetable that was to make, its locks as they are now. Raises Refused when the version does not keep it."""
    if not version.problem:
        raise Refused("no_problem", _("Cette version ne garde pas de quoi être changée : calculez-en une autre."))
    problem = problem_kept(version.problem)
    locks = {
        f"m{meeting}": slot for meeting, slot in version.placements.placed().filter(locked=True).values_list("meeting_id", "slot")
    }
    return replace(problem, meetings=tuple(replace(one, locked=locks.get(one.id)) for one in problem.meetings))


def plan_of_version(version: Version) -> Plan:
    """The timetable made, as the engine says it."""
    slots, places = {}, {}
    rows = version.placements.placed().order_by("meeting_id")
    for meeting, slot, place, host in rows.values_list("meeting_id", "slot", "place_id", "attendee_a_id"):
        slots[f"m{meeting}"] = slot
        places[f"m{meeting}"] = f"p{place}" if place else f"g{host}"
    known = {one["id"] for one in version.problem.get("places", ())}
    figures = {name: version.score[name] for name in Score.__dataclass_fields__ if name in version.score}
    return Plan(
        slots=slots,
        places={name: place for name, place in places.items() if place in known},
        unplaced=tuple(Unplaced(row["meeting"], WhyNot(row["why"]), tuple(row.get("who", ()))) for row in version.unplaced),
        score=Score(**figures),
        bound=version.bound,
        optimal=version.is_optimal,
        seconds=version.seconds,
        seed=version.seed,
        engine=version.engine,
    )
