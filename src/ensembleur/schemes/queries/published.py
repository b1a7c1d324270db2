"""The published schemes, assembled once and kept until something is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from logging import getLogger
from typing import Any

from ensembleur.errors import BadInput
from ensembleur.periods import paris_day
from ensembleur.schemes.choices import VersionOrigin
from ensembleur.schemes.engine.kept import parse_kept
from ensembleur.schemes.engine.scheme import Scheme as SchemeRules
from ensembleur.schemes.engine.scheme import Version
from ensembleur.schemes.engine.timeline import known_now, overlaid
from ensembleur.schemes.models import SchemeVersion

problems = getLogger("ensembleur.problems")


@dataclass(frozen=True)
class SetAside:
    """A published text this release cannot read; `version` is empty when the scheme's own sheet is what cannot be read.

    until : the first day on which it no longer applies; None without end.
    """

    scheme: str
    version: str
    why: str
    until: date | None = None


@dataclass(frozen=True)
class Catalogue:
    """What is published, and the texts that could not be read."""

    schemes: tuple[SchemeRules, ...]
    set_aside: tuple[SetAside, ...]


def published_schemes() -> tuple[SchemeRules, ...]:
    """Every scheme with its published versions, past ones included, by title. One small query when nothing changed."""
    return catalogue().schemes


def catalogue() -> Catalogue:
    """The same, with the texts set aside because a release dropped a word they use."""
    return _assembled(tuple(SchemeVersion.objects.published().values_list("content_hash", flat=True).order_by("pk")))


def company_schemes() -> tuple[SchemeRules, ...]:
    """The published schemes a company can ask for; those for persons belong to another journey."""
    return tuple(scheme for scheme in published_schemes() if scheme.audience == "company")


def published_scheme(slug: str) -> SchemeRules | None:
    """One published scheme by its identifier."""
    return next((scheme for scheme in published_schemes() if scheme.id == slug), None)


@lru_cache(maxsize=2)
def _assembled(seal: tuple[str, ...]) -> Catalogue:
    rows: dict[str, list[SchemeVersion]] = {}
    for version in SchemeVersion.objects.published().select_related("scheme"):
        rows.setdefault(version.scheme_id, []).append(version)
    schemes, aside = [], []
    for slug, versions in rows.items():
        try:
            scheme = assembled(versions[0].scheme.content, versions)
        except BadInput as error:
            aside.append(SetAside(slug, "", error.sentence))
            continue
        schemes.append(scheme)
        unread = sorted((one for one in known_now(scheme.versions) if one.unreadable), key=_end)
        aside += {one.id: SetAside(slug, one.id, one.unreadable, one.effective.end) for one in unread}.values()
    for text in aside:
        problems.error("scheme text set aside: %s %s: %s", text.scheme, text.version, text.why)
    return Catalogue(tuple(sorted(schemes, key=lambda scheme: scheme.title.fr.casefold())), tuple(aside))


def _end(version: Version) -> date:
    return version.effective.end or date.max


def assembled(content: dict[str, Any], versions: Iterable[SchemeVersion], *, now: datetime | None = None) -> SchemeRules:
    """One scheme: the files' versions, then each officer's text laid over them in the order of publication.

    now : the instant at which a version still unpublished (a draft looked at) would be; it must come last.
    A published text that cannot be read answers "unknown" on its days. Raises BadInput when a draft, or the sheet, cannot.
    """
    files, texts = [], []
    for version in versions:
        (files if version.origin == VersionOrigin.FILE else texts).append(version)
    texts.sort(key=lambda version: (version.published_at is None, version.published_at, version.pk))
    sources = dict(content["sources"])
    bodies = [version.content for version in files] + [with_own_sources(text, sources) for text in texts]
    drafts = {text.version_id for text in texts if text.published_at is None}
    whole = {**content, "sources": sources, "versions": bodies}
    scheme = parse_kept(whole, origin=str(content["id"]), strict=drafts)
    laid = scheme.versions[: len(files)]
    for version, text in zip(scheme.versions[len(files) :], texts, strict=True):
        published_at = text.published_at or now
        if published_at is None:
            raise ValueError("A version that is not published needs the instant at which it would be.")
        laid = overlaid(laid, version, on=paris_day(published_at))
    return replace(scheme, versions=laid)


def with_own_sources(text: SchemeVersion, sources: dict[str, Any]) -> dict[str, Any]:
    """The content of an officer's version, and in `sources` the texts it cites; a name that now means another text is changed."""
    renamed = {}
    for key, source in text.sources.items():
        if key in sources and sources[key] != source:
            renamed[key] = f"{text.version_id}-{key}"
        sources[renamed.get(key, key)] = source
    body: dict[str, Any] = _renamed(text.content, renamed) if renamed else text.content
    return body


def _renamed(data: Any, names: dict[str, str]) -> Any:
    if isinstance(data, list):
        return [_renamed(item, names) for item in data]
    if isinstance(data, dict):
        return {key: names.get(value, value) if key == "source" else _renamed(value, names) for key, value in data.items()}
    return data
