"""What reported values keep about people: given back, emptied of the words that may name somebody, not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from ensembleur.accounts.models import User
from ensembleur.periods import add_months
from ensembleur.strategy.choices import ProposalState
from ensembleur.strategy.models import Batch, Dispute, PeriodLock, Proposal

KEPT_MONTHS = 60  # after the decision or the answer
GONE = "Texte effacé."  # where a word must stay


def export_share(person: User) -> dict[str, Any]:
    """Values reported and decided, files sent, periods locked, disputes raised and answered by this person."""
    reported = Proposal.objects.filter(proposed_by=person).values(
        "indicator__code", "value", "as_of", "source_title", "comment", "reason", "state", "proposed_at"
    )
    decided = Proposal.objects.filter(decided_by=person).values("indicator__code", "state", "decided_at", "decision_note")
    return {
        "reported": list(reported),
        "decided": list(decided),
        "files": list(Batch.objects.filter(by=person).values("file_name", "at", "counts", "undone_at")),
        "locked": list(PeriodLock.objects.filter(locked_by=person).values("period_start", "period_end", "reason", "locked_at")),
        "lifted": list(PeriodLock.objects.filter(lifted_by=person).values("period_start", "period_end", "lift_reason")),
        "disputes": list(Dispute.objects.filter(raised_by=person).values("says", "raised_at", "settlement", "settled_at")),
        "answers": list(Dispute.objects.filter(settled_by=person).values("settlement", "settled_at")),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Withdraw what still waits and empty the words this person wrote; figures and their public reasons stay. Returns how many changed."""
    own = Proposal.objects.filter(proposed_by=person)
    count = own.waiting().update(state=ProposalState.WITHDRAWN, decided_by=person, decided_at=now)
    count += own.exclude(comment="").update(comment="")
    count += Proposal.objects.filter(decided_by=person).exclude(decision_note="").update(decision_note="")
    count += Dispute.objects.filter(raised_by=person).exclude(says=GONE).update(says=GONE)
    count += Dispute.objects.filter(settled_by=person).exclude(settlement=GONE).update(settlement=GONE)
    return count + Batch.objects.filter(by=person).exclude(file_name="").update(file_name="")


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Empty the words of reports decided and of disputes settled for more than five years; returns how many there are."""
    limit = add_months(as_of, -KEPT_MONTHS)
    reports = Proposal.objects.filter(decided_at__date__lt=limit).filter(~Q(comment="") | ~Q(decision_note=""))
    disputes = Dispute.objects.filter(settled_at__date__lt=limit).exclude(says=GONE, settlement=GONE)
    count = reports.count() + disputes.count()
    if not dry_run:
        reports.update(comment="", decision_note="")
        disputes.update(says=GONE, settlement=GONE)
    return count
