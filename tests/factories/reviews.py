"""Baselines, reviews, needs and surveys for tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ensembleur.accounts.models import User
from ensembleur.journeys.choices import REVIEW_MONTHS
from ensembleur.journeys.engine.reviews import due_days
from ensembleur.journeys.models import Baseline, Figure, Involvement, Journey, Need, Review, Survey
from ensembleur.journeys.services.reviewing import Told
from tests.factories import journeys as make
from tests.factories.journeys import NOW


def told(indicator: str = "headcount", value: int | str = 34, on: date | None = None, **fields: Any) -> Told:
    """A declared figure of 20 November 2026."""
    return Told(indicator, fields.pop("evidence", "declared"), Decimal(value), on or date(2026, 11, 20), **fields)


def baseline(of: Journey, on: date = date(2025, 11, 15), **fields: Any) -> Baseline:
    """A baseline a year old with its four reviews."""
    held = Baseline.objects.create(
        journey=of, taken_on=on, recorded_at=NOW - timedelta(days=(NOW.date() - on).days), recorded_by=of.opened_by, **fields
    )
    Review.objects.bulk_create(Review(journey=of, months=m, due_on=due) for m, due in due_days(on, REVIEW_MONTHS).items())
    return held


def figure(of: Baseline | Review, indicator: str = "headcount", value: int = 30, **fields: Any) -> Figure:
    """A declared figure; high=… makes it a band."""
    place = {"baseline": of} if isinstance(of, Baseline) else {"review": of}
    on = of.taken_on if isinstance(of, Baseline) else of.due_on
    fields = {"evidence": "declared", "low": value, "high": value, "as_of": on, "source_title": "l'entreprise", **fields}
    return Figure.objects.create(indicator=indicator, recorded_at=NOW, **place, **fields)


def review(of: Journey, months: int = 12, **fields: Any) -> Review:
    """One of the reviews the baseline set."""
    held = Review.objects.get(journey=of, months=months)
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()
    return held


def need(of: Journey | None = None, **fields: Any) -> Need:
    """A need asked twenty days ago, waiting."""
    of = of or make.journey()
    asked = fields.pop("created_at", NOW - timedelta(days=20))
    fields = {"subject": "robotique", "words": "Par où commencer ?", "created_by": of.opened_by, **fields}
    return Need.objects.create(journey=of, created_at=asked, routed_at=asked, last_event_at=asked, **fields)


def closed_need(
    adviser: User | None, of: Journey | None = None, *, days: int = 10, outcome: str = "helped", **fields: Any
) -> Need:
    """A need first closed `days` ago, by this adviser when there is one."""
    at = NOW - timedelta(days=days)
    organisation = fields.pop("organisation", None)
    asked = at - timedelta(days=20)
    held = need(of, status="closed", outcome=outcome, first_closed_at=at, closed_at=at, created_at=asked, **fields)
    if adviser is not None:
        Involvement.objects.create(
            need=held, adviser=adviser, organisation=organisation, state="closed", asked_at=asked,
            taken_at=asked, ended_at=at, outcome=outcome,
        )  # fmt: skip
    return held


def survey(of: Need | Review, person: User, side: str = "company", **fields: Any) -> Survey:
    """A survey asked ten days ago; answered when it says contacted=…"""
    place = {"need": of} if isinstance(of, Need) else {"review": of}
    kind = "satisfaction" if isinstance(of, Need) else "review"
    if "contacted" in fields:
        fields.setdefault("answered_at", NOW - timedelta(days=2))
    return Survey.objects.create(
        **{"kind": kind, "side": side, "person": person, "asked_at": NOW - timedelta(days=10), **place, **fields}
    )
