"""Advisers with their subjects, and needs sent to them through the services, for the pages of needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import User
from ensembleur.journeys.models import AdviserSubject, Involvement, Journey, Need
from ensembleur.journeys.services.advising import take_need
from ensembleur.journeys.services.asking import open_need
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW

SUBJECT = "automation"
OTHER = "hiring"


def adviser(*subjects: str, code: str = "95", **fields: Any) -> User:
    """An adviser of a body, on a département, who answers these subjects (automation when none is named)."""
    body = fields.pop("organisation", None) or accounts.organisation()
    person = accounts.user(**fields)
    kind = PerimeterKind.REGION if code == "11" else PerimeterKind.DEPARTEMENT
    accounts.mandate(person, Role.ADVISER, kind, code, organisation=body, started_at=NOW - timedelta(days=400))
    AdviserSubject.objects.bulk_create(
        AdviserSubject(adviser=person, subject=subject, added_at=NOW) for subject in subjects or (SUBJECT,)
    )
    return person


def need(of: Journey | None = None, *, by: User | None = None, at: datetime = NOW, subject: str = SUBJECT, **fields: Any) -> Need:
    """A need sent at `at` by the company's director, to the advisers there are."""
    if of is None:
        of, by = make.own_journey()
    by = by or make.director(of.siren)
    return open_need(journey=of, subject=subject, words=fields.pop("words", "Un poste pénible."), by=by, now=at, **fields).need


def involvement(of: Need, adviser: User) -> Involvement:
    """What this adviser was asked."""
    return of.involvements.select_related("need__journey", "adviser").get(adviser=adviser, routing=of.routing)


def taken(of: Need, by: User, at: datetime = NOW) -> Need:
    """The need, taken in charge."""
    take_need(involvement=involvement(of, by), by=by, now=at)
    return Need.objects.select_related("journey").get(pk=of.pk)
