"""Send the letters of events that wait: `ensembleur send_letters`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from ensembleur.meetings.services.sending import send_waiting


class Command(BaseCommand):
    """Prints one line; exits 1 when the mail server cannot be reached. Any number may run at once; safe to kill."""

    help = "Send the letters of events that wait, in slices, until none is left."

    def handle(self, **options: Any) -> None:
        """Slice after slice, as long as some are handed over."""
        sent = failed = later = 0
        while True:
            done = send_waiting(now=timezone.now())
            sent, failed, later = sent + done.sent, failed + done.failed, later + done.later
            if done.unreachable or not done.handed:
                break
        counts = {"sent": sent, "later": later, "failed": failed, "left": done.left}
        self.stdout.write(
            _("%(sent)s lettres remises · %(later)s à réessayer · %(failed)s refusées · %(left)s en attente") % counts
        )
        if done.unreachable:
            raise CommandError(
                _("Le serveur de messagerie ne répond pas (%(why)s) : rien n'est perdu, relancez la commande quand il répondra.")
                % {"why": done.unreachable},
                returncode=1,
            )
