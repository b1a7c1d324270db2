"""Who answers for a place: advisers as candidates for a need, officers who watch, and the people of a company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from django.db.models import Count, Q

from ensembleur.accounts.choices import COMPANY_ROLES, PerimeterKind, Role
from ensembleur.accounts.engine.perimeters import departement_of, region_of
from ensembleur.accounts.models import Mandate, User
from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.subjects import subjects
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS
from ensembleur.journeys.engine.matching import Candidate, Match, Place, match
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Involvement, Journey, OrganisationFilter
from ensembleur.journeys.queries.funding import facts_of
from ensembleur.logic.conditions import Condition, parse
from ensembleur.schemes.engine.vocabulary import VOCABULARY


def place_of(journey: Journey) -> Place:
    """Where the journey is, each wider code read from the narrower one when it is missing."""
    departement = journey.departement or (departement_of(journey.commune) if journey.commune else "")
    return Place(journey.siren, journey.commune, departement, journey.region or region_of(departement))


def mandates_around(journey: Journey, *roles: Role) -> Any:
    """Live mandates of open accounts that may cover the journey's place: where the place is not known, nobody is left out."""
    place = place_of(journey)
    around = Q(perimeter_kind=PerimeterKind.REGION) & (Q(perimeter_code=place.region) if place.region else Q())
    around |= Q(perimeter_kind=PerimeterKind.DEPARTEMENT) & (Q(perimeter_code=place.departement) if place.departement else Q())
    around |= Q(perimeter_kind=PerimeterKind.COMMUNE) & (
        Q(perimeter_code=place.commune)
        if place.commune
        else Q(perimeter_code__startswith=place.departement)
        if place.departement
        else Q()
    )
    if place.siren:
        around |= Q(perimeter_kind=PerimeterKind.COMPANY, perimeter_code=place.siren)
    return Mandate.objects.live().filter(around, role__in=roles, user__is_active=True)


def candidates_for(journey: Journey, *, subject: str, as_of: date, without: Collection[int] = ()) -> list[Candidate]:
    """The advisers around a journey as candidates, in a fixed number of queries; `without` : accounts never asked."""
    fiction = {"user__is_fictional": True} if journey.is_fictional else {}  # a demonstration never asks real people
    mandates = mandates_around(journey, Role.ADVISER).filter(**fiction).exclude(user__in=without)
    held: dict[int, list[Mandate]] = defaultdict(list)
    for mandate in mandates.exclude(user__in=people_of(journey)).select_related("organisation"):
        held[mandate.user_id].append(mandate)
    known: dict[int, set[str]] = defaultdict(set)
    for row in AdviserSubject.objects.filter(adviser__in=held):
        known[row.adviser_id].add(row.subject)
    away = {
        row.adviser_id: row.ends_on
        for row in AdviserAbsence.objects.filter(adviser__in=held, starts_on__lte=as_of, ends_on__gt=as_of).order_by("ends_on")
    }
    loads = loads_of(held)
    filters = _filters({m.organisation_id for rows in held.values() for m in rows if m.organisation_id}, subject)
    return [
        Candidate(
            adviser=adviser,
            organisation=str(organisation) if (organisation := organisation_of(rows)) else "",
            subjects=frozenset(known[adviser]),
            perimeter=tuple(sorted({(mandate.perimeter_kind, mandate.perimeter_code) for mandate in rows})),
            condition=filters.get(organisation.pk) if organisation else None,
            away=away.get(adviser),
            load=loads.get(adviser, 0),
        )
        for adviser, rows in held.items()
    ]


def matches_for(
    journey: Journey, *, subject: str, as_of: date, user: Any, lang: str = "fr", without: Collection[int] = ()
) -> tuple[Match, ...]:
    """The explained matches of a question. `user` : whose eyes on what the company declared."""
    return match(
        candidates_for(journey, subject=subject, as_of=as_of, without=without),
        subject=subject,
        place=place_of(journey),
        facts=facts_of(journey, as_of=as_of, user=user),
        as_of=as_of,
        lang=lang,
        titles={held.code: held.title for held in subjects()},
        vocabulary=VOCABULARY,
    )


def organisation_of(mandates: Iterable[Mandate]) -> Any:
    """The body an adviser acts for here: that of the oldest mandate that names one."""
    named = [mandate for mandate in mandates if mandate.organisation_id]
    return min(named, key=lambda mandate: (mandate.started_at, mandate.pk)).organisation if named else None


def loads_of(advisers: Collection[int]) -> dict[int, int]:
    """Needs asked or held, by adviser."""
    rows = Involvement.objects.filter(adviser__in=advisers, state__in=LIVE_INVOLVEMENTS).order_by()
    return dict(rows.values_list("adviser").annotate(count=Count("pk")))


def people_of(journey: Journey) -> list[int]:
    """Accounts on the company's side: its directors and contributors, and the opener while no director is known."""
    roles = people_of_companies([journey.siren])[journey.siren]
    people = {user for user, _role in roles}
    if not any(role == Role.DIRECTOR for _user, role in roles):
        people.add(journey.opened_by_id)
    return sorted(people)


def people_of_companies(sirens: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """SIREN → (account, role) of its directors and contributors, in one query; an empty SIREN has nobody."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = Mandate.objects.live().filter(
        role__in=COMPANY_ROLES, perimeter_kind=PerimeterKind.COMPANY, perimeter_code__in={siren for siren in sirens if siren}
    )
    for siren, user, role in rows.order_by("pk").values_list("perimeter_code", "user", "role"):
        found[siren].append((user, role))
    return found


def officers_of(journey: Journey) -> list[User]:
    """The officers who watch over the journey's place, those of the company set aside."""
    held = mandates_around(journey, Role.OFFICER).exclude(user__in=people_of(journey)).values("user")
    people = User.objects.filter(pk__in=held)
    return list((people.filter(is_fictional=True) if journey.is_fictional else people).order_by("pk"))


def _filters(organisations: Collection[int], subject: str) -> dict[int, Condition]:
    """Each organisation's condition: that of the subject when it has one, else that of all subjects.

    A condition that can no longer be read (its fact left the vocabulary) excludes nobody.
    """
    found: dict[int, Condition] = {}
    rows = OrganisationFilter.objects.filter(organisation__in=organisations, subject__in=["", subject]).order_by("subject")
    for row in rows:
        with suppress(BadInput):
            found[row.organisation_id] = parse(row.condition, vocabulary=VOCABULARY)
    return found
