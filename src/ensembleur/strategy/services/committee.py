"""What the steering committee decides and what became of it, what it asks and is answered, the steps of its year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.errors import BadInput, Refused
from ensembleur.periods import paris_day
from ensembleur.strategy.engine.cycle import STEPS
from ensembleur.strategy.models import CycleMark, Decision, FollowUp, Indicator, Node, Question, Strategy
from ensembleur.strategy.permissions import (
    may_answer,
    may_ask,
    may_mark_cycle,
    may_record_decision,
    may_withdraw_question,
)
from ensembleur.strategy.services.room_telling import tell_answered, tell_asked

LONGEST, LONGEST_ANSWER, LONGEST_NAME, LONGEST_REFERENCE = 1000, 2000, 200, 100


# -- decisions ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def record_decision(
    *, node: Node, text: str, owner: str, decided_on: date, by: User, now: datetime, due_on: date | None = None,
    reference: str = "", is_public: bool = False,
) -> Decision:  # fmt: skip
    """Write what the committee decided, who carries it out and by when. is_public : the public pages say it.

    Raises Refused with the field it concerns in `details["at"]`, NotAllowed.
    """
    check(may_record_decision, by, node)
    decision = Decision(node=node, recorded_by=by, recorded_at=now)
    _fill(decision, text, owner, decided_on, due_on, reference, is_public, now)
    decision.save()
    record_act(by=by, verb="record_decision", thing=decision, now=now, after=_told(decision))
    return decision


@transaction.atomic
def correct_decision(
    *, decision: Decision, text: str, owner: str, decided_on: date, by: User, now: datetime, due_on: date | None = None,
    reference: str = "", is_public: bool = False,
) -> Decision:  # fmt: skip
    """Mend a decision that was written wrong, or shown to the public by mistake; the journal keeps how it was."""
    check(may_record_decision, by, decision.node)
    decision = Decision.objects.select_for_update(of=("self",)).select_related("node__strategy").get(pk=decision.pk)
    before = _told(decision)
    _fill(decision, text, owner, decided_on, due_on, reference, is_public, now)
    decision.save()
    record_act(by=by, verb="correct_decision", thing=decision, now=now, before=before, after=_told(decision))
    return decision


@transaction.atomic
def follow_up(*, decision: Decision, text: str, by: User, now: datetime, is_done: bool = False) -> FollowUp:
    """Say what became of a decision. is_done : it is carried out, as of this day."""
    check(may_record_decision, by, decision.node)
    return _follow(decision, text, paris_day(now) if is_done else None, by, now, was_done=False)


@transaction.atomic
def reopen_decision(*, decision: Decision, text: str, by: User, now: datetime) -> FollowUp:
    """Say that a decision marked as carried out was not, and why."""
    check(may_record_decision, by, decision.node)
    return _follow(decision, text, None, by, now, was_done=True)


def _follow(decision: Decision, text: str, done_on: date | None, by: User, now: datetime, *, was_done: bool) -> FollowUp:
    text = _words(text, _("Dites ce qui a été fait, ou ce qui l'empêche."), "text")
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if (decision.done_on is not None) != was_done:
        says = _("Cette décision n'est pas marquée comme exécutée.")
        if decision.done_on is not None:
            says = _("Cette décision est déjà exécutée : rouvrez-la d'abord, si c'était une erreur.")
        raise Refused("decision_done", says)
    step = FollowUp.objects.create(decision=decision, text=text, is_done=done_on is not None, by=by, at=now)
    if decision.done_on != done_on:
        decision.done_on = done_on
        decision.save(update_fields=["done_on"])
    verb = "reopen_decision" if was_done else "follow_up"
    record_act(by=by, verb=verb, thing=decision, now=now, after={"is_done": done_on is not None, "follow_up": step.pk})
    return step


def _fill(
    decision: Decision,
    text: str,
    owner: str,
    decided_on: date,
    due_on: date | None,
    reference: str,
    is_public: bool,
    now: datetime,
) -> None:
    if decided_on > paris_day(now):
        raise Refused("day_to_come", _("Une décision se note une fois prise : cette date n'est pas passée."), at="decided_on")
    if due_on is not None and due_on < decided_on:
        raise Refused("due_before", _("L'échéance vient avant le jour de la décision."), at="due_on")
    if len(reference.strip()) > LONGEST_REFERENCE:
        says = _("La référence tient en %(n)s caractères.") % {"n": LONGEST_REFERENCE}
        raise Refused("too_long", says, at="reference")
    decision.text = _words(text, _("Écrivez la décision."), "text")
    decision.owner = _words(owner, _("Dites qui l'exécute."), "owner", LONGEST_NAME)
    decision.decided_on, decision.due_on = decided_on, due_on
    decision.reference, decision.is_public = reference.strip(), is_public


def _told(decision: Decision) -> dict[str, Any]:
    fields = ("text", "owner", "reference", "is_public")
    days = {name: value and value.isoformat() for name in ("decided_on", "due_on") if (value := getattr(decision, name))}
    return {"node": decision.node.code, **{name: getattr(decision, name) for name in fields}, **days}


# -- questions ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(
    *,
    node: Node,
    text: str,
    asked_to: str,
    by: User,
    now: datetime,
    indicator: Indicator | None = None,
    due_on: date | None = None,
) -> Question:
    """Ask who answers for a part, about one of its indicators or not; officers are told, who answer or have it answered."""
    check(may_ask, by, node)
    text = _words(text, _("Écrivez votre question."), "text")
    asked_to = _words(asked_to, _("Dites à qui la question s'adresse."), "asked_to", LONGEST_NAME)
    if due_on is not None and due_on < paris_day(now):
        raise Refused("due_before", _("La réponse ne peut pas être attendue pour un jour passé."), at="due_on")
    if indicator is not None and indicator.strategy_id != node.strategy_id:
        raise BadInput("other_strategy", _("Cet indicateur n'est pas de cette stratégie : rechargez la page."))
    question = Question.objects.create(
        node=node, indicator=indicator, asked_to=asked_to, text=text, asked_by=by, asked_at=now, due_on=due_on
    )
    record_act(by=by, verb="ask", thing=question, now=now, after={"node": node.code})
    tell_asked(question=question, now=now)
    return question


@transaction.atomic
def withdraw_question(*, question: Question, by: User, now: datetime) -> None:
    """Take one's own question back while nobody has answered; the journal keeps that it was asked."""
    check(may_withdraw_question, by, question)
    held = Question.objects.select_for_update().filter(pk=question.pk).first()
    if held is None:
        raise Refused("already_withdrawn", _("C'était déjà retiré : rien n'a changé."))
    if held.answered_at is not None:
        raise Refused("answered", _("Cette question a reçu sa réponse : elle reste avec elle."))
    record_act(by=by, verb="withdraw_question", thing=held, now=now)
    held.delete()


@transaction.atomic
def answer(*, question: Question, text: str, by: User, now: datetime) -> Question:
    """Answer the committee, or mend the answer given; who asked is told each time the words change."""
    check(may_answer, by, question)
    text = _words(text, _("Écrivez la réponse."), "answer", LONGEST_ANSWER)
    question = Question.objects.select_for_update(of=("self",)).select_related("node__strategy", "asked_by").get(pk=question.pk)
    if question.answer == text:
        return question
    question.answer, question.answered_by, question.answered_at = text, by, now
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    record_act(by=by, verb="answer", thing=question, now=now)
    tell_answered(question=question, now=now)
    return question


# -- the steps of the year ---------------------------------------------------------------------------------------------
@transaction.atomic
def mark_step(*, strategy: Strategy, year: int, step: str, done_on: date, by: User, now: datetime) -> CycleMark:
    """Say that a step of the round of a year's values is done. Raises Refused for a day to come, or a step already done."""
    check(may_mark_cycle, by, strategy)
    if step not in {one.code for one in STEPS}:
        raise BadInput("no_such_step", _("Cette étape n'existe pas : rechargez la page."))
    if not strategy.period_start.year <= year <= min(paris_day(now), strategy.period_end).year:
        raise BadInput("no_such_year", _("Cette année n'est pas de la stratégie : rechargez la page."))
    if done_on > paris_day(now):
        raise Refused("day_to_come", _("Ce jour n'est pas passé : une étape se marque une fois faite."), at="done_on")
    mark, is_new = CycleMark.objects.get_or_create(
        strategy=strategy, year=year, step=step, defaults={"done_on": done_on, "by": by}
    )
    if not is_new:
        raise Refused("already_done", _("Cette étape est déjà marquée comme faite."))
    record_act(by=by, verb="mark_step", thing=mark, now=now, after={"year": year, "step": step, "done_on": done_on.isoformat()})
    return mark


@transaction.atomic
def unmark_step(*, mark: CycleMark, by: User, now: datetime) -> None:
    """Take a mark back: the step is to be done again."""
    check(may_mark_cycle, by, mark.strategy)
    held = CycleMark.objects.select_for_update().filter(pk=mark.pk).first()
    if held is None:
        raise Refused("already_withdrawn", _("C'était déjà retiré : rien n'a changé."))
    record_act(by=by, verb="unmark_step", thing=held, now=now, before={"year": held.year, "step": held.step})
    held.delete()


def _words(text: str, missing: str, at: str, longest: int = LONGEST) -> str:
    text = text.strip()
    if not text:
        raise Refused("no_words", missing, at=at)
    if len(text) > longest:
        raise Refused("too_long", _("Ces mots tiennent en %(n)s caractères.") % {"n": longest}, at=at)
    return text
