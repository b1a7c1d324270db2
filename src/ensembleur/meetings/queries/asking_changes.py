"""What happened on the day, as the engine's changes: somebody is away, a table is lost, somebody registered late."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import MeetingState, WishLevel, WishState
from ensembleur.meetings.models import Attendee, Event, Place, Refusal, Version, Wish
from ensembleur.meetings.queries.day import LIVED, coming, people_in, placed
from ensembleur.meetings.queries.refills import ordered

Data = list[dict[str, Any]]


def away(event: Event, who: Attendee, slots: Collection[int], now: datetime) -> Data:
    """Somebody cannot come in these slots; those that are over, or whose meeting was marked, are left out. Raises Refused."""
    marked = placed(event).of_person(who).filter(meeting__state__in=LIVED).values_list("slot", flat=True)
    return [{"kind": "away", "participant": f"a{who.pk}", "slots": _open(event, slots, set(marked), now)}]


def closed(event: Event, place: Place, slots: Collection[int], now: datetime) -> Data:
    """A place cannot be used in these slots."""
    return [{"kind": "place_closed", "place": f"p{place.pk}", "slots": _open(event, slots, set(), now)}]


def gone(event: Event, who: Attendee, now: datetime) -> Data:
    """Somebody gave up: each of their meetings to come is cancelled, and those of their participation when it ended with them.

    Raises Refused when none is left.
    """
    theirs = Q(attendee_a=who) | Q(attendee_b=who)
    if not who.is_in:
        theirs = Q(attendee_a__registration=who.registration_id) | Q(attendee_b__registration=who.registration_id)
    slots = [slot.number for slot in coming(event.slots.all(), now)]
    rows = placed(event).filter(theirs, slot__in=slots, meeting__state=MeetingState.PLANNED).order_by("slot", "pk")
    data = [{"kind": "cancelled", "meeting": f"m{pk}"} for pk in rows.values_list("meeting_id", flat=True)]
    if not data:
        raise Refused("nothing_left", _("Cette participation n'a plus de rendez-vous à venir : il n'y a rien à changer."))
    return data


def late(event: Event, base: Version, who: Attendee, whom: Sequence[Attendee], now: datetime) -> Data:
    """Somebody accepted late asks to meet these people, and those their participation has an accepted wish with.

    People who refused one another in private are left out without a word. Raises Refused when nobody is left.
    """
    if not who.is_in:
        raise Refused("not_in", _("Cette inscription n'est pas acceptée : acceptez-la d'abord."))
    known = {row["id"] for row in base.problem.get("participants", ())}
    others = _wanted(event, who, whom, known)
    if not others:
        raise Refused("nobody_to_meet", _("Choisissez au moins une personne à rencontrer, qui ne l'est pas déjà."))
    slots = [slot.number for slot in coming(event.slots.all(), now)]
    if not slots:
        raise Refused("past_slots", _("Tous les créneaux sont passés : il n'y a plus rien à changer."))
    data: Data = []
    if f"a{who.pk}" not in known:
        data.append({"kind": "joined", "participant": f"a{who.pk}", "slots": slots})
    for other, is_must in others:
        name = f"x{who.pk}-{other.pk}"
        data.append({"kind": "added", "meeting": name, "attendees": list(ordered(who, other)), "slots": slots, "must": is_must})
    return data


def again(event: Event, base: Version, data: Data, now: datetime) -> Data:
    """The same asked of the timetable people have now: what is over, done or already there is left out. Raises Refused, BadInput."""
    known = {row["id"] for name in ("participants", "meetings") for row in base.problem.get(name, ())}
    found: Data = []
    for change in data:
        if change["kind"] == "away":
            who = Attendee.objects.select_related("registration").filter(pk=change["participant"][1:]).first()
            if who is not None:
                found += away(event, who, change["slots"], now)
        elif change["kind"] == "place_closed":
            found.append({**change, "slots": _open(event, change["slots"], set(), now)})
        elif change["kind"] == "joined" and change["participant"] in known:
            continue
        elif change["kind"] != "cancelled" or change["meeting"] in known:
            found.append(change)
    if not found:
        raise Refused("nothing_left", _("Il ne reste rien à changer pour cette proposition."))
    return found


def _open(event: Event, slots: Iterable[int], marked: set[int], now: datetime) -> list[int]:
    known = list(event.slots.all())
    wanted = set(slots)
    if not wanted or wanted - {slot.number for slot in known}:
        raise BadInput("unknown_slots", _("Choisissez des créneaux de cet événement."))
    left = sorted(wanted.intersection(slot.number for slot in coming(known, now)) - marked)
    if not left:
        raise Refused("past_slots", _("Ces créneaux sont passés : choisissez-en un qui ne l'est pas."))
    return left


def _wanted(event: Event, who: Attendee, whom: Sequence[Attendee], known: set[str]) -> list[tuple[Attendee, bool]]:
    """Whom to meet, those wished for first, one person for each participation; with whether the meeting is a must."""
    mine = who.registration_id
    refused = {frozenset(pair) for pair in Refusal.objects.filter(by__event=event).values_list("by_id", "of_id") if mine in pair}
    ends = placed(event).values_list("meeting__registration_a", "meeting__registration_b")
    met = {frozenset(pair) for pair in ends.filter(Q(meeting__registration_a=mine) | Q(meeting__registration_b=mine))}
    wishes = Wish.objects.of_event(event).filter(Q(sender=mine) | Q(receiver=mine), state=WishState.ACCEPTED)
    level = {
        one.receiver_id if one.sender_id == mine else one.sender_id: WishLevel.MUST in (one.level, one.answer_level)
        for one in wishes
    }
    people = people_in(event).filter(registration__in=level).select_related("registration").order_by("pk")
    found: dict[int, tuple[Attendee, bool]] = {}
    for one in (*whom, *people):
        pair = frozenset((mine, one.registration_id))
        if len(pair) == 2 and pair not in refused | met and f"a{one.pk}" in known:
            found.setdefault(one.registration_id, (one, level.get(one.registration_id, False)))
    return list(found.values())
