"""Timetables proved the best: the published instances, beside CP-SAT as it comes and in the mode that suits it, in the same run."""

from __future__ import annotations

import csv
import os
import resource
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import _cpsat
from benchmarks.results import table, write_section
from ensembleur.errors import NoSolution
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.formats.dzn import read_dzn
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.proving import prove

REAL = Path(os.environ.get("ENSEMBLEUR_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "meetings"
SECONDS, PEER_SECONDS = 60, 25
NOWHERE = "—"


@dataclass(frozen=True)
class Ours:
    """said : the breaks, or that there is no timetable.   agrees : with what is published, the checker finding no fault."""

    said: str
    proved: bool
    agrees: bool
    seconds: float
    cpu_seconds: float
    engine: str


def ours(problem: Problem, published: str) -> Ours:
    """Place without improving, then prove; the time of both."""
    began, used = time.perf_counter(), _used()
    start = place(problem, seed=1)
    if start.unplaced:  # the question is about every meeting, even when our first timetable leaves some aside
        start = replace(start, slots={**dict.fromkeys((one.meeting for one in start.unplaced), 0), **start.slots}, unplaced=())
    try:
        plan = prove(problem, seconds=SECONDS, start=start)
    except NoSolution:
        said, proved, sound, engine = "infeasible", True, True, NOWHERE
    else:
        said, proved, sound = str(plan.score.breaks), plan.optimal, not faults(problem, plan)
        engine = plan.engine.split(" : ")[0]
    return Ours(said, proved, sound and said == published, time.perf_counter() - began, _used() - used, engine)


def _used() -> float:
    """Processor seconds of the processes that are over."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(found: _cpsat.Outcome) -> str:
    if found.proved:
        return f"proved, {found.seconds:.1f}"
    return f"{'no timetable' if found.breaks is None else found.breaks}, at least {found.bound}"


def originals(rows: list[dict[str, str]]) -> str:
    """The table of the instances as published, with both peers."""
    lines, kept = [], []
    for row in rows:
        problem = read_dzn((REAL / row["file"]).read_text(encoding="utf-8"))
        mine = ours(problem, row["recomputed_breaks_d2"])
        peers = [_cpsat.ask(problem, seconds=PEER_SECONDS, **how) for how in (_cpsat.DEFAULT, _cpsat.CORE)]
        kept.append((mine, *peers))
        print(row["file"], mine, *peers, flush=True)
        size = " / ".join(row[name] for name in ("participants", "meetings", "slots", "tables"))
        said = f"**{mine.said}**" if mine.proved else f"{mine.said}, not proved"
        figures = [f"{mine.seconds:.1f}", f"{mine.cpu_seconds:.1f}", mine.engine, *map(_told, peers)]
        lines.append([row["base"], size, row["recomputed_breaks_d2"], said, *figures])
    columns = list(zip(*kept, strict=True))
    counts = [f"{sum(one.proved for one in column)} of {len(rows)}" for column in columns]
    totals = [f"{sum(one.seconds for one in column):.0f} s" for column in columns]
    worst = [f"{max(one.seconds for one in column):.1f} s" for column in columns]
    names = ["ours, two processes", "CP-SAT, 2 workers", "CP-SAT, core mode, 1 worker"]
    wrong = sum(not mine.agrees for mine, *_ in kept)
    return "\n\n".join(
        (
            table(["", "proved", "total", "worst"], zip(names, counts, totals, worst, strict=True)),
            table(
                ["instance", "people / meetings / slots / tables", "published", "ours", "s", "CPU s", "first engine", *names[1:]],
                lines,
            ),
            f"Answers that differ from the published optimum, or in which the checker finds a fault: {wrong}.",
        )
    )


def variants(rows: list[dict[str, str]]) -> str:
    """The sentence of the instances with precedences."""
    found = [ours(read_dzn((REAL / row["file"]).read_text(encoding="utf-8")), row["recomputed_breaks_d2"]) for row in rows]
    for row, one in zip(rows, found, strict=True):
        print(row["file"], one, flush=True)
    return (
        f"With precedences (`prec15`): {sum(one.proved for one in found)} of {len(rows)} proved, "
        f"{sum(one.said == 'infeasible' for one in found)} of them to have no timetable; "
        f"{sum(one.seconds for one in found):.0f} s in all, {max(one.seconds for one in found):.1f} s the worst; "
        f"{sum(not one.agrees for one in found)} differ from the published answer."
    )


def main() -> None:
    """Writes the section "exact"; without the published instances, says so and leaves it as it is."""
    if not REAL.is_dir():
        print("exact : les instances publiées sont absentes (ENSEMBLEUR_REAL_DATA).", file=sys.stderr)
        return
    rows = list(csv.DictReader((REAL / "optima.csv").read_text(encoding="utf-8").splitlines()))
    said = (
        f"From a first timetable placed without improving, {SECONDS} s at most an instance, {PEER_SECONDS} s for CP-SAT; the rule of fairness of the published "
        "optima (two breaks of difference at most). CP-SAT has the same rules and the same implied constraints."
    )
    body = (
        said,
        originals([row for row in rows if row["variant"] == "original"]),
        variants([row for row in rows if row["variant"] == "prec15"]),
        f"Load of the machine at the end {os.getloadavg()[0]:.1f}.",
    )
    write_section("exact", "Proved timetables: target 20 of 20, each within 60 s on two cores", "\n\n".join(body))


if __name__ == "__main__":
    main()
