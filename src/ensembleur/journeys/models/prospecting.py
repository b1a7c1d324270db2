"""Companies contacted, companies that asked not to be, and the lists handed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.choices import Channel, ContactOutcome
from ensembleur.journeys.models.journeys import within_perimeter


class ContactQuerySet(models.QuerySet["Contact"]):
    """Lists of contacts."""

    def visible_to(self, user: Any) -> ContactQuerySet:
        """Those of the places where this person advises or instructs: partners see whom the others have already called."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(within_perimeter(user, Role.ADVISER, Role.OFFICER))


class Contact(models.Model):
    """One time somebody contacted a company, for a scheme or a measure, and what it gave."""

    siret = models.CharField(max_length=14)
    siren = models.CharField(max_length=9)
    commune = models.CharField(max_length=5, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=2, default="11")
    about = models.CharField(max_length=80, blank=True)  # a scheme's or a measure's identifier
    channel = models.CharField(_("moyen"), max_length=8, choices=Channel)
    outcome = models.CharField(_("résultat"), max_length=16, choices=ContactOutcome)
    note = models.CharField(_("note"), max_length=500, blank=True)
    call_back_on = models.DateField(_("à rappeler le"), null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["siren", "at"], name="contacts_of_a_company")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(siret__startswith=F("siren")), name="contact_siret_begins_with_its_siren"),
            models.CheckConstraint(
                condition=~Q(outcome="call_back") | Q(call_back_on__isnull=False), name="contact_to_call_back_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.siret} · {self.get_outcome_display()}"


class OppositionQuerySet(models.QuerySet["Opposition"]):
    """Lists of oppositions."""

    def live(self) -> OppositionQuerySet:
        """Those not lifted."""
        return self.filter(lifted_at__isnull=True)

    def waiting(self) -> OppositionQuerySet:
        """Those said on the public page, by nobody known, that no officer has confirmed."""
        return self.live().filter(recorded_by__isnull=True, confirmed_at__isnull=True)

    def visible_to(self, user: Any) -> OppositionQuerySet:
        """Those said on the public page, to the officers of the place."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        return self.filter(within_perimeter(user, Role.OFFICER), recorded_by__isnull=True)


class Opposition(models.Model):
    """A company asked not to be contacted: it is never listed for prospecting again until it says otherwise.

    recorded_by : none when it was said on the public page; it stands all the same, and waits for an officer to confirm it.
    siret, commune, departement, region : the site it was said for there, so that the officers of the place find it.
    contact : how to reach whoever said it, when they left it; emptied once it was of use.
    """

    siren = models.CharField(max_length=9)
    siret = models.CharField(max_length=14, blank=True)
    commune = models.CharField(max_length=5, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=2, blank=True)
    contact = models.CharField(_("comment vous joindre"), max_length=200, blank=True)
    reason = models.CharField(_("précision"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_reason = models.CharField(_("pourquoi elle est levée"), max_length=300, blank=True)
    objects = OppositionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["siren"], condition=Q(lifted_at__isnull=True), name="company_is_opposed_once"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="opposition_lifted_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="opposition_confirmed_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.siren


class ProspectExport(models.Model):
    """A list handed out: what it was about and how many lines, for the daily cap."""

    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=80)
    certain_only = models.BooleanField(default=False)
    lines = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["by", "at"], name="exports_of_a_person")]

    def __str__(self) -> str:
        return f"{self.about} · {self.lines}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Lists of reservations."""

    def live_at(self, now: datetime) -> ReservationQuerySet:
        """Those that still hold."""
        return self.filter(until__gt=now)


class Reservation(models.Model):
    """A company that one person keeps for a few days to call it, so that two partners do not call it the same week."""

    siren = models.CharField(max_length=9, unique=True)
    siret = models.CharField(max_length=14)
    about = models.CharField(max_length=80)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    objects = ReservationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="reservation_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(siret__startswith=F("siren")), name="reservation_siret_begins_with_its_siren"),
        ]

    def __str__(self) -> str:
        return f"{self.siret} · {self.about}"
