"""A diagnosis with its frozen questionnaire, the answers of its contributors and the stakes the company declares."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import AnswerKind, DiagnosisStatus
from ensembleur.journeys.models.journeys import Journey


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    """Lists of diagnoses."""

    def visible_to(self, user: Any) -> DiagnosisQuerySet:
        """Those of the company's own people and of its advisers; answers are not shown to those who decide on aids."""
        journeys = Journey.objects.all()
        return self.filter(Q(journey__in=journeys.of_companies_of(user)) | Q(journey__in=journeys.of_advised_by(user)))

    def finished(self) -> DiagnosisQuerySet:
        """Finished ones, the latest first."""
        return self.filter(status=DiagnosisStatus.FINISHED).order_by("-finished_at", "-pk")


class Diagnosis(models.Model):
    """One measure of the company on the six axes. The questionnaire is copied in: its answers stay readable for ever.

    scores : axis → weighted mean 0–5 or null, written when it is finished.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="diagnoses")
    version = models.CharField(max_length=20)
    questionnaire = models.JSONField()
    status = models.CharField(max_length=10, choices=DiagnosisStatus, default=DiagnosisStatus.DRAFT)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    scores = models.JSONField(default=dict)
    coverage_share = models.FloatField(default=0)
    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey"], condition=Q(status="draft"), name="journey_has_one_draft_diagnosis"),
            models.CheckConstraint(
                condition=Q(status="draft", finished_at__isnull=True) | Q(status="finished", finished_at__isnull=False),
                name="diagnosis_is_finished_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.started_at:%d/%m/%Y}"


class StatementAnswer(models.Model):
    """What one contributor answered to one statement; the last one to answer holds the row."""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="answers")
    statement = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=AnswerKind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["diagnosis", "statement"], name="statement_is_answered_once"),
            models.CheckConstraint(
                condition=Q(kind="level", level__isnull=False, level__range=(0, 5)) | (~Q(kind="level") & Q(level__isnull=True)),
                name="answer_has_a_level_iff_it_says_so",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} : {self.level if self.level is not None else self.get_kind_display()}"


class AxisStake(models.Model):
    """How much an axis matters to the company in the two coming years: 1 little, 2 some, 3 much."""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="stakes")
    axis = models.CharField(max_length=20)
    value = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["diagnosis", "axis"], name="axis_has_one_stake"),
            models.CheckConstraint(condition=Q(value__range=(1, 3)), name="stake_is_from_one_to_three"),
        ]

    def __str__(self) -> str:
        return f"{self.axis} : {self.value}"
