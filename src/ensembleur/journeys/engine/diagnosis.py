"""From answers to scores: weighted means with their coverage, strengths, priorities, change over time, peers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ensembleur.journeys.engine.questionnaire import LEVELS, NOT_APPLICABLE, Questionnaire, Statement

AXES = ("production", "digital", "people", "organisation", "environment", "market")
TOP = 5
STRONG_FROM = 3  # below this level nothing is called a strength
PEERS_FROM = 11  # fewer answers could let someone guess a neighbour's
OPEN_WINDOW_BONUS = 1.25  # an aid that is open now makes a subject more pressing
DEFAULT_STAKE = 2

Answers = Mapping[str, int | str]  # statement → level 0 to 5, NOT_APPLICABLE or DONT_KNOW; absent = not answered yet


@dataclass(frozen=True)
class AxisScore:
    """How one axis stands.

    score : weighted mean 0–5 of the statements answered with a level, None when there is none.
    coverage : share (0–1, by weight) of the applicable statements answered with a level; 0 when none applies.
    answered, total : statements given any answer, and statements of the axis.
    """

    axis: str
    score: float | None
    coverage: float
    answered: int
    total: int


@dataclass(frozen=True)
class Priority:
    """A statement worth working on: gap × stake × effect × open window = weight of the priority."""

    statement: str
    axis: str
    level: int
    gap: int
    stake: int
    effect: int
    window_open: bool
    value: float


@dataclass(frozen=True)
class Change:
    """How one axis moved between two diagnoses, on the statements both gave a level."""

    axis: str
    before: float | None
    after: float | None
    common: int

    @property
    def difference(self) -> float | None:
        """After minus before, None when nothing is comparable."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Peers:
    """The middle of a group of companies on one axis: quartiles, and how many answered."""

    axis: str
    count: int
    low: float
    median: float
    high: float


def level_of(answers: Answers, statement: str) -> int | None:
    """The level given, None for not applicable, don't know and not answered."""
    answer = answers.get(statement)
    return answer if isinstance(answer, int) and answer in LEVELS else None


def scores(questionnaire: Questionnaire, answers: Answers) -> tuple[AxisScore, ...]:
    """One score per axis, in the questionnaire's order. "Don't know" and "not applicable" never count as zero."""
    return tuple(_score(axis.id, questionnaire.of_axis(axis.id), answers) for axis in questionnaire.axes)


def overall_coverage(questionnaire: Questionnaire, answers: Answers) -> float:
    """Share (0–1, by weight) of all applicable statements answered with a level."""
    return _score("", questionnaire.statements, answers).coverage


def strengths(questionnaire: Questionnaire, answers: Answers, count: int = 3) -> tuple[Statement, ...]:
    """The highest levels, never below 3, heavier statements first when equal."""
    levels = [
        (level, statement) for statement in questionnaire.statements if (level := level_of(answers, statement.id)) is not None
    ]
    strong = [(level, statement) for level, statement in levels if level >= STRONG_FROM]
    strong.sort(key=lambda pair: (-pair[0], -pair[1].weight, pair[1].id))
    return tuple(statement for _level, statement in strong[:count])


def priorities(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    stakes: Mapping[str, int] | None = None,
    open_axes: Iterable[str] = (),
    count: int | None = 3,
) -> tuple[Priority, ...]:
    """Where to act first, by gap × declared stake × typical effect × open window.

    stakes : axis → 1 (low), 2, 3 (high), declared by the company; 2 when not declared.
    open_axes : axes for which an aid is open today.   count : None for all of them.
    """
    declared, opened = dict(stakes or {}), set(open_axes)
    found = []
    for statement in questionnaire.statements:
        level = level_of(answers, statement.id)
        if level is None or level == TOP:
            continue
        stake = declared.get(statement.axis, DEFAULT_STAKE)
        bonus = OPEN_WINDOW_BONUS if statement.axis in opened else 1.0
        value = (TOP - level) * stake * statement.effect * bonus
        found.append(
            Priority(statement.id, statement.axis, level, TOP - level, stake, statement.effect, statement.axis in opened, value)
        )
    found.sort(key=lambda priority: (-priority.value, priority.statement))
    return tuple(found if count is None else found[:count])


def compare(
    questionnaire: Questionnaire, before: Answers, after: Answers, *, earlier: Questionnaire | None = None
) -> tuple[Change, ...]:
    """How each axis moved, on the statements given a level both times; the later weights are used for both.

    earlier : the questionnaire of `before` when it is another edition: only statements of both editions compare.
    """
    shared = {statement.id for statement in (earlier or questionnaire).statements}
    changes = []
    for axis in questionnaire.axes:
        common = [
            statement
            for statement in questionnaire.of_axis(axis.id)
            if statement.id in shared and level_of(before, statement.id) is not None and level_of(after, statement.id) is not None
        ]
        changes.append(Change(axis.id, _score(axis.id, common, before).score, _score(axis.id, common, after).score, len(common)))
    return tuple(changes)


def peers(axis: str, values: Sequence[float]) -> Peers | None:
    """Quartiles (linear interpolation) of other companies' scores; None below eleven, to protect each of them."""
    if len(values) < PEERS_FROM:
        return None
    ordered = sorted(values)
    return Peers(axis, len(ordered), _quantile(ordered, 0.25), _quantile(ordered, 0.5), _quantile(ordered, 0.75))


def _score(axis: str, statements: Sequence[Statement], answers: Answers) -> AxisScore:
    levels = [(level, statement.weight) for statement in statements if (level := level_of(answers, statement.id)) is not None]
    weight = sum(weight for _level, weight in levels)
    applicable = sum(statement.weight for statement in statements if answers.get(statement.id) != NOT_APPLICABLE)
    return AxisScore(
        axis=axis,
        score=sum(level * weight for level, weight in levels) / weight if weight else None,
        coverage=weight / applicable if applicable else 0.0,
        answered=sum(statement.id in answers for statement in statements),
        total=len(statements),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
