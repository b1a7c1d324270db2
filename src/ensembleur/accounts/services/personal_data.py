"""What the platform keeps about a person: exported whole, erased for good; higher domains register their share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import CLAIM_WAITS, ClaimStatus
from ensembleur.accounts.models import Act, Invitation, Mailing, NoticePreference, Notification, User
from ensembleur.accounts.permissions import check, forget_mandates, may_handle_personal_data
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.mandates import close_mandate
from ensembleur.errors import Refused

ERASED_DOMAIN = "compte-efface.invalid"


@dataclass(frozen=True)
class Share:
    """One domain's share of personal data."""

    export: Callable[[User], dict[str, Any]]
    erase: Callable[..., int]
    retain: Callable[..., int] | None = None


_shares: dict[str, Share] = {}


def register_personal_data(
    *,
    name: str,
    export: Callable[[User], dict[str, Any]],
    erase: Callable[..., int],
    retain: Callable[..., int] | None = None,
) -> None:
    """Declare what a higher domain keeps about people; call it in AppConfig.ready().

    export(user) : everything about them, JSON-ready (dates and decimals allowed).
    erase(person=, now=) : make it anonymous, return the number of records changed.
    retain(as_of=, now=, dry_run=) : erase what has outlived its purpose, return the count; optional.
    """
    _shares[name] = Share(export, erase, retain)


def shares() -> dict[str, Share]:
    """What has been registered, by name of domain."""
    return dict(sorted(_shares.items()))


@transaction.atomic
def export_personal_data(*, person: User, by: User, now: datetime) -> dict[str, Any]:
    """Everything the platform keeps about this person, by domain, for them to take away."""
    check(may_handle_personal_data, by, person)
    data = {"exported_at": now.astimezone(UTC), "accounts": _own_data(person)}
    for name, share in shares().items():
        data[name] = share.export(person)
    record_act(by=by, verb="export_personal_data", thing=person, now=now)
    return data


def _own_data(person: User) -> dict[str, Any]:
    mandates = person.mandates.select_related("organisation")
    acts = Act.objects.filter(who=f"user:{person.pk}").values("at", "verb", "thing")
    return {
        "person": {
            field: getattr(person, field) for field in ("email", "full_name", "language", "created_at", "last_login", "is_active")
        },
        "addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "sign_in_services": list(
            SocialAccount.objects.filter(user=person).values("provider", "uid", "date_joined", "extra_data")
        ),
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "roles": [
            {
                "role": mandate.role,
                "perimeter": f"{mandate.perimeter_kind}:{mandate.perimeter_code}",
                "organisation": mandate.organisation and mandate.organisation.name,
                "started_at": mandate.started_at,
                "ended_at": mandate.ended_at,
            }
            for mandate in mandates
        ],
        "requests": list(
            person.company_claims.values("siren", "origin", "statement", "status", "created_at", "decided_at", "reason")
        ),
        "invitations_received": list(Invitation.objects.filter(email=person.email).values("role", "created_at", "accepted_at")),
        "notices": list(person.notifications.values("kind", "title", "body", "url", "created_at", "read_at")),
        "emails_of_notices": list(person.mailings.values("kind", "logged_at", "sent_at", "failed_at")),
        "notice_preferences": list(NoticePreference.objects.filter(user=person).values("rhythm", "unwanted_kinds", "changed_at")),
        "acts": list(acts.iterator()),
    }


@transaction.atomic
def erase_person(*, person: User, by: User, now: datetime) -> dict[str, int]:
    """Make oneself anonymous, for good: returns how many records each domain changed."""
    check(may_handle_personal_data, by, person)
    if person.is_fictional:
        raise Refused("fictional_account", _("Ce compte fictif appartient à la démonstration : il ne peut pas être effacé."))
    return erase_account(person=person, by=by, now=now)


@transaction.atomic
def erase_account(*, person: User, by: User | str, now: datetime) -> dict[str, int]:
    """Anonymise an account and all that names it; refused to the last administrator. Permission is the caller's."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        raise Refused("already_erased", _("Ce compte a déjà été effacé."))
    counts = {name: share.erase(person=person, now=now) for name, share in shares().items()}
    for mandate in person.mandates.live():
        close_mandate(mandate=mandate, by=by, now=now, verb="end_mandate_by_erasure")
    counts["accounts"] = _erase_own_data(person, now)
    person.email = f"{person.pk}@{ERASED_DOMAIN}"
    person.full_name, person.last_login, person.warned_at = "", None, None
    person.is_active, person.erased_at = False, now
    person.set_unusable_password()  # the password's hash signs every session: they all end now
    person.save()
    forget_mandates(person)
    record_act(by=by, verb="erase_person", thing=person, now=now, after=counts)
    return counts


def _erase_own_data(person: User, now: datetime) -> int:
    changed = 1
    for invitation in Invitation.objects.filter(email=person.email):
        invitation.email = f"invitation-{invitation.pk}@{ERASED_DOMAIN}"
        if invitation.accepted_at is None and invitation.cancelled_at is None:
            invitation.cancelled_at = now
        invitation.save(update_fields=["email", "cancelled_at"])
        changed += 1
    person.company_claims.filter(status__in=CLAIM_WAITS).update(status=ClaimStatus.WITHDRAWN, decided_at=now)
    changed += person.company_claims.update(statement="")
    for model in (EmailAddress, SocialAccount, Authenticator, Notification, Mailing, NoticePreference):
        changed += model.objects.filter(user=person).delete()[0]
    return changed
