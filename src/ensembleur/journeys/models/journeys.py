"""A company's journey, or that of a project which has no company yet."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.queries import perimeter_of


def own_journeys(user: User, prefix: str = "") -> Q:
    """Journeys of the person's companies, and those opened by them while no director of the company is known."""
    sirens = perimeter_of(user, Role.DIRECTOR, Role.CONTRIBUTOR).sirens
    return Q(**{f"{prefix}siren__in": [*sirens]}) | Q(**{f"{prefix}opened_by": user, f"{prefix}director_known": False})


def within_perimeter(user: User, *roles: Role, prefix: str = "") -> Q:
    """Journeys whose place lies in the perimeters on which the person holds one of the roles."""
    perimeter = perimeter_of(user, *roles)
    return (
        Q(**{f"{prefix}commune__in": [*perimeter.communes]})
        | Q(**{f"{prefix}departement__in": [*perimeter.departements]})
        | Q(**{f"{prefix}region__in": [*perimeter.regions]})
    )


def read_through(user: User) -> Q:
    """What hangs from a journey and is read by its own people, the advisers and the officers of its place."""
    journeys = Journey.objects.all()
    followed = Q(journey__in=journeys.of_companies_of(user)) | Q(journey__in=journeys.of_advised_by(user))
    return followed | within_perimeter(user, Role.OFFICER, prefix="journey__")


class JourneyQuerySet(models.QuerySet["Journey"]):
    """Lists of journeys."""

    def with_director_known(self) -> JourneyQuerySet:
        """Marks the journeys whose company has a director here, by mandate."""
        directors = Mandate.objects.filter(
            role=Role.DIRECTOR, perimeter_kind=PerimeterKind.COMPANY, perimeter_code=OuterRef("siren"), ended_at__isnull=True
        )
        return self.annotate(director_known=Exists(directors))

    def visible_to(self, user: Any) -> JourneyQuerySet:
        """One's own companies' journeys; an adviser's, in the perimeter; an officer's, once a file was handed in."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        filed = apps.get_model("journeys", "Application").objects.filter(journey=OuterRef("pk"), filed_at__isnull=False)
        officer = within_perimeter(user, Role.OFFICER, Role.SECOND_READER) & Q(Exists(filed))
        return self.with_director_known().filter(own_journeys(user) | within_perimeter(user, Role.ADVISER) | officer)

    def of_companies_of(self, user: Any) -> JourneyQuerySet:
        """The journeys this person follows as a company, not as an adviser or an officer."""
        return self.with_director_known().filter(own_journeys(user)) if user.is_authenticated else self.none()

    def of_advised_by(self, user: Any) -> JourneyQuerySet:
        """The journeys in the perimeter where this person advises."""
        return self.filter(within_perimeter(user, Role.ADVISER)) if user.is_authenticated else self.none()

    def live(self) -> JourneyQuerySet:
        """Not closed."""
        return self.filter(closed_at__isnull=True)


class Journey(models.Model):
    """The path of one company, by SIREN; `siret` names the establishment concerned, empty for a project still without one.

    title : the name as the register lets it be shown, or the project's name.   place : as it may be shown, empty when hidden.
    commune, departement, region, naf : codes, for perimeters and peers only. All are copied from the register so that lists
    need no join with it: the register is replaced at each import.
    """

    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    title = models.CharField(_("nom"), max_length=200)
    place = models.CharField(max_length=120, blank=True)
    commune = models.CharField(max_length=5, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=2, default="11")
    naf = models.CharField(max_length=6, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="opened_journeys")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    is_fictional = models.BooleanField(default=False)
    objects = JourneyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["siren"]), models.Index(fields=["departement", "commune"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siret"], condition=Q(closed_at__isnull=True) & ~Q(siret=""), name="establishment_has_one_live_journey"
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__startswith=models.F("siren")), name="journey_siret_begins_with_its_siren"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="journey_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
