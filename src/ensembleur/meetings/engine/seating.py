"""Where each meeting takes place: who keeps a place has it, the others change table as little as can be from slot to slot.

Each slot in turn is an assignment problem: a meeting and a place go together the better as more of its people already sat there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Meeting, Place, Problem

ELSEWHERE = 1000  # what sitting where none of them sat costs; each one who stays spares STAYS, a host a little more
STAYS = 100
HOST_STAYS = 101
NOWHERE = 100_000  # what having no place without a step costs to somebody who needs one


def seat(problem: Problem, plan: Plan, *, kept: Mapping[str, str] | None = None) -> Plan:
    """The plan with a place for each meeting placed, and its changes of table counted.

    kept : {meeting: place} that must not change.
    A meeting stays without place when none is left, or none without a step for somebody who needs it: the checker says so.
    """
    kept = kept or {}
    by_slot: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in problem.meetings:
        if meeting.id in plan.slots:
            by_slot[plan.slots[meeting.id]].append(meeting)
    room = _Room(problem)
    places: dict[str, str] = {}
    for slot in sorted(by_slot):
        places |= room.seat(by_slot[slot], slot, kept)
    return replace(plan, places=places, score=score(problem, plan.slots, places))


class _Room:
    """The places, and where everybody sat last."""

    def __init__(self, problem: Problem) -> None:
        self.homes = problem.homes()
        self.places = [one for one in problem.places or tables(problem) if one.id not in self.homes.values()]
        self.all_level = all(one.step_free for one in self.places)
        self.needing = {one.id for one in problem.participants if one.step_free}
        self.hosts = {one.id for one in problem.participants if one.host}
        self.last: dict[str, str] = {}

    def seat(self, meetings: list[Meeting], slot: int, kept: Mapping[str, str]) -> dict[str, str]:
        """{meeting: place} in one slot: what is kept, whose home it is, then the fewest changes."""
        here = {one.id: kept.get(one.id) or self._home(one) for one in meetings}
        here = {name: place for name, place in here.items() if place}
        taken = set(here.values())
        places = [one for one in self.places if one.open >> slot & 1 and one.id not in taken]
        free = [one for one in meetings if one.id not in here]
        if free and places:
            for meeting, column in zip(free, self._stays(free, places), strict=True):
                if column < len(places):
                    here[meeting.id] = places[column].id
            self._fill(free, places, here, present={person for one in meetings for person in one.attendees})
        self.last |= {person: here[one.id] for one in meetings if one.id in here for person in one.attendees}
        return here

    def _home(self, meeting: Meeting) -> str:
        keepers = [person for person in meeting.attendees if person in self.homes]
        return self.homes[next((one for one in keepers if one in self.hosts), keepers[0])] if keepers else ""

    def _fill(self, free: list[Meeting], places: list[Place], here: dict[str, str], present: set[str]) -> None:
        """Seat those who stay nowhere, at the places nobody having a pause will come back to, then those without a step last."""
        waiting = {place for person, place in self.last.items() if person not in present}
        taken = set(here.values())
        left = sorted((one for one in places if one.id not in taken), key=lambda one: (one.id in waiting, one.step_free))
        others = [one for one in free if one.id not in here and not self._needs_level(one)]
        here |= {one.id: place.id for one, place in zip(others, left, strict=False)}

    def _stays(self, meetings: list[Meeting], places: list[Place]) -> list[int]:
        """For each meeting the column of the place where some of its people stay; a column past the last place for none."""
        rank = {one.id: column for column, one in enumerate(places)}
        rows: list[int] = []
        columns: list[int] = []
        costs: list[int] = []
        for row, meeting in enumerate(meetings):
            needs = self._needs_level(meeting)
            cost = {column: ELSEWHERE for column, one in enumerate(places) if one.step_free} if needs else {}
            for person in meeting.attendees:
                column = rank.get(self.last.get(person, ""), -1)
                if column >= 0 and (not needs or places[column].step_free):
                    cost[column] = cost.get(column, ELSEWHERE) - (HOST_STAYS if person in self.hosts else STAYS)
            cost[len(places) + row] = NOWHERE if needs else ELSEWHERE
            rows += [row] * len(cost)
            columns += cost.keys()
            costs += cost.values()
        graph = csr_array((np.array(costs), (np.array(rows), np.array(columns))), (len(meetings), len(places) + len(meetings)))
        _, chosen = min_weight_full_bipartite_matching(graph)
        return [int(one) for one in chosen]

    def _needs_level(self, meeting: Meeting) -> bool:
        return not self.all_level and any(person in self.needing for person in meeting.attendees)


def tables(problem: Problem) -> list[Place]:
    """Tables "1", "2"… open in as many slots as there are that many, none with the name of a place somebody keeps."""
    homes, most = set(problem.homes().values()), max(problem.tables)
    names = [name for name in map(str, range(1, most + len(homes) + 1)) if name not in homes]
    return [
        Place(name, sum(1 << slot for slot, count in enumerate(problem.tables) if rank < count))
        for rank, name in enumerate(names[:most])
    ]
