"""Places, companies and their establishments, and the history of what changed the register."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ensembleur.territory.choices import (
    CommuneKind,
    Diffusion,
    EstablishmentState,
    GroupingKind,
    Masking,
    RunKind,
    RunState,
    UnitState,
)


class Region(models.Model):
    """A region, by its INSEE code."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)  # of the files the places came from

    class Meta:
        verbose_name = _("région")
        verbose_name_plural = _("régions")

    def __str__(self) -> str:
        return self.name


class Outlined(models.Model):
    """A place with a surface: centre, window and GeoJSON geometry in longitude and latitude, null when unknown."""

    lon = models.FloatField(_("longitude du centre"), null=True, blank=True)
    lat = models.FloatField(_("latitude du centre"), null=True, blank=True)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    outline = models.TextField(_("contour GeoJSON"), blank=True)

    class Meta:
        abstract = True


class Departement(Outlined):
    """A département, by its INSEE code."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    region = models.ForeignKey(Region, models.CASCADE, related_name="departements", verbose_name=_("région"))

    class Meta:
        verbose_name = _("département")
        verbose_name_plural = _("départements")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Epci(Outlined):
    """A grouping of communes, by its SIREN; the eleven territories of Greater Paris are of kind EPT."""

    code = models.CharField(_("SIREN"), max_length=9, primary_key=True)
    name = models.CharField(_("nom"), max_length=160)
    kind = models.CharField(_("nature"), max_length=6, choices=GroupingKind.choices)

    class Meta:
        verbose_name = _("intercommunalité")
        verbose_name_plural = _("intercommunalités")

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    """Communes by what they are."""

    def current(self) -> Self:
        """Communes that exist today, without the districts of Paris."""
        return self.filter(kind=CommuneKind.COMMUNE)

    def fine(self) -> Self:
        """Today's communes with Paris replaced by its districts: a partition of the region."""
        return self.exclude(kind=CommuneKind.FORMER).exclude(code="75056")


class Commune(Outlined):
    """A commune, a district of Paris, or a former commune that points at today's."""

    code = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    kind = models.CharField(_("nature"), max_length=8, choices=CommuneKind.choices, default=CommuneKind.COMMUNE)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("commune d'aujourd'hui")
    )
    departement = models.ForeignKey(Departement, models.CASCADE, related_name="communes", verbose_name=_("département"))
    epci = models.ForeignKey(
        Epci, models.SET_NULL, null=True, blank=True, related_name="communes", verbose_name=_("intercommunalité")
    )
    ept = models.ForeignKey(
        Epci,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="ept_communes",
        verbose_name=_("établissement public territorial"),
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    postcodes = models.JSONField(_("codes postaux"), default=list, blank=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        indexes = [models.Index(fields=["name"], name="commune_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CommuneKind.COMMUNE) | Q(parent__isnull=False),
                name="commune_has_parent_unless_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.departement_id})"

    @property
    def covered_codes(self) -> list[str]:
        """The codes a record filed in this commune may carry: its own, and the districts when it is Paris."""
        if self.code != "75056":
            return [self.code]
        return [self.code, *(f"751{number:02d}" for number in range(1, 21))]


class Activity(models.Model):
    """What company and site share: activity in both editions, size as an interval, dates.

    headcount_lo, headcount_hi : employees, both included; null low = unknown, null high = unknown or without limit.
    """

    naf = models.CharField(_("activité (NAF rév. 2)"), max_length=6, blank=True)
    naf_2025 = models.CharField(_("activité (NAF 2025)"), max_length=6, blank=True)
    headcount_band = models.CharField(_("tranche d'effectif"), max_length=2, blank=True)
    headcount_year = models.PositiveSmallIntegerField(_("année de l'effectif"), null=True, blank=True)
    headcount_lo = models.PositiveIntegerField(null=True, blank=True)
    headcount_hi = models.PositiveIntegerField(null=True, blank=True)
    created_on = models.DateField(_("création"), null=True, blank=True)
    diffusion = models.CharField(_("diffusion"), max_length=1, choices=Diffusion.choices, default=Diffusion.FULL)
    masking = models.CharField(_("masquage"), max_length=8, choices=Masking.choices, blank=True, default=Masking.NONE)
    is_fictional = models.BooleanField(_("fictif"), default=False)

    class Meta:
        abstract = True


class LegalUnit(Activity):
    """A company, as the register knows it. Its officers are not imported."""

    siren = models.CharField(_("SIREN"), max_length=9, primary_key=True)
    name = models.CharField(_("dénomination"), max_length=240, blank=True)
    usual_name = models.CharField(_("noms d'usage"), max_length=400, blank=True)
    acronym = models.CharField(_("sigle"), max_length=40, blank=True)
    legal_form = models.CharField(_("catégorie juridique"), max_length=4, blank=True)
    category = models.CharField(_("catégorie d'entreprise"), max_length=3, blank=True)  # PME, ETI, GE or unknown
    category_year = models.PositiveSmallIntegerField(null=True, blank=True)
    head_office_siret = models.CharField(_("siège"), max_length=14, blank=True)
    is_social_economy = models.BooleanField(_("économie sociale et solidaire"), null=True, blank=True)
    is_mission_driven = models.BooleanField(_("société à mission"), null=True, blank=True)
    group_siren = models.CharField(_("tête de groupe"), max_length=9, blank=True, db_index=True)  # known in the demo only
    state = models.CharField(_("état"), max_length=1, choices=UnitState.choices, default=UnitState.ACTIVE)

    class Meta:
        verbose_name = _("entreprise")
        verbose_name_plural = _("entreprises")

    def __str__(self) -> str:
        return self.siren  # never the name: it may be hidden, only `shown` decides


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    """Establishments by what may be done with them: the one place where diffusion is decided for lists."""

    def open(self) -> Self:
        """At work today."""
        return self.filter(state=EstablishmentState.OPEN)

    def public(self) -> Self:
        """What anyone may see listed; rows come out through `diffusion.shown` only."""
        return self.select_related("unit")

    def visible_to(self, user: object) -> Self:
        """The register is public: everybody sees the same rows, masked the same way."""
        return self.public()

    def findable(self) -> Self:
        """May be found by a text: a person in partial diffusion may not."""
        return self.exclude(masking=Masking.NATURAL)

    def mappable(self) -> Self:
        """May be placed on a map or in a radius."""
        return self.filter(masking=Masking.NONE, lon__isnull=False, lat__isnull=False)

    def exportable(self) -> Self:
        """May leave in a file."""
        return self.filter(masking=Masking.NONE)

    def at_place(self, commune: Commune) -> Self:
        """Filed in the commune, in any of its districts when it is Paris."""
        return self.filter(commune__in=commune.covered_codes)


class Establishment(Activity):
    """A site of a company: the grain of the register."""

    siret = models.CharField(_("SIRET"), max_length=14, primary_key=True)
    unit = models.ForeignKey(
        LegalUnit, models.CASCADE, db_column="siren", related_name="establishments", verbose_name=_("entreprise")
    )
    state = models.CharField(_("état"), max_length=1, choices=EstablishmentState.choices, default=EstablishmentState.OPEN)
    closed_on = models.DateField(_("fermeture"), null=True, blank=True)
    is_head_office = models.BooleanField(_("siège"), null=True, blank=True)
    sign = models.CharField(_("enseignes"), max_length=400, blank=True)
    usual_name = models.CharField(_("nom d'usage"), max_length=240, blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, db_column="commune", related_name="establishments", verbose_name=_("commune")
    )
    # Copied from the commune so that facets and the register frame need no join.
    departement = models.CharField(_("département"), max_length=3, db_index=True)
    epci = models.CharField(_("intercommunalité"), max_length=9, blank=True, db_index=True)
    ept = models.CharField(_("établissement public territorial"), max_length=9, blank=True, db_index=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    geo_quality = models.CharField(_("qualité de la position"), max_length=2, blank=True)
    headcount = models.PositiveIntegerField(_("effectif exact (démonstration)"), null=True, blank=True)
    perimeter_rule = models.CharField(_("règle d'entrée au périmètre"), max_length=40, blank=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("établissement")
        verbose_name_plural = _("établissements")
        indexes = [models.Index(fields=["naf"], name="establishment_by_naf")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EstablishmentState.CLOSED) | Q(closed_on__isnull=True),
                name="establishment_has_closing_day_only_if_closed",
            ),
            models.CheckConstraint(
                condition=Q(headcount__isnull=True) | Q(is_fictional=True),
                name="exact_headcount_is_for_fictional_only",
            ),
        ]

    def __str__(self) -> str:
        return self.siret  # never the name: it may be hidden, only `shown` decides

    @property
    def siren(self) -> str:
        """The company's number."""
        return self.unit_id

    @property
    def is_open(self) -> bool:
        """Whether the site is at work."""
        return self.state == EstablishmentState.OPEN


class ImportRun(models.Model):
    """One change of the whole register, with what it read and what it did.

    token : changes with every run, so that what is computed from the register knows when to be computed again.
    files : {"establishments": {"name", "sha256", "rows"}, …}.   counts : {"read", "added", "changed", …}.
    as_of : the day the files speak of.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=8, choices=RunKind.choices)
    state = models.CharField(_("état"), max_length=8, choices=RunState.choices, default=RunState.APPLIED)
    done_at = models.DateTimeField(_("date"))
    as_of = models.DateField(_("date des fichiers"))
    perimeter = models.CharField(_("périmètre"), max_length=10, blank=True)
    files = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    rejects = models.CharField(_("fichier des lignes écartées"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mise à jour du registre")
        verbose_name_plural = _("mises à jour du registre")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.done_at:%Y-%m-%d %H:%M}"


class ImportBatch(models.Model):
    """What a run replaced, a thousand rows at a time, so that it can be undone exactly.

    added : keys that did not exist before.   before : full rows as they stood, in the table's column order.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="batches")
    table = models.CharField(max_length=16)
    added = models.JSONField(default=list)
    before = models.JSONField(default=list)

    class Meta:
        verbose_name = _("lot d'une mise à jour")
        verbose_name_plural = _("lots d'une mise à jour")
