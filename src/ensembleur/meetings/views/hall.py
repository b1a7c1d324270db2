"""The screens of the hall: large, without account, turning their pages by themselves."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ensembleur.meetings.models import Event
from ensembleur.meetings.queries.agenda_words import hour
from ensembleur.meetings.queries.hall import Screen, is_hall_token, screen_of
from ensembleur.web.pages import page

SECONDS = 20


@never_cache
@require_safe
def hall(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The tables of the slot to come, one page after the other. The address is the key."""
    event = get_object_or_404(Event.objects.select_related("published_version"), slug=slug)
    if not is_hall_token(event, token):
        raise Http404
    turn, now = request.GET.get("tour", "1"), timezone.now()
    screen = screen_of(event, now, int(turn) if turn.isdecimal() and len(turn) < 6 else 1)
    context = {
        "event": event,
        "screen": screen,
        "hour": hour(screen.slot.starts_at) if screen.slot else "",
        "clock": hour(now),
        "countdown": countdown(screen, now),
        "next_turn": screen.turn + 1,
        "seconds": SECONDS,
    }
    return page(request, "meetings/hall/screen.html", context, fragment="hall")


def countdown(screen: Screen, now: datetime) -> str:
    """« dans 5 minutes », « c'est l'heure »."""
    if screen.slot is None:
        return ""
    minutes = -(-(screen.slot.starts_at - now).total_seconds() // 60)
    if minutes <= 0:
        return _("c'est l'heure")
    if minutes > 90:
        return ngettext("dans %(n)d heure", "dans %(n)d heures", round(minutes / 60)) % {"n": round(minutes / 60)}
    return ngettext("dans %(n)d minute", "dans %(n)d minutes", int(minutes)) % {"n": minutes}
