"""The pages of steering that the walk visits one by one, since most of them look alike to it: for the public, then for each role."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.strategy.engine.content import NodeKind
from ensembleur.strategy.models import Batch, Decision, Dispute, Proposal, Question
from ensembleur.strategy.queries.content import Held, current_strategy, held_strategies

FEW = 3
READERS = (Role.SECOND_READER, Role.EVALUATOR, Role.COMMITTEE, Role.ADMIN)


def public_pages(today: date) -> list[str]:
    """Every strategy, all the measures of the current one and some of the others, some objectives and indicators, money and reports."""
    current = current_strategy()
    return [url for held in held_strategies() for url in _of(held, today, is_whole=held == current)]


def pages_of(role: Role) -> list[str]:
    """The pages of agents that this role works on; none for companies."""
    held = current_strategy()
    if held is None:
        return []
    slug = held.row.pk
    code = next(sheet.code for _part, sheet in held.content.indicators() if not sheet.measured_by and not sheet.union_of)
    values = [
        reverse("strategy:values"),
        f"{reverse('strategy:values')}?strategie={slug}",
        reverse("strategy:import_values", args=[slug]),
        reverse("strategy:export_values", args=[slug]),
        reverse("strategy:value_form", args=[slug, code]),
    ]
    room = [
        reverse("strategy:room"),
        *(f"{reverse('strategy:room')}?strategie={one.row.pk}" for one in held_strategies() if one.row.region == held.row.region),
        reverse("strategy:alerts_csv"),
        reverse("strategy:quality"),
        reverse("strategy:locks", args=[slug]),
        *(reverse("strategy:decision", args=[pk]) for pk in _keys(Decision)),
        *(reverse("strategy:question", args=[pk]) for pk in _keys(Question)),
    ]
    desk = [
        *(reverse("strategy:proposal", args=[pk]) for pk in _keys(Proposal)),
        *(reverse("strategy:settle", args=[pk]) for pk in _keys(Dispute)),
        *(reverse("strategy:batch", args=[pk]) for pk in Batch.objects.filter(kind="values").values_list("pk", flat=True)[:FEW]),
        reverse("strategy:budget_lines", args=[slug]),
        reverse("strategy:import_budget", args=[slug]),
        reverse("strategy:new_decision", args=[slug]),
        reverse("strategy:ask", args=[slug]),
    ]
    return {Role.ADVISER: values, Role.OFFICER: [*values, *room, *desk]}.get(role, room if role in READERS else [])


def _keys(model: type[Decision | Question | Proposal | Dispute]) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True)[:FEW])


def _of(held: Held, today: date, *, is_whole: bool) -> list[str]:
    slug, content = held.row.pk, held.content
    most = None if is_whole else FEW
    measures = [node.code for node in content.nodes() if node.kind is NodeKind.MEASURE][:most]
    objectives = [node.code for node in content.nodes() if node.kind is NodeKind.OBJECTIVE][:most]
    indicators = [sheet.code for _part, sheet in islice(content.indicators(), FEW)]
    year = min(today.year, (held.row.period_end - timedelta(days=1)).year)
    pages = [reverse(f"strategy:{name}", args=[slug]) for name in ("strategy", "budget", "strategy_csv", "strategy_json")]
    pages += [reverse("strategy:objective", args=[slug, code]) for code in objectives]
    pages += [reverse("strategy:measure", args=[slug, code]) for code in measures]
    pages += [reverse("strategy:indicator", args=[slug, code]) for code in indicators]
    pages += [reverse("strategy:indicator_csv", args=[slug, code]) for code in indicators]
    if is_whole:
        pages += [reverse(f"strategy:{name}", args=[slug]) for name in ("budget_csv", "budget_chart", "overview_chart")]
        pages += [reverse("strategy:report", args=[slug, one]) for one in (year - 1, year)]
        pages += [reverse("strategy:report_file", args=[slug, year - 1, kind]) for kind in ("pdf", "zip")]
    return pages
