"""What the committee decides, asks and follows: each act asks who may, is journaled, tells whom it concerns."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act, Notification
from ensembleur.accounts.services.personal_data import shares
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.strategy.models import CycleMark, Question
from ensembleur.strategy.services import committee, room_data
from tests.factories import accounts, room
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
NOW, TODAY, DAY = make.NOW, make.TODAY, timedelta(days=1)
LATER = date(2032, 1, 1)


@pytest.fixture
def strategy(db):
    return make.tiny()


@pytest.fixture
def officer(strategy):
    return accounts.person(Role.OFFICER)


@pytest.fixture
def member(strategy):
    return accounts.person(Role.COMMITTEE)


def decide(by, **more):
    given = {"text": " Relancer. ", "owner": "La direction", "decided_on": TODAY, **more}
    return committee.record_decision(node=make.node(), by=by, now=NOW, **given)


def ask(by, **more):
    given = {"text": "Pourquoi ?", "asked_to": "Organisme d'essai", **more}
    return committee.ask(node=make.node(), by=by, now=NOW, **given)


def at(refused) -> str:
    return refused.value.details["at"]


# -- decisions ---------------------------------------------------------------------------------------------------------
def test_a_decision_is_kept_with_who_carries_it_out_and_journaled(officer):
    kept = decide(officer, due_on=TODAY + DAY, reference=" CP 1 ", is_public=True)
    kept.refresh_from_db()
    assert (kept.text, kept.owner, kept.reference, kept.is_public, kept.done_on) == (
        "Relancer.", "La direction", "CP 1", True, None,
    )  # fmt: skip
    act = Act.objects.get(verb="record_decision")
    assert json.loads(act.after)["node"] == "A1" if isinstance(act.after, str) else act.after["node"] == "A1"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"owner": ""}, "owner"),
        ({"owner": "x" * 201}, "owner"),
        ({"reference": "x" * 101}, "reference"),
        ({"decided_on": TODAY + DAY}, "decided_on"),
        ({"due_on": TODAY - DAY}, "due_on"),
    ],
)
def test_a_decision_that_cannot_be_says_which_field(officer, given, field):
    with pytest.raises(Refused) as refused:
        decide(officer, **given)
    assert at(refused) == field


def test_a_decision_written_wrong_is_corrected_and_the_journal_keeps_how_it_was(officer):
    kept = decide(officer, is_public=True)
    told = {"text": "Relancer vite.", "owner": "La direction", "decided_on": TODAY}
    committee.correct_decision(decision=kept, by=officer, now=NOW, **told)
    kept.refresh_from_db()
    assert (kept.text, kept.is_public) == ("Relancer vite.", False)
    act = Act.objects.get(verb="correct_decision")
    assert "Relancer." in str(act.before)
    assert "Relancer vite." in str(act.after)


def test_a_decision_is_followed_carried_out_and_opened_again(officer):
    kept = decide(officer)
    committee.follow_up(decision=kept, text="Lettre partie.", by=officer, now=NOW)
    kept.refresh_from_db()
    assert kept.done_on is None
    with pytest.raises(Refused, match="pas marquée"):
        committee.reopen_decision(decision=kept, text="Non.", by=officer, now=NOW)
    committee.follow_up(decision=kept, text="Fait.", is_done=True, by=officer, now=NOW)
    kept.refresh_from_db()
    assert kept.done_on == TODAY
    with pytest.raises(Refused, match="rouvrez-la"):
        committee.follow_up(decision=kept, text="Encore.", by=officer, now=NOW)
    committee.reopen_decision(decision=kept, text="Une aide manque.", by=officer, now=NOW)
    kept.refresh_from_db()
    assert kept.done_on is None
    assert [(step.text, step.is_done) for step in kept.follow_ups.all()] == [
        ("Lettre partie.", False),
        ("Fait.", True),
        ("Une aide manque.", False),
    ]
    with pytest.raises(Refused) as refused:
        committee.follow_up(decision=kept, text=" ", by=officer, now=NOW)
    assert at(refused) == "text"


# -- questions ---------------------------------------------------------------------------------------------------------
def test_a_question_tells_the_officers_and_its_answer_tells_who_asked(officer, member):
    kept = ask(member, indicator=make.indicator(), due_on=TODAY)
    told = Notification.objects.get(kind="question_asked")
    assert (told.user, told.url, told.body) == (officer, reverse("strategy:question", args=[kept.pk]), "Pourquoi ?")
    committee.answer(question=kept, text="Faute de crédits.", by=officer, now=NOW)
    kept.refresh_from_db()
    assert (kept.answer, kept.answered_by, kept.answered_at) == ("Faute de crédits.", officer, NOW)
    answered = Notification.objects.get(kind="question_answered")
    assert (answered.user, answered.body) == (member, "Faute de crédits.")
    committee.answer(question=kept, text="Faute de crédits.", by=officer, now=NOW + DAY)
    assert Notification.objects.filter(kind="question_answered").count() == 1
    committee.answer(question=kept, text="Faute de candidats.", by=officer, now=NOW + DAY)
    assert Notification.objects.filter(kind="question_answered").count() == 2


def test_an_officer_who_asks_and_answers_is_told_nothing(officer):
    kept = ask(officer)
    committee.answer(question=kept, text="Voilà.", by=officer, now=NOW)
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": ""}, "text"), ({"asked_to": " "}, "asked_to"), ({"due_on": TODAY - DAY}, "due_on")],
)
def test_a_question_that_cannot_be_says_which_field(member, given, field):
    with pytest.raises(Refused) as refused:
        ask(member, **given)
    assert at(refused) == field


def test_a_question_is_about_an_indicator_of_the_same_strategy(member):
    other = make.raw(slug="ailleurs", region="99", is_current=False)
    make.load_strategy(data=other, by="command:test", now=NOW)
    with pytest.raises(BadInput, match="pas de cette stratégie"):
        ask(member, indicator=make.indicator(slug="ailleurs"))


def test_one_takes_ones_own_question_back_until_it_is_answered(officer, member):
    first, second = ask(member), ask(member)
    with pytest.raises(NotAllowed):
        committee.withdraw_question(question=first, by=officer, now=NOW)
    committee.withdraw_question(question=first, by=member, now=NOW)
    with pytest.raises(Refused, match="déjà retiré"):
        committee.withdraw_question(question=first, by=member, now=NOW)
    assert list(Question.objects.all()) == [second]
    assert Act.objects.filter(verb="withdraw_question").exists()
    committee.answer(question=second, text="Voilà.", by=officer, now=NOW)
    with pytest.raises(Refused, match="sa réponse"):
        committee.withdraw_question(question=second, by=member, now=NOW)


def test_an_answer_has_words(officer, member):
    kept = ask(member)
    for text in ("", "x" * 2001):
        with pytest.raises(Refused) as refused:
            committee.answer(question=kept, text=text, by=officer, now=NOW)
        assert at(refused) == "answer"


# -- the steps of the year ---------------------------------------------------------------------------------------------
def test_a_step_is_marked_once_and_its_mark_taken_back(strategy, officer):
    given = {"strategy": strategy, "year": 2026, "step": "measure", "by": officer, "now": NOW}
    kept = committee.mark_step(done_on=TODAY - DAY, **given)
    with pytest.raises(Refused, match="déjà marquée"):
        committee.mark_step(done_on=TODAY, **given)
    committee.unmark_step(mark=kept, by=officer, now=NOW)
    with pytest.raises(Refused, match="déjà retiré"):
        committee.unmark_step(mark=kept, by=officer, now=NOW)
    assert not CycleMark.objects.exists()
    assert {act.verb for act in Act.objects.all()} >= {"mark_step", "unmark_step"}
    with pytest.raises(Refused, match="pas passé"):
        committee.mark_step(done_on=TODAY + DAY, **given)


@pytest.mark.parametrize("given", [{"step": "party"}, {"year": 2025}, {"year": 2027}])
def test_a_step_or_a_year_that_is_not_there_is_refused(strategy, officer, given):
    with pytest.raises(BadInput):
        committee.mark_step(
            **{"strategy": strategy, "year": 2026, "step": "measure", "done_on": TODAY, "by": officer, "now": NOW, **given}
        )


# -- who may -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.EVALUATOR, Role.SECOND_READER, Role.ADMIN, Role.ADVISER])
def test_only_officers_decide_answer_and_mark(strategy, officer, role):
    other, kept = accounts.person(role), decide(officer)
    asked, marked = room.question(officer), room.mark(strategy, officer)
    told = {"text": "x", "owner": "y", "decided_on": TODAY}
    refused = [
        lambda: decide(other),
        lambda: committee.correct_decision(decision=kept, by=other, now=NOW, **told),
        lambda: committee.follow_up(decision=kept, text="x", by=other, now=NOW),
        lambda: committee.reopen_decision(decision=kept, text="x", by=other, now=NOW),
        lambda: committee.answer(question=asked, text="x", by=other, now=NOW),
        lambda: committee.mark_step(strategy=strategy, year=2026, step="lock", done_on=TODAY, by=other, now=NOW),
        lambda: committee.unmark_step(mark=marked, by=other, now=NOW),
    ]
    for act in refused:
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.COMMITTEE, True), (Role.EVALUATOR, True), (Role.OFFICER, True), (Role.SECOND_READER, False), (Role.ADVISER, False)],
)
def test_who_steers_asks(strategy, role, may):
    person = accounts.person(role)
    if may:
        assert ask(person).asked_by == person
    else:
        with pytest.raises(NotAllowed):
            ask(person)


# -- personal data -----------------------------------------------------------------------------------------------------
@pytest.fixture
def everything(strategy, officer, member):
    kept = decide(officer)
    committee.follow_up(decision=kept, text="Vu avec Alix.", is_done=True, by=officer, now=NOW)
    asked = ask(member, text="Et Sacha ?")
    committee.answer(question=asked, text="Oui, Alix.", by=officer, now=NOW)
    room.mark(strategy, officer)
    return kept, asked


def test_a_person_takes_away_what_they_wrote_in_the_room(officer, member, everything):
    assert shares()["committee"].export is room_data.export_share
    counts = {name: len(rows) for name, rows in room_data.export_share(officer).items()}
    assert counts == {"decisions": 1, "follow_ups": 1, "questions": 0, "answers": 1, "steps": 1}
    assert [row["text"] for row in room_data.export_share(member)["questions"]] == ["Et Sacha ?"]


def test_a_person_erased_leaves_decisions_without_their_words(officer, member, everything):
    kept, asked = everything
    assert room_data.erase_share(person=officer, now=NOW) == 2
    assert room_data.erase_share(person=member, now=NOW) == 1
    assert room_data.erase_share(person=officer, now=NOW) == 0
    asked.refresh_from_db()
    assert (asked.text, asked.answer, kept.follow_ups.get().text) == ("Texte effacé.",) * 3


def test_words_are_emptied_five_years_after_the_answer_or_the_end(everything):
    _kept, asked = everything
    assert room_data.retain_share(as_of=TODAY, now=NOW, dry_run=False) == 0
    assert room_data.retain_share(as_of=LATER, now=NOW, dry_run=True) == 2
    asked.refresh_from_db()
    assert asked.text == "Et Sacha ?"
    assert room_data.retain_share(as_of=LATER, now=NOW, dry_run=False) == 2
    asked.refresh_from_db()
    assert (asked.text, asked.answer, asked.asked_to) == ("Texte effacé.",) * 3
    assert room_data.retain_share(as_of=LATER, now=NOW, dry_run=False) == 0
