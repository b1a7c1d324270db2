"""The words of the two permission tables: people, one line for an address, one line for a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ensembleur.accounts.choices import Role
from tests.factories.everyone import VISITOR

Who = frozenset[str]


def here(*roles: str) -> Who:
    """These roles, held where the things stand."""
    return frozenset(roles)


def everywhere(*roles: str) -> Who:
    """These roles, wherever they are held."""
    return frozenset({name for role in roles for name in (role, f"{role} elsewhere")})


@dataclass(frozen=True)
class Page:
    """One line of the table."""

    see: Who | None = None
    act: Who | None = None
    named: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


SIGNED_IN = everywhere(*Role.values) | {"nobody"}
ANYONE = SIGNED_IN | {VISITOR}
NOBODY: Who = frozenset()
COMPANY = here("director", "contributor")
HELPED = COMPANY | here("adviser")
APPOINTERS = ("admin", "officer", "adviser", "director")
JOURNEY = {"pk": "journey"}
FILE, NEED = {"pk": "application"}, {"pk": "need"}
PROSPECTORS, WRITERS = everywhere("adviser", "officer"), everywhere("officer", "admin")
EDITORS = WRITERS | everywhere("second_reader")
STEERERS = here("officer", "second_reader", "evaluator", "committee", "admin")
REPORTERS = here("adviser", "officer")
ASKERS = here("officer", "committee", "evaluator")
AID = {"kind": "aide"}
DRAFT = {"pk": "draft", "place": "c.0", "name": "ceiling", "key": "s1"}


@dataclass(frozen=True)
class Act:
    """One line of the table."""

    who: Who
    given: dict[str, Any] = field(default_factory=dict)


def of(*things: str, **more: Any) -> dict[str, Any]:
    """The things of these names, and other arguments."""
    return {**{thing: f"={thing}" for thing in things}, **more}
