"""Every company at once: a rule as one Narwhals expression, with the meaning `explain` gives it.

A frame has, for a number, two columns `<fact>_lo` and `<fact>_hi` (equal when exact, null when there is no limit on that side);
for anything else one column `<fact>`, null when unknown; a list column for a fact that holds several codes. A column that is
absent is a fact nobody knows. Every rule is carried by two booleans, "certainly holds" and "may hold", so that nulls never
travel and the three values come out as 0 (no), 1 (unknown), 2 (yes) on any engine Narwhals speaks to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from functools import reduce
from operator import add, and_, or_
from typing import Any, TypeAlias

import narwhals as nw

from ensembleur.logic.comparing import POSITIVE, Setting, cutoff, resolve
from ensembleur.logic.conditions import AGE_OPS, All, AnyOf, Condition, Leaf, Not

Pair: TypeAlias = tuple[nw.Expr, nw.Expr]  # certainly holds, may hold
Number: TypeAlias = int | float


def screen(condition: Condition, setting: Setting, columns: Collection[str]) -> nw.Expr:
    """One int8 expression: 0 no, 1 unknown, 2 yes. columns : those the frame has."""
    return answer_of_pair(pair(condition, lambda leaf: leaf_pair(leaf, setting, columns)))


def answer_of_pair(both: Pair) -> nw.Expr:
    """The two booleans as one int8."""
    return both[0].cast(nw.Int8) + both[1].cast(nw.Int8)


def pair(condition: Condition, of_leaf: Callable[[Leaf], Pair]) -> Pair:
    """The two booleans of a rule, from those of its leaves."""
    if isinstance(condition, Leaf):
        return of_leaf(condition)
    if isinstance(condition, Not):
        sure, maybe = pair(condition.part, of_leaf)
        return ~maybe, ~sure
    parts = [pair(part, of_leaf) for part in condition.parts]
    if isinstance(condition, All | AnyOf):
        joint = and_ if isinstance(condition, All) else or_
        return reduce(joint, [sure for sure, _ in parts]), reduce(joint, [maybe for _, maybe in parts])
    sure, maybe = (reduce(add, [part[side].cast(nw.Int32) for part in parts]) >= condition.count for side in (0, 1))
    return sure, maybe


# -- one leaf ----------------------------------------------------------------------------------------------------------


def leaf_pair(leaf: Leaf, setting: Setting, columns: Collection[str]) -> Pair:
    """The two booleans of one comparison."""
    if leaf.op in ("in_zone", "not_in_zone"):
        both = _in_zone(leaf, setting, columns)
    elif leaf.op in ("is_true", "is_false"):
        both = _holds(leaf.fact, columns, lambda column: column)
    else:
        value = resolve(leaf.value, setting.parameters)
        if value is None:
            return UNKNOWN
        if leaf.op in AGE_OPS or leaf.op in ("before", "on_or_after"):
            both = _dated(leaf, value, setting, columns)
        elif isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str)):
            key = setting.vocabulary.get(leaf.fact)
            several = key is not None and key.kind == "codes"
            both = _coded(leaf, (value,) if isinstance(value, str) else value, columns, several)
        else:
            return _measured(leaf, value, columns)
    return (~both[1], ~both[0]) if leaf.op in POSITIVE else both


UNKNOWN: Pair = (nw.lit(False), nw.lit(True))


def plain_number(value: Any) -> Number:
    """A threshold as columns hold numbers: whole when it is."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _sure(test: nw.Expr, *read: nw.Expr) -> nw.Expr:
    """The test, false where a column it reads is null (some engines let a null through, others compare it as false)."""
    sure: nw.Expr = reduce(and_, [~column.is_null() for column in read], test.fill_null(False))
    return sure


def _maybe(test: nw.Expr, *read: nw.Expr) -> nw.Expr:
    """The test, true where a column it reads is null."""
    maybe: nw.Expr = reduce(or_, [column.is_null() for column in read], test.fill_null(True))
    return maybe


def _holds(name: str, columns: Collection[str], test: Callable[[nw.Expr], nw.Expr]) -> Pair:
    if name not in columns:
        return UNKNOWN
    column = nw.col(name)
    return _sure(test(column), column), _maybe(test(column), column)


def _measured(leaf: Leaf, value: Any, columns: Collection[str]) -> Pair:
    low, high = (name if name in columns else "" for name in (f"{leaf.fact}_lo", f"{leaf.fact}_hi"))

    def above(limit: Any, strict: bool) -> Pair:
        """At least (or more than) the limit: sure when the lowest is, possible while the highest is."""
        bound = plain_number(limit)

        def test(column: nw.Expr) -> nw.Expr:
            reached: nw.Expr = column > bound if strict else column >= bound
            return reached

        sure = _sure(test(nw.col(low)), nw.col(low)) if low else nw.lit(False)
        maybe = _maybe(test(nw.col(high)), nw.col(high)) if high else nw.lit(True)
        return sure, maybe

    if leaf.op in ("at_least", "above"):
        return above(value, leaf.op == "above")
    if leaf.op in ("at_most", "below"):
        sure, maybe = above(value, leaf.op == "at_most")
        return ~maybe, ~sure
    bottom, top = value if leaf.op == "between" else (value, value)
    over, beyond = above(bottom, False), above(top, True)
    sure, maybe = over[0] & ~beyond[1], over[1] & ~beyond[0]
    return (~maybe, ~sure) if leaf.op == "is_not" else (sure, maybe)


def _dated(leaf: Leaf, value: Any, setting: Setting, columns: Collection[str]) -> Pair:
    def test(column: nw.Expr) -> Any:
        if leaf.op == "before":
            return column < value
        if leaf.op == "on_or_after":
            return column >= value
        limit = cutoff(setting.as_of, int(value))
        if leaf.op == "at_least_months_old":
            return column <= limit
        return column < limit if leaf.op == "older_than_months" else (column >= limit) & (column <= setting.as_of)

    return _holds(leaf.fact, columns, test)


def _coded(leaf: Leaf, codes: tuple[str, ...], columns: Collection[str], several: bool) -> Pair:
    if several:
        return _holds(leaf.fact, columns, lambda column: reduce(or_, [column.list.contains(code) for code in codes]))
    if leaf.op.endswith("starts_with"):
        return _holds(leaf.fact, columns, lambda column: starts_with(column, codes))
    return _holds(leaf.fact, columns, lambda column: column.is_in(list(codes)))


def starts_with(column: nw.Expr, prefixes: tuple[str, ...]) -> nw.Expr:
    """Whether a text begins with one of the prefixes: one look-up per length of prefix."""
    by_length: dict[int, list[str]] = {}
    for prefix in prefixes:
        by_length.setdefault(len(prefix), []).append(prefix)
    return reduce(or_, [column.str.slice(0, length).is_in(group) for length, group in by_length.items()])


def _in_zone(leaf: Leaf, setting: Setting, columns: Collection[str]) -> Pair:
    """The bool fact of the zone decides where it is known; elsewhere the list of communes, when we hold it."""
    zone = setting.zones.get(str(leaf.value))
    if zone is None:
        return UNKNOWN
    listed = UNKNOWN
    if zone.is_known:
        tests: list[Callable[[nw.Expr], nw.Expr]] = []
        if zone.prefixes is not None:
            tests.append(lambda column: starts_with(column, zone.prefixes or ()))
        if zone.communes is not None:
            tests.append(lambda column: column.is_in(sorted(zone.communes or ())))
        listed = _holds(leaf.fact, columns, lambda column: reduce(or_, [test(column) for test in tests]))
    if not zone.fact or zone.fact not in columns:
        return listed
    told = nw.col(zone.fact)
    known = ~told.is_null()
    yes = _sure(told, told)
    return yes | (~known & listed[0]), yes | (~known & listed[1])
