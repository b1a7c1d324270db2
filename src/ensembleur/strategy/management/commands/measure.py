"""`ensembleur measure`: take the measurements of a day, today or past, from what operations say of it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ensembleur.errors import BadInput
from ensembleur.logic.sentences import show_number
from ensembleur.strategy.management.commands.strategy import parse_day
from ensembleur.strategy.queries.content import held_strategies
from ensembleur.strategy.services.measuring import KINDS, Line, Taken, take_measurements

BY = "command:measure"
MARKS = {"added": "+", "same": "=", "differs": "≠", "held": "■", "not_measured": "·"}
COUNTED = {
    "added": ("ajoutée", "ajoutées"),
    "same": ("inchangée", "inchangées"),
    "differs": ("remplacée", "remplacées"),
    "held": ("laissée en l'état", "laissées en l'état"),
    "not_measured": ("non mesurée", "non mesurées"),
}


class Command(BaseCommand):
    """Measure, and say line by line what was added, unchanged, replaced or left alone."""

    help = "Measure the indicators of the strategies as of a day; doing it again adds nothing, or says why it differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day, the strategy, whether to write, the form of the answer."""
        parser.add_argument("--as-of", default=None, help="the day measured, YYYY-MM-DD, today or past; today when absent")
        parser.add_argument("--strategy", default="", metavar="SLUG", help="one strategy; all of them when absent")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_of: str | None, strategy: str, dry_run: bool, as_json: bool, **options: Any) -> None:
        """Measure, then print the lines and their counts, or one JSON object."""
        day = parse_day(as_of)
        if not held_strategies():
            raise BadInput("no_strategy", "Aucune stratégie n'est chargée : lancez « ensembleur load_strategy ».")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=not options["verbosity"]) as bar:
            task = bar.add_task("Indicateurs", total=None)
            taken = take_measurements(
                as_of=day,
                by=BY,
                now=timezone.now(),
                slug=strategy,
                dry_run=dry_run,
                on_done=lambda done, total: bar.update(task, completed=done, total=total),
            )
        self.stdout.write(json.dumps(as_data(taken), ensure_ascii=False, indent=2) if as_json else in_words(taken))


def as_data(taken: Taken) -> dict[str, Any]:
    """The stable contract of the command; values are text, so that no digit is lost."""
    return {
        "as_of": taken.as_of.isoformat(),
        "dry_run": taken.dry_run,
        "counts": taken.counts(),
        "lines": [
            {
                "strategy": line.strategy,
                "code": line.code,
                "what": line.what,
                "value": _text(line.value),
                "before": _text(line.before),
                "units": line.units,
                "overlap": line.overlap,
                "seen_since": line.seen_since.isoformat() if line.seen_since else None,
                "says": line.says,
            }
            for line in taken.lines
        ],
    }


def in_words(taken: Taken) -> str:
    """One line an indicator under the name of its strategy, then how many of each kind."""
    said: list[str] = []
    for place, line in enumerate(taken.lines):
        if place == 0 or taken.lines[place - 1].strategy != line.strategy:
            said.append(f"{line.strategy}, au {taken.as_of:%d/%m/%Y}")
        said.append(f"  {MARKS[line.what]} {line.code:<24} {_line(line)}".rstrip())
    counts = taken.counts()
    told = " · ".join(f"{counts[kind]} {COUNTED[kind][counts[kind] > 1]}" for kind in KINDS)
    return "\n".join([*said, f"{told}{' (essai : rien n’est écrit)' if taken.dry_run else ''}"])


def _line(line: Line) -> str:
    parts = [] if line.what == "not_measured" else ["inconnu" if line.value is None else show_number(line.value)]
    if line.units is not None:
        parts.append(f"{line.units} unité{'s' if line.units > 1 else ''}")
    if line.overlap:
        parts.append(f"{line.overlap} en double dans ses parties")
    if line.seen_since is not None:
        parts.append(f"vu depuis le {line.seen_since:%d/%m/%Y}")
    if line.says:
        parts.append(line.says)
    return " · ".join(parts)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
