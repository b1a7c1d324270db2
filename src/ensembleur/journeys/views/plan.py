"""The plan on a timeline and in a table, and one action at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.journeys.catalogue.loader import measure
from ensembleur.journeys.choices import ActionStatus
from ensembleur.journeys.forms import ActionForm
from ensembleur.journeys.models import Action, Journey, Plan
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries.diagnoses import last_finished, questionnaire_of
from ensembleur.journeys.queries.funding import open_axes, payers_of
from ensembleur.journeys.services.planning import build_plan, update_action
from ensembleur.journeys.views import charts
from ensembleur.journeys.views.fetch import crumbs, language, own_journey, verdicts
from ensembleur.schemes.engine.verdict import Verdict
from ensembleur.web.pages import page

FIRST = 8  # what a busy director can read; the rest is folded
HELPERS = {
    "technical_centre": gettext_lazy("centre technique"),
    "chamber": gettext_lazy("chambre de commerce ou de métiers"),
    "cluster": gettext_lazy("pôle ou grappe d'entreprises"),
    "school": gettext_lazy("établissement de formation"),
    "laboratory": gettext_lazy("laboratoire"),
    "region": gettext_lazy("Région"),
    "state": gettext_lazy("service ou agence de l'État"),
    "other": gettext_lazy("opérateur de compétences, médecine du travail ou autre organisme"),
}


@login_required
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The actions in order, with who may pay each of them today."""
    journey = own_journey(request, pk)
    held = _plan_of(request, journey)
    if held is None:
        return redirect("journeys:diagnosis", journey.pk)
    found = verdicts(request, journey)
    actions = [action for action in held.actions.all() if action.status != ActionStatus.DROPPED]
    rows = [_row(action, found) for action in actions]
    context = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Plan d'actions"), "")),
        "plan": held,
        "first": rows[:FIRST],
        "later": rows[FIRST:],
        "dropped": held.actions.filter(status=ActionStatus.DROPPED),
        "total_eur": held.actions.exclude(status=ActionStatus.DROPPED).aggregate(total=Sum("cost_eur"))["total"],
        "without_cost": sum(action.cost_eur is None for action in actions[:FIRST]),
    }
    return page(request, "journeys/plan.html", context)


@login_required
@require_safe
def timeline(request: HttpRequest, pk: int) -> JsonResponse:
    """The timeline's Vega-Lite specification: the first actions of the plan."""
    journey = own_journey(request, pk)
    held = Plan.objects.filter(journey=journey).first()
    if held is None:
        raise Http404
    lang = language()
    actions = [action for action in held.actions.all() if action.status != ActionStatus.DROPPED][:FIRST]
    rows = [
        {
            "position": action.position,
            "title": action.words["title"][lang],
            "start": action.starts_on.isoformat(),
            "end": action.ends_on.isoformat(),
            "status": str(action.get_status_display()),
        }
        for action in actions
    ]
    return JsonResponse(charts.timeline(rows, timezone.localdate(), lang))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: why it is there, who pays, and what the company decides of it."""
    thing = get_object_or_404(Action.objects.select_related("plan__journey", "plan__diagnosis"), pk=pk)
    journey = thing.plan.journey
    if not may_contribute(request.user, journey):
        raise Http404
    initial = {name: getattr(thing, name) for name in ("status", "owner", "cost_eur", "starts_on", "ends_on")}
    form = ActionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        update_action(action=thing, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("L'action est mise à jour."))
        return redirect("journeys:plan", journey.pk)
    lang = language()
    edition = questionnaire_of(thing.plan.diagnosis)
    held = measure(thing.measure)
    before = thing.plan.actions.filter(measure__in=thing.requires).exclude(status=ActionStatus.DONE)
    context = {
        "journey": journey,
        "crumbs": crumbs(
            journey, (_("Plan d'actions"), reverse("journeys:plan", args=[journey.pk])), (thing.words["title"][lang], "")
        ),
        "action": thing,
        "title": thing.words["title"][lang],
        "does": thing.words["does"][lang],
        "because": [edition.statement(identifier).says[lang] for identifier in thing.because],
        "helpers": [HELPERS[kind] for kind in held.helpers] if held else [],
        "before": [(one.pk, one.words["title"][lang]) for one in before],
        "payers": payers_of(thing, verdicts(request, journey)),
        "form": form,
    }
    return page(request, "journeys/action.html", context, status=400 if form.errors else 200)


def _plan_of(request: HttpRequest, journey: Journey) -> Plan | None:
    """The plan of the latest finished diagnosis, drawn now if it was not."""
    last = last_finished(journey)
    if last is None:
        return None
    held = Plan.objects.filter(diagnosis=last).first()
    if held is None:
        opened = open_axes(verdicts(request, journey))
        held = build_plan(diagnosis=last, by=request.user, now=timezone.now(), starts_on=timezone.localdate(), open_axes=opened)
    return held


def _row(action: Action, found: list[Verdict]) -> dict[str, Any]:
    lang = language()
    payers = payers_of(action, found)
    return {
        "action": action,
        "title": action.words["title"][lang],
        "does": action.words["does"][lang],
        "payers": payers,
        "guard": any(payer.guard for payer in payers) and action.status in (ActionStatus.PROPOSED, ActionStatus.PLANNED),
    }
