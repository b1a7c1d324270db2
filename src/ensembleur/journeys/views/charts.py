"""Vega-Lite specifications of the journey's drawings; each has its table on the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
TOP = 5
ROW_HEIGHT = 46
BRAND, LINE, INK, ACCENT, MUTED = "#0b5563", "#d5dbe3", "#16202b", "#b8401a", "#545d69"
AXIS_OF_MONTHS = {"format": "%m/%Y", "labelAngle": 0, "tickCount": 6, "labelOverlap": "greedy"}
FONT = "Atkinson Hyperlegible Next Variable, sans-serif"
Series = tuple[str, Sequence[float | None], str]  # name, score by axis, colour


def radar(axes: Sequence[str], series: Iterable[Series]) -> dict[str, Any]:
    """A radar from 0 to 5: one closed line per series; an axis without score leaves a gap."""
    count = len(axes)
    rings = [_point(count, place, level) | {"ring": level} for level in range(1, TOP + 1) for place in [*range(count), 0]]
    spokes = [
        row
        for place in range(count)
        for row in (_point(count, place, 0) | {"spoke": place}, _point(count, place, TOP) | {"spoke": place})
    ]
    labels = [_point(count, place, TOP + 1.35) | {"label": _wrapped(axis)} for place, axis in enumerate(axes)]
    rows, domain, colours = [], [], []
    for name, values, colour in series:
        domain.append(name)
        colours.append(colour)
        known = [(place, value) for place, value in enumerate(values) if value is not None]
        for order, (place, value) in enumerate([*known, *known[:1]]):
            rows.append(
                _point(count, place, value) | {"series": name, "order": order, "axis": axes[place], "score": round(value, 2)}
            )
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-9.4, 9.4]}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [-7.5, 7.5]}}
    colour = {
        "field": "series",
        "type": "nominal",
        "title": None,
        "scale": {"domain": domain, "range": colours},
        "legend": {"orient": "bottom"},
    }
    tip = [{"field": "axis", "title": ""}, {"field": "score", "title": "0–5"}]
    return {
        "$schema": SCHEMA,
        "width": 560,
        "height": 447,
        "config": {"view": {"stroke": None}, "font": FONT},
        "layer": [
            _layer(
                rings,
                "line",
                x,
                y,
                {"detail": {"field": "ring"}, "order": {"field": "order"}},
                stroke=LINE,
                strokeWidth=1,
                interpolate="linear",
            ),
            _layer(spokes, "line", x, y, {"detail": {"field": "spoke"}}, stroke=LINE, strokeWidth=1),
            _layer(rows, "line", x, y, {"color": colour, "order": {"field": "order"}}, strokeWidth=3, interpolate="linear"),
            _layer(rows, "point", x, y, {"color": colour, "tooltip": tip}, filled=True, size=70, opacity=1),
            _layer(labels, "text", x, y, {"text": {"field": "label"}}, color=INK, fontSize=15, lineBreak="\n", baseline="middle"),
        ],
    }


def timeline(rows: Sequence[dict[str, Any]], today: date, lang: str) -> dict[str, Any]:
    """Bars from start to end, one per action, in the plan's order, each under its title, with today's line.

    rows : position, title, start, end (ISO days), status.
    """
    data = [{**row, "label": f"{row['position']}. {row['title']}"} for row in rows]
    begin, end, state = {"fr": ("Début", "Fin", "Avancement"), "en": ("Start", "End", "Status")}[lang]
    place = {"field": "label", "type": "nominal", "sort": None, "axis": None}
    days = {"format": "%m/%Y", "grid": True, "gridColor": LINE, "labelAngle": 0, "tickCount": 5}
    colours = {"range": [BRAND, ACCENT, MUTED, "#1b6437", "#7a5200", "#9b2226"]}
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": ROW_HEIGHT * len(data) + 20,
        "config": {"font": FONT, "view": {"stroke": None}},
        "layer": [
            {
                "data": {"values": data},
                "mark": {"type": "bar", "height": 14, "cornerRadius": 3, "yOffset": 10},
                "encoding": {
                    "y": place,
                    "x": {"field": "start", "type": "temporal", "title": None, "axis": days},
                    "x2": {"field": "end"},
                    "color": {
                        "field": "status",
                        "type": "nominal",
                        "title": None,
                        "scale": colours,
                        "legend": {"orient": "bottom"},
                    },
                    "tooltip": [
                        {"field": "title", "title": ""},
                        {"field": "start", "type": "temporal", "title": begin, "format": "%d/%m/%Y"},
                        {"field": "end", "type": "temporal", "title": end, "format": "%d/%m/%Y"},
                        {"field": "status", "title": state},
                    ],
                },
            },
            {
                "data": {"values": data},
                "mark": {"type": "text", "align": "left", "yOffset": -8, "fontSize": 13, "color": INK, "limit": 340},
                "encoding": {"y": place, "x": {"value": 2}, "text": {"field": "label"}},
            },
            {
                "data": {"values": [{"day": today.isoformat()}]},
                "mark": {"type": "rule", "color": ACCENT, "strokeDash": [4, 3], "strokeWidth": 2},
                "encoding": {"x": {"field": "day", "type": "temporal"}},
            },
        ],
    }


def _point(count: int, place: int, radius: float) -> dict[str, Any]:
    angle = math.pi / 2 - 2 * math.pi * place / count
    return {"x": round(radius * math.cos(angle), 4), "y": round(radius * math.sin(angle), 4)}


def _layer(rows: Sequence[dict[str, Any]], mark: str, x: Any, y: Any, more: dict[str, Any], **look: Any) -> dict[str, Any]:
    numbered = [{"order": place, **row} for place, row in enumerate(rows)]
    return {"data": {"values": numbered}, "mark": {"type": mark, **look}, "encoding": {"x": x, "y": y, **more}}


def _wrapped(text: str, width: int = 16) -> str:
    """The label on lines of about `width` letters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def evolution(rows: Sequence[dict[str, Any]], title: str, day: str) -> dict[str, Any]:
    """One figure through time: a colour and a shape per way of knowing, a bar for a band, a line between exact figures.

    rows : day (ISO), low, high (None: no limit), evidence, is_exact, says.
    """
    x = {"field": "day", "type": "temporal", "title": day, "axis": AXIS_OF_MONTHS, "scale": {"padding": 20}}
    y = {"field": "low", "type": "quantitative", "title": title, "scale": {"zero": True}}
    ways = list(dict.fromkeys(row["evidence"] for row in rows))
    colour = {
        "field": "evidence",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ways, "range": [BRAND, ACCENT, MUTED][: len(ways)]},
        "legend": {"orient": "bottom"},
    }
    tip = [
        {"field": "says", "title": title},
        {"field": "evidence", "title": ""},
        {"field": "day", "type": "temporal", "title": day, "format": "%d/%m/%Y"},
    ]
    exact, bands = [row for row in rows if row["is_exact"]], [row for row in rows if not row["is_exact"]]
    limited, unlimited = [row for row in bands if row["high"] is not None], [row for row in bands if row["high"] is None]
    look = {"x": x, "y": y, "color": colour, "tooltip": tip}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": limited},
            "mark": {"type": "bar", "width": 14, "opacity": 0.55},
            "encoding": {**look, "y2": {"field": "high"}},
        },
        {"data": {"values": unlimited}, "mark": {"type": "point", "shape": "triangle-up", "size": 140}, "encoding": look},
        {"data": {"values": exact}, "mark": {"type": "line", "strokeWidth": 2}, "encoding": look},
        {
            "data": {"values": exact},
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {**look, "shape": {"field": "evidence", "type": "nominal", "scale": {"domain": ways}, "legend": None}},
        },
    ]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": 260,
        "config": {"view": {"stroke": None}, "font": FONT},
        "layer": [layer for layer in layers if layer["data"]["values"]],
    }
