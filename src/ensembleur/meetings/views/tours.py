"""Tours of the bus: the calendar of all, the stops of one, and the organiser's."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError
from ensembleur.meetings.forms.events import say_why
from ensembleur.meetings.forms.visits import StopForm
from ensembleur.meetings.models import Event, TourStop
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries import tours as lists
from ensembleur.meetings.queries.agenda_words import hour
from ensembleur.meetings.queries.visits import named_communes
from ensembleur.meetings.services.touring import remove_stop, set_stop, swap_stops
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import desk_tabs
from ensembleur.meetings.views.visits import geojson
from ensembleur.web.formats import day
from ensembleur.web.pages import page

PER_PAGE, ON_MAP = 50, 500


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Every stop to come, by département and month, on a map and in a table."""
    today, now = timezone.localdate(), timezone.now()
    departements, months = lists.choices(today)
    departement, month = _asked(request, departements, months)
    pages = Paginator(lists.coming_stops(today, departement, month), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "departements": departements,
        "departement": departement,
        "months": [(value, date.fromisoformat(f"{value}-01")) for value in months],
        "month": month,
        "pages": pages,
        "rows": [(one, one.stop.event.takes_registrations(now)) for one in halts(list(pages))],
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
        "points_url": f"{reverse('meetings:tour_points')}?{request.GET.urlencode()}",
    }
    return page(request, "meetings/tours/calendar.html", context, fragment="tours")


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The same stops as points of a map; or those of one tour, with `?de=`."""
    if slug := request.GET.get("de", ""):
        stops = lists.stops_of(fetch.event_of(request, slug)).select_related("event")
    else:
        today = timezone.localdate()
        stops = lists.coming_stops(today, *_asked(request, *lists.choices(today)))
    return geojson(
        (
            one.longitude,
            one.latitude,
            {
                "name": one.name,
                "url": reverse("meetings:tour_stops", args=[one.event.slug]),
                "detail": f"{day(timezone.localtime(one.arrives_at))}, {hour(one.arrives_at)} – {hour(one.leaves_at)}",
                "tone": "plain",
            },
        )
        for one in stops.exclude(longitude=None)[:ON_MAP]
    )


@require_safe
def stops(request: HttpRequest, slug: str) -> HttpResponse:
    """Where and when the bus of one tour stops."""
    event = fetch.event_of(request, slug)
    context = {
        "event": event,
        "crumbs": [(event.title, reverse("meetings:event", args=[slug])), (pgettext("tournée", "Étapes"), "")],
        "rows": halts(list(lists.stops_of(event)), event),
        "left": lists.seats_left([event])[event.pk],
        "opens": event.takes_registrations(timezone.now()),
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
        "points_url": f"{reverse('meetings:tour_points')}?de={slug}",
    }
    return page(request, "meetings/tours/stops.html", context)


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The stops, in the order of the day."""
    event = fetch.organised(request, slug)
    rows = halts(list(lists.stops_of(event)), event)
    return page(request, "meetings/tours/desk.html", _about(request, event) | {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a stop, change one, or take it out."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    held = None if pk is None else get_object_or_404(event.stops.select_related("event"), pk=pk)
    form, status = StopForm(request.POST if request.method == "POST" else None, event=event, stop=held), 200
    if request.method == "POST":
        removes = held is not None and request.POST.get("act") == "remove"
        status = 400
        try:
            if removes:
                remove_stop(stop=held, by=request.user, now=timezone.now())
            elif form.is_valid():
                set_stop(event=event, stop=held, given=form.settings(), by=request.user, now=timezone.now())
            if removes or form.is_valid():
                messages.success(request, _("L'étape est retirée.") if removes else _("C'est enregistré."))
                return redirect("meetings:desk_stops", slug)
        except EnsembleurError as error:
            status = say_why(form, error)
    return page(request, "meetings/tours/stop.html", _about(request, event) | {"form": form, "held": held}, status=status)


@login_required
@require_POST
def swap(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Earlier or later: exchange its hours with its neighbour's."""
    event = fetch.organised(request, slug)
    stop = get_object_or_404(event.stops.select_related("event"), pk=pk)
    try:
        swap_stops(stop=stop, later=request.POST.get("act") == "later", by=request.user, now=timezone.now())
    except EnsembleurError as error:
        if error.status not in (400, 422):
            raise
        messages.error(request, error.sentence)
    return redirect("meetings:desk_stops", slug)


def halts(stops: list[TourStop], event: Event | None = None) -> list[lists.Halt]:
    """Stops with the name of their commune and the free seats of their tour."""
    names = named_communes(one.commune for one in stops)
    left = lists.seats_left([event] if event is not None else {one.event for one in stops})
    return [lists.Halt(one, names[one.commune], left[one.event_id]) for one in stops]


def _asked(request: HttpRequest, departements: list[tuple[str, str]], months: list[str]) -> tuple[str, str]:
    """The département and the month asked for, "" when there is none such."""
    departement, month = request.GET.get("departement", ""), request.GET.get("mois", "")
    return departement if departement in dict(departements) else "", month if month in months else ""


def _about(request: HttpRequest, event: Event) -> dict[str, Any]:
    leads = may_organise(request.user, event)
    return {"event": event, "tabs": desk_tabs(event, "desk_stops"), "label": _("Pages de l'organisateur"), "leads": leads}
