"""Name the first administrator: `ensembleur appoint_admin EMAIL [--region 11]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.services.mandates import appoint_admin
from ensembleur.errors import BadInput


class Command(BaseCommand):
    """The account must exist: the person signs up first, and only they know their password."""

    help = "Give the role of administrator to an existing account."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person and the region."""
        parser.add_argument("email")
        parser.add_argument("--region", default="11")

    def handle(self, *, email: str, region: str, **options: Any) -> None:
        """Print the role given."""
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise BadInput(
                "unknown_account",
                _("Aucun compte n'a l'adresse « %(email)s » : créez-le d'abord sur la page d'inscription.")
                % {"email": email[:80]},
            )
        mandate = appoint_admin(user=person, region=region, by="command:appoint_admin", now=timezone.now())
        self.stdout.write(str(mandate))
