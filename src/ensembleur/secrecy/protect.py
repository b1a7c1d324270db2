"""The gateway of every published aggregate: hides what is secret, and the fewest other cells that keep it so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ensembleur.secrecy.audit import audit
from ensembleur.secrecy.demands import Cut, Demand, cuts, demands
from ensembleur.secrecy.network import Network, network_of
from ensembleur.secrecy.published import Published, Released
from ensembleur.secrecy.rules import Reason, floor, primary, told
from ensembleur.secrecy.tables import TOTAL, Key, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDS = 10  # beyond, the answer is safe and may hide a cell too many
NODES = 25  # of the solver's search, a round
GAP = 0.005  # of the cost: less than a cell
ROUNDING = 1e-6  # of the solver's bound


@dataclass(frozen=True)
class Protection:
    """How a table was protected. is_proved : no choice hides fewer cells."""

    published: Published
    is_proved: bool


def protect(table: Table, *, also: Collection[Key] = ()) -> Published:
    """The table as it may be published: secret cells hidden, and the fewest others, the smallest first; safe for `audit`.

    also : cells to treat as held by too few, whatever they hold, such as those that one newcomer moved since the last release.
    """
    return protection(table, also=also).published


def protection(table: Table, *, also: Collection[Key] = ()) -> Protection:
    """The same, with whether the choice is proved the best.

    The hidden cells are found by cuts: hide what the cuts known so far ask for at least cost, look for a secret cell that
    still cannot move enough, add the cut that says which cells could help, start again. The grand total costs more than
    all other cells together, so that it goes last.
    """
    secret = {**{key: Reason.FEW for key in also if table.cells[key].units}, **primary(table)}
    if not secret:
        return Protection(_release(table, {}), True)
    values = _whole(table)
    roads = network_of(table, values, {key: _floor(table, secret.get(key, Reason.SECONDARY)) for key in table.cells})
    fixed = {*secret, *(road for road in roads.roads if road not in table.cells)}
    search = _Search(roads, demands(table, secret, values), fixed, _costs(table, secret, values))
    chosen, is_proved = search.run()
    published = _release(table, {**secret, **dict.fromkeys(chosen, Reason.SECONDARY)})
    settled = _settled(table, published, search.costs) if table.overlapping else published
    return Protection(settled, is_proved and settled is published)


class _Search:
    """The choice of the cells hidden beside the secret ones. costs : of each cell that may be chosen."""

    def __init__(self, network: Network, asked: Sequence[Demand], fixed: Collection[Key], costs: Mapping[Key, float]) -> None:
        self.network, self.asked, self.fixed, self.costs = network, asked, fixed, costs

    def run(self) -> tuple[set[Key], bool]:
        """The chosen cells, and whether no choice takes fewer."""
        chosen: set[Key] = set()
        best: set[Key] | None = None
        known: list[Cut] = []
        bound = 0.0
        for _ in range(ROUNDS):
            full, lacking = self._completed(chosen)
            if best is None or self._cost(full) < self._cost(best):
                best = full
            if not lacking or self._is_proved(best, bound):
                break
            known += lacking
            chosen, least = cheapest(self.costs, known)
            bound = max(bound, least)
        best = self._without_excess(best or set())
        return best, self._is_proved(best, bound)

    def _is_proved(self, chosen: Collection[Key], bound: float) -> bool:
        return int(self._cost(chosen)) <= int(bound + ROUNDING)

    def _cost(self, chosen: Collection[Key]) -> float:
        return sum(self.costs[key] for key in chosen)

    def _lacking(self, chosen: Collection[Key]) -> list[Cut]:
        return list(cuts(self.network, self.asked, {*self.fixed, *chosen}, self.fixed))

    def _completed(self, chosen: set[Key]) -> tuple[set[Key], list[Cut]]:
        """With one cell more for each thing lacking, the one that brings most for its cost, until nothing is; and all that was lacking.

        It ends: when everything is hidden, nothing is lacking.
        """
        full, met = set(chosen), list[Cut]()
        while lacking := self._lacking(full):
            met += lacking
            added: set[Key] = set()
            for cut in lacking:
                if added.isdisjoint(cut.weights):
                    helping = [key for key in cut.weights if key not in full]
                    added.add(min(helping, key=lambda key: (self.costs[key] / min(cut.weights[key], cut.need), key)))
            full |= added
        return full, met

    def _without_excess(self, chosen: set[Key]) -> set[Key]:
        """Show again, the dearest first, whatever is not needed: what is hidden then really protects something."""
        for key in sorted(chosen, key=lambda key: (-self.costs[key], key)):
            if not self._lacking(chosen - {key}):
                chosen = chosen - {key}
        return chosen


def _settled(table: Table, published: Published, costs: Mapping[Key, float]) -> Published:
    """The table with one cell more for each that the audit still finds, on one of its lines first.

    The network does not say that a total is at least each of the parts that overlap. With everything hidden, all may be doubled.
    """
    while faults := audit(published):
        shown = [key for key in costs if published.cells[key].reason is None]
        near = [key for key in shown if any(mine == its for mine, its in zip(key, faults[0].key, strict=True))]
        worst = min(near or shown, key=lambda key: (costs[key], key))
        hidden = {**published.hidden, worst: Reason.SECONDARY}
        published = _release(table, hidden)
    return published


def cheapest(costs: Mapping[Key, float], asked: Sequence[Cut]) -> tuple[set[Key], float]:
    """The cells of least cost that answer every cut, as far as the solver searched, and what no choice costs less than."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp  # half a second to import: only who publishes waits
    from scipy.sparse import lil_array

    places = {key: place for place, key in enumerate(costs)}
    rows = lil_array((len(asked), len(places)))
    for row, cut in enumerate(asked):
        for key, weight in cut.weights.items():
            rows[row, places[key]] = min(weight / cut.need, 1.0)
    answer = milp(
        np.array(list(costs.values())),
        constraints=LinearConstraint(rows.tocsr(), lb=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(places)),
        options={"mip_rel_gap": GAP, "node_limit": NODES, "presolve": False},
    )
    picked: NDArray[np.float64] = np.ones(len(places)) if answer.x is None else answer.x
    return {key for key, place in places.items() if picked[place] > 0.5}, float(answer.mip_dual_bound or 0)


def _whole(table: Table) -> dict[Key, int]:
    """The values in their smallest unit: cents when there are cents."""
    places = max(0, *(-int(cell.value.as_tuple().exponent) for cell in table.cells.values()))
    return {key: int(cell.value.scaleb(places)) for key, cell in table.cells.items()}


def _floor(table: Table, reason: Reason) -> int:
    return floor(told(reason, table.variable), table.variable, table.holder)


def _costs(table: Table, secret: Collection[Key], values: Mapping[Key, int]) -> dict[Key, float]:
    """One for a cell, less than one for all the values together, more than everything for the grand total. Empty cells are shown."""
    scale = 2 * sum(values.values()) or 1
    costs = {key: 1 + values[key] / scale for key, cell in table.cells.items() if cell.units and key not in secret}
    if (TOTAL, TOTAL) in costs:
        costs[TOTAL, TOTAL] += len(table.cells)
    return costs


def _release(table: Table, hidden: Mapping[Key, Reason]) -> Published:
    cells = {
        key: Released(None, told(hidden[key], table.variable)) if key in hidden else Released(Decimal(cell.value))
        for key, cell in table.cells.items()
    }
    return Published(table.rows, table.columns, cells, table.variable, table.holder, table.overlapping)
