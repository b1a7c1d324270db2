"""An answer, its reasons, and what is missing (Kleene's strong three-valued logic)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ensembleur.sources import Source


class Answer(Enum):
    """Unknown is not false."""

    NO, UNKNOWN, YES = 0, 1, 2

    def __invert__(self) -> Answer:
        return Answer.UNKNOWN if self is Answer.UNKNOWN else Answer.NO if self is Answer.YES else Answer.YES


def all_of(answers: Iterable[Answer]) -> Answer:
    """NO as soon as one is NO; YES when all are YES, or when there is none."""
    return min(answers, key=lambda answer: answer.value, default=Answer.YES)


def any_of(answers: Iterable[Answer]) -> Answer:
    """YES as soon as one is YES; NO when all are NO, or when there is none."""
    return max(answers, key=lambda answer: answer.value, default=Answer.NO)


def at_least(count: int, answers: Iterable[Answer]) -> Answer:
    """YES when `count` of them are YES; NO when that can no longer happen."""
    seen = list(answers)
    sure, lost = seen.count(Answer.YES), seen.count(Answer.NO)
    if sure >= count:
        return Answer.YES
    return Answer.NO if len(seen) - lost < count else Answer.UNKNOWN


@dataclass(frozen=True)
class Reason:
    """One condition and how it went: `says` is generated from the condition, never typed beside it.

    leaf : the identifier of the condition in its rule.   answer : None when the condition never decides (a jury's view).
    says : « Effectif de 34 salariés : entre 5 et 249 ».   missing : the keys of the facts to ask for.
    distance : how far the fact stands from the threshold, in the fact's unit (months for an age), None when that has no meaning.
    gap : the same as a share of the threshold, 0.1 when 10 % away.   kind : register, declared, project, procedural or jury.
    matters : False when another branch of an alternative already makes up for it, so that a NO here is no obstacle.
    group, group_says : which alternative it belongs to, « une au moins de ces 2 conditions »; empty outside alternatives.
    """

    leaf: str
    answer: Answer | None
    says: str
    source: Source | None = None
    missing: tuple[str, ...] = ()
    distance: float | None = None
    gap: float | None = None
    kind: str = "register"
    matters: bool = True
    group: str = ""
    group_says: str = ""
