"""Messages to people, sent once the act is written, in their own language."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

log = logging.getLogger(__name__)


def tell(*, to: str, language: str, template: str, context: dict[str, Any]) -> None:
    """Send `accounts/messages/<template>.txt` (its first line is the subject) after the transaction commits."""
    with translation.override(language):
        subject, _blank, body = render_to_string(f"accounts/messages/{template}.txt", context).strip().partition("\n")
    transaction.on_commit(partial(_send, subject.strip(), body.strip() + "\n", to))


def _send(subject: str, body: str, to: str) -> None:
    """A mail server that is down never undoes the act: the failure is logged, without the address."""
    try:
        send_mail(subject, body, None, [to])
    except OSError:
        log.exception("a message could not be sent")
