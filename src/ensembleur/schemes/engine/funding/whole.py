"""From a solver's floating amounts to whole cents that respect every row exactly."""

from __future__ import annotations

import numpy as np

from ensembleur.schemes.engine.funding.rows import Span, Table

CLOSE = 0.05  # of a cent: nearer than that to a whole unit, it is that unit


def whole_cents(table: Table, values: np.ndarray | None) -> list[int] | None:
    """Cents by offer, rounded down then topped up as far as every row allows; None when the amounts break a rule."""
    if values is None:
        return None
    plan = [_rounded(float(value), span) for value, span in zip(values, table.spans, strict=True)]
    left = [row.limit - sum(plan[rank] for rank in row.members) for row in table.rows]
    of = rows_of(table)
    if any(plan[one] and plan[two] for one, two in table.pairs):
        return None
    for place, row in enumerate(table.rows):
        for rank in sorted(row.members, key=lambda rank: -plan[rank]):
            if left[place] >= 0:
                break
            span = table.spans[rank]
            if plan[rank] > span.low:
                give = min(plan[rank] - span.low, -(left[place] // span.unit) * span.unit)
                _move(plan, left, of, rank, -give)
    if any(room < 0 for room in left):
        return None
    for rank, span in enumerate(table.spans):
        if 0 < plan[rank] < span.high:
            most = min([span.high - plan[rank], *(left[place] for place in of[rank])])
            _move(plan, left, of, rank, max(0, most) // span.unit * span.unit)
    return plan


def rows_of(table: Table) -> list[list[int]]:
    """For each offer, the rows it weighs on."""
    found: list[list[int]] = [[] for _ in table.spans]
    for place, row in enumerate(table.rows):
        for rank in row.members:
            found[rank].append(place)
    return found


def _rounded(value: float, span: Span) -> int:
    """Down to a whole unit; what is nearly nothing is nothing, what is nearly the least is the least."""
    units = int(np.floor(value / span.unit + CLOSE))
    if units <= 0 or not span.high:
        return 0
    return max(span.low, min(span.high, units * span.unit)) if value >= span.low / 2 else 0


def _move(plan: list[int], left: list[int], of: list[list[int]], rank: int, cents: int) -> None:
    plan[rank] += cents
    for place in of[rank]:
        left[place] -= cents
