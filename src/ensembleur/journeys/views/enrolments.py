"""One company's programmes: where it stands, read by the company, kept by its adviser or an officer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ensembleur.accounts.permissions import check
from ensembleur.journeys.catalogue.programmes import Programme, programme, programmes
from ensembleur.journeys.choices import OptionKind
from ensembleur.journeys.models import Enrolment, Journey, OptionTake
from ensembleur.journeys.permissions import may_contribute, may_frame
from ensembleur.journeys.queries.programmes import Known, known_stages
from ensembleur.journeys.services import enrolling
from ensembleur.journeys.views.fetch import crumbs, language
from ensembleur.journeys.views.programme_forms import AnswerForm, EnrolForm, LeaveForm, OfferForm, StageForm
from ensembleur.web.pages import page

Bound = dict[tuple[int, str], forms.Form]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def journey_programmes(request: HttpRequest, pk: int) -> HttpResponse:
    """The programmes of a journey; a POST enrols it in one more."""
    journey = _readable(request, pk)
    if request.method != "POST":
        return _answer(request, journey, {})
    check(may_frame, request.user, journey)
    form = _enrol_form(journey, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _answer(request, journey, {(0, "enrol"): form})
    data = form.cleaned_data
    enrolling.enrol(
        journey=journey,
        programme_id=data["programme"],
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        enrolled_on=data["enrolled_on"],
    )
    messages.success(request, _("L'entreprise est inscrite dans le programme."))
    return redirect("journeys:journey_programmes", journey.pk)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on an enrolment: reach, withdraw, offer, answer, leave."""
    visible = Enrolment.objects.visible_to(request.user).select_related("journey").prefetch_related("options")
    held = get_object_or_404(visible, pk=pk)
    journey, now, by = held.journey, timezone.now(), request.user
    if act == "withdraw":
        entry = get_object_or_404(held.stages, pk=_number(request.POST.get("entry", "")))
        enrolling.withdraw_stage(entry=entry, by=by, now=now)  # type: ignore[arg-type]
    else:
        frame = programme(held.programme)
        form = _forms(held, frame, language(), request.POST).get(act) if frame else None
        if form is None:
            raise Http404
        if not form.is_valid():
            return _answer(request, journey, {(held.pk, act): form})
        _perform(request, act, held, form.cleaned_data)
    messages.success(request, _("C'est enregistré."))
    return redirect("journeys:journey_programmes", journey.pk)


def _perform(request: HttpRequest, act: str, held: Enrolment, data: dict[str, Any]) -> None:
    who: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    if act == "answer":
        take = get_object_or_404(OptionTake, pk=data["take"], enrolment=held)
        enrolling.answer_option(take=take, is_taken=data["answer"] == "yes", answered_on=data["answered_on"], **who)
    elif act == "offer":
        enrolling.offer_option(enrolment=held, **data, **who)
    elif act == "leave":
        enrolling.leave(enrolment=held, **data, **who)
    else:
        for warning in enrolling.reach_stage(enrolment=held, **data, **who).warnings:
            messages.warning(request, warning)


def rails_of(journey: Journey, user: Any) -> list[dict[str, Any]]:
    """For each programme the journey is in, as this person may see it: its title and its rail of stages."""
    held = list(Enrolment.objects.visible_to(user).filter(journey=journey).live())
    known = known_stages(held) if held else {}
    lang = language()
    frames = [(one, frame) for one in held if (frame := programme(one.programme)) is not None]
    return [{"enrolment": one, "title": frame.title[lang], "steps": _rail(frame, known[one.pk], lang)} for one, frame in frames]


def _rail(frame: Programme, known: dict[str, Known], lang: str) -> list[dict[str, str]]:
    missing = [stage.id for stage in frame.stages if stage.id not in known]
    current = missing[0] if missing else ""
    states = {True: "done", False: "todo"}
    return [
        {"label": stage.says[lang], "state": "current" if stage.id == current else states[stage.id in known]}
        for stage in frame.stages
    ]


def _readable(request: HttpRequest, pk: int) -> Journey:
    """A journey this person follows or instructs, or one that is in a programme of their place; 404 otherwise."""
    framed = Enrolment.objects.visible_to(request.user).filter(journey=pk)
    journey = Journey.objects.visible_to(request.user).filter(pk=pk).first() or get_object_or_404(
        Journey, pk__in=framed.values("journey")
    )
    if may_contribute(request.user, journey) or may_frame(request.user, journey) or framed.exists():
        return journey
    raise Http404


def _answer(request: HttpRequest, journey: Journey, bound: Bound) -> HttpResponse:
    options = Prefetch("options", OptionTake.objects.order_by("offered_on", "pk"))
    held = list(Enrolment.objects.visible_to(request.user).filter(journey=journey).prefetch_related(options))
    known, lang = known_stages(held), language()
    keeps = may_frame(request.user, journey)
    context = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Programmes d'accompagnement"), "")),
        "rows": [_row(one, frame, known[one.pk], lang, bound, keeps) for one in held if (frame := programme(one.programme))],
        "enrol": (bound.get((0, "enrol")) or _enrol_form(journey, None)) if keeps else None,
        "keeps": keeps,
    }
    return page(request, "journeys/journey_programmes.html", context, status=400 if bound else 200)


def _row(held: Enrolment, frame: Programme, known: dict[str, Known], lang: str, bound: Bound, keeps: bool) -> dict[str, Any]:
    offers = _forms(held, frame, lang, None) if keeps else {}
    shown = {name: bound.get((held.pk, name), form) for name, form in offers.items()}
    names = {option.id: option.says[lang] for option in frame.options}
    return {
        "enrolment": held,
        "title": frame.title[lang],
        "steps": _rail(frame, known, lang),
        "stages": [(stage.says[lang], known.get(stage.id)) for stage in frame.stages],
        "reach": shown.get("reach"),
        "offer": shown.get("offer"),
        "leave": shown.get("leave"),
        "options": [
            {
                "take": take,
                "says": names.get(take.option, take.option),
                "kind": OptionKind(take.kind).label,
                "form": _answer_form(take, bound.get((held.pk, "answer"))) if keeps else None,
            }
            for take in held.options.all()
        ],
    }


def _answer_form(take: OptionTake, bound: forms.Form | None) -> forms.Form:
    if bound is not None and str(bound.data.get("take")) == str(take.pk):
        return bound
    return AnswerForm(auto_id=f"answer-{take.pk}-%s", initial={"take": take.pk, "answered_on": timezone.localdate()})


def _enrol_form(journey: Journey, data: Any) -> EnrolForm | None:
    """None when the journey is closed, or already in every programme that takes companies."""
    inside = set(Enrolment.objects.filter(journey=journey).live().values_list("programme", flat=True))
    free = [one for one in programmes() if one.enrols and one.id not in inside]
    if journey.closed_at is not None or not free:
        return None
    return EnrolForm(data, programmes=free, lang=language(), initial={"enrolled_on": timezone.localdate()}, auto_id="enrol-%s")


def _forms(held: Enrolment, frame: Programme, lang: str, data: Any) -> dict[str, forms.Form]:
    """The acts that still have a sense on this enrolment, each with its form."""
    if held.left_on is not None:
        return {}
    known = known_stages([held])[held.pk]
    today: date = timezone.localdate()
    offered = {take.option for take in held.options.all()}
    stages = [
        stage for stage in frame.stages if stage.id not in known or (known[stage.id].before_entry and not known[stage.id].entry)
    ]
    options = [option for option in frame.options if option.id not in offered]
    found: dict[str, forms.Form] = {}
    if stages:
        found["reach"] = StageForm(data, stages=stages, lang=lang, initial={"reached_on": today}, auto_id=f"reach-{held.pk}-%s")
    if options:
        found["offer"] = OfferForm(data, options=options, lang=lang, initial={"offered_on": today}, auto_id=f"offer-{held.pk}-%s")
    found["leave"] = LeaveForm(data, initial={"left_on": today}, auto_id=f"leave-{held.pk}-%s")
    if data is not None:
        take = _number(data.get("take", ""))
        found["answer"] = AnswerForm(data, auto_id=f"answer-{take}-%s")
    return found


def _number(text: str) -> int:
    """The number written, 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
