"""The race: two engines, each in a process of its own; the first proof wins, and what either proved is kept whatever happens to them."""

from __future__ import annotations

import json
import os
import pickle
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Set
from contextlib import closing
from dataclasses import replace
from typing import Any

from ensembleur.errors import NoSolution
from ensembleur.meetings.engine.arrays import refuse_malformed
from ensembleur.meetings.engine.checking import FaultCode, faults
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan, Progress, Watch
from ensembleur.meetings.engine.problem import Problem

ENGINES = ("glucose4", "cadical153")  # each is several times slower than the other on some events
MOST_MEETINGS = 500  # above, nothing was seen proved in a reasonable time
LOOK_EVERY = 0.2  # seconds between two looks by the watch
CHILD = (sys.executable, "-m", "ensembleur.meetings.engine.proving.child")


def prove(problem: Problem, *, seconds: float, start: Plan, watch: Watch | None = None) -> Plan:
    """The fewest breaks, every meeting that `start` placed being placed; or `start`, with the number of breaks proved in that time.

    `bound` is proved for the rules as they are, fairness included; `engine` says in French what was proved, and by which engine. Places
    are kept only with the slots of `start`. Raises NoSolution when no timetable places these meetings within the rules: it is proved.
    """
    refuse_malformed(problem)
    began = time.monotonic()
    start = replace(start, score=score(problem, start.slots, start.places), bound=None, optimal=False)
    asked = _only(problem, start)
    broken = {fault.code for fault in faults(asked, replace(start, unplaced=(), places={}, score=score(asked, start.slots)))}
    enough = len(asked.meetings) * problem.slot_count if broken else start.score.breaks
    if not enough:
        return _told(replace(start, bound=0, optimal=True), began, "aucune pause : optimal")
    if len(asked.meetings) > MOST_MEETINGS:
        return _told(start, began, f"rien de prouvé : plus de {MOST_MEETINGS} rencontres")
    with closing(_Race()) as race:
        race.start(asked, seconds)
        while race.running and not race.won and race.bound < enough and (spent := time.monotonic() - began) < seconds:
            race.listen(min(LOOK_EVERY, seconds - spent))
            if watch is not None and not watch(Progress(min(spent / seconds, 1.0), start.score, "proving")):
                break
        lost = not race.running
    if race.won and race.slots is None:
        raise _no_solution(problem, len(asked.meetings), broken)
    if race.bound == enough:
        return _told(replace(start, bound=enough, optimal=True), began, f"{race.engine} : optimal")
    if race.slots is not None:
        found = replace(start, slots=race.slots, places={}, score=score(problem, race.slots), bound=race.bound, optimal=True)
        return _told(found, began, f"{race.engine} : optimal")
    bound = min(race.bound, start.score.breaks)  # a start against the rules may have fewer breaks than any timetable within them
    proved = f"{race.engine} : au moins {bound} pause{'s' * (bound > 1)}" if bound else "rien de prouvé"
    return _told(replace(start, bound=bound), began, f"{proved}, les deux moteurs se sont arrêtés" if lost else proved)


def _only(problem: Problem, start: Plan) -> Problem:
    """The problem of the meetings that are placed."""
    gaps = tuple(one for one in problem.gaps if one.first in start.slots and one.second in start.slots)
    return replace(problem, meetings=tuple(one for one in problem.meetings if one.id in start.slots), gaps=gaps)


def _told(plan: Plan, began: float, proved: str) -> Plan:
    engine = f"{plan.engine} ; {proved}" if plan.engine else proved
    return replace(plan, seconds=plan.seconds + time.monotonic() - began, engine=engine)


def _no_solution(problem: Problem, count: int, broken: Set[FaultCode]) -> NoSolution:
    most = problem.rules.fair_difference
    if broken == {FaultCode.FAIRNESS}:
        return NoSolution(
            "unfair",
            f"Aucun planning de ces {count} rencontres ne tient un écart de {most} au plus entre les nombres de pauses des participants : "
            "acceptez un écart plus grand.",
        )
    return NoSolution(
        "impossible",
        f"Aucun planning ne place ces {count} rencontres sans enfreindre une règle : retirez une rencontre, ou une règle.",
    )


class _Race:
    """bound : breaks that no timetable avoids.   won : an engine has answered.   slots : the best timetable, None when there is none.

    engine : who said the last of these.   running : the processes still at work.
    """

    def __init__(self) -> None:
        self.bound, self.engine, self.won = 0, "", False
        self.slots: dict[str, int] | None = None
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._unfinished = dict.fromkeys(ENGINES, b"")
        self._selector = selectors.DefaultSelector()

    def start(self, problem: Problem, seconds: float) -> None:
        """Give the problem to each engine, in a session of its own: an interruption at the keyboard is for the parent, who stops both."""
        for engine in ENGINES:
            with tempfile.TemporaryFile() as asked:
                pickle.dump(problem, asked)
                asked.seek(0)
                self.running[engine] = process = subprocess.Popen(  # noqa: S603  our own
                    [*CHILD, engine, str(seconds)],
                    stdin=asked,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            assert process.stdout is not None
            self._selector.register(process.stdout, selectors.EVENT_READ, engine)

    def listen(self, seconds: float) -> None:
        """Wait for what is said, at most so long. A proof ends the race; an engine that dies leaves it."""
        for key, _ in self._selector.select(seconds):
            engine = key.data
            said = os.read(key.fd, 1 << 16)
            *lines, self._unfinished[engine] = (self._unfinished[engine] + said).split(b"\n")
            for line in lines:
                self._hear(engine, json.loads(line))
            if not said:
                self._selector.unregister(key.fileobj)
                _end(self.running.pop(engine))

    def _hear(self, engine: str, said: dict[str, Any]) -> None:
        match said:
            case {"bound": int(bound)} if bound > self.bound:
                self.bound, self.engine = bound, engine
            case {"slots": slots}:
                self.slots, self.engine, self.won = slots, engine, True

    def close(self) -> None:
        """Kill who still runs, and wait for their end."""
        while self.running:
            _end(self.running.popitem()[1])
        self._selector.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with process:
        pass
