"""Small files in the official Sirene layout."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from ensembleur.territory.services.import_sirene import Files

SITE = {
    "siren": "",
    "nic": "",
    "siret": "",
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2001-05-04",
    "trancheEffectifsEtablissement": "12",
    "anneeEffectifsEtablissement": "2024",
    "etablissementSiege": "true",
    "numeroVoieEtablissement": "3",
    "typeVoieEtablissement": "RUE",
    "libelleVoieEtablissement": "DE LA FORGE",
    "codePostalEtablissement": "95100",
    "libelleCommuneEtablissement": "ARGENTEUIL",
    "codeCommuneEtablissement": "95018",
    "coordonneeLambertAbscisseEtablissement": "645000.0",
    "coordonneeLambertOrdonneeEtablissement": "6872000.0",
    "dateDebut": "2020-01-01",
    "etatAdministratifEtablissement": "A",
    "enseigne1Etablissement": "",
    "activitePrincipaleEtablissement": "25.62B",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
    "activitePrincipaleNAF25Etablissement": "",
}
UNIT = {
    "siren": "",
    "statutDiffusionUniteLegale": "O",
    "sigleUniteLegale": "MEX",
    "dateCreationUniteLegale": "2001-05-04",
    "trancheEffectifsUniteLegale": "12",
    "anneeEffectifsUniteLegale": "2024",
    "categorieEntreprise": "PME",
    "etatAdministratifUniteLegale": "A",
    "nomUniteLegale": "",
    "prenomUsuelUniteLegale": "",
    "denominationUniteLegale": "MECANIQUE EXEMPLE",
    "categorieJuridiqueUniteLegale": "5710",
    "activitePrincipaleUniteLegale": "25.62B",
    "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
    "nicSiegeUniteLegale": "",
}


def site(siret: str, **changes: str) -> dict[str, str]:
    """One official line of an establishment."""
    return {**SITE, "siren": siret[:9], "nic": siret[9:], "siret": siret, **changes}


def company(siren: str, **changes: str) -> dict[str, str]:
    """One official line of a company."""
    return {**UNIT, "siren": siren, **changes}


def write(path: Path, rows: Iterable[dict[str, Any]], header: dict[str, str], *, separator: str = ",") -> Path:
    """A table, in the form its suffix asks for: .csv, .csv.gz, .zip or .parquet."""
    rows = list(rows)
    if path.suffix == ".parquet":
        pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String)).write_parquet(path)
        return path
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(header), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    text = buffer.getvalue().encode()
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("table.csv", text)
    else:
        path.write_bytes(text)
    return path


def files(
    folder: Path, sites: list[dict[str, str]], companies: list[dict[str, str]] | None = None, *, suffix: str = ".csv", **more: Any
) -> Files:
    """Both official files; without `companies`, one company per SIREN seen."""
    if companies is None:
        companies = [company(siren) for siren in sorted({row["siret"][:9] for row in sites})]
    header = {**SITE, **{name: "" for row in sites for name in row}}
    establishments = write(folder / f"StockEtablissement{suffix}", sites, header)
    return Files(establishments, write(folder / f"StockUniteLegale{suffix}", companies, UNIT), **more)
