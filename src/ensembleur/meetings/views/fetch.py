"""The event a page is about, and who asks: an account, or the person whose private link was opened in this browser."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.models.events import EventQuerySet
from ensembleur.meetings.queries.links import attendee_of

KEY = "meetings_links"  # {event: token}, so that a revoked link closes the session it opened


def event_of(request: HttpRequest, slug: str) -> Event:
    """The event of this address, when this person may see it. Raises Http404."""
    return get_object_or_404(_with_version(Event.objects.visible_to(request.user)), slug=slug)


def organised(request: HttpRequest, slug: str) -> Event:
    """The event of this address, when this person runs it or welcomes people there. Raises Http404."""
    return get_object_or_404(_with_version(Event.objects.organised_by(request.user)), slug=slug)


def _with_version(events: EventQuerySet) -> QuerySet[Event]:
    """With the timetable people were told, but for what was asked of the engine: half a megabyte that few pages read."""
    return events.select_related("published_version").defer("published_version__problem")


def open_link(request: HttpRequest, token: str) -> Attendee:
    """Remember in this browser whose private link it is. Raises Http404 on a false or revoked one."""
    attendee = attendee_of(token)
    if attendee is None:
        raise Http404
    held, event = request.session.get(KEY, {}), str(attendee.registration.event_id)
    if held.get(event) != token:
        request.session.cycle_key()  # a session that somebody else had opened does not follow into this one
        request.session[KEY] = {**held, event: token}
    return attendee


def actor_of(request: HttpRequest, event: Event) -> Any:
    """Who acts on this event: the account when it has somebody there or organises it, else the private link, else the account."""
    if request.user.is_authenticated and Attendee.objects.of(request.user, event).exists():
        return request.user
    token = request.session.get(KEY, {}).get(str(event.pk), "")
    return (attendee_of(token) if token else None) or request.user


def myself(request: HttpRequest, event: Event) -> Attendee:
    """The person of this event who asks; with several, the first, or the one of `?qui=`. Raises Http404 when nobody is."""
    mine = Attendee.objects.of(actor_of(request, event), event).filter(erased_at__isnull=True)
    mine = mine.select_related("registration__event", "home")
    wanted = request.GET.get("qui", "")
    found = mine.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else mine.first()
    if found is None:
        raise Http404
    return found


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask a visitor without link nor account to sign in."""
    return redirect_to_login(request.get_full_path())
