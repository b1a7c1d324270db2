"""`ensembleur timetable FILE`: make the timetable of a file, improve it until the time is over, and say what is proved of it."""

from __future__ import annotations

import contextlib
import json
import signal
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.checking import Fault, faults
from ensembleur.meetings.engine.plan import Plan, Progress, WhyNot
from ensembleur.meetings.management.commands._files import (
    check_writable,
    counted,
    fault_lines,
    listed,
    plain,
    problem_in,
    score_line,
    write,
)

MOST_SECONDS = 86_400
MOST_SEED = 2**31 - 1
DOING = {"placing": "placement ·", "improving": "amélioration ·", "proving": "preuve ·"}
WHY = {
    WhyNot.NO_COMMON_SLOT: "jamais libres ensemble",
    WhyNot.FULL_AGENDA: "agenda plein",
    WhyNot.NO_TABLE: "plus de table aux créneaux possibles",
    WhyNot.PAUSE: "prendrait une pause demandée",
    WhyNot.GAP: "trop près d'une autre rencontre, ou dans le mauvais ordre",
    WhyNot.LOCKED: "seules des rencontres verrouillées feraient de la place",
    WhyNot.NOT_FOUND: "aucun enchaînement trouvé, sans preuve qu'il n'y en a pas",
}


class Command(BaseCommand):
    """Make a timetable."""

    help = "Make the timetable of a .json or .dzn file: what is placed, what is not and why, and what is proved of it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, how long, and the form of the answer."""
        parser.add_argument("file", type=Path, help="a .json file, see docs/timetable-format.md, or an academic .dzn file")
        parser.add_argument("--seconds", type=float, default=10.0, help="how long to improve; the best of then is kept")
        parser.add_argument("--exact", action="store_true", help="prove the fewest breaks: up to about 300 meetings")
        parser.add_argument("--seed", type=int, default=0, help="the same seed, the same timetable")
        parser.add_argument("--out", type=Path, default=None, metavar="PLAN.json", help="where to write the timetable")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self, *, file: Path, seconds: float, exact: bool, seed: int, out: Path | None, as_json: bool, **options: Any
    ) -> None:
        """Print the figures; leave with code 1 when the checker finds a fault. Interrupted, it keeps the best of then."""
        if not 0 < seconds <= MOST_SECONDS:
            raise BadInput(
                "seconds", f"--seconds {seconds} : donnez une durée de plus de 0 et d'au plus {MOST_SECONDS} secondes."
            )
        if not 0 <= seed <= MOST_SEED:
            raise BadInput("seed", f"--seed {seed} : donnez un nombre de 0 à {MOST_SEED}.")
        check_writable(out)
        problem = problem_in(file)
        from ensembleur.meetings.engine.solving import solve  # compiled code, which a wrong file or --help does without

        with watching(quiet=as_json or not options["verbosity"]) as watch:
            plan = solve(problem, seconds=seconds, seed=seed, exact=exact, watch=watch)
        found = faults(problem, plan)
        write(plan, out)
        self.stdout.write(json.dumps(as_data(plan, found), ensure_ascii=False, indent=2) if as_json else told(plan, found))
        if found:
            raise CommandError("le planning a des fautes, dites au-dessus.", returncode=1)


@contextlib.contextmanager
def watching(*, quiet: bool) -> Iterator[Callable[[Progress], bool]]:
    """A progress bar on standard error, and a computation that an interruption stops with its best timetable."""
    stops: list[int] = []

    def stop(number: int, frame: object) -> None:
        stops.append(number)
        signal.signal(number, before[number])  # a second one does not wait

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.description}", markup=False))
    try:
        with Bar(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
            task = bar.add_task("", total=1.0)

            def watch(now: Progress) -> bool:
                stands = f"{now.score.placed} placées, {now.score.breaks} pauses"
                bar.update(task, completed=now.share, description=f"{DOING.get(now.doing, '')} {stands}")
                return not stops

            yield watch
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def as_data(plan: Plan, found: list[Fault]) -> dict[str, Any]:
    """The stable contract of the command."""
    score = plan.score
    return {
        "placed": score.placed,
        "unplaced": plain(plan.unplaced),
        "breaks": score.breaks,
        "idle_slots": score.idle_slots,
        "max_breaks": score.max_breaks,
        "bound": plan.bound,
        "optimal": plan.optimal,
        "seconds": round(plan.seconds, 3),
        "first_valid_seconds": None if plan.first_valid_seconds is None else round(plan.first_valid_seconds, 3),
        "faults": plain(found),
    }


def told(plan: Plan, found: list[Fault]) -> str:
    """The same for a reader."""
    without = len(plan.unplaced)
    lines = [
        f"{counted(plan.score.placed, 'rencontre placée', 'rencontres placées')}"
        f" · {without or 'aucune'} sans créneau · {plan.seconds:.1f} s".replace(".", ","),
        score_line(plan.score),
        proof(plan),
    ]
    if plan.unplaced:
        lines.append("Sans créneau :")
        lines += listed([f"{one.meeting} : {WHY[one.why]}{_named(one.who)}" for one in plan.unplaced])
    return "\n".join([*lines, *fault_lines(found)])


def proof(plan: Plan) -> str:
    """What is proved of the breaks, in one sentence."""
    if plan.optimal:
        return "Prouvé : aucun planning de ces rencontres n'a moins de pauses."
    if plan.bound:
        return f"Prouvé : aucun planning de ces rencontres n'a moins de {counted(plan.bound, 'pause', 'pauses')}."
    return "Rien n'est prouvé : un meilleur planning existe peut-être."


def _named(who: tuple[str, ...]) -> str:
    return f" ({', '.join(who[:3])}{'…' if len(who) > 3 else ''})" if who else ""
