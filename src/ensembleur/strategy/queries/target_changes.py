"""The targets that a version of a strategy's file replaced, with the reason it gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ensembleur.periods import paris_day
from ensembleur.strategy.engine.alerts import TargetChange
from ensembleur.strategy.engine.changes import Kind
from ensembleur.strategy.engine.changes import Part as About
from ensembleur.strategy.engine.difference import paired_targets
from ensembleur.strategy.models import StrategyVersion
from ensembleur.strategy.queries.content import Held, content_of

Changes = dict[str, tuple[TargetChange, ...]]


def target_changes(held: Held, year: int) -> Changes:
    """By code of indicator, the targets replaced by the versions loaded in this year; one query when there is none."""
    found: dict[str, list[TargetChange]] = {}
    since = datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=1)  # the year of Paris is read below
    versions = StrategyVersion.objects.filter(strategy=held.row)
    later = versions.filter(number__gt=1, loaded_at__gte=since).order_by("number")
    for pk, number, loaded_at, changes in later.values_list("pk", "number", "loaded_at", "difference"):
        on = paris_day(loaded_at)
        if on.year == year and any(_is_of_a_target(change) for change in changes):
            for code, change in _replaced(versions.values_list("pk", flat=True).get(number=number - 1), pk, on):
                found.setdefault(code, []).append(change)
    return {code: tuple(changes) for code, changes in found.items()}


def _is_of_a_target(change: dict[str, str]) -> bool:
    return (change.get("part"), change.get("kind")) == (About.TARGET.value, Kind.CHANGED.value)


def _replaced(before: int, after: int, on: date) -> list[tuple[str, TargetChange]]:
    former = {sheet.code: sheet for _part, sheet in content_of(before).indicators()}
    return [
        (sheet.code, TargetChange(on, was.value, now.value, now.reason, (was.due, now.due)))
        for _part, sheet in content_of(after).indicators()
        if sheet.code in former
        for was, now in paired_targets(former[sheet.code], sheet)[0]
        if (was.value, was.due) != (now.value, now.due)
    ]
