"""Whom those left alone in a slot could meet at once: wishes without a slot first, then those who have few meetings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ensembleur.meetings.choices import LIVE_STATUSES, MeetingState, WishLevel, WishState
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Meeting, Problem
from ensembleur.meetings.engine.refilling import Refill, Wanted, refill
from ensembleur.meetings.models import Attendee, Event, Refusal, Version, Wish
from ensembleur.meetings.queries.day import LIVED, people_in
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_version

FEW = 3  # below, somebody is offered a slot left free though nobody wished for it
ALONE = (MeetingState.MISSED_A, MeetingState.MISSED_B)


@dataclass(frozen=True)
class Offers:
    """What is offered in one slot. missed : {person left alone: the meeting the other did not come to}."""

    problem: Problem
    plan: Plan
    missed: dict[str, str]
    refills: tuple[Refill, ...]


def left_alone(version: Version, slot: int) -> list[tuple[int, int]]:
    """(meeting, the person who came) of each meeting of a slot that one of the two missed, not yet given another."""
    rows = version.placements.filter(slot=slot, meeting__state__in=ALONE).order_by("pk")
    fields = ("meeting_id", "meeting__state", "attendee_a_id", "attendee_b_id")
    return [(meeting, b if state == MeetingState.MISSED_A else a) for meeting, state, a, b in rows.values_list(*fields)]


def offers_in(event: Event, version: Version, slot: int) -> Offers:
    """What the engine offers to those left alone in a slot; people not checked in are not called, once some are."""
    alone = left_alone(version, slot)
    problem, plan = problem_of_version(version), plan_of_version(version)
    freed = {f"a{person}": f"m{meeting}" for meeting, person in alone}
    known = {one.id for one in problem.participants}
    people = {f"a{one.pk}": one for one in people_in(event).select_related("registration") if f"a{one.pk}" in known}
    here = {name for name, one in people.items() if one.arrived_at and not one.left_at} or set(people)
    busy = {who for one in problem.meetings if plan.slots.get(one.id) == slot for who in one.attendees}
    free = [name for name in people if name in here and name not in busy]
    able = {**dict.fromkeys(free), **dict.fromkeys(freed)}
    wanted = list(_wanted(event, version, problem, plan, {name: people[name] for name in able if name in people}, set(freed)))
    count = Counter(who for one in problem.meetings if one.id in plan.slots for who in one.attendees)
    waiting = [name for name in free if count[name] < FEW and not people[name].is_interpreter]
    waiting.sort(key=lambda name: (count[name], people[name].pk))
    refills = refill(problem, plan, slot, freed=list(freed), wanted=wanted, standby=waiting, never=_never(event, people))
    return Offers(problem, plan, freed, refills)


def _wanted(
    event: Event, version: Version, problem: Problem, plan: Plan, able: dict[str, Attendee], freed: set[str]
) -> Iterator[Wanted]:
    """The wishes that hold between somebody left alone and somebody who can come, whose meeting has no slot and was not held."""
    asked = {frozenset(one.attendees[:2]): one for one in problem.meetings if one.id not in plan.slots}
    lived = set(event.meetings.filter(state__in=LIVED).values_list("registration_a", "registration_b"))
    in_plan = version.placements.placed().values_list("meeting__registration_a", "meeting__registration_b")
    out = {frozenset(ends) for ends in (*in_plan, *lived)}
    by_registration: dict[int, list[str]] = {}
    for name, one in able.items():
        by_registration.setdefault(one.registration_id, []).append(name)
    states = [WishState.ACCEPTED] if event.asks_both else [WishState.ACCEPTED, WishState.SENT]
    for wish in Wish.objects.of_event(event).filter(state__in=states).order_by("pk"):
        ends = [by_registration.get(pk, []) for pk in (wish.sender_id, wish.receiver_id)]
        if not all(ends) or frozenset((wish.sender_id, wish.receiver_id)) in out:
            continue
        one, other = (next((name for name in names if name in freed), names[0]) for names in ends)
        if freed.isdisjoint((one, other)):
            continue
        pair = ordered(able[one], able[other])
        level = wish.level == WishLevel.MUST or wish.answer_level == WishLevel.MUST
        held = asked.get(frozenset(pair)) or Meeting(f"w{wish.pk}", pair, problem.all_slots, weight=2 if level else 1, must=level)
        yield Wanted(held, mutual=wish.state == WishState.ACCEPTED)


def ordered(one: Attendee, other: Attendee) -> tuple[str, str]:
    """The two as a meeting names them: side A first."""
    first, second = sorted((one, other), key=lambda who: (who.registration.side, who.pk))
    return f"a{first.pk}", f"a{second.pk}"


def _never(event: Event, people: dict[str, Attendee]) -> set[frozenset[str]]:
    """The pairs of people whose participations refused one another, in private or by declining."""
    refused = set(map(frozenset, Refusal.objects.filter(by__event=event).values_list("by_id", "of_id")))
    said_no = Wish.objects.of_event(event).filter(state=WishState.DECLINED, sender__status__in=LIVE_STATUSES)
    refused |= set(map(frozenset, said_no.values_list("sender_id", "receiver_id")))
    members: dict[int, list[str]] = {}
    for name, one in people.items():
        members.setdefault(one.registration_id, []).append(name)
    return {frozenset((a, b)) for one, other in map(tuple, refused) for a in members.get(one, ()) for b in members.get(other, ())}
