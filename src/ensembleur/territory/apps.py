"""The territory domain."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

logger = logging.getLogger(__name__)


def _load_places(using: str = "default", **_: Any) -> None:
    """Places come with the tables: a register cannot be read without them."""
    from django.db import connections

    from ensembleur.errors import SourceError
    from ensembleur.territory.services.places import load_places

    if "territory_region" not in connections[using].introspection.table_names():
        return  # migrated back, or not yet forward
    try:
        load_places()
    except SourceError as error:
        logger.warning("%s", error.sentence)


class TerritoryConfig(AppConfig):
    """Named as its folder."""

    name = "ensembleur.territory"
    label = "territory"

    def ready(self) -> None:
        """Fill the places once the tables exist."""
        post_migrate.connect(_load_places, sender=self, dispatch_uid="territory_places")
