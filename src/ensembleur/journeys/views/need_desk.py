"""The adviser's desk: one thing to do first, what to take with its clock, what is followed, what was closed; and the profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.engine.perimeters import DEPARTEMENTS_OF_REGION
from ensembleur.accounts.permissions import holds, live_mandates
from ensembleur.errors import EnsembleurError, NotAllowed
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.choices import NeedStatus
from ensembleur.journeys.engine.clocks import QUICK_DAYS, SILENT_DAYS, WAITING_CLOCKS
from ensembleur.journeys.forms import DEPARTEMENTS
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject
from ensembleur.journeys.queries.home import NextStep
from ensembleur.journeys.queries.needs import ClockState, Desk, DeskRow, Figures, desk_of, kpi
from ensembleur.journeys.queries.threads import last_writers
from ensembleur.journeys.services.advisers import end_absence, set_absence, set_subjects
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.filters import filters_in_words
from ensembleur.journeys.views.need_forms import AbsenceForm, SubjectsForm
from ensembleur.journeys.views.need_pages import grouped, offered_subjects
from ensembleur.journeys.views.need_words import INVOLVEMENT_STATES, need_state
from ensembleur.periods import Period, paris_day
from ensembleur.strategy.permissions import may_enter_values
from ensembleur.web.formats import day, share
from ensembleur.web.pages import page

SHOWN_TO_TAKE = 20
FIGURES_DAYS = 90
SOON, LATE = QUICK_DAYS
NUDGED, LAST_CALL, RELEASED = (days for _clock, days in WAITING_CLOCKS)


@dataclass(frozen=True)
class DeskLine:
    """One need on a desk: what, who, and its clock as a word and a shape."""

    pk: int
    title: str
    company: str
    place: str
    words: str
    state: str
    clock: str
    says: str


@login_required
@require_safe
def adviser_home(request: HttpRequest) -> HttpResponse:
    """The desk. An adviser finds in ten seconds what to do next, and by when."""
    ask_adviser(request)
    now, today = timezone.now(), timezone.localdate()
    desk = desk_of(request.user, as_of=now)
    writers = last_writers([row.need.pk for row in desk.taken])
    held = sorted(desk.taken, key=lambda row: -row.clock.silent_days)
    waiting = [row for row in held if writers.get(row.need.pk, request.user.pk) != request.user.pk]
    absences = AdviserAbsence.objects.filter(adviser=request.user, starts_on__lte=today, ends_on__gt=today)
    context = {
        "step": _first(desk, waiting),
        "to_take": [_to_take(row) for row in desk.asked[:SHOWN_TO_TAKE]],
        "more_to_take": max(len(desk.asked) - SHOWN_TO_TAKE, 0),
        "held": [_held(row, {one.need.pk for one in waiting}) for row in held],
        "closed": [_over(row) for row in desk.closed],
        "away": absences.values_list("ends_on", flat=True).first(),
        "kpi": quick_figures(
            kpi(request.user, Period(today - timedelta(days=FIGURES_DAYS)), as_of=now),
            _("demandes qui m'ont été adressées, %(days)s jours") % {"days": FIGURES_DAYS},
        ),
        "today": today,
        "reports_values": may_enter_values(request.user),
    }
    return page(request, "journeys/need_desk.html", context)


def ask_adviser(request: HttpRequest) -> None:
    """Raise NotAllowed unless this person advises somewhere."""
    if not holds(request.user, Role.ADVISER):
        raise NotAllowed("not_allowed", _("Cette page est réservée aux conseillers."))


def clock_words(clock: ClockState, routed_at: datetime) -> tuple[str, str, str]:
    """A clock that runs: its shape, its word, and what comes when."""

    def after(days: int) -> dict[str, str]:
        return {"day": day(paris_day(routed_at) + timedelta(days=days))}

    age = clock.age_days
    if age <= SOON:
        return "yes", _("Dans les délais"), _("À prendre avant le %(day)s.") % after(SOON)
    if age <= LATE:
        return "unknown", _("3 jours passés"), _("À prendre avant le %(day)s.") % after(LATE)
    if age < NUDGED:
        return "no", _("5 jours passés"), _("Relance le %(day)s.") % after(NUDGED)
    if age < LAST_CALL:
        return "no", _("Relancée"), _("Dernière relance le %(day)s.") % after(LAST_CALL)
    if age < RELEASED:
        return "no", _("Dernière chance"), _("Sans réponse, elle vous est retirée le %(day)s.") % after(RELEASED)
    return "closed", _("Délai dépassé"), _("Elle va être réorientée.")


def line_of(row: DeskRow, state: str, clock: str, says: str = "") -> DeskLine:
    """A need of a desk as its list shows it."""
    need = row.need
    return DeskLine(
        need.pk, subject_title(need.subject, language()), need.journey.title, need.journey.place, need.words, state, clock, says
    )


def _to_take(row: DeskRow) -> DeskLine:
    age = row.clock.age_days
    state, word, after = clock_words(row.clock, row.need.routed_at)
    if not age:
        return line_of(row, state, word, " ".join((_("Envoyée aujourd'hui."), after)))
    asked = ngettext("Envoyée il y a %(n)s jour.", "Envoyée il y a %(n)s jours.", age) % {"n": age}
    return line_of(row, state, word, f"{asked} {after}")


def _held(row: DeskRow, waiting: set[int]) -> DeskLine:
    silence = row.clock.silent_days
    says = ngettext("Rien d'écrit depuis %(n)s jour.", "Rien d'écrit depuis %(n)s jours.", silence) % {"n": silence}
    if row.need.pk in waiting:
        return line_of(row, "no", _("Un message attend votre réponse"), says)
    if silence >= SILENT_DAYS:
        return line_of(row, "unknown", _("Silencieuse"), says)
    return line_of(row, "info", _("En cours"), says if silence else _("Un échange aujourd'hui."))


def _over(row: DeskRow) -> DeskLine:
    own, need = row.involvement, row.need
    when = _("Le %(day)s.") % {"day": day(own.ended_at)}
    if own.outcome and need.status == NeedStatus.CLOSED:
        return line_of(row, need_state(need.status, own.outcome), str(own.get_outcome_display()), when)
    return line_of(row, INVOLVEMENT_STATES[own.state], str(own.get_state_display()), when)


def _first(desk: Desk, waiting: list[DeskRow]) -> NextStep:
    """The one thing to do: an overdue request, an unanswered message, a request to take, a silence to break."""
    late = [row for row in desk.asked if row.clock.age_days > LATE]
    if late or (desk.asked and not waiting):
        row = (late or desk.asked)[0]
        _state, word, after = clock_words(row.clock, row.need.routed_at)
        return _step(row, _("Répondre à « %(subject)s »"), f"{word}. {after}", _("Lire la demande"))
    if waiting:
        return _step(
            waiting[0], _("Répondre au message sur « %(subject)s »"), _("L'entreprise vous a écrit."), _("Lire et répondre")
        )
    if desk.silent:
        row = desk.silent[0]
        says = _("Rien ne s'y est écrit depuis %(n)s jours : reprenez contact, ou dites honnêtement comment cela s'est terminé.")
        return _step(row, _("Reprendre « %(subject)s »"), says % {"n": row.clock.silent_days}, _("Ouvrir la demande"))
    return NextStep(
        _("Rien n'attend de réponse de votre part"),
        _("Vos demandes sont à jour. C'est le moment d'appeler une entreprise qui n'a pas commencé son diagnostic."),
        reverse("journeys:adviser_companies") + "?etape=sans",
        _("Voir les entreprises sans diagnostic"),
    )


def _step(row: DeskRow, title: str, why: str, label: str) -> NextStep:
    subject = subject_title(row.need.subject, language())
    company = row.need.journey.title
    return NextStep(title % {"subject": subject}, f"{company}. {why}", reverse("journeys:need", args=[row.need.pk]), label)


def quick_figures(figures: Figures, source: str) -> list[dict[str, Any]]:
    """Taken in 3 and 5 days, each share with its count; nothing when nothing can be told yet."""
    found = []
    for days, part in figures.quick.items():
        if part.total:
            label = _("prises en charge en %(days)s jours : %(count)s sur %(total)s")
            words = label % {"days": days, "count": part.count, "total": part.total}
            found.append({"value": share(part.value), "label": words, "source": source})
    return found


# -- the profile -------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adviser_profile(request: HttpRequest) -> HttpResponse:
    """What decides of the requests an adviser receives: subjects, absences, and, to be read, the perimeter and the filters."""
    ask_adviser(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    offered = offered_subjects()
    own = list(AdviserSubject.objects.filter(adviser=request.user).values_list("subject", flat=True))
    known = {one.code for one in offered}
    choices = [*grouped(offered, language()), *_retired([code for code in own if code not in known])]
    subjects_form = SubjectsForm(request.POST if act == "subjects" else None, subjects=choices, initial={"subjects": own})
    absence_form = AbsenceForm(request.POST if act == "away" else None, auto_id="absence_%s")
    if act and (said := _keep(request, act, subjects_form, absence_form)):
        messages.success(request, said)
        return redirect("journeys:adviser_profile")
    bodies = {mandate.organisation_id for mandate in live_mandates(request.user) if mandate.role == Role.ADVISER}
    context = {
        "crumbs": [(_("Mon bureau"), reverse("journeys:adviser_home")), (_("Mon profil"), "")],
        "perimeter": [
            _area(one.perimeter_kind, one.perimeter_code) for one in live_mandates(request.user) if one.role == Role.ADVISER
        ],
        "filters": filters_in_words([body for body in bodies if body], as_of=timezone.localdate(), lang=language()),
        "subjects_form": subjects_form,
        "chosen": set(subjects_form["subjects"].value() or ()),
        "absences": AdviserAbsence.objects.filter(adviser=request.user, ends_on__gt=timezone.localdate()),
        "absence_form": absence_form,
    }
    return page(request, "journeys/adviser_profile.html", context, status=400 if act else 200)


def _keep(request: HttpRequest, act: str, subjects_form: SubjectsForm, absence_form: AbsenceForm) -> str:
    """Do what was sent; the sentence to show, empty when something must be mended first."""
    person, now = request.user, timezone.now()
    if act == "back":
        number = request.POST.get("absence", "")
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        absence = get_object_or_404(AdviserAbsence, pk=int(number), adviser=person)
        end_absence(absence=absence, by=person, now=now)
        return _("Votre absence est terminée : de nouvelles demandes peuvent vous arriver.")
    if act == "subjects" and subjects_form.is_valid():
        set_subjects(adviser=person, subjects=subjects_form.cleaned_data["subjects"], by=person, now=now)
        return _("Vos sujets sont enregistrés.")
    if act == "away" and absence_form.is_valid():
        try:
            set_absence(adviser=person, by=person, now=now, **absence_form.cleaned_data)
        except EnsembleurError as error:
            if error.status == 403:
                raise
            absence_form.add_error(None, error.sentence)
            return ""
        return _("Votre absence est enregistrée : aucune nouvelle demande ne vous arrivera pendant ces jours.")
    return ""


def _retired(codes: list[str]) -> list[tuple[str | Promise, list[tuple[str, str]]]]:
    """Subjects no longer offered that this adviser still holds."""
    return [(_("Sujets qui ne sont plus proposés"), [(code, subject_title(code, language())) for code in codes])] if codes else []


def _area(kind: str, code: str) -> str:
    """A perimeter in words."""
    if kind == PerimeterKind.REGION and code in DEPARTEMENTS_OF_REGION:
        return _("Toute la région (%(code)s)") % {"code": code} if code != "11" else "Île-de-France"
    if kind == PerimeterKind.DEPARTEMENT:
        return str(dict(DEPARTEMENTS).get(code, code))
    return f"{PerimeterKind(kind).label} {code}"
