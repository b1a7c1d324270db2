"""Empty the database, journal included: Django's own command, which the journal's triggers would stop."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from ensembleur.accounts.models.guard import guard_journal, lift_guard


class Command(Flush):
    """The guard is lifted while everything goes, and put back."""

    def handle(self, **options: Any) -> None:
        """Same options and same question as Django's."""
        connection = connections[options["database"]]
        lift_guard(connection)
        try:
            super().handle(**options)
        finally:
            guard_journal(connection)
