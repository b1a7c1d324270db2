"""Subjects to prospect for, contacts and oppositions for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.journeys.models import Contact, Opposition, Reservation
from ensembleur.journeys.queries.prospects import Subject
from ensembleur.schemes.models import CompanyFact
from tests.factories import accounts
from tests.factories.rules import scheme

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
METAL = {"id": "metal", "fact": "naf", "op": "starts_with", "value": ["25"], "source": "s1"}
NOT_STARTED = {"id": "not-started", "fact": "project_started", "op": "is_false", "source": "s1"}
SMALL_COST = {"id": "cost", "fact": "project_cost_eur", "op": "at_most", "value": 100000, "source": "s1"}


def aid(name: str, *conditions: dict[str, Any]) -> Any:
    """A scheme with these conditions."""
    return scheme(name, version={"conditions": {"all": list(conditions)}})


def subject(name: str = "aide-metal", *conditions: dict[str, Any]) -> Subject:
    """An aid for metalworking, certain with the register alone; or with the conditions given."""
    return Subject("aide", name, f"Aide {name}", (aid(name, *(conditions or (METAL,))),))


def contact(siret: str, *, by: User | None = None, **fields: Any) -> Contact:
    """A call nobody answered, yesterday, in Argenteuil."""
    values = {
        "about": "aide-metal",
        "channel": "phone",
        "outcome": "no_answer",
        "at": NOW - timedelta(days=1),
        "commune": "95018",
        "departement": "95",
        **fields,
    }
    return Contact.objects.create(siret=siret, siren=siret[:9], by=by or accounts.user(), **values)


def opposition(siren: str, **fields: Any) -> Opposition:
    """A standing opposition."""
    return Opposition.objects.create(siren=siren, **{"recorded_at": NOW, "recorded_by": accounts.user(), **fields})


def reservation(siret: str, by: User, **fields: Any) -> Reservation:
    """A company kept for a week."""
    values = {"about": "aide-metal", "at": NOW, "until": NOW + timedelta(days=7), **fields}
    return Reservation.objects.create(siren=siret[:9], siret=siret, by=by, **values)


def told(code: str, key: str, value: Any, **fields: Any) -> CompanyFact:
    """Something a company declared yesterday."""
    level = "project" if key.startswith("project") else "establishment" if len(code) == 14 else "company"
    values = {
        "level": level,
        "evidence": "declared",
        "source_title": "Déclaration",
        "as_of": TODAY - timedelta(days=1),
        "recorded_at": NOW - timedelta(days=1),
        **fields,
    }
    return CompanyFact.objects.create(code=code, key=key, value=value, **values)
