"""Which wishes become meetings: nobody over their caps, nothing refused, nothing better, a reason for the rest."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.meetings.engine.caps import most_meetings
from ensembleur.meetings.engine.matching import NEXT, Market, by_flow, by_programme
from ensembleur.meetings.engine.problem import Participant
from ensembleur.meetings.engine.selecting import Method, select, to_meetings
from ensembleur.meetings.engine.wishes import WEIGHTS, Bond, Level, NotKept, Party, Wish, merge

ALL = 0b1111


def party(name, side="", *slots, most=None, pauses=0, small=False):
    people = tuple(Participant(f"{name}{rank}", mask) for rank, mask in enumerate(slots or (ALL,)))
    return Party(name, people, side, most, pauses, small)


def wish(origin, target, level=Level.LIKE, accepted=None, representative=""):
    return Wish(f"{origin}>{target}", origin, target, level, accepted, representative)


def reasons(selection):
    return {one.pair[:2]: one.why for one in selection.dropped}


def met(selection):
    return {one.pair[:2] for one in selection.chosen}


# -- what a person can hold ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("person", "sessions", "pauses", "most"),
    [
        (Participant("a", 0b1111), (), 0, 4),
        (Participant("a", 0b1111), (), 1, 3),
        (Participant("a", 0b1111, max_meetings=2), (), 0, 2),
        (Participant("a", 0b111111, max_consecutive=2), (), 0, 4),
        (Participant("a", 0b111111, max_consecutive=2), (0b000111, 0b111000), 0, 4),
        (Participant("a", 0b111111, max_consecutive=3), (0b000111, 0b111000), 0, 6),
        (Participant("a", 0b110011, max_consecutive=2), (), 0, 4),
        (Participant("a", 0b1), (), 3, 0),
        (Participant("a", 0, max_consecutive=1), (), 0, 0),
    ],
)
def test_a_person_holds_their_slots_less_their_pauses(person, sessions, pauses, most):
    assert most_meetings(person, sessions, pauses=pauses) == most


# -- what wishes say ----------------------------------------------------------------------------------------------------
def test_wishes_both_ways_are_one_pair_worth_more():
    pairs, dropped = merge(
        [wish("s", "b"), wish("b", "s", Level.MUST), replace(wish("s", "b"), id="again")], [party("b", "A"), party("s", "B")]
    )
    assert dropped == []
    assert [(one.first, one.second, one.wishes, one.asked, one.must, one.bond, one.weight) for one in pairs] == [
        ("b", "s", ("again", "b>s", "s>b"), (True, True), (True, False), Bond.MUTUAL, 6)
    ]


def test_what_both_want_is_worth_more_than_what_one_accepted_and_that_more_than_what_one_asked():
    order = sorted(WEIGHTS, key=WEIGHTS.__getitem__, reverse=True)
    assert order == [(bond, must) for bond in (Bond.MUTUAL, Bond.ACCEPTED, Bond.ONE_SIDED) for must in (True, False)]


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ([wish("a", "gone")], NotKept.WITHDRAWN),
        ([wish("gone", "a")], NotKept.WITHDRAWN),
        ([wish("gone", "left")], NotKept.WITHDRAWN),
        ([wish("a", "a")], NotKept.SAME_ORGANISATION),
        ([wish("a", "b", accepted=False)], NotKept.DECLINED),
        ([wish("a", "b", accepted=False), wish("b", "a")], NotKept.DECLINED),
        ([wish("a", "b")], NotKept.UNANSWERED),
        ([wish("a", "early", accepted=True)], NotKept.NO_COMMON_SLOT),
    ],
)
def test_a_pair_out_at_once_says_why(wishes, why):
    pairs, dropped = merge(wishes, [party("a", "", 0b1100), party("b"), party("early", "", 0b0011)], keep_unanswered=False)
    assert pairs == []
    assert [(one.why, one.shown, one.private) for one in dropped] == [(why, why, False)]


@pytest.mark.parametrize("refusal", [wish("b", "a", Level.NEVER), replace(wish("a", "b", Level.NEVER), id="x")])
@pytest.mark.parametrize("accepted", [True, None])
def test_a_private_refusal_shows_what_would_have_been_shown_without_it(refusal, accepted):
    asked = wish("a", "b", Level.MUST, accepted)
    for keep in (True, False):
        without = merge([asked], [party("a"), party("b")], keep_unanswered=keep)[1]
        ((refused),) = merge([asked, refusal], [party("a"), party("b")], keep_unanswered=keep)[1]
        assert (refused.why, refused.private) == (NotKept.REFUSED, True)
        assert refused.shown is (without[0].shown if without else NotKept.OUTWEIGHED)


def test_a_refusal_of_somebody_who_asked_nothing_leaves_no_trace():
    assert merge([wish("a", "b", Level.NEVER)], [party("a"), party("b")]) == ([], [])


def test_the_reason_of_a_choice_is_shown_as_that_of_a_refusal():
    chosen = select([wish("s", "b"), wish("t", "b", Level.MUST)], [party("b", "A", 1), party("s", "B"), party("t", "B")])
    assert reasons(chosen) == {("b", "s"): NotKept.FULL_AGENDA}
    assert chosen.dropped[0].who == ("b",)
    assert chosen.dropped[0].shown is NotKept.OUTWEIGHED


# -- what is chosen -----------------------------------------------------------------------------------------------------
def test_refusals_are_counted_and_the_share_of_the_asker_does_not_tell_them():
    parties = [party("b", "A"), party("c", "A"), party("s", "B", most=1)]
    seen = select([wish("s", "b"), wish("s", "c"), wish("b", "s", Level.NEVER)], parties)
    full = select([wish("s", "b"), wish("s", "c", Level.MUST)], parties)
    assert seen.counts() == {NotKept.REFUSED: 1}
    assert full.counts() == {NotKept.FULL_AGENDA: 1}
    assert seen.figures["s"].share == full.figures["s"].share == 0.5
    assert (full.figures["s"].musts, full.figures["s"].musts_served) == (1, 1)
    assert full.figures["b"].share is None
    assert (full.sides["A"].meetings, full.sides["B"].meetings, full.sides["A"].room) == (1, 1, 8)


def test_places_run_out_for_the_lightest_wish():
    parties = [party("b", "A"), party("c", "A"), party("s", "B"), party("t", "B")]
    selection = select([wish("s", "b", Level.MUST), wish("t", "c")], parties, capacity=1)
    assert met(selection) == {("b", "s")}
    assert reasons(selection) == {("c", "t"): NotKept.NO_TABLE}
    assert select([wish("s", "b")], parties, capacity=-1).chosen == ()


def test_nothing_asked_chooses_nothing():
    for parties in ([], [party("a", "A")]):
        selection = select([], parties)
        assert (selection.chosen, selection.dropped, selection.objective, selection.optimal) == ((), (), 0, True)


def test_a_small_supplier_is_not_left_with_nothing():
    buyers = [party("b", "A", most=3), party("c", "A", most=3)]
    wishes = [wish(f"big{n}", buyer, Level.MUST, True) for n in range(3) for buyer in "bc"] + [wish("tiny", "b")]
    suppliers = [party(f"big{n}", "B") for n in range(3)] + [party("tiny", "B", small=True)]
    assert ("b", "tiny") in met(select(wishes, buyers + suppliers))
    assert ("b", "tiny") not in met(select(wishes, buyers + suppliers, fair=False))


def test_a_small_party_has_its_first_meetings_before_another_has_its_fourth():
    buyers = [party(f"b{n}", "A", most=1) for n in range(8)]
    asks = [wish("s", f"b{n}", Level.MUST, True) for n in range(8)] + [wish("t", f"b{n}") for n in range(3)]
    selection = select(asks, [*buyers, party("s", "B", small=True, most=9), party("t", "B", small=True)])
    assert selection.figures["t"].meetings == 3


def test_the_person_named_goes_and_the_others_share_the_rest():
    firm = party("firm", "A", ALL, ALL)
    asks = [wish(f"s{n}", "firm", representative="firm1" if n == 0 else "") for n in range(4)]
    selection = select(asks, [firm, *(party(f"s{n}", "B") for n in range(4))])
    seats = [one.attendees[0] for one in selection.chosen]
    assert seats[0] == "firm1"
    assert sorted(seats) == ["firm0", "firm0", "firm1", "firm1"]


def test_somebody_else_goes_when_the_day_of_the_person_named_is_full():
    firm = party("firm", "A", ALL, 0b0001)
    selection = select(
        [wish(f"s{n}", "firm", representative="firm1") for n in range(3)], [firm, *(party(f"s{n}", "B") for n in range(3))]
    )
    assert sorted(one.attendees[0] for one in selection.chosen) == ["firm0", "firm0", "firm1"]


def test_nobody_is_sent_to_meet_a_person_who_is_never_there_at_the_same_time():
    early, late = party("early", "B", 0b0011), party("late", "B", 0b1100)
    for side in ("A", ""):
        selection = select([wish("early", "firm"), wish("late", "firm")], [party("firm", side, 0b0011, 0b1100), early, late])
        assert {one.attendees for one in selection.chosen} == {("firm0", "early0"), ("firm1", "late0")}


def test_when_some_of_two_teams_never_cross_those_named_are_kept():
    teams = [party("a", "A", 0b0011, 0b0110, 0b1000), party("b", "B", 0b0001, 0b0110)]
    (plain,), _ = merge([wish("a", "b")], teams)
    (named,), _ = merge([wish("a", "b", representative="b0")], teams)
    assert plain.people == (("a0", "a1"), ("b1",))
    assert named.people == (("a0",), ("b0", "b1"))
    assert (
        merge([wish("a", "b")], [party("a", "A", 0b0011, 0b0010), party("b", "B", 0b1000, 0b0100)])[1][0].why
        is NotKept.NO_COMMON_SLOT
    )


def test_a_pair_left_when_only_its_people_are_full_says_that_others_outweigh_it():
    firm = party("firm", "A", 0b0001, 0b1000)
    asks = [wish("s", "firm", Level.MUST), wish("t", "firm")]
    selection = select(asks, [firm, party("s", "B", 0b0011), party("t", "B", 0b0011)])
    assert reasons(selection) == {("firm", "t"): NotKept.OUTWEIGHED}


def test_meetings_to_place_keep_the_wish_the_people_and_the_weight():
    selection = select([wish("s", "b", Level.MUST), wish("b", "s")], [party("b", "A"), party("s", "B")])
    (meeting,) = to_meetings(selection, allowed=0b11)
    assert (meeting.id, meeting.attendees, meeting.allowed, meeting.weight, meeting.must) == ("b>s", ("b0", "s0"), 0b11, 6, True)


# -- nothing better -----------------------------------------------------------------------------------------------------
@st.composite
def events(draw, *, two_sided):
    count = draw(st.integers(2, 5))
    masks = st.integers(0, 0b111)
    parties = [
        Party(
            f"p{n}",
            tuple(Participant(f"p{n}.{rank}", mask) for rank, mask in enumerate(draw(st.lists(masks, min_size=1, max_size=2)))),
            ("A" if n % 2 else "B") if two_sided else "",
            draw(st.sampled_from([None, 0, 1, 2])),
            draw(st.sampled_from([0, 0, 1])),
            draw(st.booleans()),
        )
        for n in range(count)
    ]
    ends = [(one, other) for one, other in combinations(range(count), 2) if not two_sided or (one + other) % 2]
    wishes = []
    for rank, (one, other) in enumerate(draw(st.lists(st.sampled_from(ends), max_size=9)) if ends else []):
        if draw(st.booleans()):
            one, other = other, one
        level = draw(st.sampled_from([Level.MUST, Level.LIKE, Level.LIKE, Level.LIKE, Level.NEVER]))
        wishes.append(Wish(f"w{rank}", f"p{one}", f"p{other}", level, draw(st.sampled_from([None, True, None, True, False]))))
    return wishes, parties, draw(st.sampled_from([None, 1, 3]))


def fits(pairs, parties, capacity):
    """Whether all these pairs can be met, people chosen by trying everything."""
    by_id = {one.id: one for one in parties}
    load = {one.id: sum(one.id in pair[:2] for pair in pairs) for one in parties}
    if len(pairs) > (99 if capacity is None else capacity) or any(
        load[one.id] > one.most for one in parties if one.most is not None
    ):
        return False
    most = {person.id: max(person.available.bit_count() - one.pauses, 0) for one in parties for person in one.representatives}
    for name in by_id:
        own = [pair.people[pair[:2].index(name)] for pair in pairs if name in pair[:2]]
        if not any(all(seats.count(person) <= most[person] for person in seats) for seats in product(*own)):
            return False
    return True


def worth(pairs, parties, market):
    """The objective written otherwise: each meeting of a small party earns what its rank says."""
    total = sum(pair.weight for pair in pairs)
    for one in parties:
        if one.id in market.small:
            for rank in range(sum(one.id in pair[:2] for pair in pairs)):
                total += market.bonus[rank] if rank < len(market.bonus) else 0
    return total


def check_best(wishes, parties, capacity, fair):
    selection = select(wishes, parties, capacity=capacity, fair=fair)
    pairs, _ = merge(wishes, parties)
    people = {one.id: dict.fromkeys((p.id for p in one.representatives), 9) for one in parties}
    market = Market(
        pairs, dict.fromkeys(people, 9), {name: several for name, several in people.items() if len(several) > 1},
        frozenset(one.id for one in parties if one.is_small and fair),
    )  # fmt: skip
    best = max(
        worth(some, parties, market)
        for size in range(len(pairs) + 1)
        for some in combinations(pairs, size)
        if fits(some, parties, capacity)
    )
    assert fits([one.pair for one in selection.chosen], parties, capacity)
    assert selection.objective == best == selection.bound
    return selection


@settings(max_examples=120, deadline=None)
@given(events(two_sided=True), st.booleans())
def test_no_choice_between_two_sides_is_worth_more(event, fair):
    assert check_best(*event, fair).method is Method.FLOW


@settings(max_examples=80, deadline=None)
@given(events(two_sided=False), st.booleans())
def test_no_choice_among_all_is_worth_more(event, fair):
    check_best(*event, fair)


@settings(max_examples=60, deadline=None)
@given(events(two_sided=False), st.randoms(use_true_random=False))
def test_every_wish_is_met_once_or_dropped_with_a_reason_and_people_are_never_overloaded(event, chance):
    wishes, parties, capacity = event
    selection = select(wishes, parties, capacity=capacity)
    wanted = sorted(one.id for one in wishes if one.level is not Level.NEVER)
    told = [name for one in selection.chosen + selection.dropped for name in one.pair.wishes]
    assert sorted(told) == wanted
    out = {frozenset((one.origin, one.target)) for one in wishes if one.level is Level.NEVER or one.accepted is False}
    assert not out & {frozenset(two) for two in met(selection)}
    load = [person for one in selection.chosen for person in one.attendees]
    for one in parties:
        for person in one.representatives:
            assert load.count(person.id) <= most_meetings(person, pauses=one.pauses)
    available = {person.id: person.available for one in parties for person in one.representatives}
    assert all(available[one] & available[other] for one, other in (line.attendees for line in selection.chosen))
    chance.shuffle(wishes)
    chance.shuffle(parties)
    again = select(wishes, parties, capacity=capacity)
    assert replace(again, seconds=0, figures={}) == replace(selection, seconds=0, figures={})
    assert again.figures == selection.figures


def market_of(seed, *, capacity, several=1):
    draw = Random(seed)
    parties = [
        Party(
            f"{side}{n:02}", tuple(Participant(f"{side}{n}.{k}", 255) for k in range(draw.randint(1, several))), side, None, 0, side == "B"
        )
        for side, count in (("A", 12), ("B", 30))
        for n in range(count)
    ]  # fmt: skip
    wishes = {
        two: wish(*two, draw.choice(list(Level)[:2]), draw.choice((True, None)))
        for two in ((f"B{draw.randrange(30):02}", f"A{draw.randrange(12):02}") for _ in range(250))
    }
    pairs, _ = merge(wishes.values(), parties)
    people = {one.id: {person.id: 7 for person in one.representatives} for one in parties}
    caps = {name: sum(several.values()) for name, several in people.items()}
    return Market(
        pairs, caps, {name: some for name, some in people.items() if len(some) > 1}, frozenset(n for n in caps if n[0] == "B"), capacity
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("capacity", "several"), [(60, 1), (500, 1), (90, 3)])
def test_the_flow_and_the_integer_programme_agree(seed, capacity, several):
    market = market_of(seed, capacity=capacity, several=several)
    found, bound = by_programme(market)
    assert market.worth(by_flow(market)) == market.worth(found) == bound


def test_a_search_cut_short_gives_a_bound_that_holds():
    market = market_of(1, capacity=60)
    found, bound = by_programme(market, most_nodes=0)
    assert market.worth(found) <= market.worth(by_flow(market)) <= bound


def test_the_bonus_decreases_and_its_head_outweighs_any_weight():
    bonus = market_of(1, capacity=60).bonus
    assert list(bonus) == sorted(bonus, reverse=True)
    assert bonus[-3:] == NEXT
    assert bonus[2] > 10 * max(WEIGHTS.values())
