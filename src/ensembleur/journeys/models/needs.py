"""What a company asks, the advisers it reaches, and what each of them does about it: three things kept apart."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Organisation, User
from ensembleur.accounts.queries import perimeter_of
from ensembleur.journeys.choices import Clock, InvolvementState, NeedEventKind, NeedOutcome, NeedStatus
from ensembleur.journeys.models.journeys import Journey, within_perimeter
from ensembleur.journeys.models.plans import Action


class NeedQuerySet(models.QuerySet["Need"]):
    """Lists of needs."""

    def visible_to(self, user: Any) -> NeedQuerySet:
        """The company's own people; the advisers asked, while they advise, and those of the place who wrote in its name; the
        officers of the place, who watch over the answers."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        own = Journey.objects.all().of_companies_of(user)
        seen = Q(journey__in=own) | within_perimeter(user, Role.OFFICER, prefix="journey__")
        if not perimeter_of(user, Role.ADVISER).is_empty:
            seen |= Q(Exists(Involvement.objects.filter(need=OuterRef("pk"), adviser=user)))
            said = NeedEvent.objects.filter(need=OuterRef("pk"), by=user, kind__in=[NeedEventKind.OPENED, NeedEventKind.ATTACHED])
            seen |= within_perimeter(user, Role.ADVISER, prefix="journey__") & Q(Exists(said))
        return self.filter(seen)

    def live(self) -> NeedQuerySet:
        """Not closed."""
        return self.exclude(status=NeedStatus.CLOSED)

    def waiting(self) -> NeedQuerySet:
        """Those nobody has taken."""
        return self.filter(status=NeedStatus.WAITING)


class Need(models.Model):
    """One question of a company, or of a project without SIRET, on one subject.

    subject : a code of catalogue/subjects.yaml.   routing : how many times it was sent to advisers; clocks start again each time.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="needs")
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="needs")
    subject = models.CharField(_("sujet"), max_length=40)
    words = models.TextField(_("votre demande"), max_length=4000)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    routing = models.PositiveSmallIntegerField(default=1)
    routed_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=NeedStatus, default=NeedStatus.WAITING)
    outcome = models.CharField(max_length=12, choices=NeedOutcome, blank=True)
    first_closed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    to_reroute = models.BooleanField(default=False)
    last_event_at = models.DateTimeField()
    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["status", "routed_at"], name="needs_by_clock"),
            models.Index(fields=["first_closed_at"], name="needs_by_first_closing"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(status="closed", closed_at__isnull=False, first_closed_at__isnull=False) & ~Q(outcome=""))
                | (~Q(status="closed") & Q(closed_at__isnull=True, outcome="")),
                name="need_is_closed_iff_dated_with_its_outcome",
            ),
            models.CheckConstraint(condition=Q(routed_at__gte=F("created_at")), name="need_is_routed_after_it_is_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.journey}"


class NeedEvent(models.Model):
    """One line of a need's thread. `by` is empty when time did it."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=NeedEventKind)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y} {self.get_kind_display()}"


class ClockMark(models.Model):
    """Time did this to this need, once for each routing: what makes the clocks safe to run twice or to kill."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="marks")
    routing = models.PositiveSmallIntegerField()
    clock = models.CharField(max_length=12, choices=Clock)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "routing", "clock"], name="clock_strikes_once_per_routing")
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} · {self.need_id}"


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    """Lists of involvements."""

    def visible_to(self, user: Any) -> InvolvementQuerySet:
        """Those of the needs this person may see."""
        return self.filter(need__in=Need.objects.visible_to(user))

    def of(self, user: Any) -> InvolvementQuerySet:
        """The adviser's own."""
        return self.filter(adviser=user) if getattr(user, "is_authenticated", False) else self.none()


class Involvement(models.Model):
    """One adviser asked about one need, and what came of it.

    reasons : why this adviser, frozen when asked (the explained match).   One adviser at most holds a need.
    """

    need = models.ForeignKey(Need, models.CASCADE, related_name="involvements")
    adviser = models.ForeignKey(User, models.PROTECT, related_name="involvements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    routing = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=InvolvementState, default=InvolvementState.ASKED)
    reasons = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=NeedOutcome, blank=True)
    note = models.CharField(max_length=500, blank=True)
    objects = InvolvementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["adviser", "state", "asked_at"], name="involvements_of_a_desk")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "adviser", "routing"], name="adviser_is_asked_once_per_routing"),
            models.UniqueConstraint(fields=["need"], condition=Q(state="taken"), name="need_is_held_by_one_adviser"),
            models.CheckConstraint(
                condition=~Q(state__in=["taken", "closed"]) | Q(taken_at__isnull=False), name="involvement_taken_is_dated"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "taken"], ended_at__isnull=True)
                | (~Q(state__in=["asked", "taken"]) & Q(ended_at__isnull=False)),
                name="involvement_over_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & ~Q(outcome="")) | (~Q(state="closed") & Q(outcome="")),
                name="involvement_closed_says_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adviser} · {self.need}"


class AdviserSubject(models.Model):
    """A subject an adviser answers for. Where is in the adviser's mandates."""

    adviser = models.ForeignKey(User, models.CASCADE, related_name="advised_subjects")
    subject = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["adviser", "subject"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["adviser", "subject"], name="subject_is_held_once_by_an_adviser")
        ]

    def __str__(self) -> str:
        return f"{self.adviser} · {self.subject}"


class AdviserAbsence(models.Model):
    """Days on which an adviser is asked nothing: [starts_on, ends_on)."""

    adviser = models.ForeignKey(User, models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("premier jour d'absence"))
    ends_on = models.DateField(_("jour du retour"))
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="absence_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return f"{self.adviser} · {self.starts_on:%d/%m/%Y}"


class OrganisationFilter(models.Model):
    """Which companies an organisation answers, on one subject or on all (empty): a condition of `logic`, as data."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="advice_filters")
    subject = models.CharField(max_length=40, blank=True)
    condition = models.JSONField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "subject"], name="organisation_has_one_filter_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.subject}"
