"""Fills the tables of the compiled loop from a board."""

from __future__ import annotations

from typing import Any

import numpy as np

from ensembleur.meetings.engine import kernels, pricing
from ensembleur.meetings.engine.arrays import NO_TABLE, STEP_FREE_TABLE, Grid
from ensembleur.meetings.engine.board import Board

LUCK = -np.log((np.arange(4096) + 0.5) / 4096)


def tables(board: Board, weights: pricing.Weights, chance: Any) -> kernels.Tables:
    """Ready for kernels.anneal. chance : the state of the generator, which goes on."""
    grid = board.grid
    count, total, slots = len(grid.people), len(grid.meetings), grid.problem.slot_count
    available = np.array(grid.available, dtype=np.int64).reshape(count, 1)
    there = available >> np.arange(slots) & 1
    rank = np.where(there, np.cumsum(there, axis=1) - 1, 0).astype(np.int8)
    slot_of = np.zeros_like(rank)
    rows, columns = np.nonzero(there)
    slot_of[rows, rank[rows, columns]] = columns
    agenda = np.array(board.agenda, dtype=np.int32).reshape(count, slots)
    who, agent = np.zeros((count, 4), dtype=np.int64), np.zeros((count, 5), dtype=np.int64)
    who[:, pricing.AVAILABLE], who[:, pricing.WITHIN] = available[:, 0], (1 << there.sum(axis=1)) - 1
    who[:, pricing.ROW] = [row if one < grid.persons else -1 for one, row in enumerate(grid.in_a_row)]
    agent[:, kernels.BUSY] = board.busy
    agent[:, kernels.SHOWN] = ((agenda >= 0).astype(np.int64) << rank).sum(axis=1)
    spare = (who[:, pricing.WITHIN] & ~agent[:, kernels.SHOWN] != 0) & (agent[:, kernels.BUSY] != 0)
    people = _people(grid)
    starts, gaps = _gaps(grid)
    held = np.array(board.slot, dtype=np.int8)
    made = kernels.Tables(
        who=who,
        agent=agent,
        rank=rank,
        slot_of=slot_of,
        agenda=agenda,
        meeting=_meetings(grid, people),
        people=people,
        slots=held,
        best=held.copy(),
        day=_day(board),
        gap_first=starts,
        gaps=gaps,
        movers=np.flatnonzero(spare[: grid.persons]),
        broken=np.zeros(count, dtype=np.int64),
        whole=np.zeros(4, dtype=np.int64),
        chain=np.zeros(2 * total + 2, dtype=np.int64),
        ends=np.zeros((2 * count + 4, 2), dtype=np.int64),
        mark=np.zeros(total, dtype=np.int8),
        luck=LUCK,
        chance=chance,
    )
    kernels.begin(made, weights)
    return made


def _people(grid: Grid) -> Any:
    people = np.full((len(grid.meetings), max(map(len, grid.attendees), default=1)), -1, dtype=np.int32)
    for meeting, attendees in enumerate(grid.attendees):
        people[meeting, : len(attendees)] = attendees
    return people


def _meetings(grid: Grid, people: Any) -> Any:
    needs = np.array(grid.needs, dtype=np.int64)
    found = np.zeros((len(grid.meetings), 4), dtype=np.int64)
    found[:, kernels.PAIR] = people[:, 0] ^ people[:, -1]
    found[:, kernels.DOMAIN] = grid.domain
    found[:, kernels.TABLE], found[:, kernels.CAREFUL] = needs != NO_TABLE, needs == STEP_FREE_TABLE
    return found


def _day(board: Board) -> Any:
    grid = board.grid
    found = np.zeros((grid.problem.slot_count, 5), dtype=np.int64)
    for slot in range(len(found)):
        found[slot, pricing.SESSION] = next((one for one in grid.sessions if one >> slot & 1), grid.problem.all_slots)
    found[:, pricing.TABLES], found[:, pricing.STEP_FREE] = grid.tables, grid.step_free
    found[:, pricing.USED], found[:, pricing.USED_CAREFUL] = [len(one) for one in board.at], board.careful
    return found


def _gaps(grid: Grid) -> tuple[Any, Any]:
    rows = [grid.gaps.get(meeting, []) for meeting in range(len(grid.meetings))]
    starts = np.cumsum([0, *(len(one) for one in rows)])
    return starts, np.array([gap for one in rows for gap in one], dtype=np.int64).reshape(-1, 3)
