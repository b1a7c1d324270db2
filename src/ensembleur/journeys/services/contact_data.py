"""What prospecting keeps about people: given back whole, erased on request, and not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ensembleur.accounts.models import User
from ensembleur.journeys.models import Contact, Opposition, ProspectExport, Reservation
from ensembleur.periods import add_months

# Three years after the last contact: the period the CNIL recommends for prospects.
KEPT_MONTHS = 36
REACHABLE_MONTHS = 12  # how to reach who opposed without an account, when no officer ever checked


def export_share(person: User) -> dict[str, Any]:
    """Contacts noted, oppositions written down, companies kept and lists taken by this person."""
    return {
        "contacts": list(
            Contact.objects.filter(by=person).values("siret", "about", "channel", "outcome", "note", "call_back_on", "at")
        ),
        "oppositions": list(Opposition.objects.filter(recorded_by=person).values("siren", "reason", "recorded_at", "lifted_at")),
        "oppositions_lifted": list(Opposition.objects.filter(lifted_by=person).values("siren", "lifted_reason", "lifted_at")),
        "oppositions_confirmed": list(Opposition.objects.filter(confirmed_by=person).values("siren", "confirmed_at")),
        "reservations": list(Reservation.objects.filter(by=person).values("siret", "about", "at", "until")),
        "prospect_exports": list(ProspectExport.objects.filter(by=person).values("about", "certain_only", "lines", "at")),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Empty the free words this person wrote and free what they kept; returns how many records changed.

    That a company was contacted, and above all that it opposed, stays: it is what protects it from being called again.
    """
    notes = Contact.objects.filter(by=person).exclude(note="").update(note="")
    reasons = Opposition.objects.filter(recorded_by=person).exclude(reason="").update(reason="")
    reasons += Opposition.objects.filter(lifted_by=person).exclude(lifted_reason="").update(lifted_reason="")
    return notes + reasons + Reservation.objects.filter(by=person).delete()[0]


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Remove contacts, lifted oppositions and the register of exports after three years, and past reservations.

    A standing opposition is kept for as long as it stands, with the company's number alone.
    """
    limit = add_months(as_of, -KEPT_MONTHS)
    old = (
        Contact.objects.filter(at__date__lt=limit),
        Opposition.objects.filter(lifted_at__date__lt=limit),
        ProspectExport.objects.filter(at__date__lt=limit),
        Reservation.objects.exclude(pk__in=Reservation.objects.live_at(now).values("pk")),
    )
    reasons = Opposition.objects.live().filter(recorded_at__date__lt=limit).exclude(reason="")
    unchecked = add_months(as_of, -REACHABLE_MONTHS)
    reachable = Opposition.objects.filter(recorded_at__date__lt=unchecked).exclude(contact="")
    count = sum(rows.count() for rows in (*old, reasons, reachable))
    if not dry_run:
        for rows in old:
            rows.delete()
        reasons.update(reason="")
        reachable.update(contact="")
    return count
