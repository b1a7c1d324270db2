"""Schemes for tests: short rules in plain data, published at once."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from ensembleur.schemes.models import Scheme, SchemeVersion
from ensembleur.schemes.services.publishing import content_hash
from ensembleur.territory.engine.population import SHOWCASE_SIRET
from ensembleur.territory.models import Commune, Establishment, LegalUnit

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)
IN_REGION = {"id": "in-region", "fact": "commune", "op": "in_zone", "value": "ile-de-france", "source": "s1"}
SMALL = {"id": "size", "fact": "headcount", "op": "below", "value": 50, "source": "s1"}
NOT_STARTED = {"id": "not-started", "fact": "project_started", "op": "is_false", "source": "s1"}


def raw(slug: str = "", *, conditions: Any = None, **more: Any) -> dict[str, Any]:
    """A scheme file's plain data: 50 % of the project's cost up to 100 000 €, for establishments of the region."""
    slug = slug or f"aide-{next(_numbers)}"
    version = {
        "id": f"{slug}-v1",
        "effective": {"from": "2020-01-01", "to": None},
        "published": {"from": "2020-01-01", "to": None},
        "source": "s1",
        "conditions": conditions or {"all": [IN_REGION, SMALL, NOT_STARTED]},
        "amount": {"nature": "grant", "rule": "rate", "rate": {"value": 0.5}, "ceiling": 100000, "source": "s1"},
        **more.pop("version", {}),
    }
    return {
        "id": slug,
        "title": {"fr": f"Aide {slug}", "en": f"Aid {slug}"},
        "family": "grant",
        "level": "regional",
        "operator": {"name": "Région de test"},
        "topics": ["production"],
        "summary": {"fr": "Une aide de test.", "en": "A test aid."},
        "sources": {"s1": {"title": "Règlement de test", "checked": "2026-11-01", "confidence": "primary"}},
        "versions": [version],
        **more,
    }


def scheme(slug: str = "", *, state: str = "published", **more: Any) -> Scheme:
    """A published scheme with one version."""
    data = raw(slug, **more)
    content = {key: value for key, value in data.items() if key != "versions"}
    kept = Scheme.objects.create(slug=data["id"], content=content)
    for version in data["versions"]:
        SchemeVersion.objects.create(
            scheme=kept,
            version_id=version["id"],
            content=version,
            content_hash=content_hash([content, version]),
            effective_from=version["effective"]["from"],
            effective_to=version["effective"]["to"],
            recorded_at=NOW,
            state=state,
        )
    return kept


def showcase(*, commune: str = "95018", siret: str = SHOWCASE_SIRET, band: str = "12") -> Establishment:
    """One fictional machining site of 20 to 49 people in Argenteuil, alone in the register."""
    place = Commune.objects.get(pk=commune)
    low, high = (20, 49) if band == "12" else (None, None)
    shared = {"naf": "25.62B", "headcount_band": band, "headcount_lo": low, "headcount_hi": high, "is_fictional": True}
    unit, _ = LegalUnit.objects.get_or_create(
        siren=siret[:9], defaults={"name": "Fictive Mécanique", "legal_form": "5710", "category": "PME", "state": "A", **shared}
    )
    return Establishment.objects.create(
        siret=siret,
        unit=unit,
        commune=place,
        departement=place.departement_id,
        epci=place.epci_id or "",
        is_head_office=True,
        **shared,
    )
