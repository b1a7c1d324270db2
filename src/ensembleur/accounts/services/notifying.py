"""People are told what happens, once; they read it, and say how they want it by e-mail."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import Truncator

from ensembleur.accounts.models import Notification, User
from ensembleur.accounts.services.notices import notice_of

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
            return Notification.objects.create(
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
