"""People, organisations and roles for tests."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from ensembleur.accounts.choices import COMPANY_ROLES, OrganisationKind, PerimeterKind, Role
from ensembleur.accounts.models import CompanyClaim, Mandate, Organisation, User
from ensembleur.accounts.permissions import forget_mandates

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def user(**fields) -> User:
    """A person without any role: user(email=…, password=…, full_name=…)."""
    number = next(_numbers)
    fields = {"email": f"personne{number}@test.example", "full_name": f"Personne {number}", "created_at": NOW, **fields}
    return User.objects.create_user(**fields)


def mandate(person: User, role: Role, kind: PerimeterKind = PerimeterKind.REGION, code: str = "11", **fields) -> Mandate:
    """A live role on a perimeter."""
    held = Mandate.objects.create(
        user=person, role=role, perimeter_kind=kind, perimeter_code=code, **{"started_at": NOW, **fields}
    )
    forget_mandates(person)
    return held


def person(role: Role, code: str = "", *, kind: PerimeterKind | None = None, commune: str = "95018", **fields) -> User:
    """A person holding one role: person(Role.DIRECTOR, "000000018"), person(Role.ADVISER, "95"), person(Role.ADMIN).

    The kind of perimeter is read from the length of the code; without a code, the region "11" (a company for its people).
    """
    company_role = role in COMPANY_ROLES
    code = code or ("000000018" if company_role else "11")
    kinds = {9: PerimeterKind.COMPANY, 5: PerimeterKind.COMMUNE, 3: PerimeterKind.DEPARTEMENT}
    kind = kind or kinds.get(len(code)) or (PerimeterKind.REGION if code == "11" else PerimeterKind.DEPARTEMENT)
    someone = user(**fields)
    mandate(someone, role, kind, code, commune=commune if kind == PerimeterKind.COMPANY else "")
    return someone


def organisation(**fields) -> Organisation:
    """A public body."""
    number = next(_numbers)
    return Organisation.objects.create(**{"kind": OrganisationKind.CHAMBER, "name": f"Organisme {number}", **fields})


def claim(person: User, siren: str = "000000018", **fields) -> CompanyClaim:
    """A request to be recognised as a company's director, waiting."""
    fields = {"siret": f"{siren}00010", "commune": "95018", "created_at": NOW, **fields}
    return CompanyClaim.objects.create(user=person, siren=siren, **fields)
