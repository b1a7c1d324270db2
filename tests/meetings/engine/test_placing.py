"""Placing: whatever the problem, no rule is broken, and what has no slot says why."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.meetings.engine.arrays import grid, refuse_malformed
from ensembleur.meetings.engine.board import Board
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.drawing import full_size
from ensembleur.meetings.engine.ejecting import eject
from ensembleur.meetings.engine.formats.dzn import read_dzn
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.plan import Plan, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Problem, Rules
from tests.meetings.engine.problems import everywhere, holds, problem_of, problems

EVERY = everywhere(4)


def holding(problem: Problem, plan: Plan) -> bool:
    """Whether every rule is kept but fairness, which only improving looks at."""
    lenient = replace(problem, rules=replace(problem.rules, fair_difference=None))
    return holds(lenient, replace(plan, score=score(problem, plan.slots, plan.places)))


def whys(plan: Plan) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.meeting: (one.why.value, one.who) for one in plan.unplaced}


def people(*names: str, slots: int = 4, **kept) -> tuple[Participant, ...]:
    """The first of them is told apart."""
    first, *others = names
    return (
        Participant(first, **({"available": everywhere(slots)} | kept)),
        *(Participant(name, everywhere(slots)) for name in others),
    )


@given(problems(), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_no_rule_is_ever_broken_and_nothing_that_fits_is_left_out(problem, seed):
    plan = place(problem, seed=seed)
    assert holding(problem, plan)
    assert plan == place(problem, seed=seed)
    for one in plan.unplaced:
        for slot in range(problem.slot_count):
            more = replace(plan, slots={**plan.slots, one.meeting: slot}, unplaced=tuple(x for x in plan.unplaced if x != one))
            assert not holding(problem, more), (one, slot)


@given(problems(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_start_is_kept_where_the_rules_let_it(problem, data):
    start = {one.id: data.draw(st.integers(-1, problem.slot_count)) for one in problem.meetings} | {"nobody": 0}
    plan = place(problem, start=start)
    assert holding(problem, plan)
    again = place(problem, start=plan.slots)
    assert set(plan.slots) <= set(again.slots) or len(again.slots) >= len(plan.slots)
    if not plan.unplaced:
        assert again.slots == plan.slots


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_two_sides_always_there_are_placed_whole_as_koenig_says(seed):
    chance = random.Random(seed)
    slots, buyers, suppliers = chance.randint(2, 8), chance.randint(2, 9), chance.randint(2, 9)
    left, pairs = dict.fromkeys(range(buyers + suppliers), slots), set()
    for _ in range(buyers * suppliers):
        pair = chance.randrange(buyers), buyers + chance.randrange(suppliers)
        if pair not in pairs and left[pair[0]] and left[pair[1]]:
            pairs.add(pair)
            left[pair[0]], left[pair[1]] = left[pair[0]] - 1, left[pair[1]] - 1
    problem = Problem(
        slots,
        tuple(Participant(str(one), everywhere(slots)) for one in left),
        tuple(Meeting(f"{a}-{b}", (str(a), str(b)), everywhere(slots)) for a, b in sorted(pairs)),
        (99,) * slots,
    )
    assert not place(problem, seed=seed).unplaced


REASONS = [
    (problem_of("ab", participants=(Participant("a", 0b0011), Participant("b", 0b1100))), ("no_common_slot", ("a", "b"))),
    (problem_of("ab", participants=people("a", "b", available=0)), ("no_common_slot", ("a",))),
    (replace(problem_of("ab"), meetings=(Meeting("ab", ("a", "b"), 0),)), ("no_common_slot", ("a", "b"))),
    (
        problem_of("ab", participants=people("a", "b", available=0b0111)),
        None,
    ),
    (problem_of("ab", tables=0), ("no_table", ())),
    (problem_of("ab", participants=people("a", "b", max_meetings=0)), ("full_agenda", ("a",))),
    (
        replace(
            problem_of("ab", participants=people("a", "b", home="S", step_free=True)),
            places=(Place("S", EVERY, step_free=False),),
        ),
        ("no_table", ("a",)),
    ),
    (replace(problem_of("ab", participants=people("a", "b", home="S")), places=(Place("T", EVERY),)), ("no_table", ("a",))),
]


@pytest.mark.parametrize(("problem", "expected"), REASONS)
def test_a_meeting_without_slot_says_why_and_who(problem, expected):
    assert whys(place(problem)).get("ab") == expected


def test_a_full_agenda_is_named():
    plan = place(problem_of("ab ac ad", slots=2))
    ((why, who),) = whys(plan).values()
    assert (why, who) == ("full_agenda", ("a",))


def test_every_table_taken_is_said():
    plan = place(problem_of("ab cd", slots=1, tables=1))
    assert list(whys(plan).values()) == [("no_table", ())]


def test_a_pause_asked_for_is_said():
    plan = place(problem_of("ab ac", slots=2, participants=people("a", "b", "c", slots=2, max_consecutive=1)))
    assert list(whys(plan).values()) == [("pause", ("a",))]


def test_a_pause_for_one_and_a_pause_for_the_other_are_said_together():
    locked = (
        Meeting("ac", ("a", "c"), 7, 0, must=True),
        Meeting("bd", ("b", "d"), 7, 2, must=True),
        Meeting("ab", ("a", "b"), 7),
    )
    asked = tuple(Participant(name, 7, max_consecutive=1 if name in "ab" else None) for name in "abcd")
    plan = place(Problem(3, asked, locked, (9,) * 3))
    assert whys(plan) == {"ab": ("pause", ("a", "b"))}


def test_a_gap_that_cannot_be_kept_names_the_other_meeting():
    problem = problem_of("ab cd", slots=2, gaps=(Gap("ab", "cd", 3),))
    ((why, who),) = whys(place(problem)).values()
    assert why == "gap"
    assert who in {("ab",), ("cd",)}


def test_a_locked_meeting_in_the_way_is_named():
    meetings = (Meeting("ab", ("a", "b"), 0b11, locked=0), Meeting("ac", ("a", "c"), 0b01, must=True))
    problem = replace(problem_of("ab ac", slots=2), meetings=meetings)
    assert whys(place(problem)) == {"ac": ("locked", ("ab",))}


def test_of_two_locked_meetings_that_clash_one_stays_and_the_other_is_said():
    meetings = (Meeting("ab", ("a", "b"), 0b11, locked=0), Meeting("ac", ("a", "c"), 0b11, locked=0, must=True))
    plan = place(replace(problem_of("ab ac", slots=2), meetings=meetings))
    assert plan.slots == {"ac": 0}
    assert whys(plan) == {"ab": ("locked", ("ac",))}


def test_a_home_kept_by_two_people_holds_one_meeting_at_a_time():
    pair = tuple(Participant(name, 0b1, home="S" if name in "ac" else "") for name in "abcd")
    problem = problem_of("ab cd", slots=1, tables=0, participants=pair)
    plan = place(problem)
    assert len(plan.slots) == 1
    assert list(whys(plan).values()) == [("no_table", ("S",))]


def test_nobody_is_in_the_way_when_no_chain_was_found_but_those_who_are_busy():
    # An odd ring of three people over two slots: three meetings need three slots, and no agenda is full on its own with three slots.
    ring = problem_of("ab bc ca", slots=3)
    meetings = tuple(replace(one, allowed=0b011) for one in ring.meetings)
    plan = place(replace(ring, meetings=meetings))
    assert len(plan.slots) == 2
    assert [one.why for one in plan.unplaced] == [WhyNot.NOT_FOUND]
    assert set(plan.unplaced[0].who) <= {"a", "b", "c"}


def test_a_must_meeting_takes_the_place_of_an_ordinary_one_and_a_heavy_one_that_of_a_light_one():
    meetings = [Meeting(f"a{n}", ("a", f"{n}"), 0b11, weight=n) for n in range(1, 5)]
    meetings[0] = replace(meetings[0], must=True)
    everybody = tuple(Participant(name, 0b11) for name in "a1234")
    plan = place(Problem(2, everybody, tuple(meetings), (9, 9)))
    assert set(plan.slots) == {"a1", "a4"}


def test_a_heavy_meeting_takes_the_last_table():
    meetings = (Meeting("ab", ("a", "b"), 1), Meeting("cd", ("c", "d"), 1, weight=5))
    assert place(replace(problem_of("ab cd", slots=1, tables=1), meetings=meetings)).slots == {"cd": 0}


def test_ejections_that_lead_nowhere_are_undone():
    # One meeting against two of the same weight, in the only slot of all three: whoever is there last, the two come back.
    everybody = tuple(Participant(name, 1) for name in "abcd")
    meetings = tuple(Meeting(pair, tuple(pair), 1) for pair in ("ac", "bd", "ab"))
    board = Board(grid(Problem(2, everybody, tuple(replace(one, allowed=3) for one in meetings), (9, 9))))
    board.grid.available[:] = [3] * 4  # nobody is full: the ejections go on until their number is spent
    board.put(0, 0)
    board.put(1, 0)
    for count in (2, 3):
        eject(board, [2] * count, settle=lambda meeting: False)
        assert board.slot == [0, 0, -1]


def test_a_chain_frees_a_table_in_a_full_slot():
    # "ab" only fits slot 0, whose single table "cd" was given: it goes to slot 1.
    meetings = (Meeting("cd", ("c", "d"), 0b11, must=True), Meeting("ab", ("a", "b"), 0b01))
    plan = place(replace(problem_of("cd ab", slots=2, tables=1), meetings=meetings), start={"cd": 0})
    assert plan.slots == {"cd": 1, "ab": 0}


def test_meetings_of_a_line_of_gaps_leave_room_for_the_following_ones():
    problem = problem_of("ab cd ef gh", slots=4, gaps=(Gap("ab", "cd"), Gap("cd", "ef"), Gap("ef", "gh")))
    assert place(problem).slots == {"ab": 0, "cd": 1, "ef": 2, "gh": 3}


def broken(**kept) -> Problem:
    return replace(problem_of("ab cd"), **kept)


MALFORMED = [
    ("slot_count", broken(slot_count=0)),
    ("slot_count", broken(slot_count=63)),
    ("twice", broken(participants=people("a", "b", "c", "d", "a"))),
    ("twice", broken(meetings=(Meeting("ab", ("a", "b"), 1),) * 2)),
    ("twice", broken(places=(Place("T", 1), Place("T", 2)))),
    ("tables", broken(tables=(1,))),
    ("tables", broken(tables=(1, 1, 1, -1))),
    ("sessions", broken(sessions=(0b11, 0b10))),
    ("sessions", broken(sessions=(0b10000,))),
    ("limits", broken(participants=people("a", "b", "c", "d", max_consecutive=0))),
    ("limits", broken(participants=people("a", "b", "c", "d", max_meetings=-1))),
    ("unknown_attendee", broken(meetings=(Meeting("az", ("a", "z"), 1),))),
    ("attendees", broken(meetings=(Meeting("aa", ("a", "a"), 1),))),
    ("attendees", broken(meetings=(Meeting("nobody", (), 1),))),
    ("locked", broken(meetings=(Meeting("ab", ("a", "b"), 1, locked=4),))),
    ("gap", broken(gaps=(Gap("ab", "zz"),))),
    ("gap", broken(gaps=(Gap("ab", "ab"),))),
    ("gap", broken(gaps=(Gap("ab", "cd", 0),))),
]


@pytest.mark.parametrize(("code", "problem"), MALFORMED)
def test_what_no_timetable_can_mean_is_refused_in_one_sentence(code, problem):
    with pytest.raises(BadInput) as told:
        refuse_malformed(problem)
    assert told.value.code == code
    assert "\n" not in told.value.sentence


def test_nothing_to_place_gives_an_empty_plan():
    assert place(Problem(1, (), (), (0,))) == Plan({})


def test_the_same_pair_may_meet_twice():
    meetings = (Meeting("1", ("a", "b"), EVERY), Meeting("2", ("a", "b"), EVERY))
    assert len(set(place(replace(problem_of("ab"), meetings=meetings)).slots.values())) == 2


def test_a_forum_of_full_size_is_placed_whole():
    problem = full_size()
    plan = place(problem)
    assert len(plan.slots) == 6457
    assert holding(problem, plan)


@pytest.mark.real_data
def test_the_published_instances_are_placed_whole_where_that_is_possible(real_data):
    for path in sorted((real_data / "meetings").glob("*.dzn")):
        problem = read_dzn(path.read_text(encoding="utf-8"))
        plan = place(problem)
        assert holding(problem, plan), path.name
        impossible = path.name in {"forum-13crafb.prec15.dzn", "ticf-13crafb.prec15.dzn"}
        assert len(plan.unplaced) <= (2 if impossible or "crafe.prec" in path.name else 0), path.name


def test_rules_of_fairness_do_not_keep_anybody_out():
    assert not place(problem_of("ab ac", rules=Rules(fair_difference=0))).unplaced
