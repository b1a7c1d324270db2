"""Roles are granted, revoked and given back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import COMPANY_ROLES, PerimeterKind, Role
from ensembleur.accounts.models import Mandate, Organisation, User
from ensembleur.accounts.permissions import check, forget_mandates, may_appoint, may_end_own, may_revoke
from ensembleur.accounts.queries import is_last_admin
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused

_LENGTHS = {
    PerimeterKind.COMPANY: (9,),
    PerimeterKind.COMMUNE: (5,),
    PerimeterKind.DEPARTEMENT: (2, 3),
    PerimeterKind.REGION: (2,),
}


def check_perimeter(*, role: str, kind: str, code: str) -> None:
    """Raise BadInput unless the role may be held on (kind, code)."""
    if role not in Role.values:
        raise BadInput("bad_role", _("« %(role)s » n'est pas un rôle : choisissez-en un dans la liste.") % {"role": role[:40]})
    if kind not in PerimeterKind.values:
        raise BadInput(
            "bad_perimeter", _("« %(kind)s » n'est pas un périmètre : choisissez-en un dans la liste.") % {"kind": kind[:40]}
        )
    if len(code) not in _LENGTHS[PerimeterKind(kind)] or not code.isalnum():
        raise BadInput(
            "bad_perimeter_code",
            _("« %(code)s » n'est pas un code de %(kind)s : vérifiez le nombre de caractères.")
            % {"code": code[:20], "kind": PerimeterKind(kind).label.lower()},
        )
    if role in COMPANY_ROLES and kind != PerimeterKind.COMPANY:
        raise BadInput("company_role", _("Ce rôle s'exerce dans une entreprise : donnez son SIREN comme périmètre."))


@transaction.atomic
def grant_mandate(
    *,
    user: User,
    role: str,
    perimeter_kind: str,
    perimeter_code: str,
    by: User,
    now: datetime,
    organisation: Organisation | None = None,
    commune: str = "",
) -> Mandate:
    """Give a role on a perimeter; giving it twice changes nothing. `commune` says where a company stands."""
    check_perimeter(role=role, kind=perimeter_kind, code=perimeter_code)
    check(may_appoint, by, role, perimeter_kind, perimeter_code, commune)
    return open_mandate(
        user=user,
        role=role,
        perimeter_kind=perimeter_kind,
        perimeter_code=perimeter_code,
        by=by,
        now=now,
        organisation=organisation,
        commune=commune,
    )


def open_mandate(
    *,
    user: User,
    role: str,
    perimeter_kind: str,
    perimeter_code: str,
    by: User | str,
    now: datetime,
    organisation: Organisation | None = None,
    commune: str = "",
) -> Mandate:
    """Write the mandate and its line, for the services that have already asked who may."""
    if not user.is_active:
        raise Refused("inactive_account", _("Ce compte est fermé : il ne peut pas recevoir de rôle."))
    mandate, is_new = Mandate.objects.get_or_create(
        user=user,
        role=role,
        perimeter_kind=perimeter_kind,
        perimeter_code=perimeter_code,
        ended_at=None,
        defaults={"organisation": organisation, "commune": commune, "started_at": now},
    )
    if is_new:
        record_act(by=by, verb="grant_mandate", thing=mandate, now=now, after=_shown(mandate))
        forget_mandates(user)
    return mandate


@transaction.atomic
def revoke_mandate(*, mandate: Mandate, by: User, now: datetime, reason: str = "") -> Mandate:
    """End somebody's role. Refused when it would leave nobody to administer the platform."""
    check(may_revoke, by, mandate)
    return close_mandate(mandate=mandate, by=by, now=now, verb="revoke_mandate", reason=reason)


@transaction.atomic
def end_own_mandate(*, mandate: Mandate, by: User, now: datetime) -> Mandate:
    """Give one's own role back. Refused to the last administrator."""
    check(may_end_own, by, mandate)
    return close_mandate(mandate=mandate, by=by, now=now, verb="end_own_mandate")


def close_mandate(*, mandate: Mandate, by: User | str, now: datetime, verb: str, reason: str = "") -> Mandate:
    """End the mandate and write its line, for the services that have already asked who may."""
    held = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if held.ended_at is not None:
        raise Refused("mandate_ended", _("Ce rôle a déjà pris fin."))
    if is_last_admin(held):
        raise Refused("last_admin", _("C'est le dernier administrateur : nommez-en un autre avant de retirer ce rôle."))
    held.ended_at = max(now, held.started_at)
    held.save(update_fields=["ended_at"])
    record_act(by=by, verb=verb, thing=held, now=now, before=_shown(held), after={"reason": reason} if reason else None)
    forget_mandates(held.user)
    forget_mandates(mandate.user)
    if isinstance(by, User):
        forget_mandates(by)
    return held


@transaction.atomic
def appoint_admin(*, user: User, region: str, by: str, now: datetime) -> Mandate:
    """Name an administrator from the command line: whoever can run commands on the server already holds everything."""
    if not by.startswith("command:"):
        raise ValueError("Only a command names an administrator this way.")
    check_perimeter(role=Role.ADMIN, kind=PerimeterKind.REGION, code=region)
    return open_mandate(user=user, role=Role.ADMIN, perimeter_kind=PerimeterKind.REGION, perimeter_code=region, by=by, now=now)


def _shown(mandate: Mandate) -> dict[str, object]:
    return {
        "user": f"user:{mandate.user_id}",
        "role": mandate.role,
        "perimeter": f"{mandate.perimeter_kind}:{mandate.perimeter_code}",
    }
