"""Values of indicators: measured for ever, proposed and approved by two people, locked by period, disputed in writing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.models import Organisation, User
from ensembleur.strategy.choices import LabelWord, Origin, ProposalState
from ensembleur.strategy.models.content import Indicator, Strategy
from ensembleur.strategy.models.kept import KeptForEver, KeptQuerySet


class MeasurementQuerySet(KeptQuerySet):
    """Lists of measurements."""

    def known_on(self, as_of: date) -> MeasurementQuerySet:
        """Those that speak of a day not later than this one."""
        return self.filter(as_of__lte=as_of)

    def standing(self) -> MeasurementQuerySet:
        """Those no later line replaces."""
        return self.filter(replaced_by__isnull=True)


class Measurement(KeptForEver):
    """One value of one indicator: a line is never changed, a later one replaces it and says why.

    period_start, period_end : the half-open days it covers.   as_of : the last day that counted.
    value : null when it could not be known, and `why` says so.   largest : what the largest of them brings.   units : how many different companies or persons it rests on.
    breakdown : dimension → key → [value, units, largest share], for agents and for the gateway of released tables.
    overlap : how much more the parts this value unites count than it does.   seen_since : the day of the oldest operation seen,
    when the platform opened after the period began.   source : statements of the text it comes from.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    origin = models.CharField(max_length=10, choices=Origin)
    label = models.CharField(max_length=12, choices=LabelWord)
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    units = models.PositiveIntegerField(null=True)
    overlap = models.PositiveIntegerField(null=True)
    largest = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    seen_since = models.DateField(null=True)
    breakdown = models.JSONField(default=dict)
    why = models.JSONField(default=dict)  # language → sentence
    source = models.JSONField(default=dict)
    query = models.CharField(max_length=80, blank=True)  # name and version of what computed it
    input_hash = models.CharField(max_length=64, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=64)
    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["indicator", "as_of", "pk"]
        indexes: ClassVar = [models.Index(fields=["indicator", "as_of"], name="measurements_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="measurement_period_is_not_empty"),
            models.CheckConstraint(condition=Q(as_of__lt=F("period_end")), name="measurement_day_lies_before_its_periods_end"),
            models.CheckConstraint(condition=Q(replaces__isnull=True) | ~Q(reason=""), name="measurement_replaces_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.as_of} {self.value}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Lists of proposals."""

    def waiting(self) -> ProposalQuerySet:
        """Those nobody has decided on."""
        return self.filter(state=ProposalState.PROPOSED)

    def visible_to(self, user: Any) -> ProposalQuerySet:
        """One's own and those of one's organisations; all of the region for its agents."""
        from ensembleur.strategy.permissions import read_regions, reporting_bodies

        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        own = Q(proposed_by=user) | Q(organisation__in=reporting_bodies(user))
        return self.filter(own | Q(indicator__strategy__region__in=read_regions(user)))


class Proposal(models.Model):
    """A value that a partner or an officer reports; somebody else approves it, and it then becomes a measurement.

    corrects : the measurement it is to replace, with a reason.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="proposals")
    period_start = models.DateField(_("du"))
    period_end = models.DateField(_("au (exclu)"))
    as_of = models.DateField(_("situation au"))
    label = models.CharField(_("comment cette valeur est connue"), max_length=12, choices=LabelWord)
    value = models.DecimalField(_("valeur"), max_digits=20, decimal_places=4)
    numerator = models.DecimalField(_("numérateur"), max_digits=20, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("dénominateur"), max_digits=20, decimal_places=4, null=True, blank=True)
    units = models.PositiveIntegerField(_("nombre d'unités"), null=True, blank=True)
    comment = models.CharField(_("commentaire"), max_length=1000, blank=True)
    source_title = models.CharField(_("source"), max_length=200)
    corrects = models.ForeignKey(Measurement, models.PROTECT, null=True, blank=True, related_name="corrections")
    reason = models.CharField(_("motif de la correction"), max_length=500, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey("strategy.Batch", models.PROTECT, null=True, blank=True, related_name="proposals")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("motif de la décision"), max_length=500, blank=True)
    measurement = models.OneToOneField(Measurement, models.PROTECT, null=True, blank=True, related_name="proposal")
    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="proposal_period_is_not_empty"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="proposal_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", measurement__isnull=False) | (~Q(state="approved") & Q(measurement__isnull=True)),
                name="proposal_is_measured_iff_approved",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="proposal_is_decided_iff_dated",
            ),
            models.CheckConstraint(condition=Q(corrects__isnull=True) | ~Q(reason=""), name="proposal_corrects_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.as_of} {self.value}"


class PeriodLockQuerySet(models.QuerySet["PeriodLock"]):
    """Lists of closed periods."""

    def visible_to(self, user: Any) -> PeriodLockQuerySet:
        """Those of the regions this person steers."""
        from ensembleur.strategy.permissions import read_regions

        return self.filter(strategy__region__in=read_regions(user))


class PeriodLock(models.Model):
    """Days whose values no longer move: what was measured of them by then is what reports say for ever."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="locks")
    period_start = models.DateField(_("du"))
    period_end = models.DateField(_("au (exclu)"))
    reason = models.CharField(_("motif"), max_length=500)
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(_("motif de la réouverture"), max_length=500, blank=True)
    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-period_start", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="lock_period_is_not_empty"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lock_is_lifted_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("locked_by")), name="lock_is_lifted_by_somebody_else"
            ),
            models.UniqueConstraint(
                fields=["strategy", "period_start", "period_end"],
                condition=Q(lifted_at__isnull=True),
                name="period_is_locked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.period_start} – {self.period_end}"


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Lists of contested values."""

    def still_open(self, at: datetime | None = None) -> DisputeQuerySet:
        """Those that nobody has settled. at : as it was at that moment."""
        if at is None:
            return self.filter(settled_at__isnull=True)
        return self.filter(Q(settled_at__isnull=True) | Q(settled_at__gt=at), raised_at__lte=at)

    def visible_to(self, user: Any) -> DisputeQuerySet:
        """One's own; all of the region for its agents."""
        from ensembleur.strategy.permissions import read_regions

        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(Q(raised_by=user) | Q(measurement__indicator__strategy__region__in=read_regions(user)))


class Dispute(models.Model):
    """Somebody contests a value, in writing; it stays shown, marked, until an officer settles it."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="disputes")
    says = models.CharField(_("ce qui est contesté"), max_length=1000)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settlement = models.CharField(_("réponse"), max_length=1000, blank=True)
    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-raised_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settlement="")),
                name="dispute_is_settled_with_an_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measurement_id} {self.says[:40]}"
