"""Notices, e-mails and preferences for tests."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from ensembleur.accounts.models import Mailing, NoticePreference, Notification, User
from tests.factories import accounts

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # eleven in Paris
_numbers = itertools.count(1)


def notice(person: User | None = None, *, minutes_before: int = 5, **fields) -> Notification:
    """A notice waiting for its e-mail, written some minutes before MONDAY."""
    number = next(_numbers)
    fields = {
        "kind": "test_act",
        "key": f"test:{number}",
        "title": f"Nouvelle {number}",
        "body": "Un conseiller vous a répondu.",
        "url": "/compte/moi/",
        "created_at": MONDAY - timedelta(minutes=minutes_before),
        **fields,
    }
    return Notification.objects.create(user=person or accounts.user(), **fields)


def preference(person: User, rhythm: str, *unwanted: str) -> NoticePreference:
    """How this person wants e-mails."""
    return NoticePreference.objects.create(user=person, rhythm=rhythm, unwanted_kinds=list(unwanted))


def mailing(person: User | None = None, **fields) -> Mailing:
    """A line of the log of e-mails: logged on MONDAY, without an answer."""
    number = next(_numbers)
    fields = {"key": f"single:test{number}", "kind": "single", "on_day": MONDAY.date(), "logged_at": MONDAY, **fields}
    return Mailing.objects.create(user=person or accounts.user(), **fields)
