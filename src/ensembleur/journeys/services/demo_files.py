"""One fictional application led up to a stage, through the same services as a real one."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import ApplicationStatus, ClosingReason, DocumentKind, Outcome, PaymentKind
from ensembleur.journeys.models import Application, Journey
from ensembleur.journeys.queries.funding import MAY_PAY, verdict_for, verdicts_of
from ensembleur.journeys.services.applying import describe_project, draft_application, file_application
from ensembleur.journeys.services.instructing import agree, close, decide_application, mark_complete, record_payment, refuse
from ensembleur.journeys.services.papers import add_document, post_message
from ensembleur.periods import paris_day

# The acts that lead to each stage, in order.
ROADS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "filed": ("file",),
    "complete": ("file", "complete"),
    "decided": ("file", "complete", "decide"),
    "agreed": ("file", "complete", "decide", "agree"),
    "paying": ("file", "complete", "decide", "agree", "advance"),
    "closed_paid": ("file", "complete", "decide", "agree", "advance", "balance", "close"),
    "refused": ("file", "complete", "reject", "refuse"),
    "closed_refused": ("file", "complete", "reject", "refuse", "close"),
    "closed_no_news": ("file", "close"),
    "closed_withdrawn": ("file", "withdraw"),
}
REASONS = {"closed_paid": ClosingReason.PAID, "closed_refused": ClosingReason.REFUSED, "closed_no_news": ClosingReason.NO_NEWS}
FAMILIES = ("grant", "diagnosis", "loan", "advance", "support", "training")
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CUT_OFF = Decimal(60)


def run_file(
    *,
    journey: Journey,
    stage: str,
    director: User,
    officer: User,
    words: Mapping[str, Any],
    chance: random.Random,
    start: datetime,
    now: datetime,
    adviser: User | None = None,
    only: str = "",
) -> Application | None:
    """Lead an application to `stage`; None when no aid of the catalogue was open to the company on that day.

    only : this scheme and no other.
    """
    road, days = ROADS[stage], [start]
    pace = (now - start) / (len(road) + 1)
    for _act in road:
        days.append(min(now, days[-1] + max(pace * chance.uniform(0.6, 0.95), timedelta(hours=1))))
    cost = Decimal(chance.randrange(20, 400) * 1000)
    scheme = _payable(journey, director, cost, days[:2], chance, only)
    if scheme is None:
        return None
    application = draft_application(journey=journey, scheme=scheme, by=director, now=start)
    application = describe_project(
        application=application,
        by=director,
        now=start,
        project=words["project_words"],
        project_cost_eur=cost,
        project_started=False,
    )
    for kind in chance.sample([DocumentKind.PROJECT, DocumentKind.QUOTE, DocumentKind.ACCOUNTS, DocumentKind.BANK], 2):
        name = f"{kind.label} (pièce fictive).pdf"
        add_document(journey=journey, application=application, by=director, now=start, kind=kind, name=name, content=PAPER)
    post_message(journey=journey, application=application, by=director, now=start, body=words["company_message"])
    if adviser is not None:
        post_message(journey=journey, application=application, by=adviser, now=start, body=words["adviser_message"])
    for act, day in zip(road, days[1:], strict=True):
        application = _play(act, stage, application, director, officer, words, chance, day)
    if application.status == ApplicationStatus.FILED:
        post_message(journey=journey, application=application, by=officer, now=days[-1], body=words["officer_message"])
    return application


def _bounded(eur: Decimal, application: Application) -> Decimal:
    """No more than the rule gives: the verdict frozen at filing knows the ceiling."""
    ceiling = ((application.verdict or {}).get("amount_eur") or {}).get("max")
    return min(eur, Decimal(str(ceiling))) if ceiling else eur


def _payable(
    journey: Journey, director: User, cost: Decimal, days: list[datetime], chance: random.Random, only: str
) -> str | None:
    """A scheme not asked for yet that says yes or unknown to this project on each of these days, None when there is none."""
    taken = set(journey.applications.values_list("scheme", flat=True))
    choices = [
        verdict.scheme.id
        for verdict in verdicts_of(journey, as_of=paris_day(days[0]), user=director)
        if verdict.answer in MAY_PAY
        and (verdict.scheme.id == only if only else verdict.scheme.family in FAMILIES)
        and verdict.scheme.id not in taken
    ]
    head = choices[:8]
    chance.shuffle(head)
    for scheme in [*head, *choices[8:]]:
        asked = Application(journey=journey, scheme=scheme, project_cost_eur=cost, project_started=False)
        verdicts = [verdict_for(asked, as_of=paris_day(day), user=director) for day in days]
        if all(verdict is not None and verdict.answer in MAY_PAY for verdict in verdicts):
            return scheme
    return None


def _play(
    act: str,
    stage: str,
    application: Application,
    director: User,
    officer: User,
    words: Mapping[str, Any],
    chance: random.Random,
    day: datetime,
) -> Application:
    granted = application.granted_eur or Decimal(0)
    advance = (granted / 2).quantize(Decimal(1))
    asked = _bounded((application.project_cost_eur or Decimal(10_000)) * Decimal("0.4"), application)
    acts = {
        "file": lambda: file_application(application=application, by=director, now=day),
        "complete": lambda: mark_complete(application=application, by=officer, now=day),
        "decide": lambda: decide_application(
            application=application,
            by=officer,
            now=day,
            outcome=Outcome.FAVOURABLE,
            decided_on=paris_day(day),
            granted_eur=asked.quantize(Decimal(1)),
            score=Decimal(chance.randint(61, 90)),
            cut_off=CUT_OFF,
            note=words["decision"],
        ),
        "reject": lambda: decide_application(
            application=application,
            by=officer,
            now=day,
            outcome=Outcome.UNFAVOURABLE,
            decided_on=paris_day(day),
            score=Decimal(chance.randint(30, 59)),
            cut_off=CUT_OFF,
            note=words["decision"],
        ),
        "agree": lambda: agree(application=application, by=officer, now=day, agreed_on=paris_day(day)),
        "refuse": lambda: refuse(application=application, by=officer, now=day, note=words["refusal"]),
        "advance": lambda: record_payment(
            application=application, by=officer, now=day, kind=PaymentKind.ADVANCE, paid_on=paris_day(day), amount_eur=advance
        ),
        "balance": lambda: record_payment(
            application=application,
            by=officer,
            now=day,
            kind=PaymentKind.BALANCE,
            paid_on=paris_day(day),
            amount_eur=granted - advance,
        ),
        "close": lambda: close(application=application, by=officer, now=day, reason=REASONS[stage]),
        "withdraw": lambda: close(application=application, by=director, now=day, reason=ClosingReason.WITHDRAWN),
    }
    acts[act]()
    return Application.objects.select_related("journey").get(pk=application.pk)
