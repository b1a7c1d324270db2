"""The register as measurements read it: every open establishment with what figures are broken down by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ensembleur.territory.engine.activities import sector_of
from ensembleur.territory.models import Departement
from ensembleur.territory.queries.register import last_run, register_frame

if TYPE_CHECKING:
    import polars as pl

DIMENSIONS = ("departement", "epci", "commune", "sector", "size")
# The sizes of the European indicators, by headcount alone: turnover and balance sheets are not in the register.
SIZES = (("micro", 0), ("small", 10), ("medium", 50), ("large", 250))


def register_day() -> date | None:
    """The day the register speaks of: it is a photograph, and says nothing of the days before. None when it was never filled."""
    run = last_run()
    return run.as_of if run else None


def is_covered(region: str) -> bool:
    """Whether the register loaded is about this region; "" stands for whatever it is about."""
    return not region or Departement.objects.filter(region=region).exists()


def described_register() -> pl.DataFrame:
    """One row per open establishment: siret, siren, category, and DIMENSIONS, null when unknown or hidden.

    A natural person in partial diffusion is counted without a place. size : of the company, from the bands of the register.
    """
    import polars as pl

    frame = register_frame().select(
        "siret",
        "siren",
        "category",
        "commune",
        "departement",
        "epci",
        "naf",
        least=pl.max_horizontal("company_headcount_lo", "headcount_lo"),
    )
    return frame.with_columns(sector_expression(frame), size_expression("least").alias("size")).drop("naf", "least")


def sector_expression(frame: pl.DataFrame) -> pl.Expr:
    """The column `sector` (the industrial sectors of `territory`) from the column `naf`; null when the activity is unknown."""
    import polars as pl

    sectors = {naf: sector_of(naf) for naf in frame["naf"].drop_nulls().unique().to_list() if naf}
    return pl.col("naf").replace_strict(sectors, default=None, return_dtype=pl.String).alias("sector")


def size_expression(least: str) -> pl.Expr:
    """The size of a company from the column that holds its least headcount; null when it is unknown."""
    import polars as pl

    found = pl.lit(None, dtype=pl.String)
    for name, low in SIZES:
        found = pl.when(pl.col(least) >= low).then(pl.lit(name)).otherwise(found)
    return found
