"""The organiser's visits: what sites offer and lack, then what is planned, confirmed and held."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.meetings.choices import Side
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries import visits as lists
from ensembleur.meetings.views.fetch import organised
from ensembleur.meetings.views.tabs import desk_tabs
from ensembleur.meetings.views.visits import acted, edited, visit_of
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

PER_PAGE = 50
COLUMNS = (
    "site", "visite", "places_par_groupe", "groupes_en_meme_temps", "guides", "age_minimum", "age_maximum", "sans_marche",
    "adresse", "commune", "consignes", "manque",
)  # fmt: skip


@login_required
@require_safe
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    """Each site with what it offers and what is missing."""
    event = organised(request, slug)
    pages = Paginator(lists.hosts_of(event), PER_PAGE).get_page(request.GET.get("page"))
    rows = [lists.hosted(one) for one in pages]
    return page(request, "meetings/visits/desk.html", _about(request, event) | {"pages": pages, "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Describe a visit for a site."""
    event = organised(request, slug)
    check(may_organise, request.user, event)
    site = get_object_or_404(event.registrations.live().filter(side=Side.A).select_related("event"), pk=pk)
    return edited(request, site, request.user, "meetings/visits/desk_offer.html", _about(request, event), "meetings:desk_visits")


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same list as a file."""
    event = organised(request, slug)
    check(may_organise, request.user, event)
    lines = []
    for one in map(lists.hosted, lists.hosts_of(event)):
        told = one.offer
        cells: tuple[Any, ...] = ("",) * 9
        if told is not None:
            cells = (
                told.title, told.seats, told.groups_at_once, one.guides, told.min_age, told.max_age or "",
                _("oui") if told.step_free else _("non"), told.address, told.commune,
            )  # fmt: skip
        rules = told.safety_rules if told is not None else ""
        lines.append((one.registration.name, *map(str, cells), rules, ", ".join(one.missing)))
    return table_file(f"visites-{event.slug}.csv", COLUMNS, [dict(zip(COLUMNS, line, strict=True)) for line in lines])


@login_required
@require_safe
def planned(request: HttpRequest, slug: str) -> HttpResponse:
    """The visits of the published timetable: who confirmed, how many pupils came."""
    event, now = organised(request, slug), timezone.now()
    pages = Paginator(lists.visits_of(event), PER_PAGE).get_page(request.GET.get("page"))
    context = {"pages": pages, "visits": lists.told(event, pages), "counts": lists.counts_of(event), "now": now}
    return page(request, "meetings/visits/planned.html", _about(request, event) | context)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm for one end, or say how many pupils came."""
    event = organised(request, slug)
    meeting = visit_of(event, pk, request.user)
    host = lists.host_end(meeting)
    acted(request, meeting, request.user, host if request.POST.get("end") == "host" else lists.other_end(host))
    return redirect("meetings:desk_planned", slug)


def _about(request: HttpRequest, event: Event) -> dict[str, Any]:
    leads = may_organise(request.user, event)
    return {"event": event, "tabs": desk_tabs(event, "desk_visits"), "label": _("Pages de l'organisateur"), "leads": leads}
