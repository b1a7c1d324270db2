"""Strategies with every version of their file, and the thin rows that other tables point at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ensembleur.strategy.choices import NodeWord
from ensembleur.strategy.models.kept import KeptForEver, KeptQuerySet


class StrategyQuerySet(models.QuerySet["Strategy"]):
    """Lists of strategies."""

    def visible_to(self, user: Any) -> StrategyQuerySet:
        """All of them: a strategy is a public act."""
        return self.all()


class Strategy(models.Model):
    """A strategy under a name that stays; what it says is in its versions.

    period_start, period_end : half-open days, copied from the last version, as are region and the two marks.
    """

    slug = models.SlugField(primary_key=True, max_length=60)
    region = models.CharField(max_length=2)
    period_start = models.DateField()
    period_end = models.DateField()
    is_current = models.BooleanField(default=False)
    is_fictional = models.BooleanField(default=False)
    objects = StrategyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-is_current", "-period_start", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period_end__gt=models.F("period_start")), name="strategy_ends_after_it_starts"),
            models.UniqueConstraint(fields=["region"], condition=Q(is_current=True), name="region_has_one_current_strategy"),
        ]

    def __str__(self) -> str:
        return self.slug


class StrategyVersion(KeptForEver):
    """A strategy's file as it was loaded. content : its plain data; difference : what it changed, in words."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    difference = models.JSONField(default=list)
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=64)  # "user:12" or "command:load_strategy"
    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["strategy", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["strategy", "number"], name="strategy_version_number_is_its_own"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id} v{self.number}"


class Node(models.Model):
    """A part of a strategy: itself, a challenge, an objective or a measure. Absent from the last file, it is retired, not removed."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="nodes")
    kind = models.CharField(max_length=10, choices=NodeWord)
    code = models.CharField(max_length=20)
    last_version = models.ForeignKey(StrategyVersion, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["strategy", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["strategy", "code"], name="node_code_is_its_own")]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.code}"


class Indicator(models.Model):
    """An indicator under a code that stays; its sheet is in the last version that holds it, even once retired."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="indicators")
    node = models.ForeignKey(Node, models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=60)
    last_version = models.ForeignKey(StrategyVersion, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["strategy", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["strategy", "code"], name="indicator_code_is_its_own")]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.code}"
