"""One engine at work in a process of its own: reads a problem on its input, writes what it proves on its output, a line at a time."""

from __future__ import annotations

import json
import math
import pickle
import resource
import signal
import sys
from typing import IO

from pysat.solvers import Solver

from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.proving.cores import grant
from ensembleur.meetings.engine.proving.encoding import encode

GRACE = 5  # seconds after which a process whose parent is gone ends by itself
MEMORY = 4 << 30  # bytes; above, the engine fails rather than the machine


def answer(problem: Problem, engine: str, told: IO[str]) -> None:
    """Write {"bound": n} at each number of breaks proved, then {"slots": …} with the best timetable, null when there is none."""

    def tell(**said: object) -> None:
        print(json.dumps(said), file=told, flush=True)

    encoding = encode(problem)
    with Solver(name=engine, bootstrap_with=encoding.formula.clauses) as solver:
        if grant(solver, encoding.formula, encoding.wishes, tell=lambda bound: tell(bound=bound)) is None:
            tell(slots=None)
            return
        true = frozenset(solver.get_model())
    tell(slots={name: next(slot for slot, literal in row.items() if literal in true) for name, row in encoding.where.items()})


def main(engine: str, seconds: str) -> None:
    """Answer the problem on the input, pickled by the parent."""
    signal.alarm(math.ceil(float(seconds)) + GRACE)  # whatever the engine is doing
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer(pickle.load(sys.stdin.buffer), engine, sys.stdout)  # noqa: S301  written by the parent


if __name__ == "__main__":
    main(*sys.argv[1:])
