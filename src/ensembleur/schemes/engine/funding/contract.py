"""The stable JSON of a funding plan."""

from __future__ import annotations

from typing import Any

from ensembleur.logic.words import Words
from ensembleur.schemes.engine.amount import plain_euros
from ensembleur.schemes.engine.funding.binding import Bind
from ensembleur.schemes.engine.funding.compose import Funding, Side
from ensembleur.schemes.engine.funding.problem import ZERO
from ensembleur.schemes.engine.funding.reasons import reasons_of


def as_json(funding: Funding) -> dict[str, Any]:
    """Plain data: euros as numbers, days as text, sentences in French and English."""
    total = funding.certain.plan.total_eur
    return {
        "as_of": funding.request.as_of.isoformat(),
        "cost_eur": plain_euros(funding.cost_eur),
        "certain": side_json(funding, funding.certain),
        "possible": side_json(funding, funding.possible),
        "not_obtained_eur": plain_euros(funding.cost_eur - total),
        "what_binds": [bind_json(bind) for bind in funding.binds],
        "caps_met": [
            {"kind": cap.kind, "key": cap.key or None, "says": words_json(cap.says), "alone_eur": plain_euros(cap.alone_eur)}
            for cap in funding.caps
        ],
        "to_ask": [{"fact": ask.fact, "unlocks_eur": plain_euros(ask.eur), "schemes": list(ask.schemes)} for ask in funding.asks],
        "beside": [
            {
                "action": choice.action,
                "scheme": choice.scheme,
                "answer": choice.answer,
                "nature": choice.nature or None,
                "amount_eur": choice.verdict.amount.as_json() if choice.verdict.amount is not None else None,
            }
            for choice in funding.beside
        ],
    }


def side_json(funding: Funding, side: Side) -> dict[str, Any]:
    """One plan: its total, its proof, who pays what, and what one by one would give."""
    plan, received = side.plan, side.plan.by_action()
    reasons = reasons_of(side.problem, plan)
    titles = {choice.scheme: choice.verdict.title for choice in funding.choices}
    return {
        "total_eur": plain_euros(plan.total_eur),
        "is_proved": plan.is_proved,
        "bound_eur": plain_euros(plan.bound_eur),
        "gap_eur": plain_euros(plan.gap_eur),
        "fewest_files": plan.fewest_files,
        "greedy_total_eur": plain_euros(side.greedy.total_eur),
        "gain_over_greedy_eur": plain_euros(plan.total_eur - side.greedy.total_eur),
        "by_scheme": [
            {"scheme": scheme, "title": titles[scheme], "eur": plain_euros(plan.by_scheme()[scheme])} for scheme in plan.schemes()
        ],
        "by_action": [
            {
                "action": action.id,
                "title": action.title,
                "cost_eur": plain_euros(action.cost_eur),
                "granted_on": action.granted_on.isoformat(),
                "obtained_eur": plain_euros(received.get(action.id, ZERO)),
                "own_share_eur": plain_euros(action.cost_eur - received.get(action.id, ZERO)),
                "payments": [
                    {
                        "scheme": payment.scheme,
                        "eur": plain_euros(payment.eur),
                        "answer": funding.choice(action.id, payment.scheme).answer,
                        "why": words_json(reasons[payment.action, payment.scheme]),
                        "order_nothing_before_filing": funding.choice(action.id, payment.scheme).guard,
                    }
                    for payment in plan.of(action.id)
                ],
            }
            for action in side.problem.actions
        ],
    }


def bind_json(bind: Bind) -> dict[str, Any]:
    """One rule that keeps money away."""
    return {
        "kind": bind.kind,
        "key": bind.key or None,
        "eur": plain_euros(bind.eur),
        "says": words_json(bind.says),
        "alone_eur": plain_euros(bind.alone_eur),
        "is_proved": bind.proved,
    }


def words_json(words: Words) -> dict[str, str]:
    """A phrase in both languages."""
    return {"fr": words.fr, "en": words.in_("en")}
