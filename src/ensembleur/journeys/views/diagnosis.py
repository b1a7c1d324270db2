"""Answering the diagnosis: one axis a page, saved answer by answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ensembleur.journeys.choices import AnswerKind
from ensembleur.journeys.engine.diagnosis import AXES, Answers, scores
from ensembleur.journeys.engine.questionnaire import LEVELS, Questionnaire, Statement
from ensembleur.journeys.models import Diagnosis, Journey
from ensembleur.journeys.queries.diagnoses import answers_of, draft_of, last_finished, questionnaire_of, stakes_of
from ensembleur.journeys.queries.funding import open_axes
from ensembleur.journeys.services.diagnosing import finish_diagnosis, save_answer, save_stake, start_diagnosis
from ensembleur.journeys.services.planning import build_plan
from ensembleur.journeys.views.fetch import crumbs, language, own_journey, verdicts
from ensembleur.web.pages import is_htmx, page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def diagnosis(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a diagnosis, or go on where it was left."""
    journey = own_journey(request, pk)
    draft = draft_of(journey)
    if request.method == "POST" and draft is None:
        draft = start_diagnosis(journey=journey, by=request.user, now=timezone.now())
    if draft is None:
        context = {"journey": journey, "last": last_finished(journey), "crumbs": crumbs(journey, (_("Diagnostic"), ""))}
        return page(request, "journeys/diagnosis_start.html", context)
    return redirect("journeys:axis", journey.pk, _first_incomplete(questionnaire_of(draft), answers_of(draft)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def axis(request: HttpRequest, pk: int, axis: str) -> HttpResponse:
    """One axis: its statements, and what it is worth to the company."""
    journey, draft = _draft(request, pk, axis)
    if request.method == "POST":
        _save(request, draft, axis, changed_only=True)
        return _after_saving(request, journey, axis)
    return page(request, "journeys/axis.html", _axis_context(journey, draft, axis), fragment="progress")


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, axis: str) -> HttpResponse:
    """Save what was just ticked; the answer is the progress, which htmx puts in its place."""
    journey, draft = _draft(request, pk, axis)
    _save(request, draft, axis, changed_only=False)
    if not is_htmx(request):
        return redirect("journeys:axis", journey.pk, axis)
    return page(request, "journeys/axis.html", _axis_context(journey, draft, axis), fragment="progress")


@login_required
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the diagnosis, draw the plan, show the result."""
    journey = own_journey(request, pk)
    draft = draft_of(journey)
    if draft is None:
        return redirect("journeys:result", journey.pk)
    now = timezone.now()
    done = finish_diagnosis(diagnosis=draft, by=request.user, now=now)
    opened = open_axes(verdicts(request, journey))
    build_plan(diagnosis=done, by=request.user, now=now, starts_on=timezone.localdate(), open_axes=opened)
    messages.success(request, _("Votre diagnostic est terminé. Le plan qui s'en déduit est prêt."))
    return redirect("journeys:result", journey.pk)


def _draft(request: HttpRequest, pk: int, axis: str) -> tuple[Journey, Diagnosis]:
    journey = own_journey(request, pk)
    draft = draft_of(journey)
    if draft is None or axis not in AXES:
        raise Http404
    return journey, draft


def _save(request: HttpRequest, draft: Diagnosis, axis: str, *, changed_only: bool) -> None:
    """Each answer of the form that says something; what the form does not name is left as it is.

    changed_only : a whole page also carries answers that its reader left untouched (the same as in the hidden `was-`
    field); they are not written, or they would undo what somebody else answered meanwhile.
    """
    now, post = timezone.now(), request.POST
    for name in [statement.id for statement in questionnaire_of(draft).of_axis(axis)]:
        given = post.get(name, "")
        if given and not (changed_only and given == post.get(f"was-{name}")):
            save_answer(diagnosis=draft, statement=name, answer=given, by=request.user, now=now)
    stake = post.get("stake", "")
    if stake and not (changed_only and stake == post.get("was-stake")):
        save_stake(diagnosis=draft, axis=axis, value=int(stake) if stake in ("1", "2", "3") else 0, by=request.user, now=now)


def _after_saving(request: HttpRequest, journey: Journey, axis: str) -> HttpResponse:
    place = AXES.index(axis)
    go = request.POST.get("go", "next")
    if go == "previous" and place > 0:
        return redirect("journeys:axis", journey.pk, AXES[place - 1])
    if go == "next" and place < len(AXES) - 1:
        return redirect("journeys:axis", journey.pk, AXES[place + 1])
    if go == "leave":
        messages.success(request, _("Vos réponses sont enregistrées : reprenez quand vous voulez."))
        return redirect("journeys:journey", journey.pk)
    return redirect("journeys:axis", journey.pk, axis)


def _first_incomplete(questionnaire: Questionnaire, answers: Answers) -> str:
    unfinished = [score.axis for score in scores(questionnaire, answers) if score.answered < score.total]
    return unfinished[0] if unfinished else AXES[-1]


def _axis_context(journey: Journey, draft: Diagnosis, axis: str) -> dict[str, Any]:
    questionnaire, answers, lang = questionnaire_of(draft), answers_of(draft), language()
    done = scores(questionnaire, answers)
    contributors: dict[str, str] = defaultdict(str)
    for row in draft.answers.select_related("by"):
        contributors[row.statement] = str(row.by)
    titles = {one.id: one.title[lang] for one in questionnaire.axes}
    rail = [
        {
            "label": titles[score.axis],
            "url": reverse("journeys:axis", args=[journey.pk, score.axis]),
            "state": "current" if score.axis == axis else "done" if score.answered == score.total else "todo",
        }
        for score in done
    ]
    return {
        "journey": journey,
        "axis": axis,
        "title": titles[axis],
        "place": AXES.index(axis) + 1,
        "is_last": axis == AXES[-1],
        "rail": rail,
        "answered": sum(score.answered for score in done),
        "total": sum(score.total for score in done),
        "rows": [_row(statement, answers, contributors, lang) for statement in questionnaire.of_axis(axis)],
        "stake": stakes_of(draft).get(axis, 0),
        "stakes": [(1, _("Faible")), (2, _("Moyen")), (3, _("Fort"))],
        "crumbs": crumbs(journey, (_("Diagnostic"), "")),
    }


def _row(statement: Statement, answers: Answers, contributors: dict[str, str], lang: str) -> dict[str, Any]:
    given = answers.get(statement.id)
    options = [
        {
            "value": str(level),
            "text": statement.levels[level][lang] if level in statement.levels else _("Entre les deux"),
            "is_anchor": level in statement.levels,
            "checked": given == level,
        }
        for level in LEVELS
    ]
    return {
        "id": statement.id,
        "says": statement.says[lang],
        "evidence": statement.evidence[lang],
        "options": options,
        "unknown": given == AnswerKind.UNKNOWN,
        "na": given == AnswerKind.NOT_APPLICABLE,
        "was": "" if given is None else str(given),
        "by": contributors[statement.id],
    }
