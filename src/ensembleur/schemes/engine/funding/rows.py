"""The problem in whole cents: what each offer may pay, and the sums that must stay below a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from math import gcd
from typing import Literal

from ensembleur.schemes.engine.deminimis import cap_eur, counts
from ensembleur.schemes.engine.funding.problem import ALL, Action, Offer, Problem, Terms

RowKind = Literal["intensity", "ceiling", "envelope", "de_minimis"]


@dataclass(frozen=True)
class Span:
    """What an offer pays, in cents: nothing, or from `low` to `high`, a multiple of `unit`."""

    low: int
    high: int
    unit: int


@dataclass(frozen=True)
class Row:
    """The payments of these offers together stay at or below `limit` cents. `key` : the action, scheme, rank or day concerned."""

    kind: RowKind
    key: str
    members: tuple[int, ...]
    limit: int


@dataclass(frozen=True)
class Table:
    """The whole problem by rank of offer. `pairs` : offers that do not go together, whatever the reason.

    sides : (offers of a scheme, offers of another), when one of the two schemes at most pays anything in the plan.
    onces : offers of which one at most pays.   Both say again, in a form the solver reads faster, what some of the pairs say.
    """

    spans: tuple[Span, ...]
    rows: tuple[Row, ...]
    pairs: tuple[tuple[int, int], ...]
    sides: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    onces: tuple[tuple[int, ...], ...] = ()


def cents(eur: Decimal) -> int:
    """Whole cents, rounded down."""
    return int((eur * 100).to_integral_value(ROUND_DOWN))


def table_of(problem: Problem) -> Table:
    """The problem as integers. An offer that pays nothing has a span of zero."""
    actions = {action.id: action for action in problem.actions}
    spans = tuple(span_of(offer.terms, actions[offer.action]) for offer in problem.offers)
    rows = [*_intensities(problem), *_ceilings(problem), *_envelopes(problem)]
    if problem.cap_small_aids:
        rows += _small_aids(problem, actions)
    of = _live_by_scheme(problem, spans)
    everywhere = [exclusion.schemes for exclusion in problem.exclusions if exclusion.scope == "plan"]
    return Table(
        spans,
        tuple(_tight(row, spans) for row in rows),
        tuple(_pairs(problem, of)),
        tuple((of[one], of[two]) for one, two in everywhere if one != two and of.get(one) and of.get(two)),
        tuple(of[one] for one, two in everywhere if one == two and one in of),
    )


def span_of(terms: Terms, action: Action) -> Span:
    """What these terms may pay for this action alone."""
    unit = cents(terms.unit_eur)
    room = cents(action.cost_eur * min(action.max_intensity, ALL))
    due = due_eur(terms) * terms.given_share
    high = min(cents(due), room) // unit * unit
    if high <= 0:
        return Span(0, 0, unit)
    least = (terms.floor_eur if terms.rule == "rate" else terms.least_eur) or Decimal(0)
    low = high if terms.whole else -(-cents(least * terms.given_share) // unit) * unit
    return Span(max(unit, min(low, high)), high, unit)


def due_eur(terms: Terms) -> Decimal:
    """The most the aid pays for its action, before what the action itself may receive."""
    if terms.base_min_eur is not None and terms.rule in ("rate", "steps") and terms.base_eur < terms.base_min_eur:
        return Decimal(0)
    base = terms.base_eur if terms.base_max_eur is None else min(terms.base_eur, terms.base_max_eur)
    if terms.rule == "rate":
        due = base * terms.rate
        due = max(due, terms.floor_eur) if terms.floor_eur is not None and due > 0 else due
    elif terms.rule == "steps":
        due = max((eur for start, eur in terms.steps if start <= base), default=Decimal(0))
    else:
        due = terms.most_eur
    return due if terms.ceiling_eur is None else min(due, terms.ceiling_eur)


def scheme_limits(problem: Problem) -> dict[str, Decimal]:
    """The most each scheme pays over the plan: the highest limit among its offers; absent when one of them has none."""
    limits: dict[str, Decimal] = {}
    free = {offer.scheme for offer in problem.offers if offer.terms.limit_eur is None}
    for offer in problem.offers:
        if offer.scheme not in free and offer.terms.limit_eur is not None:
            given = offer.terms.limit_eur * offer.terms.given_share
            limits[offer.scheme] = max(limits.get(offer.scheme, given), given)
    return limits


def ranks(problem: Problem, keep: Callable[[Offer], bool]) -> tuple[int, ...]:
    """The ranks of the offers that pass."""
    return tuple(rank for rank, offer in enumerate(problem.offers) if keep(offer))


def _intensities(problem: Problem) -> Iterable[Row]:
    by_action: dict[str, list[int]] = defaultdict(list)
    for rank, offer in enumerate(problem.offers):
        by_action[offer.action].append(rank)
    for action in problem.actions:
        if action.id in by_action:
            limit = cents(action.cost_eur * min(action.max_intensity, ALL))
            yield Row("intensity", action.id, tuple(by_action[action.id]), limit)


def _ceilings(problem: Problem) -> Iterable[Row]:
    for scheme, limit in scheme_limits(problem).items():
        yield Row("ceiling", scheme, ranks(problem, lambda offer, scheme=scheme: offer.scheme == scheme), cents(limit))  # type: ignore[misc]


def _envelopes(problem: Problem) -> Iterable[Row]:
    for number, envelope in enumerate(problem.envelopes):
        members = ranks(problem, lambda offer, envelope=envelope: offer.scheme in envelope.schemes)  # type: ignore[misc]
        if members:
            yield Row("envelope", str(number), members, cents(envelope.remaining_eur))


def _small_aids(problem: Problem, actions: dict[str, Action]) -> Iterable[Row]:
    """One row a grant day: what was received and what the plan grants in the three years before must fit under the cap."""
    small = [(rank, actions[offer.action].granted_on) for rank, offer in enumerate(problem.offers) if offer.de_minimis]
    for day in sorted({granted for _rank, granted in small}):
        members = tuple(rank for rank, granted in small if counts(granted, day))
        yield Row("de_minimis", day.isoformat(), members, cents(small_aid_room_eur(problem, day)))


def small_aid_room_eur(problem: Problem, day: date) -> Decimal:
    """What past aids leave under the cap on that day."""
    received = sum((aid.eur for aid in problem.past_aids if counts(aid.on, day)), Decimal(0))
    return max(Decimal(0), cap_eur(day) - received)


def _tight(row: Row, spans: tuple[Span, ...]) -> Row:
    """The same row with the limit brought down to what sums of whole units can reach: the solver then finds whole units itself."""
    unit = gcd(*(spans[rank].unit for rank in row.members))
    return Row(row.kind, row.key, row.members, row.limit // unit * unit)


def _live_by_scheme(problem: Problem, spans: tuple[Span, ...]) -> dict[str, tuple[int, ...]]:
    """By scheme, the offers that pay something."""
    found: dict[str, list[int]] = defaultdict(list)
    for rank, offer in enumerate(problem.offers):
        if spans[rank].high:
            found[offer.scheme].append(rank)
    return {scheme: tuple(members) for scheme, members in found.items()}


def _pairs(problem: Problem, of: dict[str, tuple[int, ...]]) -> Iterable[tuple[int, int]]:
    found = set()
    for exclusion in problem.exclusions:
        one, two = exclusion.schemes
        for i in of.get(one, ()):
            for j in of.get(two, ()):
                if i != j and (exclusion.scope == "plan" or problem.offers[i].action == problem.offers[j].action):
                    found.add((min(i, j), max(i, j)))
    return sorted(found)
