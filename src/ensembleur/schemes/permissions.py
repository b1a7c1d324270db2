"""Who may read and write the rules of schemes, and what a company declared."""

from __future__ import annotations

from typing import Any, Protocol

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds


class Placed(Protocol):
    """An establishment as far as permissions go: whose it is and where."""

    siren: str
    commune: str
    departement: str
    region: str


def may_edit_schemes(user: Any) -> bool:
    """Officers, second readers and administrators of any perimeter."""
    return holds(user, Role.OFFICER, Role.SECOND_READER, Role.ADMIN)


def may_write_rules(user: Any, *_things: Any) -> bool:
    """Open a draft, change it, send it to its second reader, give it up: officers and administrators."""
    return holds(user, Role.OFFICER, Role.ADMIN)


def may_read_over(user: Any, version: Any) -> bool:
    """Publish a text or send it back: a second reader or an administrator, never one of those who wrote or sent it."""
    own = {*version.hands, version.written_by_id, version.submitted_by_id}
    return holds(user, Role.SECOND_READER, Role.ADMIN) and user.pk not in own


def may_reopen(user: Any, version: Any) -> bool:
    """Send a text back to its draft: its second reader, or those who write."""
    return may_read_over(user, version) or may_write_rules(user)


def may_see_facts(user: Any, subject: Placed) -> bool:
    """The company's own people, and the advisers and officers whose perimeter holds the establishment."""
    return _is_of_company(user, subject) or _accompanies(user, subject)


def may_declare_fact(user: Any, subject: Placed) -> bool:
    """The same people: an adviser on the telephone writes down what the director says."""
    return may_see_facts(user, subject)


def _is_of_company(user: Any, subject: Placed) -> bool:
    return bool(subject.siren) and holds(user, Role.DIRECTOR, Role.CONTRIBUTOR, siren=subject.siren)


def _accompanies(user: Any, subject: Placed) -> bool:
    place = {"commune": subject.commune, "departement": subject.departement, "region": subject.region}
    return any(place.values()) and holds(user, Role.ADVISER, Role.OFFICER, Role.ADMIN, **place)
