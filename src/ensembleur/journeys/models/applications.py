"""The application for one aid, its timeline and its payments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.choices import ApplicationStatus, ClosingReason, Outcome, PaymentKind
from ensembleur.journeys.models.journeys import Journey, within_perimeter
from ensembleur.journeys.models.plans import Action


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Lists of applications."""

    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """The company's own people and advisers see all of theirs; an officer those handed in, in the perimeter."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        journeys = Journey.objects.all()
        return self.filter(
            Q(journey__in=journeys.of_companies_of(user))
            | Q(journey__in=journeys.of_advised_by(user))
            | Q(pk__in=self.instructed_by(user).values("pk"))
        )

    def instructed_by(self, user: Any) -> ApplicationQuerySet:
        """Those handed in to the places this officer instructs."""
        if not user.is_authenticated:
            return self.none()
        places = within_perimeter(user, Role.OFFICER, Role.SECOND_READER, prefix="journey__")
        return self.filter(places).exclude(filed_at__isnull=True)


class Application(models.Model):
    """A company's request for one aid, from its draft to its last payment.

    scheme, scheme_version : identifiers of the catalogue.   verdict : the explained answer frozen at filing.
    Refusals, scores and cut-offs are kept: without them nobody can measure what the aid changed.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="applications")
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="applications")
    scheme = models.CharField(max_length=80)
    scheme_version = models.CharField(max_length=80, blank=True)
    scheme_title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=ApplicationStatus, default=ApplicationStatus.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    project = models.TextField(_("projet"), max_length=4000, blank=True)
    project_cost_eur = models.DecimalField(_("coût du projet hors taxes"), max_digits=12, decimal_places=2, null=True, blank=True)
    project_started = models.BooleanField(_("projet commencé"), null=True)
    verdict = models.JSONField(null=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(_("date de la décision"), null=True, blank=True)
    outcome = models.CharField(_("sens de la décision"), max_length=12, choices=Outcome, blank=True)
    score = models.DecimalField(_("note"), max_digits=6, decimal_places=2, null=True, blank=True)
    cut_off = models.DecimalField(_("note minimale retenue"), max_digits=6, decimal_places=2, null=True, blank=True)
    granted_eur = models.DecimalField(_("montant accordé"), max_digits=12, decimal_places=2, null=True, blank=True)
    agreed_on = models.DateField(_("date de la convention"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=10, choices=ClosingReason, blank=True)
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey", "scheme"],
                condition=Q(status__in=["draft", "filed", "complete", "decided"]),
                name="journey_asks_once_at_a_time_for_a_scheme",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(status="closed") | Q(filed_at__isnull=False, verdict__isnull=False),
                name="application_past_draft_is_filed_with_its_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "agreed", "refused", "paying"])
                | (Q(decided_on__isnull=False) & ~Q(outcome="")),
                name="application_past_decision_has_its_date_and_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "paying"]) | Q(granted_eur__isnull=False, granted_eur__gt=0),
                name="application_agreed_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="application_is_closed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(agreed_on__isnull=True) | Q(agreed_on__gte=F("decided_on")),
                name="application_is_agreed_after_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_title} · {self.journey}"


class ApplicationEvent(models.Model):
    """One line of the file's timeline."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    status_from = models.CharField(max_length=10, choices=ApplicationStatus, blank=True)
    status_to = models.CharField(max_length=10, choices=ApplicationStatus)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y} {self.get_status_to_display()}"


class Payment(models.Model):
    """Money paid on an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="payments")
    kind = models.CharField(_("nature du versement"), max_length=10, choices=PaymentKind)
    paid_on = models.DateField(_("date du versement"))
    amount_eur = models.DecimalField(_("montant versé"), max_digits=12, decimal_places=2)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["paid_on", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount_eur__gt=0), name="payment_is_positive")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_eur}"
