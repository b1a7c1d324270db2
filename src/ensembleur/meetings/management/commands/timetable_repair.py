"""`ensembleur timetable_repair PROBLEM PLAN CHANGES`: what to change in a published timetable once something has happened."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.changes import apply, read_changes
from ensembleur.meetings.engine.checking import Fault, FaultCode, faults
from ensembleur.meetings.engine.formats.shape import parse_json
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.management.commands._files import (
    check_writable,
    counted,
    fault_lines,
    listed,
    plain,
    plan_in,
    problem_in,
    read_text,
    score_line,
    write,
)

if TYPE_CHECKING:
    from ensembleur.meetings.engine.repairing import Line, Proposal

SENSELESS = (FaultCode.UNKNOWN_MEETING, FaultCode.NO_SUCH_SLOT)  # the plan is of another problem


class Command(BaseCommand):
    """Propose a repair."""

    help = (
        "Propose what to change in a timetable once something has happened; nothing is applied, --out writes the new timetable."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three files, where the day stands, and the form of the answer."""
        parser.add_argument("problem", type=Path, help="a .json or .dzn file")
        parser.add_argument("plan", type=Path, help="a .json file, as `ensembleur timetable --out` writes it")
        parser.add_argument("changes", type=Path, help="a .json file, see docs/timetable-format.md")
        parser.add_argument("--now-slot", type=int, default=None, help="the slot being held, from 0; before the day when absent")
        parser.add_argument("--out", type=Path, default=None, metavar="PLAN.json", help="where to write the new timetable")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self, *, problem: Path, plan: Path, changes: Path, now_slot: int | None, out: Path | None, as_json: bool, **options: Any
    ) -> None:
        """Print the diff; leave with code 1 when the checker finds a fault in the new timetable."""
        from ensembleur.meetings.engine.repairing import repair

        check_writable(out)
        asked, made = problem_in(problem), plan_in(plan)
        if now_slot is not None and not 0 <= now_slot < asked.slot_count:
            raise BadInput("now_slot", f"--now-slot {now_slot} : les créneaux vont de 0 à {asked.slot_count - 1}.")
        refuse_senseless(asked, made)
        happened = read_changes(parse_json(read_text(changes)))
        proposal = repair(asked, made, happened, now_slot=now_slot)
        after = apply(asked, happened, since=now_slot or 0)
        # On the day nobody is told more for fairness: the repair does not look at it.
        found = faults(replace(after, rules=replace(after.rules, fair_difference=None)), proposal.plan)
        write(proposal.plan, out)
        said = as_data(proposal, found)
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2) if as_json else told(proposal, found))
        if found:
            raise CommandError("le nouveau planning a des fautes, dites au-dessus.", returncode=1)


def refuse_senseless(problem: Problem, plan: Plan) -> None:
    """Raise BadInput when the plan is not one of this problem."""
    for fault in faults(problem, plan):
        if fault.code in SENSELESS:
            raise BadInput("other_plan", f"Ce planning n'est pas de ce problème. {fault.says}")


def as_data(proposal: Proposal, found: list[Fault]) -> dict[str, Any]:
    """The stable contract of the command."""
    return {
        "lines": plain(proposal.lines),
        "notified": list(proposal.notified),
        "rescued": list(proposal.rescued),
        "dropped": list(proposal.dropped),
        "before": asdict(proposal.before),
        "after": asdict(proposal.after),
        "faults": plain(found),
    }


def told(proposal: Proposal, found: list[Fault]) -> str:
    """The same for a reader."""
    if not proposal.lines:
        return "\n".join(["Rien ne change.", *fault_lines(found)])
    heads = [
        counted(len(proposal.lines), "rencontre change", "rencontres changent"),
        counted(len(proposal.dropped), "perdue", "perdues"),
        counted(len(proposal.notified), "personne à prévenir", "personnes à prévenir"),
    ]
    lines = [" · ".join(heads), *listed([_line(one) for one in proposal.lines])]
    lines += [f"Avant : {score_line(proposal.before)}", f"Après : {score_line(proposal.after)}"]
    return "\n".join([*lines, *fault_lines(found)])


def _line(one: Line) -> str:
    before, after = _where(one.before, one.place_before), _where(one.after, one.place_after)
    who = f", {', '.join(one.who)}" if one.who else ""
    return f"{one.meeting} : {before} → {after} ({WHY[one.why]}{who})"


def _where(slot: int | None, place: str) -> str:
    if slot is None:
        return "sans créneau"
    return f"créneau {slot}" + (f", place {place}" if place else "")


WHY = {
    "absent": "absence",
    "slot_closed": "créneau fermé",
    "place_closed": "place fermée",
    "clash": "ne pouvait pas se tenir",
    "cancelled": "annulée",
    "added": "ajoutée",
    "back": "retour",
    "made_room": "fait de la place",
    "gave_up": "cède son créneau",
    "table": "change de place",
}
