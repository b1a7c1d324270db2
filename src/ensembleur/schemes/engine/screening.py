"""The whole catalogue for every company at once, with the meaning `advise` gives it for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from ensembleur.logic.comparing import Setting, resolve
from ensembleur.logic.conditions import All, Condition, Leaf
from ensembleur.logic.screen import Expr, Frame, Pair, answer_of_pair, leaf_pair, pair
from ensembleur.schemes.engine.groups import STEPS, Step
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.schemes.engine.verdict import counts_toward_de_minimis
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

ANSWERS = ("no", "unknown", "yes", "not_open")  # the int8 codes 0 to 3
NOT_OPEN = 3
ROOM = "de_minimis_room_eur_hi"


def screen(
    schemes: Iterable[Scheme], frame: pl.DataFrame, *, as_of: date, known_on: date | None = None, audience: str = "company"
) -> pl.DataFrame:
    """One row per establishment and scheme: siret, scheme, answer ("no", "unknown", "yes", "not_open"). See `screen_wide`."""
    wide = screen_wide(schemes, frame, as_of=as_of, known_on=known_on, audience=audience)
    words = pl.Series(ANSWERS, dtype=pl.Enum(ANSWERS))
    long = wide.unpivot(index="siret", variable_name="scheme", value_name="answer")
    return long.with_columns(answer=words.gather(long["answer"].cast(pl.UInt32)))


def screen_wide(
    schemes: Iterable[Scheme], frame: pl.DataFrame, *, as_of: date, known_on: date | None = None, audience: str = "company"
) -> pl.DataFrame:
    """One row per establishment, in the order of the frame: siret, then an int8 column per scheme (0 no, 1 unknown, 2 yes, 3 not open).

    frame : a `siret` column, `<fact>_lo` and `<fact>_hi` for each number known (null: no limit), `<fact>` for anything else
    (null: unknown); a fact without column is unknown for everybody.   audience : as in `advise`.
    """
    derived, columns = derivations(frame.columns)
    sheet = _Sheet(Frame(columns, pl))
    answers = []
    for scheme in schemes:
        if audience not in ("", scheme.audience):
            continue
        opening = opening_on(scheme, as_of, known_on)
        if opening.version is None or not opening.is_open:
            answer: Expr = pl.lit(NOT_OPEN, dtype=pl.Int8)
        else:
            answer = sheet.answer(opening.version, as_of)
        answers.append(answer.alias(scheme.id))
    lazy = frame.lazy()
    for step in derived:
        lazy = lazy.with_columns(step)
    return lazy.select("siret", *sheet.columns).select("siret", *answers).collect()


@dataclass
class _Sheet:
    """Each distinct comparison of the catalogue is computed once, as one or two boolean columns the rules then combine."""

    frame: Frame
    columns: list[Expr] = field(default_factory=list)
    done: dict[Any, Pair] = field(default_factory=dict)

    def answer(self, version: Version, as_of: date) -> Expr:
        """The int8 expression of a version."""
        setting = Setting(as_of, parameters=version.parameters_on(as_of), vocabulary=VOCABULARY, zones=ZONES)
        rule: Condition = version.conditions
        if counts_toward_de_minimis(version) and ROOM in self.frame.columns:
            rule = All((rule, ROOM_LEFT))
        return answer_of_pair(pair(rule, lambda leaf: self.of_leaf(leaf, setting), self.frame), self.frame)

    def of_leaf(self, leaf: Leaf, setting: Setting) -> Pair:
        """The pair of a leaf, read from the columns computed for the first leaf that asks the same."""
        if leaf is ROOM_LEFT:
            return self.keep("room", (self.frame.maybe(pl.col(ROOM) > 0, pl.col(ROOM)),) * 2)
        place = (leaf.fact, leaf.op, resolve(leaf.value, setting.parameters))
        return self.done.get(place) or self.keep(place, leaf_pair(leaf, setting, self.frame))

    def keep(self, place: Any, computed: Pair) -> Pair:
        """Gives the computed sides a column each; a side that is the same for everybody needs none."""
        if place not in self.done:
            sides = []
            for side in computed:
                if not isinstance(side, bool):
                    self.columns.append(side.alias(f"leaf {len(self.columns)}"))
                sides.append(side if isinstance(side, bool) else pl.col(f"leaf {len(self.columns) - 1}"))
            self.done[place] = (sides[0], sides[1])
        return self.done[place]


ROOM_LEFT = Leaf("de-minimis", "de_minimis_room_eur", "above")  # unknown room is no obstacle


# -- the figures of the company and of its group -------------------------------------------------------------------------


def derivations(columns: Collection[str]) -> tuple[list[list[pl.Expr]], set[str]]:
    """The columns to compute, in order, to climb from establishment to group as `groups.derive` does; and the columns there are then."""
    there = set(columns)
    steps = []
    for step in STEPS:
        if there & {f"{step.lower}_lo", f"{step.lower}_hi"}:
            steps.append(_climb(step, there))
            there |= {f"{step.upper}_lo", f"{step.upper}_hi"}
    return steps, there


def _climb(step: Step, there: Collection[str]) -> list[pl.Expr]:
    def column(name: str) -> pl.Expr:
        return pl.col(name) if name in there else pl.lit(None, dtype=pl.Float64)

    low, high = column(f"{step.lower}_lo"), column(f"{step.lower}_hi")
    up_low, up_high = column(f"{step.upper}_lo"), column(f"{step.upper}_hi")
    same = pl.col(step.same_if).fill_null(False) if step.same_if in there else pl.lit(False)
    told = pl.when((low > 0) | same).then(low)
    new_low = pl.max_horizontal(told, up_low)
    new_high = pl.when(same).then(pl.min_horizontal(high, up_high)).otherwise(up_high)
    fits = (new_low <= new_high).fill_null(True)
    return [
        pl.when(fits).then(new_low).otherwise(up_low).alias(f"{step.upper}_lo"),
        pl.when(fits).then(new_high).otherwise(up_high).alias(f"{step.upper}_hi"),
    ]
