"""Why an aid pays that much for an action, in one phrase."""

from __future__ import annotations

from decimal import Decimal

from ensembleur.logic.sentences import show_money, show_number
from ensembleur.logic.words import Words
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.schemes.engine.funding.problem import ALL, Action, Payment, Plan, Problem, Terms
from ensembleur.schemes.engine.funding.rows import Row, cents, due_eur, table_of

LEFT = {
    "ceiling": Words("ce qui reste sous le plafond de l'aide", "what is left under the aid's ceiling"),
    "envelope": Words("ce qui reste de l'enveloppe", "what is left of the envelope"),
    "de_minimis": Words("ce qui reste sous le plafond de minimis", "what is left under the de minimis cap"),
}


def reasons_of(problem: Problem, plan: Plan) -> dict[tuple[str, str], Words]:
    """By (action, scheme), why the payment is what it is: the rule's own formula, or the limit it meets."""
    table = table_of(problem)
    paid = {(payment.action, payment.scheme): cents(payment.eur) for payment in plan.payments}
    amounts = [paid.get((offer.action, offer.scheme), 0) for offer in problem.offers]
    found = {}
    for rank, offer in enumerate(problem.offers):
        if not amounts[rank]:
            continue
        span, action = table.spans[rank], problem.action(offer.action)
        full = [row for row in table.rows if rank in row.members and _is_full(row, amounts, span.unit)]
        payment = Payment(offer.action, offer.scheme, Decimal(amounts[rank]) / 100)
        own = cents(due_eur(offer.terms) * offer.terms.given_share) // span.unit * span.unit
        if amounts[rank] == own:
            found[payment.action, payment.scheme] = formula(offer.terms)
        else:
            found[payment.action, payment.scheme] = _met(full, action)
    return found


def _is_full(row: Row, amounts: list[int], unit: int) -> bool:
    return sum(amounts[rank] for rank in row.members) + unit > row.limit


def _met(full: list[Row], action: Action) -> Words:
    for row in full:
        if row.kind in LEFT:
            return LEFT[row.kind]
    if action.max_intensity < ALL:
        fr, en = percent(action.max_intensity, "fr"), percent(action.max_intensity, "en")
        return Words(f"le complément jusqu'à {fr} d'aides publiques", f"the rest up to {en} of public money")
    if full:
        return Words("le complément jusqu'au coût de l'action", "the rest up to the cost of the action")
    return Words("ce que les autres aides laissent à payer", "what the other aids leave to be paid")


def formula(terms: Terms) -> Words:
    """« 50 % de 80 000 € », « plafond de 250 000 € », « forfait de 5 000 € »."""
    due = due_eur(terms)
    if terms.given_share < ALL:
        part = Words(f"{percent(terms.given_share, 'fr')} donnés de", f"{percent(terms.given_share, 'en')} given of")
        return Words(f"{part.fr} {show_money(due)}", f"{part.en} {show_money(due, 'en')}")
    if terms.rule == "rate":
        base = terms.base_eur if terms.base_max_eur is None else min(terms.base_eur, terms.base_max_eur)
        if due < base * terms.rate:
            return Words(f"plafond de {show_money(due)}", f"ceiling of {show_money(due, 'en')}")
        if due > base * terms.rate:
            return Words(f"minimum de {show_money(due)}", f"minimum of {show_money(due, 'en')}")
        return Words(
            f"{percent(terms.rate, 'fr')} de {show_money(base)}",
            f"{percent(terms.rate, 'en')} of {show_money(base, 'en')}",
        )
    if terms.rule == "steps":
        return Words(f"palier de {show_money(due)}", f"step of {show_money(due, 'en')}")
    if terms.rule == "flat":
        return Words(f"forfait de {show_money(due)}", f"flat {show_money(due, 'en')}")
    return Words(f"jusqu'à {show_money(due)}, selon le dossier", f"up to {show_money(due, 'en')}, case by case")


def percent(share: Decimal, lang: str) -> str:
    """« 50 % », "50%"."""
    return f"{show_number(share * 100, lang)}{NO_BREAK_SPACE if lang == 'fr' else ''}%"
