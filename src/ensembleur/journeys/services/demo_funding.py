"""The money of the showcase company's plan in the demonstration: fictional costs, past aids, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.catalogue.loader import read_plain
from ensembleur.journeys.models import Action, Journey
from ensembleur.journeys.queries.funding_plan import actions_to_fund
from ensembleur.journeys.services.planning import update_action
from ensembleur.periods import paris_day
from ensembleur.schemes.services.facts import record_fact

SCRIPT = Path(__file__).resolve().parent.parent / "catalogue" / "demo-funding.yaml"
SOURCE = "Déclaration de l'entreprise (fictive)"


@cache
def script() -> Mapping[str, Any]:
    """The figures of the demonstration's plan."""
    return read_plain(SCRIPT)  # type: ignore[no-any-return]


def populate_funding(*, now: datetime, people: Mapping[Role, User], showcase_siret: str) -> int:
    """Give a cost to some actions of the showcase company's last plan, and tell its past aids; nothing when one has a cost.

    Returns how many of its actions have a cost.
    """
    journey = Journey.objects.filter(siret=showcase_siret, is_fictional=True).first()
    actions = actions_to_fund(journey) if journey is not None else []
    held = sum(action.cost_eur is not None for action in actions)
    if held or journey is None:
        return held
    with transaction.atomic():
        told = now - timedelta(days=script()["told_days_ago"])
        for key, value in _facts(now):
            record_fact(siret=journey.siret, key=key, value=value, by=people[Role.DIRECTOR], now=told, source_title=SOURCE)
        return sum(_cost(action, people[Role.DIRECTOR], now) for action in actions)


def _facts(now: datetime) -> Iterator[tuple[str, Any]]:
    yield from script()["facts"].items()
    yield (
        "past_aids",
        [
            {"on": (paris_day(now) - timedelta(days=aid["days_ago"])).isoformat(), "eur": aid["eur"], "regime": "de_minimis"}
            for aid in script()["past_aids"]
        ],
    )


def _cost(action: Action, director: User, now: datetime) -> bool:
    """Give its cost to an action of the script, and bring it forward without changing how long it lasts."""
    planned = script()["costs"].get(action.measure)
    if planned is None:
        return False
    starts_on = paris_day(now) + timedelta(days=planned["in_days"])
    update_action(
        action=action,
        by=director,
        now=now,
        owner=action.owner,
        cost_eur=Decimal(planned["eur"]),
        starts_on=starts_on,
        ends_on=starts_on + (action.ends_on - action.starts_on),
        status=action.status,
    )
    return True
