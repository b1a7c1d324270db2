"""The append-only, hash-chained journal of acts: one line for each thing somebody did."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction

from ensembleur.accounts.engine.chain import COLUMNS, GENESIS, chained_hash
from ensembleur.accounts.models import Act, JournalHead, User
from ensembleur.errors import Refused

_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
_NAMING_KEYS = {"email", "full_name", "first_name", "last_name", "given_name", "usual_name", "phone", "password", "token", "ip"}
HIDDEN = "[donnée personnelle]"


def canonical(value: Any) -> Any:
    """The value as every database gives it back, without anything that names a person.

    Dates and decimals become text; a float that a database could rewrite (1e16, infinity) too; e-mail addresses and
    the fields that hold names are hidden, because a line can never be erased.
    """
    if isinstance(value, dict):
        return {_text(str(key)): HIDDEN if str(key) in _NAMING_KEYS and item else canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [canonical(item) for item in (sorted(value, key=str) if isinstance(value, (set, frozenset)) else value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isfinite(value) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        return repr(value) if not math.isfinite(value) or "e" in repr(value) else float(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    return _EMAIL.sub(HIDDEN, _text(str(value)))


def _text(text: str) -> str:
    """Text PostgreSQL accepts: without NUL nor half characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def fingerprint(act: Act) -> str:
    """The hash a line ought to carry."""
    return chained_hash(tuple(getattr(act, column) for column in COLUMNS[:-1]))


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
        who=_text(who),
        verb=_text(verb),
        thing=_text(thing),
        before=canonical(before),
        after=canonical(after),
        previous_hash=head.hash,
    )
    act.hash = fingerprint(act)
    act.save()
    head.number, head.hash = act.number, act.hash
    head.save(update_fields=["number", "hash"])
    return act


def _locked_head() -> JournalHead:
    """The head, held by this transaction; made when the journal is empty."""
    head = JournalHead.objects.select_for_update().first()
    if head is not None:
        return head
    if Act.objects.exists():
        raise Refused(
            "journal_head_missing", "La tête du journal a disparu : lancez « ensembleur verify_journal » avant de continuer."
        )
    JournalHead.objects.bulk_create([JournalHead(pk=1, number=0, hash=GENESIS)], ignore_conflicts=True)
    return JournalHead.objects.select_for_update().get()
