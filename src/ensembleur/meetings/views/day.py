"""The welcome desk: who is there, what is held now table by table, and one tap to say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.errors import Refused
from ensembleur.meetings.choices import MeetingState, ProposalState, Side
from ensembleur.meetings.models import Attendee, Event, Slot
from ensembleur.meetings.queries.agenda_words import hour, place_name
from ensembleur.meetings.queries.badges import attendee_of_code
from ensembleur.meetings.queries.day import (
    Board,
    Presence,
    Table,
    board_of,
    coming,
    counts_of,
    day_of,
    first_meetings,
    holdable,
    people_in,
    presence_of,
    who_came_late,
    who_gave_up,
)
from ensembleur.meetings.queries.grid import people_of
from ensembleur.meetings.queries.hall import hall_token
from ensembleur.meetings.services import presence
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.web.pages import page

PAGE, FEW = 40, 12  # lines of a page that is all there is to read, and of one that shows several things
# (shape and colour, word).
PRESENCES = {
    Presence.EXPECTED: ("unknown", gettext_lazy("À arriver")),
    Presence.HERE: ("yes", gettext_lazy("Ici")),
    Presence.LEFT: ("closed", gettext_lazy("Reparti")),
    Presence.ABSENT: ("no", gettext_lazy("Absence")),
}
MARKS = {
    MeetingState.PLANNED: ("info", gettext_lazy("Prévu")),
    MeetingState.HELD: ("yes", gettext_lazy("Tenu")),
    MeetingState.CANCELLED: ("closed", gettext_lazy("Annulé")),
    MeetingState.MISSED_A: ("no", gettext_lazy("Absence")),
    MeetingState.MISSED_B: ("no", gettext_lazy("Absence")),
    MeetingState.MISSED_BOTH: ("no", gettext_lazy("Absence des deux")),
}


@login_required
@require_safe
def desk_day(request: HttpRequest, slug: str) -> HttpResponse:
    """What is held now and next, who is missing, and what waits for a decision."""
    event, now = organised(request, slug), timezone.now()
    words = " ".join(request.GET.get("q", "").split())[:80]
    badge = attendee_of_code(event, words) if words else None
    if badge is not None:
        return redirect("meetings:desk_person_day", slug, badge.pk)
    context = {
        **of_event(event, "desk_day"),
        "words": words,
        "found": [_person(one) for one in people_of(event, words=words)[:FEW]] if words else [],
        "waiting": event.proposals.filter(state=ProposalState.PROPOSED).count(),
    }
    if words:
        return page(request, "meetings/day/desk.html", context)
    slots = list(event.slots.all())
    left = coming(slots, now)
    chosen = _slot(slots, request.GET.get("creneau", ""))
    boards = [board_of(event, one) for one in ([chosen] if chosen else left[:2])]
    every = chosen is not None
    context |= {
        "boards": [_board(request, one, now=now, every=every) for one in boards],
        "every": every,
        "hours": [(one.number, hour(one.starts_at), one == chosen) for one in slots],
        "counts": counts_of(event),
        "past": [(one, hour(one.starts_at), count) for one, count in holdable(event, now)],
        "gone": who_gave_up(event, now),
        "late": who_came_late(event)[:PAGE],
        "labels": [event.side_label(side) for side in (Side.values if event.two_sided else ("", ""))],
        "hall": reverse("meetings:hall", args=[slug, hall_token(event)]),
    }
    return page(request, "meetings/day/desk.html", context)


@login_required
@require_safe
def check_in_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The address that a badge holds: who it is, and one button to say they arrived."""
    event = organised(request, slug)
    found = attendee_of_code(event, code)
    if found is None:
        messages.error(request, _("Ce code n'est pas celui d'un badge de cet événement : cherchez la personne par son nom."))
        return redirect("meetings:desk_day", slug)
    return _person_page(request, event, found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One person: where they are, their meetings, and what may be said of them."""
    event = organised(request, slug)
    people = Attendee.objects.select_related("registration__event", "home")
    found = get_object_or_404(people, pk=pk, registration__event=event, erased_at__isnull=True)
    if request.method == "POST":
        _say(request, lambda: _presence(request, found))
        return _back(request, event, found)
    return _person_page(request, event, found)


def _presence(request: HttpRequest, found: Attendee) -> str:
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "arrived": (presence.check_in, _("%(name)s est là.")),
        "left": (presence.check_out, _("%(name)s est reparti.")),
        "absent": (presence.mark_absent, _("%(name)s ne viendra pas.")),
        "undo": (presence.undo, _("%(name)s est de nouveau à arriver.")),
    }
    act = request.POST.get("act", "")
    if act not in acts:
        raise Http404
    does, says = acts[act]
    made = does(attendee=found, by=request.user, now=timezone.now())
    says %= {"name": found.name}
    if act == "absent" and made is not None:
        says += " " + _("Un changement du planning est proposé aux organisateurs.")
    return says


@login_required
@require_POST
def mark(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What became of one meeting: held, missed by one or by both, or nothing said after all."""
    event = organised(request, slug)
    meeting = get_object_or_404(event.meetings.select_related("event", "registration_a", "registration_b"), pk=pk)
    given = {"meeting": meeting, "by": request.user, "now": timezone.now()}

    def does() -> str:
        act = request.POST.get("act", "")
        if act == "held":
            presence.hold_meeting(**given)
            return _("C'est noté : ce rendez-vous est tenu.")
        if act == "planned":
            presence.reopen_meeting(**given)
            return _("C'est corrigé.")
        if presence.miss_meeting(side=act, **given) is not None:
            return _("C'est noté. Une rencontre est proposée à qui attend : un organisateur décide.")
        return _("C'est noté. Personne n'est libre pour ce créneau.")

    _say(request, does)
    return _back(request, event)


@login_required
@require_POST
def hold(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Mark as held the meetings of a past slot whose two people came."""
    event = organised(request, slug)

    def does() -> str:
        count = presence.hold_slot(event=event, slot=number, by=request.user, now=timezone.now())
        return ngettext("%(n)d rendez-vous noté comme tenu.", "%(n)d rendez-vous notés comme tenus.", count) % {"n": count}

    _say(request, does)
    return redirect("meetings:desk_day", slug)


@login_required
@require_safe
def presence_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody on paper, for when the network is down."""
    event = organised(request, slug)
    slots = {slot.number: hour(slot.starts_at) for slot in event.slots.all()}
    first = first_meetings(event)
    rows = []
    for one in people_in(event).select_related("registration").order_by("registration__name", "name", "pk"):
        slot, place = first.get(one.pk, (-1, None))
        rows.append((one, presence_of(one), slots.get(slot, ""), place_name(place) if place else ""))
    return page(request, "meetings/day/presence_list.html", {**of_event(event, "desk_day"), "rows": rows})


def _person_page(request: HttpRequest, event: Event, found: Attendee) -> HttpResponse:
    slots = {slot.number: slot for slot in event.slots.all()}
    rows = []
    for one in day_of(event, found):
        is_first = one.attendee_a_id == found.pk
        other = one.attendee_b if is_first else one.attendee_a
        rows.append(
            {
                "hour": hour(slots[one.slot].starts_at) if one.slot in slots else "",
                "place": place_name(one.place) if one.place else "",
                "other": other,
                "presence": PRESENCES[presence_of(other)],
                "meeting": one.meeting,
                "state": MARKS[MeetingState(one.meeting.state)],
            }
        )
    context = {
        **of_event(event, "desk_day"),
        "person": found,
        "side": event.side_label(found.registration.side),
        "presence": presence_of(found),
        "badge": PRESENCES[presence_of(found)],
        "rows": rows,
        "crumbs": [(_("Jour J"), reverse("meetings:desk_day", args=[event.slug])), (found.name, "")],
    }
    return page(request, "meetings/day/person.html", context)


def _slot(slots: list[Slot], wanted: str) -> Slot | None:
    return next((one for one in slots if wanted.isdecimal() and one.number == int(wanted)), None)


def _person(one: Attendee) -> dict[str, Any]:
    return {"one": one, "presence": presence_of(one), "badge": PRESENCES[presence_of(one)]}


def _board(request: HttpRequest, board: Board, *, now: datetime, every: bool) -> dict[str, Any]:
    """One slot: its figures, and its tables; only those where something is missing unless all are asked for."""
    shown = [
        one for one in board.tables if every or not one.is_whole or one.placement.meeting.state in presence.MISSED_BY.values()
    ]
    pages = Paginator(shown, PAGE if every else FEW).get_page(request.GET.get("page"))
    return {
        "board": board,
        "hour": hour(board.slot.starts_at),
        "is_now": board.slot.starts_at <= now < board.slot.ends_at,
        "has_begun": board.slot.starts_at <= now,
        "pages": pages,
        "rows": [_row(one) for one in pages],
    }


def _row(table: Table) -> dict[str, Any]:
    placement = table.placement
    return {
        "place": place_name(placement.place) if placement.place else "–",
        "ends": [
            (placement.attendee_a, PRESENCES[table.first], "A"),
            (placement.attendee_b, PRESENCES[table.second], "B"),
        ],
        "meeting": placement.meeting,
        "is_open": table.is_open,
        "state": MARKS[MeetingState(placement.meeting.state)],
    }


def _say(request: HttpRequest, act: Callable[[], str]) -> None:
    """Do it, and say what was done or why it may not be."""
    try:
        messages.success(request, act())
    except Refused as error:
        messages.error(request, error.sentence)


def _back(request: HttpRequest, event: Event, found: Attendee | None = None) -> HttpResponse:
    """To the page the button was on: a person's, else the desk, with the words that were searched and the slot on screen."""
    back = request.POST.get("personne", "")
    if found is not None and request.POST.get("from") != "desk":
        return redirect("meetings:desk_person_day", event.slug, found.pk)
    if back.isdecimal():
        return redirect("meetings:desk_person_day", event.slug, int(back))
    chosen = request.POST.get("creneau", "")
    query = f"?creneau={chosen}" if chosen.isdecimal() else ""
    return redirect(reverse("meetings:desk_day", args=[event.slug]) + query)
