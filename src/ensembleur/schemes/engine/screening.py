"""The whole catalogue for every company at once, with the meaning `advise` gives it for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

import narwhals as nw
import polars as pl

from ensembleur.logic.comparing import Setting, resolve
from ensembleur.logic.conditions import Leaf
from ensembleur.logic.screen import UNKNOWN, Pair, answer_of_pair, leaf_pair, pair
from ensembleur.schemes.engine.groups import STEPS, Step
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.schemes.engine.verdict import counts_toward_de_minimis
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

ANSWERS = ("no", "unknown", "yes", "not_open")  # the int8 codes 0 to 3
NOT_OPEN = 3
ROOM = "de_minimis_room_eur_hi"


def screen(schemes: Iterable[Scheme], frame: pl.DataFrame, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """One row per establishment and scheme: siret, scheme, answer ("no", "unknown", "yes", "not_open").

    frame : see `screen_wide`.
    """
    wide = screen_wide(schemes, frame, as_of=as_of, known_on=known_on)
    words = pl.Series(ANSWERS, dtype=pl.Enum(ANSWERS))
    long = wide.unpivot(index="siret", variable_name="scheme", value_name="answer")
    return long.with_columns(answer=words.gather(long["answer"].cast(pl.UInt32)))


def screen_wide(
    schemes: Iterable[Scheme], frame: pl.DataFrame, *, as_of: date, known_on: date | None = None, audience: str = "company"
) -> pl.DataFrame:
    """One row per establishment, in the order of the frame: siret, then one int8 column per scheme (0 no, 1 unknown, 2 yes, 3 not open).

    frame : a `siret` column, `<fact>_lo` and `<fact>_hi` for each number known (null: no limit), `<fact>` for anything else
    (null: unknown); a fact without column is unknown for everybody.   audience : as in `advise`.
    """
    columns = set(frame.columns)
    derivation, columns = derivations(columns)
    tables: dict[Any, str] = {}
    leaf_columns: list[nw.Expr] = []
    answers: list[nw.Expr] = []
    for scheme in schemes:
        if audience not in ("", scheme.audience):
            continue
        opening = opening_on(scheme, as_of, known_on)
        if opening.version is None or not opening.is_open:
            answers.append(nw.lit(NOT_OPEN, dtype=nw.Int8).alias(scheme.id))
            continue
        both = _verdict_pair(scheme, opening.version, as_of, columns, tables, leaf_columns)
        answers.append(answer_of_pair(both).alias(scheme.id))
    lazy = nw.from_native(frame.lazy())
    for step in derivation:
        lazy = lazy.with_columns(*step)
    screened = lazy.select("siret", *leaf_columns).select("siret", *answers)
    return screened.to_native().collect()


def _verdict_pair(
    scheme: Scheme, version: Version, as_of: date, columns: Collection[str], tables: dict[Any, str], leaf_columns: list[nw.Expr]
) -> Pair:
    """The two booleans of a version over the leaf columns, each distinct comparison being computed once for the whole catalogue."""
    setting = Setting(as_of, parameters=version.parameters_on(as_of), vocabulary=VOCABULARY, zones=ZONES)

    def column_of(leaf: Leaf) -> Pair:
        value = resolve(leaf.value, setting.parameters)
        place = (leaf.fact, leaf.op, value, value is None)
        if place not in tables:
            computed = leaf_pair(replace(leaf, value=value) if value is not None else leaf, setting, columns)
            if computed is UNKNOWN:
                tables[place] = ""
            else:
                name = f"leaf {len(tables)}"
                tables[place] = name
                leaf_columns.extend(expr.alias(f"{name} {side}") for side, expr in zip(("sure", "maybe"), computed, strict=True))
        name = tables[place]
        return (nw.col(f"{name} sure"), nw.col(f"{name} maybe")) if name else UNKNOWN

    sure, maybe = pair(version.conditions, column_of)
    if counts_toward_de_minimis(version) and ROOM in columns:
        column = nw.col(ROOM)
        if "leaf room" not in tables:
            tables["leaf room"] = "leaf room"
            leaf_columns.append(((column > 0).fill_null(True) | column.is_null()).alias("leaf room"))
        sure, maybe = reduce(and_, (sure, nw.col("leaf room"))), reduce(and_, (maybe, nw.col("leaf room")))
    return sure, maybe


# -- the figures of the company and of its group -------------------------------------------------------------------------


def derivations(columns: Collection[str]) -> tuple[list[list[nw.Expr]], set[str]]:
    """The columns to compute, in order, to climb from establishment to group as `groups.derive` does; and the columns there are then."""
    there = set(columns)
    steps = []
    for step in STEPS:
        if there & {f"{step.lower}_lo", f"{step.lower}_hi"}:
            steps.append(_climb(step, there))
            there |= {f"{step.upper}_lo", f"{step.upper}_hi"}
    return steps, there


def _climb(step: Step, there: Collection[str]) -> list[nw.Expr]:
    def column(name: str) -> nw.Expr:
        return nw.col(name) if name in there else nw.lit(None, dtype=nw.Float64)

    low, high = column(f"{step.lower}_lo"), column(f"{step.lower}_hi")
    up_low, up_high = column(f"{step.upper}_lo"), column(f"{step.upper}_hi")
    same = (nw.col(step.same_if) & ~nw.col(step.same_if).is_null()).fill_null(False) if step.same_if in there else nw.lit(False)
    told = nw.when((low > 0) | same).then(low)
    new_low = nw.when(told.is_null() | (up_low >= told)).then(up_low).otherwise(told)
    new_high = nw.when(same & ~high.is_null() & (up_high.is_null() | (high < up_high))).then(high).otherwise(up_high)
    fits = new_low.is_null() | new_high.is_null() | (new_low <= new_high)
    return [
        nw.when(fits).then(new_low).otherwise(up_low).alias(f"{step.upper}_lo"),
        nw.when(fits).then(new_high).otherwise(up_high).alias(f"{step.upper}_hi"),
    ]
