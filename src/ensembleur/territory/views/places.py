"""The pages of places: what the register counts there, on a map, in a chart, in tables and in files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.territory.engine.disclosure import LEAST_COMPANIES
from ensembleur.territory.engine.search_text import fold
from ensembleur.territory.models import Commune, Departement, Epci
from ensembleur.territory.queries import search_places
from ensembleur.territory.queries.search_places import Line, PlaceView, figures, source_of
from ensembleur.territory.views.files import csv_file, dated, xlsx_file
from ensembleur.web.pages import page

COLUMNS = ("territoire", "code", "table", "ligne", "cle", "etablissements", "part", "secret", "source", "date_source")


@require_safe
def places_page(request: HttpRequest) -> HttpResponse:
    """Every place of the region that has a page, with a field to find one."""
    wanted = fold(request.GET.get("q", "").strip()[:80])
    groups = list(Epci.objects.order_by("name"))
    communes = Commune.objects.current().order_by("name").values_list("code", "name", "departement_id")
    context = {
        "text": request.GET.get("q", "").strip()[:80],
        "departements": [row for row in Departement.objects.order_by("code") if wanted in fold(str(row))],
        "territories": [row for row in groups if row.kind == "EPT" and wanted in fold(row.name)],
        "groupings": [row for row in groups if row.kind != "EPT" and wanted in fold(row.name)],
        "communes": [row for row in communes if wanted and (wanted in fold(row[1]) or wanted == row[0])][:200],
        "breadcrumb": [(_("Accueil"), "/"), (_("Territoires"), reverse("territory:places"))],
    }
    return page(request, "territory/places.html", context, fragment="places")


@require_safe
def place_page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Counts, sectors, sizes and parts of one place."""
    place = _place(kind, code)
    if place.code != code:
        return redirect("territory:place", kind=place.kind, code=place.code)
    args = [place.kind, place.code]
    facet = {"departement": "departement", "epci": "grouping", "commune": "commune"}.get(place.kind)
    query = f"?{facet}={place.code}" if facet else ""
    parents = [(label, reverse("territory:place", args=[above, number])) for label, above, number in place.parents]
    context = {
        "place": place,
        "figures": figures(place),
        "source": source_of(place),
        "least": LEAST_COMPANIES,
        "chart_url": reverse("territory:place_chart", args=args),
        "outlines_url": reverse("territory:outlines", args=args),
        "points_url": reverse("territory:search_points") + query,
        "search_url": reverse("territory:search") + query,
        "exports": [
            ("CSV", reverse("territory:place_export", args=[*args, "csv"])),
            (_("Tableur (XLSX)"), reverse("territory:place_export", args=[*args, "xlsx"])),
        ],
        "breadcrumb": [(_("Accueil"), "/"), (_("Territoires"), reverse("territory:places")), *parents, (place.name, "")],
    }
    return page(request, "territory/place.html", context)


@require_safe
def outlines(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The outlines of a place's parts, each leading to its own page."""
    collection = search_places.outlines(_place(kind, code))
    for one in collection["features"]:
        one["properties"]["url"] = reverse("territory:place", args=[one["properties"]["kind"], one["properties"]["code"]])
    response = JsonResponse(collection, content_type="application/geo+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def sector_chart(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The Vega-Lite specification of establishments by sector; a hidden count is not in it."""
    lines = [line for line in figures(_place(kind, code)).sectors if line.count]
    count, sector = _("Établissements"), _("Secteur")
    return JsonResponse(
        {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "data": {"values": [{sector: line.label, count: line.count} for line in lines]},
            "mark": {"type": "bar", "color": "#0b5563", "cornerRadiusEnd": 2},
            "encoding": {
                "y": {
                    "field": sector,
                    "type": "nominal",
                    "sort": "-x",
                    "title": None,
                    "axis": {"labelLimit": 260, "ticks": False, "domain": False},
                },
                "x": {"field": count, "type": "quantitative", "title": count, "axis": {"tickMinStep": 1, "format": "~s"}},
                "tooltip": [{"field": sector, "type": "nominal"}, {"field": count, "type": "quantitative"}],
            },
            "width": "container",
            "height": 30 * len(lines) + 20,
        }
    )


@require_safe
def place_export(request: HttpRequest, kind: str, code: str, extension: str) -> HttpResponseBase:
    """The tables of a place as one file."""
    place = _place(kind, code)
    name = dated(f"territoire-{place.kind}-{place.code}", timezone.localdate())
    source = source_of(place)
    rows = list(_rows(place, source.title, source.as_of.isoformat() if source.as_of else None))
    if extension == "csv":
        return csv_file(name, COLUMNS, rows)
    notes = [
        (_("Source"), source.title),
        (_("Licence"), source.licence),
        (_("Date des fichiers"), source.as_of.isoformat() if source.as_of else _("non connue")),
        (_("Fichier produit le"), timezone.localdate().isoformat()),
        (
            _("Secret"),
            _(
                "Un compte est caché (s) en dessous de %(least)d entreprises, ou quand il permettrait de retrouver un compte caché."
            )
            % {"least": LEAST_COMPANIES},
        ),
    ]
    return xlsx_file(name, COLUMNS, rows, notes)


def _place(kind: str, code: str) -> PlaceView:
    found = search_places.place(kind, code)
    if found is None:
        raise Http404(code)
    return found


def _rows(place: PlaceView, source: str, as_of: str | None) -> Iterator[dict[str, Any]]:
    counted = figures(place)
    tables: list[tuple[str, tuple[Line, ...]]] = [
        (_("secteur"), counted.sectors),
        (_("effectif"), counted.sizes),
        (_("lieu"), counted.parts),
    ]
    common = {"territoire": place.name, "code": place.code, "source": source, "date_source": as_of}
    yield {
        **common,
        "table": _("total"),
        "ligne": place.name,
        "cle": place.code,
        "etablissements": counted.total,
        "part": None,
        "secret": "" if counted.total is not None else "s",
    }
    for table, lines in tables:
        for line in lines:
            share = round(line.share, 4) if line.share is not None else None
            yield {
                **common,
                "table": table,
                "ligne": line.label,
                "cle": line.key,
                "etablissements": line.count,
                "part": share,
                "secret": "s" if line.why else "",
            }
