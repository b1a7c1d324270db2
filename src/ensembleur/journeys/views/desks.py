"""The lists of the adviser and of the officer: their journeys, their files, filters, export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.permissions import holds
from ensembleur.errors import NotAllowed
from ensembleur.journeys.choices import ApplicationStatus
from ensembleur.journeys.forms import DEPARTEMENTS
from ensembleur.journeys.models import Application, Journey, Opposition
from ensembleur.journeys.queries.home import with_counts
from ensembleur.journeys.services import instructing
from ensembleur.journeys.views.applications import application_context, draft_form
from ensembleur.journeys.views.desk_forms import FORMS
from ensembleur.journeys.views.fetch import application_of
from ensembleur.journeys.views.sheets import export_link, sheet
from ensembleur.periods import paris_day
from ensembleur.strategy.permissions import may_enter_room
from ensembleur.web.pages import page

PER_PAGE = 30


@login_required
@require_safe
def adviser_companies(request: HttpRequest) -> HttpResponse:
    """An adviser's journeys: who has not begun, who is stuck, whose file runs."""
    _ask_role(request, Role.ADVISER)
    journeys = with_counts(Journey.objects.of_advised_by(request.user).live())
    stage, departement, words = (request.GET.get(name, "") for name in ("etape", "departement", "q"))
    if departement in dict(DEPARTEMENTS[1:]):
        journeys = journeys.filter(departement=departement)
    if words:
        journeys = journeys.filter(title__icontains=words[:80].replace("\0", ""))
    if stage == "sans":
        journeys = journeys.filter(diagnosed_at__isnull=True)
    elif stage == "fait":
        journeys = journeys.filter(diagnosed_at__isnull=False)
    elif stage == "dossier":
        journeys = journeys.filter(files__gt=0)
    if request.GET.get("format") == "csv":
        return sheet(
            "parcours.csv",
            (_("Parcours"), "SIRET", _("Lieu"), _("Ouvert le"), _("Diagnostic"), _("Dossiers")),
            _journey_lines(journeys),
        )
    context = {
        "pages": Paginator(journeys, PER_PAGE).get_page(request.GET.get("page")),
        "stages": [("sans", _("Sans diagnostic")), ("fait", _("Diagnostic fait")), ("dossier", _("Dossier en cours"))],
        "stage": stage,
        "departements": DEPARTEMENTS[1:],
        "departement": departement,
        "words": words,
        "export": export_link(request),
    }
    return page(request, "journeys/adviser_companies.html", context, fragment="journeys")


@login_required
@require_safe
def officer_home(request: HttpRequest) -> HttpResponse:
    """An officer's files: those that wait for an act first."""
    _ask_role(request, Role.OFFICER, Role.SECOND_READER)
    files = Application.objects.instructed_by(request.user).select_related("journey").order_by("filed_at", "pk")
    status, scheme, departement = (request.GET.get(name, "") for name in ("etat", "aide", "departement"))
    schemes = list(files.order_by("scheme_title").values_list("scheme", "scheme_title").distinct())
    if status in ApplicationStatus.values:
        files = files.filter(status=status)
    elif status != "tous":
        files = files.exclude(status=ApplicationStatus.CLOSED)
    if scheme in dict(schemes):
        files = files.filter(scheme=scheme)
    if departement in dict(DEPARTEMENTS[1:]):
        files = files.filter(journey__departement=departement)
    if request.GET.get("format") == "csv":
        heads = (
            _("Aide"),
            _("Parcours"),
            "SIRET",
            _("Avancement"),
            _("Déposé le"),
            _("Décidé le"),
            _("Note"),
            _("Seuil"),
            _("Accordé (€)"),
        )
        return sheet("dossiers.csv", heads, _file_lines(files))
    is_officer = holds(request.user, Role.OFFICER)
    context = {
        "pages": Paginator(files, PER_PAGE).get_page(request.GET.get("page")),
        "statuses": [(one.value, one.label) for one in ApplicationStatus if one != ApplicationStatus.DRAFT],
        "status": status,
        "may_route": is_officer,
        "may_steer": may_enter_room(request.user),
        "oppositions": Opposition.objects.visible_to(request.user).waiting().count() if is_officer else 0,
        "schemes": schemes,
        "scheme": scheme,
        "departements": DEPARTEMENTS[1:],
        "departement": departement,
        "export": export_link(request),
    }
    return page(request, "journeys/officer_home.html", context, fragment="files")


@login_required
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act of an officer on an application."""
    held = application_of(request, pk)
    if act not in FORMS:
        raise Http404
    title, kind, _status = FORMS[act]
    form = kind(request.POST, auto_id=f"{act}_%s")
    if not form.is_valid():
        context = application_context(request, held, draft_form(held, None))
        for desk in context["officer_forms"]:
            if desk.act == act:
                object.__setattr__(desk, "form", form)
        return page(request, "journeys/application.html", context, status=400)
    _perform(act, held, request, form.cleaned_data)
    messages.success(request, _("C'est enregistré : %(act)s.") % {"act": title})
    return redirect("journeys:application", held.pk)


def _perform(act: str, held: Application, request: HttpRequest, data: dict[str, Any]) -> None:
    services = {
        "complete": instructing.mark_complete,
        "decide": instructing.decide_application,
        "agree": instructing.agree,
        "refuse": instructing.refuse,
        "pay": instructing.record_payment,
        "close": instructing.close,
    }
    services[act](application=held, by=request.user, now=timezone.now(), **data)


def _ask_role(request: HttpRequest, *roles: Role) -> None:
    if not holds(request.user, *roles):
        raise NotAllowed("not_allowed", _("Cette page est réservée à ceux qui conseillent ou instruisent."))


def _journey_lines(journeys: QuerySet[Journey]) -> Iterable[tuple[Any, ...]]:
    for one in journeys.iterator():
        yield (
            one.title,
            one.siret,
            one.place,
            paris_day(one.opened_at),
            paris_day(one.diagnosed_at) if one.diagnosed_at else "",
            one.files,
        )


def _file_lines(files: QuerySet[Application]) -> Iterable[tuple[Any, ...]]:
    for one in files.iterator():
        yield (
            one.scheme_title,
            one.journey.title,
            one.journey.siret,
            one.get_status_display(),
            paris_day(one.filed_at) if one.filed_at else "",
            one.decided_on or "",
            "" if one.score is None else one.score,
            "" if one.cut_off is None else one.cut_off,
            "" if one.granted_eur is None else one.granted_eur,
        )
