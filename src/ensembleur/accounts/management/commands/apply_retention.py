"""Erase what has outlived its purpose: `ensembleur apply_retention --as-of 2026-11-21 [--dry-run]`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ensembleur.accounts.services.retention import BY, apply_retention
from ensembleur.errors import BadInput


class Command(BaseCommand):
    """Prints one line a rule."""

    help = "Warn, erase and delete what the retention rules of docs/personal-data.md say, as of a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, today when absent, and whether to count only."""
        parser.add_argument("--as-of", metavar="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="count only, change and send nothing")

    def handle(self, *, as_of: str | None, dry_run: bool, **options: Any) -> None:
        """Refuse a day to come: rules that delete never run ahead of time."""
        today = timezone.localdate()
        try:
            day = date.fromisoformat(as_of) if as_of else today
        except ValueError as error:
            raise BadInput(
                "bad_date", _("« %(date)s » n'est pas une date : écrivez par exemple 2026-11-21.") % {"date": as_of}
            ) from error
        if day > today and not dry_run:
            raise BadInput(
                "future_date", _("Le %(date)s est à venir : ajoutez --dry-run pour seulement compter.") % {"date": day}
            )
        for name, count in apply_retention(as_of=day, by=BY, now=timezone.now(), dry_run=dry_run).items():
            self.stdout.write(f"{name} : {count}")
        if dry_run:
            self.stdout.write(_("Rien n'a été changé (--dry-run)."))
