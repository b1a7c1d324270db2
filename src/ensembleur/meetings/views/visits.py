"""The visits on offer, for anyone; one's own offer, and one's own visits to confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.errors import EnsembleurError
from ensembleur.meetings.choices import Side
from ensembleur.meetings.forms.events import say_why
from ensembleur.meetings.forms.visits import VisitForm
from ensembleur.meetings.models import Attendee, Event, Meeting, Registration, VisitOffer
from ensembleur.meetings.queries import visits as lists
from ensembleur.meetings.services import visiting
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.periods import paris_day
from ensembleur.web.pages import page

PER_PAGE, ON_MAP = 50, 500


@require_safe
def offers(request: HttpRequest, slug: str) -> HttpResponse:
    """Every visit on offer, on a map and in words."""
    event = fetch.event_of(request, slug)
    pages = Paginator(lists.public_offers(event), PER_PAGE).get_page(request.GET.get("page"))
    names = lists.named_communes(one.commune for one in pages)
    context = {
        "event": event,
        "crumbs": [(event.title, reverse("meetings:event", args=[slug])), (_("Visites"), "")],
        "pages": pages,
        "rows": [(one, names[one.commune]) for one in pages],
        "points_url": reverse("meetings:visit_points", args=[slug]),
        "outlines_url": reverse("territory:outlines", args=["region", "11"]),
    }
    return page(request, "meetings/visits/offers.html", context, fragment="offers")


@require_safe
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """The same visits as points of a map."""
    event = fetch.event_of(request, slug)
    shown = lists.public_offers(event).exclude(longitude=None)[:ON_MAP]
    url = reverse("meetings:visit_offers", args=[slug])
    return geojson(
        (one.longitude, one.latitude, {"name": one.title, "url": url, "detail": ages(one), "tone": "plain"}) for one in shown
    )


def geojson(points: Any) -> JsonResponse:
    """(longitude, latitude, properties) as what a map reads."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]},
            "properties": properties,
        }
        for longitude, latitude, properties in points
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def ages(offer: VisitOffer) -> str:
    """« À partir de 13 ans », « De 13 à 18 ans »."""
    if offer.max_age is None:
        return _("À partir de %(least)d ans") % {"least": offer.min_age}
    return _("De %(least)d à %(most)d ans") % {"least": offer.min_age, "most": offer.max_age}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_visit(request: HttpRequest, slug: str) -> HttpResponse:
    """What my site shows, to whom, under which rules."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    if me.registration.side != Side.A:
        raise Http404
    actor = fetch.actor_of(request, event)
    return edited(request, me.registration, actor, "meetings/visits/mine.html", _about(event, me), "meetings:my_visits")


def edited(
    request: HttpRequest, registration: Registration, by: Any, template: str, context: dict[str, Any], then: str
) -> HttpResponse:
    """The form of an offer, kept by the service; a site and the desk share it."""
    offer = VisitOffer.objects.filter(registration=registration).first()
    form, status = VisitForm(request.POST if request.method == "POST" else None, offer=offer), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                _offer, lack = visiting.set_offer(registration=registration, given=form.settings(), by=by, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("C'est enregistré : les établissements voient cette visite."))
                if lack:
                    messages.warning(request, lack_words(lack))
                return redirect(then, registration.event.slug)
    return page(request, template, context | {"form": form, "held": offer, "site": registration}, status=status)


def lack_words(lack: int) -> str:
    """What a site must do to receive as many groups as it says."""
    return ngettext(
        "Il manque %(n)d guide pour recevoir autant de groupes en même temps : ajoutez une personne à l'inscription, puis "
        "enregistrez de nouveau cette page.",
        "Il manque %(n)d guides pour recevoir autant de groupes en même temps : ajoutez ces personnes à l'inscription, puis "
        "enregistrez de nouveau cette page.",
        lack,
    ) % {"n": lack}


@never_cache
@require_safe
def my_visits(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own visits: hour, place, who, what is to confirm, what is to say afterwards."""
    event, now = fetch.event_of(request, slug), timezone.now()
    me = fetch.myself(request, event)
    is_host = me.registration.side == Side.A
    me.registration.event = event
    rows = lists.told(event, lists.visits_for(me.registration)) if event.published_version_id else []
    offer = VisitOffer.objects.filter(registration=me.registration).first() if is_host else None
    lack = lists.lacking_guides(offer, lists.guides_of(me.registration).count()) if offer else 0
    context = _about(event, me) | {
        "is_host": is_host,
        "offer": offer,
        "lack": lack_words(lack) if lack else "",
        "visits": rows,
        "today": paris_day(now),
        "now": now,
    }
    return page(request, "meetings/visits/my_visits.html", context)


@require_POST
def my_act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm one's end of a visit, or say how many pupils came."""
    event = fetch.event_of(request, slug)
    actor, me = fetch.actor_of(request, event), fetch.myself(request, event)
    meeting = visit_of(event, pk, actor)
    end = "A" if meeting.registration_a_id == me.registration_id else "B"
    acted(request, meeting, actor, end)
    return redirect("meetings:my_visits", slug)


def visit_of(event: Event, pk: int, actor: Any) -> Meeting:
    """A meeting of this event that this person may see. Raises Http404."""
    rows = event.meetings.visible_to(actor).select_related("event", "registration_a__event", "registration_b__event")
    return get_object_or_404(rows.distinct(), pk=pk)


def acted(request: HttpRequest, meeting: Meeting, by: Any, end: str) -> None:
    """Do what the button says, or say why not; the desk shares it."""
    now = timezone.now()
    try:
        if request.POST.get("act") == "came":
            typed = request.POST.get("came", "").strip()
            came = int(typed) if typed.isdecimal() and len(typed) < 6 else -1
            visiting.count_visitors(meeting=meeting, came=came, by=by, now=now)
            messages.success(request, _("C'est noté."))
        else:
            visiting.confirm_visit(meeting=meeting, side=end, by=by, now=now)
            messages.success(request, _("La visite est confirmée."))
    except EnsembleurError as error:
        if error.status not in (400, 422):
            raise
        messages.error(request, error.sentence)


def _about(event: Event, me: Attendee) -> dict[str, Any]:
    return {"event": event, "me": me, "tabs": my_tabs(event, "my_visits"), "label": _("Mes pages de l'événement")}
