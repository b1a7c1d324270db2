"""What is looked up about people: the perimeter of their roles, the rows it covers, and how their e-mails stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import COMPANY_ROLES, MAY_APPOINT, PerimeterKind, Role
from ensembleur.accounts.engine.perimeters import DEPARTEMENTS_OF_REGION, Perimeter
from ensembleur.accounts.models import Mailing, Mandate, Notification
from ensembleur.accounts.permissions import live_mandates

CLAIM_JUDGES = (Role.ADMIN, Role.OFFICER, Role.ADVISER, Role.DIRECTOR)


def perimeter_of(user: Any, *roles: Role) -> Perimeter:
    """Everything this person's live roles cover, one query per request; all roles when none is named.

    An anonymous visitor or an inactive account covers nothing.
    """
    return Perimeter.of(
        (mandate.perimeter_kind, mandate.perimeter_code) for mandate in live_mandates(user) if not roles or mandate.role in roles
    )


def within(perimeter: Perimeter, *, siren: str = "", commune: str = "", departement: str = "", region: str = "") -> Q:
    """The rows a perimeter covers, given the names of the columns that hold their codes; none when it is empty.

    A département is also found through the commune's code, a region through its départements.
    """
    found = Q(pk__in=[])
    if siren and perimeter.sirens:
        found |= Q(**{f"{siren}__in": perimeter.sirens})
    if commune and perimeter.communes:
        found |= Q(**{f"{commune}__in": perimeter.communes})
    if region and perimeter.regions:
        found |= Q(**{f"{region}__in": perimeter.regions})
    departements = set(perimeter.departements)
    if not region:
        departements |= {code for name in perimeter.regions for code in DEPARTEMENTS_OF_REGION.get(name, ())}
    if departement and departements:
        found |= Q(**{f"{departement}__in": departements})
    elif commune:
        for code in sorted(departements):
            found |= Q(**{f"{commune}__startswith": code})
    return found


def overseen_by(user: Any) -> Q:
    """The mandates or invitations of the roles this person may hand out, where they may."""
    found = Q(pk__in=[])
    for giver, given in MAY_APPOINT.items():
        perimeter = perimeter_of(user, giver)
        if perimeter.is_empty:
            continue
        departements = perimeter.departements | {d for name in perimeter.regions for d in DEPARTEMENTS_OF_REGION.get(name, ())}
        places = within(perimeter, commune="commune") & Q(perimeter_kind=PerimeterKind.COMPANY)
        places |= Q(perimeter_kind=PerimeterKind.COMPANY, perimeter_code__in=perimeter.sirens)
        places |= Q(perimeter_kind=PerimeterKind.COMMUNE, perimeter_code__in=perimeter.communes)
        for code in sorted(departements):
            places |= Q(perimeter_kind=PerimeterKind.COMMUNE, perimeter_code__startswith=code)
        places |= Q(perimeter_kind=PerimeterKind.DEPARTEMENT, perimeter_code__in=departements)
        places |= Q(perimeter_kind=PerimeterKind.REGION, perimeter_code__in=perimeter.regions)
        found |= Q(role__in=given) & places
    return found


def roles_of(user: Any) -> list[Role]:
    """The distinct roles this person holds now, in the order of the list of roles."""
    held = {mandate.role for mandate in live_mandates(user)}
    return [role for role in Role if role in held]


def works_for_a_company(user: Any) -> bool:
    """Whether this person directs or contributes to a company."""
    return any(role in COMPANY_ROLES for role in roles_of(user))


def is_last_admin(mandate: Mandate) -> bool:
    """Whether nobody else administers this perimeter."""
    if mandate.role != Role.ADMIN:
        return False
    others = Mandate.objects.live().filter(
        role=Role.ADMIN, perimeter_kind=mandate.perimeter_kind, perimeter_code=mandate.perimeter_code, user__is_active=True
    )
    return not others.exclude(user=mandate.user_id).exists()


# -- the post ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PostState:
    """How the e-mails stand: (word, label, count) a state, and the notices that still wait for theirs."""

    lines: list[tuple[str, str, int]]
    interrupted: int
    interrupted_before: datetime
    waiting: int
    oldest_waiting: datetime | None


MAILING_STATES = ("sent", "later", "failed", "interrupted")


def mailings_in_state(user: Any, state: str, now: datetime) -> QuerySet[Mailing]:
    """The e-mails a person may see, in one state or in all, newest first."""
    seen = Mailing.objects.visible_to(user).select_related("user")
    chosen = {
        "sent": seen.sent(),
        "later": seen.failed().filter(retry_at__isnull=False),
        "failed": seen.failed().filter(retry_at__isnull=True),
        "interrupted": seen.interrupted_at(now),
    }
    return chosen.get(state, seen)


def interrupted_mailings(now: datetime) -> int:
    """How many e-mails were interrupted, for whoever runs commands on the server."""
    return Mailing.objects.interrupted_at(now).count()


def state_of_the_post(user: Any, now: datetime) -> PostState:
    """The counts of the e-mails a person may see, in two queries."""
    stale = now - Mailing.LONGEST_SENDING
    failed, unsettled = Q(failed_at__isnull=False), Q(sent_at__isnull=True, failed_at__isnull=True, logged_at__lt=stale)
    counts = Mailing.objects.visible_to(user).aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        later=Count("pk", filter=failed & Q(retry_at__isnull=False)),
        failed=Count("pk", filter=failed & Q(retry_at__isnull=True)),
        interrupted=Count("pk", filter=unsettled),
    )
    waiting = Notification.objects.waiting_for_the_post().aggregate(count=Count("pk"), oldest=Min("created_at"))
    labels = (_("Remis au serveur de messagerie"), _("À réessayer"), _("Refusés"), _("Envois interrompus"))
    lines = [(state, label, counts[state]) for state, label in zip(MAILING_STATES, labels, strict=True)]
    return PostState(lines, counts["interrupted"], stale, waiting["count"], waiting["oldest"])
