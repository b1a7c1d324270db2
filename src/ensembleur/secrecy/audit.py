"""Tries to undo a released table, by linear programming, from what is printed alone; knows nothing of how it was protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, inf

import numpy as np

from ensembleur.errors import BadInput
from ensembleur.secrecy.published import Published
from ensembleur.secrecy.rules import PROTECTION, Reason, floor
from ensembleur.secrecy.tables import Axis, Key, Variable, lines

SAME = 1e-6  # two values closer than this part of the larger are one


@dataclass(frozen=True)
class Fault:
    """A hidden cell that a reader can compute, or nearly: it lies between `low` and `high` (inf when nothing bounds it)."""

    key: Key
    reason: Reason
    low: float
    high: float


def audit(published: Published, *, knowing: Mapping[Key, Decimal] | None = None) -> list[Fault]:
    """The hidden cells that a reader can compute; an empty list for a safe table.

    A reader knows the printed cells, the sums, that nothing is negative and that empty cells are printed, the rules and the
    class of reason of each hidden cell. A secret cell is at fault when its bounds are closer than 10 % of the higher one, or,
    for a count, leave one whole number only; a secondary one, when it is known exactly: it then protects nothing.
    knowing : the values of cells that one reader knows besides, such as the only company of a hidden cell.
    Raises BadInput when the printed figures contradict each other.
    """
    return [Fault(key, published.cells[key].reason or Reason.SECONDARY, *bounds) for key, bounds in _narrow(published, knowing)]


def intervals(published: Published, *, knowing: Mapping[Key, Decimal] | None = None) -> dict[Key, tuple[float, float]]:
    """The least and the greatest value of each hidden cell, as a reader can bound them; inf when nothing bounds it."""
    reader = _Reader(published, knowing or {})
    return {key: (reader.bound(place, 1)[0], reader.bound(place, -1)[0]) for place, key in enumerate(reader.keys)}


def _narrow(published: Published, knowing: Mapping[Key, Decimal] | None) -> list[tuple[Key, tuple[float, float]]]:
    """Each solution found is shown to every cell: most have room enough long before their own bounds are asked for."""
    reader = _Reader(published, knowing or {})
    low, high = np.full(len(reader.keys), inf), np.full(len(reader.keys), -inf)
    found = []
    for place, key in enumerate(reader.keys):
        for way in (1, -1):
            if reader.has_room(place, low[place], high[place]):
                break
            bound, point = reader.bound(place, way)
            low, high = np.fmin(low, point), np.fmax(high, point)
            if way > 0:
                low[place] = bound
            else:
                high[place] = bound
        if not reader.has_room(place, low[place], high[place]):
            found.append((key, (float(low[place]), float(high[place]))))
    return found


class _Reader:
    """What a reader can write down: one unknown for each hidden cell, one equation or two bounds for each sum."""

    def __init__(self, published: Published, knowing: Mapping[Key, Decimal]) -> None:
        self.published = published
        self.keys = [key for key, cell in published.cells.items() if cell.value is None and key not in knowing]
        known = {key: float(cell.value) for key, cell in published.cells.items() if cell.value is not None}
        known |= {key: float(value) for key, value in knowing.items()}
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.floors = [self._floor(published.cells[key].reason or Reason.SECONDARY) for key in self.keys]
        self.equal: list[tuple[list[float], float]] = []
        self.at_most: list[tuple[list[float], float]] = []
        for line in lines(published.rows, published.columns):
            self._write(line.axis, {**dict.fromkeys(line.parts, 1), line.total: -1}, known)
            if line.axis in published.overlapping:
                for part in line.parts:
                    self._add(self.at_most, {part: 1, line.total: -1}, known)

    def _floor(self, reason: Reason) -> int:
        return floor(reason, self.published.variable, self.published.holder)

    def _write(self, axis: Axis, signs: Mapping[Key, int], known: Mapping[Key, float]) -> None:
        """The parts make the total, or at least the total when somebody may be counted in several of them."""
        if axis in self.published.overlapping:
            self._add(self.at_most, {key: -sign for key, sign in signs.items()}, known)
        else:
            self._add(self.equal, signs, known)

    def _add(self, rows: list[tuple[list[float], float]], signs: Mapping[Key, int], known: Mapping[Key, float]) -> None:
        row, rest = [0.0] * len(self.keys), 0.0
        for key, sign in signs.items():
            if key in self.places:
                row[self.places[key]] = sign
            else:
                rest -= sign * known[key]
        if any(row):
            rows.append((row, rest))

    def bound(self, place: int, way: int) -> tuple[float, np.ndarray]:
        """The least (way 1) or greatest (way -1) value of this cell, and a solution that reaches it."""
        from scipy.optimize import linprog  # half a second to import: only who publishes waits

        goal = np.zeros(len(self.keys))
        goal[place] = way
        sides: dict[str, list[list[float]] | list[float]] = {}
        for name, rows in (("eq", self.equal), ("ub", self.at_most)):
            if rows:
                sides |= {f"A_{name}": [row for row, _ in rows], f"b_{name}": [rest for _, rest in rows]}
        answer = linprog(goal, bounds=[(least, None) for least in self.floors], method="highs", **sides)
        if answer.x is None and way > 0:  # a least value always exists
            raise BadInput(
                "table_contradicts", "Les chiffres publiés se contredisent : aucune valeur des cases cachées ne donne ces totaux."
            )
        if answer.x is None:
            return inf, np.full(len(self.keys), np.nan)
        return float(answer.x[place]), answer.x

    def has_room(self, place: int, low: float, high: float) -> bool:
        """Whether these bounds leave enough to guess; wider ones leave at least as much."""
        if low > high:
            return False
        reason, variable = self.published.cells[self.keys[place]].reason, self.published.variable
        if variable is Variable.AMOUNT:
            is_one = high - low < SAME * max(1.0, high)
        else:
            is_one = high < inf and int(high + SAME) <= ceil(low - SAME)
        if is_one:
            return False
        if reason is Reason.SECONDARY or variable is Variable.UNITS or high == inf:
            return True
        return low <= (1 - float(PROTECTION)) * high * (1 + SAME)
