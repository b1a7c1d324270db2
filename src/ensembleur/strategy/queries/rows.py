"""The targets and public values of indicators as plain rows, for the files anybody may take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.content import Label, Node, NodeKind
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.queries.states import Seen, Situation
from ensembleur.strategy.queries.values import hidden_reason

COLUMNS = (
    "strategy",
    "part",
    "indicator",
    "title",
    "kind",
    "period_start",
    "period_end",
    "as_of",
    "value",
    "unit",
    "label",
    "origin",
    "numerator",
    "denominator",
    "units",
    "hidden",
    "query",
    "document",
    "section",
    "sentence",
)


def rows_of(now: Situation, one: Seen) -> Iterator[dict[str, Any]]:
    """The targets of an indicator, one row a sentence, then its values; a hidden value is « s », with nothing beside it.

    period_end : the last day that counts, included.
    """
    sheet = one.sheet
    common = {
        "strategy": now.held.row.pk,
        "part": one.part.code,
        "indicator": sheet.code,
        "title": sheet.title.into(now.lang),
        "unit": sheet.unit.into(now.lang),
    }
    empty = dict.fromkeys(COLUMNS, "")
    start = now.held.row.period_start
    for target in sheet.targets:
        for statement in target.statements:
            yield {
                **empty,
                **common,
                "kind": "target",
                "period_start": _day(target.start or start),
                "period_end": _day(target.due),
                "value": plain(statement.value),
                "label": Label.PROGRAMMED.value,
                "document": statement.citation.document,
                "section": statement.citation.section,
                "sentence": statement.citation.sentence,
            }
    for line in one.followed.series:
        yield {**empty, **common, **_value(one, line)}


def _value(one: Seen, line: Measurement) -> dict[str, Any]:
    told = {
        "kind": "value",
        "period_start": _day(line.period_start),
        "period_end": _day(line.period_end - timedelta(days=1)),
        "as_of": _day(line.as_of),
        "label": line.label,
        "origin": line.origin,
        "query": line.query,
    }
    if reason := hidden_reason(one.sheet, line):
        return {**told, "value": "s", "hidden": reason.value}
    statements = line.source.get("statements") if isinstance(line.source, dict) else None
    first = statements[0] if statements else {}
    return {
        **told,
        "value": plain(line.value),
        "numerator": plain(line.numerator),
        "denominator": plain(line.denominator),
        "units": "" if line.units is None else line.units,
        "document": first.get("document", "") or (line.source or {}).get("title", ""),
        "section": first.get("section", ""),
        "sentence": first.get("sentence", ""),
    }


def as_data(now: Situation) -> dict[str, Any]:
    """A strategy as one object: its parts, its indicators with definition, state, targets and public values."""
    content = now.held.content
    return {
        "strategy": now.held.row.pk,
        "title": content.title.into(now.lang),
        "version": now.held.version,
        "region": content.region,
        "is_fictional": content.is_fictional,
        "period": {"start": _day(now.held.row.period_start), "end": _day(now.held.row.period_end - timedelta(days=1))},
        "as_of": _day(now.as_of),
        "parts": [_part(now, node) for node in content.nodes() if node.kind is not NodeKind.STRATEGY],
        "indicators": [_indicator(now, one) for one in now.seen.values()],
    }


def _part(now: Situation, node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": node.kind.value,
        "code": node.code,
        "title": node.title.into(now.lang),
        "children": [child.code for child in node.children],
        "indicators": [sheet.code for sheet in node.indicators if sheet.code in now.seen],
    }
    if node.kind is NodeKind.MEASURE:
        state = now.state(node)
        told |= {"state": state.answer.name.lower() if state.standings else "no_target", "says": state.says}
    return told


def _indicator(now: Situation, one: Seen) -> dict[str, Any]:
    sheet = one.sheet
    return {
        "code": sheet.code,
        "part": one.part.code,
        "title": sheet.title.into(now.lang),
        "definition": sheet.definition.into(now.lang),
        "unit": sheet.unit.into(now.lang),
        "level": sheet.level.value,
        "direction": sheet.direction.value,
        "over_time": sheet.over_time.value,
        "label": sheet.label.value,
        "is_measured": not one.is_never_measured,
        "state": one.state.answer.name.lower() if one.state.standings else "no_target",
        "says": one.state.says,
        "freshness": one.fresh.state.value,
        "rows": [
            {
                key: value
                for key, value in row.items()
                if key not in ("strategy", "part", "indicator", "title", "unit") and value != ""
            }
            for row in rows_of(now, one)
        ],
    }


def plain(value: Decimal | None) -> str:
    """A number as machines read it, without useless zeros."""
    return "" if value is None else f"{value.normalize():f}"


def _day(value: date) -> str:
    return value.isoformat()
