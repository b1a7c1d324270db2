"""The company's side of a need: asked, completed, taken back, opened again; and the officer who sends it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.catalogue.subjects import offered_subject, subject_title
from ensembleur.journeys.choices import LIVE_INVOLVEMENTS, InvolvementState, NeedEventKind, NeedOutcome, NeedStatus
from ensembleur.journeys.models import Action, Journey, Message, Need
from ensembleur.journeys.permissions import (
    advises,
    is_company_side,
    may_ask,
    may_follow_need,
    may_reopen,
    may_reroute,
    may_withdraw,
    may_write_on_need,
)
from ensembleur.journeys.queries.advisers import people_of
from ensembleur.journeys.services import telling
from ensembleur.journeys.services.routing import end_involvements, hold_need, refuse_closed, route, start_routing, write_event

SAME_QUESTION = timedelta(days=21)  # the same company on the same subject within three weeks is the same question
LONGEST_WORDS = 4_000


@dataclass(frozen=True)
class Asked:
    """The need, and whether the words were attached to one already there."""

    need: Need
    attached: bool


@transaction.atomic
def open_need(*, journey: Journey, subject: str, words: str, by: User, now: datetime, action: Action | None = None) -> Asked:
    """Ask advisers a question; the same company's question on the same subject within three weeks is completed instead.

    A live question gets the new words and nobody is asked twice; one closed meanwhile is opened again with them.
    Raises BadInput for an unknown subject, empty or too long words, or somebody else's action; Refused on a closed journey.
    """
    check(may_ask, by, journey)
    offered_subject(subject)
    words = _clean(words)
    if action is not None and action.plan.journey_id != journey.pk:
        raise BadInput("foreign_action", _("Cette action appartient à un autre parcours."))
    journey = Journey.objects.select_for_update().get(pk=journey.pk)  # two clicks make one need: the second waits, then finds it
    if journey.closed_at is not None:
        raise Refused("journey_closed", _("Ce parcours est clos : ouvrez-en un nouveau pour demander un conseiller."))
    held = _same_question(journey, subject, by, now)
    if held is not None:
        return Asked(_attach(held, words, by, now), attached=True)
    need = Need.objects.create(
        journey=journey,
        action=action,
        subject=subject,
        words=words,
        created_by=by,
        created_at=now,
        routed_at=now,
        last_event_at=now,
    )
    write_event(need=need, kind=NeedEventKind.OPENED, by=by, now=now)
    count = route(need=need, now=now, by=by)
    need.save()
    record_act(by=by, verb="open_need", thing=need, now=now, after={"subject": subject, "asked": count})
    telling.tell_company(need=need, event="opened", words=telling.opened(count), now=now, but=by)
    return Asked(need, attached=False)


@transaction.atomic
def withdraw_need(*, need: Need, by: User, now: datetime, note: str = "") -> Need:
    """Take a question back: it closes as withdrawn, and the advisers asked are told they have nothing left to do."""
    check(may_withdraw, by, need)
    need = hold_need(need)
    refuse_closed(need)
    holder = need.involvements.filter(state=InvolvementState.TAKEN)
    told = [one.adviser for one in holder.select_related("adviser")]
    holder.update(state=InvolvementState.CLOSED, ended_at=now, outcome=NeedOutcome.WITHDRAWN)
    told += end_involvements(need=need, state=InvolvementState.CALLED_OFF, now=now)
    close(need=need, outcome=NeedOutcome.WITHDRAWN, by=by, now=now, note=note)
    record_act(by=by, verb="withdraw_need", thing=need, now=now)
    words = telling.called_off
    telling.tell(people=told, need=need, kind="need_over", event=f"withdrawn:{need.routing}", words=words, now=now)
    return need


@transaction.atomic
def add_message(*, need: Need, body: str, by: User, now: datetime) -> Message:
    """Write on the thread of a need; the company's words reach its adviser, the others' words reach the company."""
    check(may_write_on_need, by, need)
    body = _clean(body)
    need = hold_need(need)
    refuse_closed(need)
    message = _write(need, body, by, now)
    need.save(update_fields=["last_event_at"])
    record_act(by=by, verb="add_need_message", thing=need, now=now, after={"message": message.pk})
    return message


@transaction.atomic
def reroute_need(*, need: Need, subject: str, by: User, now: datetime, note: str = "") -> Need:
    """Send a need to other advisers, on the same subject or another: the thread stays, the clocks start again.

    On the same subject, those who declined or reported it are not asked again.
    """
    check(may_reroute, by, need)
    return send_elsewhere(need=need, subject=subject, by=by, now=now, note=note)


def send_elsewhere(*, need: Need, subject: str, by: User, now: datetime, note: str = "") -> Need:
    """Route a need again, for the services that have already asked who may."""
    offered_subject(subject)
    need = hold_need(need)
    before = {"subject": need.subject, "status": need.status, "routing": need.routing}
    without = _unwilling(need) if subject == need.subject else []
    told = end_involvements(need=need, state=InvolvementState.CALLED_OFF, now=now)
    need.subject = subject
    start_routing(need=need, now=now)
    title = subject_title(subject, "fr")
    write_event(need=need, kind=NeedEventKind.REROUTED, by=by, now=now, note=f"{title}. {note}".strip() if note else title)
    count = route(need=need, now=now, by=by, without=without)
    need.save()
    after = {"subject": subject, "routing": need.routing, "asked": count}
    record_act(by=by, verb="reroute_need", thing=need, now=now, before=before, after=after)
    still = set(need.involvements.filter(state=InvolvementState.ASKED).values_list("adviser", flat=True))
    gone = [one for one in told if one.pk not in still and one != by]
    event = f"rerouted:{need.routing}"
    telling.tell(people=gone, need=need, kind="need_over", event=event, words=telling.called_off, now=now)
    telling.tell_company(need=need, event=event, words=telling.rerouted, now=now, but=by)
    return need


@transaction.atomic
def reopen_need(*, need: Need, by: User, now: datetime, words: str = "") -> Need:
    """Open a closed question again: the adviser who closed it is asked first, the others when that one no longer can."""
    check(may_reopen, by, need)
    words = _clean(words) if words.strip() else ""
    need = hold_need(need)
    if need.status != NeedStatus.CLOSED:
        raise Refused("need_open", _("Cette demande est déjà ouverte : écrivez un message."))
    if words:
        _write(need, words, by, now, tells=False)
    _reopen(need, by, now)
    record_act(by=by, verb="reopen_need", thing=need, now=now, after={"routing": need.routing})
    telling.tell_company(need=need, event=f"reopened:{need.routing}", words=telling.reopened, now=now, but=by)
    return need


def close(*, need: Need, outcome: str, by: User | None, now: datetime, note: str = "") -> None:
    """Close the need with its honest outcome, and tell the company, except that nobody writes about « sans nouvelles »."""
    need.status, need.outcome, need.closed_at = NeedStatus.CLOSED, outcome, now
    need.first_closed_at = need.first_closed_at or now
    need.to_reroute = outcome == NeedOutcome.UNANSWERED
    with translation.override("fr"):  # the thread is kept in the platform's language, whoever acts
        label = str(NeedOutcome(outcome).label)
    write_event(need=need, kind=NeedEventKind.CLOSED, by=by, now=now, note=f"{label}. {note}".strip() if note else label)
    need.save()
    if outcome != NeedOutcome.NO_NEWS:
        telling.tell_company(need=need, event=f"closed:{need.routing}", words=telling.closed(outcome, note), now=now, but=by)


def _clean(words: str) -> str:
    words = words.strip()
    if not words:
        raise BadInput("empty_words", _("Le texte est vide : écrivez votre question en quelques mots."))
    if len(words) > LONGEST_WORDS:
        raise BadInput(
            "long_words", _("Le texte dépasse 4 000 caractères : raccourcissez-le, ou joignez un document au parcours.")
        )
    return words


def _same_question(journey: Journey, subject: str, by: User, now: datetime) -> Need | None:
    """The question already asked in the last three weeks by the same establishment, or by the same project without SIRET."""
    same = Need.objects.filter(journey__siret=journey.siret) if journey.siret else Need.objects.filter(journey=journey)
    recent = same.filter(subject=subject, created_at__gt=now - SAME_QUESTION, created_at__lte=now)
    found = recent.select_related("journey").order_by("-created_at", "-pk").first()
    # A stranger who names the same SIRET learns nothing by attaching; an adviser of the place reads the company's path already.
    return found if found is not None and (may_follow_need(by, found) or advises(by, found.journey)) else None


def _attach(need: Need, words: str, by: User, now: datetime) -> Need:
    need = hold_need(need)
    write_event(need=need, kind=NeedEventKind.ATTACHED, by=by, now=now)
    was_closed = need.status == NeedStatus.CLOSED
    _write(need, words, by, now, tells=not was_closed)
    if was_closed:
        _reopen(need, by, now)
    else:
        need.save(update_fields=["last_event_at"])
    record_act(by=by, verb="attach_need", thing=need, now=now, after={"reopened": was_closed})
    return need


def _reopen(need: Need, by: User, now: datetime) -> None:
    last = need.involvements.filter(state=InvolvementState.CLOSED).order_by("-ended_at", "-pk").first()
    start_routing(need=need, now=now)
    write_event(need=need, kind=NeedEventKind.REOPENED, by=by, now=now)
    route(need=need, now=now, by=by, only=[last.adviser_id] if last else [])
    need.save()


def _unwilling(need: Need) -> list[int]:
    """Those who said this subject of this company is not for them."""
    states = (InvolvementState.DECLINED, InvolvementState.MISROUTED)
    return list(need.involvements.filter(state__in=states).values_list("adviser", flat=True))


def _write(need: Need, body: str, by: User, now: datetime, *, tells: bool = True) -> Message:
    """Post the words, and tell the other side: the adviser who holds the need or those asked, or the company."""
    need.last_event_at = max(now, need.last_event_at)
    message = Message.objects.create(journey=need.journey, need=need, by=by, at=now, body=body)
    if not tells:
        return message
    advisers = User.objects.filter(involvements__need=need, involvements__state__in=LIVE_INVOLVEMENTS)
    people = {one.pk: one for one in advisers}
    if not is_company_side(by, need.journey):
        people |= User.objects.in_bulk(people_of(need.journey))
    people.pop(by.pk, None)
    words = telling.message(by, body)
    telling.tell(people=people.values(), need=need, kind="need_message", event=f"message:{message.pk}", words=words, now=now)
    return message
