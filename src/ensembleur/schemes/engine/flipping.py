"""Who changes answer between two texts of a scheme, over every company at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from ensembleur.schemes.engine.flips import Transition
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.screening import ANSWERS, screen_wide

BEFORE, AFTER = "before", "after"


def compared(before: Scheme | None, after: Scheme, frame: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """siret, before, after: the int8 answers of both texts on one day, in one pass. No text before: not open to anybody.

    frame : as in `screen_wide`.
    """
    schemes = [replace(after, id=AFTER)] if before is None else [replace(before, id=BEFORE), replace(after, id=AFTER)]
    wide = screen_wide(schemes, frame, as_of=as_of, audience="")
    if before is None:
        wide = wide.with_columns(pl.lit(ANSWERS.index("not_open"), dtype=pl.Int8).alias(BEFORE))
    return wide.select("siret", BEFORE, AFTER)


def transitions(wide: pl.DataFrame) -> tuple[Transition, ...]:
    """Every step that somebody makes, changes first, most numerous first."""
    counted = wide.group_by(BEFORE, AFTER).len()
    found = [Transition(ANSWERS[row[0]], ANSWERS[row[1]], row[2]) for row in counted.iter_rows()]
    return tuple(sorted(found, key=lambda step: (not step.is_change, -step.count, step.name)))


def flipped(wide: pl.DataFrame, name: str = "") -> pl.DataFrame:
    """The rows that change answer, those of one transition when it is named; by SIRET."""
    rows = wide.filter(pl.col(BEFORE) != pl.col(AFTER))
    before, _, after = name.partition("-")
    if before in ANSWERS and after in ANSWERS:
        rows = rows.filter(pl.col(BEFORE) == ANSWERS.index(before), pl.col(AFTER) == ANSWERS.index(after))
    return rows.sort("siret")
