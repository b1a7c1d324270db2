"""Tests of a repair: what it proposes holds, moves as few as can be, and never what is past, locked or frozen."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.changes import (
    Absent,
    Added,
    Back,
    Cancelled,
    Joined,
    PlaceClosed,
    SlotClosed,
    apply,
)
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.plan import Plan, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Problem, Rules
from ensembleur.meetings.engine.repairing import Why, repair
from ensembleur.meetings.engine.seating import seat
from tests.meetings.engine.problems import everywhere, holds, plan_of, plans, problem_of, problems


def changed(problem: Problem, slots: dict[str, int], *changes, **kept) -> dict[str, tuple[int | None, int | None, str, str]]:
    """{meeting: slot before, slot after, why, chain} of what is proposed, once it is known to hold."""
    plan = plan_of(problem, slots)
    found = repair(problem, plan, changes, **kept)
    assert holds(apply(problem, changes, since=kept.get("now_slot") or 0), found.plan)
    return {one.meeting: (one.before, one.after, one.why.value, one.chain) for one in found.lines}


def gone(participant: str, *slots: int) -> Absent:
    return Absent(participant, sum(1 << s for s in slots))


# -- chains ------------------------------------------------------------------------------------------------------------


def test_a_meeting_goes_where_both_are_free_when_one_of_them_is_away():
    problem = problem_of("ab ac", slots=3)
    assert changed(problem, {"ab": 0, "ac": 1}, gone("b", 0)) == {"ab": (0, 2, "absent", "ab")}


@pytest.mark.parametrize("tables", [9, 1])
def test_the_slot_just_freed_is_the_natural_partner_of_an_exchange(tables):
    problem = problem_of("ab ac", slots=2, tables=tables)
    assert changed(problem, {"ab": 0, "ac": 1}, gone("b", 0)) == {
        "ab": (0, 1, "absent", "ab"),
        "ac": (1, 0, "made_room", "ab"),
    }


def test_two_meetings_in_the_way_both_move():
    problem = problem_of("abx ac bd", slots=2)
    found = changed(problem, {"abx": 0, "ac": 1, "bd": 1}, gone("x", 0))
    assert {name: one[1:] for name, one in found.items()} == {
        "abx": (1, "absent", "abx"),
        "ac": (0, "made_room", "abx"),
        "bd": (0, "made_room", "abx"),
    }


def test_two_slots_are_exchanged_all_along_a_chain_when_nothing_shorter_does():
    pairs = "ab bc cd de ef fg"
    problem = problem_of(pairs, slots=2)
    slots = {pair: n % 2 for n, pair in enumerate(pairs.split())}
    found = changed(problem, slots, gone("a", 0))
    assert {name: (one[0], one[1]) for name, one in found.items()} == {name: (s, 1 - s) for name, s in slots.items()}
    assert {one[3] for one in found.values()} == {"ab"}


def test_a_chain_that_would_move_what_is_locked_is_not_made():
    pairs = "ab bc cd de ef fg"
    problem = problem_of(pairs, slots=2)
    locked = replace(problem, meetings=(*problem.meetings[:-1], replace(problem.meetings[-1], locked=1)))
    slots = {pair: n % 2 for n, pair in enumerate(pairs.split())}
    assert changed(locked, slots, gone("a", 0)) == {"ab": (0, None, "absent", "ab")}
    away = (*problem.participants[:-1], replace(problem.participants[-1], available=0b10))
    assert changed(replace(problem, participants=away), slots, gone("a", 0)) == {"ab": (0, None, "absent", "ab")}
    tired = (
        replace(problem.participants[0], available=0b111, max_consecutive=1),
        *problem.participants[1:],
        Participant("x", 0b100),
    )
    paused = replace(problem, slot_count=3, tables=(9, 9, 9), participants=tired)
    paused = replace(paused, meetings=(*problem.meetings, Meeting("ax", ("a", "x"), 0b100)))
    assert changed(paused, {**slots, "ax": 2}, gone("a", 0)) == {"ab": (0, None, "absent", "ab")}


def test_a_table_is_made_free_by_a_meeting_that_shares_nobody():
    problem = problem_of("ab cd", slots=2, tables=1)
    assert changed(problem, {"ab": 0, "cd": 1}, gone("b", 0)) == {
        "ab": (0, 1, "absent", "ab"),
        "cd": (1, 0, "made_room", "ab"),
    }


def test_a_table_and_a_person_are_both_made_free():
    people = (*(Participant(name, 0b11) for name in "abcd"), Participant("h", 0b11, home="Stand"))
    problem = problem_of("ab bh cd", slots=2, tables=1, participants=people)
    found = changed(problem, {"ab": 0, "bh": 1, "cd": 1}, gone("a", 0))
    assert {name: one[1] for name, one in found.items()} == {"ab": 1, "bh": 0, "cd": 0}


def test_who_is_told_already_moves_rather_than_somebody_else():
    problem = problem_of("ab ad ac de", slots=3)
    found = changed(problem, {"ab": 0, "ad": 1, "ac": 2, "de": 0}, gone("b", 0), gone("e", 0))
    assert {name: one[1] for name, one in found.items()} == {"ab": 1, "ad": 0, "de": 1}


def test_no_chain_breaks_an_order_asked_for():
    problem = problem_of("xy ac ab", slots=2, gaps=(Gap("xy", "ab"),))
    assert changed(problem, {"xy": 0, "ac": 0, "ab": 1}, gone("b", 1)) == {"ab": (1, None, "absent", "ab")}


def test_no_chain_takes_a_pause_asked_for():
    problem = problem_of("ab ac bd", slots=3)
    people = (Participant("a", 0b011), replace(problem.participants[1], max_consecutive=1), *problem.participants[2:])
    problem = replace(problem, participants=people)
    assert changed(problem, {"ab": 0, "ac": 1, "bd": 2}, gone("b", 0)) == {"ab": (0, None, "absent", "ab")}


def test_a_search_given_up_still_looks_along_two_slots(monkeypatch):
    monkeypatch.setattr("ensembleur.meetings.engine.rescuing.MOST_STEPS", 0)
    found = changed(problem_of("ab ac", slots=2), {"ab": 0, "ac": 1}, gone("b", 0))
    assert {name: one[1] for name, one in found.items()} == {"ab": 1, "ac": 0}


def test_among_chains_as_short_the_one_that_makes_no_break_is_made():
    problem = problem_of("ab ac ad", slots=6)
    assert changed(problem, {"ab": 0, "ac": 1, "ad": 2}, gone("b", 0)) == {"ab": (0, 3, "absent", "ab")}


def test_the_break_of_somebody_who_is_away_costs_nothing_and_a_pause_asked_for_neither():
    problem = problem_of("ab ac ad", slots=6)
    tired = replace(problem.participants[0], max_consecutive=2)
    away = replace(problem.participants[0], available=0b110111)
    slots = {"ab": 0, "ac": 1, "ad": 2}
    assert changed(replace(problem, participants=(away, *problem.participants[1:])), slots, gone("b", 0))["ab"][1] == 4
    slots = {"ab": 0, "ac": 2, "ad": 3}
    found = changed(replace(problem, participants=(tired, *problem.participants[1:])), slots, gone("b", 0, 1))
    assert found["ab"][:2] == (0, 5)


def test_a_meeting_of_three_moves_with_its_three_people():
    problem = problem_of("abc ad be", slots=3)
    found = repair(problem, plan_of(problem, {"abc": 0, "ad": 1, "be": 1}), [gone("c", 0)])
    assert [(one.meeting, one.after) for one in found.lines] == [("abc", 2)]
    assert found.notified == ("a", "b", "c")


# -- what is dropped ---------------------------------------------------------------------------------------------------


def test_somebody_with_more_meetings_than_slots_left_loses_the_lightest():
    problem = problem_of("ab ac ad", slots=3)
    problem = replace(problem, meetings=(*problem.meetings[:2], replace(problem.meetings[2], weight=3)))
    found = repair(problem, plan_of(problem, {"ab": 2, "ac": 1, "ad": 0}), [gone("a", 0, 1)])
    assert (found.rescued, found.dropped) == ((), ("ac", "ad"))
    assert found.plan.unplaced[0] == Unplaced("ac", WhyNot.FULL_AGENDA, ("a",))
    found = repair(problem, plan_of(problem, {"ab": 2, "ac": 1, "ad": 0}), [SlotClosed(0b110)])
    assert (found.rescued, found.dropped) == ((), ("ab", "ac"))
    found = repair(problem, plan_of(problem, {"ab": 1, "ac": 2, "ad": 0}), [gone("a", 0, 2), Cancelled("ab")])
    assert (found.rescued, found.dropped) == (("ad",), ("ac",))


def test_what_somebody_comes_for_takes_the_slot_of_what_nobody_does():
    problem = problem_of("ab ac ad", slots=3)
    meetings = (replace(problem.meetings[0], must=True), replace(problem.meetings[1], weight=2), problem.meetings[2])
    problem = replace(problem, meetings=meetings)
    found = changed(problem, {"ab": 0, "ac": 1, "ad": 2}, gone("a", 0))
    assert found == {"ab": (0, 2, "absent", "ab"), "ad": (2, None, "gave_up", "ab")}


def test_what_somebody_comes_for_takes_nothing_that_may_not_move():
    problem = problem_of("ab ac", slots=2)
    problem = replace(problem, meetings=tuple(replace(one, must=True) for one in problem.meetings))
    assert changed(problem, {"ab": 0, "ac": 1}, gone("a", 0)) == {"ab": (0, None, "absent", "ab")}
    problem = problem_of("ab ac bd", slots=3)
    people = (problem.participants[0], replace(problem.participants[1], max_consecutive=1), *problem.participants[2:])
    problem = replace(problem, participants=people, meetings=(replace(problem.meetings[0], must=True), *problem.meetings[1:]))
    slots = {"ab": 0, "ac": 1, "bd": 2}
    assert changed(problem, slots, gone("a", 0, 2), gone("d", 0, 1)) == {"ab": (0, None, "absent", "ab")}


def test_what_is_locked_or_frozen_is_dropped_rather_than_moved():
    problem = problem_of("ab ac", slots=3)
    locked = replace(problem, meetings=(replace(problem.meetings[0], locked=0), problem.meetings[1]))
    for one, frozen in ((locked, frozenset()), (problem, frozenset({"ab"}))):
        found = repair(one, plan_of(one, {"ab": 0, "ac": 1}), [gone("b", 0)], frozen=frozen)
        assert [(line.meeting, line.after) for line in found.lines] == [("ab", None)]
        assert found.plan.unplaced == (Unplaced("ab", WhyNot.LOCKED, ("ab",)),)
    assert changed(problem_of("ab ac", slots=2), {"ab": 0, "ac": 1}, gone("b", 0), frozen=frozenset({"ac"})) == {
        "ab": (0, None, "absent", "ab")
    }


def test_a_day_that_somebody_misses_is_said_to_have_no_common_slot():
    problem = problem_of("ab ac", slots=2)
    found = repair(problem, plan_of(problem, {"ab": 0, "ac": 1}), [gone("b", 0, 1)])
    assert found.plan.unplaced == (Unplaced("ab", WhyNot.NO_COMMON_SLOT, ("b",)),)


# -- the day itself ----------------------------------------------------------------------------------------------------


def test_nothing_moves_nor_is_put_in_the_slot_being_held_and_the_next():
    problem = problem_of("ab ac ad", slots=6)
    slots = {"ab": 2, "ac": 3, "ad": 4}
    assert changed(problem, slots, gone("b", 2), now_slot=2) == {"ab": (2, 5, "absent", "ab")}
    assert changed(problem, slots, gone("d", 4, 5), now_slot=2) == {"ad": (4, None, "absent", "ad")}


def test_what_is_past_stays_whoever_is_said_to_be_away_all_day():
    problem = problem_of("ab bc", slots=3)
    found = repair(problem, plan_of(problem, {"ab": 0, "bc": 2}), [gone("b", 0, 1, 2)], now_slot=1)
    assert [(one.meeting, one.after) for one in found.lines] == [("bc", None)]


def test_a_meeting_all_of_whose_slots_are_past_is_said_so():
    problem = problem_of("ab", slots=3)
    problem = replace(problem, meetings=(replace(problem.meetings[0], allowed=0b011),))
    found = repair(problem, plan_of(problem, {"ab": 1}), [gone("b", 1)], now_slot=0)
    assert found.plan.unplaced == (Unplaced("ab", WhyNot.NO_COMMON_SLOT, ("a", "b")),)


# -- the other changes -------------------------------------------------------------------------------------------------


def test_a_cancelled_meeting_frees_its_people_and_nobody_else_is_told():
    problem = problem_of("ab ac cd", slots=2)
    found = repair(problem, plan_of(problem, {"ab": 0, "ac": 1, "cd": 0}), [Cancelled("ab")])
    assert [(one.meeting, one.before, one.after, one.why) for one in found.lines] == [("ab", 0, None, Why.CANCELLED)]
    assert (found.notified, found.dropped, found.plan.unplaced) == (("a", "b"), (), ())
    found = repair(problem, plan_of(problem, {"ac": 1, "cd": 0}), [Cancelled("ab")])
    assert (found.lines, found.plan.unplaced) == ((), ())


def test_a_late_registration_takes_an_empty_slot_or_none():
    problem = problem_of("ab cd", slots=2)
    late = [Joined(Participant("z", 0b11)), Added(Meeting("az", ("a", "z"), 0b11)), Added(Meeting("bz", ("b", "z"), 0b11))]
    found = repair(problem, plan_of(problem, {"ab": 0, "cd": 0}), late)
    assert [(one.meeting, one.before, one.after, one.why) for one in found.lines] == [("az", None, 1, Why.ADDED)]
    assert [one.meeting for one in found.plan.unplaced] == ["bz"]
    assert found.dropped == ()


def test_somebody_who_comes_after_all_has_again_what_is_still_free():
    problem = problem_of("ab ac", slots=3)
    away = replace(problem, participants=(problem.participants[0], Participant("b", 0), problem.participants[2]))
    found = repair(away, plan_of(away, {"ac": 1}), [Back("b", 0b111)])
    assert [(one.meeting, one.after, one.why, one.who) for one in found.lines] == [("ab", 0, Why.BACK, ("b",))]
    assert found.plan.unplaced == ()


def test_a_closed_slot_empties_and_a_table_fewer_moves_one_meeting():
    problem = problem_of("ab cd", slots=2, tables=2)
    slots = {"ab": 0, "cd": 0}
    assert {one[2] for one in changed(problem, slots, SlotClosed(1)).values()} == {"slot_closed"}
    assert changed(problem, slots, PlaceClosed("", 1)) == {"ab": (0, 1, "place_closed", "ab")}
    assert changed(problem, slots, *[PlaceClosed("", 1)] * 2) == {
        "ab": (0, 1, "place_closed", "ab"),
        "cd": (0, 1, "place_closed", "cd"),
    }


def test_a_plan_that_could_not_be_held_is_mended():
    problem = problem_of("ab ac", slots=2)
    found = repair(problem, Plan({"ab": 0, "ac": 0}), [])
    assert [(one.meeting, one.after, one.why) for one in found.lines] == [("ac", 1, Why.CLASH)]


def test_the_figures_before_are_counted_when_the_plan_does_not_say_them():
    problem = problem_of("ab ac", slots=4)
    found = repair(problem, Plan({"ab": 0, "ac": 3}), [])
    assert (found.before.breaks, found.before.placed, found.after, found.lines) == (1, 2, found.before, ())


# -- whatever happens --------------------------------------------------------------------------------------------------


@st.composite
def happenings(draw, problem: Problem) -> tuple:
    """One to four changes of any kind."""
    some = st.integers(1, everywhere(problem.slot_count))
    people = [one.id for one in problem.participants]
    meetings = [one.id for one in problem.meetings]
    found = []
    for n in range(draw(st.integers(1, 4))):
        match draw(st.sampled_from(["absent", "absent", "absent", "back", "cancelled", "added", "place", "slot"])):
            case "absent":
                found.append(Absent(draw(st.sampled_from(people)), draw(some)))
            case "back":
                found.append(Back(draw(st.sampled_from(people)), draw(some)))
            case "cancelled" if meetings:
                found.append(Cancelled(meetings.pop(draw(st.integers(0, len(meetings) - 1)))))
            case "added":
                who = draw(st.lists(st.sampled_from(people), min_size=2, max_size=2, unique=True))
                found.append(Added(Meeting(f"new{n}", tuple(who), draw(some), must=draw(st.booleans()))))
            case "place":
                found.append(PlaceClosed(draw(st.sampled_from([one.id for one in problem.places] or [""])), draw(some)))
            case "slot":
                found.append(SlotClosed(draw(some)))
    return tuple(found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_what_is_proposed_holds_and_its_lines_say_all_of_it(data):
    problem = replace(data.draw(problems()), rules=Rules())
    plan = data.draw(plans(problem))
    sat = seat(problem, plan)
    plan = sat if not faults(problem, sat) else plan
    changes = data.draw(happenings(problem))
    now = data.draw(st.sampled_from([None, 0, 1, problem.slot_count - 1]))
    frozen = frozenset(data.draw(st.lists(st.sampled_from([one.id for one in problem.meetings]), max_size=2)))

    found = repair(problem, plan, changes, now_slot=now, frozen=frozen)

    after = apply(problem, changes, since=now or 0)
    assert faults(after, found.plan) == []
    assert found == repair(problem, plan, changes, now_slot=now, frozen=frozen)

    slots, places = dict(plan.slots), dict(plan.places)
    for line in found.lines:
        assert (slots.pop(line.meeting, None), places.pop(line.meeting, "")) == (line.before, line.place_before)
        if line.after is not None:
            slots[line.meeting] = line.after
        if line.place_after:
            places[line.meeting] = line.place_after
    assert (slots, places) == (found.plan.slots, found.plan.places)

    heads = {line.meeting for line in found.lines} | set(found.rescued)
    moved = [line for line in found.lines if line.after not in (None, line.before)]
    held = {one.id: one for one in after.meetings}
    assert all(line.chain in heads for line in found.lines)
    assert all(held[line.meeting].locked is None and line.meeting not in frozen for line in moved if line.before is not None)
    if now is not None:
        assert all(line.after > now + 1 for line in moved)
        assert all(line.why is not Why.MADE_ROOM or line.before > now + 1 for line in moved)
    attendees = {one.id: one.attendees for one in (*problem.meetings, *after.meetings)}
    assert set(found.notified) == {name for line in found.lines for name in attendees[line.meeting]}
    assert not set(found.rescued) & set(found.dropped)
    assert all(name in plan.slots for name in (*found.rescued, *found.dropped))


@pytest.mark.parametrize("seed", range(3))
def test_a_big_forum_is_repaired_without_a_fault(seed):
    from ensembleur.meetings.engine.drawing import full_size
    from ensembleur.meetings.engine.placing import place

    problem = full_size(seed=seed + 1, meetings=1000, tables=60)
    plan = place(problem)
    late = [Absent(one.id, 0b111111) for one in problem.participants[300 + seed :: 60]]
    found = repair(problem, plan, late)
    assert faults(apply(problem, late), found.plan) == []
    assert not found.dropped
