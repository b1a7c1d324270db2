"""Schemes and facts written for a test, in the plain data a scheme file holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import Scheme

TODAY = date(2026, 11, 21)
SIZE = {"id": "size", "fact": "group_headcount", "op": "below", "value": 250, "source": "s1"}
RATE = {"nature": "grant", "rule": "rate", "rate": {"value": 0.5}, "ceiling": 250_000, "source": "s1"}


def scheme_data(name: str = "aid", *, version: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The plain data of a sound scheme with one open version; `version` and the rest replace its keys."""
    body = {
        "id": f"{name}-1",
        "effective": {"from": date(2020, 1, 1)},
        "source": "s1",
        "conditions": {"all": [dict(SIZE)]},
        "amount": dict(RATE),
    }
    return {
        "id": name,
        "title": {"fr": f"Aide {name}", "en": f"Aid {name}"},
        "family": "grant",
        "level": "regional",
        "operator": {"name": "Région"},
        "sources": {"s1": {"title": "Règlement", "confidence": "secondary", "checked": date(2026, 11, 1)}},
        "versions": [body | (version or {})],
    } | more


def scheme(name: str = "aid", *, version: dict[str, Any] | None = None, **more: Any) -> Scheme:
    """The same, parsed."""
    return parse_scheme(scheme_data(name, version=version, **more), origin=f"{name}.yaml")


def facts(**values: Any) -> dict[str, Fact]:
    """Facts from bare values."""
    return {key: Fact(value) for key, value in values.items()}
