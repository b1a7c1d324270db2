"""A timetable as a table of people and hours, one person's list, and a meeting moved or locked by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import EnsembleurError
from ensembleur.meetings.choices import VersionState
from ensembleur.meetings.engine.targets import Kind, targets
from ensembleur.meetings.models import Event, Placement, Version
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.grid import hours_of, people_of, rows_of
from ensembleur.meetings.queries.naming import people_names
from ensembleur.meetings.queries.problems import plan_of_version, problem_of_version
from ensembleur.meetings.queries.reasons import target_words
from ensembleur.meetings.services.locking import lock_meeting, lock_person
from ensembleur.meetings.services.moving import move_meeting, why_not_moved
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.timetable_versions import crumbs, version_of
from ensembleur.meetings.views.timetable_words import hour_words
from ensembleur.web.pages import page

PAGE = 25
TONES = {Kind.HERE: "info", Kind.FREE: "yes", Kind.CHAIN: "unknown", Kind.NO: "no"}


@login_required
@require_safe
def grid(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """People × hours of one part of the day, by side or by name."""
    event, held = version_of(request, slug, number)
    hours = hours_of(held)
    sessions = list(dict.fromkeys(hour.session for hour in hours if hour.session))
    session, side, words = (request.GET.get(name, "").strip() for name in ("session", "cote", "q"))
    session = session if session in sessions else (sessions[0] if sessions else "")
    if session:
        hours = [hour for hour in hours if hour.session == session]
    pages = Paginator(people_of(event, side=side, words=words), PAGE).get_page(request.GET.get("page"))
    said = hour_words(hours)
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, _("Grille")),
        "hours": [said[hour.number] for hour in hours],
        "sessions": sessions,
        "session": session,
        "sides": event.sides() if event.two_sided else [],
        "side": side,
        "words": words,
        "pages": pages,
        "rows": rows_of(held, list(pages), hours),
        "moves": may_organise(request.user, event) and not why_not_moved(event, held),
    }
    return page(request, "meetings/timetable/grid.html", context, fragment="grid")


@login_required
@require_safe
def person(request: HttpRequest, slug: str, number: int, attendee: int) -> HttpResponse:
    """One person's day as a list, free hours included."""
    event, held = version_of(request, slug, number)
    who = get_object_or_404(people_of(event), pk=attendee)
    hours = hours_of(held)
    said = hour_words(hours)
    ((_who, cells),) = rows_of(held, [who], hours)
    held_cells = [cell for cell in cells if cell.placement]
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, who.name),
        "who": who,
        "rows": [(said[cell.hour.number], cell) for cell in cells],
        "count": len(held_cells),
        "all_locked": bool(held_cells) and all(cell.placement.locked for cell in held_cells if cell.placement),
        "leads": may_organise(request.user, event),
        "moves": may_organise(request.user, event) and not why_not_moved(event, held),
        "locks": held.state != VersionState.REPLACED,
    }
    return page(request, "meetings/timetable/person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, slug: str, number: int, meeting: int) -> HttpResponse:
    """Where a meeting may go, slot by slot and in words; then the move itself."""
    event, held = version_of(request, slug, number)
    check(may_organise, request.user, event)
    placement = get_object_or_404(
        held.placements.select_related("meeting", "attendee_a__registration", "attendee_b__registration", "place"),
        meeting=meeting,
    )
    why, status = "", 200
    if request.method == "POST":
        slot = request.POST.get("slot", "")
        try:
            if not slot.isdecimal() or len(slot) > 3:
                status, why = 400, _("Choisissez un créneau dans la liste.")
            else:
                made = move_meeting(version=held, meeting=placement.meeting, slot=int(slot), by=request.user, now=timezone.now())
                messages.success(request, _moved(held, made))
                return redirect("meetings:timetable_move", slug, made.number, meeting)
        except EnsembleurError as error:
            if error.status not in (400, 422):
                raise
            status, why = error.status, error.sentence
    context = {
        **of_event(event, "desk_timetable"),
        **crumbs(event, held, _("Déplacer")),
        "one": placement,
        "why": why,
        "forbidden": why_not_moved(event, held),
        "locks": held.state != VersionState.REPLACED,
        **_targets(event, held, placement),
    }
    return page(request, "meetings/timetable/move.html", context, status=status)


@login_required
@require_POST
def lock(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lock one meeting or one person's whole day, or free them."""
    event, held = version_of(request, slug, number)
    check(may_organise, request.user, event)
    locked, now = request.POST.get("locked") == "1", timezone.now()
    given = {name: request.POST.get(name, "") for name in ("meeting", "attendee")}
    if given["attendee"].isdecimal():
        who = get_object_or_404(people_of(event), pk=given["attendee"])
        count = lock_person(version=held, attendee=who, locked=locked, by=request.user, now=now)
        messages.success(request, _locked(count, locked))
        return redirect("meetings:timetable_person", slug, number, who.pk)
    if not given["meeting"].isdecimal():
        raise Http404
    one = get_object_or_404(event.meetings, pk=given["meeting"])
    lock_meeting(version=held, meeting=one, locked=locked, by=request.user, now=now)
    messages.success(request, _locked(1, locked))
    return redirect("meetings:timetable_move", slug, number, one.pk)


def _targets(event: Event, held: Version, placement: Placement) -> dict[str, Any]:
    """Each slot for this meeting, with its words, its shape, and whether it may be chosen."""
    name = f"m{placement.meeting_id}"
    if name not in {one["id"] for one in held.problem.get("meetings", ())}:
        return {"targets": [], "here": ""}
    problem, plan = problem_of_version(held), plan_of_version(held)
    found = targets(problem, plan, name)
    asked = {int(who[1:]) for target in found for who in target.who if who[:1] == "a"}
    names, hours = people_names(event, asked), hours_of(held)
    said = hour_words(hours)
    rows = [
        {
            "slot": target.slot,
            "hour": said[target.slot],
            "session": hours[target.slot].session,
            "tone": TONES[target.kind],
            "words": target_words(target, names),
            "can": target.kind in (Kind.FREE, Kind.CHAIN),
        }
        for target in found
    ]
    return {"targets": rows, "here": said.get(placement.slot) if placement.slot is not None else ""}


def _moved(shown: Version, made: Version) -> str:
    if made.pk == shown.pk:
        return _("C'est déplacé. Personne n'est prévenu avant la publication.")
    return _("C'est déplacé dans un nouveau brouillon, la version %(n)s ; la version %(old)s reste comme elle était.") % {
        "n": made.number,
        "old": shown.number,
    }


def _locked(count: int, locked: bool) -> str:
    if locked:
        return ngettext("%(n)s rendez-vous est verrouillé.", "%(n)s rendez-vous sont verrouillés.", count) % {"n": count}
    return ngettext("%(n)s rendez-vous est libéré.", "%(n)s rendez-vous sont libérés.", count) % {"n": count}
