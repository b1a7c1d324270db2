"""People who have an account find on it that their agenda is there, or has changed; the e-mail is the letter, with the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.accounts.choices import Rhythm
from ensembleur.accounts.services.notices import register_notice
from ensembleur.accounts.services.notifying import Telling, notify_many
from ensembleur.meetings.models import Attendee, Version

AGENDA = "meeting_agenda"


def register_meeting_notices() -> None:
    """Declare what is told; by default on the platform alone, since a letter leaves too."""
    register_notice(AGENDA, gettext_lazy("Votre planning de rendez-vous est publié ou change"), default_rhythm=Rhythm.NEVER)


def tell_accounts(*, version: Version, people: Iterable[Attendee], now: datetime) -> int:
    """Tell those of these people who have an account, once a version."""
    tellings = []
    for one in people:
        if one.user is not None:
            with translation.override(one.user.language):
                title = _("Votre planning : %(event)s") % {"event": version.event.title}
                url = reverse("meetings:my_day", args=[version.event.slug])
                body = _("Vos rendez-vous sont en ligne. Regardez-les avant de venir.")
            tellings.append(Telling(one.user, AGENDA, f"agenda:{version.pk}:user:{one.user_id}", title, body, url))
    return notify_many(tellings=tellings, now=now)
