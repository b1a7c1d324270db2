"""The append-only, hash-chained journal of acts."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import models, transaction

from ensembleur.accounts.models import Act, User

GENESIS = "0" * 64


def fingerprint(act: Act) -> str:
    """SHA-256 of everything the line says, the hash of the line before included."""
    content = [act.number, act.at.isoformat(), act.who, act.verb, act.thing, act.before, act.after, act.previous_hash]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


@transaction.atomic
def record_act(
    *, by: User | str, verb: str, thing: models.Model | str, now: datetime, before: Any = None, after: Any = None
) -> Act:
    """Write one line at the end of the journal, in the caller's transaction.

    by : the person, or "command:name" for a command.   thing : a saved record, or "domain.kind:key".
    """
    last = Act.objects.select_for_update().order_by("-number").first()
    act = Act(
        number=last.number + 1 if last else 1,
        at=now,
        who=by if isinstance(by, str) else f"user:{by.pk}",
        verb=verb,
        thing=thing if isinstance(thing, str) else f"{thing._meta.label_lower}:{thing.pk}",
        before=before,
        after=after,
        previous_hash=last.hash if last else GENESIS,
    )
    act.hash = fingerprint(act)
    act.save(force_insert=True)
    return act
