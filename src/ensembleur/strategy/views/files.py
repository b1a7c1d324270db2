"""What can be taken away: indicators, values and targets as CSV and JSON, the charts' specifications, the maps' outlines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.strategy.engine.charts.bars import overview_chart as draw_overview
from ensembleur.strategy.engine.charts.lines import series_chart
from ensembleur.strategy.engine.content import NodeKind
from ensembleur.strategy.queries.overview import overview_of
from ensembleur.strategy.queries.places import cells, outlines
from ensembleur.strategy.queries.rows import COLUMNS, as_data, rows_of
from ensembleur.strategy.queries.series import series_of
from ensembleur.strategy.queries.states import Seen, Situation, situation
from ensembleur.strategy.queries.tables import released_table
from ensembleur.strategy.views import words
from ensembleur.strategy.views.parts import table_rows
from ensembleur.strategy.views.public import held_or_404, part_or_404
from ensembleur.strategy.views.sheets import seen_or_404
from ensembleur.web.formats import harmless


def _table(name: str, rows: Iterable[dict[str, Any]]) -> HttpResponse:
    """Rows under their headings."""
    return _file(name, [COLUMNS, *(_cells(row) for row in rows)])


def _file(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """A CSV file that spreadsheets open without running anything."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cells(row: dict[str, Any]) -> list[str]:
    """Numbers stay numbers: only text could be a formula."""
    return [str(row[key]) if key in ("value", "numerator", "denominator") else harmless(row[key]) for key in COLUMNS]


def _asked(request: HttpRequest, strategy: str) -> Situation:
    held = held_or_404(strategy)
    return situation(held, as_of=words.asked_day(request, held), lang=words.lang())


@require_safe
def strategy_csv(request: HttpRequest, strategy: str) -> HttpResponse:
    """Every target and every public value of a strategy."""
    now = _asked(request, strategy)
    return _table(strategy, _every(now, now.seen.values()))


def _every(now: Situation, found: Iterable[Seen]) -> Iterator[dict[str, Any]]:
    for one in found:
        yield from rows_of(now, one)


@require_safe
def strategy_json(request: HttpRequest, strategy: str) -> JsonResponse:
    """The same with the definitions, in one object."""
    return JsonResponse(as_data(_asked(request, strategy)), json_dumps_params={"ensure_ascii": False})


@require_safe
def measure_csv(request: HttpRequest, strategy: str, measure: str) -> HttpResponse:
    """The targets and public values of one measure."""
    held = held_or_404(strategy)
    node = part_or_404(held, measure, *NodeKind)
    now = situation(held, as_of=words.asked_day(request, held), lang=words.lang(), codes=[one.code for one in node.indicators])
    return _table(f"{strategy}-{measure}", _every(now, now.of(node)))


@require_safe
def indicator_csv(request: HttpRequest, strategy: str, indicator: str) -> HttpResponse:
    """The targets and public values of one indicator."""
    held = held_or_404(strategy)
    now, one = seen_or_404(held, indicator, words.asked_day(request, held))
    return _table(f"{strategy}-{indicator}", rows_of(now, one))


@require_safe
def indicator_chart(request: HttpRequest, strategy: str, indicator: str) -> JsonResponse:
    """The specification of an indicator's curve, the same as in the report."""
    held = held_or_404(strategy)
    now, one = seen_or_404(held, indicator, words.asked_day(request, held))
    return JsonResponse(series_chart(series_of(now, one), now.lang).spec)


@require_safe
def overview_chart(request: HttpRequest, strategy: str) -> JsonResponse:
    """The specification of the progress of what the whole strategy promises."""
    now = _asked(request, strategy)
    return JsonResponse(draw_overview(overview_of(now), now.lang).spec)


@require_safe
def table_csv(request: HttpRequest, strategy: str, indicator: str) -> HttpResponse:
    """The whole released table of an indicator: each cell and each total, or « s » with the class of the reason."""
    held = held_or_404(strategy)
    now, _one = seen_or_404(held, indicator, words.asked_day(request, held))
    found = released_table(held, indicator, as_of=now.as_of)
    if found is None:
        raise Http404(_("Aucune table n'est publiée pour cet indicateur."))
    lines = ([harmless(cell) for cell in line] for line in table_rows(found, now.lang))
    return _file(f"{strategy}-{indicator}-tableau", lines)


@require_safe
def indicator_map(request: HttpRequest, strategy: str, indicator: str, kind: str) -> JsonResponse:
    """The outlines of the territories of a released table, darker where there is more."""
    held = held_or_404(strategy)
    now, one = seen_or_404(held, indicator, words.asked_day(request, held))
    found = released_table(held, indicator, as_of=now.as_of)
    if found is None or found.kind != kind:
        raise Http404(_("Aucune table n'est publiée pour cet indicateur."))
    collection = outlines(cells(found), unit=one.sheet.unit.into(now.lang), hidden=_("tenu secret"))
    return JsonResponse(collection, content_type="application/geo+json")
