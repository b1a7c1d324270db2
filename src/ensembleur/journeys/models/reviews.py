"""Where a company started, where it stands years later, and what both sides say of the help they met."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import Indicator, Result, Side, SurveyKind
from ensembleur.journeys.models.diagnoses import Diagnosis
from ensembleur.journeys.models.journeys import Journey, read_through
from ensembleur.journeys.models.needs import Need
from ensembleur.journeys.models.papers import Document
from ensembleur.schemes.choices import EvidenceWord


class Baseline(models.Model):
    """Where the company stood before: without it no review can say what changed."""

    journey = models.OneToOneField(Journey, models.CASCADE, related_name="baseline")
    taken_on = models.DateField()
    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.journey} · {self.taken_on:%d/%m/%Y}"


class ReviewQuerySet(models.QuerySet["Review"]):
    """Lists of reviews."""

    def visible_to(self, user: Any) -> ReviewQuerySet:
        """The company's own people, its advisers, and the officers of the place."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(read_through(user))

    def held(self) -> ReviewQuerySet:
        """Those that took place."""
        return self.filter(done_at__isnull=False)


class Review(models.Model):
    """A meeting with the figures 6, 12, 24 or 36 months after the baseline. `lapsed_at` : nobody answered, and we say so."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="reviews")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)
    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(_("ce qui a changé"), max_length=2000, blank=True)
    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["journey", "months"]
        indexes: ClassVar = [models.Index(fields=["due_on"], name="reviews_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey", "months"], name="journey_is_reviewed_once_a_term"),
            models.CheckConstraint(condition=Q(months__in=[6, 12, 24, 36]), name="review_is_at_a_known_term"),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | Q(done_by__isnull=False), name="review_held_says_by_whom"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(lapsed_at__isnull=True), name="review_is_held_or_lapsed_not_both"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.months}"


class Figure(models.Model):
    """One figure of a baseline or of a review, with how it is known. Declared, documented and observed never replace each other.

    low, high : the same number twice when it is exact, the bounds of a band when the register knows no better; high null: no limit.
    """

    baseline = models.ForeignKey(Baseline, models.CASCADE, null=True, blank=True, related_name="figures")
    review = models.ForeignKey(Review, models.CASCADE, null=True, blank=True, related_name="figures")
    indicator = models.CharField(max_length=16, choices=Indicator)
    evidence = models.CharField(max_length=12, choices=EvidenceWord)
    low = models.DecimalField(max_digits=14, decimal_places=2)
    high = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    as_of = models.DateField()
    source_title = models.CharField(max_length=200)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["indicator", "evidence", "recorded_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(baseline__isnull=False, review__isnull=True) | Q(baseline__isnull=True, review__isnull=False),
                name="figure_belongs_to_a_baseline_or_to_a_review",
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0) & (Q(high__isnull=True) | Q(high__gte=F("low"))), name="figure_bounds_are_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(evidence="documented") | Q(document__isnull=False), name="figure_documented_has_its_document"
            ),
            models.UniqueConstraint(
                fields=["baseline", "indicator", "evidence"],
                condition=Q(withdrawn_at__isnull=True, baseline__isnull=False),
                name="baseline_has_one_live_figure_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["review", "indicator", "evidence"],
                condition=Q(withdrawn_at__isnull=True, review__isnull=False),
                name="review_has_one_live_figure_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()} {self.low} ({self.get_evidence_display()})"


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Lists of surveys."""

    def visible_to(self, user: Any) -> SurveyQuerySet:
        """One's own; what others answered is shown as figures only."""
        return self.filter(person=user) if getattr(user, "is_authenticated", False) else self.none()

    def answered(self) -> SurveyQuerySet:
        """Those that came back."""
        return self.filter(answered_at__isnull=False)


class Survey(models.Model):
    """A few questions to one person, about one need or one review. Made when asked, so that response rates are true."""

    kind = models.CharField(max_length=12, choices=SurveyKind)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="surveys")
    review = models.ForeignKey(Review, models.CASCADE, null=True, blank=True, related_name="surveys")
    side = models.CharField(max_length=8, choices=Side)
    person = models.ForeignKey(User, models.CASCADE, related_name="surveys")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    contacted = models.BooleanField(_("un échange a eu lieu"), null=True)
    useful = models.BooleanField(_("l'échange a été utile"), null=True)
    result = models.CharField(_("ce qui en est sorti"), max_length=12, choices=Result, blank=True)
    comment = models.TextField(_("commentaire"), max_length=1000, blank=True)
    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, review__isnull=True) | Q(need__isnull=True, review__isnull=False),
                name="survey_is_about_a_need_or_a_review",
            ),
            models.UniqueConstraint(
                fields=["kind", "need", "side"], condition=Q(need__isnull=False), name="side_is_asked_once_about_a_need"
            ),
            models.UniqueConstraint(
                fields=["kind", "review", "side"], condition=Q(review__isnull=False), name="side_is_asked_once_about_a_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_side_display()}"
