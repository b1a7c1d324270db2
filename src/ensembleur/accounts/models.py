"""People, organisations, the roles they hold on a perimeter, and the journal of acts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import OrganisationKind, PerimeterKind, Role


class UserManager(BaseUserManager["User"]):
    """Makes people from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person, known by an e-mail address. What they may do is in their mandates, nowhere else."""

    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom et prénom"), max_length=200, blank=True)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    is_fictional = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.full_name or self.email


class Organisation(models.Model):
    """A body people act for."""

    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    is_fictional = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A role held by a person on a perimeter, for an organisation, during a period."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mandates")
    perimeter_kind = models.CharField(max_length=12, choices=PerimeterKind)
    perimeter_code = models.CharField(max_length=9)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role", "perimeter_kind", "perimeter_code"],
                condition=models.Q(ended_at__isnull=True),
                name="mandate_is_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_perimeter_kind_display()} {self.perimeter_code}"


class Act(models.Model):
    """One line of the journal: who did what to which thing, when, before and after. Never changed, never removed."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=64)  # "user:12", "command:import_sirene"; never a name
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=120)  # "journeys.journey:34"
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.thing}"
