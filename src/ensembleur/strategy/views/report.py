"""The annual report for everybody: a page, its drawings, the PDF, the data package."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.errors import BadInput
from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.telling import told
from ensembleur.strategy.queries.annual.method import code_hash, data_hash, hashes
from ensembleur.strategy.queries.annual.report import annual_report, held_on
from ensembleur.strategy.queries.annual.years import day_of, years
from ensembleur.strategy.queries.content import Held, held_strategy
from ensembleur.strategy.queries.locked import lock_on
from ensembleur.strategy.services.filing import KINDS, file_report
from ensembleur.strategy.views import words
from ensembleur.strategy.views.public import crumbs, held_or_404
from ensembleur.strategy.views.report_page import report_page

TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


@require_safe
def latest_report(request: HttpRequest, strategy: str) -> HttpResponse:
    """The report of the last year there is one for."""
    held = held_or_404(strategy)
    known = years(held, today=timezone.localdate())
    if not known:
        raise Http404(_("Cette stratégie n'a pas commencé : elle n'a pas encore de rapport."))
    return redirect("strategy:report", strategy=strategy, year=known[0])


@require_safe
def report(request: HttpRequest, strategy: str, year: int) -> HttpResponse:
    """The report as a page."""
    held = held_or_404(strategy)
    found = _report(held, year)
    address = reverse("strategy:report", args=[strategy, year])
    downloads = [
        (reverse("strategy:report_file", args=[strategy, year, "pdf"]), _("Le rapport en PDF")),
        (reverse("strategy:report_file", args=[strategy, year, "zip"]), _("Les données (CSV et JSON)")),
    ]
    others = [other for other in years(held, today=timezone.localdate()) if other != year]
    downloads += [(reverse("strategy:report", args=[strategy, other]), str(other)) for other in others[:5]]
    return report_page(
        request,
        told(found, words.lang()),
        charts_url=f"{address}dessins/",
        crumbs=crumbs(held, (_("Rapport %(year)d") % {"year": year}, "")),
        downloads=downloads,
        lock_says=words.lock_words(lock_on(held.row, found.identity.generated_for)),
    )


@require_safe
def report_chart(request: HttpRequest, strategy: str, year: int, code: str) -> HttpResponse:
    """The Vega-Lite specification of one drawing: the one the PDF is made with."""
    drawing = told(_report(held_or_404(strategy), year), words.lang()).charts.get(code)
    if drawing is None:
        raise Http404(_("Ce rapport n'a pas ce dessin."))
    return JsonResponse(drawing.spec)


@require_safe
def report_file(request: HttpRequest, strategy: str, year: int, kind: str) -> FileResponse:
    """The PDF in the language of the page, or the data package."""
    if kind not in KINDS:
        raise Http404(_("Le rapport existe en PDF et en données."))
    lang = words.lang()
    found = _report(held_or_404(strategy), year)
    path = file_report(report=found, kind=kind, lang=lang, folder=Path(settings.MEDIA_ROOT) / "reports")
    name = f"rapport-{strategy}-{year}{'-fictif' if found.identity.is_fictional else ''}.{kind}"
    return FileResponse(path.open("rb"), as_attachment=kind == "zip", filename=name, content_type=TYPES[kind])


def _report(held: Held, year: int) -> Report:
    """The report of the year, made again only when something it reads has changed."""
    try:
        as_of = day_of(held, year, today=timezone.localdate())
    except BadInput as error:
        raise Http404(error.sentence) from error
    seal = data_hash(hashes(held_on(held, as_of), as_of))
    address = f"{settings.SITE_URL}{reverse('strategy:report', args=[held.row.pk, year])}"
    return _kept(held.row.pk, year, as_of, seal, code_hash(), address, bool(settings.DEMO))


@lru_cache(maxsize=8)
def _kept(slug: str, year: int, as_of: date, _seal: str, _program: str, address: str, is_demo: bool) -> Report:
    held = held_strategy(slug)
    if held is None:
        raise Http404(_("Aucune stratégie ne porte ce nom."))
    return annual_report(held, year=year, as_of=as_of, address=address, is_fictional=is_demo)
