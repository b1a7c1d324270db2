"""The money of a journey's plan: its costed actions, what is known of the company, and who could pay what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur import money
from ensembleur.journeys.choices import ActionStatus
from ensembleur.journeys.models import Action, Journey, Plan
from ensembleur.journeys.queries import funding
from ensembleur.logic.facts import Fact, Facts
from ensembleur.schemes.engine.deminimis import COUNTED
from ensembleur.schemes.engine.funding.compose import Funding, compose
from ensembleur.schemes.engine.funding.offers import Request, Wish
from ensembleur.schemes.engine.funding.problem import Action as Costed
from ensembleur.schemes.engine.funding.problem import PastAid
from ensembleur.schemes.engine.verdict import Verdict
from ensembleur.schemes.queries import published
from ensembleur.sources import Evidence, Source

NOT_BEGUN = (ActionStatus.PROPOSED, ActionStatus.PLANNED)
EVERY_PAYER = 100
SECONDS = 2.0  # a page waits no longer for each search; what is not proved by then is said


def actions_to_fund(journey: Journey) -> list[Action]:
    """The actions of the last plan that are not begun, costed or not, in order."""
    plan = Plan.objects.filter(journey=journey).first()
    return list(plan.actions.filter(status__in=NOT_BEGUN).order_by("position")) if plan is not None else []


def funding_of(
    journey: Journey,
    actions: Iterable[Action],
    *,
    as_of: date,
    user: Any = None,
    lang: str = "fr",
    session_facts: Facts | None = None,
    seconds: float = SECONDS,
) -> Funding | None:
    """The composed plan of the actions that have a cost; None when none has.

    Each action is only offered the aids its measure names, as on the plan's own page. Its aids are granted on the day it
    starts at the earliest, since most aids refuse what has begun.
    """
    costed = [action for action in actions if action.cost_eur]
    if not costed:
        return None
    known = funding.facts_of(journey, as_of=as_of, user=user, session_facts=session_facts)
    verdicts = funding.verdicts_of(journey, as_of=as_of, user=user, lang=lang, session_facts=session_facts)
    request = Request(
        as_of=as_of,
        wishes=tuple(_wish(action, verdicts, as_of, lang) for action in costed),
        facts=known,
        past_aids=past_aids_of(known, as_of=as_of),
    )
    return compose(request, published.company_schemes(), lang=lang, seconds=seconds)


def past_aids_of(known: Facts, *, as_of: date) -> tuple[PastAid, ...] | None:
    """The de minimis aids the company declared; None when it said nothing, which is not none."""
    fact = known.get("past_aids")
    if fact is None:
        return None
    return tuple(_past_aid(aid) for aid in fact.value if str(aid.get("regime") or "") in COUNTED and _day(aid["on"]) <= as_of)


def _past_aid(aid: Mapping[str, Any]) -> PastAid:
    return PastAid(_day(aid["on"]), money.euros(aid["eur"]))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _wish(action: Action, verdicts: Iterable[Verdict], as_of: date, lang: str) -> Wish:
    title = action.words["title"]
    payers = funding.payers_of(action, verdicts, count=EVERY_PAYER)
    source = Source(title="Avancement de l'action dans le plan", note_en="Progress of the action in the plan", as_of=as_of)
    return Wish(
        Costed(str(action.pk), title.get(lang) or title["fr"], Decimal(action.cost_eur or 0), max(as_of, action.starts_on)),
        facts={"project_started": Fact(False, as_of, source, Evidence.DECLARED)},
        schemes=tuple(payer.verdict.scheme.id for payer in payers),
    )
