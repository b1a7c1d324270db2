"""Every company at once: a rule as one Narwhals expression, with the meaning `explain` gives it.

A frame has, for a number, two columns `<fact>_lo` and `<fact>_hi` (equal when exact, null when there is no limit on that side);
for anything else one column `<fact>`, null when unknown; a list column for a fact that holds several codes. A column that is
absent is a fact nobody knows. Every rule is carried by two booleans, "certainly holds" and "may hold", so that nulls never
travel and the three values come out as 0 (no), 1 (unknown), 2 (yes) on any engine Narwhals speaks to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, and_, or_
from types import ModuleType
from typing import Any, TypeAlias

import narwhals as nw
import polars as pl

from ensembleur.logic.comparing import POSITIVE, Setting, cutoff, resolve
from ensembleur.logic.conditions import AGE_OPS, Condition, Leaf, Not, needed_of

Expr: TypeAlias = Any  # nw.Expr, pl.Expr when the engine is Polars itself, or a plain bool when it is the same for everybody
Pair: TypeAlias = tuple[Expr, Expr]  # certainly holds, may hold
Number: TypeAlias = int | float


@dataclass(frozen=True)
class Frame:
    """The columns a frame has, and the module that makes its expressions: narwhals, or polars, whose words are the same.

    Polars' own expressions are built fifteen times faster, which counts when the whole catalogue is translated at once.
    """

    columns: Collection[str]
    engine: ModuleType = nw

    def column(self, name: str, test: Callable[[Expr], Expr]) -> Pair:
        """The two booleans of a test on one column; unknown for everybody when the column is absent."""
        if name not in self.columns:
            return self.unknown
        held = self.engine.col(name)
        return self.sure(test(held), held), self.maybe(test(held), held)

    @property
    def unknown(self) -> Pair:
        """Never certain, always possible."""
        return False, True

    def sure(self, test: Expr, read: Expr) -> Expr:
        """The test, false where the column it reads is null (some engines let a null through, others compare it as false)."""
        return test.fill_null(False) if self.engine is pl else test.fill_null(False) & ~read.is_null()

    def maybe(self, test: Expr, read: Expr) -> Expr:
        """The test, true where the column it reads is null."""
        return test.fill_null(True) if self.engine is pl else test.fill_null(True) | read.is_null()


def screen(condition: Condition, setting: Setting, columns: Collection[str]) -> nw.Expr:
    """One int8 expression: 0 no, 1 unknown, 2 yes. columns : those the frame has."""
    frame = Frame(columns)
    expression: nw.Expr = answer_of_pair(pair(condition, lambda leaf: leaf_pair(leaf, setting, frame), frame), frame)
    return expression


def answer_of_pair(both: Pair, frame: Frame) -> Expr:
    """The two booleans as one int8."""
    if isinstance(both[0], bool) and isinstance(both[1], bool):
        return frame.engine.lit(both[0] + both[1], dtype=frame.engine.Int8)
    sides: list[Expr] = [int(side) if isinstance(side, bool) else side.cast(frame.engine.Int8) for side in both]
    return (sides[0] + sides[1]).cast(frame.engine.Int8)


def pair(condition: Condition, of_leaf: Callable[[Leaf], Pair], frame: Frame) -> Pair:
    """The two booleans of a rule, from those of its leaves."""
    if isinstance(condition, Leaf):
        return of_leaf(condition)
    if isinstance(condition, Not):
        return opposite(pair(condition.part, of_leaf, frame))
    parts = [pair(part, of_leaf, frame) for part in condition.parts]
    needed = needed_of(condition)
    sure, maybe = (_count([part[side] for part in parts], needed, frame) for side in (0, 1))
    return sure, maybe


def _count(sides: list[Expr], needed: int, frame: Frame) -> Expr:
    """Whether at least `needed` of the booleans hold; those that are the same for everybody are counted at once."""
    needed -= sum(side is True for side in sides)
    sides = [side for side in sides if not isinstance(side, bool)]
    if needed <= 0 or needed > len(sides):
        return needed <= 0
    if needed in (1, len(sides)):
        return reduce(or_ if needed == 1 else and_, sides)
    return reduce(add, [side.cast(frame.engine.Int32) for side in sides]) >= needed


def opposite(both: Pair) -> Pair:
    """Surely not is not maybe; maybe not is not surely."""
    sure, maybe = (not side if isinstance(side, bool) else ~side for side in both)
    return maybe, sure


# -- one leaf ----------------------------------------------------------------------------------------------------------


def leaf_pair(leaf: Leaf, setting: Setting, frame: Frame) -> Pair:
    """The two booleans of one comparison."""
    if leaf.op in ("in_zone", "not_in_zone"):
        both = _in_zone(leaf, setting, frame)
    elif leaf.op in ("is_true", "is_false"):
        both = frame.column(leaf.fact, lambda column: column)
    else:
        value = resolve(leaf.value, setting.parameters)
        if value is None:
            return frame.unknown
        if leaf.op in AGE_OPS or leaf.op in ("before", "on_or_after"):
            both = _dated(leaf, value, setting, frame)
        elif isinstance(value, str) or (isinstance(value, tuple) and isinstance(value[0], str)):
            key = setting.vocabulary.get(leaf.fact)
            several = key is not None and key.kind == "codes"
            both = _coded(leaf, (value,) if isinstance(value, str) else value, frame, several)
        else:
            return _measured(leaf, value, frame)
    return opposite(both) if leaf.op in POSITIVE else both


def plain_number(value: Any) -> Number:
    """A threshold as columns hold numbers: whole when it is."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _measured(leaf: Leaf, value: Any, frame: Frame) -> Pair:
    low, high = (name if name in frame.columns else "" for name in (f"{leaf.fact}_lo", f"{leaf.fact}_hi"))

    def above(limit: Any, strict: bool) -> Pair:
        """At least (or more than) the limit: sure when the lowest is, possible while the highest is."""
        bound = plain_number(limit)

        def test(column: Expr) -> Expr:
            return column > bound if strict else column >= bound

        engine = frame.engine
        sure = frame.sure(test(engine.col(low)), engine.col(low)) if low else False
        maybe = frame.maybe(test(engine.col(high)), engine.col(high)) if high else True
        return sure, maybe

    if leaf.op in ("at_least", "above"):
        return above(value, leaf.op == "above")
    if leaf.op in ("at_most", "below"):
        return opposite(above(value, leaf.op == "at_most"))
    bottom, top = value if leaf.op == "between" else (value, value)
    over, under = above(bottom, False), opposite(above(top, True))
    sure, maybe = (_count([over[side], under[side]], 2, frame) for side in (0, 1))
    return opposite((sure, maybe)) if leaf.op == "is_not" else (sure, maybe)


def _dated(leaf: Leaf, value: Any, setting: Setting, frame: Frame) -> Pair:
    def test(column: Expr) -> Expr:
        if leaf.op == "before":
            return column < value
        if leaf.op == "on_or_after":
            return column >= value
        limit = cutoff(setting.as_of, int(value))
        if leaf.op == "at_least_months_old":
            return column <= limit
        return column < limit if leaf.op == "older_than_months" else (column >= limit) & (column <= setting.as_of)

    return frame.column(leaf.fact, test)


def _coded(leaf: Leaf, codes: tuple[str, ...], frame: Frame, several: bool) -> Pair:
    if several:
        return frame.column(leaf.fact, lambda column: reduce(or_, [column.list.contains(code) for code in codes]))
    if leaf.op.endswith("starts_with"):
        return frame.column(leaf.fact, lambda column: starts_with(column, codes))
    return frame.column(leaf.fact, lambda column: column.is_in(list(codes)))


def starts_with(column: Expr, prefixes: tuple[str, ...]) -> Expr:
    """Whether a text begins with one of the prefixes: one look-up per length of prefix."""
    by_length: dict[int, list[str]] = {}
    for prefix in prefixes:
        by_length.setdefault(len(prefix), []).append(prefix)
    return reduce(or_, [column.str.slice(0, length).is_in(group) for length, group in by_length.items()])


def _in_zone(leaf: Leaf, setting: Setting, frame: Frame) -> Pair:
    """The bool fact of the zone decides where it is known; elsewhere the list of communes, when we hold it."""
    zone = setting.zones.get(str(leaf.value))
    if zone is None:
        return frame.unknown
    listed = frame.unknown
    if zone.is_known:
        tests: list[Callable[[Expr], Expr]] = []
        if zone.prefixes is not None:
            tests.append(lambda column: starts_with(column, zone.prefixes or ()))
        if zone.communes is not None:
            tests.append(lambda column: column.is_in(sorted(zone.communes or ())))
        listed = frame.column(leaf.fact, lambda column: reduce(or_, [test(column) for test in tests]))
    if not zone.fact or zone.fact not in frame.columns:
        return listed
    told = frame.engine.col(zone.fact)
    known = ~told.is_null()
    yes = frame.sure(told, told)
    sure, maybe = (yes if side is False else yes | ~known if side is True else yes | (~known & side) for side in listed)
    return sure, maybe
