"""What came of the meetings: two taps for whoever was there, the figures for the organiser."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import EventKind, LaterNews, MeetingState, NextStep
from ensembleur.meetings.models import Attendee, Event, Outcome
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries import after as came
from ensembleur.meetings.services.outcomes import say_later, say_outcome
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.periods import PARIS
from ensembleur.strategy.views.tables import table_file
from ensembleur.web.pages import page

COLUMNS = ("cote_a", "cote_b", "cote_qui_repond", "utile", "suite", "dit_le", "six_mois_apres")


@never_cache
@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """My meetings, those of which I have said nothing first."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    rows = came.my_meetings(me, timezone.now())
    context = {
        "event": event,
        "me": me,
        "tabs": my_tabs(event, "my_outcomes"),
        "label": _("Mes pages de l'événement"),
        "waiting": [one for one in rows if one.outcome is None or one.outcome.is_useful is None or not one.outcome.next_step],
        "said": [one for one in rows if one.outcome is not None and one.outcome.is_useful is not None and one.outcome.next_step],
        "steps": _steps(event),
        "news": LaterNews.choices,
        "goes_on": came.GOES_ON,
        "support_url": _support(me),
    }
    return page(request, "meetings/after/mine.html", context)


@require_POST
def say(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One tap: useful or not, or what follows; or the note one keeps for oneself."""
    event = fetch.event_of(request, slug)
    one = _mine(request, event, pk)
    told: dict[str, Any] = {"note": request.POST["note"]} if "note" in request.POST else {}
    if request.POST.get("useful") in ("yes", "no"):
        told["is_useful"] = request.POST["useful"] == "yes"
    if "step" in request.POST:
        told["next_step"] = request.POST["step"]
    try:
        say_outcome(meeting=one.meeting, side=one.side, by=fetch.actor_of(request, event), now=timezone.now(), **told)
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
    return redirect(f"{reverse('meetings:my_outcomes', args=[slug])}#m{pk}")


@require_POST
def later(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What became of it since."""
    event = fetch.event_of(request, slug)
    one = _mine(request, event, pk)
    outcome = get_object_or_404(Outcome, meeting=one.meeting, side=one.side)
    try:
        say_later(outcome=outcome, later=request.POST.get("later", ""), by=fetch.actor_of(request, event), now=timezone.now())
    except BadInput as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Merci : c'est noté."))
    return redirect("meetings:my_outcomes", slug)


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The answers of both sides with their response rate, what goes on, and the years the texts give."""
    event = fetch.organised(request, slug)
    summary = came.summary_of(event)
    leads = may_organise(request.user, event)
    seen = came.Year(
        event.starts_on.year, summary.came or None, summary.organisations or None, summary.held or None, is_from_texts=False
    )  # fmt: skip
    context = {
        **of_event(event, "desk_after"),
        "leads": leads,
        "summary": summary,
        "states": [(label, summary.states.get(state, 0)) for state, label in MeetingState.choices],
        "sides": [
            (event.side_label(one.side), one, [(label, one.steps.get(step, 0)) for step, label in _steps(event)])
            for one in summary.sides
        ],
        "later": [(label, summary.later.get(word, 0)) for word, label in LaterNews.choices],
        "fewest": came.FEWEST,
        "hired": came.hirings_of(event).count(),
        "follow_ups": came.follow_ups(event)[:20] if leads else [],
        "years": [*came.years_of_texts(), seen] if event.kind == EventKind.FORUM else [],
    }
    return page(request, "meetings/after/desk.html", context)


@login_required
@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Every answer as a file, without the notes people keep for themselves."""
    event = fetch.organised(request, slug)
    check(may_organise, request.user, event)
    rows = Outcome.objects.filter(meeting__event=event).select_related("meeting__registration_a", "meeting__registration_b")
    useful = {True: "oui", False: "non", None: ""}
    lines = [
        (one.meeting.registration_a.name, one.meeting.registration_b.name, one.side, useful[one.is_useful], one.get_next_step_display(),
         f"{one.said_at.astimezone(PARIS):%Y-%m-%d %H:%M}", one.get_later_display())
        for one in rows.order_by("meeting", "side")
    ]  # fmt: skip
    return table_file(f"suites-{slug}.csv", COLUMNS, [dict(zip(COLUMNS, map(str, line), strict=True)) for line in lines])


def _mine(request: HttpRequest, event: Event, pk: int) -> came.Mine:
    rows = came.my_meetings(fetch.myself(request, event), timezone.now())
    found = next((one for one in rows if one.meeting.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _steps(event: Event) -> list[tuple[str, Any]]:
    """What may follow: a hiring in a job dating, a contract in the others."""
    left_out = NextStep.CONTRACT_EXPECTED if event.kind == EventKind.JOB_DATING else NextStep.HIRED
    return [(step, label) for step, label in NextStep.choices if step != left_out]


def _support(me: Attendee) -> str:
    """Where a company asks for support after a meeting; "" where there is no such page."""
    if not me.registration.siret:
        return ""
    try:
        return f"{reverse('journeys:open')}?siret={me.registration.siret}"
    except NoReverseMatch:
        return ""
