"""The latest acts about a part of a strategy that anybody may read: decisions, values, changes of definition, money, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.content import Node
from ensembleur.strategy.models import BudgetLine, Decision, Release, StrategyVersion
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.states import Seen


@dataclass(frozen=True)
class PublicAct:
    """One act. kind : decision | value | change | money | table.   thing : what it is told from.

    count : how many lines of money one file brought, told together; `thing` is then the first.
    """

    on: date
    kind: str
    thing: Any
    about: Seen | None = None
    count: int = 1


@dataclass(frozen=True)
class Written:
    """What is written about a strategy, read once for all its parts: public decisions, versions of its file, released tables."""

    decisions: tuple[Decision, ...]
    versions: tuple[StrategyVersion, ...]
    releases: tuple[Release, ...]


def written_acts(held: Held, at: datetime | None = None) -> Written:
    """The latest of each kind; three queries. at : as it was recorded at that moment."""
    decisions = Decision.objects.filter(node__strategy=held.row, is_public=True).select_related("node")
    versions = StrategyVersion.objects.filter(strategy=held.row, number__gt=1).defer("content")
    releases = Release.objects.known_at(at).filter(strategy=held.row).defer("content", "holders").order_by("-as_of", "-pk")
    if at is not None:
        decisions, versions = decisions.filter(recorded_at__lte=at), versions.filter(loaded_at__lte=at)
    return Written(tuple(decisions[:600]), tuple(versions[:20]), tuple(releases[:600]))


def latest_acts(
    held: Held,
    part: Node,
    found: Sequence[Seen],
    lines: Iterable[BudgetLine],
    *,
    as_of: date,
    most: int = 10,
    written: Written | None = None,
) -> list[PublicAct]:
    """The acts about this part known on a day, the newest first; three queries, none when `written` was read before.

    found : its indicators as the public sees them.   lines : its money.   What one file brought counts as one act for each kind.
    """
    kept = written or written_acts(held)
    acts = [
        *(PublicAct(row.decided_on, "decision", row) for row in kept.decisions if row.node.code == part.code),
        *_values(found),
        *_changes(kept, part),
        *_money(lines),
        *_tables(kept, part),
    ]
    known = [act for act in acts if act.on <= as_of]
    return sorted(known, key=lambda act: act.on, reverse=True)[:most]


def _values(found: Iterable[Seen]) -> list[PublicAct]:
    """The values taken or reported, the last one of each taking; those of texts are older than their loading."""
    acts = []
    for one in found:
        taken = {paris_day(point.taken_at): point for point in one.points if point.origin != "text"}  # the last one of each day
        acts += [PublicAct(day, "value", point, one) for day, point in taken.items()]
    return acts


def _changes(kept: Written, part: Node) -> list[PublicAct]:
    """What later versions of the file changed about this part or its indicators; the first version changes nothing."""
    codes = {part.code, *(sheet.code for sheet in part.indicators)}
    return [
        PublicAct(paris_day(version.loaded_at), "change", change)
        for version in kept.versions
        for change in version.difference
        if change.get("at") in codes
    ]


def _money(lines: Iterable[BudgetLine]) -> list[PublicAct]:
    """Each line somebody wrote, and each file once."""
    brought: dict[tuple[str, int], list[BudgetLine]] = {}
    for line in lines:
        if line.origin != "text":
            brought.setdefault(("file", line.batch_id) if line.batch_id else ("line", line.pk), []).append(line)
    return [PublicAct(paris_day(rows[0].recorded_at), "money", rows[0], count=len(rows)) for rows in brought.values()]


def _tables(kept: Written, part: Node) -> list[PublicAct]:
    codes = {sheet.code for sheet in part.indicators}
    return [PublicAct(paris_day(row.released_at), "table", row) for row in kept.releases if row.table.split("/")[0] in codes]
