"""One click ends the e-mails, without signing in: the link itself says whose they are, signed with the installation's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import Rhythm
from ensembleur.accounts.models import NoticePreference, User
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.notices import notices
from ensembleur.errors import BadInput

_SALT = "accounts.unsubscribe"  # a link made for something else opens nothing here


@dataclass(frozen=True)
class Subscription:
    """Whose e-mails a link ends, and the kind of the notice that carried it ("" in a digest)."""

    person: User
    kind: str


def unsubscribe_token(*, person: User, kind: str) -> str:
    """The signed text at the end of an unsubscribe link; it never expires, as the e-mails that hold it."""
    return Signer(salt=_SALT).sign_object({"user": person.pk, "kind": kind})


def subscription_of(*, token: str) -> Subscription:
    """What a link ends. Raises BadInput when it was not made here, or when the account is gone."""
    try:
        signed = Signer(salt=_SALT).unsign_object(token)
        person = User.objects.filter(pk=signed["user"], erased_at__isnull=True).first()
        kind = signed["kind"] if signed["kind"] in notices() else ""
    except (BadSignature, ValueError, KeyError, TypeError):
        person, kind = None, ""
    if person is None:
        raise BadInput(
            "bad_unsubscribe_link",
            _("Ce lien de désabonnement n'est pas valable : recopiez-le en entier depuis le courriel, ou réglez vos avis."),
        )
    return Subscription(person, kind)


@transaction.atomic
def unsubscribe(*, token: str, now: datetime, only_kind: bool = False) -> Subscription:
    """End every e-mail of notices, or only those of the kind that carried the link. Doing it again changes nothing.

    Who holds the link may: it was written to one address. Messages about security are not concerned.
    """
    subscription = subscription_of(token=token)
    _end(subscription.person, subscription.kind if only_kind else "", by=subscription.person, now=now)
    return subscription


def _end(person: User, kind: str, *, by: User, now: datetime) -> None:
    preference = NoticePreference.objects.select_for_update().filter(user=person).first()
    if preference is None:
        preference = NoticePreference(user=person, rhythm=Rhythm.AT_ONCE)
    before = (preference.rhythm, list(preference.unwanted_kinds))
    if kind:
        preference.unwanted_kinds = sorted({*preference.unwanted_kinds, kind})
    else:
        preference.rhythm = Rhythm.NEVER
    if before != (preference.rhythm, preference.unwanted_kinds):
        preference.changed_at = now
        preference.save()
        record_act(by=by, verb="unsubscribe", thing=person, now=now, after={"kind": kind or "all"})
