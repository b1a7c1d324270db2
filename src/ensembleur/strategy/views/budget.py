"""The public page of a strategy's money: each stage apart, what contradicts itself, what comes next, what may be lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ensembleur.strategy.choices import FundWord, StageWord
from ensembleur.strategy.engine.charts.lines import execution_chart
from ensembleur.strategy.engine.content import Fund, Node, NodeKind
from ensembleur.strategy.engine.decommitment import REGULATION, RULE
from ensembleur.strategy.engine.money_files import COLUMNS
from ensembleur.strategy.engine.rollup import RULE as ROLLED_RULE
from ensembleur.strategy.engine.writing import amount
from ensembleur.strategy.permissions import may_keep_budget
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.money import EUROPEAN, STAGES, STAND_INS, Money, StageRow, money_of
from ensembleur.strategy.queries.money_lines import money_rows
from ensembleur.strategy.views import words
from ensembleur.strategy.views.public import crumbs, held_or_404
from ensembleur.strategy.views.tables import table_file

FORECAST_RULE = gettext_lazy(
    "Règle : la moyenne de ce qui a été payé les deux années d'avant, dans la limite de ce qui était engagé et non payé au début de "
    "l'année. Deux années entières donnent un rythme, et personne n'est payé de ce qui n'est pas engagé."
)


@require_safe
def budget(request: HttpRequest, strategy: str) -> HttpResponse:
    """The money of a strategy, as recorded today."""
    held = held_or_404(strategy)
    money = _money(held)
    lang = money.lang
    context = {
        "slug": strategy,
        "strategy_title": held.content.title.into(lang),
        "breadcrumb": crumbs(held, (_("L'argent"), "")),
        "as_of": money.as_of,
        "is_empty": not money.rows,
        "stages": [StageWord(stage.value).label for stage in STAGES],
        "sums": [
            {"stage": StageWord(stage.value).label, "shown": amount(one, lang), "is_known": one is not None}
            for stage, one in zip(STAGES, money.sums.amounts, strict=True)
        ],
        "parts": [_part(held, row, lang) for row in money.by_part()],
        "funds": [_row(FundWord(fund.value).label, row, lang) for fund, row in money.by_fund.items()],
        "years": [_row(str(year), row, lang) for year, row in money.by_year.items()],
        "rolled_rule": ROLLED_RULE.into(lang) if money.rolled.aside else "",
        "chart": execution_chart(money.execution, lang) if money.points else None,
        "faults": [fault.says for fault in money.faults],
        "leverages": [one.says for one in money.leverages if one.ratio is not None],
        "forecast": money.forecast,
        "forecast_rule": FORECAST_RULE,
        "europe": list(_europe(money)),
        "europe_sources": [_source(one, lang) for one in (RULE, REGULATION)],
        "stand_ins": STAND_INS.into(lang),
        "gone": [f"{row.node.code} : {amount(row.amount_eur, lang)}, {row.get_stage_display()}" for row in money.gone],
        "keeps": may_keep_budget(request.user, held.row),
    }
    return render(request, "strategy/money/budget.html", context)


@require_safe
def budget_csv(request: HttpRequest, strategy: str) -> HttpResponse:
    """Every standing line, in the columns that an import reads."""
    held = held_or_404(strategy)
    return table_file(f"argent-{strategy}.csv", COLUMNS, money_rows(_money(held).rows))


@require_safe
def budget_chart(request: HttpRequest, strategy: str) -> JsonResponse:
    """The specification of the execution curve, the same as in the report."""
    money = _money(held_or_404(strategy))
    return JsonResponse(execution_chart(money.execution, money.lang).spec)


def _money(held: Held) -> Money:
    return money_of(held, as_of=timezone.localdate(), lang=words.lang())


def _row(name: str, row: StageRow, lang: str) -> dict[str, Any]:
    return {"name": name, "amounts": [amount(one, lang) for one in row.amounts]}


def _part(held: Held, row: Any, lang: str) -> dict[str, Any]:
    return {
        **_row(row.part.title.into(lang), row, lang),
        "code": "" if row.part.kind is NodeKind.STRATEGY else row.part.code,
        "floor": row.part.kind.value,
        "depth": min(row.depth, 3),
        "url": part_address(held, row.part),
    }


def part_address(held: Held, part: Node) -> str:
    """The public page of a part."""
    if part.kind is NodeKind.STRATEGY:
        return reverse("strategy:strategy", args=[held.row.pk])
    name = "strategy:measure" if part.kind is NodeKind.MEASURE else "strategy:objective"
    return reverse(name, args=[held.row.pk, part.code])


def _europe(money: Money) -> Iterable[dict[str, Any]]:
    """What each European fund still asks for; a fund without yearly amounts says that nobody can tell."""
    for fund in EUROPEAN:
        if fund not in money.by_fund:
            continue
        found = money.decommitments.get(fund)
        yield {
            "fund": FundWord(Fund(fund).value).label,
            "reasons": [risk.reason for risk in found.risks] if found else [],
            "badge": found.answer.name.lower() if found else "unknown",
        }


def _source(source: Any, lang: str) -> dict[str, Any]:
    return {"source": source, "note": source.note_en if lang == "en" else source.note}
