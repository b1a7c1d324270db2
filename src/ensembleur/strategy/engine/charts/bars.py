"""Bars side by side: a count by département or by sector, the progress of several indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.charts.content import Bar, Bars, Chart, Overview
from ensembleur.strategy.engine.charts.look import (
    AROUND_ROWS,
    BRAND,
    INK,
    ROW_HEIGHT,
    TONE_SHAPES,
    TONES,
    assembled,
    counts_axis,
    kinds_scale,
    layer,
    names,
    nothing,
    plain,
    rows_axis,
)
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.progress import bounded
from ensembleur.strategy.engine.wording import phrase
from ensembleur.strategy.engine.writing import ABSENT, HIDDEN_MARK, number, share, why_hidden

BAR = {"height": 14, "yOffset": 5}


def bars_chart(bars: Bars, lang: str) -> Chart:
    """Horizontal bars in the order given; what is hidden or unknown is not drawn, and is named below."""
    drawn = [row for row in bars.rows if row.value is not None]
    data = [
        {"row": place, "name": row.name, "value": plain(row.value), "says": number(row.value, lang)}
        for place, row in enumerate(drawn)
        if row.value is not None
    ]
    unit = bars.unit.into(lang)
    y = rows_axis()
    x = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True}, "axis": counts_axis()}
    tip = [{"field": "name", "title": ""}, {"field": "says", "title": unit}]
    layers = [
        layer(data, {"type": "bar", "color": BRAND, "cornerRadiusEnd": 2, **BAR}, x=x, y=y, tooltip=tip),
        layer(data, {"type": "text", "align": "left", "dx": 5, "yOffset": 5}, x=x, y=y, text={"field": "says"}),
        names(data),
    ]
    hidden = [f"{row.name} ({why_hidden(row.hidden, lang)})" for row in bars.rows if row.value is None and row.hidden]
    unknown = [row.name for row in bars.rows if row.value is None and not row.hidden]
    caption = " ".join(
        part
        for part in (
            phrase(lang, "Cases tenues secrètes, non dessinées : ", "Secret, not drawn: ") + ", ".join(hidden) + "."
            if hidden
            else "",
            phrase(lang, "Non mesuré : ", "Not measured: ") + ", ".join(unknown) + "." if unknown else "",
        )
        if part
    )
    said = ", ".join(f"{row.name} {number(row.value, lang)}" for row in drawn if row.value is not None)
    label = f" ({label_word(bars.label, lang)})" if bars.label else ""
    alt = f"{bars.title.into(lang)}{label}, {unit}. " + (f"{said}. " if said else f"{nothing(lang)} ") + caption
    headers = (phrase(lang, "Nom", "Name"), unit)
    table = [(row.name, _bar_value(row, lang)) for row in bars.rows]
    return assembled(
        bars.code, bars.title, lang, layers, ROW_HEIGHT * len(data) + AROUND_ROWS, alt.strip(), caption, headers, table
    )


def _bar_value(row: Bar, lang: str) -> str:
    if row.value is not None:
        return number(row.value, lang)
    return f"{HIDDEN_MARK} ({why_hidden(row.hidden, lang)})" if row.hidden else ABSENT


# -- progress ----------------------------------------------------------------------------------------------------------
def overview_chart(overview: Overview, lang: str) -> Chart:
    """One bar per indicator from 0 to 100 % of its way, its state by colour and shape, a tick where it was expected."""
    data: list[dict[str, Any]] = []
    for place, row in enumerate(overview.rows):
        says = share(row.progress, lang) if row.progress is not None else phrase(lang, "non mesuré", "not measured")
        entry = {"row": place, "name": row.title.into(lang), "value": plain(bounded(row.progress) or Decimal(0))}
        entry |= {"says": says, "figure": share(row.progress, lang), "state": row.word.into(lang)}
        data.append(entry | ({} if row.expected is None else {"expected": plain(bounded(row.expected) or Decimal(0))}))
    states = {row.word.into(lang): (TONES[row.tone], TONE_SHAPES[row.tone]) for row in overview.rows}
    scale, y = kinds_scale(states, field="state"), rows_axis()
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "domain": False, "ticks": False}
    x = {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": [0, 1.18], "nice": False}, "axis": axis}
    tip = [{"field": "name", "title": ""}, {"field": "says", "title": ""}, {"field": "state", "title": ""}]
    expected = [row for row in data if "expected" in row]
    end = {"datum": 1.035}
    layers = [
        layer([row | {"value": 1} for row in data], {"type": "bar", "color": "#e3e8ed", **BAR}, x=x, y=y),
        layer(data, {"type": "bar", **BAR}, x=x, y=y, color=scale["color"], tooltip=tip),
        layer(
            expected, {"type": "tick", "color": INK, "thickness": 2, "size": 20, "yOffset": 5}, x=x | {"field": "expected"}, y=y
        ),
        layer(data, {"type": "point", "filled": True, "size": 95, "opacity": 1, "yOffset": 5}, x=end, y=y, **scale),
        layer(data, {"type": "text", "align": "left", "dx": 9, "yOffset": 5}, x=end, y=y, text={"field": "figure"}),
        names(data),
    ]
    said = [f"{row['name']}{phrase(lang, ' : ', ': ')}{row['says']} ({row['state']})" for row in data]
    alt = f"{overview.title.into(lang)}. " + (f"{phrase(lang, ' ; ', '; ').join(said)}." if said else nothing(lang))
    caption = (
        phrase(lang, "Trait noir : ce qui était attendu à cette date.", "Black mark: what was expected by then.")
        if expected
        else ""
    )
    headers = phrase(lang, "Indicateur", "Indicator"), phrase(lang, "Avancement", "Progress"), phrase(lang, "État", "State")
    table = [(row["name"], row["says"], row["state"]) for row in data]
    return assembled(
        overview.code, overview.title, lang, layers, ROW_HEIGHT * len(data) + AROUND_ROWS, alt, caption, headers, table
    )
