"""The Vega-Lite drawing of a programme: how many companies reached each stage, wait for it, or left before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ensembleur.journeys.engine.delays import Count
from ensembleur.journeys.views.charts import BRAND, FONT, MUTED, SCHEMA

WAITING = "#b8401a"
BAR, GAP = 18, 26


def stages(counts: Sequence[Count], labels: Sequence[str], words: tuple[str, str, str], lang: str) -> dict[str, Any]:
    """One stacked bar a stage, in order, its name above it. words : reached, waiting, left, in the language of the page."""
    rows = [
        {"place": place, "stage": label, "state": state, "order": order, "companies": count}
        for place, (held, label) in enumerate(zip(counts, labels, strict=True))
        for order, (state, count) in enumerate(zip(words, (held.reached, held.waiting, held.left), strict=True))
    ]
    names = [{"place": place, "stage": f"{place + 1}. {label}"} for place, label in enumerate(labels)]
    y = {"field": "place", "type": "ordinal", "axis": None, "sort": "ascending"}
    title = {"fr": "Entreprises", "en": "Companies"}[lang]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": (BAR + GAP) * len(names) + 20,
        "config": {"font": FONT, "view": {"stroke": None}},
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "height": BAR, "yOffset": 10},
                "encoding": {
                    "y": y,
                    "x": {"field": "companies", "type": "quantitative", "title": title, "axis": {"tickMinStep": 1}},
                    "color": {
                        "field": "state",
                        "type": "nominal",
                        "title": None,
                        "scale": {"domain": list(words), "range": [BRAND, WAITING, MUTED]},
                        "legend": {"orient": "bottom"},
                    },
                    "order": {"field": "order", "type": "quantitative"},
                    "tooltip": [
                        {"field": "stage", "title": ""},
                        {"field": "state", "title": ""},
                        {"field": "companies", "title": title},
                    ],
                },
            },
            {
                "data": {"values": names},
                "mark": {"type": "text", "align": "left", "yOffset": -10, "fontSize": 13, "limit": 340},
                "encoding": {"y": y, "x": {"value": 2}, "text": {"field": "stage"}},
            },
        ],
    }
