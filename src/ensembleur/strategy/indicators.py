"""What the register measures by itself: a photograph, which says nothing of the days before it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ensembleur.strategy.engine.registry import Measured, Reading, measures
from ensembleur.strategy.queries.register import DIMENSIONS, described_register, is_covered, register_day

if TYPE_CHECKING:
    import polars as pl

MID_CAP = "ETI"  # the category INSEE gives the company: entreprise de taille intermédiaire
WHICH = ("departements", "sectors")


@measures("establishments_open", dimensions=DIMENSIONS, parameters=WHICH)
def establishments_open(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Open establishments of the register; its own day is not later than the day measured. Units are their companies."""
    import polars as pl

    missing = _missing(reading)
    if missing is not None:
        return missing
    rows = _selected(reading, given).with_columns(value=pl.lit(1))
    return Measured(Decimal(rows.height), contributions=rows.select("unit", "value", *DIMENSIONS))


@measures("mid_caps_registered", dimensions=DIMENSIONS, parameters=WHICH)
def mid_caps_registered(reading: Reading, given: Mapping[str, Any]) -> Measured:
    """Different companies of the category ETI with an open establishment; a company counts in each place where it has one.

    Companies whose category the register does not say are not counted; when it says none, the number is not known.
    """
    import polars as pl

    missing = _missing(reading)
    if missing is not None:
        return missing
    held = _selected(reading, given)
    if held.height and held["category"].null_count() == held.height:
        return Measured(
            None,
            why="Le répertoire chargé ne dit la catégorie d'aucune entreprise.",
            why_en="The register loaded says the category of no company.",
        )
    rows = held.filter(pl.col("category") == MID_CAP).select("unit", *DIMENSIONS).unique()
    value = Decimal(rows["unit"].n_unique())
    return Measured(value, contributions=rows.with_columns(value=pl.lit(1)), counts_units=True)


def _missing(reading: Reading) -> Measured | None:
    if not reading.once("strategy.is_covered", lambda: is_covered(reading.region)):
        return Measured(
            None,
            why="Le répertoire chargé ne porte pas sur cette région.",
            why_en="The register loaded is not about this region.",
        )
    day = reading.once("strategy.register_day", register_day)
    if day is None:
        return Measured(None, why="Le répertoire n'a jamais été chargé.", why_en="The register was never loaded.")
    if reading.as_of < day:
        return Measured(
            None,
            why=f"Le répertoire chargé parle du {day:%d/%m/%Y} : il ne dit rien des jours d'avant.",
            why_en=f"The register loaded speaks of {day:%d/%m/%Y}: it says nothing of the days before.",
            is_gone=True,
        )
    return None


def _selected(reading: Reading, given: Mapping[str, Any]) -> pl.DataFrame:
    import polars as pl

    frame: pl.DataFrame = reading.once("strategy.register", described_register)
    for name, column in (("departements", "departement"), ("sectors", "sector")):
        if name in given:
            frame = frame.filter(pl.col(column).is_in(list(given[name])))
    return frame.rename({"siren": "unit"})
