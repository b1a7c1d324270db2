"""The search itself, once, from the wishes of an event to a version."""

from __future__ import annotations

import pytest

from ensembleur.meetings.services import computing
from tests.meetings.timetable.made import NOW, clock, forum, lead

pytestmark = pytest.mark.django_db


def test_a_small_forum_is_computed_for_real():
    event = forum()
    asked = computing.ask_computation(event=event, by=lead(event), now=NOW, seconds=1)
    assert computing.run_computation(computation=asked.pk, clock=clock) == "done"
    asked.refresh_from_db()
    version = asked.version
    assert (version.faults, version.unplaced) == ([], [])
    assert version.placements.filter(place=None).count() == 0
