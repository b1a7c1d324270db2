"""What events kept about people and no longer need goes, by rules whose lengths are our own choice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from ensembleur.meetings.models import Attendee, ImportBatch, Letter, Proposal, Version
from ensembleur.meetings.services.personal_data import forget
from ensembleur.periods import add_months

NEEDS_DAYS = 30  # after the event: needs of accessibility, who was away and why (in timetables and changes too), lines a file left out or changed
LETTERS_MONTHS = 12
PEOPLE_MONTHS = 36  # after the event: people without an account; those who have one follow it


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Erase what has outlived its purpose; returns how many records there are."""
    soon, long = as_of - timedelta(days=NEEDS_DAYS), add_months(as_of, -PEOPLE_MONTHS)
    needy = Q(step_free=True) | Q(quiet=True) | ~Q(interpreter="") | ~Q(needs_note="") | ~Q(absent_slots=[])
    needs = Attendee.objects.filter(needy, registration__event__ends_on__lt=soon)
    absences = Proposal.objects.filter(event__ends_on__lt=soon, about__isnull=False)
    files = ImportBatch.objects.filter(event__ends_on__lt=soon).exclude(rejects=[], former={})
    asked = Version.objects.filter(event__ends_on__lt=soon).exclude(problem={})
    letters = Letter.objects.filter(event__ends_on__lt=add_months(as_of, -LETTERS_MONTHS))
    people = Attendee.objects.filter(registration__event__ends_on__lt=long, user__isnull=True, erased_at__isnull=True)
    count = sum(rows.count() for rows in (needs, absences, files, asked, letters, people))
    if not dry_run:
        needs.update(step_free=False, quiet=False, interpreter="", needs_note="", absent_slots=[])
        absences.filter(made_by=F("about__user")).update(made_by=None)
        absences.update(about=None, reason="", changes=[], lines=[])
        files.update(rejects=[], former={})
        asked.update(problem={})
        letters.delete()
        forget(people=people, now=now)
    return count
