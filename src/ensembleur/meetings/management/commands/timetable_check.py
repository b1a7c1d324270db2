"""`ensembleur timetable_check PROBLEM PLAN`: what is wrong with a timetable, whoever made it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.management.commands._files import counted, fault_lines, plain, plan_in, problem_in, score_line


class Command(BaseCommand):
    """Check a timetable."""

    help = "Say everything wrong with a timetable, every rule looked at again and every figure counted again."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two files and the form of the answer."""
        parser.add_argument("problem", type=Path, help="a .json or .dzn file")
        parser.add_argument("plan", type=Path, help="a .json file, as `ensembleur timetable --out` writes it")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, problem: Path, plan: Path, as_json: bool, **options: Any) -> None:
        """Print the faults; leave with code 1 when there is one."""
        made = plan_in(plan)
        found = faults(problem_in(problem), made)
        if as_json:
            self.stdout.write(json.dumps({"faults": plain(found)}, ensure_ascii=False, indent=2))
        else:
            placed = counted(made.score.placed, "rencontre placée", "rencontres placées")
            self.stdout.write("\n".join([*fault_lines(found), f"Annoncé : {placed} · {score_line(made.score)}"]))
        if found:
            raise CommandError("le planning a des fautes, dites au-dessus.", returncode=1)
