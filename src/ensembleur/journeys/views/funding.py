"""The composed funding of a plan: who pays what, what binds, what to answer, and the first file to prepare."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.journeys.models import Action, Journey
from ensembleur.journeys.queries.funding_plan import SECONDS, actions_to_fund, funding_of
from ensembleur.journeys.views.fetch import crumbs, language, own_journey, said_in_session
from ensembleur.journeys.views.sheets import sheet
from ensembleur.schemes.engine.funding.compose import Ask, Funding, Side
from ensembleur.schemes.engine.funding.offers import Choice
from ensembleur.schemes.engine.funding.problem import ZERO, Payment
from ensembleur.schemes.engine.funding.reasons import reasons_of
from ensembleur.schemes.engine.telling import STATE_TEXTS, TO_CONFIRM
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.web.pages import page

QUESTIONS = 3


@login_required
@require_safe
def funding(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan's money: certain, possible, by action and by scheme."""
    journey = own_journey(request, pk)
    actions = actions_to_fund(journey)
    if not actions:
        return redirect("journeys:plan", journey.pk)
    found = _composed(request, journey, actions)
    plan_url = reverse("journeys:plan", args=[journey.pk])
    context: dict[str, Any] = {
        "journey": journey,
        "crumbs": crumbs(journey, (_("Plan d'actions"), plan_url), (_("Financement"), "")),
        "without_cost": [action for action in actions if not action.cost_eur],
        "funding": found,
    }
    if found is not None:
        context |= _told(journey, found)
    return page(request, "journeys/funding.html", context)


@login_required
@require_safe
def funding_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same plan as a file: one line a payment, and what is left to the company."""
    journey = own_journey(request, pk)
    found = _composed(request, journey, actions_to_fund(journey))
    if found is None:
        raise Http404
    heads = (_("Plan"), _("Action"), _("Coût"), _("Accordée le"), _("Aide"), _("Montant"), _("Pourquoi ce montant"))
    return sheet(
        "financement.csv", heads, [*_lines(found, found.certain, _("certain")), *_lines(found, found.possible, _("possible"))]
    )


def _composed(request: HttpRequest, journey: Journey, actions: list[Action]) -> Funding | None:
    return funding_of(
        journey,
        actions,
        as_of=timezone.localdate(),
        user=request.user,
        lang=language(),
        session_facts=said_in_session(request, journey),
    )


def _told(journey: Journey, found: Funding) -> dict[str, Any]:
    """What the template shows of a composed plan."""
    lang = language()
    certain, possible = found.certain.plan, found.possible.plan
    more = possible.total_eur - certain.total_eur
    shown = found.certain if certain.payments else found.possible
    first = _first(shown)
    compared = shown if _gain(shown) else found.possible
    return {
        "cost_eur": found.cost_eur,
        "certain_eur": certain.total_eur,
        "possible_eur": possible.total_eur,
        "own_eur": found.cost_eur - certain.total_eur,
        "sides": [
            {"key": key, "total_eur": side.plan.total_eur, "rows": _rows(found, side), "schemes": _by_scheme(side), "side": side}
            for key, side in (("certain", found.certain), ("possible", found.possible))
            if side.plan.payments and not (key == "possible" and not more)
        ],
        "is_proved": certain.is_proved and possible.is_proved,
        "seconds": int(SECONDS),
        "bound_eur": possible.bound_eur,
        "compared": "certain" if compared is found.certain else "possible",
        "greedy_eur": compared.greedy.total_eur,
        "shown_eur": compared.plan.total_eur,
        "gain_eur": _gain(compared),
        "binds": [(bind.eur, bind.says.in_(lang), bind.alone_eur) for bind in found.binds],
        "missing_eur": found.shares_eur,
        "caps": [(cap.says.in_(lang), cap.alone_eur) for cap in found.caps],
        "questions": [_question(journey, ask) for ask in found.asks[:QUESTIONS]],
        "beside": sorted({(choice.verdict.title, choice.verdict.headline, choice.scheme) for choice in found.beside}),
        "first": first,
        "first_title": found.choice(first.action, first.scheme).verdict.title if first is not None else "",
        "guard": any(found.choice(payment.action, payment.scheme).guard for payment in shown.plan.payments),
    }


def _gain(side: Side) -> Decimal:
    """What composing brings more than asking each time for the biggest aid."""
    return side.plan.total_eur - side.greedy.total_eur


def _first(side: Side) -> Payment | None:
    """The file to prepare first: the action granted soonest, its biggest aid."""
    days = {action.id: action.granted_on for action in side.problem.actions}
    return min(side.plan.payments, key=lambda payment: (days[payment.action], -payment.eur, payment.scheme), default=None)


def _rows(found: Funding, side: Side) -> list[dict[str, Any]]:
    lang, received, reasons = language(), side.plan.by_action(), reasons_of(side.problem, side.plan)
    return [
        {
            "pk": int(action.id),
            "title": action.title,
            "cost_eur": action.cost_eur,
            "granted_on": action.granted_on,
            "own_eur": action.cost_eur - received.get(action.id, ZERO),
            "payments": [
                {
                    "choice": found.choice(action.id, payment.scheme),
                    "state": _state(found.choice(action.id, payment.scheme), lang),
                    "eur": payment.eur,
                    "why": reasons[payment.action, payment.scheme].in_(lang),
                }
                for payment in side.plan.of(action.id)
            ],
        }
        for action in side.problem.actions
    ]


def _state(choice: Choice, lang: str) -> tuple[str, str]:
    """The mark of an aid in a plan: a verdict that says yes is still to be confirmed when the plan cannot count on it."""
    verdict = choice.verdict
    if choice.answer == "yes" or verdict.answer == "unknown":
        return verdict.state, verdict.state_text
    return "unknown", (TO_CONFIRM if choice.to_confirm else STATE_TEXTS["unknown"]).in_(lang)


def _by_scheme(side: Side) -> list[tuple[str, str, Any, int]]:
    """(identifier, name, euros, number of actions) of each scheme asked, most money first."""
    lang, brought = language(), side.plan.by_scheme()
    return [
        (scheme, side.problem.title(scheme).in_(lang), brought[scheme], sum(one.scheme == scheme for one in side.plan.payments))
        for scheme in side.plan.schemes()
    ]


def _question(journey: Journey, ask: Ask) -> dict[str, Any]:
    key = VOCABULARY[ask.fact]
    address = f"{reverse('schemes:question', args=[journey.siret])}?cle={ask.fact}" if journey.siret else ""
    return {"text": key.question.in_(language()), "eur": ask.eur, "url": address}


def _lines(found: Funding, side: Side, word: str) -> Iterator[tuple[Any, ...]]:
    for row in _rows(found, side):
        shared = (word, row["title"], row["cost_eur"], row["granted_on"].isoformat())
        for payment in row["payments"]:
            yield (*shared, payment["choice"].verdict.title, payment["eur"], payment["why"])
        yield (*shared, _("À la charge de l'entreprise"), row["own_eur"], "")
