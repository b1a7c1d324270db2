"""What the committee's room keeps about people: given back, emptied of words, not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from ensembleur.accounts.models import User
from ensembleur.periods import add_months
from ensembleur.strategy.models import CycleMark, Decision, FollowUp, Question
from ensembleur.strategy.services.value_data import GONE, KEPT_MONTHS


def export_share(person: User) -> dict[str, Any]:
    """Decisions and steps recorded, follow-ups written, questions asked and answered by this person."""
    decisions = Decision.objects.filter(recorded_by=person)
    return {
        "decisions": list(decisions.values("node__code", "text", "owner", "decided_on", "due_on", "done_on", "recorded_at")),
        "follow_ups": list(FollowUp.objects.filter(by=person).values("text", "is_done", "at")),
        "questions": list(
            Question.objects.filter(asked_by=person).values("node__code", "asked_to", "text", "asked_at", "answer")
        ),
        "answers": list(Question.objects.filter(answered_by=person).values("answer", "answered_at")),
        "steps": list(CycleMark.objects.filter(by=person).values("year", "step", "done_on")),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Empty the words this person wrote; decisions are the committee's own and stay. Returns how many changed."""
    count = FollowUp.objects.filter(by=person).exclude(text=GONE).update(text=GONE)
    count += Question.objects.filter(asked_by=person).exclude(text=GONE).update(text=GONE)
    return count + Question.objects.filter(answered_by=person).exclude(answer=GONE).update(answer=GONE)


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Empty the words of questions answered and of follow-ups of decisions carried out for more than five years."""
    limit = add_months(as_of, -KEPT_MONTHS)
    steps = FollowUp.objects.filter(decision__done_on__lt=limit).exclude(text=GONE)
    questions = Question.objects.filter(answered_at__date__lt=limit).filter(~Q(text=GONE) | ~Q(answer=GONE) | ~Q(asked_to=GONE))
    count = steps.count() + questions.count()
    if not dry_run:
        steps.update(text=GONE)
        questions.update(text=GONE, answer=GONE, asked_to=GONE)
    return count
