"""A timetable is computed apart: one at a time, stopped when asked, whole or not at all, whatever happens to it or to the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings.choices import ComputationState, EventState, Side
from ensembleur.meetings.models import Computation, Event, Meeting, Version
from ensembleur.meetings.services import computing
from ensembleur.meetings.services.locking import lock_meeting
from tests.factories import accounts
from tests.factories import meetings as make
from tests.meetings.timetable.made import LATER, NOW, clock, drafted, forum, lead

pytestmark = pytest.mark.django_db


def ask(event: Event, **given):
    return computing.ask_computation(event=event, by=lead(event), now=NOW, **given)


def run(asked: Computation) -> str:
    said = computing.run_computation(computation=asked.pk, clock=clock)
    asked.refresh_from_db()
    return said


def test_a_computation_keeps_one_whole_version(search):
    event = forum()
    asked = ask(event, seconds=5, seed=3)
    assert run(asked) == "done"
    assert (asked.state, asked.version.number, asked.sentence) == (ComputationState.DONE, 1, "")
    assert asked.version.placements.placed().count() == 12
    assert asked.progress["total"] == 12
    given = search.asked[0][1]
    assert (given["seconds"], given["seed"], given["exact"]) == (5, 3, False)
    assert asked.version.selection["sides"]["B"]["served"] == 12


def test_the_job_runs_it_once_the_request_is_written(search, django_capture_on_commit_callbacks):
    event = forum()
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(event)
    asked.refresh_from_db()
    assert asked.state == ComputationState.DONE  # the browser that asked never came back
    assert asked.ended_at >= asked.started_at


def test_a_second_one_waits_for_the_first_to_end(search):
    event = forum()
    first = ask(event)
    with pytest.raises(Refused, match="déjà demandé"):
        ask(event)
    run(first)
    assert ask(event).state == ComputationState.WAITING


def test_one_that_died_without_a_word_gives_way_and_writes_nothing_afterwards(search):
    event = forum()
    dead = ask(event)
    Computation.objects.filter(pk=dead.pk).update(state=ComputationState.RUNNING, beat_at=NOW - timedelta(minutes=5))
    alive = ask(event)
    dead.refresh_from_db()
    assert dead.state == ComputationState.FAILED
    assert "plannings déjà faits sont intacts" in dead.sentence
    assert run(dead) == "not asked any more"
    assert run(alive) == "done"
    assert Version.objects.count() == 1


def test_a_process_thought_dead_that_wakes_up_keeps_nothing(search):
    event = forum()
    asked = ask(event)
    search.during = lambda: Computation.objects.filter(pk=asked.pk).update(state=ComputationState.FAILED)
    assert run(asked) == "given up meanwhile"
    assert search.went_on == [False]
    assert not Version.objects.exists()
    assert not Meeting.objects.exists()


def test_stopping_keeps_the_best_until_then(search):
    event = forum()
    asked = ask(event)
    search.during = lambda: computing.stop_computation(computation=asked, by=lead(event), now=NOW)
    assert run(asked) == "done"
    assert search.went_on == [False]
    assert asked.stop_asked_at == NOW
    assert asked.version is not None
    again = computing.stop_computation(computation=asked, by=lead(event), now=LATER)
    assert (again.state, again.stop_asked_at) == (ComputationState.DONE, NOW)


def test_what_has_not_begun_is_given_up_and_what_is_silent_is_said_so():
    event = forum()
    asked = ask(event)
    assert computing.stop_computation(computation=asked, by=lead(event), now=NOW).state == ComputationState.FAILED
    silent = ask(event)
    Computation.objects.filter(pk=silent.pk).update(state=ComputationState.RUNNING)
    ended = computing.stop_computation(computation=silent, by=lead(event), now=LATER)
    assert (ended.state, "sans prévenir" in ended.sentence) == (ComputationState.FAILED, True)


@pytest.mark.parametrize(("error", "words"), [(RuntimeError("boum"), "Rien n'est perdu"), (SystemExit(1), "sans prévenir")])
def test_a_search_that_breaks_leaves_everything_as_it_was_and_one_sentence(search, error, words):
    event = forum()
    drafted(event)
    asked = ask(event)

    def breaks():
        raise error

    search.during = breaks
    with pytest.raises(type(error)):
        run(asked)
    asked.refresh_from_db()
    assert (asked.state, words in asked.sentence) == (ComputationState.FAILED, True)
    assert Version.objects.count() == 1


def test_the_watch_speaks_once_a_second_at_most(search, django_assert_num_queries):
    from ensembleur.meetings.engine.plan import Progress, Score
    from ensembleur.meetings.queries.problems import problem_of_event

    event = forum()
    asked = ask(event)
    Computation.objects.update(state=ComputationState.RUNNING)
    watch = computing._Watch(asked, problem_of_event(event), clock)
    with django_assert_num_queries(2):
        assert watch(Progress(0.1, Score()))
        assert watch(Progress(0.2, Score()))


def test_zero_tables_zero_slots_and_no_wish_each_say_one_sentence(search):
    for fields, code in (({"tables": 0}, "no_table"), ({"slots": 0}, "no_slot")):
        event = forum(**fields)
        with pytest.raises(Refused) as told:
            ask(event)
        assert told.value.code == code
        assert not event.computations.exists()
    event = make.event(state=EventState.TIMETABLE)
    make.registration(event, Side.A)
    asked = ask(event)
    assert run(asked) == "no_meeting"
    assert (asked.state, "Aucun vœu" in asked.sentence) == (ComputationState.FAILED, True)


def test_somebody_never_there_and_a_pair_asked_twice_lose_nothing(search):
    event = make.event(state=EventState.TIMETABLE)
    buyer, other = make.registration(event, Side.A), make.registration(event, Side.A)
    supplier = make.registration(event, Side.B)
    absent = make.first(other)
    absent.absent_slots = list(range(6))
    absent.save()
    make.wish(supplier, buyer, "accepted")
    make.wish(buyer, supplier, "accepted")  # the same pair, from the other side
    make.wish(supplier, other, "accepted")
    asked = ask(event)
    assert run(asked) == "done"
    assert asked.version.placements.count() == 1
    assert asked.version.selection["dropped"] == {"no_common_slot": 1}


def test_a_private_refusal_is_only_counted(search):
    event = forum(buyers=1, suppliers=2)
    buyer = event.registrations.get(side=Side.A)
    buyer.refusals.create(of=event.registrations.filter(side=Side.B)[0], at=NOW)
    asked = ask(event)
    run(asked)
    assert asked.version.placements.count() == 1
    assert asked.version.selection["dropped"] == {"refused": 1}


def test_locked_meetings_keep_their_slot(search):
    event = forum()
    first = drafted(event)
    held = first.placements.order_by("-slot").first()
    lock_meeting(version=first, meeting=held.meeting, locked=True, by=lead(event), now=NOW)
    asked = ask(event, keep_locked=first)
    run(asked)
    again = asked.version.placements.get(meeting=held.meeting)
    assert (again.slot, again.locked) == (held.slot, True)
    assert asked.version.placements.placed().count() == 12
    assert asked.version.parent == first


@pytest.mark.parametrize(
    ("given", "note", "assumes"),
    [
        ({"tables_delta": -1}, "Hypothèse : avec 1 table de moins", {"tables": -1}),
        (
            {"slots_delta": 2, "tables_delta": 1},
            "Hypothèse : avec 1 table de plus et 2 créneaux de plus",
            {"tables": 1, "slots": 2},
        ),
    ],
)
def test_a_hypothesis_is_a_draft_that_says_what_it_assumes(search, given, note, assumes):
    asked = ask(forum(), **given)
    run(asked)
    assert (asked.version.note, asked.version.selection["assumes"]) == (note, assumes)
    problem = search.asked[0][0]
    assert len(problem.places) == 4 + given.get("tables_delta", 0)
    assert problem.slot_count == 6 + given.get("slots_delta", 0)


def test_what_is_out_of_bounds_or_too_late_is_refused():
    event = forum()
    for given in ({"seconds": 0}, {"seconds": 10_000}, {"seed": -1}, {"slots_delta": 99}):
        with pytest.raises(BadInput):
            ask(event, **given)
    with pytest.raises(Refused, match="1 à 62"):
        ask(event, slots_delta=-6)
    closed = forum(state=EventState.CLOSED)
    with pytest.raises(Refused, match="étape"):
        ask(closed)
    stranger = accounts.person(accounts.Role.ADVISER, "77")
    with pytest.raises(NotAllowed):
        computing.ask_computation(event=event, by=stranger, now=NOW)


def test_nothing_is_held_while_the_search_runs(search):
    event = forum()
    asked = ask(event)
    depth = len(transaction.get_connection().savepoint_ids)
    seen = []
    search.during = lambda: seen.append(len(transaction.get_connection().savepoint_ids))
    run(asked)
    assert seen == [depth]
