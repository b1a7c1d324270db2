"""From a problem to a timetable: place, improve while there is time, prove if asked, seat."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from ensembleur.errors import NoSolution
from ensembleur.meetings.engine.bounding import fewest_breaks
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.improving import improve
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.plan import Plan, Progress, Watch
from ensembleur.meetings.engine.problem import Problem

BEFORE_PROOF_SHARE, BEFORE_PROOF_SECONDS = 0.2, 5.0  # a proof starts from a good timetable, then has the rest of the time
ENGINE = "échanges en chaîne"


def solve(
    problem: Problem,
    *,
    seconds: float = 5.0,
    seed: int = 0,
    exact: bool = False,
    iterations: int | None = None,
    watch: Watch | None = None,
    start: Mapping[str, int] | None = None,
    seated: bool = True,
) -> Plan:
    """The best timetable found in that time; every meeting without slot says why.

    exact : prove that no timetable has fewer breaks, or how few it could have; for events up to a few hundred meetings.
    iterations : improve by so many tries rather than for some time: the same timetable on any machine.
    start : {meeting: slot} to begin with.   seated : give each meeting its place too.
    bound counts every break, those that nothing can spare included; it is None when nothing is proved, the rule for a large event.
    Raises BadInput when the problem is malformed.
    """
    began = time.perf_counter()
    told = _Told(watch)
    plan = replace(place(problem, seed=seed, start=start), engine=ENGINE)
    first = time.perf_counter() - began
    told.share, told.span = 0.0, BEFORE_PROOF_SHARE if exact else 1.0
    if told(Progress(0.0, score(problem, plan.slots), "placing")):
        most = min(seconds * BEFORE_PROOF_SHARE, BEFORE_PROOF_SECONDS) if exact else seconds
        left = None if iterations is not None else max(most - first, 0.0)
        plan = improve(problem, plan, seconds=left, iterations=iterations, seed=seed, watch=watch and told)
    plan = _bounded(problem, plan)
    if exact and not plan.optimal and not told.stopped:
        told.share, told.span = told.span, 1.0 - told.span
        plan = _proved(problem, plan, max(seconds - (time.perf_counter() - began), 0.0), watch and told)
    if seated:
        from ensembleur.meetings.engine.seating import seat

        plan = seat(problem, plan)
    return replace(plan, seconds=time.perf_counter() - began, first_valid_seconds=first, seed=seed)


class _Told:
    """A watch over several works: each has its `span` of the time, after the `share` that is gone; remembers that it asked to stop."""

    def __init__(self, watch: Watch | None) -> None:
        self.watch, self.stopped = watch, False
        self.share, self.span = 0.0, 1.0

    def __call__(self, progress: Progress) -> bool:
        if self.watch is not None and not self.stopped:
            self.stopped = not self.watch(replace(progress, share=self.share + self.span * progress.share))
        return not self.stopped


def _bounded(problem: Problem, plan: Plan) -> Plan:
    """The plan with what each agenda alone proves of its breaks."""
    fewest, counted = fewest_breaks(problem, plan.slots), score(problem, plan.slots)
    optimal = fewest == counted.breaks
    return replace(plan, score=counted, bound=fewest if fewest or optimal else None, optimal=optimal)


def _proved(problem: Problem, plan: Plan, seconds: float, watch: Watch | None) -> Plan:
    """The plan proved, or a better one; as it was when it is proved that no timetable respects fairness, which is said."""
    from ensembleur.meetings.engine.proving import prove

    try:
        proved = prove(problem, seconds=seconds, start=plan, watch=watch)
    except NoSolution as told:
        return replace(plan, engine=f"{plan.engine} ; {told.sentence}")
    known = [bound for bound in (plan.bound, proved.bound) if bound is not None]
    bound = max(known, default=None)
    return replace(proved, bound=bound, optimal=bound == proved.score.breaks)
