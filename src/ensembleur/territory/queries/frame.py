"""The whole register as a table, for computing: read through `register.register_frame`."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import polars as pl
from django.conf import settings
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

Version = tuple[UUID | None, int]
_frame: tuple[Version, pl.DataFrame] | None = None


def read_frame() -> pl.DataFrame:
    """One row per open establishment, columns of FRAME_SCHEMA; null = unknown. Kept until the register changes.

    It is for computing, not for showing: it holds masked establishments too, with codes but no name or address.
    """
    global _frame
    run = last_run()
    version = (run.token if run else None, Establishment.objects.filter(state=EstablishmentState.OPEN).count())
    if run and _frame and _frame[0] == version:
        return _frame[1]
    file = _file(version) if run else None
    frame = read_back(file) if file else None
    if frame is None:
        frame = _from_database()
        if file:
            keep(frame, file)
    _frame = (version, frame)
    return frame


def _from_database() -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(FRAME_SQL)
        # Dates and booleans travel as text and numbers: the drivers' own conversions cost more than the whole query.
        plain = {name: {pl.Date: pl.String, pl.Boolean: pl.Int64}.get(kind, kind) for name, kind in FRAME_SCHEMA.items()}
        plain.pop("is_micro_entrepreneur")
        columns = zip(*cursor.fetchall(), strict=True)
        return pl.DataFrame(dict(zip(plain, columns, strict=False)) or None, schema=plain).with_columns(
            pl.col("site_created_on", "created_on").str.to_date("%Y-%m-%d"),
            pl.col("is_head_office", "is_fictional").cast(pl.Boolean),
            is_micro_entrepreneur=pl.when(~pl.col("legal_form").str.starts_with(NATURAL_PERSONS)).then(pl.lit(False)),
        )


# -- kept beside the search index, so that a process just started reads a file rather than the whole register ------------
def _file(version: Version) -> Path | None:
    """Where the table of that state of the register is kept; its name changes with the register and with the way it is read."""
    if settings.SEARCH_INDEX is None:
        return None
    reading = hashlib.blake2b(f"{FRAME_SQL}{FRAME_SCHEMA}{NATURAL_PERSONS}".encode(), digest_size=8).hexdigest()
    return Path(settings.SEARCH_INDEX).with_name("register") / f"{version[0]}-{version[1]}-{reading}.arrow"


def read_back(file: Path) -> pl.DataFrame | None:
    """The table kept there; None when there is none, or when it cannot be read."""
    try:
        frame = pl.read_ipc(file.read_bytes())
    except (OSError, pl.exceptions.PolarsError):
        return None
    return frame if dict(frame.schema) == FRAME_SCHEMA else None


def keep(frame: pl.DataFrame, file: Path) -> None:
    """Write the table whole or not at all, and drop every other file; a disk that refuses costs time only."""
    waiting = file.with_name(f".{uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with waiting.open("wb") as target:
            frame.write_ipc(target)
            os.fsync(target.fileno())
        waiting.replace(file)
        for old in file.parent.iterdir():  # what a killed process left half written goes too
            if old != file:
                old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)
