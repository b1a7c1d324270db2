"""A role is offered to an e-mail address, accepted once, or taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ensembleur.accounts.models import Invitation, Mandate, Organisation, User
from ensembleur.accounts.permissions import check, may_appoint, may_be_somebody, may_cancel_invitation
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.mandates import check_perimeter, open_mandate
from ensembleur.accounts.services.messages import tell
from ensembleur.errors import BadInput, Refused

GOOD_FOR = timedelta(days=14)
PER_DAY = 100


class Sent(NamedTuple):
    """A written invitation and its link, which nobody can read again later."""

    invitation: Invitation
    link: str


def _hash(token: str) -> str:
    """What is kept of a link: enough to recognise it, not to forge it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    perimeter_kind: str,
    perimeter_code: str,
    by: User,
    now: datetime,
    link_to: Callable[[str], str],
    organisation: Organisation | None = None,
    commune: str = "",
) -> Sent:
    """Offer a role; the link is good once, for 14 days. An open offer of the same role there is replaced.

    link_to : gives the address of the page that accepts a token.   commune : where a company stands.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(
            "bad_email", _("« %(email)s » n'est pas une adresse électronique : vérifiez-la.") % {"email": email[:60]}
        ) from error
    check_perimeter(role=role, kind=perimeter_kind, code=perimeter_code)
    check(may_appoint, by, role, perimeter_kind, perimeter_code, commune)
    if by.invitations_sent.filter(created_at__gt=now - timedelta(days=1)).count() >= PER_DAY:
        raise Refused("too_many_invitations", _("Vous avez envoyé trop d'invitations aujourd'hui : réessayez demain."))
    for former in Invitation.objects.open_at(now).filter(
        email=email, role=role, perimeter_kind=perimeter_kind, perimeter_code=perimeter_code
    ):
        _cancel(former, by, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=_hash(token),
        email=email,
        role=role,
        organisation=organisation,
        perimeter_kind=perimeter_kind,
        perimeter_code=perimeter_code,
        commune=commune,
        invited_by=by,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    record_act(
        by=by, verb="invite", thing=invitation, now=now, after={"role": role, "perimeter": f"{perimeter_kind}:{perimeter_code}"}
    )
    link = link_to(token)
    tell(
        to=email,
        language=translation.get_language() or "fr",
        template="invitation",
        context={"invitation": invitation, "link": link},
    )
    return Sent(invitation, link)


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """The invitation a link leads to. Raises Refused, with the same sentence for a wrong, used or expired link."""
    found = Invitation.objects.open_at(now).select_related("organisation", "invited_by").filter(token_hash=_hash(token)).first()
    if found is None:
        raise Refused(
            "invitation_not_open",
            _("Ce lien d'invitation n'est pas ou n'est plus valable : demandez-en un nouveau à la personne qui vous l'a envoyé."),
        )
    return found


@transaction.atomic
def accept_invitation(*, token: str, by: User, now: datetime) -> Mandate:
    """Take the role offered. Refused to another address, twice, too late, or when the sender may no longer offer it."""
    check(may_be_somebody, by)
    found = open_invitation(token=token, now=now)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if invitation.accepted_at is not None or invitation.cancelled_at is not None:
        raise Refused("invitation_not_open", _("Cette invitation vient d'être utilisée ou annulée."))
    if not _is_theirs(by, invitation.email):
        raise Refused(
            "invitation_for_someone_else",
            _("Cette invitation a été envoyée à une autre adresse que celle de ce compte : connectez-vous avec la bonne."),
        )
    place = (invitation.role, invitation.perimeter_kind, invitation.perimeter_code, invitation.commune)
    if not may_appoint(invitation.invited_by, *place):
        raise Refused(
            "invitation_withdrawn", _("La personne qui vous a invité n'a plus ce droit : demandez une nouvelle invitation.")
        )
    invitation.accepted_at, invitation.accepted_by = now, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record_act(by=by, verb="accept_invitation", thing=invitation, now=now)
    return open_mandate(
        user=by,
        role=invitation.role,
        perimeter_kind=invitation.perimeter_kind,
        perimeter_code=invitation.perimeter_code,
        organisation=invitation.organisation,
        commune=invitation.commune,
        by=by,
        now=now,
    )


@transaction.atomic
def cancel_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Take an offer back: its link is dead at once."""
    check(may_cancel_invitation, by, invitation)
    held = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if held.accepted_at is not None or held.cancelled_at is not None:
        raise Refused("invitation_closed", _("Cette invitation a déjà été acceptée ou annulée."))
    return _cancel(held, by, now)


def _cancel(invitation: Invitation, by: User, now: datetime) -> Invitation:
    invitation.cancelled_at = now
    invitation.save(update_fields=["cancelled_at"])
    record_act(by=by, verb="cancel_invitation", thing=invitation, now=now)
    return invitation


def _is_theirs(person: User, email: str) -> bool:
    return person.email == email or EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
