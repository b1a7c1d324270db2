"""What each secret cell asks of the cells hidden with it: enough room to be guessed wrong, whoever is guessing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ensembleur.secrecy.network import Network
from ensembleur.secrecy.rules import PROTECTION
from ensembleur.secrecy.tables import TOTAL, Key, Table, Variable, lines

IDLE = 1_000  # a secret amount of 0 may be taken for this part of the table's total


@dataclass(frozen=True)
class Demand:
    """The cell must be able to move by `need`, in these ways together, for a reader who knows the cells of `known`."""

    key: Key
    ways: tuple[int, ...]
    need: int
    known: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Cut:
    """What is lacking: of these cells, enough must be hidden for their weights to reach `need`."""

    weights: Mapping[Key, int]
    need: int


def demands(table: Table, secret: Collection[Key], values: Mapping[Key, int]) -> list[Demand]:
    """What the secret cells ask. values : whole numbers.

    A number of units asks for one other value. A count asks for a range of a ninth of its value, which makes 10 % of the
    highest value a reader may give it. An amount asks for 10 % more and 10 % less, also when whoever is alone in another
    hidden cell is reading: of that reader's own part nothing is asked.
    """
    if table.variable is Variable.UNITS:
        return [Demand(key, (1, -1), 1) for key in secret]
    if table.variable is Variable.COUNT:
        return [Demand(key, (1, -1), -(-values[key] // 9)) for key in secret]
    share, whole = PROTECTION.as_integer_ratio()
    found = []
    for key in secret:
        for known in [frozenset[Key](), *_alone(table)]:
            if key in known:
                continue
            rest = values[key] - max((values[other] for other in known if _within(other, key)), default=0)
            part = -(-rest * share // whole)
            found.append(Demand(key, (1,), part or values[TOTAL, TOTAL] // IDLE + 1, known))
            if part:
                found.append(Demand(key, (-1,), part, known))
    return found


def cuts(network: Network, asked: Collection[Demand], hidden: Collection[Key], fixed: Collection[Key]) -> Iterator[Cut]:
    """What the hidden cells lack. fixed : the roads that are open anyway, the secret cells among them."""
    used: dict[tuple[Key, tuple[int, ...]], tuple[frozenset[Key], int]] = {}
    for demand in asked:
        plain = (demand.key, demand.ways)
        if demand.known and plain in used and demand.need <= used[plain][1] and not used[plain][0] & demand.known:
            continue  # the way already found does not pass by what this reader knows
        lack, roads = _lack(network, demand, hidden, fixed)
        if lack:
            yield lack
        elif not demand.known:
            used[plain] = (roads, demand.need)


def _lack(network: Network, demand: Demand, hidden: Collection[Key], fixed: Collection[Key]) -> tuple[Cut | None, frozenset[Key]]:
    roads = {road for road in hidden if road not in demand.known}
    moved, sure, weights, used = 0, 0, dict[Key, int](), frozenset[Key]()
    for way in demand.ways:
        wanted = demand.need - moved
        own = wanted if way > 0 else min(wanted, network.roads[demand.key].room)
        pushed = network.push(demand.key, way, own, roads)
        moved += pushed.amount
        used |= pushed.used
        if pushed.amount == own:
            sure += own
            continue
        for road, carried in network.cut(pushed.reached, demand.key, demand.need, demand.known).items():
            if road in fixed:
                sure += carried
            else:
                weights[road] = weights.get(road, 0) + carried
    return (Cut(weights, demand.need - sure) if moved < demand.need else None), used


def _alone(table: Table) -> list[frozenset[Key]]:
    """What each reader knows who is alone in a cell: that cell, the lines it is alone in, and whatever they share."""
    groups: list[set[Key]] = []
    for one in [
        *({key} for key, cell in table.cells.items() if cell.units == 1),
        *(
            {line.total, *(part for part in line.parts if table.cells[part].units)}
            for line in lines(table.rows, table.columns)
            if table.cells[line.total].units == 1
        ),
    ]:
        same = [group for group in groups if group & one]
        groups = [group for group in groups if group not in same] + [one.union(*same)]
    return [frozenset(group) for group in groups]


def _within(part: Key, key: Key) -> bool:
    """Whether a cell is counted in another one."""
    return all(mine in (other, TOTAL) for mine, other in zip(key, part, strict=True))
