"""Tables released through the gateway of statistical secrecy: frozen, so that two looks never disclose more than one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from ensembleur.strategy.models.content import Strategy
from ensembleur.strategy.models.kept import KeptForEver, KeptQuerySet


class ReleaseQuerySet(KeptQuerySet):
    """Lists of releases."""

    def known_at(self, at: datetime | None) -> ReleaseQuerySet:
        """Those released by this moment; all of them for None."""
        return self.all() if at is None else self.filter(released_at__lte=at)

    def visible_to(self, user: Any) -> ReleaseQuerySet:
        """All of them: what is released is public."""
        return self.all()


class Release(KeptForEver):
    """One table as the public reads it. content : rows, columns, shown values and why the others are hidden.

    table : a key of the list of public tables.   as_of : the day it speaks of.   raw_hash : of what it was computed from.
    holders : row → column → fingerprints of what each company or person brought, which tell the next release who moved since;
    never shown to anybody, and empty for a count of the companies themselves.
    """

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="releases")
    table = models.CharField(max_length=80)
    as_of = models.DateField()
    content = models.JSONField()
    raw_hash = models.CharField(max_length=64)
    holders = models.JSONField(default=dict)
    rules = models.CharField(max_length=20)  # version of the rules of secrecy
    released_at = models.DateTimeField()
    released_by = models.CharField(max_length=64)
    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["strategy", "table", "-as_of", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["strategy", "table", "as_of"], name="table_is_released_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.table} {self.as_of}"
