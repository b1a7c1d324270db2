"""The accounts domain."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Guard the journal after each migration: SQLite drops a table's triggers when it alters the table."""
        post_migrate.connect(_guard, sender=self)


def _guard(*, using: str, **_kwargs: Any) -> None:
    from django.db import connections

    from ensembleur.accounts.models.guard import guard_journal

    guard_journal(connections[using])
