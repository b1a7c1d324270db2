"""What is asked of the funding plan, and what it answers: plain frozen data, euros as Decimal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from ensembleur.logic.words import Words
from ensembleur.money import CENT

ZERO = Decimal(0)
ALL = Decimal(1)


@dataclass(frozen=True)
class Action:
    """Something the company pays for. `granted_on` : the day its aids would be granted; `max_intensity` : most public share of it."""

    id: str
    title: str
    cost_eur: Decimal
    granted_on: date
    max_intensity: Decimal = ALL


@dataclass(frozen=True)
class Terms:
    """How much one aid may pay for one action, every number already resolved.

    rule : "rate" (share of the spending counted), "steps", "flat", or "range" (up to `most_eur`).
    base_eur : spending counted, nothing below `base_min_eur`, no more than `base_max_eur`.
    floor_eur : an amount due is raised to it, and none smaller is paid.   ceiling_eur : the most for one action.
    limit_eur : the most the aid pays over the whole plan.   least_eur, most_eur : the ends of a range, or the flat sum.
    whole : all or nothing (a flat sum and a step are not cut).   given_share : the part of it that is not paid back.
    unit_eur : amounts are rounded down to a multiple of it.
    """

    rule: Literal["rate", "steps", "flat", "range"]
    base_eur: Decimal = ZERO
    rate: Decimal = ZERO
    base_min_eur: Decimal | None = None
    base_max_eur: Decimal | None = None
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    floor_eur: Decimal | None = None
    ceiling_eur: Decimal | None = None
    least_eur: Decimal = ZERO
    most_eur: Decimal = ZERO
    limit_eur: Decimal | None = None
    whole: bool = False
    given_share: Decimal = ALL
    unit_eur: Decimal = CENT

    def lifted(self) -> Terms:
        """The same without any ceiling, for one action and for the plan."""
        return replace(self, base_max_eur=None, ceiling_eur=None, limit_eur=None, whole=False)


@dataclass(frozen=True)
class Offer:
    """One aid for one action. `nature` : grant, in_kind, tax_credit or mixed (only its given part is counted)."""

    action: str
    scheme: str
    terms: Terms
    nature: str = "grant"
    de_minimis: bool = False


@dataclass(frozen=True)
class Envelope:
    """Money left for these schemes together."""

    schemes: tuple[str, ...]
    remaining_eur: Decimal


@dataclass(frozen=True)
class Exclusion:
    """These two aids do not go together: on one action, or anywhere in the plan."""

    schemes: tuple[str, str]
    scope: Literal["action", "plan"] = "action"


@dataclass(frozen=True)
class PastAid:
    """An aid already granted that counts under the de minimis cap."""

    on: date
    eur: Decimal


@dataclass(frozen=True)
class Problem:
    """Everything a plan must respect. `cap_small_aids` False forgets the de minimis cap; `titles` : names of the schemes."""

    actions: tuple[Action, ...]
    offers: tuple[Offer, ...]
    envelopes: tuple[Envelope, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    past_aids: tuple[PastAid, ...] = ()
    titles: Mapping[str, Words] = field(default_factory=dict)
    cap_small_aids: bool = True

    @property
    def cost_eur(self) -> Decimal:
        """What every action costs together."""
        return sum((action.cost_eur for action in self.actions), ZERO)

    def action(self, identifier: str) -> Action:
        """The action of that identifier."""
        return next(action for action in self.actions if action.id == identifier)

    def title(self, scheme: str) -> Words:
        """The name of a scheme, its identifier when it has none."""
        return self.titles.get(scheme) or Words(scheme, scheme)


@dataclass(frozen=True)
class Payment:
    """What one aid pays for one action."""

    action: str
    scheme: str
    eur: Decimal


@dataclass(frozen=True)
class Plan:
    """Who pays what. `bound_eur` : no plan brings more than that, proved; equal to the total when the plan is the best one.

    fewest_files : among the plans that bring as much, none asks fewer schemes, proved.   method : "exact" or "greedy".
    """

    payments: tuple[Payment, ...] = ()
    bound_eur: Decimal | None = None
    fewest_files: bool = False
    method: Literal["exact", "greedy"] = "exact"

    @property
    def total_eur(self) -> Decimal:
        """What the plan brings."""
        return sum((payment.eur for payment in self.payments), ZERO)

    @property
    def is_proved(self) -> bool:
        """Whether no plan brings one cent more."""
        return self.bound_eur is not None and self.bound_eur <= self.total_eur

    @property
    def gap_eur(self) -> Decimal | None:
        """How far the proved bound stands above the plan; None when nothing was proved."""
        return None if self.bound_eur is None else max(ZERO, self.bound_eur - self.total_eur)

    def schemes(self) -> tuple[str, ...]:
        """The schemes asked, most money first."""
        brought = self.by_scheme()
        return tuple(sorted(brought, key=lambda scheme: (-brought[scheme], scheme)))

    def by_scheme(self) -> dict[str, Decimal]:
        """What each scheme brings."""
        return _summed((payment.scheme, payment.eur) for payment in self.payments)

    def by_action(self) -> dict[str, Decimal]:
        """What each action receives; an action that receives nothing is absent."""
        return _summed((payment.action, payment.eur) for payment in self.payments)

    def of(self, action: str) -> tuple[Payment, ...]:
        """Who pays this action, most money first."""
        found = [payment for payment in self.payments if payment.action == action]
        return tuple(sorted(found, key=lambda payment: (-payment.eur, payment.scheme)))


def _summed(rows: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for key, eur in rows:
        total[key] = total.get(key, ZERO) + eur
    return total
