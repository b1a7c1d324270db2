"""The baseline, the reviews and what changed between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.views.reading import reads_notices
from ensembleur.errors import EnsembleurError
from ensembleur.journeys.choices import Indicator
from ensembleur.journeys.engine.reviews import Known, Line
from ensembleur.journeys.models import Baseline, Figure, Journey, Review
from ensembleur.journeys.permissions import may_contribute, may_see_reviews
from ensembleur.journeys.queries import reviews as queries
from ensembleur.journeys.services import reviewing
from ensembleur.journeys.views import charts
from ensembleur.journeys.views.fetch import crumbs, own_journey
from ensembleur.journeys.views.review_forms import SINCE_THE_START, FiguresForm, ReviewForm
from ensembleur.journeys.views.review_words import difference_of, value_of
from ensembleur.journeys.views.sheets import sheet
from ensembleur.schemes.choices import EvidenceWord
from ensembleur.web.pages import page

AT_START = tuple(name for name in Indicator.values if name not in SINCE_THE_START)


@login_required
@require_safe
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """From the baseline to the last review, each way of knowing on its own line."""
    journey = _seen_journey(request, pk)
    found, today = queries.comparison_of(journey), timezone.localdate()
    may_write = may_contribute(request.user, journey)
    way_back = crumbs(journey, (_("Bilans"), "")) if may_write else [(_("Bilans"), "")]
    context: dict[str, Any] = {
        "journey": journey,
        "crumbs": way_back,
        "may_write": may_write,
        "comparison": found,
        "today": today,
    }
    if found is None:
        context["may_begin"] = may_write and journey.diagnoses.finished().exists()
        return page(request, "journeys/reviews.html", context)
    shown = list(dict.fromkeys(line.indicator for line in found.lines))
    chosen = request.GET.get("chiffre", "")
    chosen = chosen if chosen in shown else (shown[0] if shown else "")
    open_ones = set(queries.open_reviews(journey, as_of=today)) if may_write else set()
    context |= {
        "reviews": [{"review": one, "is_open": one in open_ones} for one in found.reviews],
        "held": [one for one in found.reviews if one.done_at],
        "rows": [_row(line, found, may_write=may_write) for line in found.lines],
        "choices": [{"value": name, "title": Indicator(name).label, "is_on": name == chosen} for name in shown],
        "chosen": Indicator(chosen).label if chosen else "",
        "chart_url": f"{reverse('journeys:reviews_chart', args=[journey.pk])}?chiffre={chosen}",
        "history": queries.history_of(journey),
        "earlier": journey.diagnoses.finished().count() > 1,
    }
    return page(request, "journeys/reviews.html", context)


@login_required
@require_safe
def reviews_chart(request: HttpRequest, pk: int) -> JsonResponse:
    """One indicator through time, each way of knowing in its own colour; a band is a bar."""
    journey = _seen_journey(request, pk)
    found, chosen = queries.comparison_of(journey), request.GET.get("chiffre", "")
    if found is None or chosen not in Indicator.values:
        raise Http404
    rows = [
        {
            "day": known.as_of.isoformat(),
            "low": float(known.low),
            "high": None if known.high is None else float(known.high),
            "evidence": str(EvidenceWord(known.evidence).label),
            "is_exact": known.is_exact,
            "says": value_of(known),
        }
        for line in found.lines
        if line.indicator == chosen
        for known in ([line.baseline] if line.baseline else []) + [pair[0] for pair in line.terms.values()]
    ]
    return JsonResponse(charts.evolution(rows, str(Indicator(chosen).label), _("Date")))


@login_required
@require_safe
def reviews_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """One line per figure, withdrawn ones included."""
    journey = _seen_journey(request, pk)
    heads = (
        _("Moment"), _("Chiffre"), _("Comment on le sait"), _("Valeur basse"), _("Valeur haute"), _("Date"),
        _("Source"), _("Écart avec le départ"), _("Noté le"), _("Retiré le"),
    )  # fmt: skip
    return sheet("bilans.csv", heads, _csv_lines(journey))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def baseline(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the company starts from."""
    journey, today = own_journey(request, pk), timezone.localdate()
    if Baseline.objects.filter(journey=journey).exists():
        return redirect("journeys:reviews", journey.pk)
    told = queries.told_before(journey, as_of=today)
    form = FiguresForm(
        *_posted(request),
        known=_by_indicator(queries.observed(journey, as_of=today)),
        hints={name: fact.value for name, fact in told.items()},
        indicators=AT_START,
        initial={"on": today},
    )
    title = _("Votre situation de départ")

    def save() -> None:
        told, taken_on = form.told(), form.cleaned_data["on"]
        reviewing.take_baseline(journey=journey, figures=told, by=request.user, now=timezone.now(), taken_on=taken_on)

    why = _("Sans elle, personne ne pourra dire ce que le parcours a changé. Laissez vide ce que vous ne savez pas.")
    return _form_page(request, journey, form, save, title, why, _("La situation de départ est notée."))


@login_required
@reads_notices
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int, months: int) -> HttpResponse:
    """One review: what the company says and proves; what registers say is noted by itself."""
    journey, today = own_journey(request, pk), timezone.localdate()
    if not Baseline.objects.filter(journey=journey).exists():
        messages.info(request, _("Notez d'abord la situation de départ : un bilan s'y compare."))
        return redirect("journeys:baseline", journey.pk)
    held = get_object_or_404(Review.objects.visible_to(request.user), journey=journey, months=months)
    if held.done_at or held.lapsed_at or held not in queries.open_reviews(journey, as_of=today):
        return redirect("journeys:reviews", journey.pk)
    found = queries.comparison_of(journey)
    # Several ways of knowing may stand in the baseline: what the company said is shown first, being what it will compare with.
    start = {line.indicator: line.baseline for line in reversed(found.lines) if line.baseline} if found else {}
    form = ReviewForm(
        *_posted(request),
        known=_by_indicator(queries.observed(journey, as_of=today)),
        start=start,
        initial={"on": today},
    )

    def save() -> None:
        told, comment = form.told(), form.cleaned_data["comment"]
        reviewing.hold_review(review=held, figures=told, by=request.user, now=timezone.now(), comment=comment)

    title = ngettext("Le bilan à %(n)s mois", "Le bilan à %(n)s mois", months) % {"n": months}
    why = _("Donnez ce que vous savez aujourd'hui ; laissez vide le reste. Rien n'efface ce qui a été noté avant.")
    return _form_page(request, journey, form, save, title, why, _("Le bilan est enregistré."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_figure(request: HttpRequest, pk: int, months: int) -> HttpResponse:
    """Figures forgotten in the baseline (0 months) or in a review held."""
    journey, today = own_journey(request, pk), timezone.localdate()
    of: Baseline | Review
    if months:
        of = get_object_or_404(Review.objects.visible_to(request.user).held(), journey=journey, months=months)
    else:
        of = get_object_or_404(Baseline, journey=journey)
    names = Indicator.values if months else AT_START
    initial = {"on": today if isinstance(of, Review) else of.taken_on}
    form = FiguresForm(*_posted(request), known={}, indicators=tuple(names), initial=initial)

    def save() -> None:
        with transaction.atomic():
            for told in form.told():
                reviewing.record_figure(told=told, by=request.user, now=timezone.now(), of=of)

    why = _("Un chiffre déjà noté de la même façon se retire d'abord.")
    return _form_page(request, journey, form, save, _("Ajouter un chiffre oublié"), why, _("C'est ajouté."))


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a wrong figure."""
    figure = get_object_or_404(Figure.objects.select_related("baseline__journey", "review__journey"), pk=pk)
    place = figure.baseline or figure.review
    journey = own_journey(request, place.journey_id)  # type: ignore[union-attr]
    reviewing.withdraw_figure(figure=figure, by=request.user, now=timezone.now())
    messages.success(request, _("Ce chiffre est retiré. Il reste dans l'historique."))
    return redirect("journeys:reviews", journey.pk)


def _seen_journey(request: HttpRequest, pk: int) -> Journey:
    journey = get_object_or_404(Journey, pk=pk)
    if not may_see_reviews(request.user, journey):
        raise Http404
    return journey


def _posted(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _by_indicator(known: Iterable[Known]) -> dict[str, Known]:
    return {one.indicator: one for one in known}


def _form_page(
    request: HttpRequest, journey: Journey, form: FiguresForm, save: Any, title: str, why: str, done: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                save()
            except EnsembleurError as error:
                form.add_error(None, error.sentence)
                status = error.status
            else:
                messages.success(request, done)
                return redirect("journeys:reviews", journey.pk)
    way = crumbs(journey, (_("Bilans"), reverse("journeys:reviews", args=[journey.pk])), (title, ""))
    groups = [
        {"group": one, "says": value_of(one.says) if one.says else "", "start": value_of(one.start) if one.start else ""}
        for one in form.groups()
    ]
    context = {"journey": journey, "form": form, "groups": groups, "title": title, "why": why, "crumbs": way}
    return page(request, "journeys/review_form.html", context, status=status)


def _row(line: Line, found: queries.Comparison, *, may_write: bool) -> dict[str, Any]:
    def cell(known: Known | None, months: int, change: str = "") -> dict[str, Any]:
        document = found.documents.get((line.indicator, months)) if line.evidence == EvidenceWord.DOCUMENTED else None
        return {
            "known": known,
            "says": value_of(known) if known else "",
            "change": change,
            "document": document if may_write else None,
        }

    cells = [cell(line.baseline, 0)]
    for one in found.reviews:
        if one.done_at:
            known, change = line.terms.get(one.months, (None, None))
            cells.append(cell(known, one.months, difference_of(line.indicator, change) if known else ""))
    label = EvidenceWord(line.evidence).label
    return {"title": Indicator(line.indicator).label, "evidence": line.evidence, "evidence_label": label, "cells": cells}


def _csv_lines(journey: Journey) -> Iterable[tuple[Any, ...]]:
    found = queries.comparison_of(journey)
    changes = {
        (line.indicator, line.evidence, months): difference_of(line.indicator, change)
        for line in (found.lines if found else ())
        for months, (_known, change) in line.terms.items()
    }
    for row in queries.history_of(journey):
        months = row.review.months if row.review else 0
        change = changes.get((row.indicator, row.evidence, months), "") if row.withdrawn_at is None else ""
        yield (
            _("%(months)s mois") % {"months": months} if months else _("Départ"),
            row.get_indicator_display(),
            row.get_evidence_display(),
            row.low,
            "" if row.high is None else row.high,
            row.as_of,
            row.source_title,
            change,
            timezone.localdate(row.recorded_at),
            timezone.localdate(row.withdrawn_at) if row.withdrawn_at else "",
        )
