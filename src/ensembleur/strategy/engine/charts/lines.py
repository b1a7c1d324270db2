"""Lines through time: an indicator with its targets, the money stage by stage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.strategy.engine.charts.content import Chart, Execution, Goal, Point, Series
from ensembleur.strategy.engine.charts.look import (
    ACCENT,
    LABEL_LOOK,
    MUTED,
    STAGE_LOOK,
    assembled,
    counts_axis,
    days_axis,
    kinds_scale,
    layer,
    nothing,
    plain,
)
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.wording import STAGE_WORDS, phrase
from ensembleur.strategy.engine.writing import amount, number, quantity, short_day

TARGET, FORMER, START = Text("cible", "target"), Text("ancienne cible", "former target"), Text("départ", "baseline")


def series_chart(series: Series, lang: str) -> Chart:
    """Values by label (colour and shape), the start, the targets, and the straight way from one to the next."""
    points = sorted(series.points, key=lambda point: (point.on, point.label.value))
    goals = sorted(series.goals, key=lambda goal: (goal.on, goal.is_superseded))
    kinds: dict[str, tuple[str, str]] = {}
    values = [_mark(kinds, p.on, p.value, label_word(p.label, lang), LABEL_LOOK[p.label]) for p in points]
    marks = [_mark(kinds, *series.start, START.into(lang), (MUTED, "triangle-right"))] if series.start else []
    marks += [
        _mark(
            kinds,
            g.on,
            g.value,
            (FORMER if g.is_superseded else TARGET).into(lang),
            (MUTED if g.is_superseded else ACCENT, "diamond"),
        )
        for g in goals
    ]
    way = _way(series.start, [goal for goal in goals if not goal.is_superseded])
    unit = series.unit.into(lang)
    x = days_axis([*(p.on for p in points), *(g.on for g in goals), *([series.start[0]] if series.start else [])], lang)
    y = {
        "field": "value",
        "type": "quantitative",
        "title": unit or None,
        "scale": {"zero": True, "nice": True},
        "axis": counts_axis(),
    }
    scale = kinds_scale(kinds)
    says = {"field": "says", "type": "nominal", "title": unit}
    tip = [{"field": "kind", "title": ""}, says, {"field": "day", "type": "nominal", "title": ""}]
    for row in [*values, *marks]:
        row["says"], row["day"] = number(Decimal(str(row["value"])), lang), short_day(date.fromisoformat(row["on"]), lang)
    texts = [row | {"label": f"{row['kind']} {row['says']}"} for row in marks if row["kind"] == TARGET.into(lang)]
    layers = [
        layer(way, {"type": "line", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": MUTED}, x=x, y=y),
        layer(values, {"type": "line", "strokeWidth": 2.5}, x=x, y=y, color=scale["color"]),
        layer([*marks, *values], {"type": "point", "filled": True, "size": 95, "opacity": 1}, x=x, y=y, **scale, tooltip=tip),
        layer(texts, {"type": "text", "align": "right", "dx": -9, "dy": -3, "color": ACCENT}, x=x, y=y, text={"field": "label"}),
    ]
    table = [
        (short_day(date.fromisoformat(r["on"]), lang), r["kind"], r["says"])
        for r in sorted([*marks, *values], key=lambda r: r["on"])
    ]
    headers = ("Date", "Nature", unit or "Valeur") if lang != "en" else ("Date", "Kind", unit or "Value")
    dotted = (
        phrase(lang, "Pointillés : trajectoire en ligne droite vers la cible.", "Dashed: straight way to the target.")
        if way
        else ""
    )
    return assembled(
        series.code, series.title, lang, layers, 230, _series_alt(series, points, goals, lang), dotted, headers, table
    )


def _series_alt(series: Series, points: list[Point], goals: list[Goal], lang: str) -> str:
    """The drawing in two sentences: the last value of each label, then the targets."""
    last = {point.label: point for point in points}
    said = [
        f"{quantity(p.value, series.unit, lang)} ({label_word(label, lang)}, {short_day(p.on, lang)})"
        for label, p in last.items()
    ]
    values = "; ".join(said) if lang == "en" else " ; ".join(said)
    current = [goal for goal in goals if not goal.is_superseded]
    targets = ", ".join(f"{quantity(g.value, series.unit, lang)} ({short_day(g.on, lang)})" for g in current)
    if lang == "en":
        return (
            f"{series.title.en}. "
            + (f"Last value: {values}. " if values else "No value. ")
            + (f"Target: {targets}." if targets else "No target.")
        )
    return (
        f"{series.title.fr}. "
        + (f"Dernière valeur : {values}. " if values else "Aucune valeur. ")
        + (f"Cible : {targets}." if targets else "Aucune cible.")
    )


def _mark(kinds: dict[str, tuple[str, str]], on: date, value: Decimal, kind: str, look: tuple[str, str]) -> dict[str, Any]:
    kinds.setdefault(kind, look)
    return {"on": on.isoformat(), "value": plain(value), "kind": kind}


def _way(start: tuple[date, Decimal] | None, goals: list[Goal]) -> list[dict[str, Any]]:
    """The straight way from the start through the targets; nothing when one end is unknown."""
    if start is None or not goals:
        return []
    return [{"on": on.isoformat(), "value": plain(value)} for on, value in [start, *((goal.on, goal.value) for goal in goals)]]


def execution_chart(execution: Execution, lang: str) -> Chart:
    """One line per stage, in millions of euros since the beginning."""
    order = list(STAGE_LOOK)
    rows = sorted(execution.rows, key=lambda row: (order.index(row.stage), row.on))
    kinds = {STAGE_WORDS[stage].into(lang): STAGE_LOOK[stage] for stage in order if any(row.stage is stage for row in rows)}
    data = [
        {"on": row.on.isoformat(), "value": plain(row.amount_eur / 1_000_000), "kind": STAGE_WORDS[row.stage].into(lang)}
        | {"says": amount(row.amount_eur, lang), "day": short_day(row.on, lang)}
        for row in rows
    ]
    x, scale = days_axis([row.on for row in rows], lang), kinds_scale(kinds)
    y = {
        "field": "value",
        "type": "quantitative",
        "title": phrase(lang, "M€", "€m"),
        "scale": {"zero": True},
        "axis": counts_axis(),
    }
    tip = [{"field": "kind", "title": ""}, {"field": "says", "title": ""}, {"field": "day", "title": ""}]
    layers = [
        layer(data, {"type": "line", "strokeWidth": 2.5}, x=x, y=y, color=scale["color"]),
        layer(data, {"type": "point", "filled": True, "size": 85, "opacity": 1}, x=x, y=y, **scale, tooltip=tip),
    ]
    last = {row.stage: row for row in rows}
    said = ", ".join(f"{STAGE_WORDS[stage].into(lang)} {amount(row.amount_eur, lang)}" for stage, row in last.items())
    alt = f"{execution.title.into(lang)}. " + (
        phrase(lang, f"Au total : {said}.", f"In total: {said}.") if said else nothing(lang)
    )
    headers = (
        phrase(lang, "Au", "On"),
        phrase(lang, "Étape", "Stage"),
        phrase(lang, "Montant cumulé", "Amount since the beginning"),
    )
    table = [(short_day(row.on, lang), STAGE_WORDS[row.stage].into(lang), amount(row.amount_eur, lang)) for row in rows]
    caption = phrase(lang, "Montants cumulés depuis le début.", "Amounts since the beginning.")
    return assembled(execution.code, execution.title, lang, layers, 250, alt, caption, headers, table)
