"""Aids as dated rules, and what companies told us: both keep their history."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from ensembleur.errors import Refused
from ensembleur.schemes.choices import OPEN_STATES, EvidenceWord, FactLevel, VersionOrigin, VersionState


class Scheme(models.Model):
    """An aid under a name that stays: who runs it, what it is for, which texts speak of it."""

    slug = models.SlugField(primary_key=True, max_length=80)
    content = models.JSONField()  # everything of the scheme's file but its versions

    def __str__(self) -> str:
        return self.slug


# What a published text is made of: nobody rewrites it, the way on is a new version.
FROZEN = frozenset(
    {
        *("scheme", "scheme_id", "version_id", "content", "content_hash", "sources", "origin", "effective_from", "effective_to"),
        *("recorded_at", "note", "written_at", "submitted_at", "published_at", "flips"),
    }
)


class SchemeVersionQuerySet(models.QuerySet["SchemeVersion"]):
    """Versions by who may see them; what is published is neither changed nor removed in bulk either."""

    def visible_to(self, user: Any) -> SchemeVersionQuerySet:
        """Published versions for everybody; drafts for those who write or read them over."""
        from ensembleur.schemes.permissions import may_edit_schemes

        return self if may_edit_schemes(user) else self.filter(state=VersionState.PUBLISHED)

    def published(self) -> SchemeVersionQuerySet:
        """Those the public reads, past ones included."""
        return self.filter(state=VersionState.PUBLISHED)

    def waiting(self) -> SchemeVersionQuerySet:
        """Drafts and second readings."""
        return self.filter(state__in=OPEN_STATES)

    def update(self, **fields: Any) -> int:
        """As Django's, but a published text keeps its words."""
        touched = FROZEN & set(fields) or fields.get("state") not in (None, VersionState.REPLACED)
        if touched and self.exclude(state__in=OPEN_STATES).exists():
            raise Refused("published_is_kept", _("Une version publiée ne se modifie pas : ouvrez un brouillon."))
        return super().update(**fields)

    def delete(self) -> Any:
        """Never: a draft is given up, a published text is replaced, both stay readable."""
        raise Refused(
            "nothing_is_deleted", _("Aucune version ne s'efface : abandonnez le brouillon, il restera dans l'histoire.")
        )


class SchemeVersion(models.Model):
    """One state of a scheme's rules, on two axes of time: when it holds, and when it was made known.

    origin : the catalogue's files, or an officer; an officer's text is laid over the files' (see `engine.timeline`).
    edition : grows at each change of a draft; who writes on an older one is told.   hands : everyone who wrote in it.
    flips : the counts of the preview, frozen at submission.   settled_at : when an officer said that a later file was read.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    version_id = models.SlugField(max_length=100)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=VersionState, default=VersionState.PUBLISHED)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    origin = models.CharField(max_length=8, choices=VersionOrigin, default=VersionOrigin.FILE)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="drafts")
    sources = models.JSONField(default=dict, blank=True)  # the texts it cites, kept with it whatever the files become
    edition = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    hands = models.JSONField(default=list, blank=True)
    flips = models.JSONField(null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_why = models.TextField(blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["scheme_id", models.F("effective_from").asc(nulls_first=True), "version_id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_to__gt=models.F("effective_from")),
                name="version_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["version_id"], condition=~models.Q(state="replaced"), name="one_current_version_by_identifier"
            ),
            models.UniqueConstraint(
                fields=["scheme"],
                condition=models.Q(state__in=["draft", "second_reading"]),
                name="one_open_draft_for_each_scheme",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True)
                | models.Q(written_by__isnull=True)
                | ~models.Q(published_by=models.F("written_by")),
                name="version_is_not_published_by_its_writer",
            ),
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True)
                | models.Q(submitted_by__isnull=True)
                | ~models.Q(published_by=models.F("submitted_by")),
                name="version_is_not_published_by_its_sender",
            ),
            models.CheckConstraint(
                condition=models.Q(origin="file")
                | models.Q(state="published", published_at__isnull=False)
                | (~models.Q(state="published") & models.Q(published_at__isnull=True)),
                name="officer_version_is_published_iff_dated",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="second_reading") | models.Q(submitted_at__isnull=False),
                name="version_in_second_reading_was_submitted",
            ),
        ]

    def __str__(self) -> str:
        return self.version_id

    @property
    def is_open(self) -> bool:
        """Whether it is still being written or read over."""
        return self.state in OPEN_STATES

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to rewrite a text that has been published, given up or replaced."""
        if self.pk and not kwargs.get("force_insert"):
            kept = type(self).objects.filter(pk=self.pk).exclude(state__in=OPEN_STATES).values(*FROZEN - {"scheme"}).first()
            if kept and any(getattr(self, name) != value for name, value in kept.items()):
                raise Refused("published_is_kept", _("Une version publiée ne se modifie pas : ouvrez un brouillon."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Never: a draft is given up, a published text is replaced, both stay readable."""
        raise Refused(
            "nothing_is_deleted", _("Aucune version ne s'efface : abandonnez le brouillon, il restera dans l'histoire.")
        )


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
