"""The race of two engines: what is kept when one wins, is killed, is stopped, or has no time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from ensembleur.errors import BadInput, NoSolution
from ensembleur.meetings.engine.checking import faults
from ensembleur.meetings.engine.formats.dzn import read_dzn
from ensembleur.meetings.engine.placing import place
from ensembleur.meetings.engine.plan import Plan
from ensembleur.meetings.engine.problem import Meeting, Participant, Problem, Rules
from ensembleur.meetings.engine.proving import prove, race
from tests.meetings.engine.problems import plan_of, problem_of

SPACED = {"ab": 0, "ac": 2, "ad": 4}
SLEEPS = "import time; time.sleep(60)"
PROVES_ONE_THEN_SLEEPS = """print('{"bound": 1}', flush=True); """ + SLEEPS
ANSWERS = """print('{"slots": {"ab": 1, "ac": 2, "ad": 3}}')"""


@pytest.fixture
def spaced() -> tuple[Problem, Plan]:
    problem = problem_of("ab ac ad", slots=5)
    return problem, plan_of(problem, SPACED, seed=7, engine="recherche", seconds=2.0, first_valid_seconds=0.1)


@pytest.fixture
def started(monkeypatch) -> list[subprocess.Popen]:
    """The processes started, all of them ended and waited for when the test is over."""
    found: list[subprocess.Popen] = []

    class Kept(subprocess.Popen):
        def __init__(self, *args, **kept):
            super().__init__(*args, **kept)
            found.append(self)

    monkeypatch.setattr(race.subprocess, "Popen", Kept)
    yield found
    for process in found:
        assert process.returncode is not None
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def play(monkeypatch, *, glucose4: str, cadical153: str) -> None:
    """Give the engines something else to do."""
    code = f"import sys; exec({{'glucose4': {glucose4!r}, 'cadical153': {cadical153!r}}}[sys.argv[1]])"
    monkeypatch.setattr(race, "CHILD", (sys.executable, "-c", code))


def kill_the_first(started: list[subprocess.Popen]):
    """A watch that kills the first engine from outside, once."""
    killed: list[int] = []

    def watch(now) -> bool:
        if not killed:
            killed.append(started[0].pid)
            os.kill(started[0].pid, signal.SIGKILL)
        return True

    return watch


def test_a_better_timetable_is_found_and_proved(spaced, started):
    problem, start = spaced
    plan = prove(problem, seconds=60, start=replace(start, places=dict.fromkeys(SPACED, "1")))
    assert (plan.score.breaks, plan.bound, plan.optimal, plan.places) == (0, 0, True, {})
    assert plan.engine.split(" ; ")[0] == "recherche"
    assert plan.engine.endswith((": optimal",))
    assert (plan.seed, plan.first_valid_seconds, len(started)) == (7, 0.1, 2)
    assert plan.seconds > 2.0
    assert faults(problem, plan) == []


def test_a_start_that_is_the_best_is_kept_with_its_places(started):
    away = tuple(Participant(name, 0b101) for name in "abc")
    problem = problem_of("ab ac", slots=3, participants=away)
    start = plan_of(problem, {"ab": 2, "ac": 0}, places={"ab": "1", "ac": "1"})
    plan = prove(problem, seconds=60, start=start)
    assert (plan.slots, plan.places, plan.bound, plan.optimal) == (start.slots, start.places, 1, True)
    assert faults(problem, plan) == []
    assert len(started) == 2


def test_a_start_without_a_break_needs_no_proof(spaced, started):
    problem, _ = spaced
    plan = prove(problem, seconds=60, start=Plan({"ab": 0, "ac": 1, "ad": 2}))
    assert (plan.bound, plan.optimal, plan.score.placed, plan.engine) == (0, True, 3, "aucune pause : optimal")
    assert started == []


def test_what_has_no_slot_still_has_none(spaced):
    problem, _ = spaced
    start = plan_of(problem, {"ab": 0, "ac": 4})
    plan = prove(problem, seconds=60, start=start)
    assert plan.unplaced == start.unplaced
    assert (set(plan.slots), plan.score.breaks) == ({"ab", "ac"}, 0)


def test_nothing_is_said_proved_of_a_large_event(spaced, started, monkeypatch):
    problem, start = spaced
    monkeypatch.setattr(race, "MOST_MEETINGS", 2)
    plan = prove(problem, seconds=60, start=start)
    assert (plan.slots, plan.bound, plan.optimal) == (start.slots, None, False)
    assert plan.engine == "recherche ; rien de prouvé : plus de 2 rencontres"
    assert started == []


def test_a_malformed_problem_is_refused(spaced):
    problem, start = spaced
    with pytest.raises(BadInput):
        prove(replace(problem, tables=()), seconds=60, start=start)


def test_an_engine_killed_leaves_the_race_to_the_other(spaced, started, monkeypatch):
    problem, start = spaced
    play(monkeypatch, glucose4=SLEEPS, cadical153=f"import time; time.sleep(1); {ANSWERS}")
    plan = prove(problem, seconds=60, start=start, watch=kill_the_first(started))
    assert (plan.optimal, plan.engine) == (True, "recherche ; cadical153 : optimal")


def test_a_real_engine_killed_leaves_the_race_to_the_other(spaced, started):
    problem, start = spaced
    assert prove(problem, seconds=60, start=start, watch=kill_the_first(started)).optimal


def test_two_engines_killed_leave_the_start_and_what_was_proved(spaced, started, monkeypatch):
    problem, start = spaced
    dies = "import os; os.kill(os.getpid(), 9)"
    play(monkeypatch, glucose4=f"""print('{{"bound": 1}}', flush=True); {dies}""", cadical153="raise MemoryError")
    plan = prove(problem, seconds=60, start=start)
    assert (plan.slots, plan.score, plan.bound, plan.optimal) == (start.slots, start.score, 1, False)
    assert plan.engine == "recherche ; glucose4 : au moins 1 pause, les deux moteurs se sont arrêtés"


def test_the_time_over_keeps_what_was_proved(spaced, started, monkeypatch):
    problem, start = spaced
    play(monkeypatch, glucose4=SLEEPS, cadical153=PROVES_ONE_THEN_SLEEPS)
    began = time.monotonic()
    plan = prove(problem, seconds=2, start=start)
    assert 2 <= time.monotonic() - began < 40
    assert (plan.slots, plan.bound, plan.optimal) == (start.slots, 1, False)
    assert plan.engine == "recherche ; cadical153 : au moins 1 pause"
    assert faults(problem, plan) == []


def test_no_time_at_all_proves_nothing(spaced, started):
    problem, start = spaced
    plan = prove(problem, seconds=0, start=start)
    assert (plan.slots, plan.bound, plan.optimal, plan.engine) == (start.slots, 0, False, "recherche ; rien de prouvé")


def test_a_watch_that_says_no_stops_both_at_once(spaced, started, monkeypatch):
    problem, start = spaced
    play(monkeypatch, glucose4=SLEEPS, cadical153=SLEEPS)
    seen = []

    def watch(now) -> bool:
        seen.append(now)
        return len(seen) < 3

    began = time.monotonic()
    plan = prove(problem, seconds=60, start=start, watch=watch)
    assert time.monotonic() - began < 40
    assert [one.doing for one in seen] == ["proving"] * 3
    assert seen[0].score == start.score
    assert 0 <= seen[0].share < seen[2].share < 1
    assert plan.slots == start.slots


def test_a_watch_that_fails_leaves_nothing_running(spaced, started, monkeypatch):
    problem, start = spaced
    play(monkeypatch, glucose4=SLEEPS, cadical153=SLEEPS)
    with pytest.raises(ZeroDivisionError):
        prove(problem, seconds=60, start=start, watch=lambda now: 1 // 0)
    assert len(started) == 2


def test_a_difference_that_cannot_be_held_is_proved_so(started):
    away = tuple(Participant(name, 0b101 if name == "a" else 7) for name in "abc")
    problem = problem_of("ab ac", slots=3, participants=away, rules=Rules(0))
    with pytest.raises(NoSolution) as refusal:
        prove(problem, seconds=60, start=plan_of(problem, {"ab": 0, "ac": 2}))
    assert refusal.value.code == "unfair"
    assert "écart de 0 au plus" in refusal.value.sentence


def test_meetings_that_no_timetable_places_together_are_proved_so(started):
    problem = problem_of("ab ac", slots=1)
    with pytest.raises(NoSolution) as refusal:
        prove(problem, seconds=60, start=Plan({"ab": 0, "ac": 0}))
    assert refusal.value.code == "impossible"
    assert "ces 2 rencontres" in refusal.value.sentence


def test_a_start_against_the_rules_is_no_proof(started):
    """Both meetings in one slot make no break, which is no merit; within the rules there is one."""
    away = tuple(Participant(name, 0b101) for name in "abc")
    problem = problem_of("ab ac", slots=3, participants=away)
    plan = prove(problem, seconds=60, start=Plan({"ab": 0, "ac": 0}))
    assert (plan.score.breaks, plan.bound, plan.optimal) == (1, 1, True)
    assert faults(problem, plan) == []


def test_a_start_against_the_rules_never_has_fewer_breaks_than_is_said_possible(started, monkeypatch):
    problem = problem_of("ab ac", slots=3)
    play(monkeypatch, glucose4=SLEEPS, cadical153=PROVES_ONE_THEN_SLEEPS)
    plan = prove(problem, seconds=1, start=Plan({"ab": 0, "ac": 0}))
    assert (plan.bound, plan.optimal) == (0, False)


@pytest.mark.real_data
def test_a_published_optimum_is_proved_again(real_data):
    problem = read_dzn((real_data / "meetings" / "forumt-14.original.dzn").read_text(encoding="utf-8"))
    plan = prove(problem, seconds=60, start=place(problem, seed=1))
    assert (plan.score.placed, plan.score.breaks, plan.bound, plan.optimal) == (237, 5, 5, True)
    assert faults(problem, plan) == []


def test_the_same_pair_may_meet_twice(started):
    problem = Problem(
        2, (Participant("a", 3), Participant("b", 3)), (Meeting("x", ("a", "b"), 3), Meeting("y", ("a", "b"), 3)), (1, 1)
    )
    plan = prove(problem, seconds=60, start=Plan({"x": 0, "y": 0}))
    assert sorted(plan.slots.values()) == [0, 1]
