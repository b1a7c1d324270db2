"""Companies enrolled in a programme of support, the stages they reached and the options they took."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import OptionKind
from ensembleur.journeys.models.journeys import Journey, read_through
from ensembleur.schemes.choices import EvidenceWord


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Lists of enrolments."""

    def visible_to(self, user: Any) -> EnrolmentQuerySet:
        """The company's own people, its advisers, and the officers of the place."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(read_through(user))

    def live(self) -> EnrolmentQuerySet:
        """Those that have not left."""
        return self.filter(left_on__isnull=True)


class Enrolment(models.Model):
    """A journey inside the frame of a programme. programme : a code of catalogue/programmes.yaml."""

    programme = models.CharField(max_length=60)
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="enrolments")
    enrolled_on = models.DateField(_("entrée le"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    left_on = models.DateField(_("sortie le"), null=True, blank=True)
    left_reason = models.CharField(_("motif de sortie"), max_length=200, blank=True)
    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-enrolled_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "journey"], condition=Q(left_on__isnull=True), name="journey_is_enrolled_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("enrolled_on")), name="enrolment_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.journey}"


class StageEntry(models.Model):
    """A stage of the programme reached on a day, with how we know it. A mistake is withdrawn, never erased."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=40)
    reached_on = models.DateField(_("atteinte le"))
    evidence = models.CharField(max_length=12, choices=EvidenceWord)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["reached_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "stage"], condition=Q(withdrawn_at__isnull=True), name="stage_is_reached_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.reached_on:%d/%m/%Y}"


class OptionTake(models.Model):
    """An option offered to an enrolled company: taken, declined, or still without answer."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="options")
    option = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=OptionKind)
    offered_on = models.DateField(_("proposée le"))
    taken_on = models.DateField(_("prise le"), null=True, blank=True)
    declined_on = models.DateField(_("refusée le"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["offered_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "option"], name="option_is_offered_once"),
            models.CheckConstraint(
                condition=Q(taken_on__isnull=True) | Q(declined_on__isnull=True), name="option_is_taken_or_declined_not_both"
            ),
            models.CheckConstraint(
                condition=(Q(taken_on__isnull=True) | Q(taken_on__gte=F("offered_on")))
                & (Q(declined_on__isnull=True) | Q(declined_on__gte=F("offered_on"))),
                name="option_is_answered_after_it_is_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option} · {self.enrolment_id}"
