"""What reviews and surveys keep about people: given back whole, emptied on request, not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.models import User
from ensembleur.journeys.models import Figure, Review, Survey
from ensembleur.periods import add_months

COMMENTS_KEPT_MONTHS = 36  # the words of an opinion; its answers stay, counted with the others


def export_share(person: User) -> dict[str, Any]:
    """The opinions asked of this person, with their answers; the reviews they held; the figures they wrote."""
    said = ("kind", "side", "asked_at", "reminded_at", "answered_at", "contacted", "useful", "result", "comment")
    figures = ("indicator", "evidence", "low", "high", "as_of", "recorded_at", "withdrawn_at")
    return {
        "surveys": list(Survey.objects.filter(person=person).values(*said)),
        "reviews": list(Review.objects.filter(done_by=person).values("journey__title", "months", "done_at", "comment")),
        "figures": list(Figure.objects.filter(recorded_by=person).values(*figures)),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Empty the words this person wrote; returns how many changed. Figures and ticked answers name nobody: they stay."""
    gone = _("Commentaire effacé à la demande de son auteur.")
    reviews = Review.objects.filter(done_by=person).exclude(comment__in=["", gone]).update(comment=gone)
    return reviews + Survey.objects.filter(person=person).exclude(comment="").update(comment="")


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Empty the comments of opinions asked more than three years ago; returns how many there are."""
    old = Survey.objects.filter(asked_at__date__lt=add_months(as_of, -COMMENTS_KEPT_MONTHS)).exclude(comment="")
    return old.count() if dry_run else old.update(comment="")
