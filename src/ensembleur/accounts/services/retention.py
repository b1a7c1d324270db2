"""What has outlived its purpose is erased, by dated rules that docs/personal-data.md lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from ensembleur.accounts.choices import CLAIM_WAITS
from ensembleur.accounts.models import CompanyClaim, Invitation, Mailing, Mandate, Notification, User
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.messages import tell
from ensembleur.accounts.services.personal_data import erase_account, shares
from ensembleur.errors import Refused
from ensembleur.periods import add_months

UNUSED_MONTHS = 36
WARNED_MONTHS = 35
NOTICE_DAYS = 30
UNVERIFIED_DAYS = 30
INVITATION_DAYS = 90
CLAIM_MONTHS = 24
MANDATE_MONTHS = 60
NOTICE_MONTHS = 12
UNREAD_MONTHS = 24
BY = "command:apply_retention"


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _unused_since(day: date) -> QuerySet[User]:
    """Real people who have not signed in since that day (nor been born since)."""
    people = User.objects.filter(is_active=True, is_fictional=False, erased_at__isnull=True)
    return people.annotate(used_at=Coalesce("last_login", "created_at")).filter(used_at__lt=_start_of(day))


def _warn_unused(as_of: date, now: datetime, dry_run: bool) -> int:
    """Tell the people whose account will be erased next month, once per silence."""
    silent = _unused_since(add_months(as_of, -WARNED_MONTHS)).filter(Q(warned_at__isnull=True) | Q(warned_at__lt=F("used_at")))
    count = 0
    for person in list(silent):
        count += 1
        if not dry_run:
            with transaction.atomic():
                person.warned_at = now
                person.save(update_fields=["warned_at"])
                record_act(by=BY, verb="warn_unused", thing=person, now=now)
                tell(to=person.email, language=person.language, template="unused", context={"days": NOTICE_DAYS})
    return count


def _erase_unused(as_of: date, now: datetime, dry_run: bool) -> int:
    """Erase the accounts unused for three years whose owner was told a month ago."""
    told = Q(warned_at__gte=F("used_at"), warned_at__lt=_start_of(as_of - timedelta(days=NOTICE_DAYS)))
    return _erase(_unused_since(add_months(as_of, -UNUSED_MONTHS)).filter(told), now, dry_run)


def _erase_unverified(as_of: date, now: datetime, dry_run: bool) -> int:
    """Erase the accounts whose address was never confirmed and that were never used."""
    old = _unused_since(as_of - timedelta(days=UNVERIFIED_DAYS)).filter(last_login__isnull=True, mandates__isnull=True)
    return _erase(old.exclude(emailaddress__verified=True), now, dry_run)


def _erase(people: QuerySet[User], now: datetime, dry_run: bool) -> int:
    """One transaction a person; the last administrator stays until another is named."""
    count = 0
    for person in list(people):
        try:
            if not dry_run:
                erase_account(person=person, by=BY, now=now)
        except Refused:
            continue
        count += 1
    return count


def _delete_invitations(as_of: date, now: datetime, dry_run: bool) -> int:
    """Delete the invitations accepted, cancelled or expired for three months."""
    before = _start_of(as_of - timedelta(days=INVITATION_DAYS))
    closed = Q(accepted_at__lt=before) | Q(cancelled_at__lt=before) | Q(expires_at__lt=before)
    return _delete(Invitation.objects.filter(closed), dry_run)


def _delete_claims(as_of: date, now: datetime, dry_run: bool) -> int:
    """Delete the requests decided two years ago."""
    old = CompanyClaim.objects.exclude(status__in=CLAIM_WAITS).filter(decided_at__lt=_start_of(add_months(as_of, -CLAIM_MONTHS)))
    return _delete(old, dry_run)


def _delete_mandates(as_of: date, now: datetime, dry_run: bool) -> int:
    """Delete the roles ended five years ago."""
    return _delete(Mandate.objects.filter(ended_at__lt=_start_of(add_months(as_of, -MANDATE_MONTHS))), dry_run)


def _delete_sessions(as_of: date, now: datetime, dry_run: bool) -> int:
    """Delete the sessions that have expired."""
    return _delete(Session.objects.filter(expire_date__lt=_start_of(as_of)), dry_run)


def _empty_notices(as_of: date, now: datetime, dry_run: bool) -> int:
    """Empty the notices read a year ago, and those nobody read in two years; the key stays, nothing is told again."""
    read = Q(read_at__lt=_start_of(add_months(as_of, -NOTICE_MONTHS)))
    forgotten = Q(read_at__isnull=True, created_at__lt=_start_of(add_months(as_of, -UNREAD_MONTHS)))
    old = Notification.objects.filter(read | forgotten, emptied_at__isnull=True)
    return old.count() if dry_run else empty_notices(notices=old, now=now)


def empty_notices(*, notices: QuerySet[Notification], now: datetime) -> int:
    """Erase the words of these notices: they are shown to nobody and leave by no e-mail any more. Returns how many."""
    read = Coalesce("read_at", Greatest(Value(now), "created_at"))
    return notices.update(title="–", body="", url="/", read_at=read, awaits_post=False, emptied_at=now)


def _delete_mailings(as_of: date, now: datetime, dry_run: bool) -> int:
    """Delete the lines of the log of e-mails a year old; the notices they carried keep saying that they have left."""
    return _delete(Mailing.objects.filter(logged_at__lt=_start_of(add_months(as_of, -NOTICE_MONTHS))), dry_run)


def _delete(rows: QuerySet, dry_run: bool) -> int:
    return rows.count() if dry_run else rows.delete()[0]


RULES: dict[str, Callable[[date, datetime, bool], int]] = {
    "warn_unused": _warn_unused,
    "erase_unused": _erase_unused,
    "erase_unverified": _erase_unverified,
    "delete_invitations": _delete_invitations,
    "delete_claims": _delete_claims,
    "delete_mandates": _delete_mandates,
    "delete_sessions": _delete_sessions,
    "empty_notices": _empty_notices,
    "delete_mailings": _delete_mailings,
}


def apply_retention(*, as_of: date, by: str, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Apply every rule as of that day, ours then those of the domains above; returns the count of each rule.

    A command's work: whoever runs commands on the server may. With dry_run nothing is changed nor sent.
    """
    counts = {name: rule(as_of, now, dry_run) for name, rule in RULES.items()}
    for name, share in shares().items():
        if share.retain is not None:
            counts[name] = share.retain(as_of=as_of, now=now, dry_run=dry_run)
    if not dry_run:
        record_act(by=by, verb="apply_retention", thing=f"accounts.retention:{as_of}", now=now, after=counts)
    return counts
