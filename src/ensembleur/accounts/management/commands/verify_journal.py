"""Verify the journal of acts: `ensembleur verify_journal`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ensembleur.accounts.services.journal_check import (
    drop_anchor,
    read_anchors,
    sentence_of,
    unguarded_sentence,
    verify_journal,
)


class Command(BaseCommand):
    """Exit 0 when every line is as it was written, 1 at the first faulty line."""

    help = "Verify that no line of the journal of acts has been changed, removed, moved or added around the platform."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the anchors are kept, and whether to drop a new one."""
        parser.add_argument("--anchors", type=Path, default=settings.ENSEMBLEUR_HOME / "journal_anchors.jsonl", metavar="FILE")
        parser.add_argument("--no-anchor", action="store_true", help="verify without noting the last line outside the database")

    def handle(self, *, anchors: Path, no_anchor: bool, **options: Any) -> None:
        """Print one line; leave with code 1 on a fault."""
        started = time.perf_counter()
        known = read_anchors(path=anchors)
        found = verify_journal(anchors=known, on_lines=self._advance if sys.stderr.isatty() else None)
        seconds = time.perf_counter() - started
        if found.fault is not None:
            self.stdout.write(sentence_of(fault=found.fault))
            sys.exit(1)
        if warning := unguarded_sentence():
            self.stdout.write(warning)
            sys.exit(1)
        if not no_anchor:
            drop_anchor(path=anchors, verification=found, now=timezone.now())
        self.stdout.write(
            _("%(lines)s lignes vérifiées en %(seconds)s s (%(rate)s lignes par seconde) · %(anchors)s ancres · aucune anomalie")
            % {
                "lines": found.lines,
                "seconds": f"{seconds:.1f}",
                "rate": int(found.lines / seconds) if seconds else 0,
                "anchors": len(known),
            }
        )

    def _advance(self, lines: int) -> None:
        self.stderr.write(f"\r{lines}", ending="")
