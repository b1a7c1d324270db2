"""The letters and the prints of an event, for those who run it: what waits, what left, what was refused."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.letters import counts, short_texts, unsent
from ensembleur.meetings.services.sending import send_again
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import organised
from ensembleur.territory.views.files import csv_file
from ensembleur.web.pages import page

PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """How many letters wait, left, were refused; those that did not leave, to be sent again; what is printed."""
    event = _run(request, slug)
    if request.method == "POST":
        count = send_again(event=event, by=request.user, now=timezone.now())
        messages.success(request, ngettext("%(n)s lettre repart.", "%(n)s lettres repartent.", count) % {"n": count})
        return redirect("meetings:desk_letters", slug)
    pages = Paginator(unsent(event), PAGE).get_page(request.GET.get("page"))
    context = {
        **of_event(event, "desk_letters"),
        "counts": counts(event),
        "pages": pages,
        "crumbs": [(event.title, reverse("meetings:desk", args=[slug])), (_("Lettres et impressions"), "")],
        "texts": len(short_texts(event)),
    }
    return page(request, "meetings/mine/letters.html", context)


@login_required
@require_safe
def texts(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The latest short text of each person who gave a phone number, for a text-message service."""
    event = _run(request, slug)
    rows = [{"telephone": phone, "nom": name, "texte": text} for phone, name, text in short_texts(event)]
    return csv_file(f"{event.slug}-textes", ("telephone", "nom", "texte"), rows)


def _run(request: HttpRequest, slug: str) -> Event:
    event = organised(request, slug)
    if not may_organise(request.user, event):
        raise PermissionDenied
    return event
