"""What time does to wishes: those without answer lapse, and whoever is waited for is reminded, never more than once in three days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import EventState, RegistrationStatus, WishState
from ensembleur.meetings.models import Attendee, Letter, Refusal, Wish
from ensembleur.meetings.services.acting import private_link
from ensembleur.meetings.services.letters import Note, write_letters

REST = timedelta(days=3)
PATIENCE = timedelta(days=1)  # a wish of today is no reason to write


@transaction.atomic
def strike_wishes(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Lapse the wishes whose time is over, and write to those who have wishes to answer. Running it twice changes nothing more."""
    due = Wish.objects.open().filter(expires_at__lte=as_of)
    lapsed = due.count() if dry_run else due.update(state=WishState.LAPSED, answered_at=as_of)
    notes = _reminders(as_of)
    return {"lapsed": lapsed, "reminded": len(notes) if dry_run else write_letters(notes=notes, now=as_of)}


def _reminders(as_of: datetime) -> list[Note]:
    """One letter for each person of a participation that has had wishes to answer for a day."""
    asked = Wish.objects.open().filter(
        sent_at__lte=as_of - PATIENCE, expires_at__gt=as_of, receiver__event__state=EventState.WISHES,
        receiver__status=RegistrationStatus.ACCEPTED, receiver__attendees__isnull=False,
    )  # fmt: skip
    # Those one never wants to meet are not on one's page: nobody is reminded of them.
    asked = asked.exclude(Exists(Refusal.objects.filter(by=OuterRef("receiver"), of=OuterRef("sender"))))
    waiting = {row["receiver"]: row["n"] for row in asked.values("receiver").annotate(n=Count("pk", distinct=True))}
    people = list(
        Attendee.objects.filter(registration__in=waiting, erased_at__isnull=True)
        .select_related("registration__event")
        .order_by("pk")
    )
    told = (
        Letter.objects.filter(attendee__in=people, key__startswith="wishes:").values("attendee").annotate(last=Max("written_at"))
    )
    rested = {row["attendee"] for row in told if row["last"] > as_of - REST}
    return [_note(one, waiting[one.registration_id], as_of) for one in people if one.pk not in rested]


def _note(person: Attendee, count: int, as_of: datetime) -> Note:
    event = person.registration.event
    with translation.override(person.language):
        says = ngettext(
            "%(count)d participant demande à vous rencontrer.", "%(count)d participants demandent à vous rencontrer.", count
        ) % {"count": count}
        link = private_link(person)
        body = _("Bonjour %(name)s,\n\n%(says)s Répondez en deux clics, sans avoir à dire pourquoi :\n%(link)s") % {
            "name": person.name,
            "says": says,
            "link": link,
        }
        subject = _("%(event)s : des demandes de rendez-vous attendent votre réponse") % {"event": event.title}
    return Note(person, f"wishes:{person.pk}:{as_of:%Y%m%d}", subject, body, says)
