"""`ensembleur event_import EVENT FILE`: people or wishes from a CSV file, tried first with --dry-run, taken back with --undo."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ensembleur.accounts.models import User
from ensembleur.errors import BadInput
from ensembleur.meetings.engine.people_files import LARGEST, PEOPLE, WISHES
from ensembleur.meetings.management.commands.event_export import event_called
from ensembleur.meetings.models import ImportBatch
from ensembleur.meetings.services.importing import KINDS, Imported, import_file, undo_import
from ensembleur.strategy.views.tables import table_csv

BY = "command:event_import"
SHOWN = 50


class Command(BaseCommand):
    """Bring a file of people or of wishes into an event."""

    help = "Bring people or wishes into an event from a CSV file (docs/event-import.md): --dry-run tries, --undo takes back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The event, the file, and in whose name."""
        parser.add_argument("event", help="the event's name in addresses")
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--kind", choices=KINDS, default="people")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take a file back, by its number")
        parser.add_argument("--tell", action="store_true", help="write everybody added their private link")
        parser.add_argument("--rejects", type=Path, metavar="CSV", help="write the lines left out here, ready to be mended")
        parser.add_argument(
            "--as", dest="email", default="", metavar="EMAIL", help="act as this organiser; the machine otherwise"
        )

    def handle(self, *, event: str, file: Path | None, undo: int | None, email: str, **options: Any) -> None:
        """Print the counts and the lines left out."""
        held, by, now = event_called(event), _actor(email), timezone.now()
        if undo is not None:
            batch = ImportBatch.objects.filter(event=held, pk=undo).first()
            if batch is None:
                raise BadInput("unknown_batch", f"Cet événement n'a pas de fichier n° {undo} : relisez son numéro à l'import.")
            self.stdout.write(f"fichier {undo} retiré · {undo_import(batch=batch, by=by, now=now)} enregistrements en moins")
            return
        if file is None:
            raise BadInput("no_file", "Donnez un fichier CSV, ou --undo et le numéro d'un fichier importé.")
        done = import_file(
            event=held,
            kind=options["kind"],
            content=_read(file),
            file_name=file.name,
            by=by,
            now=now,
            dry_run=options["dry_run"],
            tell=options["tell"],
        )
        for line in done.of("rejected")[:SHOWN]:
            self.stderr.write(f"ligne {line.number} : {line.why}")
        if options["rejects"]:
            _write_rejects(options["rejects"], options["kind"], done)
        self.stdout.write(_told(done, dry_run=options["dry_run"]))


def _actor(email: str) -> User | str:
    if not email:
        return BY
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise BadInput("unknown_account", f"Aucun compte actif n'a l'adresse {email} : vérifiez-la.")
    return found


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as lines:
            return lines.read(LARGEST + 1)
    except OSError as error:
        raise BadInput("unreadable", f"{file} : ce fichier ne peut pas être lu ({error.strerror}).") from error


def _write_rejects(path: Path, kind: str, done: Imported) -> None:
    columns = (PEOPLE if kind == "people" else WISHES).of_rejects
    rows = ({**line.row.cells, "ligne": str(line.number), "pourquoi": line.why} for line in done.of("rejected"))
    path.write_text(table_csv(columns, rows), encoding="utf-8")


def _told(done: Imported, *, dry_run: bool) -> str:
    counts = done.counts
    said = (
        f"{counts['read']} lues · {counts['added']} ajoutées ({counts['organisations']} inscriptions) · "
        f"{counts['updated']} mises à jour · {counts['unchanged']} déjà connues · {counts['rejected']} écartées"
    )
    number = f" · fichier n° {done.batch.pk}" if done.batch else ""
    return f"{said}{number}{' · à blanc, rien n’a été écrit' if dry_run else ''}"
