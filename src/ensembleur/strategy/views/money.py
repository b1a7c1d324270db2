"""The money of a part of a strategy, in words."""

from __future__ import annotations

from typing import Any

from ensembleur.strategy.choices import FundWord, StageWord
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.writing import amount
from ensembleur.strategy.models import BudgetLine
from ensembleur.strategy.queries.part_money import STAGES, PartMoney
from ensembleur.strategy.views import cards, words


def money_table(money: PartMoney, content: Content, lang: str) -> dict[str, Any] | None:
    """The money in words: one line a fund, one column a stage; None when nobody knows any."""
    if not money.lines:
        return None
    return {
        "stages": [StageWord(stage.value).label for stage in STAGES],
        "rows": [
            {"fund": FundWord(row.fund.value).label, "amounts": [amount(one, lang) for one in row.amounts]} for row in money.rows
        ],
        "sums": [amount(one, lang) for one in money.sums] if len(money.rows) > 1 else [],
        "lines": [_money_line(line, content, lang) for line in money.lines],
    }


def _money_line(line: BudgetLine, content: Content, lang: str) -> dict[str, Any]:
    found = cards.statements_of(line.source)
    shown = amount(line.amount_eur, lang)
    note = line.source.get("note") if isinstance(line.source, dict) else None
    return {
        "year": line.year,
        "fund": line.get_fund_display(),
        "stage": line.get_stage_display(),
        "shown": words.precise(found[0].precision, shown) if found else shown,
        "decision": line.decision,
        "note": note.get(lang, "") if note else line.note,
        "quotes": [
            cards.quote(one.citation, content, shown=words.precise(one.precision, amount(one.value, lang))) for one in found
        ],
        "doubts": cards.other_figures([(one.value, words.precise(one.precision, amount(one.value, lang))) for one in found]),
    }
