"""The people of the demonstration: one fictional person a role, entered with one click, and advisers of other bodies."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F

from ensembleur.accounts.choices import OrganisationKind, PerimeterKind, Role
from ensembleur.accounts.models import Mandate, Notification, Organisation, User
from ensembleur.accounts.services.mandates import open_mandate

BY = "command:demo"
READ_AFTER_DAYS, UNREAD_DAYS = 1, 7
DOMAIN = "demo.example"
REGION = "11"
SHOWCASE_COMMUNE = "95018"
_GIVEN = ("Camille", "Dominique", "Claude", "Alix", "Sacha", "Maxence", "Noa", "Charlie", "Andrea", "Morgan", "Lou", "Eden")
_FAMILY = ("Fictif", "Exemple", "Modèle", "Démo", "Imaginaire", "Spécimen", "Essai", "Maquette", "Gabarit", "Canevas")

# (key, kind, name): invented bodies, each saying so in its own name.
_ORGANISATIONS = (
    ("region", OrganisationKind.REGION, "Région de démonstration (organisme fictif)"),
    ("chamber", OrganisationKind.CHAMBER, "Chambre consulaire des Méandres (organisme fictif)"),
    ("technical_centre", OrganisationKind.TECHNICAL_CENTRE, "Centre technique de l'Usinage imaginaire (organisme fictif)"),
    ("cluster", OrganisationKind.CLUSTER, "Grappe Fabrique & Vallée (organisme fictif)"),
    ("school", OrganisationKind.SCHOOL, "Lycée des métiers du Tour (organisme fictif)"),
    ("municipality", OrganisationKind.MUNICIPALITY, "Communauté de communes des Essais (organisme fictif)"),
    ("laboratory", OrganisationKind.LABORATORY, "Laboratoire des Matériaux supposés (organisme fictif)"),
    ("state", OrganisationKind.STATE, "Service de l'État de démonstration (organisme fictif)"),
)
_PLACES: dict[Role, tuple[str, PerimeterKind, str]] = {
    Role.ADVISER: ("chamber", PerimeterKind.DEPARTEMENT, "95"),
    Role.OFFICER: ("region", PerimeterKind.REGION, REGION),
    Role.SECOND_READER: ("region", PerimeterKind.REGION, REGION),
    Role.EVALUATOR: ("region", PerimeterKind.REGION, REGION),
    Role.COMMITTEE: ("region", PerimeterKind.REGION, REGION),
    Role.ADMIN: ("region", PerimeterKind.REGION, REGION),
}

# (key, organisation, kind of perimeter, code): advisers of other bodies, so that a need reaches several and one alone takes it.
_ADVISERS = (
    ("chamber", "chamber", PerimeterKind.REGION, REGION),
    ("centre", "technical_centre", PerimeterKind.REGION, REGION),
    ("grappe", "cluster", PerimeterKind.DEPARTEMENT, "95"),
    ("lycee", "school", PerimeterKind.DEPARTEMENT, "93"),
    ("region", "region", PerimeterKind.REGION, REGION),
    ("etat", "state", PerimeterKind.REGION, REGION),
)


def demo_email(*, role: Role) -> str:
    """The address of the demonstration's person for this role; its domain is reserved and never delivers."""
    return f"{role.value}@{DOMAIN}"


@transaction.atomic
def populate_accounts(*, seed: int, now: datetime, company_siren: str) -> dict[Role, User]:
    """One fictional person for each role, with the bodies they act for. Doing it again changes nothing.

    company_siren : the demonstration company of the director and of the contributor.
    """
    chance = random.Random(seed)  # names only
    bodies = {key: _organisation(kind, name) for key, kind, name in _ORGANISATIONS}
    company, _ = Organisation.objects.get_or_create(
        siren=company_siren,
        defaults={"kind": OrganisationKind.COMPANY, "name": "Entreprise de démonstration (fictive)", "is_fictional": True},
    )
    given, family = chance.sample(_GIVEN, len(Role)), chance.sample(_FAMILY, len(Role))
    people: dict[Role, User] = {}
    for role, first, last in zip(Role, given, family, strict=True):
        person = _person(role, f"{first} {last}", now)
        body, kind, code = _PLACES.get(role, ("", PerimeterKind.COMPANY, company_siren))
        _hold(person, role, kind, code, bodies[body] if body else company, now)
        people[role] = person
    return people


@transaction.atomic
def populate_advisers(*, seed: int, now: datetime) -> dict[str, User]:
    """Fictional advisers of several fictional bodies, by a short key; after `populate_accounts`. Doing it again changes nothing."""
    chance = random.Random(seed + 1)
    bodies = {key: _organisation(kind, name) for key, kind, name in _ORGANISATIONS}
    given, family = chance.sample(_GIVEN, len(_ADVISERS)), chance.sample(_FAMILY, len(_ADVISERS))
    found: dict[str, User] = {}
    for (key, body, kind, code), first, last in zip(_ADVISERS, given, family, strict=True):
        person = _known(f"conseil-{key}@{DOMAIN}", f"{first} {last}", now)
        _hold(person, Role.ADVISER, kind, code, bodies[body], now)
        found[key] = person
    return found


def _organisation(kind: OrganisationKind, name: str) -> Organisation:
    organisation, _ = Organisation.objects.get_or_create(name=name, kind=kind, defaults={"is_fictional": True})
    return organisation


def _person(role: Role, full_name: str, now: datetime) -> User:
    return _known(demo_email(role=role), full_name, now)


def _known(email: str, full_name: str, now: datetime) -> User:
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, full_name=f"{full_name} (personne fictive)", is_fictional=True, created_at=now)
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    return person


def _hold(person: User, role: Role, kind: PerimeterKind, code: str, organisation: Organisation, now: datetime) -> None:
    """Hold this role there and nowhere else: a former demonstration company leaves the person's roles."""
    Mandate.objects.live().filter(user=person).exclude(role=role, perimeter_kind=kind, perimeter_code=code).update(ended_at=now)
    open_mandate(
        user=person,
        role=role,
        perimeter_kind=kind,
        perimeter_code=code,
        by=BY,
        now=now,
        organisation=organisation,
        commune=SHOWCASE_COMMUNE if kind == PerimeterKind.COMPANY else "",
    )


def read_old_notices(*, now: datetime) -> int:
    """Fictional people have read what they were told more than a week ago, the day after; returns how many notices.

    A made past would otherwise leave months of notices to read, which says nothing of what waits today.
    """
    old = Notification.objects.unread().filter(user__is_fictional=True, created_at__lt=now - timedelta(days=UNREAD_DAYS))
    return old.update(read_at=F("created_at") + timedelta(days=READ_AFTER_DAYS), awaits_post=False)
