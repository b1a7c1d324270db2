"""E-mails leave: each is logged and committed, then handed once to the mail server, outside any transaction.

What a crash costs, and what is tried again:

- killed before the log is committed: nothing left, the next run sends;
- killed after it: the e-mail may have left, so it is never handed again; administrators see it as interrupted. At most
  one e-mail a process is in that state, for each is logged just before it leaves;
- the server cannot be reached at all: nothing is logged, the next run sends;
- the server answers « not now » (a 4xx reply): it surely did not accept, the e-mail is tried again, five times in two days;
- it answers « no » (a 5xx reply), or the line breaks while it is answering: noted as failed, never handed again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django_tasks import TaskContext, task

from ensembleur.accounts.engine.post import is_open, retry_at
from ensembleur.accounts.models import Mailing, Notification, User
from ensembleur.accounts.services.composing import compose
from ensembleur.accounts.services.sorting import Letter, sort
from ensembleur.periods import paris_day

log = logging.getLogger(__name__)
PEOPLE_AT_ONCE = 500


@dataclass
class Delivered:
    """What a run did, in e-mails; `notices` counts what they carried, `left` the notices given up without e-mail."""

    sent: int = 0
    notices: int = 0
    failed: int = 0
    later: int = 0
    left: int = 0
    is_sunday: bool = False
    unreachable: str = ""

    @property
    def handed(self) -> int:
        """How many e-mails were handed to the mail server, whatever it answered."""
        return self.sent + self.failed + self.later

    def add(self, other: Delivered) -> None:
        """Gather what another slice of the same run did."""
        for name in ("sent", "notices", "failed", "later", "left"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.is_sunday |= other.is_sunday
        self.unreachable = other.unreachable or self.unreachable


class _Unreachable(Exception):
    """The mail server cannot be reached: nothing was handed to it."""


def deliver_due(*, now: datetime, limit: int | None = None, dry_run: bool = False) -> Delivered:
    """Send the e-mails that are due at this instant, at most `limit`; call it outside any transaction.

    Any number of processes may run it at once: each e-mail belongs to the one that logged it. With dry_run, nothing is
    sent nor written: `sent` and `notices` count what would leave.
    """
    done = Delivered()
    if not is_open(now):
        done.is_sunday = True
        return done
    _run(_Post(done, limit, dry_run), now)
    return done


def deliver_one(*, notification: int, now: datetime) -> Delivered:
    """Send the e-mail of one notice, if it is due at this instant."""
    done = Delivered()
    if is_open(now):
        _run(_Post(done, None, dry_run=False), now, only=notification)
    return done


@task(takes_context=True)
def deliver_soon(context: TaskContext, notification: int) -> dict[str, Any]:
    """The job behind a notice: sends its e-mail a moment after the act is written. The queue tells the time."""
    done = deliver_one(notification=notification, now=context.task_result.started_at)
    return {"sent": done.sent, "failed": done.failed, "later": done.later, "unreachable": done.unreachable}


def _run(post: _Post, now: datetime, only: int | None = None) -> None:
    try:
        if only is None:
            for mailing in _to_retry(now):
                post.again(mailing, now)
        for people in _people_waiting(only):
            letters, unwanted = sort(waiting=_waiting(people, only), now=now)
            if unwanted:
                post.leave(unwanted)
            for letter in letters:
                post.deliver(letter, now)
    except _Unreachable as error:
        post.done.unreachable = str(error.__cause__)[:300] or type(error.__cause__).__name__
        log.warning("the mail server cannot be reached: %s", post.done.unreachable)
    except _LimitReached:
        pass
    finally:
        post.close()


class _LimitReached(Exception):
    """Enough e-mails for this run."""


# -- what waits --------------------------------------------------------------------------------------------------------
def _people_waiting(only: int | None) -> Iterator[list[int]]:
    """The people with notices waiting, 500 at a time, each once."""
    if only is not None:
        yield list(Notification.objects.waiting_for_the_post().filter(pk=only).values_list("user", flat=True))
        return
    last = 0
    while True:
        waiting = Notification.objects.waiting_for_the_post().filter(user__gt=last)
        people = list(waiting.order_by("user").values_list("user", flat=True).distinct()[:PEOPLE_AT_ONCE])
        if people:
            yield people
        if len(people) < PEOPLE_AT_ONCE:
            return
        last = people[-1]


def _waiting(people: list[int], only: int | None) -> list[Notification]:
    """What waits for these people, oldest first."""
    if not people:
        return []
    waiting = Notification.objects.waiting_for_the_post().filter(user__in=people)
    if only is not None:
        waiting = waiting.filter(pk=only)
    return list(waiting.select_related("user__notice_preference").order_by("user", "created_at", "pk"))


def _to_retry(now: datetime) -> list[Mailing]:
    due = Mailing.objects.to_retry_at(now).select_related("user").prefetch_related("notifications__user__notice_preference")
    return list(due.order_by("retry_at", "pk")[:PEOPLE_AT_ONCE])


# -- how it leaves -----------------------------------------------------------------------------------------------------
class _Post:
    """One line to the mail server, opened at the first e-mail, and the count of what went through it."""

    def __init__(self, done: Delivered, limit: int | None, dry_run: bool) -> None:
        self.done, self.limit, self.dry_run = done, limit, dry_run
        self.connection: Any = None

    def leave(self, unwanted: list[int]) -> None:
        """Give up the e-mails of notices read before, or not wanted by e-mail."""
        self.done.left += len(unwanted)
        if not self.dry_run:
            Notification.objects.waiting_for_the_post().filter(pk__in=unwanted).update(awaits_post=False)

    def deliver(self, letter: Letter, now: datetime) -> None:
        """Log one e-mail, then hand it over; another process may have taken it meanwhile."""
        if not self._may_go(len(letter.told)):
            return
        self._open()
        mailing, told = _claim(letter, now)
        if mailing is not None:
            self._hand(mailing, letter.person, told, now)

    def again(self, mailing: Mailing, now: datetime) -> None:
        """Hand over again what the server surely did not accept, unless it has been read or given up since."""
        letters, _unwanted = sort(waiting=list(mailing.notifications.all()), now=now, at_once=True)
        told = [notice for letter in letters for notice in letter.told]
        due = Mailing.objects.filter(pk=mailing.pk).to_retry_at(now)
        if not told:
            if not self.dry_run:
                due.update(retry_at=None)
            return
        if not self._may_go(len(told)):
            return
        self._open()
        if due.update(retry_at=None, failed_at=None, failure="", logged_at=now, attempts=F("attempts") + 1):
            mailing.attempts += 1
            self._hand(mailing, mailing.user, told, now)

    def close(self) -> None:
        """Hang up; a server that has already done so is no trouble."""
        if self.connection is not None:
            try:
                self.connection.close()
            except (OSError, SMTPException):
                log.info("the mail server had hung up")
            self.connection = None

    def _may_go(self, notices: int) -> bool:
        """Whether this e-mail leaves in this run; a dry run counts it and keeps it."""
        if self.limit is not None and self.done.handed >= self.limit:
            raise _LimitReached
        if self.dry_run:
            self.done.sent += 1
            self.done.notices += notices
        return not self.dry_run

    def _open(self) -> None:
        """Reach the server before anything is logged: what was never handed over can simply wait."""
        if self.connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (OSError, SMTPException) as error:
            raise _Unreachable from error
        self.connection = connection

    def _hand(self, mailing: Mailing, person: User, told: list[Notification], now: datetime) -> None:
        line = Mailing.objects.filter(pk=mailing.pk)
        try:
            self.connection.send_messages([compose(person=person, told=told, mailing=mailing)])
        except Exception as error:  # whatever a mail program raises, the log says it and the other e-mails leave
            again = retry_at(now, mailing.attempts) if surely_not_accepted(error=error) else None
            line.update(failed_at=now, failure=failure_of(error=error), retry_at=again)
            self.done.later += again is not None
            self.done.failed += again is None
            log.warning("e-mail %s was not accepted: %s", mailing.pk, type(error).__name__)
            self.close()  # in whatever state it was left, the next e-mail gets a line of its own
        else:
            line.update(sent_at=now)
            self.done.sent += 1
            self.done.notices += len(told)


def _claim(letter: Letter, now: datetime) -> tuple[Mailing | None, list[Notification]]:
    """Log an e-mail and take its notices, all or nothing; (None, []) when there is nothing left to take."""
    try:
        with transaction.atomic(durable=True):
            mailing = Mailing.objects.create(
                user=letter.person, key=letter.key, kind=letter.kind, on_day=paris_day(now), logged_at=now
            )
            waiting = Notification.objects.waiting_for_the_post().unread().filter(pk__in=[notice.pk for notice in letter.told])
            # Between the look and the log, the account may have been closed or have changed its address.
            mine = waiting.filter(user__is_active=True, user__email=letter.person.email)
            taken = mine.update(mailing=mailing, awaits_post=False)
            if not taken:
                transaction.set_rollback(True)
                return None, []
            if taken == len(letter.told):
                return mailing, list(letter.told)
            return mailing, list(mailing.notifications.order_by("created_at", "pk"))
    except IntegrityError:  # another process logged it first
        return None, []


def surely_not_accepted(*, error: Exception) -> bool:
    """Whether the server said « not now » (4xx), for every recipient: nothing else is sure."""
    if isinstance(error, SMTPRecipientsRefused):
        return bool(error.recipients) and all(400 <= code < 500 for code, _text in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 400 <= error.smtp_code < 500


def failure_of(*, error: Exception) -> str:
    """What went wrong, in a few words for administrators; the server's reply without the address it may quote."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _text in error.recipients.values()})
        return f"{type(error).__name__} {' '.join(codes)}".strip()
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__
