"""`ensembleur event_export EVENT --out DIR`: everything an organiser owns of an event, one table a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.errors import BadInput
from ensembleur.meetings.models import Event
from ensembleur.meetings.services.exporting import Sheet, export_event
from ensembleur.strategy.services.filing import put
from ensembleur.strategy.views.tables import table_csv

BY = "command:event_export"


class Command(BaseCommand):
    """Write the tables of an event."""

    help = (
        "Write everything an organiser owns of an event (docs/event-import.md); needs of accessibility go in a file of their own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The event, the folder, the format."""
        parser.add_argument("event", help="the event's name in addresses")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--format", choices=("csv", "json"), default="csv", dest="kind")

    def handle(self, *, event: str, out: Path, kind: str, **options: Any) -> None:
        """One file a table, each whole or as it was."""
        for sheet in export_event(event=event_called(event), by=BY, now=timezone.now()):
            path = out / f"{sheet.name}.{kind}"
            try:
                out.mkdir(parents=True, exist_ok=True)
                put(path, body_of(sheet, kind).encode())
            except OSError as error:
                raise BadInput("unwritable", f"{path} : ce fichier ne peut pas être écrit ({error.strerror}).") from error
            self.stdout.write(f"{path} · {len(sheet.rows)} lignes")


def body_of(sheet: Sheet, kind: str) -> str:
    """A table as CSV or JSON; the same texts in both."""
    if kind == "csv":
        return table_csv(sheet.columns, sheet.rows)
    return json.dumps(sheet.rows, ensure_ascii=False, indent=1) + "\n"


def event_called(slug: str) -> Event:
    """The event of this name. Raises BadInput."""
    found = Event.objects.filter(slug=slug).first()
    if found is None:
        raise BadInput("unknown_event", f"Aucun événement ne s'appelle « {slug[:80]} » : reprenez le nom de son adresse.")
    return found
