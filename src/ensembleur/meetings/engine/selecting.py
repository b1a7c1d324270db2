"""From wishes to meetings: the choice worth most under everybody's caps, with a reason for every wish that is not kept."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from ensembleur.meetings.engine.caps import most_meetings
from ensembleur.meetings.engine.matching import Market, by_flow, by_programme, meetings_of
from ensembleur.meetings.engine.problem import MOST_SLOTS, Meeting
from ensembleur.meetings.engine.wishes import Dropped, NotKept, Pair, Party, Wish, merge

NAMED = 1_000_000  # what it costs to send somebody else than the person named: more than any difference of load
FULL = 1_000  # what the last meeting of a full day costs: people of one party are filled alike


class Method(StrEnum):
    """How the choice was made."""

    FLOW = "flow"  # two sides: exact, always
    PROGRAMME = "programme"  # all among all: exact unless its search was cut short, which the bound tells


class Chosen(NamedTuple):
    """A meeting to place: the pair, and who goes for the first and for the second."""

    pair: Pair
    attendees: tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """Of one party, or of one side together.

    asked : the parties it asked for, refused or declined ones too, so that its share tells nothing of them.   served : those it meets.
    musts, musts_served : the same of those it must meet.   meetings : what it has in all.   room : the most it could have.
    """

    asked: int = 0
    served: int = 0
    musts: int = 0
    musts_served: int = 0
    meetings: int = 0
    room: int = 0

    @property
    def share(self) -> float | None:
        """Served over asked; None when nothing was asked."""
        return self.served / self.asked if self.asked else None


@dataclass(frozen=True)
class Selection:
    """What was chosen, what was not and why.

    figures : {party: its own}.   sides : {side: those of its parties together, a meeting inside it counted twice}.
    weight : of the meetings.   objective : the weight and the bonus of first meetings.   bound : no choice has a higher objective.
    """

    chosen: tuple[Chosen, ...]
    dropped: tuple[Dropped, ...]
    figures: Mapping[str, Figures]
    sides: Mapping[str, Figures]
    weight: int
    objective: int
    bound: int
    method: Method
    seconds: float

    @property
    def optimal(self) -> bool:
        """Whether nothing better exists."""
        return self.objective == self.bound

    def counts(self) -> dict[NotKept, int]:
        """How many pairs were dropped for each reason: all that may be said of private refusals."""
        return dict(Counter(one.why for one in self.dropped))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Many small objects are made and kept: looking for cycles among them costs half as much as the rest."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collector()
def select(
    wishes: Iterable[Wish],
    parties: Collection[Party],
    *,
    capacity: int | None = None,
    sessions: Sequence[int] = (),
    keep_unanswered: bool = True,
    fair: bool = True,
) -> Selection:
    """The meetings worth most, small parties first served with a few.

    capacity : places × slots; None when places do not limit.   sessions : the slots of each part of the day, as bits.
    keep_unanswered : whether a wish without answer may become a meeting.   fair : whether the first meetings of small parties
    count more. Private refusals are out first, then what is declined; no meeting is chosen that its people could never attend.
    To keep meetings already locked, give neither their wishes, nor their slots, nor their places.
    """
    started = time.perf_counter()
    parties = sorted(parties, key=lambda one: one.id)
    pairs, dropped = merge(wishes, parties, keep_unanswered=keep_unanswered)
    people = {
        party.id: {one.id: most_meetings(one, sessions, pauses=party.pauses) for one in party.representatives}
        for party in parties
    }
    room = {}
    for party in parties:
        most = sum(people[party.id].values())
        room[party.id] = most if party.most is None else min(most, max(party.most, 0))
    market = Market(
        pairs=pairs,
        caps=room,
        people={name: several for name, several in people.items() if len(several) > 1},
        small=frozenset(party.id for party in parties if party.is_small and fair),
        capacity=len(pairs) if capacity is None else max(capacity, 0),
    )
    side = {party.id: party.side for party in parties}
    if all(side[pair.first] == "A" and side[pair.second] == "B" for pair in pairs):
        method, kept = Method.FLOW, by_flow(market)
        objective = bound = market.worth(kept)
    else:
        method = Method.PROGRAMME
        kept, bound = by_programme(market)
        objective = market.worth(kept)
    chosen = _attended([pairs[rank] for rank in kept], market.people, parties)
    dropped += _left(market, frozenset(kept))
    figures = _figures([one.pair for one in chosen], [one.pair for one in dropped], room)
    return Selection(
        chosen=tuple(chosen),
        dropped=tuple(sorted(dropped, key=lambda one: one.pair[:2])),
        figures=figures,
        sides=_sides(figures, side),
        weight=sum(one.pair.weight for one in chosen),
        objective=objective,
        bound=bound,
        method=method,
        seconds=time.perf_counter() - started,
    )


def to_meetings(selection: Selection, *, allowed: int = (1 << MOST_SLOTS) - 1) -> tuple[Meeting, ...]:
    """What the timetable has to place, each named after the first of its wishes."""
    return tuple(
        Meeting(one.pair.wishes[0], one.attendees, allowed, weight=one.pair.weight, must=any(one.pair.must))
        for one in selection.chosen
    )


def _attended(kept: Sequence[Pair], several: Mapping[str, Mapping[str, int]], parties: Iterable[Party]) -> list[Chosen]:
    """Who goes to each meeting: the person named, else the one whose day is least full, then who shares most slots with the other.

    Any of one side can meet any of the other, so each party shares its own meetings out, exactly, whatever the others do.
    """
    person = {one.id: one for party in parties for one in party.representatives}
    seats: dict[tuple[int, int], str] = {}
    own: dict[str, list[tuple[int, int]]] = {}
    for rank, pair in enumerate(kept if several else ()):
        for end, party in enumerate((pair.first, pair.second)):
            if party in several:
                own.setdefault(party, []).append((rank, end))
    for party, ends in own.items():
        units = [(name, load) for name, most in several[party].items() for load in range(min(most, len(ends)))]
        columns = {name: [column for column, unit in enumerate(units) if unit[0] == name] for name in several[party]}
        days = np.array([FULL * (load + 1) / several[party][name] for name, load in units])
        costs = np.full((len(ends), len(units)), np.inf)
        for line, (rank, end) in enumerate(ends):
            pair = kept[rank]
            there = 0
            for name in pair.people[1 - end]:
                there |= person[name].available
            wanted = set(pair.named).intersection(pair.people[end])
            for name in several[party].keys() & set(pair.people[end]):
                common = (person[name].available & there).bit_count()
                other = NAMED if wanted and name not in wanted else 0
                costs[line, columns[name]] = other + days[columns[name]] - common
        for line, column in zip(*linear_sum_assignment(costs), strict=True):
            seats[ends[line]] = units[column][0]
    first, second = ([seats.get((rank, end), pair.people[end][0]) for rank, pair in enumerate(kept)] for end in (0, 1))
    return [Chosen(*line) for line in zip(kept, zip(first, second, strict=True), strict=True)]


def _left(market: Market, kept: frozenset[int]) -> list[Dropped]:
    """Why each pair that could have been chosen was not."""
    load = meetings_of([market.pairs[rank] for rank in kept])
    full = {party for party, most in market.caps.items() if load[party] >= most}
    otherwise = NotKept.NO_TABLE if len(kept) >= market.capacity else NotKept.OUTWEIGHED
    found = []
    for rank, pair in enumerate(market.pairs):
        if rank not in kept:
            first, second = pair.first in full, pair.second in full
            who = (pair.first,) * first + (pair.second,) * second
            found.append(Dropped(pair, NotKept.FULL_AGENDA if who else otherwise, NotKept.OUTWEIGHED, who))
    return found


def _figures(chosen: Sequence[Pair], dropped: Sequence[Pair], room: Mapping[str, int]) -> dict[str, Figures]:
    (served, musts_served), (lost, musts_lost), meetings = _said(chosen), _said(dropped), meetings_of(chosen)
    return {
        party: Figures(
            asked=served[party] + lost[party],
            served=served[party],
            musts=musts_served[party] + musts_lost[party],
            musts_served=musts_served[party],
            meetings=meetings[party],
            room=most,
        )
        for party, most in room.items()
    }


def _said(pairs: Iterable[Pair]) -> tuple[Counter[str], Counter[str]]:
    """How many of these pairs each party asked for, and said « must » of."""
    asked, musts = Counter[str](), Counter[str]()
    for pair in pairs:
        first, second = pair.asked
        if first:
            asked[pair.first] += 1
        if second:
            asked[pair.second] += 1
        first, second = pair.must
        if first:
            musts[pair.first] += 1
        if second:
            musts[pair.second] += 1
    return asked, musts


def _sides(figures: Mapping[str, Figures], side: Mapping[str, str]) -> dict[str, Figures]:
    names = sorted(set(side.values()))
    rows = {name: [vars(figures[party]).values() for party in side if side[party] == name] for name in names}
    return {name: Figures(*map(sum, zip(*rows[name], strict=True))) for name in names}
