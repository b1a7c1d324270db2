"""What the officers' desk shows: which texts stand, which wait for whom, what later files brought, what must be mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.schemes.catalogue.loader import scheme_faults
from ensembleur.schemes.choices import OPEN_STATES, VersionOrigin, VersionState
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.review import Fault, review
from ensembleur.schemes.engine.timeline import in_force
from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.permissions import may_read_over, may_write_rules
from ensembleur.schemes.queries.published import assembled, catalogue


def sources_of(version: SchemeVersion) -> dict[str, Any]:
    """The texts a version may cite, by key: its own, then those of the scheme's file."""
    return {**version.scheme.content.get("sources", {}), **version.sources}


def faults_in(version: SchemeVersion) -> list[Fault]:
    """Every fault of a version; none when it may go on."""
    public = SchemeVersion.objects.published().values_list("scheme_id", flat=True)
    schemes = {*public, version.scheme_id}
    found = review(version.content, scheme=version.scheme.content, sources=sources_of(version), schemes=schemes)
    return found or _as_a_file(version, schemes)


def _as_a_file(version: SchemeVersion, schemes: set[str]) -> list[Fault]:
    """What the loader of the catalogue's files would still refuse."""
    whole = {**version.scheme.content, "sources": sources_of(version), "versions": [version.content]}
    says = scheme_faults(parse_scheme(whole, origin=version.scheme_id), known=schemes)
    return [Fault("refused_as_file", "text", sentence, _("Corrigez ce point, puis enregistrez.")) for sentence in says]


def scheme_choices(*, but: str, lang: str = "fr") -> list[tuple[str, str]]:
    """The published schemes an edge may lead to, by title."""
    public = SchemeVersion.objects.published().values("scheme_id")
    found = Scheme.objects.filter(pk__in=public).exclude(pk=but)
    return sorted(((scheme.pk, title_of(scheme, lang)) for scheme in found), key=lambda pair: pair[1].casefold())


def has_own_sheet(scheme: Scheme) -> bool:
    """Whether the scheme was created here and nothing of it has been published yet, so that its sheet may still change."""
    return not scheme.versions.exclude(origin=VersionOrigin.OFFICER, published_at__isnull=True).exists()


def standing_version(scheme: Scheme, *, on: date) -> SchemeVersion | None:
    """The published version that applies on that day, the nearest one when none does; None when nothing is published."""
    rows = list(scheme.versions.published())
    if not rows:
        return None
    try:
        version = in_force(assembled(scheme.content, rows).versions, on)
    except BadInput:  # the sheet itself cannot be read: the last text published is the one to mend
        return max(rows, key=lambda row: (row.published_at or row.recorded_at, row.pk))
    return next((row for row in rows if version is not None and row.version_id == version.id), None)


@dataclass(frozen=True)
class ToMend:
    """A published text nobody can be answered with. `version` is None when the scheme's own sheet cannot be read."""

    scheme: Scheme
    title: str
    version: SchemeVersion | None
    why: str


def texts_to_mend(*, on: date, lang: str = "fr") -> list[ToMend]:
    """The published texts this release cannot read and that still apply that day or later, by title."""
    aside = [text for text in catalogue().set_aside if text.until is None or text.until > on]
    if not aside:
        return []
    schemes = Scheme.objects.in_bulk([text.scheme for text in aside])
    names = [text.version for text in aside if text.version]
    rows = {row.version_id: row for row in SchemeVersion.objects.published().filter(version_id__in=names)}
    found = [
        ToMend(schemes[text.scheme], title_of(schemes[text.scheme], lang), rows.get(text.version), text.why) for text in aside
    ]
    return sorted(found, key=lambda one: one.title.casefold())


@dataclass
class DeskRow:
    """One scheme on the officers' desk. `waiting` is the text under way, `later` the files that came after an officer's text."""

    scheme: Scheme
    title: str
    last: SchemeVersion | None = None
    waiting: SchemeVersion | None = None
    later: list[SchemeVersion] = field(default_factory=list)
    to_write: bool = False
    to_read: bool = False


def desk_rows(user: Any, *, lang: str = "fr") -> list[DeskRow]:
    """Every scheme by title, with what waits for this person. Two queries."""
    rows = {scheme.pk: DeskRow(scheme, title_of(scheme, lang)) for scheme in Scheme.objects.all()}
    held: dict[str, list[SchemeVersion]] = {}
    for version in SchemeVersion.objects.exclude(state__in=[VersionState.WITHDRAWN, VersionState.REPLACED]).defer("content"):
        held.setdefault(version.scheme_id, []).append(version)
    for slug, versions in held.items():
        row = rows[slug]
        published = [version for version in versions if version.state == VersionState.PUBLISHED]
        row.last = max(published, key=lambda one: one.published_at or one.recorded_at, default=None)
        row.waiting = next((version for version in versions if version.state in OPEN_STATES), None)
        row.later = later_files(versions)
        if row.waiting is not None:
            row.to_write = row.waiting.state == VersionState.DRAFT and may_write_rules(user)
            row.to_read = row.waiting.state == VersionState.SECOND_READING and may_read_over(user, row.waiting)
    return sorted(rows.values(), key=lambda row: row.title.casefold())


def title_of(scheme: Scheme, lang: str = "fr") -> str:
    """The name of a scheme in the reader's language, read without the rest of its sheet."""
    title = scheme.content.get("title")
    words = title if isinstance(title, dict) else {"fr": title}
    return str(words.get(lang) or words.get("fr") or scheme.pk)


def later_files(versions: Iterable[SchemeVersion]) -> list[SchemeVersion]:
    """The files' texts that came after the last one an officer published, and that nobody has settled yet.

    They are kept and evaluated on the days the officer's text does not take; they never stand over it.
    """
    listed = list(versions)
    published = [one.published_at for one in listed if one.origin == VersionOrigin.OFFICER and one.published_at is not None]
    if not published:
        return []
    last = max(published)
    return [
        one
        for one in listed
        if one.origin == VersionOrigin.FILE
        and one.state == VersionState.PUBLISHED
        and one.recorded_at > last
        and one.settled_at is None
    ]


def newer_than_draft(draft: SchemeVersion) -> list[SchemeVersion]:
    """The files' texts delivered since the draft was opened."""
    if draft.written_at is None:
        return []
    return list(
        draft.scheme.versions.published().filter(
            origin=VersionOrigin.FILE, recorded_at__gt=draft.written_at, settled_at__isnull=True
        )
    )
