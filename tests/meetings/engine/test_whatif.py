"""What is sure before any timetable: loads, lower bounds, and the same event with a table, a slot or somebody more or less."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.problem import Meeting, Participant, Place, Problem
from ensembleur.meetings.engine.whatif import estimate, variants, with_people

DAY = 0b1111


def people(*names, available=DAY, **fields):
    return tuple(Participant(name, available, side=name[0], **fields) for name in names)


def meetings(*pairs, allowed=DAY):
    return tuple(Meeting(f"m{rank}", pair, allowed) for rank, pair in enumerate(pairs))


def every(firsts, seconds):
    return meetings(*product(firsts, seconds))


def test_a_full_event_is_counted_side_by_side():
    problem = Problem(4, people("a1", "a2", "b1", "b2", "b3"), every(("a1", "a2"), ("b1", "b2", "b3")), (2,) * 4)
    found = estimate(problem)
    assert (found.meetings, found.needing, found.capacity, found.tables_needed, found.left_at_least) == (6, 6, 8, 2, 0)
    assert {side: (one.people, one.meetings, one.room, one.fill) for side, one in found.sides.items()} == {
        "a": (2, 6, 8, 0.75),
        "b": (3, 6, 12, 0.5),
    }


def test_a_table_less_leaves_meetings_out_and_proves_it():
    problem = Problem(4, people("a1", "a2", "b1", "b2", "b3"), every(("a1", "a2"), ("b1", "b2", "b3")), (2,) * 4)
    found = estimate(variants(problem, tables_delta=-1))
    assert (found.capacity, found.left_at_least, found.overloaded) == (4, 2, {})


def test_a_slot_less_says_who_no_longer_fits():
    problem = Problem(3, people("a1", "b1", "b2", "b3", available=7), every(("a1",), ("b1", "b2", "b3")), (3,) * 3)
    assert estimate(problem).overloaded == {}
    found = estimate(variants(problem, slots_delta=-1))
    assert (found.overloaded, found.left_at_least) == ({"a1": 1}, 1)


def test_what_is_over_on_one_side_adds_up_and_two_of_a_side_in_one_meeting_share_it():
    apart = Problem(
        1,
        people("a1", "a2", "b1", "b2", "b3", "b4", available=1),
        meetings(("a1", "b1"), ("a1", "b2"), ("a2", "b3"), ("a2", "b4")),
        (9,),
    )
    assert estimate(apart).left_at_least == 2
    together = Problem(1, people("a1", "a2", "a3", available=1), meetings(("a1", "a2"), ("a1", "a2"), ("a1", "a3")), (9,))
    assert estimate(together).overloaded == {"a1": 2, "a2": 1}
    assert estimate(together).left_at_least == 2


def test_people_never_there_together_are_named():
    problem = Problem(
        2, (Participant("a", 1), Participant("b", 2), Participant("c", 3)),
        (*meetings(("a", "b"), ("a", "c")), Meeting("locked", ("b", "c"), 3, locked=0)), (1, 1),
    )  # fmt: skip
    assert estimate(problem).never == ("m0", "locked")


def test_without_any_table_nothing_can_be_held():
    found = estimate(Problem(2, people("a1", "b1", available=3), every(("a1",), ("b1",)), (0, 0)))
    assert (found.capacity, found.never, found.tables_needed, found.left_at_least) == (0, ("m0",), 0, 1)
    nobody = estimate(Problem(2, (), (), (1, 1)))
    assert (nobody.left_at_least, nobody.sides) == (0, {})
    assert estimate(Problem(2, people("a1", available=0), (), (1, 1))).sides["a"].fill is None


def test_a_meeting_at_somebodys_home_takes_no_table_and_needs_the_home_open():
    host, guests = Participant("h", 3, side="h", home="stand", host=True), people("g1", "g2", available=3)
    problem = Problem(2, (host, *guests), every(("h",), ("g1", "g2")), (), places=(Place("stand", 1), Place("table", 3)))
    found = estimate(problem)
    assert (found.needing, found.capacity, found.never) == (0, 0, ())
    closed = Problem(2, (host, *guests), every(("h",), ("g1", "g2")), (), places=(Place("stand", 0), Place("table", 3)))
    assert estimate(closed).never == ("m0", "m1")


def test_a_meeting_of_one_person_is_held_alone():
    assert estimate(Problem(1, people("a1", "a2", available=1), meetings(("a1",), ("a2",)), (2,))).left_at_least == 0


def test_a_slot_more_is_open_to_those_who_were_there_in_the_last():
    problem = Problem(
        2, (Participant("a", 2), Participant("b", 1)), meetings(("a", "b"), allowed=2), (3, 5), sessions=(1, 2), places=(Place("p", 3),)
    )  # fmt: skip
    longer = variants(problem, slots_delta=1)
    assert (longer.slot_count, longer.tables, longer.sessions) == (3, (3, 5, 5), (1, 6))
    assert [one.available for one in longer.participants] == [6, 1]
    assert (longer.meetings[0].allowed, longer.places[0].open) == (6, 7)
    assert variants(longer, slots_delta=-1) == problem


def test_a_slot_less_frees_what_was_locked_in_it_and_a_day_keeps_one_slot():
    problem = Problem(
        2, people("a", "b", available=3), (Meeting("m", ("a", "b"), 3, locked=1), Meeting("n", ("a", "b"), 3, locked=0)), (1, 1)
    )
    assert [one.locked for one in variants(problem, slots_delta=-1).meetings] == [None, 0]
    assert variants(problem, slots_delta=-9).slot_count == 1
    assert variants(problem, slots_delta=99).slot_count == 62
    assert variants(problem, tables_delta=-9).tables == (0, 0)
    assert variants(problem) == problem


def test_named_places_close_from_the_last_that_is_nobodys_home():
    host = Participant("h", 3, home="c")
    problem = Problem(2, (host,), (), (), places=tuple(Place(name, 3) for name in "abc"))
    assert [one.id for one in variants(problem, tables_delta=-1).places] == ["a", "c"]
    assert [one.id for one in variants(problem, tables_delta=-9).places] == ["c"]
    assert [one.id for one in variants(problem, tables_delta=1).places] == ["a", "b", "c", "+0"]


def test_somebody_more_brings_the_meetings_that_their_side_has_on_average():
    problem = Problem(4, people("a1", "a2", "b1", "b2", "b3"), every(("a1", "a2"), ("b1", "b2", "b3")), (2,) * 4)
    found = estimate(with_people(problem, "b", more=2))
    assert (found.meetings, found.sides["b"].people, found.sides["a"].meetings, found.left_at_least) == (10, 5, 10, 2)
    alone = with_people(Problem(2, people("a1", "a2", available=3), meetings(("a1", "a2")), (1, 1)), "a")
    assert [len(one.attendees) for one in alone.meetings] == [2, 2]
    assert estimate(with_people(problem, "new")).meetings == 6


@st.composite
def problems(draw):
    slots = draw(st.integers(1, 3))
    masks = st.integers(0, (1 << slots) - 1)
    everybody = tuple(
        Participant(f"p{n}", draw(masks), side=draw(st.sampled_from("ab")), max_meetings=draw(st.sampled_from([None, None, 1])),
                    max_consecutive=draw(st.sampled_from([None, None, 1])))
        for n in range(4)
    )  # fmt: skip
    two = st.sampled_from([(f"p{one}", f"p{other}") for one in range(4) for other in range(one)])
    pairs = draw(st.lists(two, max_size=5))
    allowed = (1 << slots) - 1
    return Problem(slots, everybody, meetings(*pairs, allowed=allowed), tuple(draw(st.integers(0, 2)) for _ in range(slots)))


def most_placed(problem):
    """How many meetings can have a slot, by trying everything."""
    available = {one.id: one for one in problem.participants}
    best = 0
    for slots in product(range(-1, problem.slot_count), repeat=len(problem.meetings)):
        placed = [(slot, one) for slot, one in zip(slots, problem.meetings, strict=True) if slot >= 0]
        if len(placed) <= best or any(
            sum(s == slot for s, _ in placed) > problem.tables[slot] for slot in range(problem.slot_count)
        ):
            continue
        busy = {name: [slot for slot, one in placed if name in one.attendees] for name in available}
        best = len(placed) if all(_can(available[name], taken) for name, taken in busy.items()) else best
    return best


def _can(person, slots):
    if len(set(slots)) < len(slots) or any(not person.available >> slot & 1 for slot in slots):
        return False
    if person.max_meetings is not None and len(slots) > person.max_meetings:
        return False
    return person.max_consecutive is None or all(slot + 1 not in slots for slot in slots)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_what_is_proved_left_out_is_left_out_by_every_timetable(problem):
    assert len(problem.meetings) - most_placed(problem) >= estimate(problem).left_at_least


def test_an_event_of_6000_meetings_where_all_can_be_placed_leaves_nothing_out():
    pairs = [(f"a{n % 300}", f"b{(n * 7 + n // 300) % 540}") for n in range(6_400)]
    everybody = tuple(
        Participant(name, (1 << 24) - 1, side=name[0]) for name in sorted({name for pair in pairs for name in pair})
    )
    problem = Problem(24, everybody, meetings(*pairs, allowed=(1 << 24) - 1), (300,) * 24)
    assert estimate(problem).left_at_least == 0
