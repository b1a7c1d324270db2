"""Establishments drawn from a seed, as the tables that rules are screened on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl

from ensembleur.schemes.engine.vocabulary import VOCABULARY

AS_OF = date(2026, 11, 21)
ESTABLISHMENTS = 45_000
BANDS = [(1, 2), (3, 5), (6, 9), (10, 19), (20, 49), (50, 99), (100, 199), (200, 249), (250, 499), (500, 999), (None, None)]
REGISTER = (
    "siret",
    "commune",
    "naf",
    "legal_form",
    "created_on",
    "headcount_lo",
    "headcount_hi",
    "company_headcount_lo",
    "company_headcount_hi",
)


def population(seed: int = 7) -> pl.DataFrame:
    """Every fact of the vocabulary known exactly for every establishment, drawn from a seed."""
    draw = random.Random(seed)
    count = range(ESTABLISHMENTS)
    columns: dict[str, Any] = {"siret": [f"{rank:014d}" for rank in count]}
    codes = {
        "commune": ["95018", "75056", "93066", "77288", "69001"],
        "naf": [f"{division:02d}.{group}{letter}" for division in range(1, 97) for group in (11, 29, 62) for letter in "ABZ"],
        "legal_form": ["5499", "5710", "1000", "9220"],
        "training_sector": ["industry", "other"],
    }
    for key, known in VOCABULARY.items():
        if key == "de_minimis_room_eur":
            continue
        if known.kind in ("number", "money", "share"):
            top = {"number": 600, "money": 60_000_000, "share": 1}[known.kind]
            drawn = [round(draw.random() ** 3 * top) for _ in count]
            columns |= {f"{key}_lo": drawn, f"{key}_hi": drawn}
        elif known.kind == "bool":
            columns[key] = [draw.random() < 0.4 for _ in count]
        elif known.kind == "date":
            columns[key] = [AS_OF - timedelta(days=draw.randrange(9_000)) for _ in count]
        elif known.kind == "codes":
            names = [code for code, _ in known.choices]
            columns[key] = [draw.sample(names, 2) for _ in count]
        elif known.kind == "code":
            columns[key] = draw.choices(codes.get(key, ["x"]), k=ESTABLISHMENTS)
    return pl.DataFrame(columns)


def register(known: pl.DataFrame, seed: int = 8) -> pl.DataFrame:
    """What the register alone says: headcounts by band, one in eleven unknown."""
    bands = random.Random(seed).choices(BANDS, k=len(known))
    low, high = pl.Series([band[0] for band in bands]), pl.Series([band[1] for band in bands])
    return known.select(column for column in REGISTER if not column.startswith(("headcount", "company"))).with_columns(
        headcount_lo=low, headcount_hi=high, company_headcount_lo=low, company_headcount_hi=high
    )
