"""What waits for a person about values: to approve, to report, and what became of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import NodeKind
from ensembleur.strategy.models import Proposal
from ensembleur.strategy.permissions import may_read_room, may_report
from ensembleur.strategy.queries.content import Held, held_strategies, sheet_of
from ensembleur.strategy.queries.value_rows import Due, dues
from ensembleur.strategy.queries.values import followed

RECENT = 10


@dataclass
class Desk:
    """One person's desk. to_decide : reports that wait, all of them as far as this person may see.   own : this person's last ones."""

    to_decide: QuerySet[Proposal]
    to_report: list[Due] = field(default_factory=list)
    own: list[Proposal] = field(default_factory=list)


def value_strategies(user: Any) -> list[Held]:
    """The strategies whose values this person reads or reports, the current one first."""
    return [held for held in held_strategies() if may_read_room(user, held.row) or may_report(user, held.row)]


def desk_of(
    user: Any,
    strategies: Iterable[Held],
    *,
    as_of: date,
    lang: str,
    chosen: Held | None = None,
    codes: frozenset[str] | None = None,
) -> Desk:
    """The desk. chosen : this strategy only; otherwise all of them, but nothing is awaited of one that is over.

    codes : these indicators only.
    """
    kept = [chosen] if chosen else list(strategies)
    seen = Proposal.objects.visible_to(user).filter(indicator__strategy__in=[held.row.pk for held in kept])
    if codes is not None:
        seen = seen.filter(indicator__code__in=codes)
    seen = seen.select_related("indicator__strategy", "organisation", "proposed_by", "batch", "decided_by", "corrects")
    own = seen.filter(proposed_by=user)
    desk = Desk(seen.waiting().exclude(proposed_by=user).order_by("proposed_at", "pk"), own=list(own[:RECENT]))
    waiting = list(Proposal.objects.visible_to(user).waiting()) if kept else []
    for held in kept:
        if may_report(user, held.row) and (chosen or as_of < held.row.period_end):
            known = followed(held, as_of=as_of, user=user, codes=codes)
            desk.to_report += dues(held, known, waiting, as_of=as_of, lang=lang)
    # Who is late comes first, what has waited longest before; a report already made comes last.
    desk.to_report.sort(key=lambda due: (due.waiting is not None, not due.is_late, due.fresh.due_on or as_of, due.one.sheet.code))
    return desk


def codes_below(held: Held, node: str) -> frozenset[str]:
    """The codes of the indicators of a part of the strategy and of all below it."""
    for part in held.content.nodes():
        if part.code == node:
            return frozenset(sheet.code for one in part.walk() for sheet in one.indicators)
    return frozenset()


def measures_of(held: Held, lang: str) -> list[tuple[str, str]]:
    """(code, title) of each measure."""
    return [(part.code, part.title.into(lang)) for part in held.content.nodes() if part.kind is NodeKind.MEASURE]


class Sheets:
    """The sheet of any indicator, read once by strategy; one that left the last version is looked for in its own."""

    def __init__(self, strategies: Iterable[Held] = ()) -> None:
        self.known: dict[tuple[str, str], Sheet] = {
            (held.row.pk, sheet.code): sheet for held in strategies for _part, sheet in held.content.indicators()
        }

    def of(self, proposal: Any) -> Sheet:
        """The sheet of a report's, or a value's, indicator."""
        indicator = proposal.indicator
        key = (indicator.strategy_id, indicator.code)
        if key not in self.known:
            self.known[key] = sheet_of(indicator)
        return self.known[key]
