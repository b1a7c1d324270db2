"""The search itself is tested elsewhere: here it places at once, and says where it stands as the real one does."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.plan import Plan, Progress, Score
from ensembleur.meetings.engine.problem import Problem
from ensembleur.meetings.engine.seating import seat


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What stands for the search: `asked` keeps what it was given, `during` is called while it runs."""
    held = SimpleNamespace(asked=[], during=lambda: None, went_on=[])

    def solve(problem: Problem, **given: Any) -> Plan:
        held.asked.append((problem, given))
        held.during()
        held.went_on.append(given["watch"](Progress(0.5, Score(placed=1), "improving")))
        return seat(problem, place(problem, seed=given["seed"]))

    held.solve = solve
    monkeypatch.setitem(sys.modules, "ensembleur.meetings.engine.solving", SimpleNamespace(solve=solve))
    return held
