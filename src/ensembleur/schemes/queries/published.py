"""The published schemes, assembled once and kept until something is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from ensembleur.periods import paris_day
from ensembleur.schemes.choices import VersionOrigin
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import Scheme as SchemeRules
from ensembleur.schemes.engine.timeline import overlaid
from ensembleur.schemes.models import SchemeVersion


def published_schemes() -> tuple[SchemeRules, ...]:
    """Every scheme with its published versions, past ones included, by title. One small query when nothing changed."""
    return _assembled(tuple(SchemeVersion.objects.published().values_list("content_hash", flat=True).order_by("pk")))


def company_schemes() -> tuple[SchemeRules, ...]:
    """The published schemes a company can ask for; those for persons belong to another journey."""
    return tuple(scheme for scheme in published_schemes() if scheme.audience == "company")


def published_scheme(slug: str) -> SchemeRules | None:
    """One published scheme by its identifier."""
    return next((scheme for scheme in published_schemes() if scheme.id == slug), None)


@lru_cache(maxsize=2)
def _assembled(seal: tuple[str, ...]) -> tuple[SchemeRules, ...]:
    rows: dict[str, list[SchemeVersion]] = {}
    for version in SchemeVersion.objects.published().select_related("scheme"):
        rows.setdefault(version.scheme_id, []).append(version)
    schemes = [assembled(versions[0].scheme.content, versions) for versions in rows.values()]
    return tuple(sorted(schemes, key=lambda scheme: scheme.title.fr.casefold()))


def assembled(content: dict[str, Any], versions: Iterable[SchemeVersion], *, now: datetime | None = None) -> SchemeRules:
    """One scheme: the files' versions, then each officer's text laid over them in the order of publication.

    now : the instant at which a version still unpublished (a draft looked at) would be; it must come last.
    """
    files, texts = [], []
    for version in versions:
        (files if version.origin == VersionOrigin.FILE else texts).append(version)
    texts.sort(key=lambda version: (version.published_at is None, version.published_at, version.pk))
    sources = dict(content["sources"])
    bodies = [version.content for version in files] + [with_own_sources(text, sources) for text in texts]
    scheme = parse_scheme({**content, "sources": sources, "versions": bodies}, origin=str(content["id"]))
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
