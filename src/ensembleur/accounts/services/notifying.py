"""People are told what happens, once; they read it, and say how they want it by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import Rhythm
from ensembleur.accounts.models import NoticePreference, Notification, User
from ensembleur.accounts.permissions import check, may_be_somebody, may_handle_personal_data, may_read_notification
from ensembleur.accounts.services.delivering import deliver_soon
from ensembleur.accounts.services.journal import record_act
from ensembleur.accounts.services.notices import notice_of, notices
from ensembleur.errors import BadInput

LONGEST_TITLE = 200
LONGEST_BODY = 4_000


def notify(*, to: User, kind: str, key: str, title: str, body: str, url: str, now: datetime) -> Notification | None:
    """Tell a person something, in the caller's transaction; the e-mail leaves later, as they wish.

    kind : a word registered with `register_notice`.
    key : names what is told and to whom, such as "need_released:34:user:12"; told once, whatever the number of calls.
    title, body : plain text, already in the reader's language (`with translation.override(to.language):`).
    url : the path of the page to open, such as reverse(…).
    Returns the notice, or None when it had already been told or the account is closed.
    Raises ValueError on an unknown kind, a path that leads elsewhere, an empty title or a naive instant.
    """
    notice = notice_of(kind)
    title = " ".join(title.split())
    if now.tzinfo is None or not title or not url.startswith("/") or url.startswith("//"):
        raise ValueError("A notice has a title, a path of this site, and an instant with its time zone.")
    if not to.is_active or Notification.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():  # of two writers at the same instant, the second gives way without harm to its caller
            told = Notification.objects.create(
                user=to,
                kind=kind,
                key=key,
                title=Truncator(title).chars(LONGEST_TITLE),
                body=Truncator(body.strip()).chars(LONGEST_BODY),
                url=url,
                is_reminder=notice.is_reminder,
                created_at=now,
            )
    except IntegrityError:
        if Notification.objects.filter(key=key).exists():
            return None
        raise
    if not notice.is_reminder:  # the clocks that write reminders send them too, together
        transaction.on_commit(partial(_post_soon, told.pk), robust=True)
    return told


@dataclass(frozen=True)
class Telling:
    """One thing to tell one person; see `notify` for each field."""

    to: User
    kind: str
    key: str
    title: str
    body: str
    url: str


def notify_many(*, tellings: Collection[Telling], now: datetime) -> int:
    """Tell many people at once, for the clocks: two queries, and the e-mails leave with the next delivery. Returns how many.

    The same promises as `notify`: once by key, never to a closed account.
    """
    known = set(Notification.objects.filter(key__in=[one.key for one in tellings]).values_list("key", flat=True))
    rows = {
        one.key: Notification(
            user_id=one.to.pk,
            kind=one.kind,
            key=one.key,
            title=_cut(" ".join(one.title.split()), LONGEST_TITLE),
            body=_cut(one.body.strip(), LONGEST_BODY),
            url=one.url,
            is_reminder=notice_of(one.kind).is_reminder,
            created_at=now,
        )
        for one in tellings
        if one.key not in known and one.to.is_active
    }
    Notification.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else Truncator(text).chars(longest)


def _post_soon(notification: int) -> None:
    deliver_soon.enqueue(notification=notification)


@transaction.atomic
def read_notification(*, notification: Notification, by: User, now: datetime) -> Notification:
    """Mark one's own notice as read; doing it again keeps the first instant."""
    check(may_read_notification, by, notification)
    if notification.read_at is None:
        notification.read_at = max(now, notification.created_at)
        Notification.objects.unread().filter(pk=notification.pk).update(read_at=notification.read_at)
    return notification


@transaction.atomic
def read_all(*, by: User, now: datetime) -> int:
    """Mark every notice written to this person until now as read; returns how many."""
    check(may_be_somebody, by)
    return Notification.objects.visible_to(by).unread().filter(created_at__lte=now).update(read_at=now)


def read_about(*, path: str, by: User, now: datetime) -> int:
    """Mark as read what was told to this person about the page at `path`, which they are opening; returns how many."""
    check(may_be_somebody, by)
    told = Notification.objects.visible_to(by).unread().filter(url=path, created_at__lte=now)
    return told.update(read_at=now) if told.exists() else 0  # looking costs no lock: most pages have nothing to mark


@transaction.atomic
def set_preferences(*, person: User, rhythm: str, unwanted_kinds: Iterable[str], by: User, now: datetime) -> NoticePreference:
    """Keep when a person wants e-mails of notices, and the kinds they want on the platform only.

    Messages about security (signing in, invitations) are not notices: they always leave.
    """
    check(may_handle_personal_data, by, person)
    if rhythm not in Rhythm.values:
        raise BadInput("bad_rhythm", _("Choisissez dans la liste quand vous voulez recevoir les courriels."))
    unwanted = sorted(set(unwanted_kinds))
    if unknown := [kind for kind in unwanted if kind not in notices()]:
        raise BadInput("bad_notice_kind", _("« %(kind)s » n'est pas un avis : rechargez la page.") % {"kind": unknown[0][:60]})
    chosen = {"rhythm": rhythm, "unwanted_kinds": unwanted}
    standing = NoticePreference.objects.select_for_update().filter(user=person).first()
    before = standing and {"rhythm": standing.rhythm, "unwanted_kinds": standing.unwanted_kinds}
    if standing is not None and before == chosen:
        return standing
    preference, _is_new = NoticePreference.objects.update_or_create(user=person, defaults={**chosen, "changed_at": now})
    record_act(by=by, verb="set_notice_preferences", thing=person, now=now, before=before, after=chosen)
    return preference
