"""The adviser's side of a need: taken in charge, declined, reported as misrouted, handed over, closed with its honest outcome."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import (
    ADVISER_OUTCOMES,
    INVOLVEMENT_ARROWS,
    InvolvementState,
    NeedEventKind,
    NeedOutcome,
    NeedStatus,
)
from ensembleur.journeys.engine.matching import Standing
from ensembleur.journeys.models import Involvement, Need
from ensembleur.journeys.permissions import may_hand_over, may_take
from ensembleur.journeys.queries.advisers import matches_for
from ensembleur.journeys.services import telling
from ensembleur.journeys.services.asking import close, send_elsewhere
from ensembleur.journeys.services.routing import (
    ask,
    ask_next,
    end_involvements,
    hold_need,
    start_routing,
    wait_again,
    write_event,
)
from ensembleur.periods import paris_day


@transaction.atomic
def take_need(*, involvement: Involvement, by: User, now: datetime) -> Involvement:
    """Take a need in charge; of two advisers at once one wins, the other is told who. The others asked are stood down."""
    check(may_take, by, involvement)
    need, held = _hold(involvement)
    holder = _holder(need)
    if holder is not None and holder.pk == held.pk:
        return held  # the same person clicked twice
    if holder is not None:
        raise _too_late(holder)
    _move(held, InvolvementState.TAKEN)
    held.taken_at = now
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:  # the lock lets nobody through twice; the constraint is there should it ever be lifted
        raise _too_late(_holder(need)) from error
    need.status, need.to_reroute = NeedStatus.TAKEN, False
    others = end_involvements(need=need, state=InvolvementState.STOOD_DOWN, now=now, but=held)
    write_event(need=need, kind=NeedEventKind.TAKEN, by=by, now=now)
    need.save()
    record_act(by=by, verb="take_need", thing=need, now=now, after={"involvement": held.pk})
    event = f"taken:{held.pk}"
    telling.tell(people=others, need=need, kind="need_over", event=event, words=telling.stood_down(by), now=now)
    telling.tell_company(need=need, event=event, words=telling.taken(by), now=now)
    return held


@transaction.atomic
def decline_need(*, involvement: Involvement, by: User, now: datetime, reason: str) -> Involvement:
    """Say one cannot help, and why; when nobody asked is left, the next ones are asked, or the officers are told."""
    check(may_take, by, involvement)
    reason = reason.strip()
    if not reason:
        raise BadInput("no_reason", _("Dites en quelques mots pourquoi vous ne pouvez pas aider : cela sert à mieux orienter."))
    need, held = _hold(involvement)
    _end(held, InvolvementState.DECLINED, now, reason)
    write_event(need=need, kind=NeedEventKind.DECLINED, by=by, now=now, note=reason)
    ask_next(need=need, now=now)
    need.save()
    record_act(by=by, verb="decline_need", thing=need, now=now, after={"involvement": held.pk})
    return held


@transaction.atomic
def report_misrouted(*, involvement: Involvement, by: User, now: datetime, note: str = "", proposal: str = "") -> Involvement:
    """Say the need came to the wrong person, in one click.

    With a proposal (a subject's code) it is sent elsewhere at once, on the same thread; without one, the officers are told.
    """
    check(may_take, by, involvement)
    need, held = _hold(involvement)
    was_taken = held.state == InvolvementState.TAKEN
    _end(held, InvolvementState.MISROUTED, now, note)
    write_event(need=need, kind=NeedEventKind.MISROUTED, by=by, now=now, note=note)
    if was_taken:
        wait_again(need=need, now=now)
    need.to_reroute = True
    need.save()
    record_act(by=by, verb="report_misrouted", thing=need, now=now, after={"involvement": held.pk, "proposal": proposal})
    if proposal:
        send_elsewhere(need=need, subject=proposal, by=by, now=now, note=note)
    else:
        telling.tell_officers(need=need, event=f"misrouted:{held.pk}", now=now)
    return held


@transaction.atomic
def close_need(*, involvement: Involvement, outcome: str, note: str, by: User, now: datetime) -> Involvement:
    """Close a need one holds, with what really came of it. « Sans nouvelles » is neither help nor its refusal: nobody is written to."""
    check(may_take, by, involvement)
    if outcome not in ADVISER_OUTCOMES:
        raise BadInput("bad_outcome", _("Choisissez dans la liste ce que la demande est devenue."))
    note = note.strip()
    if outcome == NeedOutcome.NOT_HELPED and not note:
        raise BadInput("no_reason", _("Écrivez pourquoi aucune aide n'était possible : l'entreprise le lira."))
    need, held = _hold(involvement)
    if held.state != InvolvementState.TAKEN:
        raise Refused("not_taken", _("Prenez d'abord la demande en charge : seul celui qui la tient peut la clore."))
    held.state, held.ended_at, held.outcome, held.note = InvolvementState.CLOSED, now, outcome, note[:500]
    held.save()
    close(need=need, outcome=outcome, by=by, now=now, note=note)
    record_act(by=by, verb="close_need", thing=need, now=now, after={"outcome": outcome})
    return held


@transaction.atomic
def hand_over(*, involvement: Involvement, to: User, by: User, now: datetime, note: str = "") -> Need:
    """Pass a need one holds to another adviser, who is asked and takes it in turn; until then nobody holds it.

    Refused when the other is away or does not answer for that place. The clocks start again.
    """
    check(may_hand_over, by, involvement)
    need, held = _hold(involvement)
    if held.state != InvolvementState.TAKEN:
        raise Refused("not_taken", _("Seule une demande prise en charge peut être passée à un autre conseiller."))
    matches = matches_for(
        need.journey, subject=need.subject, as_of=paris_day(now), user=need.created_by, without=[held.adviser_id]
    )
    match = next((one for one in matches if one.candidate.adviser == to.pk), None)
    if match is None or match.standing is Standing.AWAY:
        raise Refused(
            "not_available", _("Cette personne est absente ou ne conseille pas à cet endroit : choisissez-en une autre.")
        )
    _end(held, InvolvementState.STOOD_DOWN, now, note)
    start_routing(need=need, now=now)
    write_event(need=need, kind=NeedEventKind.HANDED_OVER, by=by, now=now, note=note)
    ask(need=need, chosen=[match], now=now, by=by)
    need.save()
    record_act(by=by, verb="hand_over", thing=need, now=now, after={"from": held.pk, "to": f"user:{to.pk}"})
    telling.tell_company(need=need, event=f"handed_over:{need.routing}", words=telling.handed_over, now=now)
    return need


def _hold(involvement: Involvement) -> tuple[Need, Involvement]:
    """The need locked, and the involvement as it is now."""
    need = hold_need(involvement.need)
    held = Involvement.objects.select_related("adviser").get(pk=involvement.pk)
    held.need = need
    return need, held


def _holder(need: Need) -> Involvement | None:
    """Who holds the need."""
    return need.involvements.filter(state=InvolvementState.TAKEN).select_related("adviser").first()


def _too_late(holder: Involvement | None) -> Refused:
    """Tell who was quicker."""
    name = holder.adviser if holder is not None else _("un autre conseiller")
    sentence = _("%(adviser)s vient de prendre cette demande en charge : vous n'avez plus rien à faire.")
    return Refused("need_taken", sentence % {"adviser": name})


def _move(involvement: Involvement, state: InvolvementState) -> None:
    """Follow one arrow. Raises Refused when there is none."""
    if state not in INVOLVEMENT_ARROWS[involvement.state]:
        raise Refused(
            "no_such_arrow",
            _("Vous avez déjà répondu à cette demande, ou elle ne vous est plus adressée (« %(state)s »).")
            % {"state": InvolvementState(involvement.state).label},
        )
    involvement.state = state


def _end(involvement: Involvement, state: InvolvementState, now: datetime, note: str) -> None:
    _move(involvement, state)
    involvement.ended_at, involvement.note = now, note.strip()[:500]
    involvement.save()
