"""The private address that an agenda is read at by a calendar is replaced, and the former one opens nothing any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.models import Attendee
from ensembleur.meetings.permissions import may_be
from ensembleur.meetings.services.acting import name_of


@transaction.atomic
def renew_calendar(*, attendee: Attendee, by: User | Attendee, now: datetime) -> None:
    """Revoke the address of somebody's calendar; calendars that follow it stop, until they are given the new one."""
    check(may_be, by, attendee)
    Attendee.objects.filter(pk=attendee.pk).update(calendar_number=F("calendar_number") + 1)
    attendee.refresh_from_db(fields=["calendar_number"])
    record_act(by=name_of(by), verb="renew_calendar", thing=attendee, now=now)
