"""One participation asks to meet another, which answers, or not; and what one never wants is told to nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import WISH_ARROWS, RegistrationStatus, WishLevel, WishState
from ensembleur.meetings.models import Attendee, Event, Refusal, Registration, Wish
from ensembleur.meetings.permissions import may_answer_wish, may_wish, may_withdraw_wish
from ensembleur.meetings.services.acting import name_of
from ensembleur.meetings.services.visiting import check_request

MOST_MUSTS = 5  # when everything is indispensable, nothing is
LONGEST_NOTE = 500


@transaction.atomic
def send_wish(
    *,
    sender: Registration,
    receiver: Registration,
    by: User | Attendee,
    now: datetime,
    level: str = WishLevel.LIKE,
    note: str = "",
    group: Attendee | None = None,
    named: Attendee | None = None,
) -> Wish:
    """Ask for a meeting; asking again somebody one already asked changes the level and the message, and asks again if it was taken back.

    group : the pupils it is for, in a day of visits.   named : the representative wanted.
    When the other side had asked first, both wishes meet: theirs is accepted by it.
    Raises Refused outside the time of wishes, beyond the open wishes an event allows, or towards somebody who cannot be met;
    BadInput on a level or a message that cannot be kept.
    """
    check(may_wish, by, sender)
    event = _open_event(sender, now)
    _check_words(level, note)
    _check_pair(event, sender, receiver, group, named)
    check_request(event=event, sender=sender, receiver=receiver, group=group)
    Registration.objects.select_for_update().get(pk=sender.pk)  # two wishes of one sender are counted one after the other
    if Refusal.objects.filter(by=sender, of=receiver).exists():
        raise Refused("refused_by_you", _("Vous avez choisi de ne jamais les rencontrer : revenez d'abord sur ce choix."))
    wish = Wish.objects.select_for_update().filter(sender=sender, receiver=receiver, group=group).first()
    if wish is not None and wish.state not in (WishState.WITHDRAWN, WishState.SENT, WishState.ACCEPTED):
        raise Refused("wish_answered", _("Cette demande a déjà eu sa réponse : elle ne se renvoie pas."))
    _check_room(event, sender, level, wish)
    if wish is None or wish.state == WishState.WITHDRAWN:
        wish = wish or Wish(sender=sender, receiver=receiver, group=group)
        wish.state, wish.sent_at, wish.answered_at, wish.answer_level = WishState.SENT, now, None, ""
        wish.expires_at = expiry_of(event=event, now=now)
    wish.level, wish.note, wish.named = level, " ".join(note.split()), named
    wish.save()
    record_act(by=name_of(by), verb="send_wish", thing=wish, now=now, after={"level": level})
    _meet(wish, now)
    return wish


@transaction.atomic
def answer_wish(*, wish: Wish, accepts: bool, by: User | Attendee, now: datetime, level: str = WishLevel.LIKE) -> Wish:
    """Accept a wish, saying how much one wants it, or decline it: no reason is asked. Said again, the last word counts.

    Raises Refused outside the time of wishes, or on a wish taken back.
    """
    check(may_answer_wish, by, wish)
    _open_event(wish.receiver, now)
    _check_words(level, "")
    wish = Wish.objects.select_for_update().get(pk=wish.pk)
    answer = WishState.ACCEPTED if accepts else WishState.DECLINED
    if wish.state != answer and answer not in WISH_ARROWS[WishState(wish.state)]:
        raise Refused("wish_withdrawn", _("Cette demande a été retirée entre-temps : il n'y a plus rien à répondre."))
    wish.state, wish.answered_at, wish.answer_level = answer, now, level if accepts else ""
    wish.save(update_fields=["state", "answered_at", "answer_level"])
    record_act(by=name_of(by), verb="answer_wish", thing=wish, now=now, after={"accepts": accepts})
    return wish


@transaction.atomic
def withdraw_wish(*, wish: Wish, by: User | Attendee, now: datetime) -> Wish:
    """Take one's wish back; doing it again changes nothing."""
    check(may_withdraw_wish, by, wish)
    _open_event(wish.sender, now)
    wish = Wish.objects.select_for_update().get(pk=wish.pk)
    if wish.state != WishState.WITHDRAWN:
        wish.state, wish.answer_level = WishState.WITHDRAWN, ""
        wish.save(update_fields=["state", "answer_level"])
        record_act(by=name_of(by), verb="withdraw_wish", thing=wish, now=now)
    return wish


@transaction.atomic
def refuse_privately(*, registration: Registration, of: Registration, by: User | Attendee, now: datetime) -> Refusal:
    """Never meet somebody: only the computation reads it, and its author. One's own wish to them is taken back with it.

    Their wish stays as it was, accepted or waiting, so that nothing shows. The journal says that it was done, not of whom.
    """
    check(may_wish, by, registration)
    _open_event(registration, now)
    if of.event_id != registration.event_id or of.pk == registration.pk:
        raise BadInput("refusal_elsewhere", _("Choisissez une autre participation du même événement."))
    refusal, is_new = Refusal.objects.get_or_create(by=registration, of=of, defaults={"at": now})
    live = (WishState.SENT, WishState.ACCEPTED, WishState.LAPSED)
    Wish.objects.filter(sender=registration, receiver=of, state__in=live).update(state=WishState.WITHDRAWN, answer_level="")
    if is_new:
        record_act(by=name_of(by), verb="refuse_privately", thing=registration, now=now)
    return refusal


@transaction.atomic
def lift_refusal(*, registration: Registration, of: Registration, by: User | Attendee, now: datetime) -> None:
    """Take a private refusal back."""
    check(may_wish, by, registration)
    _open_event(registration, now)
    if Refusal.objects.filter(by=registration, of=of).delete()[0]:
        record_act(by=name_of(by), verb="lift_refusal", thing=registration, now=now)


def _open_event(registration: Registration, now: datetime) -> Event:
    """The event, when wishes are sent and answered now."""
    event = Event.objects.get(pk=registration.event_id)
    if not event.takes_wishes(now):
        raise Refused("wishes_closed", _("Les vœux ne sont pas ouverts en ce moment : rien n'a changé."))
    return event


def _check_words(level: str, note: str) -> None:
    if level not in WishLevel.values:
        raise BadInput("wish_level", _("Choisissez « Indispensable » ou « Souhaité »."))
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            "note_long", _("Le message a %(length)d caractères : %(most)d au plus.") % {"length": len(note), "most": LONGEST_NOTE}
        )


def _check_pair(
    event: Event, sender: Registration, receiver: Registration, group: Attendee | None, named: Attendee | None
) -> None:
    if receiver.event_id != event.pk or receiver.pk == sender.pk or receiver.status != RegistrationStatus.ACCEPTED:
        raise Refused("cannot_be_met", _("Cette participation n'est plus ouverte aux rendez-vous."))
    if event.two_sided and receiver.side == sender.side:
        label = event.side_label(receiver.side)
        raise Refused("same_side", _("À cet événement, on ne rencontre pas quelqu'un du même côté (%(side)s).") % {"side": label})
    for person, home in ((group, sender), (named, receiver)):
        if person is not None and person.registration_id != home.pk:
            raise BadInput("not_theirs", _("Cette personne n'est pas de cette participation : rechargez la page."))


def _check_room(event: Event, sender: Registration, level: str, wish: Wish | None) -> None:
    """Nobody floods the others, and nobody finds everything indispensable."""
    others = Wish.objects.filter(sender=sender).exclude(pk=wish.pk if wish else None)
    waiting = others.filter(state=WishState.SENT).count()
    if (wish is None or wish.state == WishState.WITHDRAWN) and waiting >= event.max_open_wishes:
        raise Refused(
            "too_many_wishes",
            _("Vous avez déjà %(count)d demandes sans réponse, le plus possible ici : retirez-en une, ou attendez une réponse.")
            % {"count": waiting},
        )
    live = (WishState.SENT, WishState.ACCEPTED)
    if level == WishLevel.MUST and others.filter(level=WishLevel.MUST, state__in=live).count() >= MOST_MUSTS:
        raise Refused(
            "too_many_musts",
            _("Vous avez déjà %(count)d rendez-vous indispensables, le plus possible : passez-en un à « Souhaité ».")
            % {"count": MOST_MUSTS},
        )


def expiry_of(*, event: Event, now: datetime) -> datetime:
    """When a wish lapses: after the days the event gives, and never after the end of wishes."""
    end = now + timedelta(days=event.answer_days)
    return min(end, event.wishes_close_at) if event.wishes_close_at else end


def _meet(wish: Wish, now: datetime) -> None:
    """Two that asked each other have answered each other; a private refusal keeps them apart without a word."""
    pair = {wish.sender_id, wish.receiver_id}
    if Refusal.objects.filter(by__in=pair, of__in=pair).exists():
        return
    crossed = Wish.objects.filter(sender=wish.receiver_id, receiver=wish.sender_id, group=None, state=WishState.SENT).first()
    if crossed is not None and wish.group_id is None and wish.state == WishState.SENT:
        for one, level in ((crossed, wish.level), (wish, crossed.level)):
            one.state, one.answered_at, one.answer_level = WishState.ACCEPTED, now, level
            one.save(update_fields=["state", "answered_at", "answer_level"])
