"""From a diagnosis to an ordered plan: which measures, in which order, and when."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.journeys.engine.diagnosis import Answers, level_of, priorities
from ensembleur.journeys.engine.questionnaire import Questionnaire, Words
from ensembleur.periods import add_months

AT_ONCE = 2  # a small team does not carry more than two actions at a time


@dataclass(frozen=True)
class Trigger:
    """The measure is proposed when this statement stands at this level or below."""

    statement: str
    at_most: int


@dataclass(frozen=True)
class Measure:
    """Something a company can do.

    requires : measures to finish first when they are in the plan too.   effort, effect : 1 to 3, editorial choices.
    months : indicative duration.   helpers : kinds of organisation that help.
    schemes : identifiers of aids that may pay;   families : other kinds of aid worth trying on the axis.
    """

    id: str
    axis: str
    title: Words
    does: Words
    triggers: tuple[Trigger, ...]
    requires: tuple[str, ...]
    effort: int
    effect: int
    months: int
    helpers: tuple[str, ...]
    schemes: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One measure at its place: why it is there, and when it could run (both days included)."""

    measure: Measure
    position: int
    value: float
    because: tuple[str, ...]
    starts_on: date
    ends_on: date


def read_measures(data: Mapping[str, Any]) -> tuple[Measure, ...]:
    """Measures from plain data. Raises BadInput when one is named twice, requires an unknown one, or requirements go round."""
    measures = tuple(
        Measure(
            id=row["id"],
            axis=row["axis"],
            title={"fr": row["fr"], "en": row["en"]},
            does={"fr": row["does"][0], "en": row["does"][1]},
            triggers=tuple(Trigger(statement, level) for statement, level in row["when"].items()),
            requires=tuple(row.get("requires", ())),
            effort=row["effort"],
            effect=row["effect"],
            months=row["months"],
            helpers=tuple(row.get("helpers", ())),
            schemes=tuple(row.get("schemes", ())),
            families=tuple(row.get("families", ())),
        )
        for row in data["measures"]
    )
    known = {measure.id for measure in measures}
    if len(known) != len(measures):
        raise BadInput("measure_twice", "La liste des mesures contient deux fois le même identifiant.")
    for measure in measures:
        if not set(measure.requires) <= known:
            raise BadInput("unknown_measure", f"La mesure « {measure.id} » en exige une qui n'existe pas.")
    ordered(measures, {})
    return measures


def build_plan(
    questionnaire: Questionnaire,
    measures: Iterable[Measure],
    answers: Answers,
    *,
    starts_on: date,
    stakes: Mapping[str, int] | None = None,
    open_axes: Iterable[str] = (),
) -> tuple[Step, ...]:
    """The measures these answers call for, prerequisites first, then the most valuable first; same answers, same plan.

    The value of a measure is the highest gap × stake × effect × open window among the answers that call for it, times
    the measure's own effect.
    """
    weights = {
        priority.statement: priority.value
        for priority in priorities(questionnaire, answers, stakes=stakes, open_axes=open_axes, count=None)
    }
    chosen, values, because = [], {}, {}
    for measure in measures:
        causes = [trigger.statement for trigger in measure.triggers if _fires(trigger, answers)]
        if causes:
            chosen.append(measure)
            values[measure.id] = max(weights.get(cause, 0.0) for cause in causes) * measure.effect
            because[measure.id] = tuple(causes)
    in_order = ordered(chosen, values)
    days = schedule(in_order, starts_on=starts_on)
    return tuple(
        Step(measure, position, values[measure.id], because[measure.id], *days[measure.id])
        for position, measure in enumerate(in_order, 1)
    )


def ordered(measures: Iterable[Measure], values: Mapping[str, float]) -> tuple[Measure, ...]:
    """Topological order of the prerequisites among these measures, the highest value first, then by effort and identifier.

    A prerequisite is worth as much as what it opens; between equals the lighter effort comes first.
    Raises BadInput when prerequisites go round in a circle.
    """
    by_id = {measure.id: measure for measure in measures}
    waits = {key: {need for need in measure.requires if need in by_id} for key, measure in by_id.items()}
    worth = _worth(by_id, waits, values)
    ready = [(-worth[key], by_id[key].effort, key) for key, needs in waits.items() if not needs]
    heapq.heapify(ready)
    result: list[Measure] = []
    while ready:
        done = heapq.heappop(ready)[2]
        result.append(by_id[done])
        for key, needs in waits.items():
            if done in needs:
                needs.remove(done)
                if not needs:
                    heapq.heappush(ready, (-worth[key], by_id[key].effort, key))
    if len(result) != len(by_id):
        raise BadInput("measures_in_a_circle", "Des mesures s'exigent les unes les autres en rond : la liste est à corriger.")
    return tuple(result)


def schedule(measures: Sequence[Measure], *, starts_on: date, at_once: int = AT_ONCE) -> dict[str, tuple[date, date]]:
    """First and last day of each measure, in the given order: after its prerequisites, never more than `at_once` together."""
    free = [starts_on] * at_once
    days: dict[str, tuple[date, date]] = {}
    for measure in measures:
        lane = min(range(at_once), key=lambda number: (free[number], number))
        after = [days[need][1] for need in measure.requires if need in days]
        start = max([free[lane], *after])
        end = add_months(start, measure.months)
        days[measure.id] = (start, end)
        free[lane] = end
    return days


def _worth(by_id: Mapping[str, Measure], waits: Mapping[str, set[str]], values: Mapping[str, float]) -> dict[str, float]:
    """Each measure's value, raised to that of the measures it opens; as many passes as the longest chain may need."""
    worth = {key: values.get(key, 0.0) for key in by_id}
    for _pass in by_id:
        raised = False
        for key, needs in waits.items():
            for need in needs:
                if worth[need] < worth[key]:
                    worth[need], raised = worth[key], True
        if not raised:
            break
    return worth


def _fires(trigger: Trigger, answers: Answers) -> bool:
    level = level_of(answers, trigger.statement)
    return level is not None and level <= trigger.at_most
