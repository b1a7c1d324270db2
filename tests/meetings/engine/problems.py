"""Small problems and plans drawn by chance, and whether a plan holds, judged with bits: the other way than the checker's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st

from ensembleur.meetings.engine.counting import agendas, days, in_a_row, score
from ensembleur.meetings.engine.plan import Plan, Unplaced, WhyNot
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Place, Problem, Rules


def everywhere(slot_count: int) -> int:
    return (1 << slot_count) - 1


def problem_of(pairs: str, *, slots: int = 4, tables: int = 9, **kept) -> Problem:
    """ "ab ac bc": three meetings named by their people, everybody always there."""
    names = sorted(set(pairs.replace(" ", "")))
    return Problem(
        slot_count=slots,
        participants=kept.pop("participants", tuple(Participant(name, everywhere(slots)) for name in names)),
        meetings=tuple(Meeting(pair, tuple(pair), everywhere(slots)) for pair in pairs.split()),
        tables=(tables,) * slots,
        **kept,
    )


def plan_of(problem: Problem, slots: dict[str, int], **kept) -> Plan:
    """A plan that costs what it says, where what is not placed is said."""
    without = tuple(Unplaced(one.id, WhyNot.NOT_FOUND) for one in problem.meetings if one.id not in slots)
    return Plan(slots, unplaced=without, score=score(problem, slots, kept.get("places", {})), **kept)


def holds(problem: Problem, plan: Plan) -> bool:
    """Whether every hard rule is kept and every figure is right."""
    asked = {one.id: one for one in problem.meetings}
    without = [one.meeting for one in plan.unplaced]
    if Counter([*plan.slots, *without]) != Counter(asked.keys()) or not plan.places.keys() <= asked.keys():
        return False
    for name, slot in plan.slots.items():
        if not 0 <= slot < problem.slot_count or not asked[name].allowed >> slot & 1 or asked[name].locked not in (None, slot):
            return False
    busy = agendas(problem, plan.slots)
    for one in problem.participants:
        count = sum(one.id in asked[name].attendees for name in plan.slots)
        if count != busy[one.id].bit_count() or busy[one.id] & ~one.available:
            return False
        if one.max_meetings is not None and count > one.max_meetings:
            return False
        if one.max_consecutive is not None and in_a_row(problem, busy[one.id]) > one.max_consecutive:
            return False
    for gap in problem.gaps:
        if gap.first in plan.slots and gap.second in plan.slots:
            apart = plan.slots[gap.second] - plan.slots[gap.first]
            if (apart if gap.ordered else abs(apart)) < gap.slots:
                return False
    breaks = [one.breaks for one in days(problem, plan.slots).values()]
    if problem.rules.fair_difference is not None and max(breaks) - min(breaks) > problem.rules.fair_difference:
        return False
    counted = score(problem, plan.slots, plan.places)
    if plan.score != counted or (plan.bound or 0) > counted.breaks or (plan.optimal and plan.bound != counted.breaks):
        return False
    return _room_holds(problem, plan) and _seats_hold(problem, plan)


def _room_holds(problem: Problem, plan: Plan) -> bool:
    homes = problem.homes().values()
    careful = {one.id for one in problem.participants if one.step_free}
    for slot in range(problem.slot_count):
        here = [one for one in problem.meetings if plan.slots.get(one.id) == slot]
        free = [one for one in here if not problem.at_home(one)]
        flat = sum(one.step_free and one.open >> slot & 1 for one in problem.places if one.id not in homes)
        if len(free) > problem.capacity()[slot]:
            return False
        if problem.places and sum(not careful.isdisjoint(one.attendees) for one in free) > flat:
            return False
    return True


def _seats_hold(problem: Problem, plan: Plan) -> bool:
    places = {one.id: one for one in problem.places}
    people = {one.id: one for one in problem.participants}
    seats = []
    for meeting in problem.meetings:
        if meeting.id not in plan.slots:
            continue
        slot, home = plan.slots[meeting.id], problem.at_home(meeting)
        at = plan.places.get(meeting.id) if plan.places else home
        if plan.places and (not at or (home and at != home)):
            return False
        if not at:
            continue
        present = [people[name] for name in meeting.attendees]
        if at in problem.homes().values() and all(one.home != at for one in present):
            return False
        if places:
            if at not in places or not places[at].open >> slot & 1:
                return False
            if not places[at].step_free and any(one.step_free for one in present):
                return False
        seats.append((slot, at))
    return len(set(seats)) == len(seats)


NAMELESS = st.just("")


@st.composite
def problems(draw, *, names=NAMELESS) -> Problem:
    """Up to six people, nine meetings and seven slots, with every rule."""
    count = draw(st.integers(2, 7))
    every = everywhere(count)
    some = st.one_of(st.just(every), st.integers(0, every))
    cut = draw(st.integers(0, count - 1))
    tables = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    ids = [f"T{n}" for n in range(draw(st.integers(0, 5)))]
    homes = st.sampled_from(["", "", "", *(ids or ["Stand"])])
    people = [
        Participant(
            f"p{n}",
            draw(some),
            draw(names),
            max_consecutive=draw(st.sampled_from([None, None, 1, 2])),
            max_meetings=draw(st.sampled_from([None, None, 0, 2])),
            home=draw(homes),
            step_free=draw(st.sampled_from([False, False, True])),
            host=draw(st.booleans()),
        )
        for n in range(draw(st.integers(2, 6)))
    ]
    several = st.lists(st.sampled_from([one.id for one in people]), min_size=2, max_size=3, unique=True)
    meetings = [
        Meeting(
            f"m{n}",
            tuple(draw(several)),
            draw(some),
            locked=draw(st.sampled_from([None, None, None, count - 1])),
            weight=draw(st.integers(1, 3)),
            must=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 9)))
    ]
    gaps = []
    if len(meetings) > 1 and draw(st.booleans()):
        first, second = draw(st.lists(st.sampled_from([one.id for one in meetings]), min_size=2, max_size=2, unique=True))
        gaps.append(Gap(first, second, draw(st.integers(1, 3)), draw(st.booleans())))
    return Problem(
        slot_count=count,
        participants=tuple(people),
        meetings=tuple(meetings),
        tables=tuple(tables),
        places=tuple(Place(name, draw(some), draw(names), draw(st.booleans())) for name in ids),
        sessions=((1 << cut) - 1, every & ~((1 << cut) - 1)) if cut else (),
        gaps=tuple(gaps),
        rules=Rules(draw(st.sampled_from([None, None, 0, 1, 2])), draw(st.integers(0, 3))),
        title=draw(names),
    )


@st.composite
def plans(draw, problem: Problem) -> Plan:
    """A plan that holds: each meeting in turn takes a slot where nothing breaks, or none."""
    plan = plan_of(problem, {})
    for meeting in draw(st.permutations(problem.meetings)):
        for slot in draw(st.permutations(range(problem.slot_count))):
            tried = plan_of(problem, {**plan.slots, meeting.id: slot})
            if holds(problem, tried):
                plan = tried
                break
    return plan


@st.composite
def spoilt(draw, problem: Problem, plan: Plan) -> Plan:
    """The plan with one or two things changed by chance, for the better, the worse, or nothing."""
    names = st.sampled_from([*(one.id for one in problem.meetings), "m99"])
    places = st.sampled_from([*(one.id for one in problem.places), *problem.homes().values(), "1", "T9"])
    for _ in range(draw(st.integers(1, 2))):
        name, slots, seats = draw(names), dict(plan.slots), dict(plan.places)
        match draw(st.sampled_from(["slot", "slot", "place", "drop", "empty", "unplaced", "score", "bound"])):
            case "slot":
                slots[name] = draw(st.integers(-1, problem.slot_count))
                plan = replace(plan, slots=slots, unplaced=tuple(one for one in plan.unplaced if one.meeting != name))
            case "place":
                seats[name] = draw(places)
                plan = replace(plan, places=seats)
            case "drop":
                slots.pop(name, None)
                plan = replace(plan, slots=slots)
            case "empty":
                seats.pop(name, None)
                plan = replace(plan, places=seats)
            case "unplaced":
                plan = replace(plan, unplaced=(*plan.unplaced, Unplaced(name, WhyNot.PAUSE)))
            case "score":
                field = draw(st.sampled_from(["placed", "breaks", "idle_slots", "unwanted_breaks", "unwanted_idle_slots"]))
                plan = replace(plan, score=replace(plan.score, **{field: draw(st.integers(0, 3))}))
            case "bound":
                plan = replace(plan, bound=draw(st.sampled_from([None, 0, 1, 2])), optimal=draw(st.booleans()))
    if draw(st.booleans()) and all(name in {one.id for one in problem.meetings} for name in plan.slots):
        fitting = {name: slot for name, slot in plan.slots.items() if 0 <= slot < problem.slot_count}
        plan = replace(plan, score=score(problem, fitting, plan.places))
    return plan
