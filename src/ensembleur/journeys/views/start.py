"""The public door of the journey: what it is, and how to begin."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.forms import ProjectForm, SiretForm
from ensembleur.journeys.models import Journey
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries.companies import company_card
from ensembleur.journeys.queries.home import read_home
from ensembleur.journeys.queries.next_steps import next_step
from ensembleur.journeys.services.opening import open_journey
from ensembleur.journeys.views.fetch import language
from ensembleur.web.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """What the journey is; the SIRET typed here leads to what we know of the establishment, without an account."""
    form = SiretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            siret = codes.siret(form.cleaned_data["siret"])
        except BadInput as error:
            form.add_error("siret", error.sentence)
        else:
            return redirect("journeys:door", siret)
    own = Journey.objects.of_companies_of(request.user).live()[:5]
    context = {"form": form, "project_form": ProjectForm(), "own": own, "axes": _axes()}
    return page(request, "journeys/start.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a journey for an establishment or a project; a visitor signs in first and comes back here."""
    given = request.POST if request.method == "POST" else request.GET
    siret, title, departement = (given.get(name, "") for name in ("siret", "title", "departement"))
    if not request.user.is_authenticated:
        back = urlencode({"siret": siret, "title": title, "departement": departement})
        return redirect_to_login(f"{reverse('journeys:open')}?{back}")
    if request.method != "POST":
        form = ProjectForm({"title": title, "departement": departement}) if title and not siret else None
        card = company_card(codes.siret(siret)) if siret else None
        return page(request, "journeys/open.html", {"card": card, "siret": siret, "form": form, "title": title})
    if not siret:
        form = ProjectForm(request.POST)
        if not form.is_valid():
            return page(request, "journeys/open.html", {"form": form, "siret": "", "card": None}, status=400)
    journey = open_journey(siret=siret, project_title=title, departement=departement, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("journeys:journey", args=[journey.pk]))


@require_safe
def door(request: HttpRequest, siret: str) -> HttpResponse:
    """The door of an establishment: begin its journey, or go on with it. A fragment of its page, and a page of its own."""
    siret = codes.siret(siret)
    journey = Journey.objects.live().filter(siret=siret).first() if request.user.is_authenticated else None
    if journey is not None and not may_contribute(request.user, journey):
        journey = None
    context = {
        "siret": siret,
        "card": company_card(siret),
        "journey": journey,
        "step": next_step(read_home(journey, request.user, as_of=timezone.now())) if journey else None,
    }
    return page(request, "journeys/door.html", context, fragment="journey-door", status=200 if context["card"] else 404)


@require_safe
def questionnaire_page(request: HttpRequest) -> HttpResponse:
    """The questionnaire as published: statements, anchors, weights, provenance and names in other frameworks."""
    edition, lang = questionnaire(), language()
    axes = [
        {
            "id": axis.id,
            "title": axis.title[lang],
            "terms": [(name, axis.terms[key]) for key, name in FRAMEWORKS.items()],
            "statements": [
                {
                    "says": statement.says[lang],
                    "weight": statement.weight,
                    "effect": statement.effect,
                    "levels": [(level, words[lang]) for level, words in sorted(statement.levels.items())],
                    "evidence": statement.evidence[lang],
                }
                for statement in edition.of_axis(axis.id)
            ],
        }
        for axis in edition.axes
    ]
    context = {"edition": edition, "provenance": edition.provenance[lang], "axes": axes}
    return page(request, "journeys/questionnaire.html", context)


FRAMEWORKS = {"siri": "SIRI", "acatech": "acatech", "adma": "ADMA", "dmat": "DMAT"}


def _axes() -> list[str]:
    titles = {axis.id: axis.title[language()] for axis in questionnaire().axes}
    return [titles[axis] for axis in AXES]
