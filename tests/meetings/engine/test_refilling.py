"""Tests of what is offered to those whom a no-show left alone: a mutual wish, a stand-by, or a pause, and why."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.checking import FaultCode, faults
from ensembleur.meetings.engine.problem import Meeting, Participant, Place, Rules
from ensembleur.meetings.engine.refilling import Refill, Refilled, Wanted, refill
from tests.meetings.engine.problems import everywhere, plan_of, plans, problem_of, problems


def wish(pair: str, *, mutual: bool = True, **kept) -> Wanted:
    return Wanted(Meeting(pair, tuple(pair), 0b1111, **kept), mutual)


def offered(problem, slots, *, freed="a", places=None, **kept):
    return refill(problem, plan_of(problem, slots, places=places or {}), 0, freed=tuple(freed), **kept)


def test_a_mutual_wish_comes_before_a_heavier_one_of_one_side_and_that_before_a_stand_by():
    problem = problem_of("ab cd ef")
    slots = {"ab": 0, "cd": 1, "ef": 1}
    wanted = [wish("ac", mutual=False, weight=9), wish("ad"), wish("ae", weight=2), wish("af", must=True)]
    assert offered(problem, slots, wanted=wanted) == (Refill("a", Refilled.MUTUAL, "af", ("f",)),)
    assert offered(problem, slots, wanted=wanted[:3]) == (Refill("a", Refilled.MUTUAL, "ae", ("e",)),)
    assert offered(problem, slots, wanted=wanted[:1], standby="e") == (Refill("a", Refilled.WISH, "ac", ("c",)),)
    assert offered(problem, slots, wanted=[], standby="ef") == (Refill("a", Refilled.STANDBY, "", ("e",)),)


def test_who_is_busy_did_not_come_or_refused_is_offered_to_nobody():
    problem = problem_of("ab cd ef")
    slots = {"ab": 0, "cd": 0, "ef": 1}
    wanted = [wish("ab"), wish("ac"), wish("ae")]
    never = {frozenset("ae")}
    assert offered(problem, slots, wanted=wanted, never=never) == (Refill("a", Refilled.NOBODY),)
    assert offered(problem, slots, wanted=[], standby="bce", never=never) == (Refill("a", Refilled.NOBODY),)


def test_a_stand_by_of_the_same_side_or_organisation_or_already_met_is_not_offered():
    people = (
        Participant("a", 0b1111, side="buyer", organisation="A"),
        Participant("b", 0b1111, side="supplier"),
        Participant("c", 0b1111, side="supplier"),
        Participant("d", 0b1111, side="buyer"),
        Participant("e", 0b1111, organisation="A"),
        Participant("f", 0b1111),
    )
    problem = problem_of("ab ac", participants=people)
    slots = {"ab": 0, "ac": 1}
    assert offered(problem, slots, wanted=[], standby="acde") == (Refill("a", Refilled.NOBODY),)
    assert offered(problem, slots, wanted=[], standby="cdef")[0].others == ("f",)


def test_two_people_left_alone_may_be_offered_one_another_and_nobody_is_offered_twice():
    problem = problem_of("ab cd ef")
    slots = {"ab": 0, "cd": 0, "ef": 1}
    assert offered(problem, slots, freed="ac", wanted=[wish("ac")]) == (Refill("a", Refilled.MUTUAL, "ac", ("c",)),)
    assert offered(problem, slots, freed="acc", wanted=[wish("ce"), wish("ae")]) == (
        Refill("a", Refilled.NOBODY),
        Refill("c", Refilled.MUTUAL, "ce", ("e",)),
    )
    assert offered(problem, slots, freed="ac", wanted=[], standby="e") == (
        Refill("a", Refilled.STANDBY, "", ("e",)),
        Refill("c", Refilled.NOBODY),
    )


def test_a_wish_that_has_a_slot_or_concerns_nobody_left_alone_is_not_offered():
    problem = problem_of("ab ac ef")
    slots = {"ab": 0, "ac": 1}
    assert offered(problem, slots, wanted=[wish("ac"), wish("ef")]) == (Refill("a", Refilled.NOBODY),)


def test_a_pause_says_why():
    problem = problem_of("ab cd ef")
    slots = {"ab": 0, "cd": 0, "ef": 1}

    def why(problem=problem, slots=slots, **kept):
        me = replace(problem.participants[0], **kept)
        (found,) = offered(replace(problem, participants=(me, *problem.participants[1:])), slots, wanted=[wish("ae")])
        return found.why

    assert why() is Refilled.MUTUAL
    assert why(available=0b1110) is Refilled.AWAY
    assert why(max_meetings=0) is Refilled.FULL
    more = problem_of("ab cd ef ac", tables=2)
    assert why(more, {**slots, "ac": 1}, max_consecutive=1) is Refilled.PAUSE
    assert why(replace(problem, tables=(1, 2, 2, 2))) is Refilled.NO_TABLE


def test_who_is_left_alone_stays_at_their_place_when_it_suits_the_other():
    places = (Place("T0", 0b1111), Place("T1", 0b1111, step_free=False), Place("T2", 0b1111))
    problem = problem_of("ab cd ef", places=places)
    slots, seats = {"ab": 0, "cd": 0, "ef": 1}, {"ab": "T1", "cd": "T0", "ef": "T0"}
    assert offered(problem, slots, places=seats, wanted=[wish("ae")])[0].place == "T1"
    careful = (*problem.participants[:4], Participant("e", 0b1111, step_free=True), problem.participants[5])
    assert offered(replace(problem, participants=careful), slots, places=seats, wanted=[wish("ae")])[0].place == "T2"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_offered_can_be_held_beside_everything_else(data):
    problem = replace(data.draw(problems()), rules=Rules())
    plan = data.draw(plans(problem))
    slot = data.draw(st.integers(0, problem.slot_count - 1))
    people = st.sampled_from([one.id for one in problem.participants])
    freed = data.draw(st.lists(people, min_size=1, max_size=3, unique=True))
    pairs = data.draw(st.lists(st.tuples(people, people).filter(lambda pair: pair[0] != pair[1]), max_size=6))
    wanted = [Wanted(Meeting(f"w{n}", pair, everywhere(problem.slot_count))) for n, pair in enumerate(pairs)]
    wanted += [Wanted(one, mutual=False) for one in problem.meetings if one.id not in plan.slots]

    found = refill(problem, plan, slot, freed=freed, wanted=wanted, standby=data.draw(st.lists(people, unique=True)))

    held = {one.id: one for one in problem.meetings} | {one.meeting.id: one.meeting for one in wanted}
    missed = {one.id for one in problem.meetings if plan.slots.get(one.id) == slot and set(freed) & set(one.attendees)}
    slots = {name: s for name, s in plan.slots.items() if name not in missed}
    for n, one in enumerate(found):
        if one.others:
            name = one.meeting or f"standby{n}"
            held.setdefault(name, Meeting(name, (one.participant, *one.others), 1 << slot))
            slots[name] = slot
    after = replace(problem, meetings=tuple(held.values()))
    assert not [one for one in faults(after, plan_of(after, slots)) if one.code is not FaultCode.PLACE_CLOSED]
    concerned = [name for one in found for name in (one.participant, *one.others)]
    assert len(concerned) == len(set(concerned))
    assert set(freed) <= set(concerned)
