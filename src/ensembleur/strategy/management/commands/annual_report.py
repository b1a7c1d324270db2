"""`ensembleur annual_report --year Y`: the annual report as PDF, page or data package."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput
from ensembleur.strategy.engine.report.drawing import render_pdf
from ensembleur.strategy.engine.report.package import render_package
from ensembleur.strategy.management.commands.strategy import chosen
from ensembleur.strategy.queries.annual.report import annual_report
from ensembleur.strategy.queries.annual.years import day_of
from ensembleur.strategy.services.filing import put

KINDS = (".pdf", ".zip")


class Command(BaseCommand):
    """Write the annual report of a strategy."""

    help = "Write the annual report of a year: .pdf, or .zip for the data package. The same records give the same bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The year, the strategy, the file."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--strategy", default="", help="one strategy; the current one when absent")
        parser.add_argument("--out", type=Path, required=True, help="a .pdf or a .zip")
        parser.add_argument(
            "--lang", choices=["fr", "en"], default="fr", help="of the body; the summary is in the other language"
        )

    def handle(self, *, year: int, strategy: str, out: Path, lang: str, **options: Any) -> None:
        """Write the file whole, or leave what was there."""
        if out.suffix.lower() not in KINDS:
            raise BadInput("unknown_format", f"{out.name} : nommez un fichier en .pdf, ou en .zip pour les données.")
        held = chosen(strategy, "")[0]
        report = annual_report(
            held, year=year, as_of=day_of(held, year, today=timezone.localdate()), is_fictional=bool(settings.DEMO)
        )
        body = render_pdf(report, lang) if out.suffix.lower() == ".pdf" else render_package(report)
        try:
            put(out, body)
        except OSError as error:
            raise BadInput("unwritable", f"{out} : ce fichier ne peut pas être écrit ({error.strerror}).") from error
        self.stdout.write(f"{out} · {len(body)} octets · situation au {report.identity.generated_for.isoformat()}")
