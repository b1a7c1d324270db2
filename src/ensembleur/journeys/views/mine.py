"""The director's home: one next step, what waits, what it will bring."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from ensembleur.journeys.models import Journey
from ensembleur.journeys.permissions import is_company_side, may_contribute
from ensembleur.journeys.queries.home import gain_of, read_home, waiting_for_company, with_counts
from ensembleur.journeys.queries.next_steps import next_step
from ensembleur.journeys.views.enrolments import rails_of
from ensembleur.journeys.views.fetch import journey_of, own_journey, verdicts
from ensembleur.journeys.views.need_pages import need_rows
from ensembleur.web.pages import page

SHOWN_AIDS = 3


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The director's home; with one journey it is that journey's page, with none it is the door."""
    journeys = list(with_counts(Journey.objects.of_companies_of(request.user).live()))
    if len(journeys) == 1:
        return redirect("journeys:journey", journeys[0].pk)
    if not journeys:
        return redirect("journeys:start")
    return page(request, "journeys/mine.html", {"journeys": journeys})


@login_required
@require_safe
def journey(request: HttpRequest, pk: int) -> HttpResponse:
    """One journey: its next step first; an officer sees its files only."""
    thing = journey_of(request, pk)
    if not may_contribute(request.user, thing):
        files = thing.applications.visible_to(request.user).order_by("-created_at")
        return page(request, "journeys/journey_files.html", {"journey": thing, "files": files})
    found, home = verdicts(request, thing), read_home(thing, request.user, as_of=timezone.now())
    context = {
        "journey": thing,
        "step": next_step(home),
        "waiting": waiting_for_company(home),
        "gain": gain_of(home.files, found),
        "aids": [verdict for verdict in found if verdict.answer in ("yes", "unknown")][:SHOWN_AIDS],
        "files": home.files,
        "last": home.finished[0] if home.finished else None,
        "reviews": home.reviews,
        "programmes": rails_of(thing, request.user),
        "needs": need_rows(thing, request.user),
        "is_company": is_company_side(request.user, thing),
        "today": timezone.localdate(),
    }
    return page(request, "journeys/journey.html", context)


@login_required
@require_safe
def next_step_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The next step alone, for other pages."""
    thing = own_journey(request, pk)
    step = next_step(read_home(thing, request.user, as_of=timezone.now()))
    return page(request, "journeys/next_step.html", {"journey": thing, "step": step}, fragment="next-step")
