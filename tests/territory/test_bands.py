"""Headcount bands are intervals, and unknown stays unknown."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.facts import Interval
from ensembleur.territory.engine.bands import BANDS, band_of, bands_of, interval_of, with_interval


@given(st.integers(0, 60_000))
def test_every_headcount_falls_in_exactly_one_band(headcount):
    inside = [code for code, (low, high) in BANDS.items() if low <= headcount and (high is None or headcount <= high)]
    assert inside == [band_of(headcount)]
    assert bands_of(np.array([headcount])).tolist() == inside


@given(st.sampled_from(list(BANDS)), st.sampled_from(list(BANDS)))
def test_bands_never_overlap(one, other):
    a, b = interval_of(one), interval_of(other)
    assert one == other or (a.high is not None and a.high < b.low) or (b.high is not None and b.high < a.low)


@pytest.mark.parametrize(
    ("band", "interval"),
    [
        ("00", Interval(0, 0)),
        ("01", Interval(1, 2)),
        ("12", Interval(20, 49)),
        ("31", Interval(200, 249)),
        ("53", Interval(10_000, None)),
        ("NN", None),
        ("", None),
    ],
)
def test_a_band_is_read_as_the_register_defines_it(band, interval):
    assert interval_of(band) == interval


def test_a_code_that_is_no_band_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match="« 99 » n'est pas une tranche d'effectif"):
        interval_of("99")
    with pytest.raises(BadInput, match="Un effectif de -1 n'existe pas"):
        band_of(-1)


def test_the_column_and_the_single_value_agree():
    codes = [*BANDS, "NN", ""]
    frame = with_interval(pl.DataFrame({"headcount_band": codes}))
    for code, low, high in frame.iter_rows():
        interval = interval_of(code)
        assert (low, high) == ((interval.low, interval.high) if interval else (None, None))
