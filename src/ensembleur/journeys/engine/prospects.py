"""Whom to call first: companies by what the rules say of them, their sites gathered, in an order that pages can follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from ensembleur.schemes.engine.lacking import screen_missing
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.screening import NOT_OPEN, screen_wide

NONE = 999  # the rank of a site to which no scheme may answer yes
UNSETTLED = 99  # unknown, and no question of ours can settle it
LARGEST = 9_999_999
SIZES: Mapping[str, tuple[int, int]] = {"micro": (0, 9), "small": (10, 49), "medium": (50, 249), "large": (250, LARGEST)}
PERSONS = "1"  # first digit of the legal forms of natural persons


@dataclass(frozen=True)
class Sieve:
    """Which companies to keep. None: no limit.

    communes, departements : where the reader works.   commune, departement, divisions (of the NAF), size : what they ask for.
    without : SIREN left out.   lone : the fact that alone is missing.
    """

    communes: Collection[str] | None = None
    departements: Collection[str] | None = None
    commune: Collection[str] = ()
    departement: str = ""
    divisions: Collection[str] | None = None
    size: str = ""
    lone: str = ""
    certain_only: bool = False
    without: Collection[str] = ()


def judged(schemes: Sequence[Scheme], register: pl.DataFrame, told: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """The sites to which one scheme at least may answer yes, with the best of the schemes for each.

    register, told : see `register_frame` and `told_frame`; a site that is in both is judged on what was told.
    Columns: siret, siren, commune, departement, division, size (least headcount of the company, null when unknown),
    is_head_office, is_person, rank (0 certain, then 1 for each fact missing, 100 when none can settle it), scheme (its place), lone.
    """
    ranks, lones = [], []
    for scheme in schemes:
        said = _screened(scheme, register, told, as_of)
        missing = pl.when(pl.col("missing") == 0).then(UNSETTLED).otherwise(pl.col("missing")).cast(pl.Int16)
        rank = pl.when(pl.col("answer") == 2).then(0).when(pl.col("answer") == 1).then(1 + missing).otherwise(NONE)
        ranks.append(said.select(rank=rank.cast(pl.Int16))["rank"])
        lones.append(said["lone"])
    return _best(register, ranks, lones)


def _screened(scheme: Scheme, register: pl.DataFrame, told: pl.DataFrame, as_of: date) -> pl.DataFrame:
    said = screen_missing(scheme, register, as_of=as_of)
    if told.is_empty():
        return said
    better = screen_missing(scheme, told, as_of=as_of)
    places = register.select("siret").with_row_index("place")
    rest = places.join(told.select("siret"), on="siret", how="anti").join(said, on="siret", how="left")
    of_told = places.join(better, on="siret", how="inner")
    return pl.concat([rest, of_told]).sort("place").drop("place")


def _best(register: pl.DataFrame, ranks: Sequence[pl.Series], lones: Sequence[pl.Series]) -> pl.DataFrame:
    names = [f"rank {place}" for place in range(len(ranks))]
    size = pl.max_horizontal("company_headcount_lo", "headcount_lo")
    sheet = register.select(
        "siret",
        "siren",
        "commune",
        "departement",
        pl.col("naf").str.slice(0, 2).alias("division"),
        size.cast(pl.Int64).alias("size"),
        pl.col("is_head_office").fill_null(False),
        pl.col("legal_form").str.starts_with(PERSONS).fill_null(False).alias("is_person"),
        *(series.alias(name) for series, name in zip(ranks, names, strict=True)),
        *(series.alias(f"lone {place}") for place, series in enumerate(lones)),
    )
    if not names:
        return sheet.clear().with_columns(rank=pl.lit(NONE), scheme=pl.lit(0), lone=pl.lit(""))
    best = pl.min_horizontal(names)
    first, alone = pl.lit(0), pl.lit(None, dtype=pl.String)
    for place in reversed(range(len(names))):
        is_best = pl.col(names[place]) == pl.col("rank")
        first = pl.when(is_best).then(place).otherwise(first)
        alone = pl.when(is_best).then(pl.col(f"lone {place}")).otherwise(alone)
    found = sheet.with_columns(rank=best).filter(pl.col("rank") < NONE).with_columns(scheme=first, lone=alone)
    return found.drop(*names, *(f"lone {place}" for place in range(len(names))))


def companies(sites: pl.DataFrame, sieve: Sieve) -> pl.DataFrame:
    """One row per company kept, best site first, with `sites` (how many may ask) and `order`, in the order of the list.

    Certain ones first, then those that fewest questions separate from an answer, then the largest.
    """
    kept = sites.filter(*_tests(sieve))
    size = pl.col("size").fill_null(0).clip(0, LARGEST)
    ordered = kept.with_columns(order=pl.col("rank").cast(pl.Int64) * (LARGEST + 1) + (LARGEST - size))
    ordered = ordered.sort("order", pl.col("is_head_office"), "siret", descending=[False, True, False])
    counted = ordered.with_columns(sites=pl.len().over("siren"))
    return counted.unique("siren", keep="first", maintain_order=True).sort("order", "siret")


def _tests(sieve: Sieve) -> list[pl.Expr]:
    tests = [pl.lit(True)]
    if sieve.communes is not None or sieve.departements is not None:
        places = pl.col("commune").is_in(list(sieve.communes or ())) | pl.col("departement").is_in(list(sieve.departements or ()))
        tests.append(places.fill_null(False))
    if sieve.commune:
        tests.append(pl.col("commune").is_in(list(sieve.commune)).fill_null(False))
    if sieve.departement:
        tests.append((pl.col("departement") == sieve.departement).fill_null(False))
    if sieve.divisions is not None:
        tests.append(pl.col("division").is_in(list(sieve.divisions)).fill_null(False))
    if sieve.size in SIZES:
        tests.append(pl.col("size").is_between(*SIZES[sieve.size]).fill_null(False))
    elif sieve.size:
        tests.append(pl.col("size").is_null())
    if sieve.lone:
        tests.append((pl.col("lone") == sieve.lone).fill_null(False))
    if sieve.certain_only:
        tests.append(pl.col("rank") == 0)
    if sieve.without:
        tests.append(~pl.col("siren").is_in(list(sieve.without)))
    return tests


def answered(
    schemes: Sequence[Scheme], register: pl.DataFrame, told: pl.DataFrame, *, as_of: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every site with its place, and the answer of each scheme beside it, a site that is in `told` judged on what was told."""
    wide = screen_wide(schemes, register, as_of=as_of)
    if not told.is_empty():
        wide = wide.update(screen_wide(schemes, told, as_of=as_of), on="siret", how="left")
    return register.select("siret", "siren", "commune", "departement"), wide.drop("siret")


def count_companies(
    sites: pl.DataFrame, answers: pl.DataFrame, groups: Sequence[Sequence[str]], sieve: Sieve
) -> list[tuple[int, int]]:
    """For each group of schemes, the companies to which one certainly answers yes, and those to which one only may."""
    best = [
        pl.max_horizontal(pl.when(pl.col(name) == NOT_OPEN).then(0).otherwise(pl.col(name)) for name in names).alias(str(place))
        if names
        else pl.lit(0, dtype=pl.Int8).alias(str(place))
        for place, names in enumerate(groups)
    ]
    if not best:
        return []
    kept = sites.hstack(answers).filter(*_tests(sieve)).select("siren", *best)
    by_company = kept.group_by("siren").max().drop("siren")
    return [(int((by_company[str(place)] == 2).sum()), int((by_company[str(place)] == 1).sum())) for place in range(len(groups))]


def after(rows: pl.DataFrame, cursor: tuple[int, str] | None) -> pl.DataFrame:
    """The rows that follow the one a cursor names, whether or not it is still there."""
    if cursor is None:
        return rows
    order, siret = cursor
    return rows.filter((pl.col("order") > order) | ((pl.col("order") == order) & (pl.col("siret") > siret)))


def cursor_of(order: int, siret: str) -> str:
    """The words of a cursor."""
    return f"{order}-{siret}"


def read_cursor(text: str) -> tuple[int, str] | None:
    """What `cursor_of` wrote; None for anything else, which begins at the beginning."""
    order, _, siret = text.partition("-")
    is_cursor = text.isascii() and order.isdigit() and len(order) < 16 and siret.isdigit() and len(siret) == 14
    return (int(order), siret) if is_cursor else None
