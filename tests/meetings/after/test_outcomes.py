"""Each side says what a meeting led to; time asks again; the strategy counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.meetings import indicators
from ensembleur.meetings.models import Attendee, Event, Letter, Meeting, Outcome
from ensembleur.meetings.queries import after
from ensembleur.meetings.services.after_clocks import strike_after
from ensembleur.meetings.services.outcomes import say_later, say_outcome
from ensembleur.strategy.catalogue.loader import FILES, read_file
from ensembleur.strategy.engine.registry import Reading
from ensembleur.strategy.services.loading import load_strategy
from tests.factories import accounts, meetings

THEN = meetings.OPENING + timedelta(hours=3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def met():
    """A meeting published in the second slot, and its two people."""
    event = meetings.event(state="day")
    buyer, supplier = meetings.registration(event, "A", siret="00000001800010"), meetings.registration(event, "B")
    one = meetings.meeting(buyer, supplier)
    meetings.version(event, [(one, 1, "1")], published=True)
    return one


def say(met, side="A", now=THEN, **told):
    person = meetings.first(met.registration_a if side == "A" else met.registration_b)
    return say_outcome(meeting=met, side=side, by=person, now=now, **told)


def test_two_taps_say_it_and_each_side_says_its_own(met):
    say(met, is_useful=True)
    say(met, next_step="follow_up")
    say(met, side="B", is_useful=False, note="  Pour moi  ")
    rows = [(one.side, one.is_useful, one.next_step, one.note) for one in Outcome.objects.all()]
    assert rows == [("A", True, "follow_up", ""), ("B", False, "", "Pour moi")]
    met.refresh_from_db()
    assert met.state == "held"


def test_a_follow_up_is_written_once_in_the_journal_without_a_name(met):
    for _twice in range(2):
        say(met, is_useful=True, next_step="contract_expected")
    act = Act.objects.get(verb="meeting_follow_up")
    assert (act.thing, act.after) == (f"meetings.meeting:{met.pk}", {"side": "A", "step": "contract_expected"})
    assert list(after.follow_ups_of("00000001800010")) == [Outcome.objects.get()]


def test_an_account_answers_as_the_person_it_is(met):
    account = accounts.user()
    mine = meetings.attendee(met.registration_a, user=account)
    assert say_outcome(meeting=met, side="A", by=account, now=THEN, is_useful=True).by == mine


@pytest.mark.parametrize(("told", "says"), [({"next_step": "party"}, "Choisissez"), ({"note": "x" * 501}, "501")])
def test_what_cannot_be_kept_says_why(met, told, says):
    with pytest.raises(BadInput, match=says):
        say(met, **told)


def test_nothing_is_said_before_the_meeting_nor_of_one_that_was_missed(met):
    with pytest.raises(Refused, match="pas encore eu lieu"):
        say(met, now=meetings.OPENING, is_useful=True)
    Meeting.objects.update(state="missed_a")
    with pytest.raises(Refused, match="non tenu"):
        say(met, is_useful=True)


def test_nobody_speaks_for_the_other_side(met):
    with pytest.raises(NotAllowed):
        say_outcome(meeting=met, side="B", by=meetings.first(met.registration_a), now=THEN, is_useful=True)


def test_six_months_after_one_says_where_it_stands(met):
    outcome = say(met, is_useful=True, next_step="hired")
    person = meetings.first(met.registration_a)
    with pytest.raises(BadInput):
        say_later(outcome=outcome, later="?", by=person, now=THEN)
    assert say_later(outcome=outcome, later="hired", by=person, now=THEN).later == "hired"
    assert list(after.hirings_of(met.event)) == [met]


# -- time --------------------------------------------------------------------------------------------------------------
def test_time_asks_twice_for_what_is_not_said_then_six_months_after(met):
    day = meetings.OPENING
    counts = [strike_after(as_of=day + timedelta(days=n), dry_run=False)["outcomes"] for n in (0, 1, 1, 2, 7, 8, 40)]
    assert counts == [0, 2, 0, 0, 2, 0, 0]
    say(met, is_useful=True, next_step="follow_up")
    later = THEN + timedelta(days=181)
    assert strike_after(as_of=later, dry_run=True) == {"outcomes": 0, "later": 1}
    assert [strike_after(as_of=later, dry_run=False)["later"] for _ in range(2)] == [1, 0]
    letter = Letter.objects.get(key__startswith="later:")
    assert "devait avoir une suite" in letter.body
    assert len(letter.short) <= 160


def test_whoever_has_said_everything_is_not_asked(met):
    say(met, is_useful=True)
    assert strike_after(as_of=meetings.OPENING + timedelta(days=1), dry_run=False)["outcomes"] == 1
    assert Letter.objects.get().attendee == meetings.first(met.registration_b)


# -- figures -----------------------------------------------------------------------------------------------------------
def test_a_share_is_unknown_under_five_answers(met):
    say(met, is_useful=True)
    summary = after.summary_of(met.event)
    assert (summary.held, summary.sides[0].answered, summary.sides[0].share, summary.sides[0].response) == (1, 1, None, 1.0)
    assert summary.sides[1].response == 0
    assert after.SideAnswers("A", 0, 6, 3, {}).share == 0.5
    assert after.SideAnswers("A", 0, 6, 3, {}).response is None


def test_the_years_of_the_texts_stand_beside_what_was_seen():
    path = next(path for path in sorted(FILES.glob("*.yaml")) if "2013" in path.name)
    load_strategy(data=read_file(path), by="command:test", now=THEN)
    years = [(one.year, one.participants, one.organisations, one.meetings) for one in after.years_of_texts()]
    assert years == [(2014, 849, 564, 6457), (2015, 732, 484, 5852), (2016, 610, 355, 4283)]


def reading(day=date(2027, 12, 31), start=None, region=""):
    return Reading(day, start, region)


def test_what_nobody_recorded_is_unknown_and_never_zero(met):
    for function in (
        indicators.participants,
        indicators.organisations,
        indicators.held,
        indicators.useful_share,
        indicators.follow_up_share,
    ):
        measured = function(reading(), {})
        assert measured.value is None
        assert measured.why
        assert measured.why_en


def test_the_strategy_counts_who_came_who_met_and_what_lasts(met):
    Attendee.objects.filter(registration=met.registration_a).update(arrived_at=THEN, group_size=3)
    outcome = say(met, is_useful=True, next_step="follow_up")
    say(met, side="B", is_useful=False)
    say_later(outcome=outcome, later="signed", by=meetings.first(met.registration_a), now=THEN + timedelta(days=200))
    values = [
        indicators.participants(reading(), {}).value,
        indicators.organisations(reading(), {"kind": "forum"}).value,
        indicators.held(reading(region="11"), {}).value,
        indicators.useful_share(reading(start=date(2027, 1, 1)), {}).value,
        indicators.follow_up_share(reading(), {}).value,
    ]
    assert values == [3, 1, 1, Decimal("0.5"), 1]


def test_a_past_day_sees_nothing_of_what_came_later(met):
    Attendee.objects.update(arrived_at=THEN)
    outcome = say(met, is_useful=True, next_step="follow_up")
    assert indicators.participants(reading(date(2027, 1, 11)), {}).value is None
    assert indicators.follow_up_share(reading(date(2027, 3, 1)), {}).value is None
    say_later(outcome=outcome, later="signed", by=meetings.first(met.registration_a), now=THEN + timedelta(days=300))
    assert indicators.follow_up_share(reading(date(2027, 8, 1)), {}).value == 0
    assert indicators.participants(reading(start=date(2027, 2, 1)), {}).value is None
    assert indicators.held(reading(region="93"), {}).value is None


def test_an_event_counts_once_its_day_is_opened_and_people_by_side(met):
    Attendee.objects.update(arrived_at=THEN)
    for state, count in (("published", None), ("day", 1), ("closed", 1), ("cancelled", None)):
        Event.objects.update(state=state)
        assert indicators.events(reading(), {"kind": "forum"}).value == count
        assert indicators.events(reading(), {"kind": "fair"}).value is None
    Event.objects.update(state="closed")
    sides = [indicators.participants(reading(), {"side": side}).value for side in ("A", "B", "")]
    assert sides[0] + sides[1] == sides[2]
    assert 0 < sides[0] < sides[2]


def test_an_unknown_kind_of_event_is_refused_rather_than_counted(met):
    with pytest.raises(BadInput, match="A, B"):
        indicators.participants(reading(), {"side": "C"})
    with pytest.raises(BadInput, match="forum"):
        indicators.held(reading(), {"kind": "party"})
