"""The Sirene import on a generated file of five million establishments: rows a second and peak memory, csv.DictReader beside."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.results import table, write_section
from ensembleur.territory.engine.places import country, read_atlas
from ensembleur.territory.engine.population import luhn_digit

ROWS = int(os.environ.get("BENCH_ROWS", "5000000"))
BLOCK = 250_000
REGION_SHARE, INDUSTRY_SHARE = 0.2, 0.05  # of the rows generated
LIMIT_MB = 500


def generate(folder: Path, rows: int) -> None:
    """Both files, two establishments a company, columns in the official layout."""
    rng = np.random.default_rng(1)
    ours = np.array([commune.code for commune in read_atlas().communes if commune.shape])
    others = np.array(sorted(set(country().communes) - set(ours.tolist())))
    with (folder / "sites.csv").open("wb") as sites, (folder / "units.csv").open("wb") as units:
        for start in range(0, rows, BLOCK):
            count = min(BLOCK, rows - start)
            base = 10_000_000 + np.arange(start, start + count) // 2
            siren = base * 10 + luhn_digit(base)
            body = siren * 10_000 + np.arange(count) % 2 + 1
            siret = body * 10 + luhn_digit(body)
            inside = rng.random(count) < REGION_SHARE
            commune = np.where(inside, rng.choice(ours, count), rng.choice(others, count))
            industry = rng.choice(["25.62B", "10.71C", "28.99B"], count)
            naf = np.where(rng.random(count) < INDUSTRY_SHARE, industry, rng.choice(["68.20A", "47.11F", "96.02A"], count))
            frame = _sites(siren, siret, commune, naf, rng)
            frame.write_csv(sites, include_header=start == 0)
            _units(frame).write_csv(units, include_header=start == 0)


def _sites(siren: np.ndarray, siret: np.ndarray, commune: np.ndarray, naf: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    count = len(siren)
    text = {
        **dict.fromkeys(["dernierNumeroVoieEtablissement", "enseigne2Etablissement", "enseigne3Etablissement"], ""),
        **dict.fromkeys(["libelleCommuneEtrangerEtablissement", "codeCedexEtablissement", "libelleCedexEtablissement"], ""),
        **dict.fromkeys(["complementAdresse2Etablissement", "numeroVoie2Etablissement", "libelleVoie2Etablissement"], ""),
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2012-03-01",
        "anneeEffectifsEtablissement": "2024",
        "dateDernierTraitementEtablissement": "2026-09-01T10:00:00",
        "etablissementSiege": "true",
        "nombrePeriodesEtablissement": "3",
        "complementAdresseEtablissement": "",
        "numeroVoieEtablissement": "12",
        "indiceRepetitionEtablissement": "",
        "typeVoieEtablissement": "RUE",
        "libelleVoieEtablissement": 'DU "PETIT" MOULIN, BATIMENT B',
        "libelleCommuneEtablissement": "COMMUNE",
        "dateDebut": "2020-01-01",
        "etatAdministratifEtablissement": "A",
        "enseigne1Etablissement": "",
        "denominationUsuelleEtablissement": "",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "caractereEmployeurEtablissement": "O",
        "activitePrincipaleNAF25Etablissement": "",
    }
    return pl.DataFrame(
        {
            "siren": pl.Series(siren).cast(pl.String),
            "nic": pl.Series(siret % 100_000).cast(pl.String).str.zfill(5),
            "siret": pl.Series(siret).cast(pl.String),
            "trancheEffectifsEtablissement": rng.choice(["NN", "01", "02", "11", "12"], count),
            "codePostalEtablissement": pl.Series(commune).str.slice(0, 2) + "000",
            "codeCommuneEtablissement": commune,
            "activitePrincipaleEtablissement": naf,
            "coordonneeLambertAbscisseEtablissement": pl.Series(rng.uniform(600_000, 700_000, count).round(1)).cast(pl.String),
            "coordonneeLambertOrdonneeEtablissement": pl.Series(rng.uniform(6_810_000, 6_890_000, count).round(1)).cast(
                pl.String
            ),
        }
    ).with_columns(pl.lit(value).alias(name) for name, value in text.items())


def _units(sites: pl.DataFrame) -> pl.DataFrame:
    return sites.select(
        "siren",
        pl.lit("O").alias("statutDiffusionUniteLegale"),
        pl.lit("A").alias("etatAdministratifUniteLegale"),
        ("SOCIETE " + pl.col("siren")).alias("denominationUniteLegale"),
        pl.lit("5710").alias("categorieJuridiqueUniteLegale"),
        pl.lit("PME").alias("categorieEntreprise"),
    ).unique("siren", maintain_order=True)


def ours(folder: Path) -> int:
    """Import both files into an empty register; returns the establishments admitted."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ensembleur.settings")
    django.setup()
    from django.core.management import call_command

    from ensembleur.territory.services import import_apply
    from ensembleur.territory.services.import_sirene import Files, import_sirene

    import_apply.refresh_index = lambda: None  # measured by the search benchmark
    call_command("migrate", verbosity=0)
    print("ready", flush=True)
    files = Files(folder / "sites.csv", folder / "units.csv", as_of=date(2026, 11, 1))
    return import_sirene(files=files, home=folder, now=datetime(2026, 11, 21, tzinfo=UTC)).added


def peer(folder: Path) -> int:
    """The same filter written with csv.DictReader, results kept in memory, nothing checked and nothing stored."""
    communes = {commune.code for commune in read_atlas().communes}
    print("ready", flush=True)
    kept = {}
    with (folder / "sites.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            naf = row["activitePrincipaleEtablissement"]
            if row["codeCommuneEtablissement"] in communes and 5 <= int(naf[:2]) <= 39:
                kept[row["siret"]] = row
    sirens = {siret[:9] for siret in kept}
    with (folder / "units.csv").open(newline="", encoding="utf-8") as stream:
        companies = {row["siren"]: row for row in csv.DictReader(stream) if row["siren"] in sirens}
    assert len(companies) == len(sirens)
    return len(kept)


def measured(who: str, folder: Path) -> dict[str, float]:
    """Run one of them in a process of its own: rows admitted, seconds, peak in MB."""
    environment = {**os.environ, "ENSEMBLEUR_HOME": str(folder / who)}
    words = [sys.executable, "-m", "benchmarks.import_sirene", who, str(folder)]
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def child(who: str, folder: Path) -> None:
    """The measured process."""
    started, cpu = time.perf_counter(), time.process_time()
    admitted = {"ours": ours, "peer": peer}[who](folder)
    # Not ru_maxrss, which a process inherits from the one that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024
    figures = {
        "admitted": admitted,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak,
    }
    print(json.dumps(figures))


def main() -> int:
    """Generate, measure both, write the section; 1 when the peak passes the limit."""
    if sys.argv[1:]:
        child(sys.argv[1], Path(sys.argv[2]))
        return 0
    with tempfile.TemporaryDirectory(prefix="ensembleur-bench-") as name:
        folder = Path(name)
        generate(folder, ROWS)
        size = sum((folder / file).stat().st_size for file in ("sites.csv", "units.csv")) / 1e6
        figures = {who: measured(who, folder) for who in ("ours", "peer")}
    assert figures["ours"]["admitted"] == figures["peer"]["admitted"]
    lines = [
        (label, f"{ROWS / found['seconds']:,.0f}", f"{found['seconds']:.1f}", f"{found['cpu']:.1f}", f"{found['peak_mb']:.0f}")
        for label, found in (
            ("`ensembleur import_sirene`: read, checked, compared, stored", figures["ours"]),
            ("csv.DictReader: read and filtered only", figures["peer"]),
        )
    ]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    write_section(
        "import_sirene",
        f"Sirene import: {ROWS:,} establishments (target: peak ≤ {LIMIT_MB} MB)",
        f"{ROWS:,} establishments and their companies, {size:,.0f} MB of CSV, {figures['ours']['admitted']:,} inside the perimeter, "
        f"stored in SQLite.\n\n{table(['', 'rows/s', 'seconds', 'CPU seconds', 'peak MB'], lines)}\n\nLoad of the machine: {load}.",
    )
    return int(figures["ours"]["peak_mb"] > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
