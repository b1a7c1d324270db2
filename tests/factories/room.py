"""What the committee's room holds, for tests: decisions, questions, steps of the year, lines and files of budget."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.strategy.models import Batch, BudgetLine, CycleMark, Decision, Question, Strategy
from tests.factories.strategy import NOW, node

DECIDED = date(2026, 6, 15)


def decision(by: User, code: str = "A1", **more: Any) -> Decision:
    """A decision to carry out."""
    given = {"text": "Relancer les aides.", "owner": "Direction d'essai", "decided_on": DECIDED, "recorded_at": NOW, **more}
    return Decision.objects.create(node=node(code), recorded_by=by, **given)


def question(by: User, code: str = "A1", **more: Any) -> Question:
    """A question that waits."""
    given = {"text": "Pourquoi ce retard ?", "asked_to": "Organisme d'essai", "asked_at": NOW, **more}
    return Question.objects.create(node=node(code), asked_by=by, **given)


def mark(strategy: Strategy, by: User, step: str = "measure", **more: Any) -> CycleMark:
    """A step of the year done."""
    return CycleMark.objects.create(strategy=strategy, by=by, **{"year": 2026, "step": step, "done_on": NOW.date(), **more})


def line(by: User, code: str = "A1", amount: Any = 1000, **more: Any) -> BudgetLine:
    """A line of budget entered by hand."""
    given = {"year": 2026, "fund": "region", "stage": "voted", "origin": "entered", "recorded_at": NOW, **more}
    return BudgetLine.objects.create(node=node(code), amount_eur=Decimal(amount), recorded_by=f"user:{by.pk}", **given)


def budget_file(strategy: Strategy, by: User, **more: Any) -> Batch:
    """A file of one line of budget."""
    given = {"file_name": "argent.csv", "file_hash": "0" * 64, "counts": {"read": 1, "added": 1}, "at": NOW, **more}
    batch = Batch.objects.create(strategy=strategy, kind="budget", by=by, **given)
    line(by, amount=77, origin="imported", batch=batch, decision="fichier")
    return batch
