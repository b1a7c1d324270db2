"""What journeys keep about people: given back whole, erased on request, and not kept longer than needed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ensembleur.accounts.choices import PerimeterKind
from ensembleur.accounts.models import Act, User
from ensembleur.journeys.models import Action, Application, Document, Enrolment, Journey, Message, StatementAnswer
from ensembleur.periods import add_months

KEPT_AFTER_CLOSING_MONTHS = 60  # papers and messages of a closed file; its figures stay, without anybody's name


def export_share(person: User) -> dict[str, Any]:
    """Journeys opened, answers given, messages written and documents handed in by this person."""
    return {
        "journeys": list(Journey.objects.filter(opened_by=person).values("siret", "title", "opened_at", "closed_at")),
        "answers": list(
            StatementAnswer.objects.filter(by=person).values("diagnosis__journey__title", "statement", "kind", "level", "at")
        ),
        "messages": list(Message.objects.filter(by=person).values("journey__title", "at", "body")),
        "enrolments": list(
            Enrolment.objects.filter(recorded_by=person).values(
                "journey__title", "programme", "enrolled_on", "left_on", "left_reason", "recorded_at"
            )
        ),
        "documents": list(Document.objects.filter(by=person).values("journey__title", "name", "kind", "size_bytes", "at")),
    }


@transaction.atomic
def erase_share(*, person: User, now: datetime) -> int:
    """Empty this person's messages and the free words that may name them on journeys of their own; returns how many changed.

    Answers and documents belong to the company's file: they stay, under an account that no longer has a name.
    """
    gone = _("Message effacé à la demande de son auteur.")
    count = Message.objects.filter(by=person).exclude(body=gone).update(body=gone)
    acts = Act.objects.filter(who=f"user:{person.pk}", verb="leave_programme").values_list("thing", flat=True)
    written = Enrolment.objects.filter(pk__in=[int(thing.rpartition(":")[2]) for thing in acts])
    count += written.exclude(left_reason="").update(left_reason="")
    if not person.full_name:
        return count
    sirens = person.mandates.filter(perimeter_kind=PerimeterKind.COMPANY).values("perimeter_code")
    own = Journey.objects.filter(Q(opened_by=person) | Q(siren__in=sirens))
    count += Enrolment.objects.filter(journey__in=own, left_reason__icontains=person.full_name).update(left_reason="")
    named = Action.objects.filter(plan__journey__in=own, owner__icontains=person.full_name)
    return count + named.update(owner="", changed_at=now)


@transaction.atomic
def retain_share(*, as_of: date, now: datetime, dry_run: bool) -> int:
    """Remove documents and messages of files closed for more than five years; returns how many there are."""
    limit = add_months(as_of, -KEPT_AFTER_CLOSING_MONTHS)
    old = Application.objects.filter(closed_at__date__lt=limit)
    documents, messages = Document.objects.filter(application__in=old), Message.objects.filter(application__in=old)
    count = documents.count() + messages.count()
    if dry_run:
        return count
    for document in documents:
        storage, path = document.path.storage, document.path.name
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
    documents.delete()
    messages.delete()
    return count
