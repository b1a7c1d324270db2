"""What an organiser owns of an event leaves in tables; that it left, and by whom, is in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ensembleur.accounts.models import User
from ensembleur.accounts.permissions import check
from ensembleur.accounts.services.journal import record_act
from ensembleur.meetings.models import Event
from ensembleur.meetings.permissions import may_organise
from ensembleur.meetings.queries.exports import TABLES, Row


@dataclass(frozen=True)
class Sheet:
    """One table, its rows read. name : of its file, without extension."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


@transaction.atomic
def export_event(*, event: Event, by: User | str, now: datetime, only: str = "") -> list[Sheet]:
    """Every table of an event, or the one called `only`; private refusals are in none.

    by : an organiser, or "command:name".
    """
    if not isinstance(by, str):
        check(may_organise, by, event)
    sheets = [Sheet(one.name, one.columns, list(one.rows(event))) for one in TABLES if only in ("", one.name)]
    counts = {sheet.name: len(sheet.rows) for sheet in sheets}
    record_act(by=by, verb="export_event", thing=event, now=now, after=counts)
    return sheets
