"""The result of a diagnosis: radar and table, strengths, priorities, coverage, change over time, peers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.journeys.engine.diagnosis import Peers
from ensembleur.journeys.engine.questionnaire import Questionnaire
from ensembleur.journeys.models import Diagnosis, Journey
from ensembleur.journeys.permissions import is_company_side
from ensembleur.journeys.queries.comparison import Comparison, comparison_of
from ensembleur.journeys.queries.diagnoses import Result, peers_of, result_of
from ensembleur.journeys.queries.funding import open_axes
from ensembleur.journeys.views import charts
from ensembleur.journeys.views.fetch import crumbs, language, own_journey, verdicts
from ensembleur.periods import paris_day
from ensembleur.web.pages import page


@login_required
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest finished diagnosis, or the one asked (?date=), compared with the first (or ?avec=, "rien" for none)."""
    journey = own_journey(request, pk)
    chosen, other = _chosen(request, journey)
    if chosen is None:
        return redirect("journeys:diagnosis", journey.pk)
    found = result_of(chosen, open_axes=open_axes(verdicts(request, journey)))
    group, peers = peers_of(journey) if is_company_side(request.user, journey) else ("", {})
    compared = comparison_of(other, found) if other is not None else None
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    lang = language()
    context = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Résultat du diagnostic"), "")),
        "diagnosis": chosen,
        "other": other,
        "others": [one for one in journey.diagnoses.finished() if one.pk != chosen.pk],
        "rows": _rows(found, peers, compared, lang),
        "compared": compared,
        "moves": [{"says": one.statement.says[lang], "move": one} for one in compared.moves] if compared else [],
        "coverage": found.coverage,
        "strengths": [{"says": one.says[lang], "level": found.answers[one.id]} for one in found.strengths],
        "priorities": [
            {
                "says": found.questionnaire.statement(one.statement).says[lang],
                "axis": _titles(found.questionnaire, lang)[one.axis],
                "priority": one,
            }
            for one in found.priorities
        ],
        "peer_group": {"division": _("votre secteur"), "region": _("la région")}.get(group, ""),
        "peer_count": min((one.count for one in peers.values()), default=0),
        "is_company": is_company_side(request.user, journey),
        "radar_url": reverse("journeys:radar", args=[journey.pk]) + query,
        "provenance": found.questionnaire.provenance[lang],
    }
    return page(request, "journeys/result.html", context)


@login_required
@require_safe
def radar(request: HttpRequest, pk: int) -> JsonResponse:
    """The radar's Vega-Lite specification."""
    journey = own_journey(request, pk)
    chosen, other = _chosen(request, journey)
    if chosen is None:
        raise Http404
    found, lang = result_of(chosen), language()
    titles = _titles(found.questionnaire, lang)
    axes = [score.axis for score in found.scores]
    series: list[charts.Series] = []
    if is_company_side(request.user, journey):
        _group, peers = peers_of(journey)
        if peers:
            series.append(
                (_("Médiane des autres"), [peers[axis].median if axis in peers else None for axis in axes], charts.MUTED)
            )
    if other is not None:
        series.append((f"{paris_day(other.finished_at):%d/%m/%Y}", [other.scores.get(axis) for axis in axes], charts.ACCENT))
    series.append((f"{paris_day(chosen.finished_at):%d/%m/%Y}", [score.score for score in found.scores], charts.BRAND))
    return JsonResponse(charts.radar([titles[axis] for axis in axes], series))


def _chosen(request: HttpRequest, journey: Journey) -> tuple[Diagnosis | None, Diagnosis | None]:
    finished = list(journey.diagnoses.finished())
    by_key = {str(one.pk): one for one in finished}
    chosen = by_key.get(request.GET.get("date", ""), finished[0] if finished else None)
    first = finished[-1] if len(finished) > 1 else None
    other = by_key.get(request.GET["avec"]) if "avec" in request.GET else first
    if chosen is None or other is None or other == chosen:
        return chosen, None
    return (other, chosen) if _is_later(other, chosen) else (chosen, other)  # whatever was asked, from the older to the later


def _is_later(one: Diagnosis, two: Diagnosis) -> bool:
    return (one.finished_at, one.pk) > (two.finished_at, two.pk)  # type: ignore[operator]


def _titles(questionnaire: Questionnaire, lang: str) -> dict[str, str]:
    return {axis.id: axis.title[lang] for axis in questionnaire.axes}


def _rows(found: Result, peers: dict[str, Peers], compared: Comparison | None, lang: str) -> list[dict[str, Any]]:
    titles = _titles(found.questionnaire, lang)
    moved = {one.after.axis: one for one in compared.axes} if compared else {}
    return [
        {"title": titles[score.axis], "score": score, "peers": peers.get(score.axis), "moved": moved.get(score.axis)}
        for score in found.scores
    ]
