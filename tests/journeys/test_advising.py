"""Answering a need: one adviser takes it, the others are told; declined, reported, handed over and closed honestly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Involvement, OrganisationFilter
from ensembleur.journeys.services import advisers, advising
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW, TODAY

pytestmark = pytest.mark.django_db


def told(person):
    return [notice.kind for notice in Notification.objects.filter(user=person).order_by("pk")]


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


# -- take --------------------------------------------------------------------------------------------------------------
def test_taking_a_need_stands_the_others_down_and_tells_everybody():
    journey, director = make.own_journey()
    need = needs.need(journey, 2, to_reroute=True)
    first, second = needs.involvement(need), needs.involvement(need)
    held = advising.take_need(involvement=first, by=first.adviser, now=NOW)
    assert (held.state, held.taken_at, fresh(second).state) == (State.TAKEN, NOW, State.STOOD_DOWN)
    assert (fresh(need).status, fresh(need).to_reroute) == ("taken", False)
    assert told(second.adviser) == ["need_over"]
    assert told(director) == ["need_status"]
    assert first.adviser.full_name in Notification.objects.get(user=director).body


def test_two_clicks_of_the_same_adviser_take_it_once():
    asked = needs.asked()
    first, second = (advising.take_need(involvement=asked, by=asked.adviser, now=NOW) for _click in range(2))
    assert first == second
    assert Act.objects.filter(verb="take_need").count() == 1


def test_the_second_to_take_is_told_who_was_quicker():
    need = needs.need()
    first, second = needs.involvement(need), needs.involvement(need)
    advising.take_need(involvement=first, by=first.adviser, now=NOW)
    with pytest.raises(Refused, match=first.adviser.full_name) as refused:
        advising.take_need(involvement=second, by=second.adviser, now=NOW)
    assert refused.value.code == "need_taken"
    assert told(second.adviser) == ["need_over"]


def test_the_constraint_answers_in_the_same_words_should_the_lock_fail(monkeypatch):
    need = needs.need()
    first, second = needs.involvement(need), needs.involvement(need)
    advising.take_need(involvement=first, by=first.adviser, now=NOW)
    Involvement.objects.filter(pk=second.pk).update(state=State.ASKED, ended_at=None)
    seen = iter([None, fresh(first)])  # the first look comes before the other one's act
    monkeypatch.setattr(advising, "_holder", lambda need: next(seen))
    with pytest.raises(Refused, match=first.adviser.full_name):
        advising.take_need(involvement=second, by=second.adviser, now=NOW)
    assert fresh(second).state == State.ASKED


def test_one_adviser_at_most_holds_a_need_whatever_the_code():
    need = needs.need(status="taken")
    needs.involvement(need, state=State.TAKEN)
    with pytest.raises(IntegrityError):
        needs.involvement(need, state=State.TAKEN)


@pytest.mark.parametrize("state", [State.DECLINED, State.RELEASED, State.CALLED_OFF, State.CLOSED])
def test_what_is_over_is_not_taken(state):
    over = needs.involvement(needs.need(), state=state)
    with pytest.raises(Refused, match="déjà répondu"):
        advising.take_need(involvement=over, by=over.adviser, now=NOW)


# -- decline -----------------------------------------------------------------------------------------------------------
def test_declining_asks_the_next_one_of_the_reserve_without_restarting_the_clocks():
    asked = needs.asked(4)
    reserve = needs.adviser("energy")
    advising.decline_need(involvement=asked, by=asked.adviser, now=NOW, reason="Hors de mon domaine.")
    need = fresh(asked.need)
    assert (fresh(asked).state, fresh(asked).note) == (State.DECLINED, "Hors de mon domaine.")
    assert (need.routing, need.routed_at) == (1, asked.need.routed_at)
    assert need.involvements.get(adviser=reserve).state == State.ASKED
    assert told(reserve) == ["need_asked"]


def test_while_others_are_asked_nobody_more_is():
    need = needs.need()
    first, _second = needs.involvement(need), needs.involvement(need)
    needs.adviser("energy")
    advising.decline_need(involvement=first, by=first.adviser, now=NOW, reason="Complet.")
    assert need.involvements.count() == 2


def test_when_all_have_declined_the_need_falls_to_the_officers():
    asked, officer = needs.asked(), accounts.person(Role.OFFICER, "95")
    advising.decline_need(involvement=asked, by=asked.adviser, now=NOW, reason="Complet.")
    assert fresh(asked.need).to_reroute
    assert told(officer) == ["need_to_reroute"]


def test_declining_says_why_and_once():
    asked = needs.asked()
    with pytest.raises(BadInput, match="pourquoi"):
        advising.decline_need(involvement=asked, by=asked.adviser, now=NOW, reason=" ")
    advising.decline_need(involvement=asked, by=asked.adviser, now=NOW, reason="Complet.")
    with pytest.raises(Refused):
        advising.decline_need(involvement=asked, by=asked.adviser, now=NOW, reason="Complet.")


# -- misrouted ---------------------------------------------------------------------------------------------------------
def test_a_wrong_routing_is_reported_in_one_click():
    asked, officer = needs.asked(), accounts.person(Role.OFFICER, "95")
    advising.report_misrouted(involvement=asked, by=asked.adviser, now=NOW)
    need = fresh(asked.need)
    assert (fresh(asked).state, need.to_reroute, need.status) == (State.MISROUTED, True, "waiting")
    assert [event.kind for event in need.events.all()] == ["misrouted"]
    assert told(officer) == ["need_to_reroute"]


def test_reported_by_its_holder_a_need_waits_again():
    held = needs.taken()
    advising.report_misrouted(involvement=held, by=held.adviser, now=NOW)
    assert fresh(held.need).status == "waiting"


def test_with_a_proposal_it_goes_elsewhere_at_once_on_the_same_thread():
    asked, recruiter = needs.asked(12), needs.adviser("hiring")
    advising.report_misrouted(involvement=asked, by=asked.adviser, now=NOW, note="Un recrutement.", proposal="hiring")
    need = fresh(asked.need)
    assert (need.subject, need.routing, need.to_reroute) == ("hiring", 2, False)
    assert need.involvements.get(adviser=recruiter).state == State.ASKED
    assert fresh(asked).state == State.MISROUTED
    other = needs.asked()
    with pytest.raises(BadInput):
        advising.report_misrouted(involvement=other, by=other.adviser, now=NOW, proposal="astrology")


# -- close -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome", ["helped", "not_helped", "not_reached"])
def test_an_honest_end_is_told_to_the_company(outcome):
    journey, director = make.own_journey()
    held = needs.taken(5, journey)
    advising.close_need(involvement=held, outcome=outcome, note="Visite faite.", by=held.adviser, now=NOW)
    need = fresh(held.need)
    assert (need.status, need.outcome, need.closed_at, need.first_closed_at) == ("closed", outcome, NOW, NOW)
    assert (fresh(held).state, fresh(held).outcome) == (State.CLOSED, outcome)
    assert told(director) == ["need_status"]
    assert "Visite faite." in Notification.objects.get(user=director).body


def test_nobody_writes_about_a_need_closed_without_news():
    journey, director = make.own_journey()
    held = needs.taken(5, journey)
    advising.close_need(involvement=held, outcome="no_news", note="", by=held.adviser, now=NOW)
    assert fresh(held.need).outcome == "no_news"
    assert told(director) == []


def test_a_second_closing_keeps_the_day_of_the_first():
    held = needs.taken(5, first_closed_at=NOW - timedelta(days=90))
    advising.close_need(involvement=held, outcome="helped", note="", by=held.adviser, now=NOW)
    assert fresh(held.need).first_closed_at == NOW - timedelta(days=90)


@pytest.mark.parametrize(
    ("outcome", "note", "says"),
    [("withdrawn", "", "liste"), ("unanswered", "", "liste"), ("solved", "", "liste"), ("not_helped", " ", "pourquoi")],
)
def test_an_adviser_says_only_what_is_theirs_to_say(outcome, note, says):
    held = needs.taken()
    with pytest.raises(BadInput, match=says):
        advising.close_need(involvement=held, outcome=outcome, note=note, by=held.adviser, now=NOW)


def test_only_the_holder_closes():
    asked = needs.asked()
    with pytest.raises(Refused, match="en charge"):
        advising.close_need(involvement=asked, outcome="helped", note="", by=asked.adviser, now=NOW)


# -- hand over ---------------------------------------------------------------------------------------------------------
def test_a_need_handed_over_is_held_by_nobody_until_the_other_takes_it():
    journey, director = make.own_journey()
    held, other = needs.taken(20, journey), needs.adviser()
    need = advising.hand_over(involvement=held, to=other, by=held.adviser, now=NOW, note="Je pars en congé.")
    assert (need.status, need.routing, need.routed_at) == ("waiting", 2, NOW)
    assert fresh(held).state == State.STOOD_DOWN
    received = need.involvements.get(adviser=other)
    assert received.state == State.ASKED
    assert told(other) == ["need_asked"]
    assert told(director) == ["need_status"]
    advising.take_need(involvement=received, by=other, now=NOW)
    assert fresh(need).status == "taken"


def test_an_officer_passes_on_the_need_of_an_adviser_who_left():
    held, other = needs.taken(20), needs.adviser("hiring", "energy")
    advising.hand_over(involvement=held, to=other, by=accounts.person(Role.OFFICER, "95"), now=NOW)
    assert Act.objects.get(verb="hand_over").after["to"] == f"user:{other.pk}"


def test_a_need_is_not_passed_to_somebody_away_elsewhere_or_to_oneself():
    held, away, elsewhere = needs.taken(), needs.adviser("energy"), needs.adviser("energy", code="77")
    needs.away(away)
    for other in (away, elsewhere, held.adviser, accounts.user()):
        with pytest.raises(Refused, match="autre"):
            advising.hand_over(involvement=held, to=other, by=held.adviser, now=NOW)
    asked = needs.asked()
    with pytest.raises(Refused, match="prise en charge"):
        advising.hand_over(involvement=asked, to=held.adviser, by=asked.adviser, now=NOW)


# -- profile -----------------------------------------------------------------------------------------------------------
def test_subjects_are_set_whole_and_journaled_only_when_they_change():
    adviser = needs.adviser("energy", "hiring")
    assert advisers.set_subjects(adviser=adviser, subjects=["hiring", "export"], by=adviser, now=NOW) == ("export", "hiring")
    advisers.set_subjects(adviser=adviser, subjects=["export", "hiring"], by=adviser, now=NOW)
    assert set(AdviserSubject.objects.filter(adviser=adviser).values_list("subject", flat=True)) == {"export", "hiring"}
    assert Act.objects.get(verb="set_subjects").before == {"subjects": ["energy", "hiring"]}
    with pytest.raises(BadInput):
        advisers.set_subjects(adviser=adviser, subjects=["astrology"], by=adviser, now=NOW)


def test_an_absence_is_written_then_ended():
    adviser = needs.adviser()
    days = {"starts_on": TODAY - timedelta(days=2), "ends_on": TODAY + timedelta(days=5)}
    absence = advisers.set_absence(adviser=adviser, by=adviser, now=NOW, **days)
    with pytest.raises(Refused, match="déjà enregistrée"):
        advisers.set_absence(adviser=adviser, by=adviser, now=NOW, **days)
    advisers.end_absence(absence=absence, by=adviser, now=NOW)
    assert fresh(absence).ends_on == TODAY
    with pytest.raises(Refused, match="déjà terminée"):
        advisers.end_absence(absence=absence, by=adviser, now=NOW)


def test_an_absence_to_come_is_cancelled():
    adviser = needs.adviser()
    absence = advisers.set_absence(
        adviser=adviser, starts_on=TODAY + timedelta(days=3), ends_on=TODAY + timedelta(days=9), by=adviser, now=NOW
    )
    advisers.end_absence(absence=absence, by=adviser, now=NOW)
    assert not AdviserAbsence.objects.exists()


@pytest.mark.parametrize(("start", "end"), [(3, 3), (3, 1), (0, 500), (-9, -2)])
def test_an_absence_that_makes_no_sense_is_refused(start, end):
    adviser = needs.adviser()
    days = {"starts_on": TODAY + timedelta(days=start), "ends_on": TODAY + timedelta(days=end)}
    with pytest.raises(BadInput):
        advisers.set_absence(adviser=adviser, by=adviser, now=NOW, **days)


SMALL = {"id": "small", "fact": "company_headcount", "op": "at_most", "value": "49"}


def body_of(adviser):
    body = accounts.organisation()
    adviser.mandates.update(organisation=body)
    return body


def test_a_filter_is_set_changed_and_removed():
    officer, body = accounts.person(Role.OFFICER), body_of(needs.adviser())
    fields = {"organisation": body, "subject": "energy", "by": officer, "now": NOW}
    advisers.set_organisation_filter(condition={"all": [SMALL]}, **fields)
    held = advisers.set_organisation_filter(condition={"all": [{**SMALL, "value": "99"}]}, **fields)
    assert OrganisationFilter.objects.get() == held
    assert advisers.set_organisation_filter(condition=None, **fields) is None
    assert advisers.set_organisation_filter(condition=None, **fields) is None
    assert not OrganisationFilter.objects.exists()
    assert Act.objects.filter(verb="remove_organisation_filter").count() == 1


@pytest.mark.parametrize(
    ("subject", "condition"),
    [
        ("astrology", {"all": [SMALL]}),
        ("", {"all": [{**SMALL, "fact": "colour"}]}),
        ("", {"all": [SMALL, {**SMALL, "id": "big", "op": "at_least", "value": "250"}]}),
    ],
)
def test_a_filter_that_cannot_be_read_or_met_is_refused(subject, condition):
    officer, body = accounts.person(Role.OFFICER), body_of(needs.adviser())
    with pytest.raises(BadInput):
        advisers.set_organisation_filter(organisation=body, subject=subject, condition=condition, by=officer, now=NOW)
