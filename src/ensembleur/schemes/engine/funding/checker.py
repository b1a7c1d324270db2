"""What is wrong with a plan, found without the solver nor the table it works on: straight from the terms and the dates."""

from __future__ import annotations

from decimal import Decimal

from ensembleur.money import show_euros
from ensembleur.schemes.engine.deminimis import cap_eur, counts
from ensembleur.schemes.engine.funding.problem import Action, Offer, Payment, Plan, Problem, Terms


def faults(problem: Problem, plan: Plan) -> list[str]:
    """One French sentence per rule broken, none when the plan may be carried out as it is."""
    offers = {(offer.action, offer.scheme): offer for offer in problem.offers}
    actions = {action.id: action for action in problem.actions}
    found = []
    seen: set[tuple[str, str]] = set()
    for payment in plan.payments:
        key = (payment.action, payment.scheme)
        at = f"{payment.scheme} → {payment.action}"
        if key in seen:
            found.append(f"{at} : payé deux fois")
        seen.add(key)
        if key not in offers:
            found.append(f"{at} : cette aide n'est pas offerte à cette action")
        else:
            found += [f"{at} : {says}" for says in _payment_faults(payment, offers[key], actions[payment.action])]
    if not found:
        found = _action_faults(problem, plan) + _scheme_faults(problem, plan) + _exclusions(problem, plan)
        found += _small_aids(problem, plan, offers, actions)
    return found


def _payment_faults(payment: Payment, offer: Offer, action: Action) -> list[str]:
    found = []
    most, least = _bounds(offer.terms, action)
    if payment.eur <= 0:
        found.append("un paiement est au moins d'un centime")
    if payment.eur % offer.terms.unit_eur:
        found.append(f"{payment.eur} € n'est pas arrondi comme la règle le demande")
    if payment.eur > most:
        found.append(f"{show_euros(payment.eur)} dépasse {show_euros(most)}, le plus que la règle paie")
    if payment.eur < least:
        found.append(f"{show_euros(payment.eur)} est sous le minimum de la règle, {show_euros(least)}")
    return found


def _bounds(terms: Terms, action: Action) -> tuple[Decimal, Decimal]:
    """The most and the least this aid pays for this action when it pays something."""
    spent = terms.base_eur
    if terms.base_max_eur is not None and spent > terms.base_max_eur:
        spent = terms.base_max_eur
    below = terms.base_min_eur is not None and terms.base_eur < terms.base_min_eur
    if terms.rule == "rate":
        most, least = spent * terms.rate, terms.floor_eur or Decimal(0)
        most = max(most, least) if most else most
    elif terms.rule == "steps":
        most, least = Decimal(0), Decimal(0)
        for start, eur in terms.steps:
            if spent >= start:
                most = eur
    else:
        most, least, below = terms.most_eur, terms.least_eur, False
    if below:
        most = Decimal(0)
    if terms.ceiling_eur is not None:
        most = min(most, terms.ceiling_eur)
    most = min(most * terms.given_share, action.cost_eur * action.max_intensity, action.cost_eur)
    most = most // terms.unit_eur * terms.unit_eur
    return most, most if terms.whole else min(most, least * terms.given_share)


def _action_faults(problem: Problem, plan: Plan) -> list[str]:
    found = []
    received = plan.by_action()
    for action in problem.actions:
        most = action.cost_eur * min(action.max_intensity, Decimal(1))
        if received.get(action.id, Decimal(0)) > most:
            found.append(f"{action.id} : {show_euros(received[action.id])} d'aides publiques, au plus {show_euros(most)} permis")
    return found


def _scheme_faults(problem: Problem, plan: Plan) -> list[str]:
    found = []
    brought = plan.by_scheme()
    for scheme, eur in brought.items():
        limits = [
            None if offer.terms.limit_eur is None else offer.terms.limit_eur * offer.terms.given_share
            for offer in problem.offers
            if offer.scheme == scheme
        ]
        if None not in limits and eur > max(limit for limit in limits if limit is not None):
            found.append(f"{scheme} : {show_euros(eur)} dépasse le plafond du dispositif sur l'ensemble du plan")
    for envelope in problem.envelopes:
        eur = sum((brought.get(scheme, Decimal(0)) for scheme in set(envelope.schemes)), Decimal(0))
        if eur > envelope.remaining_eur:
            names = ", ".join(envelope.schemes)
            found.append(f"{names} : {show_euros(eur)} dépasse l'enveloppe de {show_euros(envelope.remaining_eur)}")
    return found


def _exclusions(problem: Problem, plan: Plan) -> list[str]:
    found = []
    for exclusion in problem.exclusions:
        one, two = exclusion.schemes
        for first in plan.payments:
            for second in plan.payments:
                if first is second or (first.scheme, second.scheme) != (one, two):
                    continue
                if exclusion.scope == "plan" or first.action == second.action:
                    found.append(f"{one} et {two} ne se cumulent pas ({first.action}, {second.action})")
    return found


def _small_aids(problem: Problem, plan: Plan, offers: dict[tuple[str, str], Offer], actions: dict[str, Action]) -> list[str]:
    """At each grant day, everything received in the three years before, that day included, fits under the cap of that day."""
    if not problem.cap_small_aids:
        return []
    granted = [
        (actions[payment.action].granted_on, payment.eur)
        for payment in plan.payments
        if offers[payment.action, payment.scheme].de_minimis
    ]
    found = []
    for day in sorted({on for on, _eur in granted}):
        new = sum((eur for on, eur in granted if counts(on, day)), Decimal(0))
        old = sum((aid.eur for aid in problem.past_aids if counts(aid.on, day)), Decimal(0))
        if new + old > cap_eur(day):
            found.append(
                f"de minimis : {show_euros(new + old)} reçus sur trois ans le {day:%d/%m/%Y}, {show_euros(cap_eur(day))} au plus"
            )
    return found
