"""Headcount bands of the register as intervals: a band is dated and is never added up as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ensembleur.errors import BadInput
from ensembleur.logic.facts import Interval
from ensembleur.sources import Confidence, Source

if TYPE_CHECKING:  # pages read one band at a time: a server that starts need not load the tools of whole tables
    import numpy as np
    import polars as pl

# Code → (low, high), both included; a high of None means no limit.
BANDS: dict[str, tuple[int, int | None]] = {
    "00": (0, 0),
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1000, 1999),
    "51": (2000, 4999),
    "52": (5000, 9999),
    "53": (10000, None),
}
UNKNOWN = "NN"  # no employee, or not known: the register does not tell which, so neither do we
SOURCE = Source(
    title="Variables du répertoire Sirene : tranche d'effectif salarié (INSEE)",
    licence="Licence Ouverte 2.0",
    confidence=Confidence.SECONDARY,
)


def interval_of(band: str) -> Interval | None:
    """The interval of a band; None when the register says NN or nothing. Raises BadInput on any other code."""
    if band in ("", UNKNOWN):
        return None
    if band not in BANDS:
        raise BadInput("bad_band", f"« {band[:10]} » n'est pas une tranche d'effectif : attendu NN, 00, 01, 02, 03, 11… 53.")
    return Interval(*BANDS[band])


def band_of(headcount: int) -> str:
    """The band a number of employees falls in. Raises BadInput when it is negative."""
    for band, (low, high) in BANDS.items():
        if low <= headcount and (high is None or headcount <= high):
            return band
    raise BadInput("bad_headcount", f"Un effectif de {headcount} n'existe pas : donnez un nombre positif ou nul.")


def bands_of(headcounts: np.ndarray) -> np.ndarray:
    """(n,) band codes of (n,) numbers of employees, none negative."""
    import numpy as np

    lows = np.array([low for low, _high in BANDS.values()])
    return np.array(list(BANDS))[np.searchsorted(lows, headcounts, side="right") - 1]


def with_interval(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `headcount_lo` and `headcount_hi` from its `headcount_band`; null where the band says nothing."""
    import polars as pl

    band = pl.col("headcount_band")
    lows = {code: low for code, (low, _high) in BANDS.items()}
    highs = {code: high for code, (_low, high) in BANDS.items()}
    return frame.with_columns(
        headcount_lo=band.replace_strict(lows, default=None, return_dtype=pl.Int64),
        headcount_hi=band.replace_strict(highs, default=None, return_dtype=pl.Int64),
    )
