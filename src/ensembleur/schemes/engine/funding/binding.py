"""What binds: every euro of cost that is not obtained gets the name of the rule that keeps it, and the sum is exact.

From the certain plan, rules are lifted one after the other, always in the same order; what each lifting brings is the share of
that rule. What is left when everything is lifted is what no rule pays, and what no aid covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from ensembleur.logic.sentences import show_money
from ensembleur.logic.words import Words
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.schemes.engine.deminimis import cap_eur
from ensembleur.schemes.engine.funding.problem import ALL, ZERO, Plan, Problem
from ensembleur.schemes.engine.funding.rows import Table, cents, scheme_limits, small_aid_room_eur, span_of, table_of
from ensembleur.schemes.engine.funding.solve import solve

BindKind = Literal["unknown", "exclusion", "de_minimis", "envelope", "ceiling", "intensity", "rate", "no_scheme"]
SECONDS = 1.0
KINDS: tuple[BindKind, ...] = ("exclusion", "de_minimis", "envelope", "ceiling", "intensity")  # lifted in that order


@dataclass(frozen=True)
class Bind:
    """A rule that keeps money away. `eur` : its share of what is not obtained; all the shares add up to it exactly.

    alone_eur : what the plan would gain if this rule alone were lifted, None when that is not asked of this kind.
    key : the scheme, or the schemes joined by "+"; empty when there is none.   proved : False when time ran out, the share
    is then the least it may be.
    """

    kind: BindKind
    key: str
    eur: Decimal
    says: Words
    alone_eur: Decimal | None = None
    proved: bool = True


@dataclass(frozen=True)
class Cap:
    """A rule a plan meets; `alone_eur` : what the plan would gain if that rule alone were lifted."""

    kind: BindKind
    key: str
    says: Words
    alone_eur: Decimal


@dataclass(frozen=True)
class Lift:
    """One rule that can be lifted: what it is, and the problem without it."""

    kind: BindKind
    key: str
    says: Words
    without: Problem


def binds_of(certain: Plan, problem: Problem, possible: Plan, *, seconds: float = SECONDS) -> tuple[Bind, ...]:
    """The shares, from the certain plan to the whole cost. `problem`, `possible` : with the offers that may hold, and their plan."""
    found = []
    if possible.total_eur > certain.total_eur:
        found.append(Bind("unknown", "", possible.total_eur - certain.total_eur, UNKNOWN))
    current, plan, reached = problem, possible, possible.total_eur
    for kind in KINDS:
        while (lift := next(_lifts(kind, current, plan), None)) is not None:
            current, plan, reached, bind = _lifted(lift, reached, plan, seconds)
            if bind.eur:
                alone = solve(_alone(lift, problem), seconds=seconds, few=False).total_eur - possible.total_eur
                found.append(replace(bind, alone_eur=max(ZERO, alone)))
        rest = _everything(kind, current)
        if rest is not None:
            current, plan, reached, bind = _lifted(rest, reached, plan, seconds)
            found += [bind] if bind.eur else []
    return (*found, *_never_paid(problem, reached))


def caps_of(problem: Problem, plan: Plan, *, seconds: float = SECONDS) -> tuple[Cap, ...]:
    """The caps and exclusions a plan meets, and what lifting each of them alone would bring; most money first."""
    met = [lift for kind in KINDS for lift in _lifts(kind, problem, plan)]
    found = []
    for lift in met:
        more = solve(lift.without, seconds=seconds, few=False).total_eur - plan.total_eur
        if more > 0:
            found.append(Cap(lift.kind, lift.key, lift.says, more))
    return tuple(sorted(found, key=lambda cap: (-cap.alone_eur, cap.kind, cap.key)))


def _lifted(lift: Lift, reached: Decimal, plan: Plan, seconds: float) -> tuple[Problem, Plan, Decimal, Bind]:
    """The problem without the rule, its plan, what it reaches (never less than before), and the share of the rule."""
    freer = solve(lift.without, seconds=seconds, few=False)
    if freer.total_eur < reached:
        freer = plan
    total = max(reached, freer.total_eur)
    return lift.without, freer, total, Bind(lift.kind, lift.key, total - reached, lift.says, proved=freer.is_proved)


def _alone(lift: Lift, problem: Problem) -> Problem:
    """The first problem with that rule alone lifted."""
    if lift.kind == "exclusion":
        return replace(problem, exclusions=tuple(one for one in problem.exclusions if "+".join(one.schemes) != lift.key))
    if lift.kind == "envelope":
        return replace(problem, envelopes=tuple(one for one in problem.envelopes if "+".join(one.schemes) != lift.key))
    if lift.kind == "ceiling":
        return without_ceiling(problem, (lift.key,))
    return _without_cap(problem) if lift.kind == "de_minimis" else _without_intensity(problem)


def without_ceiling(problem: Problem, schemes: Sequence[str]) -> Problem:
    """The same problem, these schemes paying without ceiling."""
    offers = tuple(replace(offer, terms=offer.terms.lifted()) if offer.scheme in schemes else offer for offer in problem.offers)
    return replace(problem, offers=offers)


def _without_cap(problem: Problem) -> Problem:
    return replace(problem, cap_small_aids=False)


def _without_intensity(problem: Problem) -> Problem:
    return replace(problem, actions=tuple(replace(action, max_intensity=ALL) for action in problem.actions))


# -- which rules hold the plan back --------------------------------------------------------------------------------------


def _lifts(kind: str, problem: Problem, plan: Plan) -> Iterator[Lift]:
    """The rules of that kind that touch the plan, in a fixed order."""
    table = table_of(problem)
    if kind == "exclusion":
        paid = set(plan.by_scheme())
        for exclusion in problem.exclusions:
            if paid & set(exclusion.schemes):
                key = "+".join(exclusion.schemes)
                left = tuple(one for one in problem.exclusions if one != exclusion)
                yield Lift("exclusion", key, _exclusion_words(problem, exclusion.schemes), replace(problem, exclusions=left))
    elif kind == "envelope":
        for place in _tight(table, plan, problem, "envelope"):
            envelope = problem.envelopes[place]
            others = problem.envelopes[:place] + problem.envelopes[place + 1 :]
            key = "+".join(envelope.schemes)
            says = _envelope_words(problem, envelope.schemes, envelope.remaining_eur)
            yield Lift("envelope", key, says, replace(problem, envelopes=others))
    elif kind == "ceiling":
        for scheme in _at_ceiling(table, plan, problem):
            yield Lift("ceiling", scheme, _ceiling_words(problem, scheme), without_ceiling(problem, (scheme,)))
    elif kind == "de_minimis" and problem.cap_small_aids and any(offer.de_minimis for offer in problem.offers):
        yield Lift("de_minimis", "", _cap_words(problem), _without_cap(problem))
    elif kind == "intensity" and any(action.max_intensity < ALL for action in problem.actions):
        yield Lift("intensity", "", _intensity_words(problem), _without_intensity(problem))


def _everything(kind: str, problem: Problem) -> Lift | None:
    """What is left of the rules of that kind, lifted together: they may hold only together. None when nothing is left."""
    if kind == "exclusion" and problem.exclusions:
        return Lift("exclusion", "", OTHER_EXCLUSIONS, replace(problem, exclusions=()))
    if kind == "envelope" and problem.envelopes:
        return Lift("envelope", "", OTHER_ENVELOPES, replace(problem, envelopes=()))
    if kind == "ceiling" and any(offer.terms != offer.terms.lifted() for offer in problem.offers):
        return Lift("ceiling", "", OTHER_CEILINGS, without_ceiling(problem, [offer.scheme for offer in problem.offers]))
    return None


def _tight(table: Table, plan: Plan, problem: Problem, kind: str) -> list[int]:
    """The ranks, among the rules of that kind, of those the plan fills."""
    paid = {(payment.action, payment.scheme): cents(payment.eur) for payment in plan.payments}
    amounts = [paid.get((offer.action, offer.scheme), 0) for offer in problem.offers]
    found = []
    for row in table.rows:
        used = sum(amounts[rank] for rank in row.members)
        if row.kind == kind and used + min(table.spans[rank].unit for rank in row.members) > row.limit:
            found.append(int(row.key))
    return found


def _at_ceiling(table: Table, plan: Plan, problem: Problem) -> list[str]:
    """The schemes that pay all they may, over the plan or for one action; most money first."""
    brought, limits = plan.by_scheme(), scheme_limits(problem)
    paid = {(payment.action, payment.scheme): cents(payment.eur) for payment in plan.payments}
    found = {scheme for scheme, eur in brought.items() if scheme in limits and eur + 1 > limits[scheme]}
    for offer, span in zip(problem.offers, table.spans, strict=True):
        here = paid.get((offer.action, offer.scheme), 0)
        if here and here == span.high and span_of(offer.terms.lifted(), problem.action(offer.action)).high > here:
            found.add(offer.scheme)
    lifted = {offer.scheme for offer in problem.offers if offer.terms == offer.terms.lifted()}
    return sorted(found - lifted, key=lambda scheme: (-brought[scheme], scheme))


def _never_paid(problem: Problem, reached: Decimal) -> Iterator[Bind]:
    """What is left once every rule is lifted: the company's own share, and the actions that no aid covers."""
    table = table_of(problem)
    covered = {offer.action for offer, span in zip(problem.offers, table.spans, strict=True) if span.high}
    bare = [action for action in problem.actions if action.id not in covered and action.cost_eur]
    alone = sum((action.cost_eur for action in bare), ZERO)
    share = problem.cost_eur - alone - reached
    if share:
        yield Bind("rate", "", share, RATE)
    if bare:
        names = [_quoted(action.title) for action in bare]
        fr, en = ", ".join(name.fr for name in names), ", ".join(name.en for name in names)
        yield Bind("no_scheme", "", alone, Words(f"Aucune aide ouverte à donner pour {fr}", f"No grant open for {en}"))


# -- in words ----------------------------------------------------------------------------------------------------------

UNKNOWN = Words("Éligibilité ou montant encore à confirmer", "Eligibility or amount still to be confirmed")
RATE = Words(
    "Ce qu'aucune règle ne paie : taux, barèmes et forfaits laissent une part à l'entreprise".replace(" :", NO_BREAK_SPACE + ":"),
    "What no rule pays: rates, scales and flat sums leave a share to the company",
)
OTHER_EXCLUSIONS = Words("Les autres aides qui ne se cumulent pas", "The other aids that cannot be combined")
OTHER_ENVELOPES = Words("Les autres enveloppes", "The other envelopes")
OTHER_CEILINGS = Words("Les autres plafonds, pris ensemble", "The other ceilings, taken together")


def _quoted(text: str) -> Words:
    return Words(f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}»", f"“{text}”")


def _names(problem: Problem, schemes: Sequence[str], lang: str) -> str:
    joint = " et " if lang == "fr" else " and "
    return joint.join(dict.fromkeys(problem.title(scheme).in_(lang) for scheme in schemes))


def _exclusion_words(problem: Problem, schemes: Sequence[str]) -> Words:
    fr, en = _names(problem, schemes, "fr"), _names(problem, schemes, "en")
    if len(set(schemes)) == 1:
        return Words(f"{fr} ne se demande qu'une fois", f"{en} may be asked once only")
    return Words(f"{fr} ne se cumulent pas", f"{en} cannot be combined")


def _envelope_words(problem: Problem, schemes: Sequence[str], remaining: Decimal) -> Words:
    fr, en = _names(problem, schemes, "fr"), _names(problem, schemes, "en")
    return Words(
        f"L'enveloppe de {fr}{NO_BREAK_SPACE}: il y reste {show_money(remaining)}",
        f"The envelope of {en}: {show_money(remaining, 'en')} left",
    )


def _ceiling_words(problem: Problem, scheme: str) -> Words:
    limit = scheme_limits(problem).get(scheme)
    given = {offer.terms.given_share for offer in problem.offers if offer.scheme == scheme}
    if limit is None:
        limits = [offer.terms.ceiling_eur for offer in problem.offers if offer.scheme == scheme and offer.terms.ceiling_eur]
        limit = max(limits, default=None)
    told = problem.title(scheme)
    if limit is None:
        return Words(f"Le plafond de {told.fr}", f"The ceiling of {told.in_('en')}")
    part = ("", "") if given == {ALL} else (", pour la part donnée", ", for the part given")
    return Words(
        f"Le plafond de {told.fr}{NO_BREAK_SPACE}: {show_money(limit)}{part[0]}",
        f"The ceiling of {told.in_('en')}: {show_money(limit, 'en')}{part[1]}",
    )


def _cap_words(problem: Problem) -> Words:
    day = max(action.granted_on for action in problem.actions)
    tightest = min((small_aid_room_eur(problem, action.granted_on) for action in problem.actions), default=ZERO)
    cap = cap_eur(day)
    return Words(
        f"Le plafond de minimis{NO_BREAK_SPACE}: {show_money(cap)} par groupe sur trois ans, il en restait au moins {show_money(tightest)}",
        f"The de minimis cap: {show_money(cap, 'en')} per group over three years, at least {show_money(tightest, 'en')} was left",
    )


def _intensity_words(problem: Problem) -> Words:
    names = [_quoted(action.title) for action in problem.actions if action.max_intensity < ALL]
    fr, en = ", ".join(name.fr for name in names), ", ".join(name.en for name in names)
    return Words(f"La part publique maximale de {fr}", f"The maximum public share of {en}")
