"""Three questions to one person about one need or one review."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import EnsembleurError
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.choices import Side
from ensembleur.journeys.models import Survey
from ensembleur.journeys.queries.surveys import ANSWERED_WITHIN_DAYS, CHANGED_WITHIN_DAYS, may_still_answer
from ensembleur.journeys.services.surveying import answer_survey
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.review_forms import SurveyForm
from ensembleur.web.pages import page


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey of the person asked, 404 for anybody else: that somebody was asked is told to nobody."""
    mine = Survey.objects.visible_to(request.user)
    held = get_object_or_404(mine.select_related("need__journey", "review__journey"), pk=pk)
    journey = held.need.journey if held.need else held.review.journey  # type: ignore[union-attr]
    status, form = 200, SurveyForm(request.POST if request.method == "POST" else None, initial=_said(held))
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                answer_survey(survey=held, by=request.user, now=timezone.now(), **form.answers())
            except EnsembleurError as error:
                form.add_error(None, error.sentence)
                status = error.status
            else:
                messages.success(request, _("Merci. Votre réponse compte, vous pouvez la changer pendant trente jours."))
                return redirect("journeys:survey", held.pk)
    context = {
        "survey": held,
        "journey": journey,
        "subject": subject_title(held.need.subject, language()) if held.need else "",
        "form": form,
        "is_open": may_still_answer(held, as_of=timezone.now()),
        "is_adviser": held.side == Side.ADVISER,
        "answer_days": ANSWERED_WITHIN_DAYS,
        "change_days": CHANGED_WITHIN_DAYS,
    }
    return page(request, "journeys/survey.html", context, status=status)


def _said(held: Survey) -> dict[str, str]:
    words = {True: "yes", False: "no", None: ""}
    if held.answered_at is None:
        return {"useful": "", "result": ""}
    return {
        "contacted": words[held.contacted],
        "useful": words[held.useful],
        "result": held.result,
        "comment": held.comment,
    }
