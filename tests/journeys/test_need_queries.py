"""Desks and figures of needs: clocks on each line, honest shares, the same queries whatever the length."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.engine.clocks import Strike
from ensembleur.journeys.models import ClockMark, Need
from ensembleur.journeys.queries.needs import Share, clock_of, desk_of, kpi, needs_to_reroute
from ensembleur.periods import Period
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db
AUTUMN = Period(date(2026, 9, 1), date(2026, 12, 1))


def test_a_desk_shows_what_waits_what_is_held_what_is_silent_and_what_is_over():
    adviser = needs.adviser("energy")
    old, new = (needs.involvement(needs.need(None, days), adviser) for days in (12, 2))
    held = needs.involvement(needs.need(None, 40, status="taken"), adviser, State.TAKEN)
    fresh = needs.involvement(needs.need(None, 40, status="taken", last_event_at=NOW), adviser, State.TAKEN)
    over = needs.involvement(needs.closed(), adviser, State.CLOSED)
    needs.asked()
    desk = desk_of(adviser, as_of=NOW)
    assert [row.involvement for row in desk.asked] == [old, new]
    assert {row.involvement for row in desk.taken} == {held, fresh}
    assert [row.involvement for row in desk.silent] == [held]
    assert [row.involvement for row in desk.closed] == [over]
    assert desk.asked[0].need.words


def test_each_line_says_its_age_and_what_comes_next():
    asked = needs.asked(12)
    row = desk_of(asked.adviser, as_of=NOW).asked[0]
    assert (row.clock.age_days, row.clock.taken_days, row.clock.quick) == (12, None, {3: False, 5: False})
    assert row.clock.next == Strike("nudge", TODAY)
    ClockMark.objects.create(need=asked.need, routing=1, clock="nudge", at=NOW)
    ClockMark.objects.create(need=asked.need, routing=2, clock="last_chance", at=NOW)
    row = desk_of(asked.adviser, as_of=NOW).asked[0]
    assert row.clock.next == Strike("last_chance", TODAY + timedelta(days=9))


def test_a_need_held_says_how_quickly_it_was_taken_and_a_closed_one_has_no_clock():
    held = needs.taken(30)
    clock = clock_of(held.need, as_of=NOW)
    assert (clock.taken_days, clock.quick, clock.next) == (1, {3: True, 5: True}, Strike("no_news", TODAY + timedelta(days=150)))
    assert clock_of(needs.closed(), as_of=NOW).next is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_desk_costs_the_same_whatever_its_length(django_assert_num_queries, count):
    adviser = needs.adviser("energy")
    for _number in range(count):
        needs.involvement(needs.need(), adviser)
        needs.involvement(needs.need(status="taken"), adviser, State.TAKEN)
        needs.involvement(needs.closed(), adviser, State.CLOSED)
    with django_assert_num_queries(9):
        desk = desk_of(adviser, as_of=NOW)
        assert [row.need.journey.title for row in (*desk.asked, *desk.taken, *desk.closed)]
    assert len(desk.asked) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_whatever_its_length(django_assert_num_queries, count):
    officer = accounts.person(Role.OFFICER, "95")
    for _number in range(count):
        needs.involvement(needs.need(to_reroute=True))
    assert needs_to_reroute(officer).count() == count  # mandates are read
    with django_assert_num_queries(3):
        assert [clock_of(need, as_of=NOW).age_days for need in needs_to_reroute(officer)] == [0] * count


def test_the_queue_holds_only_what_an_officer_of_the_place_has_to_send():
    need = needs.need(to_reroute=True)
    needs.need()
    assert list(needs_to_reroute(accounts.person(Role.OFFICER, "95"))) == [need]
    assert not needs_to_reroute(accounts.person(Role.OFFICER, "77")).exists()
    assert not needs_to_reroute(accounts.person(Role.ADVISER, "95")).exists()
    from django.contrib.auth.models import AnonymousUser

    assert not needs_to_reroute(AnonymousUser()).exists()


# -- figures -----------------------------------------------------------------------------------------------------------
def figures(user=None, period=AUTUMN):
    return kpi(user or accounts.person(Role.OFFICER, "11"), period, as_of=NOW)


def test_quick_answers_are_counted_on_those_old_enough_to_tell():
    needs.taken(20)  # the next day
    slow = needs.taken(20)
    slow.taken_at = slow.need.created_at + timedelta(days=4)
    slow.save()
    needs.need(None, 4)  # not taken: old enough for three days, not for five
    needs.need(None, 1)  # too young
    needs.closed("withdrawn", 20)  # taken back before anybody answered
    told = figures()
    assert told.quick == {3: Share(1, 3), 5: Share(2, 2)}
    assert told.quick[3].value == pytest.approx(1 / 3)


def test_a_need_taken_at_once_does_not_flatter_before_its_days_are_over():
    needs.taken(2)
    needs.need(None, 2)
    assert figures().quick == {3: Share(0, 0), 5: Share(0, 0)}


def test_the_help_rate_leaves_out_what_nobody_can_call_help_or_its_refusal():
    for outcome in ("helped", "helped", "not_helped", "not_reached", "no_news", "unanswered", "withdrawn"):
        needs.closed(outcome, 10)
    told = figures()
    assert (told.helped, told.left_out, told.closed) == (Share(2, 4), 3, 7)
    assert told.outcomes == {
        "helped": 2, "not_helped": 1, "not_reached": 1, "no_news": 1, "withdrawn": 1, "unanswered": 1,
    }  # fmt: skip


def test_refusals_and_wrong_routings_are_counted_by_subject():
    for state in (State.DECLINED, State.MISROUTED, State.ASKED, State.ASKED):
        needs.involvement(needs.need(None, 10, subject="hiring"), state=state)
    needs.asked(10)
    told = figures()
    assert (told.declined, told.misrouted) == (Share(1, 5), Share(1, 5))
    assert told.by_subject["hiring"].declined == Share(1, 4)
    assert (told.by_subject["energy"].needs, told.by_subject["energy"].waiting) == (1, 1)


def test_figures_hold_to_the_period_and_to_what_one_may_see():
    needs.asked(10)
    needs.asked(120)
    needs.asked(10, make.journey(departement="77", commune="77288"))
    assert figures().needs == 2
    assert figures(accounts.person(Role.OFFICER, "95")).needs == 1
    assert figures(Need.objects.first().involvements.get().adviser).needs == 1
    assert figures(accounts.user()).helped.value is None


@pytest.mark.parametrize("count", [1, 3])
def test_figures_cost_the_same_whatever_the_number_of_needs(django_assert_num_queries, count):
    officer = accounts.person(Role.OFFICER, "11")
    for _number in range(count):
        needs.asked(10)
    with django_assert_num_queries(2):
        assert figures(officer).needs == count
