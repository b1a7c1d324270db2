"""Where a meeting may go: free, with a chain, or why not; checked against the checker itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.counting import score
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Gap, Meeting, Participant, Problem
from ensembleur.meetings.engine.targets import Kind, WhyStays, targets


def party(buyers, suppliers, slots, tables, **fields):
    """Every buyer meets every supplier."""
    every = (1 << slots) - 1
    people = [Participant(f"b{n}", every) for n in range(buyers)] + [Participant(f"s{n}", every) for n in range(suppliers)]
    meetings = [Meeting(f"{b}.{s}", (f"b{b}", f"s{s}"), every) for b in range(buyers) for s in range(suppliers)]
    return Problem(slots, tuple(people), tuple(meetings), (tables,) * slots, **fields)


def test_every_target_makes_a_timetable_without_fault():
    problem = party(3, 3, 4, 2)
    plan = place(problem)
    assert len(plan.slots) == 8
    for meeting in problem.meetings:
        for target in targets(problem, plan, meeting.id):
            if target.kind in (Kind.FREE, Kind.CHAIN):
                goes = {name: after for name, _before, after in target.moves} | {meeting.id: target.slot}
                slots = plan.slots | goes
                left = tuple(one for one in plan.unplaced if one.meeting != meeting.id)
                assert faults(problem, replace(plan, slots=slots, unplaced=left, score=score(problem, slots))) == []


def moved(problem, slots, meeting, slot):
    (target,) = targets(problem, Plan(slots), meeting, only=slot)
    return target


@pytest.mark.parametrize(
    ("change", "slots", "why", "who"),
    [
        ({"tables": (1, 0)}, {"0.0": 0}, WhyStays.CLOSED, ()),
        ({"gaps": (Gap("0.0", "1.0", 1),)}, {"0.0": 0, "1.0": 1}, WhyStays.BUSY, ("s0",)),
    ],
)
def test_what_no_chain_mends_is_said(change, slots, why, who):
    problem = replace(party(2, 1, 2, 1), **change)
    target = moved(problem, slots, "0.0", 1)
    assert (target.kind, target.why, target.who) == (Kind.NO, why, who)


def test_a_full_day_a_pause_a_gap_and_a_lack_of_tables_are_told_apart():
    one = party(1, 3, 3, 3)
    full = replace(one, participants=(replace(one.participants[0], max_meetings=1), *one.participants[1:]))
    assert moved(full, {"0.0": 0}, "0.1", 1).why is WhyStays.FULL
    tired = replace(one, participants=(replace(one.participants[0], max_consecutive=1), *one.participants[1:]))
    locked = replace(tired, meetings=(replace(tired.meetings[0], locked=0), *tired.meetings[1:]))
    target = moved(locked, {"0.0": 0}, "0.1", 1)
    assert (target.why, target.who) == (WhyStays.PAUSE, ("b0",))
    apart = replace(locked, participants=one.participants, gaps=(Gap("0.0", "0.1", 2),))
    assert moved(apart, {"0.0": 0}, "0.1", 1).why is WhyStays.GAP
    two = party(2, 2, 1, 1)
    held = replace(two, meetings=(replace(two.meetings[0], locked=0), *two.meetings[1:]))
    assert moved(held, {"0.0": 0}, "1.1", 0).why is WhyStays.NO_TABLE
    assert moved(held, {"0.0": 0}, "0.0", 0).kind is Kind.HERE
