"""The append-only, hash-chained journal of acts: one line for each thing somebody did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ensembleur.accounts.engine.chain import GENESIS
from ensembleur.accounts.engine.lines import canonical, clean_text
from ensembleur.accounts.models import Act, JournalHead, User
from ensembleur.errors import Refused


@transaction.atomic
def record_act(
    *, by: User | str, verb: str, thing: models.Model | str, now: datetime, before: Any = None, after: Any = None
) -> Act:
    """Write one line at the end of the journal, in the caller's transaction.

    by : the person, or "command:name" for a command.   thing : a saved record, or "domain.kind:key".
    Writers queue on the head's row until the end of their transaction, so the chain never forks.
    Raises ValueError on a naive instant or a word too long, Refused when the head has been removed.
    """
    if now.tzinfo is None:
        raise ValueError("The journal keeps instants: give `now` a time zone.")
    who = by if isinstance(by, str) else f"user:{by.pk}"
    thing = thing if isinstance(thing, str) else f"{thing._meta.label_lower}:{thing.pk}"
    if len(who) > 64 or len(verb) > 60 or len(thing) > 120:
        raise ValueError("who, verb and thing hold at most 64, 60 and 120 characters.")
    head = _locked_head()
    act = Act(
        number=head.number + 1,
        at=now.astimezone(UTC),
        who=clean_text(who),
        verb=clean_text(verb),
        thing=clean_text(thing),
        before=canonical(before),
        after=canonical(after),
        previous_hash=head.hash,
    )
    act.hash = act.fingerprint()
    act.save()
    head.number, head.hash = act.number, act.hash
    head.save(update_fields=["number", "hash"])
    return act


def _locked_head() -> JournalHead:
    """The head, held by this transaction; made when the journal is empty."""
    head = JournalHead.objects.select_for_update().first()
    if head is None:  # the first line ever; of two first writers, the second waits here for the first
        JournalHead.objects.bulk_create([JournalHead(pk=1, number=0, hash=GENESIS)], ignore_conflicts=True)
        head = JournalHead.objects.select_for_update().get()
    if head.number == 0 and Act.objects.exists():
        raise Refused(
            "journal_head_missing", _("La tête du journal a disparu : lancez « ensembleur verify_journal » avant de continuer.")
        )
    return head
