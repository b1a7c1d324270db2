"""One leaf against one fact: yes, no, or unknown when the fact is absent or too vague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.logic.answers import Answer
from ensembleur.logic.conditions import AGE_OPS, NUMBER_OPS, Bounds, Leaf, Param, Value
from ensembleur.logic.facts import Fact, Facts, Interval
from ensembleur.logic.words import Vocabulary, Zones
from ensembleur.periods import add_months
from ensembleur.sources import Source

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
WITH_THRESHOLD = {*AGE_OPS, *NUMBER_OPS}
NEGATED = {
    "at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most", "is": "is_not", "is_not": "is",
    "in": "not_in", "not_in": "in", "starts_with": "not_starts_with", "not_starts_with": "starts_with",
    "is_true": "is_false", "is_false": "is_true", "in_zone": "not_in_zone", "not_in_zone": "in_zone",
    "before": "on_or_after", "on_or_after": "before",
}  # fmt: skip
DAYS_A_MONTH = 30.4375
POSITIVE = {"not_in": "in", "not_starts_with": "starts_with", "not_in_zone": "in_zone", "is_not": "is", "is_false": "is_true"}


@dataclass(frozen=True)
class Setting:
    """What an evaluation needs beside the facts: the day, the parameters' values that day, and how to name things."""

    as_of: date
    lang: str = "fr"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=dict)
    zones: Zones = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)


def resolve(value: Value, parameters: Mapping[str, Any]) -> Any:
    """The value with parameters replaced; None when a parameter has no value that day (or the op takes none)."""
    if isinstance(value, Param):
        return parameters.get(value.name)
    if isinstance(value, Bounds):
        low, high = resolve(value.low, parameters), resolve(value.high, parameters)
        return None if low is None or high is None else (low, high)
    return value


@lru_cache(maxsize=4096)
def cutoff(as_of: date, months: int) -> date:
    """The latest day that is at least `months` complete months before `as_of`."""
    day = add_months(as_of, -months)
    while add_months(day + timedelta(days=1), months) <= as_of:
        day += timedelta(days=1)
    return day


def limits(fact: Fact, key: str) -> tuple[Decimal | int | None, Decimal | int | None]:
    """The lowest and highest the number can be; the same twice when it is exact. Raises BadInput when it is no number."""
    value = fact.value
    if isinstance(value, Interval):
        return value.low, value.high
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadInput("bad_fact", f"Le fait « {key} » doit être un nombre ou un intervalle, pas « {value} ».")
    return value, value


def compare(leaf: Leaf, facts: Facts, setting: Setting) -> Answer:
    """The leaf's answer. Raises BadInput when the fact is of the wrong kind for the op."""
    fact = facts.get(leaf.fact)
    if leaf.op in ("in_zone", "not_in_zone"):
        answer = _in_zone(leaf, fact, facts, setting)
    elif fact is None:
        return UNKNOWN
    elif leaf.op in ("is_true", "is_false"):
        if not isinstance(fact.value, bool):
            raise BadInput("bad_fact", f"Le fait « {leaf.fact} » se répond par oui ou non, pas par « {fact.value} ».")
        answer = YES if fact.value else NO
    else:
        value = resolve(leaf.value, setting.parameters)
        if value is None:
            return UNKNOWN
        if leaf.op in AGE_OPS or leaf.op in ("before", "on_or_after"):
            answer = _dated(leaf, fact.value, value, setting.as_of)
        elif isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str)):
            answer = _coded(leaf, fact.value, (value,) if isinstance(value, str) else value)
        else:
            return _measured(leaf.op, *limits(fact, leaf.fact), value)
    return ~answer if leaf.op in POSITIVE else answer


def _measured(op: str, low: Any, high: Any, value: Any) -> Answer:
    if op in ("at_least", "below"):
        answer = YES if low is not None and low >= value else NO if high is not None and high < value else UNKNOWN
        return ~answer if op == "below" else answer
    if op in ("at_most", "above"):
        answer = YES if high is not None and high <= value else NO if low is not None and low > value else UNKNOWN
        return ~answer if op == "above" else answer
    bottom, top = value if op == "between" else (value, value)
    if low is not None and high is not None and bottom <= low and high <= top:
        answer = YES
    elif (low is not None and low > top) or (high is not None and high < bottom):
        answer = NO
    else:
        answer = UNKNOWN
    return ~answer if op == "is_not" else answer


def _coded(leaf: Leaf, held: Any, codes: tuple[str, ...]) -> Answer:
    several = (held,) if isinstance(held, str) else held
    if not isinstance(several, tuple | list | frozenset) or not all(isinstance(code, str) for code in several):
        raise BadInput("bad_fact", f"Le fait « {leaf.fact} » doit être un code, pas « {held} ».")
    if leaf.op.endswith("starts_with"):
        return YES if any(code.startswith(codes) for code in several) else NO
    return YES if any(code in codes for code in several) else NO


def _dated(leaf: Leaf, held: Any, value: Any, as_of: date) -> Answer:
    if type(held) is not date:
        raise BadInput("bad_fact", f"Le fait « {leaf.fact} » doit être une date, pas « {held} ».")
    if leaf.op in ("before", "on_or_after"):
        return YES if (held < value) == (leaf.op == "before") else NO
    limit = cutoff(as_of, int(value))
    if leaf.op == "at_least_months_old":
        holds = held <= limit
    elif leaf.op == "older_than_months":
        holds = held < limit
    else:
        holds = limit <= held <= as_of
    return YES if holds else NO


def _in_zone(leaf: Leaf, fact: Fact | None, facts: Facts, setting: Setting) -> Answer:
    zone = setting.zones.get(str(leaf.value))
    if zone is None:
        return UNKNOWN
    if zone.fact and isinstance(told := facts.get(zone.fact), Fact):
        return YES if told.value is True else NO
    if not zone.is_known or fact is None:
        return UNKNOWN
    return YES if zone.holds(str(fact.value)) else NO


def distance(leaf: Leaf, facts: Facts, setting: Setting) -> tuple[float | None, float | None]:
    """How far the fact stands from the nearest threshold: in its unit (months for an age), and as a share of the threshold.

    Two None when the leaf has no threshold, or the fact is unknown.
    """
    fact, value = facts.get(leaf.fact), resolve(leaf.value, setting.parameters)
    if fact is None or value is None or leaf.op not in WITH_THRESHOLD:
        return None, None
    if leaf.op in AGE_OPS:
        days: int = abs((fact.value - cutoff(setting.as_of, int(value))).days)
        months = round(days / DAYS_A_MONTH, 1)
        return months, months / float(value or 1)
    thresholds = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(limit, Decimal | int) for limit in thresholds):
        return None, None
    ends = [end for end in limits(fact, leaf.fact) if end is not None]
    gaps = [(abs(float(end) - float(limit)), float(abs(limit)) or 1.0) for end in ends for limit in thresholds]
    gap, scale = min(gaps, default=(None, 1.0))
    return gap, None if gap is None else gap / scale


def to_ask(leaf: Leaf, setting: Setting) -> tuple[str, ...]:
    """The fact to ask for when the leaf is unknown; none when a parameter or a list of communes is what we lack."""
    if leaf.op in ("in_zone", "not_in_zone"):
        zone = setting.zones.get(str(leaf.value))
        if zone is None:
            return ()
        return (leaf.fact,) if zone.is_known else (zone.fact,) if zone.fact else ()
    if leaf.op not in ("is_true", "is_false") and resolve(leaf.value, setting.parameters) is None:
        return ()
    key = setting.vocabulary.get(leaf.fact)
    return (key.asked_as if key is not None and key.asked_as else leaf.fact,)
