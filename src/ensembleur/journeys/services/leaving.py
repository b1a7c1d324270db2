"""An adviser leaves: the account closes, or the role ends; no company waits for somebody who is no longer there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Mandate, User
from ensembleur.accounts.services.journal import record_act
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS, InvolvementState, NeedEventKind, NeedStatus
from ensembleur.journeys.models import Involvement
from ensembleur.journeys.services import telling
from ensembleur.journeys.services.routing import ask_next, hold_need, wait_again, write_event

BY = "command:run_clocks"


def leave_needs(*, person: User, now: datetime) -> int:
    """An adviser who leaves answers nothing more: what they held waits again and the officers are told, the rest asks the next one."""
    live = list(Involvement.objects.filter(adviser=person, state__in=LIVE_INVOLVEMENTS).select_related("need").order_by("pk"))
    for one in live:
        need = hold_need(one.need)
        held = need.status == NeedStatus.TAKEN and one.state == InvolvementState.TAKEN
        Involvement.objects.filter(pk=one.pk).update(state=InvolvementState.CALLED_OFF, ended_at=now)
        if held:
            wait_again(need=need, now=now)
            write_event(need=need, kind=NeedEventKind.REROUTED, by=None, now=now)
            telling.tell_officers(need=need, event=f"left:{one.pk}", now=now, but=person)
            telling.tell_company(need=need, event=f"left:{one.pk}", words=telling.adviser_left, now=now)
        else:
            ask_next(need=need, now=now)
        need.save()
    return len(live)


def strike_departures(*, as_of: datetime, dry_run: bool) -> dict[str, int]:
    """Free the needs of those who no longer advise anywhere: a role ends in accounts, which knows nothing of needs.

    One transaction a person; returns how many needs. Nothing is left to do the second time.
    """
    advising = Mandate.objects.live().filter(role=Role.ADVISER, user=OuterRef("adviser"), user__is_active=True)
    left = Involvement.objects.filter(~Exists(advising), state__in=LIVE_INVOLVEMENTS)
    if dry_run:
        return {"freed": left.count()}
    return {"freed": sum(_free(person, as_of) for person in User.objects.filter(pk__in=left.values("adviser")).order_by("pk"))}


@transaction.atomic
def _free(person: User, as_of: datetime) -> int:
    count = leave_needs(person=person, now=as_of)
    record_act(by=BY, verb="leave_needs", thing=person, now=as_of, after={"needs": count})
    return count
