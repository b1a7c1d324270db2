"""The fictional forum: as large as a real one, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from ensembleur.meetings.engine.arrays import refuse_malformed
from ensembleur.meetings.engine.drawing import MEETINGS, full_size


def test_the_forum_is_that_of_the_recipe():
    problem = full_size()
    refuse_malformed(problem)
    there = {one.id: one.available for one in problem.participants}
    asked = Counter(name for one in problem.meetings for name in one.attendees)
    sides = Counter(one.side for one in problem.participants)
    assert (len(problem.meetings), sides["buyer"], sides["supplier"]) == (MEETINGS, 300, 549)
    assert len({one.attendees for one in problem.meetings}) == MEETINGS
    assert all(asked[name] <= there[name].bit_count() for name in asked)
    assert all((there[one.attendees[0]] & there[one.attendees[1]]).bit_count() >= 12 for one in problem.meetings)
    away = [one for one in there.values() if one.bit_count() == 18]
    assert 0.11 < len(away) / len(there) < 0.19
    assert len(away) == sum(one.bit_count() < 24 for one in there.values())
    full = sum(asked[one.id] == one.available.bit_count() for one in problem.participants if one.side == "buyer")
    assert 200 <= full <= 270


def test_the_same_seed_draws_the_same_forum_and_another_another():
    assert full_size(meetings=100) == full_size(meetings=100)
    assert full_size(meetings=100).meetings != full_size(meetings=100, seed=2).meetings


@pytest.mark.parametrize("scale", [1, 3])
def test_everything_grows_together(scale):
    problem = full_size(scale=scale, tables=20, meetings=400)
    assert (len(problem.participants), len(problem.meetings)) == (849 * scale, 400 * scale)
    assert problem.tables == (20 * scale,) * 24


def test_without_absences_everybody_is_there_all_day():
    assert {one.available for one in full_size(absences=False, meetings=50).participants} == {(1 << 24) - 1}


def test_more_meetings_than_agendas_hold_are_drawn_as_far_as_they_go():
    assert 6457 < len(full_size(meetings=8000).meetings) <= 7200
