"""The public pages of schemes: the list, one scheme, the national open format."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ensembleur.schemes.choices import EDGES
from ensembleur.schemes.forms import ListFilters, SiretForm
from ensembleur.schemes.permissions import may_edit_schemes
from ensembleur.schemes.queries.open_formats import national_rows, write_csv
from ensembleur.schemes.queries.overview import condition_groups, overviews, version_rows
from ensembleur.schemes.queries.published import published_scheme, published_schemes
from ensembleur.web.pages import page


def _lang() -> str:
    return "en" if get_language() == "en" else "fr"


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every published scheme, filtered; open ones first."""
    form = ListFilters(request.GET)
    wanted = form.wanted()
    every = overviews(published_schemes(), as_of=timezone.localdate(), lang=_lang())
    context = {
        "form": form,
        "schemes": [overview for overview in every if overview.fits(wanted)],
        "total": len(every),
        "as_of": timezone.localdate(),
    }
    return page(request, "schemes/scheme_list.html", context, fragment="schemes")


@require_safe
def scheme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """For whom, how much, when, under which conditions, from which text, checked when."""
    scheme = published_scheme(slug)
    if scheme is None:
        raise Http404
    lang = _lang()
    today = timezone.localdate()
    [overview] = overviews([scheme], as_of=today, lang=lang)
    related = {other.id: other.title.in_(lang) for other in published_schemes()}
    context = {
        "scheme": scheme,
        "overview": overview,
        "conditions": condition_groups(scheme, overview.version, as_of=today, lang=lang),
        "criteria": [criterion.says.in_(lang) for criterion in overview.version.jury],
        "sources": list(scheme.sources.values()),
        "doubts": overview.version.unverified.in_(lang),
        "note": overview.version.amount.note.in_(lang) if overview.version.amount else "",
        "versions": version_rows(scheme, as_of=today),
        "related": [
            {"kind": EDGES[edge.kind], "scheme": edge.scheme, "title": related.get(edge.scheme), "note": edge.note.in_(lang)}
            for edge in overview.edges
        ],
        "form": SiretForm(),
        "as_of": today,
        "may_edit": may_edit_schemes(request.user),
    }
    return render(request, "schemes/scheme.html", context)


@require_safe
def national_csv(request: HttpRequest) -> HttpResponse:
    """The catalogue in the columns of the national « dispositif d'aide » schema."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dispositifs-aides.csv"'
    write_csv(response, national_rows(published_schemes(), as_of=timezone.localdate(), site=request.build_absolute_uri("/")))
    return response
