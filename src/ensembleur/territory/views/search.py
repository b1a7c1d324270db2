"""The search page, what it suggests while one types, its points and its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ensembleur.errors import BadInput
from ensembleur.territory.engine.search_index import DEEPEST, Filters
from ensembleur.territory.engine.search_text import identifier
from ensembleur.territory.forms import SearchForm
from ensembleur.territory.queries.diffusion import EstablishmentView
from ensembleur.territory.queries.search import Results, search
from ensembleur.territory.queries.search_export import COLUMNS, export_row, exported, sources
from ensembleur.territory.queries.search_filters import labelled
from ensembleur.territory.views.files import csv_file, dated, geojson_file, xlsx_file
from ensembleur.web.pages import is_htmx, page

ON_MAP = 1000
SUGGESTED = 8
SHORTEST = 2  # letters before anything is suggested


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was found beside the map, with what narrows it; a whole SIRET or SIREN goes straight to its page."""
    form = SearchForm(request.GET)
    results, status = Results((), 0), 200
    if form.is_valid():
        text = form.cleaned_data["q"]
        try:
            results = search(text, filters=form.cleaned_data["filters"], cursor=request.GET.get("cursor", ""), with_facets=True)
        except BadInput as error:
            form.add_error("q" if error.code in {"bad_siret", "bad_siren"} else None, error.sentence)
        if results.mode == "identifier" and results.total and not is_htmx(request):
            number = identifier(text)
            if len(number) == 14:
                return redirect("territory:establishment", siret=number)
            return redirect("territory:company", siren=number)
    if not form.is_valid() and not is_htmx(request):
        status = 400 if "__all__" in form.errors or "bbox" in form.errors else 200
    return page(request, "territory/search.html", _context(request, form, results), fragment="found", status=status)


def _context(request: HttpRequest, form: SearchForm, results: Results) -> dict[str, Any]:
    asked = request.GET.copy()
    for name in ("cursor", "page"):
        asked.pop(name, None)
    for name in [name for name in asked if not any(asked.getlist(name))]:
        asked.pop(name)
    query = asked.urlencode()
    filters = form.cleaned_data.get("filters", Filters()) if form.is_valid() else Filters()
    return {
        "form": form,
        "results": results,
        "results_words": ngettext("%(total)d établissement trouvé", "%(total)d établissements trouvés", results.total)
        % {"total": results.total},
        "text": form.cleaned_data.get("q", ""),
        "facets": labelled(results.facets, filters),
        "is_narrowed": filters.narrows or not filters.open_only,
        "points_url": reverse("territory:search_points") + (f"?{query}" if query else ""),
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
        "exports": [
            (label, f"{reverse('territory:search_export', args=[extension])}?{query}")
            for label, extension in (("CSV", "csv"), (_("Tableur (XLSX)"), "xlsx"), (_("Carte (GeoJSON)"), "geojson"))
        ],
        "most": DEEPEST,
        "on_map": ON_MAP,
        "clear_url": reverse("territory:search") + (f"?{urlencode({'q': request.GET['q']})}" if request.GET.get("q") else ""),
        "breadcrumb": [(_("Accueil"), "/"), (_("Chercher une entreprise"), reverse("territory:search"))],
    }


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A short list for a field being typed: a fragment of links, or JSON when that is what the reader accepts."""
    text = request.GET.get("q", "").strip()
    hits: Results = Results((), 0)
    if len(text) >= SHORTEST and not (identifier(text) and len(identifier(text)) not in {9, 14}):
        try:
            hits = search(text, limit=SUGGESTED)
        except BadInput:
            hits = Results((), 0)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {"query": text[:200], "total": hits.total, "suggestions": [_suggestion(hit.view, hit.reasons) for hit in hits.hits]}
        )
    return render(request, "territory/suggestions.html", {"results": hits, "text": text, "is_long_enough": len(text) >= SHORTEST})


def _suggestion(view: EstablishmentView, reasons: tuple[str, ...]) -> dict[str, Any]:
    return {
        "siret": view.siret,
        "title": view.title,
        "place": view.commune_name,
        "url": reverse("territory:establishment", args=[view.siret]),
        "reasons": list(reasons),
        "is_fictional": view.is_fictional,
    }


@require_safe
def search_points(request: HttpRequest) -> HttpResponse:
    """The first thousand hits that may be placed on a map, as GeoJSON."""
    text, filters = _asked(request)
    features = [_feature(view) for view in exported(text, filters=filters, most=ON_MAP) if view.is_mappable]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe
def search_export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The list as a file."""
    text, filters = _asked(request)
    name = dated("etablissements", timezone.localdate())
    origin = sources()
    views = exported(text, filters=filters)
    if extension == "geojson":
        as_of = origin[False].as_of
        about = {"source": origin[False].title, "licence": origin[False].licence, "as_of": as_of.isoformat() if as_of else None}
        return geojson_file(name, _features(views), about)
    rows = (export_row(view, origin[view.is_fictional]) for view in views)
    if extension == "csv":
        return csv_file(name, COLUMNS, rows)
    notes = [
        (_("Source"), origin[False].title),
        (_("Adresse"), origin[False].url),
        (_("Licence"), origin[False].licence),
        (_("Date des fichiers"), origin[False].as_of.isoformat() if origin[False].as_of else _("non connue")),
        (_("Fichier produit le"), timezone.localdate().isoformat()),
        (_("Recherche"), text),
        (_("Au plus"), str(DEEPEST)),
        (_("Diffusion partielle"), _("Les entreprises en diffusion partielle n'y figurent pas.")),
        (_("Lignes fictives"), _("La colonne « fictif » vaut 1 pour une entreprise de démonstration.")),
    ]
    return xlsx_file(name, COLUMNS, rows, notes)


def _asked(request: HttpRequest) -> tuple[str, Filters]:
    """The text and filters of the address. Raises BadInput with the first error of the form."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        raise BadInput("bad_search", str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data["q"], form.cleaned_data["filters"]


def _features(views: Iterator[EstablishmentView]) -> Iterator[dict[str, Any]]:
    for view in views:
        if view.is_mappable:
            one = _feature(view)
            one["properties"] |= {"siret": view.siret, "naf": view.naf.code if view.naf else None, "fictif": view.is_fictional}
            yield one


def _feature(view: EstablishmentView) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(view.lon or 0.0, 5), round(view.lat or 0.0, 5)]},
        "properties": {
            "name": view.title,
            "url": reverse("territory:establishment", args=[view.siret]),
            "detail": " · ".join(filter(None, (view.naf_label, view.commune_name))),
            "tone": "plain" if view.is_open else "closed",
        },
    }
