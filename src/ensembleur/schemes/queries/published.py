"""The published schemes, assembled once and kept until something is published."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ensembleur.schemes.choices import VersionState
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import Scheme as SchemeRules
from ensembleur.schemes.models import SchemeVersion


def published_schemes() -> tuple[SchemeRules, ...]:
    """Every scheme with its published versions, past ones included, by title. One small query when nothing changed."""
    versions = SchemeVersion.objects.filter(state=VersionState.PUBLISHED)
    return _assembled(tuple(versions.values_list("content_hash", flat=True).order_by("pk")))


def company_schemes() -> tuple[SchemeRules, ...]:
    """The published schemes a company can ask for; those for persons belong to another journey."""
    return tuple(scheme for scheme in published_schemes() if scheme.audience == "company")


def published_scheme(slug: str) -> SchemeRules | None:
    """One published scheme by its identifier."""
    return next((scheme for scheme in published_schemes() if scheme.id == slug), None)


@lru_cache(maxsize=2)
def _assembled(seal: tuple[str, ...]) -> tuple[SchemeRules, ...]:
    rows: dict[str, dict[str, Any]] = {}
    for version in SchemeVersion.objects.filter(state=VersionState.PUBLISHED).select_related("scheme"):
        scheme = rows.setdefault(version.scheme_id, {**version.scheme.content, "versions": []})
        scheme["versions"].append(version.content)
    schemes = [parse_scheme(raw, origin=slug) for slug, raw in rows.items()]
    return tuple(sorted(schemes, key=lambda scheme: scheme.title.fr.casefold()))
