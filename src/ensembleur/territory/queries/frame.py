"""The whole register as a table, for computing: read through `register.register_frame`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from ensembleur.territory.choices import EstablishmentState
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.register import NATURAL_PERSONS, last_run

FRAME_SCHEMA: dict[str, Any] = {
    "siret": pl.String,
    "siren": pl.String,
    "commune": pl.String,
    "departement": pl.String,
    "epci": pl.String,
    "naf": pl.String,
    "naf_2025": pl.String,
    "headcount_lo": pl.Int64,
    "headcount_hi": pl.Int64,
    "company_headcount_lo": pl.Int64,
    "company_headcount_hi": pl.Int64,
    "category": pl.String,
    "legal_form": pl.String,
    "site_created_on": pl.Date,
    "created_on": pl.Date,
    "is_head_office": pl.Boolean,
    "is_fictional": pl.Boolean,
    "is_micro_entrepreneur": pl.Boolean,
}
FRAME_SQL = """
SELECT e.siret, e.siren, CASE WHEN {masked} THEN NULL ELSE e.commune END, CASE WHEN {masked} THEN NULL ELSE e.departement END,
       CASE WHEN {masked} THEN NULL ELSE NULLIF(e.epci, '') END, NULLIF(e.naf, ''), NULLIF(e.naf_2025, ''),
       e.headcount_lo, e.headcount_hi, u.headcount_lo, u.headcount_hi, NULLIF(u.category, ''), NULLIF(u.legal_form, ''),
       CAST(e.created_on AS TEXT), CAST(u.created_on AS TEXT), CAST(e.is_head_office AS INTEGER), CAST(e.is_fictional AS INTEGER)
FROM territory_establishment e JOIN territory_legalunit u ON u.siren = e.siren
WHERE e.state = 'A' ORDER BY e.siret
""".format(masked="e.masking = 'natural' OR u.masking = 'natural'")

_frame: tuple[tuple[UUID | None, int], pl.DataFrame] | None = None


def read_frame() -> pl.DataFrame:
    """One row per open establishment, columns of FRAME_SCHEMA; null = unknown. Kept until the register changes.

    It is for computing, not for showing: it holds masked establishments too, with codes but no name or address.
    """
    global _frame
    run = last_run()
    version = (run.token if run else None, Establishment.objects.filter(state=EstablishmentState.OPEN).count())
    if run and _frame and _frame[0] == version:
        return _frame[1]
    with connection.cursor() as cursor:
        cursor.execute(FRAME_SQL)
        # Dates and booleans travel as text and numbers: the drivers' own conversions cost more than the whole query.
        plain = {name: {pl.Date: pl.String, pl.Boolean: pl.Int64}.get(kind, kind) for name, kind in FRAME_SCHEMA.items()}
        plain.pop("is_micro_entrepreneur")
        columns = zip(*cursor.fetchall(), strict=True)
        frame = pl.DataFrame(dict(zip(plain, columns, strict=False)) or None, schema=plain).with_columns(
            pl.col("site_created_on", "created_on").str.to_date("%Y-%m-%d"),
            pl.col("is_head_office", "is_fictional").cast(pl.Boolean),
            is_micro_entrepreneur=pl.when(~pl.col("legal_form").str.starts_with(NATURAL_PERSONS)).then(pl.lit(False)),
        )
    _frame = (version, frame)
    return frame
