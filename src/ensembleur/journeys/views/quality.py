"""The quality of the help given, as both sides say it: a page and its file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ensembleur.accounts.permissions import check
from ensembleur.journeys.catalogue.subjects import subject_title, subjects
from ensembleur.journeys.choices import Result, Side, SurveyKind
from ensembleur.journeys.engine.quality import Figure
from ensembleur.journeys.forms import DateInput
from ensembleur.journeys.permissions import may_read_quality
from ensembleur.journeys.queries.quality import Group, Report, organisations_judged_by, report_for
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.sheets import export_link, sheet
from ensembleur.web.formats import share
from ensembleur.web.pages import page

YEAR_DAYS = 365
QUESTIONS = {
    "contacted": gettext_lazy("Un échange a eu lieu"),
    "useful": gettext_lazy("L'échange a été utile"),
    "moved": gettext_lazy("Quelque chose a bougé"),
}
BREAKDOWNS = {
    "subject": gettext_lazy("Par sujet"),
    "organisation": gettext_lazy("Par organisme"),
    "period": gettext_lazy("Par trimestre"),
}


class QualityFilter(forms.Form):
    """Which answers."""

    question = forms.ChoiceField(label=gettext_lazy("Enquête"), choices=SurveyKind, required=False)
    sujet = forms.ChoiceField(label=gettext_lazy("Sujet"), required=False)
    organisme = forms.TypedChoiceField(label=gettext_lazy("Organisme"), required=False, coerce=int, empty_value=None)
    depuis = forms.DateField(label=gettext_lazy("Du"), required=False, widget=DateInput())
    jusqua = forms.DateField(label=gettext_lazy("Au"), required=False, widget=DateInput())

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = [("", _("Tous"))]
        self.fields["sujet"].choices = everything + [(one.code, subject_title(one.code, lang)) for one in subjects()]
        self.fields["organisme"].choices = everything + [(str(key), name) for key, name in organisations]


@login_required
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Every figure with its response rate and its coverage; nothing under three answers."""
    check(may_read_quality, request.user)
    today, lang = timezone.localdate(), language()
    start = {
        "question": SurveyKind.SATISFACTION.value,
        "depuis": (today - timedelta(days=YEAR_DAYS)).isoformat(),
        "jusqua": today.isoformat(),
    }
    given = {name: value for name, value in request.GET.items() if value}
    form = QualityFilter(start | given, organisations=organisations_judged_by(request.user), lang=lang)
    data = form.cleaned_data if form.is_valid() else {}
    found = report_for(
        request.user,
        kind=data.get("question") or SurveyKind.SATISFACTION.value,
        since=data.get("depuis") or today - timedelta(days=YEAR_DAYS),
        until=data.get("jusqua") or today,
        as_of=timezone.now(),
        subject=data.get("sujet", ""),
        organisation=data.get("organisme"),
    )
    if request.GET.get("format") == "csv":
        return _file(found, today, lang)
    context = {
        "form": form,
        "questions": QUESTIONS.values(),
        "whole": [_line(group, lang) for group in found.whole],
        "breakdowns": [
            {"name": name, "title": title, "rows": [_line(group, lang, name) for group in found.breakdowns[name]]}
            for name, title in BREAKDOWNS.items()
            if any(group.name for group in found.breakdowns[name])
        ],
        "agreement": found.agreement,
        "results": _results(found),
        "misrouting": found.misrouting,
        "today": today,
        "export": export_link(request),
    }
    return page(request, "journeys/quality.html", context, fragment="quality")


def _name(group: Group, lang: str, breakdown: str) -> str:
    if breakdown == "subject" and group.name:
        return subject_title(group.name, lang)
    return group.name or (_("Aucun organisme") if breakdown == "organisation" else _("Ensemble"))


def _line(group: Group, lang: str, breakdown: str = "") -> dict[str, Any]:
    """A row: asked and eligible are those of every question, answered is each question's own."""
    first = group.quality.contacted
    return {
        "name": _name(group, lang, breakdown),
        "side": Side(group.side).label,
        "eligible": first.eligible,
        "asked": first.asked,
        "coverage": first.coverage_share,
        "figures": list(group.quality),
    }


def _results(found: Report) -> list[dict[str, Any]]:
    words = dict(Result.choices)
    return [
        {
            "side": Side(side).label,
            "answered": answered,
            "counts": [(words[name], counts[name]) for name in Result.values if name in counts],
        }
        for side, (answered, counts) in found.results.items()
    ]


def _file(found: Report, today: date, lang: str) -> HttpResponse:
    heads = (
        _("Regroupement"), _("Groupe"), _("Côté"), _("Question"), _("Part"), _("Réponses"), _("Interrogés"), _("À interroger"),
        _("Taux de réponse"), _("Couverture"), _("Calculé le"),
    )  # fmt: skip
    return sheet("qualite.csv", heads, _file_lines(found, today, lang))


def _file_lines(found: Report, today: date, lang: str) -> Iterable[tuple[Any, ...]]:
    parts = [("", _("Ensemble"), found.whole)]
    parts += [(name, str(title), found.breakdowns[name]) for name, title in BREAKDOWNS.items()]
    for breakdown, title, groups in parts:
        for group in groups:
            for word, figure in zip(QUESTIONS.values(), group.quality, strict=True):
                side = Side(group.side).label
                yield (title, _name(group, lang, breakdown), side, word, shown(figure), *_counts(figure), today)


def _counts(figure: Figure) -> tuple[Any, ...]:
    shares = (share(figure.response_share), share(figure.coverage_share))
    return (figure.answered, figure.asked, figure.eligible, *shares)


def shown(figure: Figure) -> str:
    """The share, or why there is none."""
    if figure.value is not None:
        return share(figure.value)
    return _("trop peu de réponses") if figure.is_hidden else _("aucune réponse")
