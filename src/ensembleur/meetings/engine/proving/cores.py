"""Spares as many breaks as can be, from below: each set of wishes that cannot all be granted raises by one what is proved.

Source: the OLL algorithm of Andres et al. (2012), as in RC2 of Ignatiev, Morgado and Marques-Silva (2019).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ensembleur.meetings.engine.proving.formula import Formula


def grant(solver: Any, formula: Formula, wishes: Sequence[int], *, tell: Callable[[int], None]) -> int | None:
    """How few of the wishes must be refused; the solver then holds a model that refuses no more. None when no model holds at all.

    solver : a pysat solver that holds the formula; clauses are added to both.   tell : called with each number proved.
    """
    refused = 0
    wanted = dict.fromkeys(wishes)
    sums: dict[int, list[int]] = {}  # {a wish that a sum stays low: the wishes that it stays at most one higher, and so on}
    while not solver.solve(assumptions=list(wanted)):
        core = _smaller(solver, solver.get_core() or [])
        if not core:
            return None
        refused += 1
        tell(refused)
        for one in core:
            del wanted[one]
            if higher := sums.pop(one, []):
                wanted[higher[0]] = None
                sums[higher[0]] = higher[1:]
        solver.add_clause([-one for one in core])
        known = len(formula.clauses)
        low = [-one for one in formula.counted([-one for one in core], len(core))[1:]]
        for clause in formula.clauses[known:]:
            solver.add_clause(clause)
        if low:
            wanted[low[0]] = None
            sums[low[0]] = low[1:]
    return refused


def _smaller(solver: Any, core: list[int]) -> list[int]:
    """The core again from itself, as long as it shrinks."""
    while core and not solver.solve(assumptions=core):
        found = solver.get_core() or []
        if len(found) >= len(core):
            break
        core = found
    return core
