"""What time asks after an event: what each meeting led to, one and seven days after, and what became of it six months after."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.meetings.choices import MeetingState, NextStep
from ensembleur.meetings.models import Attendee, Event, Outcome, Placement
from ensembleur.meetings.services.acting import private_link
from ensembleur.meetings.services.letters import Note, unwritten, write_letters
from ensembleur.periods import paris_day

FIRST, SECOND = timedelta(days=1), timedelta(days=7)
LATER = timedelta(days=180)
PATIENCE = timedelta(days=30)  # after which a question nobody was asked in time is not asked any more
GOES_ON = (NextStep.FOLLOW_UP, NextStep.CONTRACT_EXPECTED)


@transaction.atomic
def strike_after(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Write to those who have something left to say; each question once. Running it twice writes nothing more."""
    asked = {"outcomes": _unsaid(as_of), "later": _later(as_of)}
    if dry_run:
        return {name: unwritten(notes) for name, notes in asked.items()}
    return {name: write_letters(notes=notes, now=as_of) for name, notes in asked.items()}


def _unsaid(as_of: datetime) -> list[Note]:
    """One letter for each person with meetings whose outcome their side has not said, at each of the two dates."""
    notes = []
    today = paris_day(as_of)
    for event in Event.objects.filter(ends_on__lte=today - FIRST, ends_on__gt=today - PATIENCE, published_version__isnull=False):
        round_ = 2 if event.ends_on <= today - SECOND else 1
        left = _left(event)
        people = Attendee.objects.filter(pk__in=left, erased_at__isnull=True).select_related("registration__event").order_by("pk")
        notes += [_ask(person, left[person.pk], f"outcome:{round_}:{person.pk}") for person in people]
    return notes


def _left(event: Event) -> Counter[int]:
    """{person: how many of their meetings their side has said nothing of}."""
    held = [MeetingState.PLANNED, MeetingState.HELD]
    rows = Placement.objects.filter(version=event.published_version_id, slot__isnull=False, meeting__state__in=held)
    said = set(Outcome.objects.filter(meeting__event=event, is_useful__isnull=False).values_list("meeting", "side"))
    left: Counter[int] = Counter()
    for meeting, one, other in rows.values_list("meeting", "attendee_a", "attendee_b"):
        left.update(person for side, person in (("A", one), ("B", other)) if (meeting, side) not in said)
    return left


def _later(as_of: datetime) -> list[Note]:
    """One letter for each person whose meetings were to go on, six months after they said so."""
    due = Outcome.objects.filter(
        next_step__in=GOES_ON,
        later="",
        said_at__lte=as_of - LATER,
        said_at__gt=as_of - LATER - PATIENCE,
        by__erased_at__isnull=True,
    )
    counted = Counter(due.filter(by__isnull=False).values_list("by", flat=True))
    people = Attendee.objects.filter(pk__in=counted).select_related("registration__event").order_by("pk")
    return [_news(person, counted[person.pk]) for person in people]


def _ask(person: Attendee, count: int, key: str) -> Note:
    with translation.override(person.language):
        says = ngettext(
            "Dites en deux clics ce qu'a donné %(count)d rendez-vous.",
            "Dites en deux clics ce qu'ont donné %(count)d rendez-vous.",
            count,
        ) % {"count": count}
        return _note(person, key, says)


def _news(person: Attendee, count: int) -> Note:
    with translation.override(person.language):
        says = ngettext(
            "Il y a six mois, %(count)d rendez-vous devait avoir une suite : où en est-il ?",
            "Il y a six mois, %(count)d rendez-vous devaient avoir une suite : où en sont-ils ?",
            count,
        ) % {"count": count}
        return _note(person, f"later:{person.pk}", says)


def _note(person: Attendee, key: str, says: str) -> Note:
    event = person.registration.event
    body = _("Bonjour %(name)s,\n\n%(says)s\n%(link)s\n\nL'autre participant ne lit pas vos réponses.") % {
        "name": person.name,
        "says": says,
        "link": private_link(person),
    }
    return Note(person, key, _("%(event)s : %(says)s") % {"event": event.title, "says": says}, body, says)
