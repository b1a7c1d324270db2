"""How pages fetch what a person may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from ensembleur.journeys.models import Application, Journey
from ensembleur.journeys.permissions import may_contribute
from ensembleur.journeys.queries import funding
from ensembleur.logic.facts import Facts
from ensembleur.schemes.engine.verdict import Verdict
from ensembleur.schemes.views import session


def language() -> str:
    """The language of the page: "fr" or "en"."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def journey_of(request: HttpRequest, pk: int) -> Journey:
    """A journey this person may see, 404 otherwise: its existence is not told to others."""
    return get_object_or_404(Journey.objects.visible_to(request.user), pk=pk)


def own_journey(request: HttpRequest, pk: int) -> Journey:
    """A journey this person works on, as its company or its adviser; 404 otherwise."""
    journeys = Journey.objects.visible_to(request.user)
    journey = get_object_or_404(journeys, pk=pk)
    return journey if may_contribute(request.user, journey) else get_object_or_404(journeys.none())


def application_of(request: HttpRequest, pk: int) -> Application:
    """An application this person may see, 404 otherwise."""
    return get_object_or_404(Application.objects.visible_to(request.user).select_related("journey", "action"), pk=pk)


def said_in_session(request: HttpRequest, journey: Journey) -> Facts:
    """What the visitor answered about this establishment before having an account."""
    return session.facts_in(request, journey.siret) if journey.siret else {}


def verdicts(request: HttpRequest, journey: Journey) -> list[Verdict]:
    """Today's verdicts for this journey, in the language of the page."""
    return funding.verdicts_of(
        journey,
        as_of=timezone.localdate(),
        user=request.user,
        lang=language(),
        session_facts=said_in_session(request, journey),
    )


def crumbs(journey: Journey, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way back from a page of a journey."""
    return [(journey.title, reverse("journeys:journey", args=[journey.pk])), *more]
