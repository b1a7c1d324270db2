"""Needs, advisers and what they do, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.choices import InvolvementState
from ensembleur.journeys.models import AdviserAbsence, AdviserSubject, Involvement, Journey, Need
from tests.factories import accounts
from tests.factories import journeys as make

NOW = make.NOW
SUBJECT = "energy"


def adviser(*subjects: str, code: str = "95", **fields: Any) -> User:
    """An adviser of the Val-d'Oise; a generalist when no subject is given."""
    someone = accounts.person(Role.ADVISER, code, **fields)
    AdviserSubject.objects.bulk_create(AdviserSubject(adviser=someone, subject=subject, added_at=NOW) for subject in subjects)
    return someone


def away(person: User, days: int = 10) -> AdviserAbsence:
    """Absent since yesterday, for some days."""
    today = make.TODAY
    return AdviserAbsence.objects.create(
        adviser=person, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=days), recorded_at=NOW
    )


def need(of: Journey | None = None, days_ago: int = 0, **fields: Any) -> Need:
    """A waiting need asked some days ago."""
    of = of or make.journey()
    at = fields.pop("at", NOW - timedelta(days=days_ago))
    fields = {
        "subject": SUBJECT,
        "words": "Comment réduire notre facture ?",
        "created_by": of.opened_by,
        "created_at": at,
        "routed_at": at,
        "last_event_at": at,
        **fields,
    }
    return Need.objects.create(journey=of, **fields)


def involvement(of: Need, who: User | None = None, state: str = InvolvementState.ASKED, **fields: Any) -> Involvement:
    """An adviser asked about a need, with what the state requires; the need is not touched."""
    fields = {"asked_at": of.routed_at, "routing": of.routing, **fields}
    if state in (InvolvementState.TAKEN, InvolvementState.CLOSED):
        fields = {"taken_at": of.routed_at + timedelta(days=1), **fields}
    if state not in (InvolvementState.ASKED, InvolvementState.TAKEN):
        fields = {"ended_at": of.routed_at + timedelta(days=2), **fields}
    if state == InvolvementState.CLOSED:
        fields = {"outcome": "helped", **fields}
    return Involvement.objects.create(need=of, adviser=who or adviser(of.subject), state=state, **fields)


def asked(days_ago: int = 0, of: Journey | None = None, **fields: Any) -> Involvement:
    """A waiting need and the adviser asked about it."""
    return involvement(need(of, days_ago, **fields))


def taken(days_ago: int = 0, of: Journey | None = None, **fields: Any) -> Involvement:
    """A need and the adviser who holds it."""
    return involvement(need(of, days_ago, status="taken", **fields), state=InvolvementState.TAKEN)


def closed(outcome: str = "helped", days_ago: int = 0, of: Journey | None = None, **fields: Any) -> Need:
    """A need closed the day it was asked, with its outcome."""
    at = NOW - timedelta(days=days_ago)
    return need(of, days_ago, status="closed", outcome=outcome, closed_at=at, first_closed_at=at, **fields)
