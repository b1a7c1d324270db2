"""An e-mail is written from the notices it carries: plain text first, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.accounts.models import Mailing, Notification, User
from ensembleur.accounts.services.unsubscribing import unsubscribe_token

SHOWN = 50  # a longer digest says how many more wait on the platform


def link(*, name: str, **arguments: object) -> str:
    """The whole address of a page, for a reader who is elsewhere."""
    return settings.SITE_URL + reverse(name, kwargs=arguments)


def compose(*, person: User, told: Sequence[Notification], mailing: Mailing) -> EmailMultiAlternatives:
    """The e-mail that carries these notices, at least one.

    Its headers let a mail program end the e-mails in one click (RFC 8058) and keep absent people's answers away
    (RFC 3834); its identifier names the log's line, so that a mail server's own log can be read beside ours.
    """
    is_single = mailing.kind == "single"
    unsubscribe = link(
        name="accounts:unsubscribe", token=unsubscribe_token(person=person, kind=told[0].kind if is_single else "")
    )
    with translation.override(person.language):
        context = {
            "told": [(notice, link(name="accounts:open_notice", pk=notice.pk)) for notice in told[:SHOWN]],
            "more": max(0, len(told) - SHOWN),
            "is_single": is_single,
            "list_link": link(name="accounts:notices"),
            "settings_link": link(name="accounts:notice_settings"),
            "unsubscribe_link": unsubscribe,
        }
        subject = told[0].title if is_single else ngettext("%(n)s avis à lire", "%(n)s avis à lire", len(told)) % {"n": len(told)}
        message = EmailMultiAlternatives(
            subject=_("Ensembleur : %(title)s") % {"title": subject},
            body=render_to_string("accounts/messages/notices.txt", context).strip() + "\n",
            to=[person.email],
            headers={
                "Message-ID": f"<mailing-{mailing.pk}-{mailing.attempts}@{urlsplit(settings.SITE_URL).hostname}>",
                "List-Unsubscribe": f"<{unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        )
        message.attach_alternative(render_to_string("accounts/messages/notices.html", context), "text/html")
    return message
