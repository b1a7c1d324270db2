"""Do what time asks: `ensembleur run_clocks [--as-of 2026-11-22T08:00] [--dry-run] [--json]`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.journeys.management.commands._clock_words import told
from ensembleur.journeys.services.clocks import ClockReport, run_clocks
from ensembleur.periods import PARIS, paris_day


class Command(BaseCommand):
    """Prints one line a clock, with its counts."""

    help = "Remind, release and close what waited too long, ask what is due, send the e-mails: run it every quarter of an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """The instant, now when absent, and whether to say only."""
        parser.add_argument(
            "--as-of",
            metavar="DATETIME",
            help="an instant such as 2026-11-22T08:00, in Paris without a zone; now when absent, no day to come but with --dry-run",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, change and send nothing")
        parser.add_argument("--json", action="store_true", help="the same counts for machines")

    def handle(self, *, as_of: str | None, dry_run: bool, json: bool, **options: Any) -> None:
        """One run; safe to kill and to run again."""
        moment = instant(as_of) if as_of else timezone.now()
        if not dry_run and paris_day(moment) > timezone.localdate():
            raise BadInput(
                "instant_to_come",
                _(
                    "Le %(day)s n'est pas encore venu : relances et courriels ne partent pas d'avance. Ajoutez --dry-run pour les voir."
                )
                % {"day": date_format(paris_day(moment), "j F Y")},
            )
        report = run_clocks(as_of=moment, dry_run=dry_run)
        if json:
            self.stdout.write(as_json(report))
            return
        for line in told(report):
            self.stdout.write(line)


def instant(text: str) -> datetime:
    """The instant written; a day alone is its first minute, and Paris when no zone is given. Raises BadInput."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(
            "bad_instant", _("« %(text)s » n'est pas un instant : écrivez par exemple 2026-11-22T08:00.") % {"text": text[:40]}
        ) from error
    return read if read.tzinfo is not None else read.replace(tzinfo=PARIS)


def as_json(report: ClockReport) -> str:
    """The report as one JSON object."""
    plain = {
        "as_of": report.as_of.isoformat(),
        "dry_run": report.dry_run,
        "counts": report.counts,
        "delivered": asdict(report.delivered) if report.delivered is not None else None,
    }
    return json.dumps(plain, ensure_ascii=False)
