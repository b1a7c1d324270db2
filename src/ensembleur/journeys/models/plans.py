"""The plan drawn from a diagnosis, and its actions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import ActionStatus
from ensembleur.journeys.models.diagnoses import Diagnosis
from ensembleur.journeys.models.journeys import Journey


class Plan(models.Model):
    """The ordered actions one finished diagnosis calls for."""

    diagnosis = models.OneToOneField(Diagnosis, models.CASCADE, related_name="plan")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="plans")
    built_at = models.DateTimeField()
    built_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-built_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.journey} · {self.built_at:%d/%m/%Y}"


class Action(models.Model):
    """One thing to do. Its words are copied from the measure, so that the plan stays readable when the catalogue changes.

    because : the statements whose answers call for it.   cost_eur : entered by the company, never by us.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    measure = models.CharField(max_length=40)
    axis = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    words = models.JSONField()
    because = models.JSONField(default=list)
    requires = models.JSONField(default=list)
    owner = models.CharField(_("responsable"), max_length=120, blank=True)
    cost_eur = models.DecimalField(_("coût hors taxes, en euros"), max_digits=12, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    status = models.CharField(_("avancement"), max_length=10, choices=ActionStatus, default=ActionStatus.PROPOSED)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["plan", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "measure"], name="measure_comes_once_in_a_plan"),
            models.CheckConstraint(condition=Q(cost_eur__isnull=True) | Q(cost_eur__gte=0), name="action_cost_is_not_negative"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="action_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return str(self.words.get("title", {}).get("fr", self.measure))
