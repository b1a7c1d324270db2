"""Time asks for reviews and opinions once, reminds once, and says honestly that nobody answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.journeys.models import Survey
from ensembleur.journeys.services import review_clocks
from ensembleur.journeys.services.review_clocks import strike_reviews, strike_surveys
from ensembleur.journeys.services.surveying import answer_survey
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import reviews as held
from tests.factories.journeys import NOW
from tests.journeys.test_permissions import PEOPLE, person

pytestmark = pytest.mark.django_db


def at(day, hour=10):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def strike(as_of, *, dry_run=False):
    """Everything this module does, with what was done only."""
    found = strike_reviews(as_of=as_of, dry_run=dry_run) | strike_surveys(as_of=as_of, dry_run=dry_run)
    return {name: count for name, count in found.items() if count}


# -- reviews -----------------------------------------------------------------------------------------------------------
def test_a_review_is_asked_at_its_day_reminded_once_then_lapses():
    journey, director = make.own_journey()
    held.baseline(journey, on=date(2026, 1, 15))
    due = date(2026, 7, 15)
    assert strike(at(due - timedelta(days=1))) == {}
    assert strike(at(due), dry_run=True) == {"reviews_asked": 1}
    assert strike(at(due)) == {"reviews_asked": 1}
    assert strike(at(due)) == {}
    assert strike(at(due + timedelta(days=13))) == {}
    assert strike(at(due + timedelta(days=14))) == {"reviews_reminded": 1}
    assert strike(at(due + timedelta(days=15))) == {}
    assert strike(at(due + timedelta(days=59))) == {}
    assert strike(at(due + timedelta(days=60))) == {"reviews_lapsed": 1}
    assert strike(at(due + timedelta(days=61))) == {}
    assert [notice.kind for notice in Notification.objects.filter(user=director).order_by("pk")] == [
        "review_asked",
        "review_reminder",
    ]
    assert list(Act.objects.order_by("number").values_list("verb", flat=True)) == ["ask_review", "lapse_review"]


def test_a_review_held_is_neither_reminded_nor_lapsed_and_a_closed_journey_is_left_alone():
    journey, director = make.own_journey()
    held.baseline(journey)
    held.review(journey, 6, done_at=NOW, done_by=director)
    held.review(journey, 12, asked_at=NOW - timedelta(days=90), done_at=NOW, done_by=director)
    closed = make.journey(closed_at=NOW)
    held.baseline(closed)
    assert strike_reviews(as_of=NOW, dry_run=False) == {"reviews_asked": 0, "reviews_reminded": 0, "reviews_lapsed": 0}


def test_a_late_start_asks_before_it_lets_anything_lapse():
    journey = make.journey()
    held.baseline(journey, on=date(2026, 1, 15))
    assert strike(at(date(2026, 10, 30))) == {"reviews_asked": 1}
    assert Notification.objects.get().user == journey.opened_by


def test_without_director_the_opener_is_told_in_their_language():
    reader = accounts.user(language="en")
    held.baseline(make.journey(opened_by=reader), on=date(2026, 5, 20))
    strike(NOW)
    assert Notification.objects.get().key.endswith(f":user:{reader.pk}")


@pytest.mark.parametrize("count", [1, 3])
def test_looking_for_what_is_due_costs_the_same_whatever_stands(count, django_assert_num_queries):
    for _ in range(count):
        held.baseline(make.journey(), on=date(2026, 11, 20))
        held.closed_need(accounts.user(), days=2)
    with django_assert_num_queries(10):
        assert strike(NOW) == {}


# -- surveys -----------------------------------------------------------------------------------------------------------
def test_both_sides_are_asked_ten_days_then_five_months_after_the_first_closing():
    journey, director = make.own_journey()
    adviser = accounts.person(Role.ADVISER, "95")
    need = held.closed_need(adviser, journey, days=9, created_by=director)
    assert strike(NOW) == {}
    assert strike(NOW + timedelta(days=1)) == {"satisfaction_asked": 2}
    assert strike(NOW + timedelta(days=1)) == {}
    asked = set(Survey.objects.values_list("need", "side", "person"))
    assert asked == {(need.pk, "company", director.pk), (need.pk, "adviser", adviser.pk)}
    assert strike(NOW + timedelta(days=8)) == {"surveys_reminded": 2}
    assert strike(NOW + timedelta(days=9)) == {}
    assert strike(at(date(2027, 4, 11))) == {}
    assert strike(at(date(2027, 4, 12), hour=0)) == {"outcome_asked": 2}  # five months, whatever the hour of the closing
    keys = list(Notification.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 6


def test_a_need_closed_without_news_is_never_asked_about():
    held.closed_need(accounts.user(), days=12, outcome="no_news")
    assert strike(NOW) == {}


def reopened(need):
    need.status, need.outcome, need.closed_at = "waiting", "", None
    need.save()


def closed_again(need, on, outcome="helped"):
    need.status, need.outcome, need.closed_at = "closed", outcome, on
    need.save()


def test_what_came_of_a_need_is_asked_five_months_after_its_first_closing_even_if_it_was_opened_and_closed_again():
    need = held.closed_need(None, days=170)
    closed_again(need, NOW - timedelta(days=20))
    assert strike(NOW) == {"outcome_asked": 1}


def test_a_need_open_again_at_five_months_is_asked_about_once_it_is_closed():
    need = held.closed_need(None, days=160)
    reopened(need)
    assert strike(NOW) == {}
    later = NOW + timedelta(days=90)
    closed_again(need, later)
    assert strike(later) == {"outcome_asked": 1}
    assert strike(later) == {}


def test_what_came_of_a_real_closing_is_asked_even_when_the_need_then_fell_silent():
    adviser = accounts.user()
    need = held.closed_need(adviser, days=160)
    closed_again(need, NOW - timedelta(days=20), outcome="no_news")
    assert strike(NOW) == {"outcome_asked": 2}


def test_without_adviser_only_the_company_is_asked():
    held.closed_need(None, days=12, outcome="unanswered")
    assert strike(NOW) == {"satisfaction_asked": 1}


def test_an_adviser_who_asked_for_the_company_leaves_the_answer_to_its_director():
    journey, director = make.own_journey()
    adviser = accounts.person(Role.ADVISER, "95")
    held.closed_need(adviser, journey, days=12, created_by=adviser)
    strike(NOW)
    assert {(one.side, one.person) for one in Survey.objects.all()} == {("company", director), ("adviser", adviser)}


def test_a_closed_account_or_an_old_closing_is_not_asked():
    gone = accounts.user(is_active=False)
    held.closed_need(gone, make.journey(opened_by=gone), days=12)
    held.closed_need(None, days=75)
    assert strike(NOW) == {}


def test_a_need_opened_again_is_not_asked_about_until_it_is_closed():
    need = held.closed_need(accounts.user(), days=12)
    need.status, need.outcome, need.closed_at = "waiting", "", None
    need.save()
    assert strike(NOW) == {}


def test_a_review_held_asks_both_sides_who_met():
    journey, director = make.own_journey()
    adviser = accounts.person(Role.ADVISER, "95")
    held.closed_need(adviser, journey, days=300, outcome="no_news")
    held.baseline(journey)
    held.review(journey, done_at=NOW - timedelta(days=1), done_by=director, asked_at=NOW)
    held.review(journey, 6, lapsed_at=NOW)
    assert strike(NOW) == {"review_asked": 2}
    assert {(one.side, one.person) for one in Survey.objects.all()} == {("company", director), ("adviser", adviser)}
    assert strike(NOW) == {}


def test_a_process_killed_between_two_leaves_nothing_half_done(monkeypatch):
    for _ in range(3):
        held.closed_need(None, days=12)
    told = review_clocks.notify
    calls = []

    def dies(**words):
        calls.append(words)
        if len(calls) == 2:
            raise SystemExit
        return told(**words)

    monkeypatch.setattr(review_clocks, "notify", dies)
    with pytest.raises(SystemExit):
        strike(NOW)
    assert (Survey.objects.count(), Notification.objects.count()) == (1, 1)
    monkeypatch.setattr(review_clocks, "notify", told)
    assert strike(NOW) == {"satisfaction_asked": 2}
    assert (Survey.objects.count(), Notification.objects.count()) == (3, 3)


def test_clocks_that_run_together_ask_once():
    """What another process wrote since the list was read is found by the row's own constraint."""
    need = held.closed_need(None, days=12)
    ask = review_clocks._asking_about_a_need("satisfaction", "company")
    assert ask(need, NOW)
    assert not ask(need, NOW)
    assert (Survey.objects.count(), Notification.objects.count()) == (1, 1)


# -- answering ---------------------------------------------------------------------------------------------------------
def asked(**fields):
    journey, director = make.own_journey()
    return held.survey(held.closed_need(None, journey), director, **fields), director


def test_the_first_question_is_enough_and_the_answer_may_change_for_thirty_days():
    survey, director = asked()
    answer_survey(survey=survey, by=director, now=NOW, contacted=False)
    later = answer_survey(
        survey=survey, by=director, now=NOW + timedelta(days=30), contacted=True, useful=True, result="solved", comment=" Oui "
    )
    assert (later.answered_at, later.contacted, later.useful, later.result, later.comment) == (NOW, True, True, "solved", "Oui")
    with pytest.raises(Refused, match="ne change plus"):
        answer_survey(survey=survey, by=director, now=NOW + timedelta(days=31), contacted=False)
    acts = Act.objects.order_by("number")
    assert [(act.verb, act.after) for act in acts] == [("answer_survey", {"first": True}), ("answer_survey", {"first": False})]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"contacted": False, "useful": True}, BadInput),
        ({"contacted": True, "result": "magic"}, BadInput),
        ({"contacted": True, "comment": "a" * 1001}, BadInput),
    ],
)
def test_an_answer_that_says_nothing_sound_is_refused(fields, error):
    survey, director = asked()
    with pytest.raises(error):
        answer_survey(survey=survey, by=director, now=NOW, **fields)


def test_a_survey_closes_sixty_days_after_it_was_asked():
    survey, director = asked(asked_at=NOW - timedelta(days=61))
    with pytest.raises(Refused, match="deux mois"):
        answer_survey(survey=survey, by=director, now=NOW, contacted=True)


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_answers_for_the_person_asked(who):
    survey, director = asked()
    with pytest.raises(NotAllowed):
        answer_survey(survey=survey, by=person(who, survey.need.journey.siren), now=NOW, contacted=True)
    assert not Survey.objects.visible_to(person(who, survey.need.journey.siren)).exists()
    answer_survey(survey=survey, by=director, now=NOW, contacted=True)
