"""Which companies each organisation answers, read back in words and changed by an officer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Mandate, Organisation
from ensembleur.accounts.permissions import holds
from ensembleur.errors import BadInput, NotAllowed
from ensembleur.journeys.catalogue.subjects import subject_title
from ensembleur.journeys.engine.filters import CompanyFilter, condition_of, filter_of
from ensembleur.journeys.models import OrganisationFilter
from ensembleur.journeys.permissions import may_set_filter
from ensembleur.journeys.services.advisers import set_organisation_filter
from ensembleur.journeys.views.fetch import language
from ensembleur.journeys.views.need_forms import FilterForm
from ensembleur.journeys.views.need_pages import grouped, offered_subjects
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import parse
from ensembleur.logic.describe import describe
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.web.pages import page


@dataclass(frozen=True)
class FilterWords:
    """One filter in words; `title` names its subject."""

    organisation: int
    subject: str
    title: str
    lines: list[str]


def in_words(condition: Any, *, as_of: date, lang: str) -> list[str]:
    """A stored condition, a line per leaf; one that can no longer be read says so."""
    try:
        read = parse(condition, vocabulary=VOCABULARY)
    except BadInput:
        return [_("Cette condition ne peut plus être lue : elle n'écarte personne.")]
    return [line.says for line in describe(read, Setting(as_of=as_of, lang=lang, vocabulary=VOCABULARY))]


def filters_in_words(organisations: Collection[int], *, as_of: date, lang: str) -> list[FilterWords]:
    """The filters of these organisations, the one for all subjects first; one query."""
    rows = OrganisationFilter.objects.filter(organisation__in=organisations).order_by("organisation", "subject")
    return [
        FilterWords(
            row.organisation_id,
            row.subject,
            subject_title(row.subject, lang) if row.subject else _("Tous les sujets"),
            in_words(row.condition, as_of=as_of, lang=lang),
        )
        for row in rows
    ]


@login_required
@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The organisations whose advisers answer in this person's perimeter, with what each accepts."""
    _ask_officer(request)
    bodies = _bodies(request)
    held = filters_in_words([body.pk for body in bodies], as_of=timezone.localdate(), lang=language())
    shown = [
        {"pk": body.pk, "name": body.name, "filters": [one for one in held if one.organisation == body.pk]} for body in bodies
    ]
    context = {"crumbs": _crumbs((_("Ce que chaque organisme accepte"), "")), "bodies": shown}
    return page(request, "journeys/filters.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The filter of one organisation, for one subject or for all (?sujet=)."""
    _ask_officer(request)
    body = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not may_set_filter(request.user, body):
        raise Http404
    offered = offered_subjects()
    chosen = (request.POST if request.method == "POST" else request.GET).get("sujet", "")
    if chosen and chosen not in {one.code for one in offered}:
        raise Http404
    held = OrganisationFilter.objects.filter(organisation=body, subject=chosen).first()
    read = filter_of(held.condition) if held else CompanyFilter()
    form = FilterForm(
        request.POST if request.method == "POST" else None, lang=language(), initial=asdict(read or CompanyFilter())
    )
    if request.method == "POST" and form.is_valid() and _save(request, body, chosen, form):
        messages.success(request, _("C'est enregistré : les prochaines demandes en tiennent compte."))
        return redirect("journeys:filters")
    context = {
        "crumbs": _crumbs((_("Ce que chaque organisme accepte"), reverse("journeys:filters")), (body.name, "")),
        "body": body,
        "subjects": grouped(offered, language()),
        "chosen": chosen,
        "lines": in_words(held.condition, as_of=timezone.localdate(), lang=language()) if held else [],
        "is_richer": read is None,
        "form": form,
    }
    return page(request, "journeys/filter.html", context, status=400 if form.errors else 200)


def _save(request: HttpRequest, body: Organisation, subject: str, form: FilterForm) -> bool:
    asked = form.asked()
    condition = None if asked.is_empty else condition_of(asked)
    try:
        set_organisation_filter(organisation=body, subject=subject, condition=condition, by=request.user, now=timezone.now())
    except BadInput as error:
        form.add_error(None, error.sentence)
        return False
    return True


def _bodies(request: HttpRequest) -> list[Organisation]:
    """Organisations with an adviser somewhere this person may appoint one, in order of name."""
    advisers = Mandate.objects.live().visible_to(request.user).filter(role=Role.ADVISER, organisation__isnull=False)
    found = Organisation.objects.filter(pk__in=advisers.values("organisation")).order_by("name")
    return list(found)


def _ask_officer(request: HttpRequest) -> None:
    if not holds(request.user, Role.OFFICER, Role.ADMIN):
        raise NotAllowed("not_allowed", _("Cette page est réservée aux agents qui orientent les demandes."))


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Les demandes à réorienter"), reverse("journeys:routing")), *more]
