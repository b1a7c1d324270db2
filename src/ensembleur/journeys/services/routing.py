"""A need is sent to advisers: who is asked now, who is asked next, and when it falls to the officers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Mandate, Organisation, User
from ensembleur.errors import Refused
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS, InvolvementState, NeedEventKind, NeedStatus
from ensembleur.journeys.engine.matching import Match, Standing, asked
from ensembleur.journeys.models import Involvement, Need, NeedEvent
from ensembleur.journeys.queries.advisers import mandates_around, matches_for, organisation_of
from ensembleur.journeys.services import telling
from ensembleur.periods import paris_day
from ensembleur.schemes.engine.verdict import reason_json


def hold_need(need: Need) -> Need:
    """The need as it is now, locked until the end of the transaction: everything that changes a need begins here."""
    return Need.objects.select_for_update(of=("self",)).select_related("journey", "created_by").get(pk=need.pk)


def write_event(*, need: Need, kind: NeedEventKind, by: User | None, now: datetime, note: str = "") -> NeedEvent:
    """Add a line to the thread; the need was alive at that instant."""
    need.last_event_at = max(now, need.last_event_at)
    return NeedEvent.objects.create(need=need, at=now, by=by, kind=kind, note=note[:500])


def route(*, need: Need, now: datetime, by: User | None, only: Collection[int] = (), without: Collection[int] = ()) -> int:
    """Ask the advisers who match, for the need's present routing; returns how many. The caller saves the need.

    only : ask this account rather than match, when it may answer.   without : accounts not to ask again.
    With nobody to ask, the need falls to the officers of the place, who are told.
    """
    matches = matches_for(need.journey, subject=need.subject, as_of=paris_day(now), user=need.created_by, without=without)
    able = (Standing.ASKED, Standing.RESERVE)
    chosen: tuple[Match, ...] = tuple(one for one in matches if one.candidate.adviser in only and one.standing in able)
    return ask(need=need, chosen=chosen or asked(matches), now=now, by=by)


def ask(*, need: Need, chosen: Collection[Match], now: datetime, by: User | None) -> int:
    """Ask these advisers and tell them; nobody to ask sends the need to the officers."""
    need.to_reroute = not chosen
    if not chosen:
        with translation.override("fr"):  # the thread is kept in the platform's language, whoever acts
            note = _("Aucun conseiller trouvé : un agent l'oriente.")
        write_event(need=need, kind=NeedEventKind.ROUTED, by=by, now=now, note=note)
        telling.tell_officers(need=need, event=f"reroute:{need.routing}", now=now, but=by)
        return 0
    people = User.objects.in_bulk([one.candidate.adviser for one in chosen])
    bodies = bodies_of(need, people)
    Involvement.objects.bulk_create(
        Involvement(
            need=need,
            adviser=people[one.candidate.adviser],
            organisation=bodies.get(one.candidate.adviser),
            routing=need.routing,
            reasons=[reason_json(reason) for reason in one.reasons],
            asked_at=now,
        )
        for one in chosen
    )
    names = sorted({str(body) for body in bodies.values()})  # bodies only: a thread outlives the accounts of people
    write_event(need=need, kind=NeedEventKind.ROUTED, by=by, now=now, note=", ".join(names))
    telling.tell(
        people=people.values(), need=need, kind="need_asked", event=f"asked:{need.routing}", words=telling.asked, now=now
    )
    return len(chosen)


def ask_next(*, need: Need, now: datetime) -> int:
    """When nobody asked is left, ask the next ones of the reserve, never somebody already asked in this routing."""
    if need.status != NeedStatus.WAITING or need.involvements.filter(state=InvolvementState.ASKED).exists():
        return 0
    seen = need.involvements.filter(routing=need.routing).values_list("adviser", flat=True)
    return route(need=need, now=now, by=None, without=list(seen))


def start_routing(*, need: Need, now: datetime) -> None:
    """Begin a new routing: the clocks start again and nobody holds the need. The caller routes and saves it."""
    need.routing += 1
    need.routed_at = max(now, need.created_at)
    need.status, need.outcome, need.closed_at, need.to_reroute = NeedStatus.WAITING, "", None, False


def wait_again(*, need: Need, now: datetime) -> None:
    """Nobody answers for the need any more: it waits for the officers, and its clocks start again, so that a need held for
    months is not released the next morning as if nobody had ever answered. The caller saves it."""
    start_routing(need=need, now=now)
    need.to_reroute = True


def end_involvements(
    *, need: Need, state: InvolvementState, now: datetime, but: Involvement | None = None, **fields: Any
) -> list[User]:
    """End those still asked or at work, in `state`; returns the advisers who had something to do."""
    live = need.involvements.filter(state__in=LIVE_INVOLVEMENTS).select_related("adviser")
    ended = [one for one in live if but is None or one.pk != but.pk]
    Involvement.objects.filter(pk__in=[one.pk for one in ended]).update(state=state, ended_at=now, **fields)
    return [one.adviser for one in ended]


def bodies_of(need: Need, advisers: Collection[int]) -> dict[int, Organisation]:
    """Adviser → the organisation they act for around this need."""
    held: dict[int, list[Mandate]] = {}
    for mandate in mandates_around(need.journey, Role.ADVISER).filter(user__in=advisers).select_related("organisation"):
        held.setdefault(mandate.user_id, []).append(mandate)
    return {adviser: body for adviser, rows in held.items() if (body := organisation_of(rows)) is not None}


def refuse_closed(need: Need) -> None:
    """Raise Refused when the need is closed."""
    if need.status == NeedStatus.CLOSED:
        raise Refused("need_closed", _("Cette demande est close : rouvrez-la pour continuer."))
