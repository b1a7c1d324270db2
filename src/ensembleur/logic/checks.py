"""What is wrong with a rule before anybody meets it: impossible, empty or dangling conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from ensembleur.logic.conditions import All, Bounds, Condition, Leaf, Param, check_op, children, leaves, params
from ensembleur.logic.words import Vocabulary, Zones


def faults(
    condition: Condition,
    *,
    vocabulary: Vocabulary,
    parameters: Mapping[str, Any] | Collection[str] = (),
    zones: Zones | None = None,
    where: str = "règle",
) -> list[str]:
    """One French sentence per fault, none when the rule is sound.

    parameters : names, or names with their value: with values, a range made impossible by a parameter is seen too.
    """
    found = []
    seen: set[str] = set()
    for leaf in leaves(condition):
        at = f"{where}({leaf.id})"
        if leaf.id in seen:
            found.append(f"{at} : cet identifiant sert deux fois, donnez-en un autre")
        seen.add(leaf.id)
        key = vocabulary.get(leaf.fact)
        if key is None:
            found.append(f"{at} : fait « {leaf.fact} » inconnu")
            continue
        try:
            check_op(key, leaf.op, at)
        except ValueError as error:
            found.append(str(error))
        if leaf.op.endswith("in_zone") and zones is not None and leaf.value not in zones:
            found.append(f"{at} : zone « {leaf.value} » inconnue, choisissez parmi {', '.join(zones)}")
    dangling = sorted(params(condition) - set(parameters))
    found += [f"{where} : le paramètre « {name} » est cité mais n'est pas défini sous « parameters: »" for name in dangling]
    found += [
        f"{where} : {sentence}" for sentence in _impossible(condition, parameters if isinstance(parameters, Mapping) else {})
    ]
    return found


def _impossible(condition: Condition, values: Mapping[str, Any]) -> list[str]:
    """Groups « all » in which no number, or no answer, can satisfy every leaf on the same fact."""
    found = []
    for part in children(condition):
        found += _impossible(part, values)
    if isinstance(condition, Leaf):
        low, high, strict = bounds_of(condition, values)
        if low is not None and high is not None and (low > high or (low == high and strict)):
            found.append(f"« {condition.id} » est impossible : de {low} à {high}")
    if isinstance(condition, All):
        by_fact: dict[str, list[Leaf]] = {}
        for part in _flat(condition):
            by_fact.setdefault(part.fact, []).append(part)
        for fact, group in by_fact.items():
            if len(group) > 1 and _contradict(group, values):
                names = ", ".join(f"« {leaf.id} »" for leaf in group)
                found.append(f"les conditions {names} sur « {fact} » ne peuvent pas être vraies ensemble")
    return found


def _flat(condition: All) -> list[Leaf]:
    flat: list[Leaf] = []
    for part in condition.parts:
        flat += [part] if isinstance(part, Leaf) else _flat(part) if isinstance(part, All) else []
    return flat


def _contradict(group: list[Leaf], values: Mapping[str, Any]) -> bool:
    if {"is_true", "is_false"} <= {leaf.op for leaf in group}:
        return True
    low = high = None
    strict_low = strict_high = False
    for leaf in group:
        bottom, top, strict = bounds_of(leaf, values)
        if bottom is not None and (low is None or bottom > low or (bottom == low and strict)):
            low, strict_low = bottom, strict
        if top is not None and (high is None or top < high or (top == high and strict)):
            high, strict_high = top, strict
    return low is not None and high is not None and (low > high or (low == high and (strict_low or strict_high)))


def bounds_of(leaf: Leaf, values: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None, bool]:
    """The lowest and highest number a leaf accepts (None: no limit, or not a number), and whether the limit is excluded."""

    def known(value: object) -> Decimal | None:
        value = values.get(value.name) if isinstance(value, Param) else value
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

    if isinstance(leaf.value, Bounds):
        return known(leaf.value.low), known(leaf.value.high), False
    limit = known(leaf.value)
    if leaf.op in ("at_least", "above"):
        return limit, None, leaf.op == "above"
    if leaf.op in ("at_most", "below"):
        return None, limit, leaf.op == "below"
    return (limit, limit, False) if leaf.op == "is" else (None, None, False)
