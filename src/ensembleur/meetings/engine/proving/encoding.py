"""Writes a timetable as clauses: one variable a meeting and slot, the hard rules, the breaks to spare, and what follows without being said.

The constraints that only follow make the proof short: the slots used by somebody are as many as their meetings, the people busy in a
slot are an even number and at most twice the tables, tables are counted by groups of meetings that exclude each other, and who has no
break sits in a block. Source: Bofill et al., Journal of Artificial Intelligence Research 74 (2022); the blocks are ours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ensembleur.meetings.engine.arrays import AFTER, APART, NO_TABLE, STEP_FREE_TABLE, Grid, grid
from ensembleur.meetings.engine.board import bits
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.proving.formula import Formula

Row = dict[int, int]  # {slot: literal}; a slot that is missing is impossible


@dataclass(frozen=True)
class Encoding:
    """formula : every hard rule, each meeting placed.   where : for each meeting, {slot: the variable that puts it there}.

    wishes : literals; as many of them are false as the timetable has breaks.
    """

    formula: Formula
    where: dict[str, Row]
    wishes: list[int]


def encode(problem: Problem) -> Encoding:
    """The clauses of a problem whose meetings must all be placed."""
    day, formula = grid(problem), Formula()
    where = [{slot: formula.new() for slot in bits(domain)} for domain in day.domain]
    for row in where:
        formula.add(*row.values())
        formula.at_most_one(list(row.values()))
    agendas = _agendas(formula, day, where)
    _tables(formula, day, where, agendas)
    _gaps(formula, day, where)
    breaks = [_breaks(formula, agendas[one], count) for one, count in enumerate(_meetings(day)[: day.persons])]
    if problem.rules.fair_difference is not None:
        _fair(formula, breaks, problem.rules.fair_difference)
    return Encoding(formula, dict(zip(day.meetings, where, strict=True)), [-one for counts in breaks for one in counts])


def _meetings(day: Grid) -> list[int]:
    """How many meetings each of the people has, shared places included."""
    asked = Counter(one for people in day.attendees for one in people)
    return [asked[one] for one in range(len(day.people))]


def _agendas(formula: Formula, day: Grid, where: list[Row]) -> list[Row]:
    """The slots where each is busy: one meeting at a time, as many slots as meetings, a pause after so many in a row."""
    mine: list[list[Row]] = [[] for _ in day.people]
    for people, row in zip(day.attendees, where, strict=True):
        for one in people:
            mine[one].append(row)
    agendas = []
    for one, rows in enumerate(mine):
        busy: Row = {}
        for slot in range(day.problem.slot_count):
            here = [row[slot] for row in rows if slot in row]
            formula.at_most_one(here)
            if here:
                busy[slot] = formula.any_of(here)
        if len(rows) > day.most[one]:
            formula.add()
        _exactly(formula, list(busy.values()), len(rows))
        if day.in_a_row[one]:
            _pauses(formula, busy, day.in_a_row[one], day.sessions)
        agendas.append(busy)
    return agendas


def _exactly(formula: Formula, literals: list[int], count: int) -> None:
    """So many of those are true: it follows from the meetings, and says it sooner."""
    if count <= 1:
        return  # said already by the meeting itself
    counts = formula.counted(literals, count + 1)
    if len(counts) < count:
        formula.add()
    for rank, one in enumerate(counts):
        formula.add(one if rank < count else -one)


def _pauses(formula: Formula, busy: Row, most: int, sessions: tuple[int, ...]) -> None:
    for session in sessions:
        for slot in bits(session):
            row = range(slot, slot + most + 1)
            if all(session >> one & 1 and one in busy for one in row):
                formula.add(*[-busy[one] for one in row])


def _tables(formula: Formula, day: Grid, where: list[Row], agendas: list[Row]) -> None:
    """No slot holds more than its tables; the people busy in it go by two when all meetings do."""
    seated = [rank for rank, need in enumerate(day.needs) if need != NO_TABLE]
    careful = [rank for rank in seated if day.needs[rank] == STEP_FREE_TABLE]
    for ranks, tables in ((seated, day.tables), (careful, day.step_free)):
        groups = _groups(day, ranks)
        for slot, most in enumerate(tables):
            held = [[where[rank][slot] for rank in group if slot in where[rank]] for group in groups]
            taken = [formula.any_of(here) for here in held if here]
            if len(taken) > most:
                formula.add(-formula.counted(taken, most + 1)[most])
    if all(len([one for one in people if one < day.persons]) == 2 for people in day.attendees):
        for slot, most in enumerate(day.tables):
            people = [busy[slot] for busy in agendas[: day.persons] if slot in busy]
            limit = 2 * most if len(seated) == len(where) else len(people)
            counts = formula.counted(people, limit + 1)
            for rank in range(0, len(counts), 2):  # an odd number is one more than that
                formula.add(-counts[rank], *counts[rank + 1 : rank + 2])
            if len(counts) > limit:
                formula.add(-counts[limit])


def _groups(day: Grid, ranks: list[int]) -> list[list[int]]:
    """Those meetings, gathered by somebody whom all of a group want: at most one of a group stands in a slot."""
    groups, left = [], dict.fromkeys(ranks)
    while left:
        wanted = Counter(one for rank in left for one in day.attendees[rank])
        most = wanted.most_common(1)[0][0]
        groups.append([rank for rank in left if most in day.attendees[rank]])
        for rank in groups[-1]:
            del left[rank]
    return groups


def _gaps(formula: Formula, day: Grid, where: list[Row]) -> None:
    """Meetings that must stand apart do, in their order."""
    for second, rules in day.gaps.items():
        for first, slots, side in rules:
            if side == AFTER:
                before = _until(formula, where[first], day.problem.slot_count)
                for slot, literal in where[second].items():
                    formula.add(-literal, *([before[slot - slots]] if slot - slots in before else []))
            elif side == APART and first < second:
                for slot, literal in where[second].items():
                    for near in range(slot - slots + 1, slot + slots):
                        if near in where[first]:
                            formula.add(-literal, -where[first][near])


def _until(formula: Formula, row: Row, slot_count: int) -> Row:
    """For each slot, whether one of the row is true there or before."""
    found: Row = {}
    for slot in range(slot_count):
        here = [row[slot]] if slot in row else []
        here += [found[slot - 1]] if slot - 1 in found else []
        if here:
            found[slot] = formula.any_of(here)
    return found


def _breaks(formula: Formula, busy: Row, count: int) -> list[int]:
    """The breaks of somebody, counted: the k-th literal is true exactly when they have more than k."""
    if count < 2 or not busy or max(busy) - min(busy) < count:
        return []
    first, last = min(busy), max(busy)
    begun = _until(formula, busy, last + 1)
    mirror = _until(formula, {last - slot: literal for slot, literal in busy.items()}, last - first + 1)
    to_come = {last - slot: literal for slot, literal in mirror.items()}
    ends = []
    for slot in range(first + 2, last + 1):
        if slot in busy:
            idle = [-busy[slot - 1], begun[slot - 2]] if slot - 1 in busy else [begun[slot - 1]]
            ends.append(formula.all_of([busy[slot], *idle]))
    counts = formula.counted(ends, count - 1)
    for slot in range(
        first, last + 1
    ):  # the last meeting is as far from the first as their number says, and no farther without a break
        far = [to_come[slot + count - 1]] if slot + count - 1 <= last else []
        formula.add(*([begun[slot - 1]] if slot > first else []), *far)
        if slot + count <= last:
            formula.add(counts[0], -begun[slot], -to_come[slot + count])
    return counts


def _fair(formula: Formula, breaks: list[list[int]], difference: int) -> None:
    """No two people's numbers of breaks differ by more than that: who has k + difference says that everybody has k."""
    for rank in range(max((len(counts) for counts in breaks), default=0) - difference):
        everybody = formula.new()
        for counts in breaks:
            formula.add(-everybody, *counts[rank : rank + 1])
            if len(counts) > rank + difference:
                formula.add(everybody, -counts[rank + difference])
