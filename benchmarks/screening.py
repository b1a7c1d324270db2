"""The whole catalogue for 45,000 establishments at once, and one establishment with every reason; openfisca-core beside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from benchmarks._openfisca_rules import Peer
from benchmarks._population import AS_OF, ESTABLISHMENTS, population, register
from benchmarks.results import table, write_section
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.schemes.engine.question import next_question
from ensembleur.schemes.engine.screening import NOT_OPEN, screen_wide
from ensembleur.schemes.engine.verdict import advise
from ensembleur.sources import Evidence

RUNS = 15


@dataclass(frozen=True)
class Timing:
    """Seconds of the runs: the best and the median by the clock, and the least of processor time over all cores."""

    best: float
    middle: float
    processor: float


def timed(work: Callable[[Any], Any], prepare: Callable[[], Any] = lambda: None) -> Timing:
    """Runs the work several times, each on what `prepare` gives, the preparation left out."""
    clock, processor = [], []
    for _ in range(RUNS):
        ready = prepare()
        started, used = time.perf_counter(), time.process_time()
        work(ready)
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return Timing(min(clock), median(clock), min(processor))


def line(label: str, timing: Timing, schemes: int, judged: int) -> list[str]:
    """One row of the table."""
    rates = [
        f"{ESTABLISHMENTS * count / seconds / 1e6:.0f}"
        for count, seconds in ((schemes, timing.best), (judged, timing.best), (judged, timing.processor))
    ]
    return [label, str(schemes), *(f"{seconds * 1000:.0f}" for seconds in (timing.best, timing.middle, timing.processor)), *rates]


def disagreements(ours: pl.DataFrame, theirs: dict[str, np.ndarray]) -> int:
    """Sure answers of ours that the peer contradicts."""
    found = 0
    for name in ours.columns[1:]:
        other = theirs.get(f"scheme_{name.replace('-', '_')}")
        if other is not None:
            answers = ours[name].to_numpy()
            found += int((((answers == 2) & ~other) | ((answers == 0) & other)).sum())
    return found


def main() -> None:
    """Writes the section "screening"."""
    schemes = load_schemes()
    known = population()
    frames = {"every fact known": known, "register facts only": register(known)}
    peer = Peer(schemes, AS_OF, known)
    inputs = peer.columns(known)
    wide = screen_wide(schemes, known, as_of=AS_OF)
    wrong = disagreements(wide, peer.run(peer.simulation(inputs, len(known))))
    judged = sum(int((wide[name] != NOT_OPEN).any()) for name in wide.columns[1:])
    ours = {label: timed(lambda _, frame=frame: screen_wide(schemes, frame, as_of=AS_OF)) for label, frame in frames.items()}
    theirs = timed(peer.run, lambda: peer.simulation(inputs, len(known)))
    rows = [line(f"ours, {label}", timing, wide.width - 1, judged) for label, timing in ours.items()]
    rows.append(line("openfisca-core, every fact known, two-valued", theirs, len(peer.schemes), len(peer.schemes)))
    same = ours["every fact known"]
    facts = {
        "commune": Fact("95018", shown="Argenteuil (95)", evidence=Evidence.OBSERVED),
        "naf": Fact("25.62B", evidence=Evidence.OBSERVED),
        "created_on": Fact(date(1998, 5, 3), evidence=Evidence.OBSERVED),
        "headcount": Fact(Interval(20, 49), evidence=Evidence.OBSERVED),
        "turnover_eur": Fact(4_000_000, as_of=date(2026, 3, 12)),
    }
    verdicts = advise(schemes, facts, as_of=AS_OF)
    one = timed(lambda _: advise(schemes, facts, as_of=AS_OF))
    asked = timed(lambda _: next_question(schemes, facts, as_of=AS_OF, verdicts=verdicts))
    load = os.getloadavg()[0]
    body = "\n\n".join(
        (
            f"{ESTABLISHMENTS:,} establishments × {len(schemes)} schemes of the catalogue on {AS_OF}, {judged} of them open; best and median of {RUNS} "
            f"runs, the translation of the rules included on our side, inputs already set on the peer's, its codes numbered beforehand. Load of the machine at the end: {load:.1f}; "
            "processor time (all cores together) is the figure that load disturbs least.",
            table(
                [
                    "screen",
                    "schemes",
                    "best, ms",
                    "median, ms",
                    "processor, ms",
                    "M verdicts/s",
                    "same, open schemes only",
                    "same, per processor second",
                ],
                rows,
            ),
            f"Same rules, every fact known: {theirs.best / same.best:.1f} times the speed of openfisca-core by the clock and "
            f"{theirs.processor / same.processor:.1f} times by processor time, with three values instead of two. "
            f"Sure answers on which the two disagree: {wrong}.",
            f"One establishment, {len(verdicts)} schemes, {sum(len(verdict.reasons) for verdict in verdicts)} reasons in words (`advise`, target 15 ms): "
            f"best {one.best * 1000:.1f} ms, median {one.middle * 1000:.1f} ms, processor {one.processor * 1000:.1f} ms; "
            f"the next question after that: {asked.best * 1000:.1f} ms.",
        )
    )
    write_section("screening", "Screening: target 20 million verdicts a second", body)


if __name__ == "__main__":
    main()
