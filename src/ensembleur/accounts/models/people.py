"""People, the bodies they act for, and the roles they hold on a perimeter."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Length, Lower, Now
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import COMPANY_ROLES, OrganisationKind, PerimeterKind, Role
from ensembleur.accounts.engine.perimeters import Perimeter

models.CharField.register_lookup(Length)  # constraints may say siren__length=9


def length_of(field: str, *lengths: int) -> models.Q:
    """The condition « this text has one of these lengths », for constraints."""
    condition = models.Q()
    for length in lengths:
        condition |= models.Q(**{f"{field}__length": length})
    return condition


class UserManager(BaseUserManager["User"]):
    """Makes people from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A saved person; without a password, none will ever open this account."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this address, whatever its capitals."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, known by an e-mail address. What they may do is in their mandates, nowhere else."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom et prénom"), max_length=200, blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    is_fictional = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    warned_at = models.DateTimeField(null=True, blank=True)  # told that the unused account will be erased
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False, full_name=""),
                name="user_erased_is_nameless_and_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @cached_property
    def unread_notices(self) -> int:
        """How many notices wait to be read, counted once per request and only when a page asks; 100 stands for more."""
        return self.notifications.unread()[:100].count()  # type: ignore[attr-defined]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep one spelling of the address: two people never differ by a capital."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Bodies, as a person may see them."""

    def visible_to(self, user: Any) -> OrganisationQuerySet:
        """Signed-in people see public bodies and their own; companies' records are for those who watch over them."""
        from ensembleur.accounts.permissions import live_mandates

        mandates = live_mandates(user)
        if any(mandate.role in (Role.ADMIN, Role.OFFICER) for mandate in mandates):
            return self
        if not getattr(user, "is_authenticated", False):
            return self.none()
        sirens = Perimeter.of((mandate.perimeter_kind, mandate.perimeter_code) for mandate in mandates).sirens
        return self.filter(~models.Q(kind=OrganisationKind.COMPANY) | models.Q(siren__in=sirens))


class Organisation(models.Model):
    """A body people act for."""

    kind = models.CharField(_("nature"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    is_fictional = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["siren"], condition=~models.Q(siren=""), name="organisation_siren_is_recorded_once"),
            models.CheckConstraint(
                condition=models.Q(siren="") | length_of("siren", 9), name="organisation_siren_has_nine_digits"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=OrganisationKind.COMPANY) | ~models.Q(siren=""), name="organisation_company_has_a_siren"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def perimeter_fits(kind: str = "perimeter_kind", code: str = "perimeter_code") -> models.Q:
    """The condition « the code has the length its kind calls for », for constraints."""
    lengths = {
        PerimeterKind.COMPANY: (9,),
        PerimeterKind.COMMUNE: (5,),
        PerimeterKind.DEPARTEMENT: (2, 3),
        PerimeterKind.REGION: (2,),
    }
    condition = models.Q()
    for name, allowed in lengths.items():
        condition |= models.Q(**{kind: name}) & length_of(code, *allowed)
    return condition


def company_roles_fit(role: str = "role", kind: str = "perimeter_kind") -> models.Q:
    """The condition « who belongs to a company holds the role on that company », for constraints."""
    return ~models.Q(**{f"{role}__in": list(COMPANY_ROLES)}) | models.Q(**{kind: PerimeterKind.COMPANY})


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Roles held, as a person may see them and at a given instant."""

    def live(self) -> MandateQuerySet:
        """Those not ended."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: Any) -> MandateQuerySet:
        """One's own, and those of the perimeters where one appoints people."""
        from ensembleur.accounts.queries import overseen_by

        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(models.Q(user=user) | overseen_by(user))


class Mandate(models.Model):
    """A role held by a person on a perimeter, for an organisation, during a period."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mandates")
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mandates")
    perimeter_kind = models.CharField(_("nature du périmètre"), max_length=12, choices=PerimeterKind)
    perimeter_code = models.CharField(_("code"), max_length=9)
    commune = models.CharField(max_length=5, blank=True)  # where the company stood then: who watches over this mandate
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["started_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["perimeter_kind", "perimeter_code"], name="mandates_on_a_perimeter")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "perimeter_kind", "perimeter_code"],
                condition=models.Q(ended_at__isnull=True),
                name="mandate_is_held_once",
            ),
            models.CheckConstraint(condition=perimeter_fits(), name="mandate_code_fits_its_perimeter"),
            models.CheckConstraint(condition=company_roles_fit(), name="mandate_of_a_company_role_is_on_a_company"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="mandate_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_perimeter_kind_display()} {self.perimeter_code}"

    def is_live_at(self, instant: datetime) -> bool:
        """Whether the role is held at this instant."""
        return self.started_at <= instant and (self.ended_at is None or instant < self.ended_at)
