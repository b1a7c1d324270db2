"""What people are offered and ask for: invitations, and requests to be recognised as a company's director."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import CLAIM_WAITS, ClaimOrigin, ClaimStatus, PerimeterKind, Role
from ensembleur.accounts.models.people import Organisation, User, company_roles_fit, length_of, perimeter_fits


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, as a person may see them."""

    def visible_to(self, user: Any) -> InvitationQuerySet:
        """Those one sent, and those of the perimeters where one appoints people."""
        from ensembleur.accounts.queries import overseen_by

        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(models.Q(invited_by=user) | overseen_by(user))

    def open_at(self, instant: datetime) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=instant)


class Invitation(models.Model):
    """A role offered to an e-mail address, good once and for a while. Only the hash of its link is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("adresse électronique"))
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="invitations")
    perimeter_kind = models.CharField(_("nature du périmètre"), max_length=12, choices=PerimeterKind)
    perimeter_code = models.CharField(_("code"), max_length=9)
    commune = models.CharField(max_length=5, blank=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="invitations_sent")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="invitations_accepted")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(condition=perimeter_fits(), name="invitation_code_fits_its_perimeter"),
            models.CheckConstraint(condition=company_roles_fit(), name="invitation_to_a_company_role_is_on_a_company"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(cancelled_at__isnull=True),
                name="invitation_is_accepted_or_cancelled_not_both",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_expires_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_perimeter_kind_display()} {self.perimeter_code}"


class CompanyClaimQuerySet(models.QuerySet["CompanyClaim"]):
    """Requests, as a person may see them."""

    def waiting(self) -> CompanyClaimQuerySet:
        """Those somebody must decide."""
        return self.filter(status=ClaimStatus.WAITING)

    def visible_to(self, user: Any) -> CompanyClaimQuerySet:
        """One's own, and those of the companies one watches over."""
        from ensembleur.accounts.queries import CLAIM_JUDGES, perimeter_of, within

        if not getattr(user, "is_authenticated", False):
            return self.none()
        judged = perimeter_of(user, *CLAIM_JUDGES)
        watched = within(judged, siren="siren", commune="commune") & ~models.Q(status=ClaimStatus.PROPOSED)
        return self.filter(models.Q(user=user) | watched)


class CompanyClaim(models.Model):
    """A person asks to be recognised as the director of a company; somebody who watches over it decides."""

    user = models.ForeignKey(User, models.CASCADE, related_name="company_claims")
    siren = models.CharField(max_length=9)
    siret = models.CharField(max_length=14)
    commune = models.CharField(max_length=5)
    origin = models.CharField(max_length=12, choices=ClaimOrigin, default=ClaimOrigin.STATEMENT)
    certified = models.BooleanField(default=False)  # the identity provider vouches that this person directs the company
    statement = models.CharField(_("votre fonction dans l'entreprise"), max_length=500, blank=True)
    status = models.CharField(max_length=12, choices=ClaimStatus, default=ClaimStatus.WAITING)
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="claims_decided")
    reason = models.CharField(_("motif"), max_length=500, blank=True)

    objects = CompanyClaimQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "siren"], condition=models.Q(status__in=list(CLAIM_WAITS)), name="claim_waits_once_per_company"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=list(CLAIM_WAITS), decided_at__isnull=True)
                | (~models.Q(status__in=list(CLAIM_WAITS)) & models.Q(decided_at__isnull=False)),
                name="claim_is_decided_iff_dated",
            ),
            models.CheckConstraint(
                condition=length_of("siren", 9) & length_of("siret", 14), name="claim_names_a_siren_and_a_siret"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ClaimStatus.REFUSED) | ~models.Q(reason=""), name="claim_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.siren} · {self.get_status_display()}"
