"""What waits is sorted, person by person: what leaves now, what waits for the digest, what is not wanted by e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ensembleur.accounts.choices import MailingKind, Rhythm
from ensembleur.accounts.engine.post import daily_digest, weekly_digest
from ensembleur.accounts.models import NoticePreference, Notification, User
from ensembleur.accounts.services.notices import notices
from ensembleur.periods import paris_day


@dataclass(frozen=True)
class Letter:
    """An e-mail to write: to whom, carrying which notices, under which key of the log."""

    person: User
    key: str
    kind: MailingKind
    told: tuple[Notification, ...]


def rhythm_of(*, person: User, kind: str) -> Rhythm:
    """When this person wants the e-mails of this kind: as they chose, else as the kind was registered."""
    preference: NoticePreference | None = getattr(person, "notice_preference", None)
    known = notices().get(kind)
    if preference is None:
        return known.default_rhythm if known else Rhythm.AT_ONCE
    return Rhythm.NEVER if kind in preference.unwanted_kinds else Rhythm(preference.rhythm)


def sort(*, waiting: Iterable[Notification], now: datetime, at_once: bool = False) -> tuple[list[Letter], list[int]]:
    """The letters due at this instant, and the notices no e-mail will ever carry.

    waiting : notices grouped by person, each with its person and their preference already read.
    at_once : whether a digest is sent without waiting for its hour, as when it is tried again.
    Fictional people have addresses that nobody delivers: they are told on the platform only.
    """
    letters: list[Letter] = []
    unwanted: list[int] = []
    closing = {Rhythm.DAILY: daily_digest(now), Rhythm.WEEKLY: weekly_digest(now)}
    for _pk, group in groupby(waiting, key=lambda notice: notice.user_id):
        digest: list[Notification] = []
        closed_at = None
        for notice in group:
            rhythm = rhythm_of(person=notice.user, kind=notice.kind)
            reachable = notice.user.is_active and not notice.user.is_fictional
            if not reachable or notice.read_at is not None or rhythm == Rhythm.NEVER:
                unwanted.append(notice.pk)
            elif rhythm == Rhythm.AT_ONCE or at_once:
                letters.append(Letter(notice.user, f"single:{notice.pk}", MailingKind.SINGLE, (notice,)))
            elif (instant := closing[rhythm]) is not None and notice.created_at < instant:
                digest.append(notice)
                closed_at = max(instant, closed_at or instant)
        if digest and closed_at is not None:
            person = digest[0].user
            letters.append(Letter(person, f"digest:{person.pk}:{paris_day(closed_at)}", MailingKind.DIGEST, tuple(digest)))
    return letters, unwanted
