"""An event is opened and set: its words and rules, its slots, its places, who runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError, Refused
from ensembleur.meetings.choices import EventKind, PlaceKind, VersionState
from ensembleur.meetings.forms.events import EventForm, NewEventForm, OrganiserForm, say_why
from ensembleur.meetings.forms.places import PlaceForm, RangeForm
from ensembleur.meetings.forms.slots import PatternForm
from ensembleur.meetings.models import Event, Place
from ensembleur.meetings.permissions import may_create_event, may_organise
from ensembleur.meetings.queries.events import commune_names
from ensembleur.meetings.queries.overview import expected_meetings, recommended_tables
from ensembleur.meetings.services import organisers as naming
from ensembleur.meetings.services import places as placing
from ensembleur.meetings.services import slots as cutting
from ensembleur.meetings.services.events import create_event, edit_event
from ensembleur.meetings.services.slots import Span
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.web.pages import page

PAGE = 100
SETTING_PAGES = (
    ("desk_event", gettext_lazy("Présentation et règles")), ("desk_slots", gettext_lazy("Créneaux")), ("desk_places", gettext_lazy("Tables et salles")),
    ("desk_organisers", gettext_lazy("Organisateurs")),
)  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest) -> HttpResponse:
    """Open a draft: nobody sees it before its registrations open."""
    check(may_create_event, request.user)
    form, status = NewEventForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            kind = form.cleaned_data["kind"]
            try:
                event = create_event(kind=kind, given=form.settings(), by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("L'événement est créé. Personne ne le voit tant que les inscriptions sont fermées."))
                return redirect("meetings:desk", event.slug)
    return page(request, "meetings/desk/new.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The words and the rules of an event."""
    event, status = _led(request, slug), 200
    initial = {"commune": commune_names([event])[event.commune]}
    form = EventForm(request.POST if request.method == "POST" else None, instance=event, initial=initial)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                edit_event(event=event, given=form.settings(), by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("C'est enregistré."))
                return redirect("meetings:desk_event", slug)
    return page(request, "meetings/desk/settings.html", {**_settings(event, "desk_event"), "form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """The slots: drawn, previewed, then kept; one by one they may be taken away."""
    event, status, preview = _led(request, slug), 200, list[Span]()
    act = request.POST.get("act", "")
    if act == "remove":
        gone = request.POST.getlist("slot")
        kept = [span for number, span in enumerate(_spans(event)) if str(number) not in gone]
        return _said(request, "desk_slots", event, lambda: _set_slots(request, event, kept))
    form = PatternForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                preview, status = cutting.drawn(pattern=form.pattern(), days=form.cleaned_data["days"]), 200
                if act in ("replace", "add"):
                    messages.success(request, _set_slots(request, event, preview + (_spans(event) if act == "add" else [])))
                    return redirect("meetings:desk_slots", slug)
        except EnsembleurError as error:
            status = say_why(form, error)
    context = {
        **_settings(event, "desk_slots"),
        "form": form,
        "slots": list(event.slots.all()),
        "preview": preview,
        "stays": cutting.why_slots_stay(event),
        "drafts": event.versions.filter(state=VersionState.DRAFT).count(),
    }
    return page(request, "meetings/desk/slots.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest, slug: str) -> HttpResponse:
    """The tables, stands and rooms: a range at once, and the number that organisers would keep."""
    event, status = _led(request, slug), 200
    act = request.POST.get("act", "")
    if act in ("remove", "remove_all"):
        chosen = [int(pk) for pk in request.POST.getlist("place") if _is_key(pk)]
        gone = list(event.places.values_list("pk", flat=True)) if act == "remove_all" else chosen
        return _said(request, "desk_places", event, lambda: _remove_places(request, event, gone))
    initial = {"kind": PlaceKind.SITE if event.kind == EventKind.VISITS else PlaceKind.TABLE}
    form = RangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = placing.add_places(event=event, **form.cleaned_data, by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(
                    request, ngettext("%(n)d place ajoutée.", "%(n)d places ajoutées.", len(made)) % {"n": len(made)}
                )
                return redirect("meetings:desk_places", slug)
    count, expected = event.slots.count(), expected_meetings(event)
    context = {
        **_settings(event, "desk_places"),
        "form": form,
        "pages": Paginator(event.places.all(), PAGE).get_page(request.GET.get("page")),
        "margin": recommended_tables(expected, count),
        "expected": expected,
        "slots": count,
        "holds_meetings": event.kind != EventKind.TOUR,
    }
    return page(request, "meetings/desk/places.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """One table, stand or room."""
    event, status = _led(request, slug), 200
    one = get_object_or_404(Place.objects.select_related("event"), pk=place, event=event)
    form = PlaceForm(request.POST if request.method == "POST" else None, instance=one)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                placing.edit_place(place=one, given=form.cleaned_data, by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("C'est enregistré."))
                return redirect("meetings:desk_places", slug)
    crumbs = [(_("Tables et salles"), reverse("meetings:desk_places", args=[slug])), (one.code, "")]
    context = {**_settings(event, "desk_places"), "form": form, "place": one, "crumbs": crumbs}
    return page(request, "meetings/desk/place.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs the event, and who welcomes people there."""
    event, status = _led(request, slug), 200
    if "organiser" in request.POST:
        return _said(request, "desk_organisers", event, lambda: _remove_organiser(request, event))
    form = OrganiserForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = naming.name_organiser(event=event, **form.cleaned_data, by=request.user, now=timezone.now())
            except EnsembleurError as error:
                status = say_why(form, error)
            else:
                messages.success(request, _("%(who)s fait partie des organisateurs.") % {"who": made.user})
                return redirect("meetings:desk_organisers", slug)
    named = list(event.organisers.select_related("user").order_by("role", "pk"))
    context = {**_settings(event, "desk_organisers"), "form": form, "named": named}
    return page(request, "meetings/desk/organisers.html", context, status=status)


def _led(request: HttpRequest, slug: str) -> Event:
    """The event, for those who run it."""
    event = organised(request, slug)
    check(may_organise, request.user, event)
    return event


def _settings(event: Event, here: str) -> dict[str, Any]:
    names = [(name, label) for name, label in SETTING_PAGES if name != "desk_slots" or event.kind != EventKind.TOUR]
    links = [(reverse(f"meetings:{name}", args=[event.slug]), label, name == here) for name, label in names]
    return {**of_event(event, "desk_event"), "links": links}


def _said(request: HttpRequest, name: str, event: Event, act: Callable[[], str]) -> HttpResponse:
    """Do it, and say on the page what came of it; who no longer runs the event is led home."""
    try:
        messages.success(request, act())
    except Refused as error:
        messages.error(request, error.sentence)
    still = may_organise(request.user, event)
    return redirect(f"meetings:{name}", event.slug) if still else redirect("meetings:mine")


def _spans(event: Event) -> list[Span]:
    return [Span(slot.starts_at, slot.ends_at, slot.session) for slot in event.slots.all()]


def _set_slots(request: HttpRequest, event: Event, spans: list[Span]) -> str:
    count = len(cutting.set_slots(event=event, spans=spans, by=request.user, now=timezone.now()))
    return ngettext("L'événement a %(n)d créneau.", "L'événement a %(n)d créneaux.", count) % {"n": count}


def _remove_places(request: HttpRequest, event: Event, places: list[int]) -> str:
    count = placing.remove_places(event=event, places=places, by=request.user, now=timezone.now())
    return ngettext("%(n)d place retirée.", "%(n)d places retirées.", count) % {"n": count}


def _remove_organiser(request: HttpRequest, event: Event) -> str:
    key = request.POST["organiser"]
    gone = get_object_or_404(event.organisers.select_related("user", "event"), pk=key if _is_key(key) else 0)
    naming.remove_organiser(organiser=gone, by=request.user, now=timezone.now())
    return _("%(who)s n'organise plus cet événement.") % {"who": gone.user}


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 18
