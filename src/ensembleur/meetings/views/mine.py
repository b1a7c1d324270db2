"""The pages of somebody who comes, on a phone first: their day, the plan of tables, how to put the day in a calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.queries.agenda import agenda_of, booked_by
from ensembleur.meetings.queries.agenda_words import change_line, hour, place_name
from ensembleur.meetings.queries.links import CALENDAR, token_of
from ensembleur.meetings.queries.spots import spots_of
from ensembleur.meetings.services.calendar_links import renew_calendar
from ensembleur.meetings.views import day_words, fetch
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.meetings.views.words import address, days_of, state_of
from ensembleur.web.formats import day
from ensembleur.web.pages import page

SEEN = "meetings_seen"  # {event: the last timetable whose changes were read in this browser}


@never_cache
@require_safe
def my_day(request: HttpRequest, slug: str) -> HttpResponse:
    """My meetings in order, the next one in big; before there are any, what is known."""
    event, me = _who(request, slug)
    now = timezone.now()
    agenda = agenda_of(me)
    moments = day_words.moments_of(agenda, list(event.slots.all()), booked_by(me), now)
    seen = request.session.get(SEEN, {}).get(str(event.pk), 0)
    changes = [(change_line(one, event), one.version) for one in agenda.changes]
    version = event.published_version
    is_open = me.is_in and version is not None
    count = sum(one["kind"] == "meeting" and not one["is_lost"] for one in moments)
    context = {
        **_mine(event, me, "my_day"),
        "moments": moments,
        "next": day_words.next_of(moments, now),
        "count": count,
        "given_up": len(agenda.appointments) - count,
        "several_days": event.starts_on != event.ends_on,
        "is_told": is_open,
        "version": version.number if version else 0,
        "fresh": [line for line, held in changes if held.number > seen],
        "old": [line for line, held in changes if held.number <= seen],
        "known": [] if is_open else day_words.known_of(me),
        "place": day_words.place_of(event),
        "home": place_name(me.home) if me.home and me.is_host else "",
        "needs": day_words.needs_of(me),
        "wishes_url": address("my_wishes", event) if me.is_in and event.takes_wishes(now) else "",
        "read_at": hour(now),
        "read_on": day(timezone.localdate(now)),
        "leaves": isinstance(fetch.actor_of(request, event), Attendee),
    }
    return _kept(page(request, "meetings/mine/day.html", context), request, me)


@require_POST
def my_day_seen(request: HttpRequest, slug: str) -> HttpResponse:
    """The changes shown were read, in this browser."""
    event, _me = _who(request, slug)
    version = event.published_version
    number = request.POST.get("version", "")
    told = min(int(number), version.number) if version and number.isdecimal() and len(number) < 9 else 0
    request.session[SEEN] = {**request.session.get(SEEN, {}), str(event.pk): told}
    return redirect("meetings:my_day", slug)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Close one's page in this browser: the private link has to be opened again."""
    event = fetch.event_of(request, slug)
    held = request.session.get(fetch.KEY, {})
    held.pop(str(event.pk), None)
    request.session[fetch.KEY] = held
    messages.success(request, _("C'est fermé sur cet appareil. Votre lien privé rouvre votre journée."))
    return redirect("meetings:event", slug)


@never_cache
@require_safe
def my_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of tables and rooms, mine first."""
    event, me = _who(request, slug)
    agenda = agenda_of(me)
    hours: dict[int, list[str]] = {}
    for one in agenda.appointments:
        if one.placement.place_id:
            hours.setdefault(one.placement.place_id, []).append(hour(one.slot.starts_at))
    spots = [{"spot": spot, "hours": hours.get(spot.pk, []), "is_home": me.home_id == spot.pk} for spot in spots_of(event)]
    spots.sort(key=lambda row: not (row["hours"] or row["is_home"]))
    context = {
        **_mine(event, me, "my_day"),
        "spots": spots,
        "read_at": hour(timezone.now()),
        "read_on": day(timezone.localdate()),
        "place": day_words.place_of(event),
    }
    return _kept(page(request, "meetings/mine/plan.html", context), request, me)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """How to put the day in a calendar: follow a private address, or take a file; the address may be replaced."""
    event, me = _who(request, slug)
    if request.method == "POST":
        renew_calendar(attendee=me, by=fetch.actor_of(request, event), now=timezone.now())
        messages.success(request, _("L'ancienne adresse n'ouvre plus rien. Abonnez votre agenda à la nouvelle."))
        return redirect("meetings:my_calendar", slug)
    url = request.build_absolute_uri(reverse("meetings:calendar", args=[token_of(me, CALENDAR)]))
    context = {**_mine(event, me, "my_day"), "url": url, "webcal": f"webcal:{url.partition(':')[2]}"}
    return page(request, "meetings/mine/calendar.html", context)


def _who(request: HttpRequest, slug: str) -> tuple[Event, Attendee]:
    """The event and who asks. Raises Http404."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    me.registration.event = event
    return event, me


def _kept(response: HttpResponse, request: HttpRequest, me: Attendee) -> HttpResponse:
    """Let the browser keep this page for the day without network: whose it is, in a word that says nothing and ends with the session."""
    holder = salted_hmac("meetings.holder", request.session.session_key or "").hexdigest()[:16]
    person = salted_hmac("meetings.person", f"{me.pk}:{me.link_number}").hexdigest()[:16]
    response["X-Kept-For"] = f"{holder}.{person}"
    return response


def _mine(event: Event, me: Attendee, here: str) -> dict[str, Any]:
    return {
        "event": event,
        "me": me,
        "days": days_of(event),
        "state": state_of(event),
        "registration": me.registration,
        "tabs": my_tabs(event, here),
        "label": _("Ma participation"),
    }
