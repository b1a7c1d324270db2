"""The best set of pairs under everybody's caps: min-cost flow between two sides, an integer programme among all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from ensembleur.meetings.engine.wishes import Pair

FIRST = 3  # meetings nobody small should be without, when it can be helped
NEXT = (3, 2, 1)  # what the meetings after those are worth besides their weight
MOST_NODES = 500  # of the integer programme's search; a number of nodes, unlike a time, always ends at the same answer


@dataclass(frozen=True)
class Market:
    """What may be chosen, and how much of it.

    caps : {party: its meetings at most}.   people : {party with several representatives: {person: their meetings at most}}.
    small : the parties whose first meetings count more.   capacity : meetings in all, at most.
    """

    pairs: Sequence[Pair]
    caps: Mapping[str, int]
    people: Mapping[str, Mapping[str, int]]
    small: frozenset[str] = frozenset()
    capacity: int = 0

    @cached_property
    def bonus(self) -> tuple[int, ...]:
        """What the first meetings of a small party are worth besides their weight, decreasing.

        The very first outweigh all that a chain of exchanges through every person could lose: no weight is ever preferred to them.
        """
        much = 10 * (len(self.caps) + sum(len(several) for several in self.people.values()))
        return (*(much * rank for rank in range(FIRST, 0, -1)), *NEXT)

    def steps(self, party: str) -> tuple[int, ...]:
        """The bonus of each meeting that a party can have; () when it has none."""
        return self.bonus[: self.caps[party]] if party in self.small else ()

    def worth(self, chosen: Collection[int]) -> int:
        """The objective: the weights of these pairs, by rank, and the bonus of everybody's first meetings."""
        kept = [self.pairs[rank] for rank in chosen]
        load = meetings_of(kept)
        return sum(pair.weight for pair in kept) + sum(sum(self.steps(name)[: load[name]]) for name in self.small)


def meetings_of(pairs: Collection[Pair]) -> Counter[str]:
    """How many of these pairs each party is in."""
    found = Counter(map(itemgetter(0), pairs))
    found.update(map(itemgetter(1), pairs))
    return found


@dataclass
class _Arcs:
    """A network being drawn: nodes are numbers, an arc is (tail, head, capacity, cost)."""

    nodes: int = 0
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1


def by_flow(market: Market) -> list[int]:
    """The ranks of the pairs of the best choice, when every `first` is on one side and every `second` on the other. Exact.

    Source → gate (all places) → parties → their people → pair → people → parties → sink; what is not used goes straight to the sink.
    """
    arcs = _Arcs()
    source, gate, sink = arcs.node(), arcs.node(), arcs.node()
    arcs.lines += [(source, gate, market.capacity, 0), (source, sink, market.capacity, 0)]
    seconds = {pair.second for pair in market.pairs}
    parties, people = {}, {}
    for party, most in market.caps.items():
        node = parties[party] = arcs.node()
        one, other = (node, sink) if party in seconds else (gate, node)
        steps = market.steps(party)
        arcs.lines += [(one, other, 1, -step) for step in steps]
        arcs.lines.append((one, other, most - len(steps), 0))
        for person, most_of in market.people.get(party, {}).items():
            human = people[person] = arcs.node()
            arcs.lines.append((human, node, most_of, 0) if party in seconds else (node, human, most_of, 0))
    tails, heads = [parties[pair.first] for pair in market.pairs], [parties[pair.second] for pair in market.pairs]
    for rank, pair in enumerate(market.pairs if market.people else ()):
        if pair.first in market.people:
            tails[rank] = arcs.node()
            arcs.lines += [(people[person], tails[rank], 1, 0) for person in pair.people[0]]
        if pair.second in market.people:
            heads[rank] = arcs.node()
            arcs.lines += [(heads[rank], people[person], 1, 0) for person in pair.people[1]]
    count = len(market.pairs)
    meetings = np.array([tails, heads, [1] * count, [-pair.weight for pair in market.pairs]], dtype=np.int64)
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*np.concatenate([np.array(arcs.lines).T, meetings], axis=1))
    flow.set_nodes_supplies(np.array([source, sink]), np.array([market.capacity, -market.capacity]))
    flow.solve()
    return list(np.flatnonzero(flow.flows(np.arange(len(arcs.lines), len(arcs.lines) + count))).tolist())


def by_programme(market: Market, *, most_nodes: int = MOST_NODES) -> tuple[list[int], int]:
    """The ranks of the best pairs found among all, and a bound: no choice is worth more. Exact unless `most_nodes` stops it.

    One yes-or-no unknown per pair, and per pair and person where a party has several; one from 0 to 1 per first meeting.
    """
    costs = [-float(pair.weight) for pair in market.pairs]
    whole = [1] * len(costs)
    lines: list[dict[int, float]] = [dict.fromkeys(range(len(costs)), 1.0)]
    tops: list[float] = [market.capacity]
    of_party: dict[str, dict[int, float]] = {}
    of_person: dict[str, dict[int, float]] = {}
    for rank, pair in enumerate(market.pairs):
        for party, people in zip((pair.first, pair.second), pair.people, strict=True):
            of_party.setdefault(party, {})[rank] = 1.0
            if party in market.people:
                line = {rank: 1.0}
                for person in people:
                    of_person.setdefault(person, {})[len(costs)] = 1.0
                    line[len(costs)] = -1.0
                    costs.append(0.0)
                    whole.append(1)
                lines.append(line)
                tops.append(0)
    most = {person: number for several in market.people.values() for person, number in several.items()}
    for person, line in of_person.items():
        lines.append(line)
        tops.append(most[person])
    for party, line in of_party.items():
        lines.append(line)
        tops.append(market.caps[party])
        steps = market.steps(party)
        lines.append(dict.fromkeys(line, -1.0) | dict.fromkeys(range(len(costs), len(costs) + len(steps)), 1.0))
        tops.append(0)
        costs += [-float(step) for step in steps]
        whole += [0] * len(steps)
    result = milp(
        costs,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(_matrix(lines, len(costs)), -np.inf, tops),
        options={"mip_rel_gap": 0, "node_limit": most_nodes},
    )
    found = [] if result.x is None else np.flatnonzero(result.x[: len(market.pairs)] > 0.5).tolist()
    bound = -result.mip_dual_bound if result.mip_dual_bound is not None else -sum(costs)
    return found, int(np.floor(bound + 1e-6))


def _matrix(lines: Sequence[Mapping[int, float]], width: int) -> coo_array:
    rows = [rank for rank, line in enumerate(lines) for _ in line]
    columns = [column for line in lines for column in line]
    values = [value for line in lines for value in line.values()]
    return coo_array((values, (rows, columns)), shape=(len(lines), width))
