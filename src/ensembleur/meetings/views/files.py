"""What people take away: calendars, badges and agendas on paper; and what makes their day readable without network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles.finders import find
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ensembleur.meetings.engine import badges as paper
from ensembleur.meetings.engine.calendars import calendar_file
from ensembleur.meetings.models import Attendee, Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.agenda import Agenda, agenda_of, agendas_of, gaps_of, seats_told
from ensembleur.meetings.queries.agenda_words import entries_of, hour, organisations, people, place_name, talk_of, when, where
from ensembleur.meetings.queries.badges import code_of
from ensembleur.meetings.queries.grid import people_of
from ensembleur.meetings.queries.links import CALENDAR, attendee_of
from ensembleur.meetings.queries.spots import spots_of
from ensembleur.meetings.views import fetch
from ensembleur.web.formats import day

KINDS = ("badges", "agendas", "tables", "plan")


# -- calendars ---------------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def my_agenda_file(request: HttpRequest, slug: str) -> HttpResponse:
    """My agenda as a file."""
    event = fetch.event_of(request, slug)
    answer = _calendar(request, fetch.myself(request, event))
    answer["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return answer


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The agenda that a calendar follows: a secret address, that may be revoked and that no search engine keeps."""
    person = attendee_of(token, CALENDAR)
    if person is None:
        raise Http404
    answer = _calendar(request, person)
    mark = f'"{sha256(answer.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        answer = HttpResponse(status=304)
    answer["ETag"] = mark
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _calendar(request: HttpRequest, person: Attendee) -> HttpResponse:
    event = person.registration.event
    url = request.build_absolute_uri(reverse("meetings:my_day", args=[event.slug]))
    with translation.override(_language(person)):
        held, gone = entries_of(agenda_of(person), event, url)
        talks = [talk_of(seat, event, url) for seat in seats_told([person])]
    made = calendar_file([*held, *gone, *talks], name=event.title)
    return HttpResponse(made, content_type="text/calendar; charset=utf-8")


# -- paper -------------------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def my_print(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """My badge, my agenda or the plan of tables; `?grand=1` in large type."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    if kind == "tables" or (kind == "badges" and not me.is_in):
        raise Http404
    with translation.override(_language(me)):
        return _printed(request, event, kind, [me], _language(me))


@never_cache
@login_required
@require_safe
def desk_print(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Everybody's badges or agendas in one file, the cards of the tables, the plan; those who run the event print them."""
    event = fetch.organised(request, slug)
    if not may_organise(request.user, event):
        raise PermissionDenied
    return _printed(request, event, kind, list(people_of(event)) if kind in ("badges", "agendas") else [], "fr")


def _printed(request: HttpRequest, event: Event, kind: str, who: Sequence[Attendee], lang: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    large = request.GET.get("grand") == "1"
    given = {"lang": lang, "made_at": timezone.now()}
    if kind == "badges":
        made = paper.badges_pdf(
            [_badge(request, event, one) for one in who], words=_words(event, _("Badges")), large=large, **given
        )
    elif kind == "agendas":
        made = paper.agendas_pdf(
            _days(event, who), words=_words(event, _("Planning"), _("Aucun rendez-vous.")), large=large, **given
        )
    else:
        spots = [paper.Spot(one.name, one.notes) for one in spots_of(event)]
        words = _words(event, _("Plan des tables et des salles"), _("Aucune table."))
        made = paper.cards_pdf(spots, words=words, **given) if kind == "tables" else paper.plan_pdf(spots, words=words, large=large, **given)  # fmt: skip
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{event.slug}-{kind}.pdf"'
    return answer


def _words(event: Event, title: str, none: str = "") -> dict[str, str]:
    version = event.published_version
    told = _("Version %(n)s publiée le %(day)s. À jour en ligne : « Ma journée ».")
    return {
        "title": title,
        "event": f"{event.title} · {day(event.starts_on)}",
        "alt": _("Code QR d'accueil :"),
        "version": told % {"n": version.number, "day": day(version.published_at)} if version else "",
        "none": none,
        "hour": _("Heure"),
        "with": _("Avec"),
        "place": _("Où"),
        "notes": _("À savoir"),
    }


def _badge(request: HttpRequest, event: Event, one: Attendee) -> paper.Badge:
    code = code_of(one)
    # Its welcome page: read by any phone, opened to those who welcome people.
    link = request.build_absolute_uri(reverse("meetings:check_in", args=[event.slug, code]))
    own = one.registration
    return paper.Badge(
        name=one.name,
        function=one.function,
        organisation=own.name if own.name != one.name else "",
        side=str(event.side_label(own.side)),
        place=place_name(one.home) if one.home and one.is_host else "",
        code=code,
        link=link,
    )


def _days(event: Event, who: Sequence[Attendee]) -> list[paper.Day]:
    slots = list(event.slots.all())
    if len(who) == 1:
        agendas = [agenda_of(who[0])]
    elif event.published_version is None:
        agendas = [Agenda(one) for one in who]
    else:
        agendas = agendas_of(event.published_version, who)
    made = []
    for agenda in agendas:
        lines = [
            (one.slot.starts_at, paper.Line(when(one, event), organisations(one.met), people(one.met), where(one)))
            for one in agenda.appointments
        ]
        lines += [(gap.starts_at, paper.Line(hour(gap.starts_at), _("Pause"), "", "")) for gap in gaps_of(agenda, slots)]
        lines.sort(key=lambda line: line[0])
        person = agenda.person
        made.append(paper.Day(person.name, person.registration.name, tuple(line for _at, line in lines)))
    return made


# -- without network ---------------------------------------------------------------------------------------------------
@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The program that keeps one's day in the browser; it sees the pages of events and no other."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = reverse("meetings:list")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def _worker() -> bytes:
    found = find("bundle/offline-worker.js")
    if not found:
        raise Http404
    return Path(found).read_bytes()


def _language(person: Attendee) -> str:
    return person.language if person.language in ("fr", "en") else "fr"
