"""Send the e-mails that are due: `ensembleur send_notices [--as-of 2026-11-23T08:05] [--dry-run]`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ensembleur.accounts.queries import interrupted_mailings
from ensembleur.accounts.services.delivering import Delivered, deliver_due
from ensembleur.errors import BadInput
from ensembleur.periods import PARIS

SLICE = 500  # e-mails between two looks at the clock: a long run that reaches Sunday stops there


class Command(BaseCommand):
    """Prints one line; exits 1 when the mail server cannot be reached. Any number may run at once; safe to kill."""

    help = "Send the e-mails of notices that are due, digests included, as of an instant."

    def add_arguments(self, parser: CommandParser) -> None:
        """The instant, now when absent, and whether to count only."""
        parser.add_argument("--as-of", metavar="DATETIME", help="in Paris when no time zone is given")
        parser.add_argument("--dry-run", action="store_true", help="count only, change and send nothing")

    def handle(self, *, as_of: str | None, dry_run: bool, **options: Any) -> None:
        """Refuse an instant to come: an e-mail never leaves ahead of time."""
        given = instant_of(as_of) if as_of else None
        if given is not None and given > timezone.now() and not dry_run:
            raise BadInput(
                "future_date", _("Le %(date)s est à venir : ajoutez --dry-run pour seulement compter.") % {"date": as_of}
            )
        total = Delivered()
        while True:
            done = deliver_due(now=given or timezone.now(), limit=None if dry_run else SLICE, dry_run=dry_run)
            total.add(done)
            if dry_run or done.handed < SLICE:
                break
        self.stdout.write(sentence_of(total, interrupted=interrupted_mailings(given or timezone.now())))
        if dry_run:
            self.stdout.write(_("Rien n'a été changé (--dry-run)."))
        if total.unreachable:
            raise CommandError(
                _("Le serveur de messagerie ne répond pas (%(why)s) : rien n'est perdu, relancez la commande quand il répondra.")
                % {"why": total.unreachable},
                returncode=1,
            )


def instant_of(text: str) -> datetime:
    """The instant a person typed, in Paris when they gave no time zone. Raises BadInput."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None:
        raise BadInput(
            "bad_datetime", _("« %(date)s » n'est pas un instant : écrivez par exemple 2026-11-23T08:05.") % {"date": text[:40]}
        )
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


def sentence_of(done: Delivered, *, interrupted: int) -> str:
    """What a run did, in one line."""
    if done.is_sunday and not done.handed:
        return _("C'est dimanche à Paris : rien ne part, tout attend lundi.")
    return _(
        "%(sent)s courriels remis (%(notices)s avis) · %(later)s à réessayer · %(failed)s refusés · "
        "%(left)s avis sans courriel · %(interrupted)s envois interrompus en tout"
    ) % {
        "sent": done.sent,
        "notices": done.notices,
        "later": done.later,
        "failed": done.failed,
        "left": done.left,
        "interrupted": interrupted,
    }
