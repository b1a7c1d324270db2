"""The clocks of needs: nudged, called a last time, released, closed without news; twice, late, dry or killed, one state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.accounts.services.journal_check import verify_journal
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import ClockMark, Involvement, Need, NeedEvent
from ensembleur.journeys.services import advising, asking, clocks, need_clocks
from ensembleur.journeys.services.need_clocks import strike_needs
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db
QUERIES = 23  # one batch, and the officers

NOTHING = {"nudge": 0, "last_chance": 0, "release": 0, "no_news": 0}


def strike(as_of=NOW, **fields):
    return strike_needs(as_of=as_of, dry_run=False, **fields)


def told(person):
    return [notice.kind for notice in Notification.objects.filter(user=person).order_by("pk")]


def state():
    """Everything a run may change, without the numbers the database draws."""
    return {
        "needs": list(Need.objects.order_by("pk").values_list("pk", "status", "outcome", "closed_at", "to_reroute")),
        "involvements": list(Involvement.objects.order_by("pk").values_list("pk", "state", "outcome", "ended_at")),
        "marks": sorted(ClockMark.objects.values_list("need", "routing", "clock", "at")),
        "events": sorted(NeedEvent.objects.values_list("need", "kind", "note", "at")),
        "notices": sorted(Notification.objects.values_list("key", "kind", "title")),
        "acts": list(Act.objects.filter(verb="run_clocks").order_by("number").values_list("thing", "after")),
    }


# -- each clock --------------------------------------------------------------------------------------------------------
def test_on_the_ninth_day_the_advisers_are_reminded_and_the_company_told():
    journey, director = make.own_journey()
    asked = needs.asked(9, journey)
    assert strike() == {**NOTHING, "nudge": 1}
    assert told(asked.adviser) == ["need_nudge"]
    assert told(director) == ["need_waiting"]
    assert all(notice.is_reminder for notice in Notification.objects.all())
    assert [event.kind for event in asked.need.events.all()] == ["nudged"]
    assert asked.need.events.get().by is None
    assert Act.objects.get(verb="run_clocks").after == {"nudge": [asked.need_id]}


def test_on_the_twenty_first_the_advisers_have_a_last_call_and_the_company_is_not_told_twice():
    journey, director = make.own_journey()
    asked = needs.asked(9, journey)
    strike()
    assert strike(NOW + timedelta(days=12)) == {**NOTHING, "last_chance": 1}
    assert told(asked.adviser) == ["need_nudge", "need_nudge"]
    assert told(director) == ["need_waiting"]


def test_on_the_forty_fifth_silence_is_said_and_the_need_goes_back_to_the_officers():
    journey, director = make.own_journey()
    asked = needs.asked(45, journey)
    officer, elsewhere = accounts.person(Role.OFFICER, "95"), accounts.person(Role.OFFICER, "77")
    assert strike() == {**NOTHING, "release": 1}
    need, asked = Need.objects.get(), Involvement.objects.get()
    assert (need.status, need.outcome, need.to_reroute, need.first_closed_at) == ("closed", "unanswered", True, NOW)
    assert (asked.state, asked.ended_at) == (State.RELEASED, NOW)
    assert told(director) == told(officer) == told(asked.adviser) == ["need_released"]
    assert told(elsewhere) == []
    assert "Personne n'a répondu" in Notification.objects.get(user=director).body


def test_a_need_held_in_silence_half_a_year_is_closed_without_news_and_nobody_is_written_to():
    held = needs.taken(180)
    accounts.person(Role.OFFICER, "95")
    assert strike() == {**NOTHING, "no_news": 1}
    need, held = Need.objects.get(), Involvement.objects.get()
    assert (need.status, need.outcome, need.to_reroute) == ("closed", "no_news", False)
    assert (held.state, held.outcome) == (State.CLOSED, "no_news")
    assert not Notification.objects.exists()
    assert need.events.get().note == "Close sans nouvelles"


def test_a_message_starts_the_silence_again():
    held = needs.taken(180)
    asking.add_message(need=held.need, body="Où en est-on ?", by=held.need.journey.opened_by, now=NOW - timedelta(days=3))
    assert strike() == NOTHING


@pytest.mark.parametrize(("days", "count"), [(8, 0), (9, 1)])
def test_days_are_counted_on_the_calendar_of_paris(days, count):
    asked_at = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)  # half past midnight on the second, in Paris
    needs.asked(at=asked_at)
    as_of = datetime(2026, 10, 2 + days, 5, 0, tzinfo=UTC)
    assert strike(as_of)["nudge"] == count


def test_a_need_just_asked_or_already_closed_is_left_alone():
    needs.asked(8)
    needs.closed(days_ago=300)
    needs.taken(100)
    assert strike() == NOTHING
    assert not Act.objects.filter(verb="run_clocks").exists()


def test_a_need_asked_to_nobody_is_told_to_the_company_all_the_same():
    journey, director = make.own_journey()
    needs.need(journey, 10, to_reroute=True)
    assert strike()["nudge"] == 1
    assert told(director) == ["need_waiting"]
    assert "relancé" not in Notification.objects.get(user=director).body  # nobody was asked: no reminder is claimed


def test_clocks_start_again_with_each_routing():
    asked, officer = needs.asked(30), accounts.person(Role.OFFICER, "95")
    strike()
    need = asking.reroute_need(need=asked.need, subject="energy", by=officer, now=NOW)
    assert strike(NOW + timedelta(days=8)) == NOTHING
    assert strike(NOW + timedelta(days=9))["nudge"] == 1
    assert sorted(need.marks.values_list("routing", "clock")) == [(1, "last_chance"), (2, "nudge")]


def test_a_released_need_sent_elsewhere_lives_again():
    asked, officer = needs.asked(45), accounts.person(Role.OFFICER, "95")
    strike()
    need = asking.reroute_need(need=asked.need, subject="energy", by=officer, now=NOW)
    advising.take_need(involvement=need.involvements.get(routing=2), by=asked.adviser, now=NOW)
    assert Need.objects.get().status == "taken"


# -- twice, late, dry, killed ------------------------------------------------------------------------------------------
def crowd():
    """Needs of every age, some held, some of companies with a director."""
    for days in (3, 9, 12, 21, 30, 44, 45, 90):
        journey, _director = make.own_journey()
        needs.asked(days, journey)
    for days in (100, 180, 400):
        needs.taken(days)
    accounts.person(Role.OFFICER, "95")


def test_running_twice_leads_to_the_same_state():
    crowd()
    assert strike() == {"nudge": 2, "last_chance": 3, "release": 2, "no_news": 2}
    before = state()
    assert strike() == NOTHING
    assert state() == before


def test_a_machine_stopped_for_a_month_sends_no_burst():
    asked = needs.asked(30)
    assert strike() == {**NOTHING, "last_chance": 1}
    assert told(asked.adviser) == ["need_nudge"]
    assert told(asked.need.journey.opened_by) == ["need_waiting"]


def test_a_dry_run_tells_the_same_counts_and_changes_nothing():
    crowd()
    before, acts = state(), Act.objects.count()
    counts = strike_needs(as_of=NOW, dry_run=True)
    assert (state(), Act.objects.count()) == (before, acts)
    assert counts == strike()


def test_batches_of_any_size_lead_to_the_same_needs(monkeypatch):
    crowd()
    with transaction.atomic():
        counts, whole = strike(), state()
        transaction.set_rollback(True)
    monkeypatch.setattr(need_clocks, "BATCH", 2)
    assert strike() == counts
    assert {**state(), "acts": []} == {**whole, "acts": []}
    assert Act.objects.filter(verb="run_clocks").count() > 1
    assert verify_journal().fault is None


@pytest.mark.parametrize("moment", ["bulk_marks", "notify", "act"])
def test_a_run_that_dies_in_a_batch_leaves_nothing_of_it(monkeypatch, moment):
    crowd()
    with transaction.atomic():
        strike()
        whole = state()
        transaction.set_rollback(True)

    class Dies(Exception):
        pass

    def dies(*_args, **_fields):
        raise Dies

    place = {"bulk_marks": (need_clocks.ClockMark.objects, "bulk_create"), "notify": (need_clocks, "notify_many")}
    before = state()
    with monkeypatch.context() as broken:
        broken.setattr(*place.get(moment, (need_clocks, "record_act")), dies)
        with pytest.raises(Dies):
            strike()
    assert state() == before
    strike()
    assert state() == whole


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.integers(0, 70), min_size=1, max_size=3),
    held=st.lists(st.integers(100, 250), max_size=1),
    runs=st.lists(st.integers(0, 60), min_size=1, max_size=3),
)
def test_whatever_the_needs_and_the_days_it_runs_each_clock_strikes_once(ages, held, runs):
    with transaction.atomic():
        for days in ages:
            needs.asked(days)
        for days in held:
            needs.taken(days)
        for day in runs:
            strike(NOW + timedelta(days=day))
            again = state()
            assert strike(NOW + timedelta(days=day)) == NOTHING
            assert state() == again
        last = NOW + timedelta(days=max(runs))
        waiting = Need.objects.filter(status="waiting")
        assert all((last - need.routed_at).days < 45 for need in waiting)
        assert not Need.objects.filter(status="closed", outcome="").exists()
        assert Involvement.objects.filter(state=State.ASKED, need__status="closed").count() == 0
        transaction.set_rollback(True)


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_costs_the_same_whatever_its_size(django_assert_num_queries, count):
    officer = accounts.person(Role.OFFICER, "95")
    for days in (9, 21, 45):
        for _number in range(count):
            needs.asked(days, make.own_journey()[0])
    for _number in range(count):
        needs.taken(200)
    asked_first = needs.asked(1)  # the journal has its head
    advising.take_need(involvement=asked_first, by=asked_first.adviser, now=NOW)
    with django_assert_num_queries(QUERIES):
        strike()
    assert told(officer) == ["need_released"]


# -- the whole run -----------------------------------------------------------------------------------------------------
def test_every_registered_clock_runs_then_the_post_leaves(monkeypatch):
    asked_at = []

    def other(*, as_of, dry_run):
        asked_at.append((as_of, dry_run))
        return {"other": 2}

    monkeypatch.setattr(clocks, "_clocks", {})
    clocks.register_clock("others", other)
    clocks.register_clock("others", other)
    with pytest.raises(ValueError, match="already registered"):
        clocks.register_clock("others", lambda *, as_of, dry_run: {})
    assert list(clocks.clocks()) == ["others"]
    needs.asked(9)
    dry = clocks.run_clocks(as_of=NOW, dry_run=True)
    assert (dry.counts["needs"]["nudge"], dry.counts["others"], dry.delivered) == (1, {"other": 2}, None)
    done = clocks.run_clocks(as_of=NOW)
    assert done.delivered.sent == 2
    assert asked_at == [(NOW, True), (NOW, False)]
    assert clocks.run_clocks(as_of=NOW).delivered.sent == 0


def test_marks_are_made_on_a_sunday_but_nothing_is_sent_before_monday():
    sunday = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    needs.asked(at=sunday - timedelta(days=9))
    report = clocks.run_clocks(as_of=sunday)
    assert (report.counts["needs"]["nudge"], report.delivered.is_sunday, report.delivered.sent) == (1, True, 0)
    assert clocks.run_clocks(as_of=sunday + timedelta(days=1)).delivered.sent == 2


def test_an_instant_without_a_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        clocks.run_clocks(as_of=datetime(2026, 11, 21, 9, 0))
