"""Bring the register in line with the official Sirene files: all of it, or nothing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from ensembleur.errors import BadInput
from ensembleur.territory.catalogue.perimeter import industrial_perimeter
from ensembleur.territory.engine import register_diff, sirene_reading
from ensembleur.territory.engine.import_report import REJECTS, Report
from ensembleur.territory.engine.perimeter import LEVELS, Perimeter
from ensembleur.territory.engine.register_diff import Difference, difference
from ensembleur.territory.engine.sirene import REASONS
from ensembleur.territory.engine.sirene_files import sha256
from ensembleur.territory.engine.sirene_reading import Limits, OnFile
from ensembleur.territory.models import Establishment, LegalUnit
from ensembleur.territory.queries.tables import completed, read_table
from ensembleur.territory.services.import_apply import apply_import
from ensembleur.territory.services.places import load_places


@dataclass(frozen=True)
class Files:
    """The official files. `as_of` : the day they speak of, by default the day the establishments file was written."""

    establishments: Path
    units: Path
    geolocation: Path | None = None
    as_of: date | None = None

    def day(self) -> date:
        """The day the files speak of."""
        return self.as_of or datetime.fromtimestamp(self.establishments.stat().st_mtime, tz=UTC).date()


@dataclass(frozen=True)
class _Prepared:
    """What an import would write."""

    report: Report
    sites: Difference
    units: Difference


def import_sirene(
    *,
    files: Files,
    home: Path,
    now: datetime,
    level: str = "extended",
    perimeter: Perimeter | None = None,
    limits: Limits | None = None,
    dry_run: bool = False,
    on_bytes: OnFile | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> Report:
    """Read the files, check them, and switch the register to what they say in one transaction.

    home : folder that receives one folder per import, with the lines put aside.   level : core, extended or all.
    dry_run : everything but the switch.   on_bytes, on_rows : called as files are read and rows are written.
    Raises BadInput when a file cannot be read, Refused when it does not look like the register it should replace.
    """
    if level not in LEVELS:
        raise BadInput("bad_perimeter", f"Le périmètre « {level} » n'existe pas : choisissez {', '.join(LEVELS)}.")
    load_places()
    tables = sirene_reading.opened(files.establishments, files.units, files.geolocation)
    rule = perimeter or industrial_perimeter()
    folder = home / f"{now:%Y%m%d-%H%M%S-%f}"
    prepared = _prepared(tables, files.day(), rule, level, limits or Limits(), folder, on_bytes)
    report = prepared.report
    report.dry_run = dry_run
    if not dry_run:
        apply_import(
            sites=prepared.sites,
            units=prepared.units,
            files={name: {"name": table.path.name, "sha256": sha256(table.path)} for name, table in tables.items()},
            counts=report.counts(),
            level=level,
            rejects=str(report.rejects or ""),
            as_of=files.day(),
            now=now,
            on_rows=on_rows,
        )
    return report


def _prepared(
    tables: sirene_reading.Tables,
    as_of: date,
    perimeter: Perimeter,
    level: str,
    limits: Limits,
    folder: Path,
    on_bytes: OnFile | None,
) -> _Prepared:
    """Read, judge and compare; nothing is written but the file of the lines put aside."""
    before_sites = read_table(Establishment, where="is_fictional = %s", params=[False])
    before_units = read_table(LegalUnit, where="is_fictional = %s", params=[False])
    sieve = sirene_reading.sifted(tables["establishments"], perimeter, level, before_sites["siret"], on_bytes)
    rejects = sieve.rejects()
    report = Report(read=sieve.read, outside=sieve.outside + sieve.closed_elsewhere, rejected=Counter(rejects["reason"]))
    report.rejects = _write_rejects(folder, rejects)
    incoming = sirene_reading.checked(sieve.sites(), before_sites, rejects, limits, tables["establishments"])
    known_units = sirene_reading.read_units(tables["units"], incoming, before_sites, on_bytes)
    report.units_missing = sirene_reading.units_missing(incoming, known_units, limits, tables["units"])
    positions = sirene_reading.read_positions(tables.get("geolocation"), incoming, on_bytes)
    sites = register_diff.sites_after(before_sites, incoming, positions, rejects["siret"].to_list(), as_of=as_of)
    sites = register_diff.within(sites, sirene_reading.region_window())
    units = completed(LegalUnit, register_diff.units_after(before_units, known_units, sites))
    sites = completed(Establishment, register_diff.masked_sites(sites, units))
    prepared = _Prepared(report, difference(before_sites, sites, "siret"), difference(before_units, units, "siren"))
    report.take(prepared.sites, incoming)
    return prepared


def _write_rejects(folder: Path, rejects: pl.DataFrame) -> Path | None:
    if not rejects.height:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REJECTS
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["ligne", "siret", "motif"])
        writer.writerows((line, siret, REASONS[reason]) for line, siret, reason in rejects.sort("line").iter_rows())
    return path
