"""What is wrong with a rule before anybody meets it: impossible, empty or dangling conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ensembleur.logic.comparing import NEGATED, resolve
from ensembleur.logic.conditions import (
    All,
    AnyOf,
    AtLeast,
    Bounds,
    Condition,
    Leaf,
    Not,
    Param,
    check_op,
    children,
    leaves,
    needed_of,
    params,
)
from ensembleur.logic.words import FactKey, Vocabulary, Zones


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
    values = parameters if isinstance(parameters, Mapping) else {}
    for group in contradictions(condition, vocabulary=vocabulary, values=values):
        names = ", ".join(f"« {leaf.id} »" for leaf in group)
        if len(group) > 1:
            found.append(f"{where} : les conditions {names} sur « {group[0].fact} » ne peuvent pas être vraies ensemble")
        else:
            low, high, _strict = bounds_of(group[0], values)
            found.append(f"{where} : {names} est impossible" + ("" if low is None or high is None else f" : de {low} à {high}"))
    return found


# -- what nobody can satisfy, and what everybody does ------------------------------------------------------------------


def contradictions(
    condition: Condition, *, vocabulary: Vocabulary, values: Mapping[str, Any] | None = None
) -> list[tuple[Leaf, ...]]:
    """Comparisons of one fact, all of them asked, that no value of the fact can satisfy together.

    values : the parameters' values on a day; without them, what a parameter decides is not seen.
    """
    return _found_in(pushed_down(condition), vocabulary, values or {})


def certainties(
    condition: Condition, *, vocabulary: Vocabulary, values: Mapping[str, Any] | None = None
) -> list[tuple[Leaf, ...]]:
    """Comparisons of one fact that every value of the fact satisfies, alone or because one of them is enough.

    Each is given as its opposite, under its own identifier: together, the opposites are impossible.
    """
    return _found_in(pushed_down(condition, negated=True), vocabulary, values or {})


def pushed_down(condition: Condition, negated: bool = False) -> Condition:
    """The same rule, or its opposite, with negations on the leaves only; a leaf keeps its identifier."""
    if isinstance(condition, Not):
        return pushed_down(condition.part, not negated)
    if isinstance(condition, Leaf):
        if not negated:
            return condition
        if condition.op in NEGATED:
            return replace(condition, op=NEGATED[condition.op])
        if isinstance(condition.value, Bounds):
            ends = (("below", condition.value.low), ("above", condition.value.high))
            return AnyOf(tuple(replace(condition, op=op, value=value) for op, value in ends))
        return Not(condition)
    parts = tuple(pushed_down(part, negated) for part in condition.parts)
    needed = needed_of(condition, negated)
    return All(parts) if needed == len(parts) else AnyOf(parts) if needed == 1 else AtLeast(needed, parts)


def _found_in(condition: Condition, vocabulary: Vocabulary, values: Mapping[str, Any]) -> list[tuple[Leaf, ...]]:
    if isinstance(condition, Leaf):
        return [(condition,)] if _contradict([condition], vocabulary.get(condition.fact), values) else []
    found: list[tuple[Leaf, ...]] = []
    flat: list[Leaf] = []
    for part in _flat(condition) if isinstance(condition, All) else children(condition):
        if isinstance(condition, All) and isinstance(part, Leaf):
            flat.append(part)
        elif not isinstance(condition, Not):
            found += _found_in(part, vocabulary, values)
    alone = [leaf for leaf in flat if _contradict([leaf], vocabulary.get(leaf.fact), values)]
    found += [(leaf,) for leaf in alone]
    by_fact: dict[str, list[Leaf]] = {}
    for leaf in flat:
        if leaf not in alone:
            by_fact.setdefault(leaf.fact, []).append(leaf)
    return found + [
        tuple(group) for fact, group in by_fact.items() if len(group) > 1 and _contradict(group, vocabulary.get(fact), values)
    ]


def _flat(condition: All) -> list[Condition]:
    flat: list[Condition] = []
    for part in condition.parts:
        flat += _flat(part) if isinstance(part, All) else [part]
    return flat


def _contradict(group: list[Leaf], key: FactKey | None, values: Mapping[str, Any]) -> bool:
    ops = {leaf.op for leaf in group}
    if {"is_true", "is_false"} <= ops:
        return True
    asked: dict[str, list[Any]] = {}
    for leaf in group:
        value = resolve(leaf.value, values)
        if value is not None:
            asked.setdefault(leaf.op, []).append(value)
    if set(asked.get("in_zone", ())) & set(asked.get("not_in_zone", ())):
        return True
    return _no_number(group, key, values) or _no_date(asked) or _no_code(asked, several=key is not None and key.kind == "codes")


def _no_number(group: list[Leaf], key: FactKey | None, values: Mapping[str, Any]) -> bool:
    low = high = None
    strict_low = strict_high = False
    if key is not None and key.kind in ("number", "money", "share"):
        low, high = Decimal(0), Decimal(1) if key.kind == "share" else None  # nothing we count goes below zero
    for leaf in group:
        bottom, top, strict = bounds_of(leaf, values)
        if bottom is not None and (low is None or bottom > low or (bottom == low and strict)):
            low, strict_low = bottom, strict
        if top is not None and (high is None or top < high or (top == high and strict)):
            high, strict_high = top, strict
    return low is not None and high is not None and (low > high or (low == high and (strict_low or strict_high)))


def _no_date(asked: Mapping[str, list[Any]]) -> bool:
    if "before" in asked and "on_or_after" in asked and min(asked["before"]) <= max(asked["on_or_after"]):
        return True
    if "within_months" not in asked:
        return False
    most = min(asked["within_months"])
    return any(age > most for age in asked.get("at_least_months_old", ())) or any(
        age >= most for age in asked.get("older_than_months", ())
    )


def _no_code(asked: Mapping[str, list[Any]], *, several: bool) -> bool:
    def lists(*ops: str) -> list[set[str]]:
        return [{value} if isinstance(value, str) else set(value) for op in ops for value in asked.get(op, ()) if _is_text(value)]

    wanted, refused = lists("in", "is"), set().union(*lists("not_in", "is_not"))
    begins, never = [tuple(codes) for codes in lists("starts_with")], tuple(set().union(*lists("not_starts_with")))
    if several:
        return any(codes <= refused for codes in wanted)
    if wanted:
        held = set.intersection(*wanted) - refused
        return not any(all(code.startswith(codes) for codes in begins) and not code.startswith(never or ("\0",)) for code in held)
    if not begins:
        return False
    kept = set(begins[0])
    for codes in begins[1:]:
        kept = {max(one, two, key=len) for one in kept for two in codes if one.startswith(two) or two.startswith(one)}
    return all(code.startswith(never or ("\0",)) for code in kept)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple | list) and all(isinstance(item, str) for item in value))


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
