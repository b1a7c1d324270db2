"""Three fictional schemes: one open, one closed, one for larger projects; no register is needed."""

from __future__ import annotations

from typing import Any

import pytest

from ensembleur.journeys.queries.companies import CompanyCard
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.queries import published
from tests.factories import journeys as make


def raw_scheme(identifier: str, conditions: list[dict[str, Any]], windows: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The file of a fictional scheme."""
    return {
        "id": identifier,
        "title": {"fr": f"Aide {identifier}", "en": f"Aid {identifier}"},
        "family": "grant",
        "level": "regional",
        "audience": "company",
        "operator": {"name": "Organisme fictif"},
        "funders": ["Organisme fictif"],
        "topics": ["production"],
        "summary": {"fr": "Une aide fictive.", "en": "A fictional aid."},
        "url": "https://example.org/",
        "sources": {
            "s1": {
                "title": "Texte fictif",
                "url": "https://example.org/",
                "as_of": "2026-01-01",
                "checked": "2026-11-01",
                "confidence": "unverified",
                "note": {"fr": "", "en": ""},
            }
        },
        "versions": [
            {
                "id": f"{identifier}-1",
                "effective": {"from": "2020-01-01", "to": None},
                "published": {"from": "2020-01-01", "to": None},
                "status": "open",
                "source": "s1",
                "windows": windows or [],
                "conditions": {"all": conditions},
                "amount": {
                    "nature": "grant",
                    "rule": "rate",
                    "base": "project_cost_eur",
                    "rate": {"value": "0.5"},
                    "ceiling": "50000",
                    "source": "s1",
                },
            }
        ],
    }


NOT_STARTED = {"id": "not-started", "fact": "project_started", "op": "is_false", "source": "s1"}
LARGE = {"id": "large", "fact": "project_cost_eur", "op": "at_least", "value": "1000000", "source": "s1"}


@pytest.fixture(autouse=True)
def schemes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """`ouverte` asks not to have started, `fermee` is over, `grande` asks for a million."""
    raws = [
        raw_scheme("ouverte", [NOT_STARTED]),
        raw_scheme("fermee", [NOT_STARTED], [{"opens": "2021-01-01", "closes": "2021-12-31", "source": "s1"}]),
        raw_scheme("grande", [LARGE]),
    ]
    known = {raw["id"]: parse_scheme(raw, origin=raw["id"]) for raw in raws}
    monkeypatch.setattr(published, "company_schemes", lambda: tuple(known.values()))
    monkeypatch.setattr(published, "published_scheme", known.get)
    return known


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register knows one establishment, wherever it is asked for."""
    found = CompanyCard(
        siren=make.SIREN,
        siret=make.SIRET,
        title="Vérondel Mécanique",
        place="Argenteuil (95)",
        commune="95018",
        departement="95",
        region="11",
        naf="25.62B",
        is_fictional=True,
    )
    for place in ("views.start", "services.opening"):
        monkeypatch.setattr(f"ensembleur.journeys.{place}.company_card", lambda siret: found if siret == make.SIRET else None)


@pytest.fixture
def signed_in(client: Any) -> tuple[Any, Any]:
    """A journey, and its director signed in."""
    journey, director = make.own_journey()
    client.force_login(director)
    return journey, director
