"""`ensembleur screen`: every open establishment against every scheme, at once."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput, Refused
from ensembleur.logic.sentences import show_number
from ensembleur.schemes.engine.screening import screen
from ensembleur.schemes.management.commands.advise import parse_day
from ensembleur.schemes.queries.published import published_schemes
from ensembleur.schemes.services.publishing import publish_files
from ensembleur.territory.queries.register import register_frame

WRITERS = {".parquet": "write_parquet", ".csv": "write_csv"}


class Command(BaseCommand):
    """Screen the whole register."""

    help = "Answer every scheme for every open establishment; one row per pair."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day and the file."""
        parser.add_argument("--as-of", default=None, help="the day of the rules, YYYY-MM-DD; today when absent")
        parser.add_argument("--out", type=Path, default=None, help="a .parquet or .csv file to write")

    def handle(self, *, as_of: str | None, out: Path | None, **options: Any) -> None:
        """Print rows, seconds and verdicts per second."""
        day = parse_day(as_of)
        if out is not None and out.suffix not in WRITERS:
            raise BadInput("bad_out", f"--out {out.name} : le fichier doit finir par .parquet ou .csv.")
        if out is not None and not out.parent.is_dir():
            raise BadInput("bad_out", f"--out {out} : le dossier {out.parent} n'existe pas, créez-le d'abord.")
        if not published_schemes():
            publish_files(by="command:screen", now=timezone.now())
        frame = register_frame()
        if frame.is_empty():
            raise Refused(
                "empty_register", "Le registre est vide : lancez d'abord `ensembleur import_sirene` ou `ensembleur demo`."
            )
        started = time.perf_counter()
        verdicts = screen(published_schemes(), frame, as_of=day)
        seconds = time.perf_counter() - started
        if out is not None:
            partial = out.with_name(f".{out.name}.partial")
            getattr(verdicts, WRITERS[out.suffix])(partial)
            partial.replace(out)
        rows, rate = show_number(verdicts.height), show_number(round(verdicts.height / max(seconds, 1e-9)))
        self.stdout.write(f"{rows} lignes · {seconds:.3f} s · {rate} verdicts par seconde")
