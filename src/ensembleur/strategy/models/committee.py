"""What the steering committee decides, asks and follows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.strategy.models.content import Indicator, Node, Strategy


class OfTheRoom(models.QuerySet[Any]):
    """Lists of what the committee's room holds."""

    def visible_to(self, user: Any) -> OfTheRoom:
        """Those of the regions this person steers."""
        from ensembleur.strategy.permissions import read_regions

        return self.filter(node__strategy__region__in=read_regions(user))


class Decision(models.Model):
    """A decision of the committee, who carries it out, and by when. is_public : whether the public pages say it."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="decisions")
    text = models.CharField(_("décision"), max_length=1000)
    reference = models.CharField(_("référence"), max_length=100, blank=True)
    decided_on = models.DateField(_("prise le"))
    owner = models.CharField(_("qui l'exécute"), max_length=200)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    is_public = models.BooleanField(_("visible du public"), default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    done_on = models.DateField(_("exécutée le"), null=True, blank=True)
    objects = OfTheRoom.as_manager()

    class Meta:
        ordering: ClassVar = ["-decided_on", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class FollowUp(models.Model):
    """What became of a decision, one line each time."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="follow_ups")
    text = models.CharField(_("suite donnée"), max_length=1000)
    is_done = models.BooleanField(_("la décision est exécutée"), default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Question(models.Model):
    """A question of the committee to who answers for a part of the strategy."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="questions")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="questions")
    asked_to = models.CharField(_("à qui"), max_length=200)
    text = models.CharField(_("question"), max_length=1000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("réponse attendue le"), null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = OfTheRoom.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_is_answered_iff_dated",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CycleMark(models.Model):
    """A step of the yearly cycle done. step : a code of engine/cycle.py."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="cycle_marks")
    year = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    done_on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["year", "done_on", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["strategy", "year", "step"], name="cycle_step_is_done_once")]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.year} {self.step}"
