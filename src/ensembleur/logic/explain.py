"""One company, one rule: the answer, a reason for every leaf, and the facts that could still change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ensembleur.logic.answers import Answer, Reason, all_of, any_of, at_least
from ensembleur.logic.comparing import Setting, compare, distance, to_ask
from ensembleur.logic.conditions import All, AnyOf, Condition, Leaf, Not, needed_of
from ensembleur.logic.facts import Facts
from ensembleur.logic.sentences import name_group, say
from ensembleur.logic.words import Vocabulary, Zones
from ensembleur.sources import Source


@dataclass(frozen=True)
class Explanation:
    """The answer to a rule, one reason per leaf in the order of the text, and the facts that could still change the answer."""

    answer: Answer
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def explain(
    condition: Condition,
    facts: Facts,
    *,
    as_of: date,
    lang: str = "fr",
    parameters: Mapping[str, Any] | None = None,
    vocabulary: Vocabulary | None = None,
    zones: Zones | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Explanation:
    """Every leaf is evaluated and told, even when the answer is already sure.

    parameters : their values on `as_of`.   vocabulary, zones, sources : how to name facts, zones and texts.
    A negation is carried down to the leaves: under « not », a reason's sentence and answer are those of what is really asked.
    Raises BadInput when a fact has the wrong type for the rule.
    """
    return explain_in(condition, facts, Setting(as_of, lang, parameters or {}, vocabulary or {}, zones or {}, sources or {}))


def explain_in(condition: Condition, facts: Facts, setting: Setting) -> Explanation:
    """The same, with the setting made once for many rules."""
    return _Reader(facts, setting).read(condition, negated=False, group="", group_says="")


def answer_of(condition: Condition, facts: Facts, setting: Setting) -> Answer:
    """The answer alone, without sentences."""
    if isinstance(condition, Leaf):
        return compare(condition, facts, setting)
    if isinstance(condition, Not):
        return ~answer_of(condition.part, facts, setting)
    answers = [answer_of(part, facts, setting) for part in condition.parts]
    if isinstance(condition, All):
        return all_of(answers)
    return any_of(answers) if isinstance(condition, AnyOf) else at_least(condition.count, answers)


@dataclass
class _Reader:
    """Walks one rule; counts the alternatives to name them."""

    facts: Facts
    setting: Setting
    alternatives: int = 0

    def read(self, condition: Condition, *, negated: bool, group: str, group_says: str) -> Explanation:
        if isinstance(condition, Leaf):
            return self.leaf(condition, negated, group, group_says)
        if isinstance(condition, Not):
            return self.read(condition.part, negated=not negated, group=group, group_says=group_says)
        parts, total = condition.parts, len(condition.parts)
        needed = needed_of(condition, negated)
        if needed < total:
            self.alternatives += 1
            group, group_says = f"{group}/{self.alternatives}", name_group(needed, total, self.setting.lang)
        read = [self.read(part, negated=negated, group=group, group_says=group_says) for part in parts]
        answer = at_least(needed, [part.answer for part in read])
        reasons = [
            replace(reason, matters=False) if reason.matters and part.answer.value < answer.value else reason
            for part in read
            for reason in part.reasons
        ]
        missing: dict[str, None] = {}
        if answer is Answer.UNKNOWN:
            for part in read:
                missing.update(dict.fromkeys(part.missing))
        return Explanation(answer, tuple(reasons), tuple(missing))

    def leaf(self, leaf: Leaf, negated: bool, group: str, group_says: str) -> Explanation:
        held = compare(leaf, self.facts, self.setting)
        answer = ~held if negated else held
        missing = to_ask(leaf, self.setting) if answer is Answer.UNKNOWN else ()
        far, gap = distance(leaf, self.facts, self.setting)
        reason = Reason(
            leaf=leaf.id,
            answer=answer,
            says=say(leaf, self.facts, answer, self.setting, negated=negated),
            source=self.setting.sources.get(leaf.source),
            missing=missing,
            distance=far,
            gap=gap,
            kind=leaf.kind,
            group=group,
            group_says=group_says,
        )
        return Explanation(answer, (reason,), missing)
