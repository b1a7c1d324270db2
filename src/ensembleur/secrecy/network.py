"""A table as a network: rows and columns are places, cells are roads, and a value that may move is a flow that goes round."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ensembleur.secrecy.tables import TOTAL, Axis, Key, lines
from ensembleur.secrecy.tables import Table as TableOf

SLACK = "~"  # what is counted several times, where parts overlap: an unknown like another


@dataclass(frozen=True)
class Road:
    """A cell between a row and a column: its value rises by what goes from tail to head, and falls by what comes back.

    room : by how much it may fall.
    """

    tail: int
    head: int
    room: int


@dataclass(frozen=True)
class Push:
    """How much went through, by which roads, and, when it was less than asked, the places that could still be reached."""

    amount: int
    used: frozenset[Key]
    reached: frozenset[int]


@dataclass
class Network:
    """The roads of a table. In every place what comes in goes out, which says that parts make their total.

    Whole numbers throughout: what may move is exact.
    """

    roads: dict[Key, Road]
    around: dict[int, list[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, road in self.roads.items():
            self.around.setdefault(road.tail, []).append(key)
            self.around.setdefault(road.head, []).append(key)

    def push(self, key: Key, way: int, need: int, roads: Collection[Key]) -> Push:
        """Let this cell rise (way 1) or fall (way -1) by up to `need`, the cells of `roads` making up for it."""
        source, sink = self._ends(key, way)
        moved: dict[Key, int] = {}
        amount = 0
        while amount < need:
            came = self._search(source, sink, roads, key, moved)
            if sink not in came:
                return Push(amount, frozenset(moved), frozenset(came))
            path, place = [], sink
            while place != source:
                road, step = came[place]
                path.append((road, step))
                place = self.roads[road].tail if step > 0 else self.roads[road].head
            least = min([need - amount, *(self.roads[road].room + moved.get(road, 0) for road, step in path if step < 0)])
            for road, step in path:
                moved[road] = moved.get(road, 0) + step * least
            amount += least
        return Push(amount, frozenset(road for road, by in moved.items() if by), frozenset())

    def cut(self, reached: Collection[int], key: Key, need: int, without: Collection[Key]) -> dict[Key, int]:
        """What each road could carry out of the reached places, at most `need`: the flow can never be more than their sum."""
        found = {}
        for name, road in self.roads.items():
            if name == key or name in without or (road.tail in reached) == (road.head in reached):
                continue
            carried = need if road.tail in reached else min(road.room, need)
            if carried:
                found[name] = carried
        return found

    def _ends(self, key: Key, way: int) -> tuple[int, int]:
        road = self.roads[key]
        return (road.head, road.tail) if way > 0 else (road.tail, road.head)

    def _search(
        self, source: int, sink: int, roads: Collection[Key], key: Key, moved: Mapping[Key, int]
    ) -> dict[int, tuple[Key, int]]:
        """From where each place is reached, the nearest first."""
        came: dict[int, tuple[Key, int]] = {source: (key, 0)}
        waiting = deque([source])
        while waiting and sink not in came:
            place = waiting.popleft()
            for name in self.around[place]:
                if name == key or name not in roads:
                    continue
                road = self.roads[name]
                if road.tail == place:
                    if road.head not in came:
                        came[road.head] = (name, 1)
                        waiting.append(road.head)
                elif road.tail not in came and road.room + moved.get(name, 0) > 0:
                    came[road.tail] = (name, -1)
                    waiting.append(road.tail)
        return came


def network_of(table: TableOf, values: Mapping[Key, int], floors: Mapping[Key, int]) -> Network:
    """The network of a table. values : whole numbers.   floors : the least value a reader may give to each cell."""
    rows = {row: place for place, row in enumerate((*table.rows, TOTAL))}
    columns = {column: len(rows) + place for place, column in enumerate((*table.columns, TOTAL))}
    if not table.columns:  # one sum only: every row is one place
        rows = dict.fromkeys(rows, 0)
    beyond = len(rows) + len(columns)
    roads = {}
    for (row, column), value in values.items():
        if not table.cells[row, column].units:
            continue  # printed as empty: no road
        ends = (rows[row], columns[column])
        is_margin = (row == TOTAL) != (column == TOTAL and bool(table.columns))
        tail, head = reversed(ends) if is_margin else ends
        roads[row, column] = Road(tail, head, max(0, value - floors[row, column]))
    for line in lines(table.rows, table.columns):
        if line.axis in table.overlapping:
            row, column = line.total
            extra = sum(values[part] for part in line.parts) - values[line.total]
            if line.axis is Axis.DOWN:
                ends = (columns[column], beyond if table.columns else rows[row])
                is_inward = column == TOTAL and bool(table.columns)
            else:
                ends = (beyond, rows[row])
                is_inward = row == TOTAL
            tail, head = reversed(ends) if is_inward else ends
            roads[SLACK + line.axis.value + row, column] = Road(tail, head, extra)
    return Network(roads)
