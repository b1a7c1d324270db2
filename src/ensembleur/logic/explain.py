"""One company, one rule: the answer, a reason for every leaf, and the facts that could still change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from ensembleur.logic.answers import Answer, Reason, all_of, any_of, at_least
from ensembleur.logic.comparing import Setting, compare, distance, resolve, to_ask
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


def explain_in(condition: Condition, facts: Facts, setting: Setting, memo: dict[Any, Any] | None = None) -> Explanation:
    """The same, with the setting made once. A `memo` may be shared by rules read on the same facts, day and language only."""
    answer, reasons, missing = _Reader(facts, setting, {} if memo is None else memo).read(condition, False, "", "")
    return Explanation(answer, tuple(reasons), missing)


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


Read: TypeAlias = tuple[Answer, list[Reason], tuple[str, ...]]  # an Explanation in the making


@dataclass
class _Reader:
    """Walks one rule; counts the alternatives to name them."""

    facts: Facts
    setting: Setting
    memo: dict[Any, Any]  # what was already said of a fact and a threshold
    alternatives: int = 0

    def read(self, condition: Condition, negated: bool, group: str, group_says: str) -> Read:
        if isinstance(condition, Leaf):
            return self.leaf(condition, negated, group, group_says)
        if isinstance(condition, Not):
            return self.read(condition.part, not negated, group, group_says)
        needed, total = needed_of(condition, negated), len(condition.parts)
        if needed < total:
            self.alternatives += 1
            group, group_says = f"{group}/{self.alternatives}", name_group(needed, total, self.setting.lang)
        read = [self.read(part, negated, group, group_says) for part in condition.parts]
        answer = at_least(needed, [held for held, _, _ in read])
        reasons: list[Reason] = []
        missing: dict[str, None] = {}
        for held, told, lacking in read:
            worse = held is not answer and (held is Answer.NO or answer is Answer.YES)
            reasons += [replace(reason, matters=False) if reason.matters else reason for reason in told] if worse else told
            if answer is Answer.UNKNOWN and lacking:
                missing |= dict.fromkeys(lacking)
        return answer, reasons, tuple(missing)

    def leaf(self, leaf: Leaf, negated: bool, group: str, group_says: str) -> Read:
        setting, memo = self.setting, self.memo
        place = (leaf.fact, leaf.op, leaf.value, resolve(leaf.value, setting.parameters), negated)
        if place not in memo:
            held = compare(leaf, self.facts, setting)
            held = ~held if negated else held
            lacking = to_ask(leaf, setting) if held is Answer.UNKNOWN else ()
            says = say(leaf, self.facts, held, setting, negated=negated)
            memo[place] = (held, says, lacking, *distance(leaf, self.facts, setting))
        answer, says, missing, far, gap = memo[place]
        source = setting.sources.get(leaf.source)
        reason = Reason(leaf.id, answer, says, source, missing, far, gap, leaf.kind, True, group, group_says)
        return answer, [reason], missing
