"""Why a company changes answer between two texts of a scheme: the conditions, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.facts import Facts
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.verdict import Verdict, verdict_of

WEIGHT = {"no": 0, "not_open": 0, "unknown": 1, "yes": 2}  # the lower the answer, the less the company has


@dataclass(frozen=True)
class Transition:
    """From one answer to another, and how many establishments make the step."""

    before: str
    after: str
    count: int

    @property
    def name(self) -> str:
        """« no-yes »."""
        return f"{self.before}-{self.after}"

    @property
    def is_change(self) -> bool:
        """Whether the answer is another one."""
        return self.before != self.after


@dataclass(frozen=True)
class Cause:
    """One condition that made a company change answer.

    kind : "added" (the condition is new), "removed" (it is no longer asked), "changed" (it is asked otherwise).
    before, after : its sentence under each text, empty when it has none.   answers : how it went, before and after.
    """

    kind: str
    before: str
    after: str
    answers: tuple[Answer | None, Answer | None]
    leaf: str = ""


def causes(before: Scheme | None, after: Scheme, facts: Facts, *, as_of: date, lang: str = "fr") -> tuple[Cause, ...]:
    """The conditions that made this company change answer, in the order of the new text then of the old one."""
    old = verdict_of(before, facts, as_of=as_of, lang=lang) if before is not None else None
    new = verdict_of(after, facts, as_of=as_of, lang=lang)
    return causes_between(old, new)


def causes_between(old: Verdict | None, new: Verdict) -> tuple[Cause, ...]:
    """The same from both verdicts. A change of opening is told by the sentences of the opening themselves."""
    if old is None or (old.answer == "not_open") != (new.answer == "not_open"):
        told = "" if old is None or old.answer != "not_open" else old.sentence
        return (Cause("changed", told, new.sentence, (None, None), "window"),)
    was, now = _by_leaf(old.reasons), _by_leaf(new.reasons)
    worse = WEIGHT[new.answer] < WEIGHT[old.answer]
    weighed = _weighing(new if worse else old)
    found = []
    for leaf in dict.fromkeys([*now, *was]):
        one, two = was.get(leaf), now.get(leaf)
        held = two if worse else one
        if held is None or held.answer not in weighed or not held.matters or _same(one, two):
            continue
        kind = "added" if one is None else "removed" if two is None else "changed"
        answers = (one.answer if one else None, two.answer if two else None)
        found.append(Cause(kind, one.says if one else "", two.says if two else "", answers, leaf))
    if found:
        return tuple(found)
    # The conditions are the same, read in another group: the sentence of the verdict says what decides now.
    return (Cause("changed", old.sentence, new.sentence, (None, None)),)


def _by_leaf(reasons: tuple[Reason, ...]) -> Mapping[str, Reason]:
    return {reason.leaf: reason for reason in reasons if reason.answer is not None}


def _weighing(verdict: Verdict) -> frozenset[Answer]:
    """The answers of conditions that hold a verdict down: those that say no, or those nobody knows."""
    return frozenset({Answer.NO}) if verdict.answer == "no" else frozenset({Answer.UNKNOWN, Answer.NO})


def _same(one: Reason | None, two: Reason | None) -> bool:
    return (
        one is not None
        and two is not None
        and (one.answer, one.matters, one.group_says) == (two.answer, two.matters, two.group_says)
    )
