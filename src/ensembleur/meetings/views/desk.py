"""The organiser's desk: one thing to do, then the figures, each with its list; and one's own events."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ensembleur.meetings.choices import EVENT_ARROWS, PUBLISHES_WITHOUT_TIMETABLE, EventKind, EventState, RegistrationStatus
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_create_event, may_organise
from ensembleur.meetings.queries import events as calendars
from ensembleur.meetings.queries.next_action import Action, next_action
from ensembleur.meetings.queries.overview import LISTS, Part, lists_of, overview_of, recommended_tables
from ensembleur.meetings.services.events import move_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.meetings.views.tabs import desk_tabs
from ensembleur.meetings.views.words import address, days_of, state_of
from ensembleur.territory.views.files import csv_file
from ensembleur.web.formats import instant
from ensembleur.web.pages import page

PAGE = 50
RAIL = [state for state in EventState if state != EventState.CANCELLED]
MEETINGS_ONLY = (EventState.WISHES, EventState.TIMETABLE)


@login_required
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What to do now, and how the event stands."""
    event, now = organised(request, slug), timezone.now()
    overview = overview_of(event)
    action = next_action(overview, now)
    leads = may_organise(request.user, event)
    lists = [(name, LISTS[name], len(overview.listed(name))) for name in lists_of(event)]
    context = {
        **of_event(event, "desk"),
        "overview": overview,
        "action": action,
        "action_url": _url_of(action, event),
        "leads": leads,
        "rail": _rail(event),
        "arrows": _arrows(event, now, action) if leads else [],
        "cancels": leads and EventState.CANCELLED in EVENT_ARROWS[EventState(event.state)],
        "sides": overview.sides(),
        "ages": overview.answers_by_age(now) if overview.open_answers else [],
        "lists": [one for one in lists if one[1].told is False or overview.version is not None],
        "margin": recommended_tables(overview.expected, overview.slots),
        "holds_meetings": event.kind != EventKind.TOUR,
        "room": _("sur %(n)d places ouvertes") % {"n": event.max_people} if event.max_people else "",
        "deadlines": _deadlines(event),
    }
    return page(request, "meetings/desk/overview.html", context)


@login_required
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow an arrow; cancelling asks for a box to be ticked."""
    event, to = organised(request, slug), request.POST.get("to", "")
    if to == EventState.CANCELLED and not request.POST.get("sure") and may_organise(request.user, event):
        messages.error(request, _("Cochez la case pour confirmer : annuler prévient tout le monde et ne se reprend pas."))
        return redirect("meetings:desk", slug)
    event = move_event(event=event, to=to, by=request.user, now=timezone.now())
    messages.success(request, _("L'événement en est maintenant à : %(state)s.") % {"state": event.get_state_display()})
    return redirect("meetings:desk", slug)


@login_required
@require_safe
def listed(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One list of the desk, on the page or as a file."""
    event = organised(request, slug)
    if name not in lists_of(event):
        raise Http404
    overview, one = overview_of(event), LISTS[name]
    parts = overview.listed(name)
    if name == "reponses":
        parts.sort(key=lambda part: (part.oldest, part.pk))
    if request.GET.get("format") == "csv":
        return csv_file(f"{event.slug}-{name}", COLUMNS, [_row(event, part) for part in parts])
    pages = Paginator(parts, PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "part": part,
            "side": event.side_label(part.side),
        }
        for part in pages
    ]
    context = {
        **of_event(event, "desk"),
        "crumbs": [(event.title, reverse("meetings:desk", args=[slug])), (str(one.title), "")],
        "list": one,
        "pages": pages,
        "rows": rows,
        "holds_meetings": event.kind != EventKind.TOUR,
        "has_version": overview.version is not None,
    }
    return page(request, "meetings/desk/list.html", context)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The events this person organises, and those they come to."""
    runs = Paginator(calendars.run_by(request.user), PAGE).get_page(request.GET.get("page"))
    comes = list(calendars.attended_by(request.user)[:PAGE])
    context = {
        "pages": runs,
        "runs": [{"event": event, "days": days_of(event), "state": state_of(event)} for event in runs],
        "comes": [
            {"event": event, "days": days_of(event), "state": state_of(event), "url": address("my_day", event)} for event in comes
        ],
        "creates": may_create_event(request.user),
    }
    return page(request, "meetings/desk/mine.html", context)


def of_event(event: Event, here: str) -> dict[str, Any]:
    """What every page of the desk says of its event."""
    return {
        "event": event,
        "state": state_of(event),
        "days": days_of(event),
        "tabs": desk_tabs(event, here),
        "label": _("Le bureau de l'événement"),
    }


def _url_of(action: Action, event: Event) -> str:
    if action.list:
        return reverse("meetings:desk_list", args=[event.slug, action.list])
    return address(action.page, event) if action.page else ""


def _rail(event: Event) -> list[dict[str, Any]]:
    """The states in order, with where the event stands; nothing for a cancelled one."""
    if event.state == EventState.CANCELLED:
        return []
    rail = [state for state in RAIL if event.kind != EventKind.TOUR or state not in MEETINGS_ONLY or state == event.state]
    here = rail.index(EventState(event.state))
    states = ["done" if place < here else "current" if place == here else "todo" for place in range(len(rail))]
    return [{"label": state.label, "state": word} for state, word in zip(rail, states, strict=True)]


def _arrows(event: Event, now: Any, action: Action) -> list[dict[str, Any]]:
    """The other states one may go to, each with what keeps from it; an arrow that has no sense for the kind is not shown."""
    shown = []
    for to in EVENT_ARROWS[EventState(event.state)]:
        senseless = (event.kind == EventKind.TOUR and to in MEETINGS_ONLY) or (
            event.state == EventState.REGISTRATION
            and to == EventState.PUBLISHED
            and event.kind not in PUBLISHES_WITHOUT_TIMETABLE
        )
        if to not in (EventState.CANCELLED, action.to) and not senseless:
            shown.append({"to": to, "label": to.label, "why": calendars.why_not_moved(event, to, now)})
    return shown


def _deadlines(event: Event) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [(_("Fin des inscriptions"), instant(event.registration_closes_at) or _("sans limite"))]
    if event.kind != EventKind.TOUR:
        rows.append((_("Fin des vœux"), instant(event.wishes_close_at) or _("quand vous les fermez")))
        rows.append((_("Réponse à un vœu"), _("%(n)d jours, puis il s'éteint") % {"n": event.answer_days}))
    return [*rows, (_("Jour J"), days_of(event))]


COLUMNS = (
    "participation", "cote", "etat", "personnes", "voeux_envoyes", "voeux_recus", "reponses_a_donner", "depuis", "acceptes",
    "rendez_vous",
)  # fmt: skip


def _row(event: Event, part: Part) -> dict[str, Any]:
    accepted = part.sent["accepted"] + part.received["accepted"]
    cells = (
        part.name, str(event.side_label(part.side)), str(RegistrationStatus(part.status).label), part.people,
        part.sent.total(), part.received.total(), part.to_answer,
        timezone.localdate(part.oldest).isoformat() if part.oldest else None, accepted, part.meetings,
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))
