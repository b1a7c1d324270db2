"""Every company at once: the answer of one scheme, and how many facts could still change it, as `verdict_of` would say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ensembleur.logic.comparing import Setting, to_ask
from ensembleur.logic.conditions import All, Condition, Leaf, children
from ensembleur.logic.screen import Expr, Frame, Pair, answer_of_pair, leaf_pair, pair
from ensembleur.schemes.engine.groups import STEPS
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.screening import NOT_OPEN, ROOM, ROOM_LEFT, derivations
from ensembleur.schemes.engine.verdict import counts_toward_de_minimis
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES

SHAPE = {"siret": pl.String, "answer": pl.Int8, "missing": pl.UInt8, "lone": pl.String}
TOLD = "told {}"  # what was told of a figure, before figures below it are carried up


def screen_missing(scheme: Scheme, frame: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """One row per establishment, in the order of the frame: siret, answer, missing, lone.

    frame : as `screening.screen_wide` wants it.   answer : int8, 0 no, 1 unknown, 2 yes, 3 not open.
    missing : how many facts to ask for, zero unless the answer is unknown; zero too when no question can settle it.
    lone : the key of that fact when there is only one, null otherwise.
    """
    opening = opening_on(scheme, as_of)
    version = opening.version
    if version is None or not opening.is_open:
        return pl.DataFrame(
            {"siret": frame["siret"], "answer": [NOT_OPEN] * frame.height, "missing": [0] * frame.height, "lone": None},
            schema=SHAPE,
        )
    derived, columns = derivations(frame.columns)
    setting = Setting(as_of, parameters=version.parameters_on(as_of), vocabulary=VOCABULARY, zones=ZONES)
    known = Frame(columns, pl)
    rule: Condition = version.conditions
    lacking = _lacking(rule, setting, known)
    if counts_toward_de_minimis(version) and ROOM in columns:
        rule = All((rule, ROOM_LEFT))
    answer = answer_of_pair(pair(rule, lambda leaf: _of_leaf(leaf, setting, known), known), known)
    lazy = frame.lazy().with_columns(
        pl.col(name).alias(TOLD.format(name)) for name in _told_ends() if name in frame.columns and name in columns
    )
    for step in derived:
        lazy = lazy.with_columns(step)
    asked = _asked_instead(lacking, frame.columns)
    unknown = pl.col("answer") == 1
    names = sorted(asked)
    counted = lazy.select("siret", answer.alias("answer"), *(asked[name].alias(name) for name in names)).with_columns(
        missing=pl.when(unknown).then(pl.sum_horizontal(pl.col(name).cast(pl.UInt8) for name in names)).otherwise(0)
        if names
        else pl.lit(0),
    )
    alone = pl.coalesce(*(pl.when(pl.col(name)).then(pl.lit(name)) for name in names)) if names else pl.lit(None)
    lone = pl.when(pl.col("missing") == 1).then(alone)
    return counted.select(
        "siret", pl.col("answer").cast(pl.Int8), pl.col("missing").cast(pl.UInt8), lone.cast(pl.String).alias("lone")
    ).collect()


def _of_leaf(leaf: Leaf, setting: Setting, frame: Frame) -> Pair:
    if leaf is ROOM_LEFT:  # room nobody told is no obstacle
        room = pl.col(ROOM)
        return (frame.maybe(room > 0, room),) * 2
    return leaf_pair(leaf, setting, frame)


def _lacking(rule: Condition, setting: Setting, frame: Frame) -> dict[str, Expr]:
    """For each fact, whether a leaf asks for it that is unknown like everything above it: only then can it change the answer."""
    found: dict[str, list[Expr]] = {}
    for leaf, unknown in _open_leaves(rule, pl.lit(True), setting, frame):
        for key in to_ask(leaf, setting):
            found.setdefault(key, []).append(unknown)
    return {key: pl.any_horizontal(tests) for key, tests in found.items()}


def _open_leaves(rule: Condition, above: Expr, setting: Setting, frame: Frame) -> Iterator[tuple[Leaf, Expr]]:
    sure, maybe = pair(rule, lambda leaf: leaf_pair(leaf, setting, frame), frame)
    if sure is True or maybe is False:
        return
    here = above
    if sure is not False:
        here = here & ~sure
    if maybe is not True:
        here = here & maybe
    if isinstance(rule, Leaf):
        yield rule, here
        return
    for part in children(rule):
        yield from _open_leaves(part, here, setting, frame)


def _told_ends() -> list[str]:
    return [f"{step.lower}_hi" for step in STEPS]


def _asked_instead(lacking: dict[str, Expr], told: list[str]) -> dict[str, Expr]:
    """The same with the easier question in place of a group figure, as `groups.ask_instead` chooses it for one company."""
    asked: dict[str, list[Expr]] = {}
    easier = {step.upper: step for step in STEPS}
    for key, test in lacking.items():
        step = easier.get(key)
        bound = f"{step.lower}_hi" if step else ""
        if step is None or bound not in told:
            asked.setdefault(key, []).append(test)
            continue
        instead = pl.col(TOLD.format(bound)).is_not_null()
        if step.same_if in told:
            instead = instead & pl.col(step.same_if).is_null()
        asked.setdefault(step.same_if, []).append(test & instead)
        asked.setdefault(key, []).append(test & ~instead)
    return {key: pl.any_horizontal(tests) for key, tests in asked.items()}
