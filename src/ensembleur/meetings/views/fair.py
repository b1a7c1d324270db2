"""The programme and the exhibitors of a fair, and the seats one books."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ensembleur.errors import Refused
from ensembleur.meetings.choices import BookingState
from ensembleur.meetings.models import Attendee, Booking
from ensembleur.meetings.queries.programme import Seat, exhibitors_of, seats_of, stands_of
from ensembleur.meetings.services.programme import book_seat, cancel_booking
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.periods import paris_day
from ensembleur.web.pages import page

PER_PAGE = 60


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Every session, hour by hour, for anyone."""
    event = fetch.event_of(request, slug)
    context = {
        "event": event,
        "crumbs": [(event.title, reverse("meetings:event", args=[slug])), (_("Programme"), "")],
        "days": by_day(seats_of(event)),
        "comes": Attendee.objects.of(fetch.actor_of(request, event), event).exists(),
        "registers": event.takes_registrations(timezone.now()),
    }
    return page(request, "meetings/fair/programme.html", context)


@require_safe
def exhibitors(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has a stand, and where, for anyone: only those who agreed to be listed."""
    event = fetch.event_of(request, slug)
    text = request.GET.get("q", "").strip()[:80]
    rows = exhibitors_of(event)
    pages = Paginator(rows.filter(name__icontains=text) if text else rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "event": event,
        "crumbs": [(event.title, reverse("meetings:event", args=[slug])), (_("Exposants"), "")],
        "pages": pages,
        "rows": [(one, stands_of(one)) for one in pages],
        "text": text,
        "total": pages.paginator.count,
    }
    return page(request, "meetings/fair/exhibitors.html", context, fragment="exhibitors")


@never_cache
@require_safe
def my_programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme with one's own seats."""
    event = fetch.event_of(request, slug)
    me, now = fetch.myself(request, event), timezone.now()
    context = {
        "event": event,
        "me": me,
        "tabs": my_tabs(event, "my_programme"),
        "label": _("Mes pages de l'événement"),
        "days": by_day(seats_of(event, me)),
        "now": now,
    }
    return page(request, "meetings/fair/mine.html", context)


@require_POST
def seat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Book a seat, or give it back."""
    event = fetch.event_of(request, slug)
    actor, me, now = fetch.actor_of(request, event), fetch.myself(request, event), timezone.now()
    session = get_object_or_404(event.sessions, pk=pk)
    try:
        if request.POST.get("act") == "cancel":
            cancel_booking(booking=get_object_or_404(Booking, session=session, attendee=me), by=actor, now=now)
            messages.success(request, _("Votre place est rendue."))
        elif book_seat(session=session, attendee=me, by=actor, now=now).state == BookingState.WAITING:
            messages.warning(request, _("La salle est pleine : vous êtes sur la liste d'attente, nous vous écrirons."))
        else:
            messages.success(request, _("Votre place est réservée."))
    except Refused as error:
        messages.error(request, error.sentence)
    return redirect("meetings:my_programme", slug)


def by_day(seats: list[Seat]) -> list[tuple[object, list[Seat]]]:
    """[(day, its sessions)]."""
    days: dict[object, list[Seat]] = {}
    for one in seats:
        days.setdefault(paris_day(one.session.starts_at), []).append(one)
    return list(days.items())
