"""Colours, shapes, axes and sizes that every drawing of the strategy shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.charts.content import Chart
from ensembleur.strategy.engine.content import Label, Stage, Text
from ensembleur.strategy.engine.wording import phrase

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# The page has the variable font, the report its still cuts: both answer here.
FONT = "Atkinson Hyperlegible Next Variable, Atkinson Hyperlegible Next, sans-serif"
INK, LINE, BRAND, DARK, ACCENT, MUTED = "#16202b", "#d5dbe3", "#0b5563", "#083d47", "#b8401a", "#545d69"
TONES = {"yes": "#1b6437", "no": "#9b2226", "unknown": "#7a5200", "closed": "#545d69"}
TONE_SHAPES = {"yes": "circle", "no": "triangle-up", "unknown": "diamond", "closed": "square"}
# A label keeps its colour and its shape from one drawing to the next.
LABEL_LOOK = {
    Label.PROGRAMMED: ("#545d69", "square"),
    Label.DECLARED: ("#7a5200", "triangle-up"),
    Label.AGREED: ("#7a4a8c", "triangle-down"),
    Label.PAID: ("#2f6fb0", "square"),
    Label.OBSERVED: ("#0b5563", "circle"),
    Label.ESTIMATED: ("#a3355c", "cross"),
}
STAGE_LOOK = {
    Stage.PROGRAMMED: ("#545d69", "square"),
    Stage.VOTED: ("#7a5200", "triangle-up"),
    Stage.COMMITTED: ("#b8401a", "diamond"),
    Stage.PAID: ("#0b5563", "circle"),
}
ROW_HEIGHT, AROUND_ROWS = 36, 60
LOOK = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "titleColor": INK, "gridColor": "#e4e8ee", "domainColor": "#98a2b0", "tickColor": "#98a2b0"}
    | {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 600, "labelLimit": 0, "titlePadding": 10},
    "legend": {"labelColor": INK, "labelFontSize": 13, "orient": "top", "labelLimit": 0, "title": None, "symbolSize": 90},
    "text": {"fontSize": 13, "color": INK},
}


def assembled(
    code: str,
    title: Text,
    lang: str,
    layers: list[dict[str, Any]],
    height: int,
    alt: str,
    caption: str,
    headers: Sequence[str],
    rows: Sequence[tuple[str, ...]],
) -> Chart:
    """The layers that have something to draw, in the house's look; as wide as their place."""
    kept = [layer for layer in layers if layer["data"]["values"]]
    spec = {"$schema": SCHEMA, "description": alt, "width": "container", "height": height, "config": LOOK, "layer": kept}
    return Chart(code, title.into(lang), spec, alt, caption, tuple(headers), tuple(rows))


def layer(rows: list[dict[str, Any]], mark: dict[str, Any], **encoding: Any) -> dict[str, Any]:
    """One mark over its rows."""
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def kinds_scale(looks: dict[str, tuple[str, str]], field: str = "kind") -> dict[str, Any]:
    """Colour and shape of the same word, in one legend."""
    names = list(looks)
    colours, shapes = [look[0] for look in looks.values()], [look[1] for look in looks.values()]
    legend = {"orient": "top", "columns": 2 if len(names) == 4 else 3}  # so that it fits a phone
    channel = {"field": field, "type": "nominal", "title": None, "legend": legend}
    return {
        "color": channel | {"scale": {"domain": names, "range": colours}},
        "shape": channel | {"scale": {"domain": names, "range": shapes}},
    }


def days_axis(days: Iterable[date], lang: str) -> dict[str, Any]:
    """A time axis read the same wherever the machine is: UTC, a mark at the end of each year, where yearly values stand."""
    known = sorted(days)
    ends = [date(year, 12, 31) for year in range(known[0].year, known[-1].year + 1)] if known else []
    marks = [end.isoformat() for end in ends if known[0] <= end <= known[-1]]
    axis: dict[str, Any] = {"labelAngle": 0, "labelOverlap": "greedy", "grid": False}
    axis |= {"values": marks, "format": phrase(lang, "fin %Y", "end %Y")} if marks else {"format": "%d/%m/%Y", "tickCount": 3}
    return {"field": "on", "type": "temporal", "title": None, "scale": {"type": "utc", "padding": 18}, "axis": axis}


def rows_axis() -> dict[str, Any]:
    """One line per row in the order given: two rows may bear the same name."""
    return {"field": "row", "type": "ordinal", "sort": None, "axis": None}


def names(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The name of each row above its bar, so that a long one fits a phone."""
    mark = {"type": "text", "align": "left", "yOffset": -10, "fontWeight": 600}
    return layer(rows, mark, y=rows_axis(), x={"value": 0}, text={"field": "name"})


def counts_axis() -> dict[str, Any]:
    """A quiet axis of numbers."""
    return {"tickCount": 5, "format": ",~r", "domain": False, "ticks": False}


def plain(value: Decimal) -> int | float:
    """A drawing needs no cent: the number as JSON writes it."""
    return int(value) if value == value.to_integral_value() else float(value)


def nothing(lang: str) -> str:
    """What a drawing without any value says."""
    return phrase(lang, "Aucune valeur.", "No value.")
