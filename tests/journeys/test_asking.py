"""Asking an adviser: sent to those who match, attached rather than doubled, withdrawn, written on, rerouted, reopened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.errors import BadInput, Refused
from ensembleur.journeys.choices import InvolvementState as State
from ensembleur.journeys.models import Need, OrganisationFilter
from ensembleur.journeys.services import asking
from tests.factories import accounts, needs
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


def opened(journey, by, *, subject="energy", words="Comment réduire notre facture ?", now=NOW, **fields):
    return asking.open_need(journey=journey, subject=subject, words=words, by=by, now=now, **fields)


def told(person):
    return [notice.kind for notice in Notification.objects.filter(user=person).order_by("pk")]


def states(need):
    return dict(need.involvements.values_list("adviser", "state"))


def kinds(need):
    return [event.kind for event in need.events.all()]


# -- open --------------------------------------------------------------------------------------------------------------
def test_a_question_reaches_the_advisers_of_its_subject_and_place():
    journey, director = make.own_journey()
    chosen, elsewhere, other = needs.adviser("energy"), needs.adviser("energy", code="77"), needs.adviser("hiring")
    need = opened(journey, director).need
    assert states(need) == {chosen.pk: State.ASKED}
    assert (need.status, need.routing, need.to_reroute) == ("waiting", 1, False)
    assert kinds(need) == ["opened", "routed"]
    assert told(chosen) == ["need_asked"]
    assert told(elsewhere) == told(other) == []
    assert [reason["answer"] for reason in need.involvements.get().reasons] == ["yes", "yes"]
    assert Act.objects.get(verb="open_need").after == {"asked": 1, "subject": "energy"}


def test_the_company_is_told_when_an_adviser_asks_for_it():
    journey, director = make.own_journey()
    adviser = needs.adviser("energy")
    need = opened(journey, adviser).need
    assert states(need) == {adviser.pk: State.ASKED}
    assert told(director) == ["need_status"]


def test_three_at_most_are_asked():
    journey, director = make.own_journey()
    for _number in range(5):
        needs.adviser("energy")
    assert opened(journey, director).need.involvements.count() == 3


def test_an_absent_adviser_is_not_asked():
    journey, director = make.own_journey()
    needs.away(needs.adviser("energy"))
    present = needs.adviser("energy")
    assert list(states(opened(journey, director).need)) == [present.pk]


def test_an_organisations_filter_excludes_on_what_is_known_and_never_on_what_is_not(monkeypatch):
    journey, director = make.own_journey()
    body = accounts.organisation(name="Chambre fictive")
    adviser = needs.adviser("energy")
    adviser.mandates.update(organisation=body)
    rule = {"all": [{"id": "naf", "fact": "naf", "op": "starts_with", "value": ["96"]}]}
    OrganisationFilter.objects.create(organisation=body, subject="", condition=rule, changed_by=director, changed_at=NOW)
    need = opened(journey, director).need
    assert need.involvements.get().reasons[-1]["answer"] == "unknown"
    assert need.involvements.get().organisation == body
    from ensembleur.logic.facts import Fact

    monkeypatch.setattr("ensembleur.journeys.queries.advisers.facts_of", lambda *_args, **_fields: {"naf": Fact("25.62B")})
    other, its_director = make.own_journey()
    need = opened(other, its_director).need
    assert (need.involvements.count(), need.to_reroute) == (0, True)


def test_a_filter_that_can_no_longer_be_read_excludes_nobody():
    journey, director = make.own_journey()
    body = accounts.organisation()
    adviser = needs.adviser("energy")
    adviser.mandates.update(organisation=body)
    OrganisationFilter.objects.create(
        organisation=body,
        condition={"all": [{"id": "gone", "fact": "gone_since", "op": "is_true"}]},
        changed_by=director,
        changed_at=NOW,
    )
    assert list(states(opened(journey, director).need)) == [adviser.pk]


def test_without_anybody_the_officers_of_the_place_are_told():
    journey, director = make.own_journey()
    officer, elsewhere = accounts.person(Role.OFFICER, "95"), accounts.person(Role.OFFICER, "77")
    need = opened(journey, director).need
    assert need.to_reroute
    assert told(officer) == ["need_to_reroute"]
    assert told(elsewhere) == []


def test_the_company_is_told_when_nobody_covers_what_an_adviser_asks_for_it():
    journey, director = make.own_journey()
    adviser = needs.adviser("hiring")
    assert opened(journey, adviser).need.to_reroute
    assert "un agent va chercher" in Notification.objects.get(user=director).body


def test_people_of_the_company_are_never_asked_about_it():
    journey, director = make.own_journey()
    accounts.mandate(director, Role.ADVISER)
    assert opened(journey, director).need.to_reroute


def test_a_fictional_company_never_asks_real_people():
    journey, director = make.own_journey(is_fictional=True)
    needs.adviser("energy")
    fictional = needs.adviser("energy", is_fictional=True)
    accounts.person(Role.OFFICER, "95")
    assert list(states(opened(journey, director).need)) == [fictional.pk]


def test_a_project_without_siret_is_asked_about_like_any_other():
    opener = accounts.user()
    journey = make.journey(opener, siren="", commune="", departement="", place="")
    adviser = needs.adviser("energy")
    need = opened(journey, opener).need
    assert list(states(need)) == [adviser.pk]
    assert "unknown" in [reason["answer"] for reason in need.involvements.get().reasons]


def test_a_question_may_come_from_an_action_of_the_same_journey_only():
    journey, director = make.own_journey()
    action = make.plan(make.finished(journey)).actions.first()
    assert opened(journey, director, action=action).need.action == action
    other, its_director = make.own_journey()
    with pytest.raises(BadInput, match="autre parcours"):
        opened(other, its_director, action=action)


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"subject": "astrology"}, "sujet"), ({"words": "  "}, "vide"), ({"words": "x" * 4001}, "4 000")],
)
def test_a_question_that_cannot_be_read_is_refused(fields, says):
    journey, director = make.own_journey()
    with pytest.raises(BadInput, match=says):
        opened(journey, director, **fields)
    assert not Need.objects.exists()


def test_a_closed_journey_asks_nothing_more():
    journey, director = make.own_journey(closed_at=NOW)
    with pytest.raises(Refused, match="clos"):
        opened(journey, director)


# -- attached ----------------------------------------------------------------------------------------------------------
def test_the_same_question_within_three_weeks_is_attached_and_nobody_is_asked_twice():
    journey, director = make.own_journey()
    adviser = needs.adviser("energy")
    first = opened(journey, director, now=NOW - timedelta(days=20)).need
    again = opened(journey, director, words="Et nos fours ?")
    assert (again.need, again.attached) == (first, True)
    assert first.involvements.count() == 1
    assert [message.body for message in first.messages.all()] == ["Et nos fours ?"]
    assert kinds(first)[-1] == "attached"
    assert told(adviser) == ["need_asked", "need_message"]


@pytest.mark.parametrize("change", ["subject", "later", "company"])
def test_another_subject_another_company_or_three_weeks_make_another_question(change):
    journey, director = make.own_journey()
    opened(journey, director, now=NOW - timedelta(days=21))
    if change == "company":
        journey, director = make.own_journey()
    again = opened(journey, director, subject="hiring" if change == "subject" else "energy")
    assert not again.attached
    assert Need.objects.count() == 2


def test_two_projects_without_siret_are_never_glued_together():
    opener = accounts.user()
    one, two = (make.journey(opener, siren="", title=title) for title in ("Un", "Deux"))
    opened(one, opener)
    assert not opened(two, opener).attached
    assert opened(two, opener).attached


def test_the_same_establishment_is_known_again_in_its_next_journey():
    journey, director = make.own_journey()
    first = opened(journey, director, now=NOW - timedelta(days=3)).need
    journey.closed_at = NOW
    journey.save()
    again = make.journey(siren=journey.siren)
    assert opened(again, director).need == first


def test_somebody_elses_question_on_an_earlier_journey_is_not_shown_by_attaching():
    earlier = make.journey(opened_at=NOW - timedelta(days=9), closed_at=NOW)
    opened_by = earlier.opened_by
    needs.need(earlier, 3, created_by=opened_by)
    newcomer = accounts.user()
    again = make.journey(newcomer, siren=earlier.siren)
    assert not opened(again, newcomer).attached


def test_an_adviser_of_the_place_completes_the_question_the_company_already_asked():
    journey, director = make.own_journey()
    needs.adviser("energy")
    first, colleague = opened(journey, director).need, needs.adviser("export")  # not among those asked
    again = opened(journey, colleague, words="La directrice précise au téléphone.", now=NOW + timedelta(days=2))
    assert (again.need, again.attached) == (first, True)
    assert opened(journey, colleague, subject="carbon").need == opened(journey, colleague, subject="carbon").need


def test_a_question_closed_meanwhile_is_opened_again_by_the_new_words():
    journey, director = make.own_journey()
    adviser = needs.adviser("energy")
    held = needs.closed("helped", 2, journey)
    needs.involvement(held, adviser, State.CLOSED)
    needs.adviser("energy", code="95018")
    again = opened(journey, director, words="Il manque un point.")
    held.refresh_from_db()
    assert (again.attached, held.status, held.routing, held.outcome) == (True, "waiting", 2, "")
    assert list(held.involvements.filter(routing=2).values_list("adviser", flat=True)) == [adviser.pk]
    assert held.first_closed_at is not None


# -- withdrawn ---------------------------------------------------------------------------------------------------------
def test_a_question_taken_back_ends_with_everybody_told():
    journey, director = make.own_journey()
    asked = needs.involvement(needs.need(journey, 2))
    need = asking.withdraw_need(need=asked.need, by=director, now=NOW)
    asked.refresh_from_db()
    assert (need.status, need.outcome, asked.state) == ("closed", "withdrawn", State.CALLED_OFF)
    assert told(asked.adviser) == ["need_over"]
    with pytest.raises(Refused, match="close"):
        asking.withdraw_need(need=need, by=director, now=NOW)


def test_the_adviser_who_held_it_ends_with_the_same_word():
    journey, director = make.own_journey()
    held = needs.taken(2, journey)
    asking.withdraw_need(need=held.need, by=director, now=NOW, note="Réglé en interne.")
    held.refresh_from_db()
    assert (held.state, held.outcome) == (State.CLOSED, "withdrawn")
    assert told(held.adviser) == ["need_over"]
    assert "Réglé en interne." in held.need.events.last().note


# -- messages ----------------------------------------------------------------------------------------------------------
def test_the_companys_words_reach_its_adviser_and_the_advisers_reach_the_company():
    journey, director = make.own_journey()
    held = needs.taken(2, journey)
    asking.add_message(need=held.need, body="Voici la facture.", by=director, now=NOW)
    asking.add_message(need=held.need, body="Bien reçue.", by=held.adviser, now=NOW)
    assert told(held.adviser) == told(director) == ["need_message"]
    notice = Notification.objects.get(user=director)
    assert held.adviser.full_name in notice.title
    assert notice.body == "Bien reçue."
    held.need.refresh_from_db()
    assert held.need.last_event_at == NOW


def test_an_officer_who_writes_is_read_by_both_sides():
    journey, director = make.own_journey()
    held = needs.taken(2, journey)
    asking.add_message(need=held.need, body="Avez-vous pu vous parler ?", by=accounts.person(Role.OFFICER, "95"), now=NOW)
    assert told(held.adviser) == told(director) == ["need_message"]


def test_a_closed_question_takes_no_message_and_an_empty_one_is_refused():
    journey, director = make.own_journey()
    with pytest.raises(Refused, match="rouvrez"):
        asking.add_message(need=needs.closed(of=journey), body="Et alors ?", by=director, now=NOW)
    with pytest.raises(BadInput, match="vide"):
        asking.add_message(need=needs.need(journey), body=" ", by=director, now=NOW)


# -- rerouted ----------------------------------------------------------------------------------------------------------
def test_rerouting_keeps_the_thread_and_starts_the_clocks_again():
    journey, director = make.own_journey()
    asked = needs.involvement(needs.need(journey, 12))
    asking.add_message(need=asked.need, body="Une précision.", by=director, now=NOW - timedelta(days=1))
    recruiter, officer = needs.adviser("hiring"), accounts.person(Role.OFFICER, "95")
    need = asking.reroute_need(need=asked.need, subject="hiring", by=officer, now=NOW, note="C'est un recrutement.")
    assert (need.subject, need.routing, need.routed_at, need.status) == ("hiring", 2, NOW, "waiting")
    assert states(need) == {asked.adviser.pk: State.CALLED_OFF, recruiter.pk: State.ASKED}
    assert need.messages.count() == 1
    assert need.events.filter(kind="rerouted").get().note.startswith("Recruter")
    assert told(asked.adviser)[-1] == "need_over"
    assert told(director)[-1] == "need_status"
    assert Act.objects.get(verb="reroute_need").before["subject"] == "energy"


def test_on_the_same_subject_those_who_declined_are_not_asked_again():
    need = needs.need(make.journey(), 3)
    declined, still = needs.involvement(need, state=State.DECLINED).adviser, needs.adviser("energy")
    need = asking.reroute_need(need=need, subject="energy", by=accounts.person(Role.OFFICER, "95"), now=NOW)
    assert list(need.involvements.filter(routing=2).values_list("adviser", flat=True)) == [still.pk]
    assert declined != still


def test_an_adviser_asked_again_is_not_told_it_is_over():
    asked = needs.asked(3)
    asking.reroute_need(need=asked.need, subject="energy", by=accounts.person(Role.OFFICER, "95"), now=NOW)
    assert told(asked.adviser) == ["need_asked"]


def test_a_need_left_unanswered_is_rerouted_from_closed():
    need = needs.closed("unanswered", 3, to_reroute=True)
    adviser = needs.adviser("energy")
    need = asking.reroute_need(need=need, subject="energy", by=accounts.person(Role.OFFICER, "95"), now=NOW)
    assert (need.status, need.outcome, need.closed_at, need.to_reroute) == ("waiting", "", None, False)
    assert list(states(need)) == [adviser.pk]


# -- reopened ----------------------------------------------------------------------------------------------------------
def test_a_question_opened_again_asks_the_adviser_who_closed_it_first():
    journey, director = make.own_journey()
    held = needs.closed("not_reached", 30, journey)
    adviser = needs.adviser("energy")
    needs.involvement(held, adviser, State.CLOSED, outcome="not_reached")
    needs.adviser("energy", code="95018")
    need = asking.reopen_need(need=held, by=director, now=NOW, words="Je suis de retour.")
    assert list(need.involvements.filter(routing=2).values_list("adviser", flat=True)) == [adviser.pk]
    assert (need.status, need.first_closed_at) == ("waiting", held.first_closed_at)
    assert [message.body for message in need.messages.all()] == ["Je suis de retour."]


def test_the_others_are_asked_when_that_adviser_is_away():
    held = needs.closed("helped", 30)
    gone, other = needs.adviser("energy"), needs.adviser("energy")
    needs.involvement(held, gone, State.CLOSED)
    needs.away(gone)
    need = asking.reopen_need(need=held, by=held.journey.opened_by, now=NOW)
    assert list(need.involvements.filter(routing=2).values_list("adviser", flat=True)) == [other.pk]


def test_the_company_is_told_when_an_officer_opens_again_and_an_open_question_is_refused():
    journey, director = make.own_journey()
    officer = accounts.person(Role.OFFICER, "95")
    need = asking.reopen_need(need=needs.closed(of=journey), by=officer, now=NOW)
    assert "need_status" in told(director)
    with pytest.raises(Refused, match="déjà ouverte"):
        asking.reopen_need(need=need, by=officer, now=NOW)
