"""Budget lines, and the files they were imported from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.strategy.choices import BatchKind, FundWord, MoneyOrigin, StageWord
from ensembleur.strategy.models.content import Node, Strategy


class BatchQuerySet(models.QuerySet["Batch"]):
    """Lists of imported files."""

    def visible_to(self, user: Any) -> BatchQuerySet:
        """One's own; all of the region for its agents."""
        from ensembleur.strategy.permissions import read_regions

        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(Q(by=user) | Q(strategy__region__in=read_regions(user)))


class Batch(models.Model):
    """A file imported: all of it or nothing, and a way back."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=10, choices=BatchKind)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    """Lists of budget lines."""

    def standing(self, at: datetime | None = None) -> BudgetLineQuerySet:
        """Those that have been neither replaced nor taken back. at : as it was at that moment."""
        if at is None:
            return self.filter(withdrawn_at__isnull=True)
        return self.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at), recorded_at__lte=at)

    def visible_to(self, user: Any) -> BudgetLineQuerySet:
        """All of them: the money of a strategy is public."""
        return self.all()


class BudgetLine(models.Model):
    """Money of a part of the strategy for a year (null: the whole period), at one stage, from one fund.

    amount_eur : what the year adds, never a running total.   source : statements of the text it comes from.
    A line is not changed: it is taken back, with who and when, and another is written.
    """

    node = models.ForeignKey(Node, models.PROTECT, related_name="budget")
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    fund = models.CharField(_("financeur"), max_length=8, choices=FundWord)
    stage = models.CharField(_("étape"), max_length=12, choices=StageWord)
    amount_eur = models.DecimalField(_("montant"), max_digits=16, decimal_places=2)
    decision = models.CharField(_("référence de la décision"), max_length=200, blank=True)
    note = models.CharField(_("remarque"), max_length=500, blank=True)
    origin = models.CharField(max_length=10, choices=MoneyOrigin)
    source = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="lines")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["node", "year", "fund", "stage", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_eur__gte=0), name="budget_line_is_not_negative"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="budget_line_is_taken_back_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("pk")), name="budget_line_replaces_another_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.year or '–'} {self.fund} {self.stage} {self.amount_eur}"
