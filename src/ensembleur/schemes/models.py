"""Aids as dated rules, and what companies told us: both keep their history."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from ensembleur.schemes.choices import EvidenceWord, FactLevel, VersionState


class Scheme(models.Model):
    """An aid under a name that stays: who runs it, what it is for, which texts speak of it."""

    slug = models.SlugField(primary_key=True, max_length=80)
    content = models.JSONField()  # everything of the scheme's file but its versions

    def __str__(self) -> str:
        return self.slug


class SchemeVersionQuerySet(models.QuerySet["SchemeVersion"]):
    """Versions by who may see them."""

    def visible_to(self, user: Any) -> SchemeVersionQuerySet:
        """Published versions for everybody; drafts for those who write or read them over."""
        from ensembleur.schemes.permissions import may_edit_schemes

        return self if may_edit_schemes(user) else self.filter(state=VersionState.PUBLISHED)


class SchemeVersion(models.Model):
    """One state of a scheme's rules, on two axes of time: when it holds, and when it was made known."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    version_id = models.SlugField(max_length=100, unique=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.PUBLISHED)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["scheme_id", models.F("effective_from").asc(nulls_first=True), "version_id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_to__gt=models.F("effective_from")),
                name="version_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.version_id


class CompanyFactQuerySet(models.QuerySet["CompanyFact"]):
    """Facts by subject and by day."""

    def about(self, *, siren: str, siret: str) -> CompanyFactQuerySet:
        """What is known of this establishment, of its company and of the group it declared."""
        return self.filter(models.Q(code=siret) | models.Q(code=siren))

    def known_on(self, day: date) -> CompanyFactQuerySet:
        """Facts that were true at the latest that day and that nobody had replaced by an earlier-dated truth."""
        return self.filter(as_of__lte=day, withdrawn_at__isnull=True)


class CompanyFact(models.Model):
    """One thing known of a company, with its day, its evidence and who said it. A newer fact never erases an older one."""

    level = models.CharField(max_length=14, choices=FactLevel)
    code = models.CharField(max_length=14)  # SIRET for establishment and project facts, SIREN for the others
    key = models.CharField(max_length=60)
    value = models.JSONField()
    evidence = models.CharField(max_length=12, choices=EvidenceWord)
    source_title = models.CharField(max_length=200)
    as_of = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CompanyFactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["as_of", "recorded_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["code", "key", "as_of"], name="fact_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__in=["establishment", "project"], code__length=14)
                | models.Q(level__in=["company", "group", "person"], code__length=9),
                name="fact_code_fits_its_level",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.key}"
