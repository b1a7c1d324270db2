"""What the curve of an indicator is drawn from: values that may be shown, targets, the start."""

from __future__ import annotations

from ensembleur.strategy.engine.charts.content import Goal, Point, Series
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.queries.states import Seen, Situation


def series_of(now: Situation, one: Seen) -> Series:
    """The indicator through time as the public may see it: a hidden value is not in it."""
    sheet = one.sheet
    base = sheet.baseline.value if sheet.baseline else None
    start = min((target.start for target in sheet.targets if target.start), default=now.held.row.period_start)
    on = sheet.baseline.on if sheet.baseline and sheet.baseline.on else start
    return Series(
        code=sheet.code,
        title=sheet.title,
        unit=sheet.unit,
        points=tuple(Point(one.as_of, one.value, Label(one.label)) for one in one.points if one.value is not None),
        goals=tuple(Goal(target.due, target.value) for target in sheet.targets),
        start=(on, base) if base is not None and sheet.targets else None,
    )
