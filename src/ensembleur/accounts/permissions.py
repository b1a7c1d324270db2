"""Who may: the check every service asks, and the rules on accounts themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import User
from ensembleur.errors import NotAllowed

Rule = Callable[..., bool]


def check(rule: Rule, user: Any, *things: Any) -> None:
    """Raise NotAllowed unless `rule(user, *things)` says yes; anonymous visitors are asked to sign in by the view."""
    if not rule(user, *things):
        raise NotAllowed("not_allowed", _("Vous n'avez pas le droit de faire cela avec ce compte."))


def holds(user: Any, *roles: Role, siren: str = "", commune: str = "", departement: str = "", region: str = "") -> bool:
    """Whether this person holds one of the roles on a perimeter that covers what is named.

    A place is covered by its own code or by any wider one given: pass siren, commune, departement and region of the
    thing. With no place at all, any perimeter will do.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    wanted = {
        (PerimeterKind.COMPANY, siren),
        (PerimeterKind.COMMUNE, commune),
        (PerimeterKind.DEPARTEMENT, departement),
        (PerimeterKind.REGION, region),
    }
    anywhere = not (siren or commune or departement or region)
    return any(
        mandate.role in roles and (anywhere or (mandate.perimeter_kind, mandate.perimeter_code) in wanted)
        for mandate in live_mandates(user)
    )


def live_mandates(user: User) -> list[Any]:
    """The mandates this person holds now, read once per request."""
    if not hasattr(user, "_live_mandates"):
        user._live_mandates = list(user.mandates.filter(ended_at__isnull=True))  # type: ignore[attr-defined]
    return user._live_mandates  # type: ignore[attr-defined, no-any-return]
