"""`ensembleur publish_tables`: release the public tables, or audit every table ever released."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ensembleur.secrecy.tables import TOTAL
from ensembleur.strategy.management.commands.strategy import parse_day
from ensembleur.strategy.models import Release
from ensembleur.strategy.services.releasing import audit_releases, release_tables

BY = "command:publish_tables"


class Command(BaseCommand):
    """Release or audit the public tables."""

    help = "Release the public tables under statistical secrecy; --audit tries to undo every released table instead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day, one strategy, a rehearsal, the audit."""
        parser.add_argument("--as-of", default=None, help="the day the tables speak of, YYYY-MM-DD; today when absent")
        parser.add_argument("--strategy", default="", help="one strategy; all of them when absent")
        parser.add_argument("--dry-run", action="store_true", help="protect and audit, release nothing")
        parser.add_argument("--audit", action="store_true", help="exit 1 and list the cells when a released table can be undone")

    def handle(self, *, as_of: str | None, strategy: str, dry_run: bool, audit: bool, **options: Any) -> None:
        """Print what was done, table by table."""
        if audit:
            self._audit(strategy)
            return
        released = release_tables(as_of=parse_day(as_of), by=BY, now=timezone.now(), slug=strategy, dry_run=dry_run)
        words = {"released": "publié", "kept": "déjà publié ce trimestre", "empty": "rien à publier"}
        for out in released:
            detail = f", {out.hidden} cases cachées sur {out.cells}" if out.what == "released" else ""
            self.stdout.write(f"{out.strategy} {out.table} : {words[out.what]}{detail}")
        done = sum(out.what == "released" for out in released)
        self.stdout.write(f"{done} tableaux publiés{' ; à blanc, rien n’a été changé' if dry_run else ''}")

    def _audit(self, strategy: str) -> None:
        faults = audit_releases(slug=strategy)
        for release, found in faults:
            for fault in found:
                row, column = ("total" if name == TOTAL else name for name in fault.key)
                self.stdout.write(f"{release} : {row} × {column} se retrouve entre {fault.low:g} et {fault.high:g}")
        count = Release.objects.filter(**({"strategy": strategy} if strategy else {})).count()
        self.stdout.write(f"{count} tableaux vérifiés, {len(faults)} qui se défont")
        if faults:
            raise CommandError("des tableaux publiés se défont : la liste est au-dessus.", returncode=1)
