"""Two diagnoses of one company side by side: axis by axis, then the statements that moved."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.journeys.engine.diagnosis import AxisScore, Change, compare, level_of, scores
from ensembleur.journeys.engine.questionnaire import Statement
from ensembleur.journeys.models import Diagnosis
from ensembleur.journeys.queries.diagnoses import Result, answers_of, questionnaire_of


@dataclass(frozen=True)
class AxisChange:
    """One axis: its score of each day with its coverage, and how it moved on the statements both days gave a level."""

    before: AxisScore | None
    after: AxisScore
    change: Change


@dataclass(frozen=True)
class Move:
    """A statement whose level changed."""

    statement: Statement
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """An earlier diagnosis and a later one.

    moves : the statements that moved, the largest step first, rises before falls when equal.
    same : statements at the same level.   lost : levels given on one of the two days only, so never compared.
    changed_edition : whether the questionnaire is another one; only statements of both editions compare.
    """

    before: Diagnosis
    after: Diagnosis
    axes: tuple[AxisChange, ...]
    moves: tuple[Move, ...]
    same: int
    lost: int
    changed_edition: bool


def comparison_of(earlier: Diagnosis, later: Result) -> Comparison:
    """What moved from `earlier` to `later`. "Don't know", "not applicable" and silence are never counted as zero."""
    edition, old_edition = later.questionnaire, questionnaire_of(earlier)
    old = answers_of(earlier)
    changes = compare(edition, old, later.answers, earlier=old_edition)
    before = {score.axis: score for score in scores(old_edition, old)}
    shared = {statement.id for statement in old_edition.statements}
    moves, same, lost = [], 0, 0
    for statement in edition.statements:
        then = level_of(old, statement.id) if statement.id in shared else None
        now = level_of(later.answers, statement.id)
        if then is not None and now is not None:
            same += then == now
            if then != now:
                moves.append(Move(statement, then, now))
        else:
            lost += (then is None) != (now is None)
    moves.sort(key=lambda move: (-abs(move.after - move.before), move.before - move.after, move.statement.id))
    return Comparison(
        before=earlier,
        after=later.diagnosis,
        axes=tuple(
            AxisChange(before.get(score.axis), score, change) for score, change in zip(later.scores, changes, strict=True)
        ),
        moves=tuple(moves),
        same=same,
        lost=lost,
        changed_edition=earlier.version != later.diagnosis.version,
    )
