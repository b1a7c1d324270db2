"""Tables drawn by a seed: a few large companies, many small ones, rows and columns of unequal weight."""

from __future__ import annotations

import random
from decimal import Decimal

from ensembleur.secrecy.tables import TOTAL, Contribution, Holder, Table, Variable, tabulate


def contributions(
    seed: int, *, rows: int, columns: int, units: int, variable: Variable, twice: float = 0
) -> tuple[list[Contribution], list[str], list[str]]:
    """What each unit brings, and the names of the rows and columns. twice : the part of units that stand in two cells."""
    chance = random.Random(seed)
    names = [f"r{place}" for place in range(rows)], [f"c{place}" for place in range(columns)]
    weights = [[chance.paretovariate(1) for _ in side] for side in names]
    brought = []
    for unit in range(units):
        for _ in range(1 + (chance.random() < twice)):
            row = chance.choices(names[0], weights[0])[0]
            column = chance.choices(names[1], weights[1])[0] if columns else TOTAL
            value = Decimal(round(chance.lognormvariate(11, 1.2))) if variable is Variable.AMOUNT else Decimal(1)
            brought.append(Contribution(str(unit), row, column, value))
    return brought, *names


def drawn(
    seed: int,
    *,
    rows: int = 8,
    columns: int = 10,
    units: int = 302,
    variable: Variable = Variable.AMOUNT,
    holder: Holder = Holder.COMPANY,
    twice: float = 0,
) -> Table:
    """A table of that size."""
    brought, *names = contributions(seed, rows=rows, columns=columns, units=units, variable=variable, twice=twice)
    return tabulate(brought, rows=names[0], columns=names[1], variable=variable, holder=holder)
