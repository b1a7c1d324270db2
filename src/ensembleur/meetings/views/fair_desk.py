"""The organiser's programme: sessions, seats, who came in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError
from ensembleur.meetings.choices import BookingState
from ensembleur.meetings.forms.events import say_why
from ensembleur.meetings.forms.fair import SessionForm
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.programme import programme_of
from ensembleur.meetings.services.programme import mark_attended, remove_session, set_session
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

COLUMNS = ("personne", "organisation", "etat", "venu")


@login_required
@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Every session with its seats."""
    event = organised(request, slug)
    return page(request, "meetings/fair/desk.html", _about(request, event) | {"rows": programme_of(event)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a session, change one, or take it out."""
    event = organised(request, slug)
    check(may_organise, request.user, event)
    held = None if pk is None else get_object_or_404(event.sessions, pk=pk)
    status = 200
    form = SessionForm(request.POST if request.method == "POST" else None, event=event, session=held)
    if request.method == "POST" and held is not None and request.POST.get("act") == "remove":
        remove_session(session=held, by=request.user, now=timezone.now())
        messages.success(request, _("La séance est retirée ; ceux qui avaient une place sont prévenus."))
        return redirect("meetings:desk_programme", slug)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                set_session(event=event, session=held, settings=form.settings(), by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("C'est enregistré."))
                return redirect("meetings:desk_programme", slug)
    return page(request, "meetings/fair/session.html", _about(request, event) | {"form": form, "held": held}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bookings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who has a seat, who waits; one tap says who came in."""
    event = organised(request, slug)
    held = get_object_or_404(event.sessions.select_related("place"), pk=pk)
    rows = held.bookings.exclude(state=BookingState.CANCELLED).select_related("attendee__registration", "session__event")
    rows = rows.order_by("attendee__name", "pk")
    if request.method == "POST":
        key = request.POST.get("booking", "")
        booking = get_object_or_404(rows, pk=key if key.isdecimal() else 0)
        mark_attended(booking=booking, attended=request.POST.get("act") == "came", by=request.user, now=timezone.now())
        return redirect("meetings:desk_bookings", slug, pk)
    return page(request, "meetings/fair/bookings.html", _about(request, event) | {"held": held, "rows": rows})


@login_required
@require_safe
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same list as a file."""
    event = organised(request, slug)
    check(may_organise, request.user, event)
    held = get_object_or_404(event.sessions, pk=pk)
    rows = held.bookings.exclude(state=BookingState.CANCELLED).select_related("attendee__registration").order_by("attendee__name")
    lines = [
        (one.attendee.name, one.attendee.registration.name, one.get_state_display(), "oui" if one.attended_at else "") for one in rows
    ]  # fmt: skip
    return table_file(f"seance-{held.pk}.csv", COLUMNS, [dict(zip(COLUMNS, line, strict=True)) for line in lines])


def _about(request: HttpRequest, event: Event) -> dict[str, Any]:
    return of_event(event, "desk_programme") | {"leads": may_organise(request.user, event)}
