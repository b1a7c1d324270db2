"""The timetables of an event: those made, the one being computed, and what one table less would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ensembleur.errors import EnsembleurError, Refused
from ensembleur.meetings.choices import ComputationState, VersionState
from ensembleur.meetings.forms.timetable import ComputeForm, WhatIfForm
from ensembleur.meetings.models import Computation, Event, Placement, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.whatif import scenarios
from ensembleur.meetings.services.computing import COMPUTED_IN, LIVE, ask_computation, note_of, stop_computation
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.meetings.views.timetable_words import DOING, described
from ensembleur.web.formats import share
from ensembleur.web.pages import page

PAGE = 10


@login_required
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the computation stands, the timetables made, and the form that asks for another."""
    event = organised(request, slug)
    return page(request, "meetings/timetable/versions.html", _listing(request, event))


@login_required
@require_POST
def compute(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a timetable; what cannot be asked is said on the page, and nothing is lost."""
    event, form = organised(request, slug), ComputeForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        seed = asked["seed"] if asked["seed"] is not None else event.computations.count()
        parent = locked_version(event) if asked["keep_locked"] else None
        try:
            made = ask_computation(
                event=event,
                by=request.user,
                now=timezone.now(),
                seconds=asked["seconds"],
                seed=seed,
                exact=asked["exact"],
                tables_delta=asked["tables"] or 0,
                slots_delta=asked["slots"] or 0,
                keep_locked=parent,
            )
            return redirect("meetings:timetable_progress", slug, made.pk)
        except EnsembleurError as error:
            if error.status not in (400, 422):
                raise
            form.add_error(None, error.sentence)
    elif not may_organise(request.user, event):
        ask_computation(event=event, by=request.user, now=timezone.now())  # says that they may not
    return page(request, "meetings/timetable/versions.html", _listing(request, event, form), status=422)


@login_required
@require_safe
def progress(request: HttpRequest, slug: str, computation: int) -> HttpResponse:
    """Where one computation stands; the page refreshes by itself, or by its link."""
    event = organised(request, slug)
    held = get_object_or_404(event.computations.select_related("version"), pk=computation)
    context = {**of_event(event, "desk_timetable"), **_crumbs(event, _("Calcul")), **_standing(request, event, held)}
    return page(request, "meetings/timetable/progress.html", context, fragment="computation")


@login_required
@require_POST
def stop(request: HttpRequest, slug: str, computation: int) -> HttpResponse:
    """Stop it: the best timetable until then is kept."""
    event = organised(request, slug)
    held = get_object_or_404(event.computations, pk=computation)
    stop_computation(computation=held, by=request.user, now=timezone.now())
    messages.success(request, _("C'est noté : le calcul s'arrête dans la seconde et garde le meilleur planning trouvé."))
    return redirect("meetings:timetable_progress", slug, held.pk)


@login_required
@require_safe
def whatif(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as it is beside one table less, one slot more, and any hypothesis asked for."""
    event, form = organised(request, slug), WhatIfForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    try:
        found, why = scenarios(event, asked.get("tables") or 0, asked.get("slots") or 0), ""
    except Refused as error:
        found, why = [], error.sentence
    rows = [
        {
            "one": one,
            "title": note_of(tables=one.tables, slots=one.slots).capitalize() or _("L'événement tel qu'il est"),
            "sides": [
                (event.side_label(side), figures.served, figures.asked, share(figures.share))
                for side, figures in one.sides.items()
            ],
        }
        for one in found
    ]
    context = {
        **of_event(event, "desk_timetable"),
        **_crumbs(event, _("Et si…")),
        "form": form,
        "rows": rows,
        "why": why,
        "leads": may_organise(request.user, event) and event.state in COMPUTED_IN,
    }
    return page(request, "meetings/timetable/whatif.html", context, fragment="scenarios")


def locked_version(event: Event) -> Version | None:
    """The last version with something locked: the one whose locks are kept."""
    locked = Placement.objects.filter(version__event=event, locked=True).order_by("-version__number")
    return event.versions.filter(pk__in=locked.values("version")[:1]).defer("problem").first()


def _listing(request: HttpRequest, event: Event, form: ComputeForm | None = None) -> dict[str, Any]:
    pages = Paginator(event.versions.defer("problem").select_related("made_by", "parent"), PAGE).get_page(request.GET.get("page"))
    last = event.computations.select_related("version").first()
    return {
        **of_event(event, "desk_timetable"),
        "pages": pages,
        "rows": [described(one) for one in pages],
        "form": form or ComputeForm(),
        "leads": may_organise(request.user, event),
        "computes": event.state in COMPUTED_IN,
        "locked": locked_version(event),
        "draft": event.versions.filter(state=VersionState.DRAFT).defer("problem").first(),
        **(_standing(request, event, last) if last is not None else {"held": None}),
    }


def _standing(request: HttpRequest, event: Event, held: Computation) -> dict[str, Any]:
    """One computation as the page tells it."""
    now = timezone.now()
    silent = held.is_silent(now)
    return {
        "held": held,
        "is_live": held.state in LIVE and not silent,
        "is_silent": silent,
        "has_failed": silent or held.state == ComputationState.FAILED,
        "percent": round(100 * held.progress.get("share", 0)),
        "waited": int((now - held.asked_at).total_seconds()),
        "stops": may_organise(request.user, event),
        "doing": DOING.get(held.progress.get("doing", ""), ""),
        "figures": held.progress if held.progress.get("placed") is not None else None,
    }


def _crumbs(event: Event, title: str) -> dict[str, Any]:
    return {"title": title, "crumbs": [(_("Planning"), reverse("meetings:desk_timetable", args=[event.slug])), (title, "")]}
