"""Changes of the published timetable: what is proposed, its difference, the decision; and one's own absence, announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.permissions import check
from ensembleur.errors import BadInput, Refused
from ensembleur.meetings.choices import ProposalKind, ProposalState
from ensembleur.meetings.forms.day import AbsenceForm, LateRegistrationForm, LostPlaceForm
from ensembleur.meetings.forms.events import say_why
from ensembleur.meetings.models import Attendee, Event, Proposal
from ensembleur.meetings.permissions import may_be, may_organise
from ensembleur.meetings.queries.day import coming, day_of, is_current
from ensembleur.meetings.queries.grid import hours_of, people_of
from ensembleur.meetings.services.changing import approve_change, propose_change, refuse_change, renew_change, why_stale
from ensembleur.meetings.views.change_words import BADGES, figures_of, rows_of, sentence_of
from ensembleur.meetings.views.desk import of_event
from ensembleur.meetings.views.fetch import actor_of, event_of, myself, organised
from ensembleur.meetings.views.tabs import my_tabs
from ensembleur.meetings.views.timetable_words import hour_words
from ensembleur.web.pages import page

PAGE, FOUND = 30, 30


@login_required
@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What is proposed, then what was decided."""
    event = organised(request, slug)
    rows = event.proposals.select_related("about__registration", "made_by", "decided_by", "base", "event")
    waiting = [(one, sentence_of(one), is_current(one)) for one in rows.filter(state=ProposalState.PROPOSED)]
    pages = Paginator(rows.exclude(state=ProposalState.PROPOSED).order_by("-decided_at", "-pk"), PAGE)
    decided = pages.get_page(request.GET.get("page"))
    context = {
        **of_event(event, "desk_day"),
        **_crumbs(event, _("Changements")),
        "waiting": waiting,
        "pages": decided,
        "decided": [(one, sentence_of(one), BADGES[ProposalState(one.state)]) for one in decided],
    }
    return page(request, "meetings/day/changes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One proposal: who, from where to where, why; then yes or no."""
    event = organised(request, slug)
    rows = event.proposals.select_related("about__registration", "made_by", "decided_by", "base", "new_version", "event")
    held = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _decide(request, event, held)
    is_open = held.state == ProposalState.PROPOSED
    stale = why_stale(event=event, proposal=held, now=timezone.now()) if is_open else ""
    shown = rows_of(held)
    pages = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        **of_event(event, "desk_day"),
        **_crumbs(event, sentence_of(held), proposal=True),
        "held": held,
        "badge": BADGES[ProposalState(held.state)],
        "pages": pages,
        "people": len({name for line in held.lines for name in line["people"]}),
        "figures": figures_of(held),
        "stale": stale,
        "decides": is_open and not stale and may_organise(request.user, event),
        "renews": (bool(stale) or held.state == ProposalState.STALE) and held.kind != ProposalKind.REFILL,
    }
    return page(request, "meetings/day/change.html", context)


def _decide(request: HttpRequest, event: Event, held: Proposal) -> HttpResponse:
    acts: dict[str, tuple[Callable[..., Proposal], str]] = {
        "approve": (approve_change, _("C'est appliqué : les personnes dont l'agenda change sont prévenues.")),
        "refuse": (refuse_change, _("C'est écarté : le planning reste comme il est.")),
        "renew": (renew_change, _("Voici la proposition refaite sur le planning actuel : relisez-la.")),
    }
    act = request.POST.get("act", "")
    if act not in acts:
        raise Http404
    does, says = acts[act]
    try:
        made = does(proposal=held, by=request.user, now=timezone.now())
    except (BadInput, Refused) as error:
        messages.error(request, error.sentence)
        return redirect("meetings:desk_change", event.slug, held.pk)
    messages.success(request, says)
    return redirect("meetings:desk_change", event.slug, made.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody is away or late; of somebody who gave up, everything to come is taken out."""
    event = organised(request, slug)
    who = get_object_or_404(Attendee.objects.select_related("registration__event"), pk=pk, registration__event=event)
    if not who.is_in or who.erased_at:
        return _propose(request, event, None, {"kind": ProposalKind.ABSENCE, "about": who, "reason": _("Désistement")})
    form = AbsenceForm(request.POST if request.method == "POST" else None, asks=False, **_hours(event))
    return _propose(request, event, form, {"about": who})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_place(request: HttpRequest, slug: str) -> HttpResponse:
    """A table cannot be used any more."""
    event = organised(request, slug)
    form = LostPlaceForm(request.POST if request.method == "POST" else None, event=event, **_hours(event))
    return _propose(request, event, form, {})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_registration(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody registered late: whom they could meet in the empty slots."""
    event = organised(request, slug)
    who = get_object_or_404(Attendee.objects.select_related("registration__event"), pk=pk, registration__event=event)
    words = " ".join(request.GET.get("q", "").split())[:80]
    others = people_of(event, words=words).exclude(registration=who.registration_id).exclude(is_interpreter=True)
    if event.two_sided:
        others = others.exclude(registration__side=who.registration.side)
    is_post = request.method == "POST"
    people = others if is_post else others.filter(pk__in=list(others.values_list("pk", flat=True)[:FOUND]))
    form = LateRegistrationForm(request.POST if is_post else None, people=people)
    return _propose(request, event, form, {"about": who}, words=words, searches=True)


def _propose(request: HttpRequest, event: Event, form: Any, given: dict[str, Any], **more: Any) -> HttpResponse:
    """The form, then the proposal; nothing is applied here."""
    status, error = 200, ""
    if request.method == "POST":
        status = 400
        if form is None or form.is_valid():
            given = given | (form.change() if form is not None else {})
            try:
                made = propose_change(event=event, by=request.user, now=timezone.now(), **given)
            except (BadInput, Refused) as refusal:
                status, error = refusal.status, refusal.sentence
                if form is not None:
                    say_why(form, refusal)
            else:
                messages.success(request, _("Voici ce qui changerait. Rien ne bouge tant que vous n'avez pas dit oui."))
                return redirect("meetings:desk_change", event.slug, made.pk)
    who = given.get("about")
    title = (
        _("Proposer un changement pour %(name)s") % {"name": who.name or _("une personne effacée")}
        if who
        else _("Une table ne peut plus servir")
    )
    context = {**of_event(event, "desk_day"), **_crumbs(event, title), "form": form, "who": who, "error": error, **more}
    return page(request, "meetings/day/propose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def say_late(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce one's own absence or lateness; the organisers decide what moves."""
    event = event_of(request, slug)
    who, actor = myself(request, event), actor_of(request, event)
    check(may_be, actor, who)
    form = AbsenceForm(request.POST if request.method == "POST" else None, **_hours(event))
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                propose_change(event=event, about=who, by=actor, now=timezone.now(), **form.change())
            except (BadInput, Refused) as error:
                status = say_why(form, error)
            else:
                messages.success(
                    request,
                    _("C'est annoncé. Les organisateurs regardent ce qui peut être déplacé ; vous recevrez votre planning."),
                )
                return redirect("meetings:my_day", slug)
    context = {
        "event": event,
        "tabs": my_tabs(event, "my_day"),
        "label": _("Mes pages"),
        "form": form,
        "person": who,
        "count": len(day_of(event, who)),
        "is_over": not form.numbers or event.published_version_id is None,
    }
    return page(request, "meetings/day/say_late.html", context, status=status)


def _hours(event: Event) -> dict[str, Any]:
    slots = coming(event.slots.all(), timezone.now())
    words = hour_words(hours_of(event.published_version)) if event.published_version else {}
    return {"slots": slots if words else [], "hours": words}


def _crumbs(event: Event, title: str, *, proposal: bool = False) -> dict[str, Any]:
    crumbs = [
        (event.title, reverse("meetings:desk", args=[event.slug])),
        (_("Jour J"), reverse("meetings:desk_day", args=[event.slug])),
    ]
    if proposal:
        crumbs.append((_("Changements"), reverse("meetings:desk_changes", args=[event.slug])))
    return {"crumbs": [*crumbs, (title, "")], "title": title}
