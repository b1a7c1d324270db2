"""Bring the register in line with the official Sirene files."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ensembleur.errors import BadInput
from ensembleur.territory.engine.import_report import Report, number
from ensembleur.territory.engine.perimeter import LEVELS
from ensembleur.territory.engine.sirene_reading import Limits
from ensembleur.territory.services.import_apply import undo_import
from ensembleur.territory.services.import_sirene import Files, import_sirene

FILES = {"establishments": "Établissements", "units": "Unités légales", "geolocation": "Géolocalisation"}


class Command(BaseCommand):
    """`ensembleur import_sirene --establishments F --units F [--geolocation F] [--dry-run]`, or `--undo`."""

    help = "Bring the register in line with the official Sirene files (CSV plain, gzip or zip, or Parquet)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, the perimeter, and the thresholds of the quality gates."""
        limits = Limits()
        parser.add_argument("--establishments", type=Path, metavar="F", help="StockEtablissement")
        parser.add_argument("--units", type=Path, metavar="F", help="StockUniteLegale")
        parser.add_argument("--geolocation", type=Path, metavar="F", help="géolocalisation (longitudes et latitudes)")
        parser.add_argument("--perimeter", choices=LEVELS, default="extended", help="activités retenues (extended par défaut)")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="jour dont parlent les fichiers")
        parser.add_argument("--max-drop", type=float, default=limits.drop_share, metavar="PART", help="baisse admise (0.20)")
        parser.add_argument("--max-unknown-communes", type=float, default=limits.unknown_communes_share, metavar="PART")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier et compter, ne rien changer")
        parser.add_argument("--undo", action="store_true", help="revenir à l'état d'avant le dernier import")

    def handle(self, *, undo: bool, **options: Any) -> None:
        """Import, or undo."""
        if undo:
            run = undo_import(now=timezone.now())
            self.stdout.write(f"Import {run.counts['undone']} défait : le registre est revenu à son état d'avant.")
            return
        if not (options["establishments"] and options["units"]):
            raise BadInput(
                "missing_files", "Donnez les deux fichiers : --establishments StockEtablissement --units StockUniteLegale."
            )
        report = self._import(options)
        self.stdout.write(str(report))
        if report.dry_run:
            self.stdout.write("Essai : rien n'a été changé.")
            self.stdout.writelines(f"  {sample}\n" for sample in report.samples)
        if report.units_missing:
            self.stdout.write(f"Entreprises absentes du fichier des unités légales : {number(report.units_missing)}.")
        if report.rejects:
            self.stdout.write(f"Lignes écartées : {report.rejects}")

    def _import(self, options: dict[str, Any]) -> Report:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=not options["verbosity"]) as bar:
            tasks: dict[str, Any] = {}

            def on_bytes(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = bar.add_task(FILES[name], total=total)
                bar.update(tasks[name], completed=done)

            return import_sirene(
                files=Files(options["establishments"], options["units"], options["geolocation"], options["as_of"]),
                level=options["perimeter"],
                home=settings.ENSEMBLEUR_HOME / "imports",
                now=timezone.now(),
                dry_run=options["dry_run"],
                limits=Limits(options["max_drop"], options["max_unknown_communes"]),
                on_bytes=on_bytes,
            )
