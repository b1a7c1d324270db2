"""The official files read whole and judged before anything is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ensembleur.errors import BadInput, Refused
from ensembleur.territory.engine import sirene, sirene_files
from ensembleur.territory.engine.import_report import number
from ensembleur.territory.engine.perimeter import Perimeter
from ensembleur.territory.engine.places import country, read_atlas
from ensembleur.territory.engine.sirene import Sieve, Territory
from ensembleur.territory.engine.sirene_files import Table

OnFile = Callable[[str, int, int], None]  # (which file, bytes read, bytes in all)


@dataclass(frozen=True)
class Limits:
    """Quality gates: shares above which the files are refused whole."""

    drop_share: float = 0.20  # of the open establishments of the same perimeter
    unknown_communes_share: float = 0.05
    unknown_units_share: float = 0.50


def opened(establishments: Path, units: Path, geolocation: Path | None) -> dict[str, Table]:
    """The files, each with the columns it must have. Raises BadInput."""
    tables = {"establishments": sirene_files.open_table(establishments), "units": sirene_files.open_table(units)}
    if "denominationUniteLegale" in tables["establishments"].columns and "siret" in tables["units"].columns:
        raise BadInput(
            "swapped_files",
            f"Les deux fichiers semblent échangés : donnez {units.name} à --establishments et {establishments.name} à --units. "
            "Rien n'a été changé.",
        )
    _refuse_missing(tables["establishments"], sirene.SITE_REQUIRED, "des établissements (StockEtablissement)")
    _refuse_missing(tables["units"], sirene.UNIT_REQUIRED, "des unités légales (StockUniteLegale)")
    if geolocation:
        tables["geolocation"] = sirene_files.open_table(geolocation)
        _refuse_missing(tables["geolocation"], sirene.PLACE_REQUIRED, "de géolocalisation")
    return tables


def _refuse_missing(table: Table, required: dict[str, str], what: str) -> None:
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise BadInput(
            "missing_columns",
            f"{table.path.name} : il manque {'la colonne' if len(missing) == 1 else 'les colonnes'} {', '.join(missing)} ; "
            f"donnez le fichier officiel {what}. Rien n'a été changé.",
        )


def _wanted(table: Table, *groups: dict[str, str]) -> tuple[str, ...]:
    return tuple(name for group in groups for name in group if name in table.columns)


def _territory() -> Territory:
    atlas, names = read_atlas(), country()
    places = {
        row.code: (row.parent if row.kind == "former" else row.code, row.departement, row.epci, row.ept) for row in atlas.communes
    }
    postcodes = tuple(sorted({code[:2] for row in atlas.communes for code in row.postcodes}))
    return Territory(places, {*names.communes, *names.former}, postcodes)


def region_window() -> tuple[float, float, float, float]:
    """The region's window, with two kilometres around."""
    windows = [row.shape.window for row in read_atlas().communes if row.shape]
    west, south = (min(window[side] for window in windows) - 0.02 for side in (0, 1))
    east, north = (max(window[side] for window in windows) + 0.02 for side in (2, 3))
    return west, south, east, north


Tables = dict[str, Table]  # establishments, units, and geolocation when given


def _progress(on_bytes: OnFile | None, name: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: on_bytes(name, done, total)) if on_bytes else None


def sifted(table: Table, perimeter: Perimeter, level: str, known: pl.Series, on_bytes: OnFile | None) -> Sieve:
    """The establishments file passed through the perimeter. Raises BadInput when it is damaged."""
    sieve = Sieve(_territory(), perimeter, level, known)
    wanted = _wanted(table, sirene.SITE_REQUIRED, sirene.SITE_OPTIONAL)
    for batch in sirene_files.batches(table, wanted, _progress(on_bytes, "establishments")):
        sieve.take(sirene.with_columns_named(batch, sirene.SITE_REQUIRED, sirene.SITE_OPTIONAL))
    return sieve


def read_units(table: Table, incoming: pl.DataFrame, before: pl.DataFrame, on_bytes: OnFile | None) -> pl.DataFrame:
    """The companies of the sites read and of the sites already known, in the register's columns."""
    wanted = pl.concat([incoming["siren"], before["siren"]]).unique()
    kept = []
    columns = _wanted(table, sirene.UNIT_REQUIRED, sirene.UNIT_OPTIONAL)
    for batch in sirene_files.batches(table, columns, _progress(on_bytes, "units")):
        ours = batch.filter(pl.col("siren").is_in(wanted.implode()))
        kept.append(sirene.unit_rows(sirene.emptied(sirene.with_columns_named(ours, sirene.UNIT_REQUIRED, sirene.UNIT_OPTIONAL))))
    return pl.concat(kept) if kept else pl.DataFrame(schema={"siren": pl.String})


def read_positions(table: Table | None, incoming: pl.DataFrame, on_bytes: OnFile | None) -> pl.DataFrame | None:
    """siret, lon, lat, geo_quality of the sites; None when there is no geolocation file."""
    if table is None:
        return None
    kept = []
    columns = _wanted(table, sirene.PLACE_REQUIRED, sirene.PLACE_OPTIONAL)
    for batch in sirene_files.batches(table, columns, _progress(on_bytes, "geolocation")):
        ours = batch.filter(pl.col("siret").is_in(incoming["siret"].implode()))
        kept.append(
            sirene.place_rows(sirene.emptied(sirene.with_columns_named(ours, sirene.PLACE_REQUIRED, sirene.PLACE_OPTIONAL)))
        )
    return pl.concat(kept)


def checked(incoming: pl.DataFrame, before: pl.DataFrame, rejects: pl.DataFrame, limits: Limits, table: Table) -> pl.DataFrame:
    """The rows to bring in, or Refused when the whole file looks wrong."""
    name = table.path.name
    if not incoming.height or incoming["rule"].is_null().all():
        raise Refused("empty_perimeter", f"{name} : aucun établissement du périmètre n'y figure. Rien n'a été changé.")
    twice = incoming.filter(pl.col("siret").is_duplicated()).sort("siret", "line")
    if twice.height:
        siret = twice["siret"][0]
        lines = ", ".join(str(line) for line in twice.filter(pl.col("siret") == siret)["line"])
        raise Refused(
            "duplicate_siret", f"{name} : le SIRET {siret} figure aux lignes {lines} ; gardez-en une. Rien n'a été changé."
        )
    unknown = rejects.filter(pl.col("reason") == "unknown_commune").height
    share = unknown / (incoming.height + unknown)
    if share > limits.unknown_communes_share:
        raise Refused(
            "unknown_communes",
            f"{name} : {share:.0%} des établissements ont une commune inconnue (au plus {limits.unknown_communes_share:.0%}) ; "
            "vérifiez le fichier et le millésime des communes. Rien n'a été changé.",
        )
    admitted = incoming.filter(pl.col("rule").is_not_null())
    rules = admitted["rule"].unique()
    had = before.filter((pl.col("state") == "A") & pl.col("perimeter_rule").is_in(rules.implode())).height
    has = admitted.filter(pl.col("state") == "A").height
    if had and has < had * (1 - limits.drop_share):
        raise Refused(
            "row_drop",
            f"{name} : {number(has)} établissements ouverts contre {number(had)} aujourd'hui, une baisse de plus de "
            f"{limits.drop_share:.0%} ; le fichier est sans doute incomplet. Rien n'a été changé.",
        )
    return incoming


def units_missing(incoming: pl.DataFrame, units: pl.DataFrame, limits: Limits, table: Table) -> int:
    """How many companies the units file does not know; Refused when they are too many."""
    wanted = incoming["siren"].unique()
    missing = wanted.len() - int(wanted.is_in(units["siren"].implode()).sum())
    if missing > wanted.len() * limits.unknown_units_share:
        raise Refused(
            "unknown_units",
            f"{table.path.name} : {number(missing)} entreprises sur {number(wanted.len())} n'y figurent pas ; "
            "donnez le fichier des unités légales du même mois. Rien n'a été changé.",
        )
    return missing
