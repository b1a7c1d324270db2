"""What the schemes say of a journey: live verdicts, who may pay an action, and the guard before filing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.errors import Refused
from ensembleur.journeys.catalogue.loader import measure
from ensembleur.journeys.models import Action, Application, Journey
from ensembleur.logic.conditions import leaves
from ensembleur.logic.facts import Fact, Facts
from ensembleur.schemes.engine.scheme import Scheme
from ensembleur.schemes.engine.verdict import Verdict, advise, verdict_of
from ensembleur.schemes.queries import facts, published
from ensembleur.sources import Evidence

MAY_PAY = ("yes", "unknown")
SHOWN_PER_ACTION = 3


@dataclass(frozen=True)
class Payer:
    """An aid that may pay an action. `guard` : nothing may be ordered before filing."""

    verdict: Verdict
    guard: bool


def facts_of(
    journey: Journey,
    *,
    as_of: date,
    user: Any = None,
    session_facts: Facts | None = None,
    application: Application | None = None,
) -> Facts:
    """What is known of the company as this person may see it, with what the application says of its project.

    A project without SIRET, or an establishment that left the register, has no fact but those just said.
    """
    known: dict[str, Fact] = {}
    if journey.siret:
        with contextlib.suppress(Refused):
            known.update(facts.facts_of(journey.siret, as_of=as_of, user=user, session_facts=session_facts))
    if application is not None and application.project_cost_eur is not None:
        known["project_cost_eur"] = _said(Decimal(application.project_cost_eur), as_of)
    if application is not None and application.project_started is not None:
        known["project_started"] = _said(application.project_started, as_of)
    return known


def verdicts_of(
    journey: Journey, *, as_of: date, user: Any = None, lang: str = "fr", session_facts: Facts | None = None
) -> list[Verdict]:
    """Every company scheme's verdict today, in the order of the answer lists."""
    known = facts_of(journey, as_of=as_of, user=user, session_facts=session_facts)
    return advise(published.company_schemes(), known, as_of=as_of, lang=lang)


def scheme_of(identifier: str) -> Scheme | None:
    """The published scheme of that identifier, None when there is none."""
    return published.published_scheme(identifier)


def verdict_for(
    application: Application, *, as_of: date, user: Any = None, lang: str = "fr", session_facts: Facts | None = None
) -> Verdict | None:
    """The verdict of the application's scheme with what it says of the project; None when the scheme left the catalogue."""
    scheme = scheme_of(application.scheme)
    if scheme is None:
        return None
    known = facts_of(application.journey, as_of=as_of, user=user, session_facts=session_facts, application=application)
    return verdict_of(scheme, known, as_of=as_of, lang=lang)


def _said(value: Any, as_of: date) -> Fact:
    return Fact(value, as_of=as_of, evidence=Evidence.DECLARED)


def open_axes(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The axes for which some aid is open and not refused."""
    return frozenset(topic for verdict in verdicts if verdict.answer in MAY_PAY for topic in verdict.scheme.topics)


def payers_of(action: Action, verdicts: Iterable[Verdict], count: int = SHOWN_PER_ACTION) -> tuple[Payer, ...]:
    """The aids that may pay an action: those its measure names; failing that, those of its families on its axis.

    The most specific first (those that serve the fewest subjects), then those that say yes, then the order given.
    """
    held = measure(action.measure)
    if held is None:
        return ()
    open_ones = [(order, verdict) for order, verdict in enumerate(verdicts) if verdict.answer in MAY_PAY]
    named = [row for row in open_ones if row[1].scheme.id in held.schemes]
    alike = [row for row in open_ones if action.axis in row[1].scheme.topics and row[1].scheme.family in held.families]
    found = sorted(named or alike, key=lambda row: (row[1].answer != "yes", len(row[1].scheme.topics), row[0]))
    return tuple(Payer(verdict, forbids_starting(verdict)) for _order, verdict in found[:count])


def forbids_starting(verdict: Verdict) -> bool:
    """Whether the rule refuses a project that has already started: nothing may be ordered before filing."""
    return verdict.version is not None and any(leaf.fact == "project_started" for leaf in leaves(verdict.version.conditions))
