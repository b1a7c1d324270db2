"""The peer of the proof: the same timetable asked of CP-SAT, with the same constraints of the literature."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from ensembleur.meetings.engine.problem import Problem

DEFAULT = {"num_workers": 2}
CORE = {"num_workers": 1, "optimize_with_core": True, "linearization_level": 0}


@dataclass(frozen=True)
class Outcome:
    """breaks : of the best timetable found, None without any.   bound : what is proved.   proved : nothing is left to find."""

    breaks: int | None
    bound: int
    proved: bool
    seconds: float


def ask(problem: Problem, *, seconds: float, **parameters: Any) -> Outcome:
    """The fewest breaks, as far as CP-SAT gets in that time. Two people a meeting, tables, sessions, absences, precedences, fairness."""
    model = _model(problem)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    for name, value in parameters.items():
        setattr(solver.parameters, name, value)
    began = time.perf_counter()
    status = solver.solve(model)
    spent = time.perf_counter() - began
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    breaks = round(solver.objective_value) if found else None
    return Outcome(breaks, max(round(solver.best_objective_bound), 0), status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), spent)


def _model(problem: Problem) -> cp_model.CpModel:
    model = cp_model.CpModel()
    free = {one.id: one.available for one in problem.participants}
    slots = range(problem.slot_count)
    where = {}
    for one in problem.meetings:
        allowed = one.allowed & (problem.all_slots if one.locked is None else 1 << one.locked)
        for name in one.attendees:
            allowed &= free[name]
        where[one.id] = {slot: model.new_bool_var("") for slot in slots if allowed >> slot & 1}
        model.add_exactly_one(where[one.id].values())
    for slot in slots:
        model.add(sum(row[slot] for row in where.values() if slot in row) <= problem.capacity()[slot])
    for gap in problem.gaps:
        first, second = (sum(slot * one for slot, one in where[name].items()) for name in (gap.first, gap.second))
        model.add(first + gap.slots <= second)
    agendas = {person.id: _agenda(model, problem, person.id, where) for person in problem.participants}
    for slot in slots:
        model.add(sum(busy[slot] for busy in agendas.values()) <= 2 * problem.capacity()[slot])
    breaks = [_breaks(model, busy) for busy in agendas.values()]
    if problem.rules.fair_difference is not None:
        least = model.new_int_var(0, problem.slot_count, "")
        for ends in breaks:
            model.add(sum(ends) >= least)
            model.add(sum(ends) <= least + problem.rules.fair_difference)
    model.minimize(sum(one for ends in breaks for one in ends))
    return model


def _agenda(model: cp_model.CpModel, problem: Problem, person: str, where: dict[str, dict[int, Any]]) -> list[Any]:
    """Whether somebody is busy, slot by slot; as many slots as meetings."""
    mine = [where[one.id] for one in problem.meetings if person in one.attendees]
    agenda = [model.new_bool_var("") for _ in range(problem.slot_count)]
    for slot, busy in enumerate(agenda):
        model.add(sum(row[slot] for row in mine if slot in row) == busy)
    model.add(sum(agenda) == len(mine))
    return agenda


def _breaks(model: cp_model.CpModel, agenda: list[Any]) -> list[Any]:
    """Variables, true exactly where a break ends: busy now, not just before, but earlier."""
    begun, ends = agenda[0], []
    for last, busy in pairwise(agenda):
        end, sooner = model.new_bool_var(""), model.new_bool_var("")
        model.add_bool_or(busy.negated(), last, begun.negated(), end)
        for said in (busy, last.negated(), begun):
            model.add_implication(end, said)
        model.add_max_equality(sooner, [begun, busy])
        ends.append(end)
        begun = sooner
    return ends
