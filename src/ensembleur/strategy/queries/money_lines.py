"""The budget lines of a strategy that stand, as what they say and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ensembleur.strategy.choices import MoneyOrigin
from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.engine.money_files import Amount, cells_of
from ensembleur.strategy.models import BudgetLine, Strategy

YEARS_BEFORE, YEARS_AFTER = 2, 8  # money is voted before a strategy begins, and paid long after it ends


def standing_lines(strategy: Strategy, at: datetime | None = None) -> list[BudgetLine]:
    """Every line that stands, or stood at that moment, in the order of the parts, with its part; one query."""
    lines = BudgetLine.objects.standing(at).filter(node__strategy=strategy).select_related("node")
    return list(lines.order_by("node_id", "fund", "stage", "year", "pk"))


def amount_of(line: BudgetLine) -> Amount:
    """What a line says; the note of a text is its French one, since files speak French."""
    note = line.note or str(line.source.get("note", {}).get("fr", "") if line.origin == MoneyOrigin.TEXT else "")
    return Amount(
        line.node.code, line.year, Fund(line.fund), Stage(line.stage), line.amount_eur, line.decision.strip(), note.strip()
    )


def money_rows(lines: Iterable[BudgetLine]) -> list[dict[str, str]]:
    """The rows of a file of these lines, which read again changes nothing."""
    return [cells_of(amount_of(line)) for line in lines]


def spending_years(strategy: Strategy) -> tuple[int, int]:
    """The first and the last year in which money of this strategy may be told."""
    last = strategy.period_end - timedelta(days=1)
    return strategy.period_start.year - YEARS_BEFORE, last.year + YEARS_AFTER
