"""Letters leave: each is noted and committed before it is handed once to the mail server, outside any transaction.

The rules are those of the platform's other e-mails (ADR 5): a server that cannot be reached has noted nothing and the next run
sends; one that says « not now » is tried again, five times in two days; one that says « no », or breaks while it answers, is
not. A process killed in between leaves one letter in doubt, that only an organiser sends again. Letters of an event also
leave on Sundays: people may be coming on Monday.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email.mime.nonmultipart import MIMENonMultipart
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django_tasks import TaskContext, task

from ensembleur.accounts.engine.post import retry_at
from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.composing import link
from ensembleur.accounts.services.delivering import surely_not_accepted
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.models import Event, Letter
from ensembleur.meetings.permissions import may_organise

log = logging.getLogger(__name__)
AT_ONCE = 500  # letters of one run


@dataclass
class Sent:
    """What a run did. `left` : how many still wait."""

    sent: int = 0
    failed: int = 0
    later: int = 0
    left: int = 0
    unreachable: str = ""

    @property
    def handed(self) -> int:
        """How many were handed to the mail server, whatever it answered."""
        return self.sent + self.failed + self.later


def send_waiting(*, now: datetime, limit: int = AT_ONCE) -> Sent:
    """Send the oldest letters that wait, at most `limit`; call it outside any transaction.

    Any number of processes may run it at once: each letter belongs to the one that noted it.
    """
    done = Sent()
    due = Letter.objects.waiting().filter(Q(retry_at=None) | Q(retry_at__lte=now))
    letters = list(due.select_related("attendee", "event").order_by("written_at", "pk")[:limit])
    connection: Any = None
    for letter in letters:
        if connection is None:
            connection = _open(done)
        if connection is None:
            break
        if not _take(letter, now):
            continue
        if not _hand(letter, connection, done, now):
            _close(connection)
            connection = None  # in whatever state it was left, the next letter gets a line of its own
    _close(connection)
    done.left = due.count()
    return done


@task(takes_context=True)
def send_soon(context: TaskContext) -> dict[str, Any]:
    """The job behind letters just written; the queue tells the time. A run that leaves some asks for another."""
    done = send_waiting(now=context.task_result.started_at)
    if done.left and done.handed and not done.unreachable:
        send_soon.enqueue()
    return {"sent": done.sent, "failed": done.failed, "later": done.later, "unreachable": done.unreachable}


@transaction.atomic
def send_again(*, event: Event, by: User, now: datetime) -> int:
    """Put back among those that wait the letters of this event that were refused or are in doubt; returns how many."""
    check(may_organise, by, event)
    kept = event.letters.filter(sent_at__isnull=True).filter(Q(failed_at__isnull=False) | Q(handed_at__isnull=False))
    count = kept.update(handed_at=None, failed_at=None, retry_at=None, attempts=0)
    record_act(by=by, verb="send_letters_again", thing=event, now=now, after=count)
    if count:
        transaction.on_commit(send_soon.enqueue, robust=True)
    return count


def _take(letter: Letter, now: datetime) -> bool:
    """Take a letter, unless another process has, or its reader was erased meanwhile."""
    with transaction.atomic(durable=True):
        waits = Letter.objects.waiting().filter(pk=letter.pk, attendee__email=letter.attendee.email)
        mine = Letter.objects.filter(pk__in=list(waits.values_list("pk", flat=True)), handed_at__isnull=True)
        return bool(mine.update(handed_at=now, retry_at=None, attempts=F("attempts") + 1))


def _open(done: Sent) -> Any:
    """Reach the server before anything is noted; None when it does not answer."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        done.unreachable = str(error)[:300] or type(error).__name__
        log.warning("the mail server cannot be reached: %s", done.unreachable)
        return None
    return connection


def _close(connection: Any) -> None:
    if connection is not None:
        try:
            connection.close()
        except (OSError, SMTPException):
            log.info("the mail server had hung up")


def _hand(letter: Letter, connection: Any, done: Sent, now: datetime) -> bool:
    """Hand a noted letter over; whether the line may serve again."""
    line = Letter.objects.filter(pk=letter.pk)
    try:
        connection.send_messages([message_of(letter=letter)])
    except Exception as error:  # whatever a mail program raises, the others leave
        again = retry_at(now, letter.attempts + 1) if surely_not_accepted(error=error) else None
        line.update(**({"handed_at": None, "retry_at": again} if again else {"failed_at": now}))
        done.later += again is not None
        done.failed += again is None
        log.warning("letter %s was not accepted: %s", letter.pk, type(error).__name__)
        return False
    line.update(sent_at=now)
    done.sent += 1
    return True


def message_of(*, letter: Letter) -> EmailMessage:
    """The e-mail: plain text, answered to the organiser, with its calendar and the method that tells what to do with it."""
    event = letter.event
    host = urlsplit(link(name="meetings:event", slug=event.slug)).hostname
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body + "\n",
        to=[letter.attendee.email],
        reply_to=[event.contact_email] if event.contact_email else None,
        headers={
            "Message-ID": f"<letter-{letter.pk}-{letter.attempts + 1}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    if letter.calendar:
        part = MIMENonMultipart("text", "calendar", method=letter.calendar_method, name="rendez-vous.ics")
        part.set_payload(letter.calendar, "utf-8")
        part.add_header("Content-Disposition", "attachment", filename="rendez-vous.ics")
        message.attach(part)
    return message
