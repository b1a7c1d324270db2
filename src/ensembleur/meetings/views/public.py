"""What anyone sees of events: the calendar, its map, and the page of one event."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.meetings.choices import EventKind, EventState
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_create_event, may_welcome, takes_part
from ensembleur.meetings.queries import events as calendars
from ensembleur.meetings.queries.tours import stops_of
from ensembleur.meetings.queries.visits import named_communes, public_offers
from ensembleur.meetings.views.fetch import actor_of, event_of
from ensembleur.meetings.views.tours import halts
from ensembleur.meetings.views.words import address, days_of, state_of
from ensembleur.web.formats import instant
from ensembleur.web.pages import page

PAGE, PAST, ON_MAP, FIRST_OFFERS = 20, 30, 500, 6


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Upcoming events by kind and département, on a map and in words; what is over is folded."""
    kind, departement = request.GET.get("type", ""), request.GET.get("departement", "")
    known, today = calendars.departements(), timezone.localdate()
    departement = departement if departement in dict(known) else ""
    found = calendars.announced(kind, departement)
    pages = Paginator(calendars.upcoming(found, today), PAGE).get_page(request.GET.get("page"))
    over = list(calendars.past(found, today)[:PAST])
    names = calendars.commune_names([*pages, *over])
    context = {
        "kinds": EventKind.choices,
        "kind": kind if kind in EventKind.values else "",
        "departements": known,
        "departement": departement,
        "pages": pages,
        "coming": [_line(event, names) for event in pages],
        "over": [_line(event, names) for event in over],
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
        "points_url": f"{reverse('meetings:points')}?{request.GET.urlencode()}",
        "creates": may_create_event(request.user),
    }
    return page(request, "meetings/list.html", context)


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """The upcoming events of the same choice as points of a map; or one event, with `?de=`."""
    if slug := request.GET.get("de", ""):
        found = [event_of(request, slug)]
    else:
        chosen = calendars.announced(request.GET.get("type", ""), request.GET.get("departement", ""))
        found = list(calendars.upcoming(chosen, timezone.localdate())[:ON_MAP])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(event.longitude, 5), round(event.latitude, 5)]},
            "properties": {
                "name": event.title,
                "url": reverse("meetings:event", args=[event.slug]),
                "detail": f"{event.get_kind_display()} · {days_of(event)}",
                "tone": "closed" if event.state == EventState.CANCELLED else "plain",
            },
        }
        for event in found
        if event.longitude is not None and event.latitude is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event: what, when, where, for whom, how to register; the way to one's own day, or to the desk."""
    held, now = event_of(request, slug), timezone.now()
    actor = actor_of(request, held)
    commune = calendars.commune_names([held])[held.commune]
    comes = takes_part(actor, held)
    opens = held.takes_registrations(now) and not comes
    context = {
        "event": held,
        "state": state_of(held),
        "crumbs": [(_("Événements"), reverse("meetings:list")), (held.title, "")],
        "facts": _facts(held, commune),
        "sides": [label for _side, label in held.sides()],
        "register_url": address("register", held) if opens else "",
        "my_day_url": address("my_day", held) if comes else "",
        "desk_url": reverse("meetings:desk", args=[held.slug]) if may_welcome(request.user, held) else "",
        "takes_registrations": held.takes_registrations(now),
        "is_over": held.ends_on < timezone.localdate(),
        "outlines_url": reverse("territory:outlines", args=["commune", held.commune]) if commune != held.commune else "",
        "points_url": f"{reverse('meetings:points')}?de={held.slug}" if held.longitude is not None else "",
    }
    return page(request, "meetings/event.html", context | _details(held))


def _details(event: Event) -> dict[str, Any]:
    """What the page adds for its kind: the first visits on offer, or the stops of the bus."""
    if event.kind == EventKind.VISITS:
        offers = list(public_offers(event)[:FIRST_OFFERS])
        names = named_communes(one.commune for one in offers)
        return {"details": "meetings/visits/details.html", "offers": [(one, names[one.commune]) for one in offers]}
    if event.kind == EventKind.TOUR:
        return {"details": "meetings/tours/details.html", "halts": halts(list(stops_of(event)), event)}
    return {"details": ""}


def _line(event: Event, names: dict[str, str]) -> dict[str, Any]:
    return {"event": event, "days": days_of(event), "commune": names[event.commune], "state": state_of(event)}


def _facts(event: Event, commune: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [(_("Quand"), days_of(event))]
    where = ", ".join(part for part in (event.place_name, event.address, commune) if part)
    rows += [(_("Où"), where), (_("Organisé par"), event.organised_by_name)]
    if event.registration_closes_at is not None:
        rows.append((_("Inscriptions"), _("jusqu'au %(instant)s") % {"instant": instant(event.registration_closes_at)}))
    if event.wishes_close_at is not None:
        rows.append((_("Vœux de rendez-vous"), _("jusqu'au %(instant)s") % {"instant": instant(event.wishes_close_at)}))
    return rows
