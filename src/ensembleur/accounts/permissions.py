"""Who may: the check every service asks, and the rules on accounts themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.accounts.choices import MAY_APPOINT, SECOND_FACTOR_ROLES, PerimeterKind, Role
from ensembleur.accounts.engine.perimeters import Perimeter
from ensembleur.accounts.models import CompanyClaim, Invitation, Mandate, Notification, User
from ensembleur.errors import NotAllowed

Rule = Callable[..., bool]


def check(rule: Rule, user: Any, *things: Any) -> None:
    """Raise NotAllowed unless `rule(user, *things)` says yes; anonymous visitors are asked to sign in by the view."""
    if not rule(user, *things):
        raise NotAllowed("not_allowed", _("Vous n'avez pas le droit de faire cela avec ce compte."))


def live_mandates(user: Any) -> list[Mandate]:
    """The mandates this person holds now, read once per request; none for a visitor or an inactive account."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    if not hasattr(user, "_live_mandates"):
        user._live_mandates = list(user.mandates.live())
    return user._live_mandates  # type: ignore[no-any-return]


def forget_mandates(user: Any) -> None:
    """Read this person's mandates again at the next question: they have just changed."""
    user.__dict__.pop("_live_mandates", None)


def holds(user: Any, *roles: Role, siren: str = "", commune: str = "", departement: str = "", region: str = "") -> bool:
    """Whether this person holds one of the roles on a perimeter that covers what is named.

    A thing is covered by its own code or by any wider place: the département is read from the commune and the region
    from the département when they are not given. With nothing named, any perimeter will do.
    """
    held = [(mandate.perimeter_kind, mandate.perimeter_code) for mandate in live_mandates(user) if mandate.role in roles]
    if not (siren or commune or departement or region):
        return bool(held)
    return Perimeter.of(held).covers(siren=siren, commune=commune, departement=departement, region=region)


def may_appoint(user: Any, role: str, kind: str, code: str, commune: str = "") -> bool:
    """Invite to, grant or revoke a role on (kind, code): see MAY_APPOINT; `commune` says where a company stands."""
    for giver, given in MAY_APPOINT.items():
        if role in given:
            held = [(m.perimeter_kind, m.perimeter_code) for m in live_mandates(user) if m.role == giver]
            if Perimeter.of(held).covers_area(kind, code, commune=commune):
                return True
    return False


def may_appoint_someone(user: Any) -> bool:
    """Whether the page of invitations has a sense for this person."""
    return holds(user, *MAY_APPOINT)


def may_revoke(user: Any, mandate: Mandate) -> bool:
    """End somebody's role: who might have granted it."""
    return may_appoint(user, mandate.role, mandate.perimeter_kind, mandate.perimeter_code, mandate.commune)


def may_end_own(user: Any, mandate: Mandate) -> bool:
    """Give one's own role back."""
    return bool(getattr(user, "is_authenticated", False)) and mandate.user_id == user.pk


def may_cancel_invitation(user: Any, invitation: Invitation) -> bool:
    """Take an invitation back: who sent it, and who might have sent it."""
    if not getattr(user, "is_authenticated", False):
        return False
    return invitation.invited_by_id == user.pk or may_appoint(
        user, invitation.role, invitation.perimeter_kind, invitation.perimeter_code, invitation.commune
    )


def may_be_somebody(user: Any, *_things: Any) -> bool:
    """Accept an invitation or ask for a company: any signed-in, active account."""
    return bool(getattr(user, "is_authenticated", False)) and user.is_active


def may_decide_claim(user: Any, claim: CompanyClaim) -> bool:
    """Who watches over the company decides, never on their own request; its standing director may too."""
    return claim.user_id != getattr(user, "pk", None) and may_appoint(
        user, Role.DIRECTOR, PerimeterKind.COMPANY, claim.siren, claim.commune
    )


def may_decide_claims(user: Any) -> bool:
    """Whether the page of requests has a sense for this person."""
    return holds(user, *(giver for giver, given in MAY_APPOINT.items() if Role.DIRECTOR in given))


def may_answer_own_claim(user: Any, claim: CompanyClaim) -> bool:
    """Confirm or withdraw: the person whose request it is."""
    return may_be_somebody(user) and claim.user_id == user.pk


def may_handle_personal_data(user: Any, person: User) -> bool:
    """Export or erase: oneself only. What the law asks of an operator goes through the retention command."""
    return may_be_somebody(user) and person.pk == user.pk


def may_read_notification(user: Any, notification: Notification) -> bool:
    """Read a notice: the person it is written to."""
    return may_be_somebody(user) and notification.user_id == user.pk


def may_watch_post(user: Any) -> bool:
    """See what became of the e-mails of the platform: its administrators."""
    return holds(user, Role.ADMIN)


def needs_second_factor(user: Any) -> bool:
    """Whether one of this person's roles is never exercised with a password alone."""
    return holds(user, *SECOND_FACTOR_ROLES)
