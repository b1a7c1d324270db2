"""What needs keep about people: what they asked, answered and wrote, given back, erased, and not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ensembleur.accounts.models import Notification, User
from ensembleur.accounts.services.retention import empty_notices
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Involvement, Message, Need, NeedEvent
from ensembleur.journeys.services.leaving import leave_needs
from ensembleur.periods import add_months

KEPT_AFTER_CLOSING_MONTHS = 60  # as the papers of a closed file; what remains counts, and names nobody
GONE = "Texte effacé."  # kept in the platform's language, as the rest of the thread


def export_share(person: User) -> dict[str, Any]:
    """Questions asked, needs answered, lines of threads, subjects and absences of this person."""
    asked = Need.objects.filter(created_by=person).values("journey__title", "subject", "words", "created_at", "status", "outcome")
    answered = Involvement.objects.filter(adviser=person).values(
        "need__subject", "state", "asked_at", "taken_at", "ended_at", "outcome", "note"
    )
    return {
        "asked": list(asked),
        "answered": list(answered),
        "lines": list(NeedEvent.objects.filter(by=person).values("need__subject", "kind", "at", "note")),
        "subjects": list(AdviserSubject.objects.filter(adviser=person).values("subject", "added_at")),
        "absences": list(AdviserAbsence.objects.filter(adviser=person).values("starts_on", "ends_on")),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Empty what this person wrote and forget their profile; a need they were answering goes to somebody else. Returns how many changed.

    That a need was asked, answered and how it ended stays: it belongs to the company's file, under an account without a name.
    """
    count = leave_needs(person=person, now=now) + _empty_told(person, now)
    count += Need.objects.filter(created_by=person).exclude(words=GONE).update(words=GONE)
    count += NeedEvent.objects.filter(by=person).exclude(note="").update(note="")
    count += Involvement.objects.filter(adviser=person).exclude(note="").update(note="")
    for model in (AdviserSubject, AdviserAbsence):
        count += model.objects.filter(adviser=person).delete()[0]
    return count


def _empty_told(person: User, now: datetime) -> int:
    """Others were told this person's words, and name: those notices are emptied with the words they repeat."""
    written = Message.objects.filter(by=person, need__isnull=False).values_list("need", "pk")
    taken = Involvement.objects.filter(adviser=person, taken_at__isnull=False).values_list("need", "pk")
    keys = [f"need:{need}:message:{pk}:" for need, pk in written] + [f"need:{need}:taken:{pk}:" for need, pk in taken]
    told = Notification.objects.filter(emptied_at__isnull=True)
    return sum(empty_notices(notices=told.filter(key__startswith=key), now=now) for key in keys)


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Empty the words of needs closed for more than five years, and remove their messages; returns how many there are."""
    limit = add_months(as_of, -KEPT_AFTER_CLOSING_MONTHS)
    old = Need.objects.filter(closed_at__date__lt=limit)
    worded: QuerySet[Need] = old.exclude(words=GONE)
    events = NeedEvent.objects.filter(need__in=old).exclude(note="")
    notes = Involvement.objects.filter(need__in=old).filter(~Q(note="") | ~Q(reasons=[]))
    messages = Message.objects.filter(need__in=old)
    count = worded.count() + events.count() + notes.count() + messages.count()
    if not dry_run:
        events.update(note="")
        notes.update(note="", reasons=[])
        messages.delete()
        worded.update(words=GONE)
    return count
