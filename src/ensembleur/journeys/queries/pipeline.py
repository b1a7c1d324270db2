"""Applications by family of aids: where they stand, how long they wait, what was granted, agreed and paid, refusals kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from ensembleur.journeys.choices import ApplicationStatus, ClosingReason, Outcome
from ensembleur.journeys.engine.delays import TOO_FEW, quartiles
from ensembleur.journeys.models import Application
from ensembleur.money import CENT
from ensembleur.periods import paris_day

WAITING = (ApplicationStatus.FILED, ApplicationStatus.COMPLETE)  # an answer is owed to the company
GIVEN_UP = (ClosingReason.WITHDRAWN, ClosingReason.NO_NEWS)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Oldest:
    """The application that has waited longest for a decision."""

    pk: int
    title: str
    days: int


@dataclass(frozen=True)
class Flow:
    """The applications to one scheme, as handed in. Amounts are euros; each sum says on how many applications it rests.

    statuses : status → how many.   refused : unfavourable decisions, closed since or not.
    cost_eur : declared cost of the projects; a rule, not the company, turns it into an amount.
    granted_eur : favourable decisions not given up since.   agreed_eur : among them, signed agreements.   paid_eur : payments.
    companies : different SIRENs with a signed agreement.   median_days : age of those waiting, None below TOO_FEW.
    """

    scheme: str
    count: int
    statuses: Mapping[str, int]
    refused: int
    cost_eur: Decimal
    costed: int
    granted_eur: Decimal
    granted: int
    agreed_eur: Decimal
    agreed: int
    paid_eur: Decimal
    companies: int
    waiting: int
    median_days: float | None
    oldest: Oldest | None


def flows_of(user: Any, schemes: Iterable[str], *, as_of: date) -> dict[str, Flow]:
    """Scheme → its applications in the places this officer instructs; schemes without any are absent. Two queries at most."""
    held = Application.objects.instructed_by(user).filter(scheme__in=[*schemes], filed_at__isnull=False)
    rows: dict[str, list[Application]] = defaultdict(list)
    for one in held.select_related("journey").annotate(paid_eur=Sum("payments__amount_eur")).order_by("filed_at", "pk"):
        if one.filed_at is not None and paris_day(one.filed_at) <= as_of:
            rows[one.scheme].append(one)
    return {scheme: _flow(scheme, applications, as_of) for scheme, applications in rows.items()}


def _flow(scheme: str, rows: list[Application], as_of: date) -> Flow:
    costs = [one.project_cost_eur for one in rows if one.project_cost_eur is not None]
    kept = [one for one in rows if one.outcome == Outcome.FAVOURABLE and one.closing_reason not in GIVEN_UP]
    granted = [one.granted_eur for one in kept if one.granted_eur is not None]
    signed = [one for one in kept if one.agreed_on is not None]
    waiting = [(one, (as_of - paris_day(one.filed_at)).days) for one in rows if one.status in WAITING and one.filed_at]
    ages = sorted(days for _one, days in waiting)
    return Flow(
        scheme=scheme,
        count=len(rows),
        statuses=Counter(one.status for one in rows),
        refused=sum(one.outcome == Outcome.UNFAVOURABLE for one in rows),
        cost_eur=sum(costs, NOTHING),
        costed=len(costs),
        granted_eur=sum(granted, NOTHING),
        granted=len(granted),
        agreed_eur=sum((one.granted_eur or NOTHING for one in signed), NOTHING),
        agreed=len(signed),
        paid_eur=sum((one.paid_eur or NOTHING for one in rows), NOTHING).quantize(CENT),  # type: ignore[attr-defined]
        companies=len({one.journey.siren for one in signed if one.journey.siren}),
        waiting=len(waiting),
        median_days=quartiles(ages)[1] if len(ages) >= TOO_FEW else None,
        oldest=Oldest(waiting[0][0].pk, waiting[0][0].journey.title, waiting[0][1]) if waiting else None,
    )
