"""Whom one may meet, what one asks of them, and what one answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import WishLevel, WishState
from ensembleur.meetings.forms.wishing import LookForm, WishForm
from ensembleur.meetings.models import Attendee, Event, Wish
from ensembleur.meetings.permissions import may_read_catalogue
from ensembleur.meetings.queries import wishes as lists
from ensembleur.meetings.services import wishing
from ensembleur.meetings.views import fetch
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.meetings.views.wish_words import badge, sectors
from ensembleur.web.pages import page

PER_PAGE = 24


@never_cache
@require_safe
def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    """Who comes, the other side's first; those who answer what mine declared come first, with the reasons."""
    event = fetch.event_of(request, slug)
    actor, me = fetch.actor_of(request, event), fetch.myself(request, event)
    check(may_read_catalogue, actor, event)
    everybody = list(lists.catalogue(event, actor, me.registration, lists.Looked()))
    form = LookForm(request.GET, departements=list(lists.departements(everybody).items()), sectors=sectors(everybody))
    looked = form.looked()
    pages = Paginator(lists.catalogue(event, actor, me.registration, looked), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(pages.object_list)
    first = pages.number == 1 and event.takes_wishes(timezone.now())
    proposed = (
        lists.suggestions(event, actor, me.registration, looked, lang=get_language() or "fr") if first and not looked.text else []
    )
    known, places = lists.links(me.registration, shown), lists.communes([*shown, *(one for one, _why in proposed)])
    context = _about(event, me, "catalogue") | {
        "form": form,
        "pages": pages,
        "total": pages.paginator.count,
        "rows": [(one, places.get(one.commune, ""), event.side_label(one.side), known[one.pk]) for one in shown],
        "proposed": [(one, places.get(one.commune, ""), found) for one, found in proposed],
        "has_declared": bool(
            me.registration.seeks or me.registration.offers or me.registration.sectors or me.registration.occupations
        ),
        "is_open": event.takes_wishes(timezone.now()),
    }
    return page(request, "meetings/wishes/catalogue.html", context, fragment="participants")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One participation, and what one asks of it."""
    event = fetch.event_of(request, slug)
    actor, me = fetch.actor_of(request, event), fetch.myself(request, event)
    other = get_object_or_404(lists.catalogue(event, actor, me.registration, lists.Looked()), pk=pk)
    link = lists.links(me.registration, [other])[other.pk]
    now, sentence = timezone.now(), ""
    before = (
        {"level": link.sent.level, "note": link.sent.note, "group": link.sent.group_id, "named": link.sent.named_id}
        if link.sent
        else {}
    )
    form = WishForm(request.POST if request.method == "POST" else None, sender=me.registration, receiver=other, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            wishing.send_wish(sender=me.registration, receiver=other, by=actor, now=now, **form.words())
        except (BadInput, Refused) as error:
            sentence = error.sentence
        else:
            messages.success(request, _("Votre demande est envoyée. La réponse arrivera dans « Mes vœux »."))
            return redirect("meetings:catalogue", slug)
    context = _about(event, me, "catalogue") | {
        "other": other, "place": lists.communes([other]).get(other.commune, ""), "side": event.side_label(other.side), "link": link,
        "badge": badge(link.sent.state) if link.sent else "", "form": form, "sentence": sentence, "is_open": event.takes_wishes(now),
        "offer": getattr(other, "visit", None),
        "may_send": link.sent is None or link.sent.state in (WishState.SENT, WishState.ACCEPTED, WishState.WITHDRAWN),
    }  # fmt: skip
    return page(request, "meetings/wishes/participant.html", context, status=400 if request.method == "POST" else 200)


@require_POST
def never(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Never meet them, or not never any more: they are told nothing."""
    event = fetch.event_of(request, slug)
    actor, me = fetch.actor_of(request, event), fetch.myself(request, event)
    other = get_object_or_404(event.registrations.visible_to(actor), pk=pk)
    act = wishing.lift_refusal if request.POST.get("act") == "lift" else wishing.refuse_privately
    _said(
        request,
        lambda: act(registration=me.registration, of=other, by=actor, now=timezone.now()),
        _("C'est noté, pour vous seuls."),
    )
    return redirect("meetings:my_wishes", slug)


@never_cache
@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What one was asked, then what one asked, then whom one never wants to meet."""
    event = fetch.event_of(request, slug)
    me = fetch.myself(request, event)
    received = list(lists.received_by(me.registration))
    context = _about(event, me, "my_wishes") | {
        "waiting": [one for one in received if one.state == WishState.SENT],
        "answered": [(one, badge(one.state)) for one in received if one.state != WishState.SENT],
        "sent": [(one, badge(one.state)) for one in lists.sent_by(me.registration)],
        "refused": me.registration.refusals.select_related("of"),
        "is_open": event.takes_wishes(timezone.now()),
        "levels": WishLevel.choices,
    }
    return page(request, "meetings/wishes/mine.html", context)


@require_POST
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accept or decline, in one click."""
    event, actor, wish = _wish(request, slug, pk)
    said = request.POST.get("act", "")
    if said not in ("no", *WishLevel.values):
        raise Http404
    level = WishLevel.LIKE if said == "no" else said
    words = _("C'est décliné.") if said == "no" else _("C'est accepté.")
    _said(request, lambda: wishing.answer_wish(wish=wish, accepts=said != "no", level=level, by=actor, now=timezone.now()), words)
    return redirect("meetings:my_wishes", event.slug)


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take one's wish back."""
    event, actor, wish = _wish(request, slug, pk)
    _said(request, lambda: wishing.withdraw_wish(wish=wish, by=actor, now=timezone.now()), _("La demande est retirée."))
    return redirect("meetings:my_wishes", event.slug)


def _wish(request: HttpRequest, slug: str, pk: int) -> tuple[Event, Any, Wish]:
    event = fetch.event_of(request, slug)
    actor = fetch.actor_of(request, event)
    rows = Wish.objects.visible_to(actor).of_event(event).select_related("sender__event", "receiver__event")
    return event, actor, get_object_or_404(rows, pk=pk)


def _said(request: HttpRequest, act: Any, words: str) -> None:
    """Do it and say so, or say why not."""
    try:
        act()
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, words)


def _about(event: Event, me: Attendee, here: str) -> dict[str, Any]:
    return {"event": event, "me": me, "tabs": my_tabs(event, here), "label": _("Mes pages de l'événement")}
