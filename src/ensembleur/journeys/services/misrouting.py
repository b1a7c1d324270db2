"""The company says a need reached the wrong person: one click, the thread stays whole, an officer sends it elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.journeys.choices import InvolvementState, NeedEventKind
from ensembleur.journeys.models import Need
from ensembleur.journeys.permissions import may_withdraw
from ensembleur.journeys.services import telling
from ensembleur.journeys.services.routing import end_involvements, hold_need, refuse_closed, wait_again, write_event


@transaction.atomic
def report_wrong_adviser(*, need: Need, by: User, now: datetime, note: str = "") -> Need:
    """Free whoever holds the need or was asked, and leave it to the officers of the place; said twice, it changes nothing more.

    Refused on a closed need.
    """
    check(may_withdraw, by, need)
    need = hold_need(need)
    refuse_closed(need)
    if need.to_reroute:
        return need
    told = end_involvements(need=need, state=InvolvementState.CALLED_OFF, now=now)
    wait_again(need=need, now=now)
    event = write_event(need=need, kind=NeedEventKind.MISROUTED, by=by, now=now, note=note.strip())
    need.save()
    record_act(by=by, verb="report_wrong_adviser", thing=need, now=now, after={"freed": len(told)})
    words = telling.called_off
    telling.tell(people=told, need=need, kind="need_over", event=f"wrong:{event.pk}", words=words, now=now)
    telling.tell_officers(need=need, event=f"wrong:{event.pk}", now=now, but=by)
    return need
