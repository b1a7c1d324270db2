"""A drawing of the strategy: one specification, its words, its table; nothing secret in any of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.strategy.engine.charts.bars import bars_chart, overview_chart
from ensembleur.strategy.engine.charts.content import Bar, Bars, Execution, Goal, Overview, Point, Series, Way
from ensembleur.strategy.engine.charts.lines import execution_chart, series_chart
from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.report.drawing import chart_svg
from tests.factories import reports

LANGS = ("fr", "en")
COMPANIES = Text("entreprises", "companies")


def every_chart(lang):
    report = reports.report(1)
    return [
        series_chart(report.sheets[0].series[0], lang),
        execution_chart(report.money.curve, lang),
        bars_chart(report.places.chart, lang),
        overview_chart(report.state.overview, lang),
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_every_drawing_has_words_a_table_and_the_schema_of_the_house(lang):
    for chart in every_chart(lang):
        assert chart.spec["$schema"].endswith("/v6.json")
        assert chart.spec["description"] == chart.alt
        assert chart.alt.endswith(".")
        assert chart.rows
        assert {len(row) for row in chart.rows} == {len(chart.headers)}
        json.dumps(chart.spec, allow_nan=False)


def test_the_words_give_the_last_value_of_each_label_and_the_target():
    alt = series_chart(reports.series(1), "fr").alt
    assert "82\u00a0entreprises (constaté, 31/12/2031)" in alt
    assert "310\u00a0entreprises (déclaré, 31/12/2031)" in alt
    assert "Cible\u00a0: 500\u00a0entreprises (31/12/2033)" in alt.replace(" : ", "\u00a0: ")
    assert "450" not in alt
    assert "82\u00a0companies (observed, 31\u00a0Dec\u00a02031)" in series_chart(reports.series(1), "en").alt


def test_a_label_is_told_by_shape_as_well_as_colour():
    points = next(layer for layer in series_chart(reports.series(1), "fr").spec["layer"] if layer["mark"]["type"] == "point")
    colour, shape = (points["encoding"][channel]["scale"] for channel in ("color", "shape"))
    assert colour["domain"] == shape["domain"] == ["constaté", "déclaré", "départ", "ancienne cible", "cible"]
    assert len(set(shape["range"][:3])) == 3


def test_an_expected_way_needs_a_known_start():
    series = reports.series(1)
    assert "Pointillés" in series_chart(series, "fr").caption
    unknown = series_chart(replace(series, start=None), "fr")
    assert "Pointillés" not in unknown.caption
    assert all("strokeDash" not in layer["mark"] for layer in unknown.spec["layer"])


def test_the_days_of_one_year_are_written_whole():
    points = (Point(date(2031, 3, 31), Decimal(3), Label.OBSERVED), Point(date(2031, 6, 30), Decimal(5), Label.OBSERVED))
    axis = series_chart(Series("x", COMPANIES, COMPANIES, points), "fr").spec["layer"][0]["encoding"]["x"]["axis"]
    assert axis["format"] == "%d/%m/%Y"


@pytest.mark.parametrize("lang", LANGS)
def test_a_hidden_count_is_not_drawn_and_the_caption_says_why(lang):
    chart = bars_chart(reports.places("x").chart, lang)
    drawn = {row["name"] for layer in chart.spec["layer"] for row in layer["data"]["values"]}
    assert not drawn & {"Haute-Brème", "Basse-Brème", "Pays-de-l'Aune"}
    assert "Haute-Brème" in chart.caption
    assert dict(chart.rows)["Haute-Brème"].startswith("s (")
    assert dict(chart.rows)["Pays-de-l'Aune"] == "–"
    assert "0" not in dict(chart.rows)["Haute-Brème"]


def test_a_hidden_count_may_not_carry_its_value():
    with pytest.raises(ValueError, match="may not carry"):
        Bar("Ici", Decimal(2), "few")


def test_a_class_of_secret_that_we_do_not_know_is_told_as_the_general_rule():
    chart = bars_chart(Bars("x", COMPANIES, COMPANIES, (Bar("Ici", None, "unheard"),)), "fr")
    assert "Ici (secret statistique)" in chart.caption


def test_two_indicators_of_the_same_name_keep_a_bar_each():
    way = Way("a", COMPANIES, Decimal("0.5"), "yes", Text("Dans les temps", "On time"))
    chart = overview_chart(Overview("x", COMPANIES, (way, replace(way, code="b", progress=Decimal("-0.2")))), "fr")
    bars = [layer for layer in chart.spec["layer"] if layer["mark"]["type"] == "bar"][1]["data"]["values"]
    assert [(row["row"], row["value"], row["says"]) for row in bars] == [(0, 0.5, "50\u00a0%"), (1, 0, "−20\u00a0%")]


def test_a_drawing_without_any_value_says_so_and_draws_nothing():
    empty = [
        series_chart(Series("x", COMPANIES, COMPANIES), "fr"),
        execution_chart(Execution("x", COMPANIES), "fr"),
        bars_chart(Bars("x", COMPANIES, COMPANIES), "fr"),
        overview_chart(Overview("x", COMPANIES), "fr"),
    ]
    for chart in empty:
        assert "Aucune valeur." in chart.alt
        assert chart_svg(chart, "fr") == ""


def test_a_target_without_a_value_is_drawn():
    chart = series_chart(Series("x", COMPANIES, COMPANIES, goals=(Goal(date(2033, 12, 31), Decimal(500)),)), "en")
    assert chart.alt == "companies. No value. Target: 500\u00a0companies (31\u00a0Dec\u00a02033)."
    assert chart_svg(chart, "en").startswith("<svg")


def test_a_drawing_made_after_another_is_the_same():
    first, second = every_chart("fr")[:2]
    alone = chart_svg(first, "fr")
    chart_svg(second, "fr")
    assert chart_svg(first, "fr") == alone


def test_the_report_draws_in_the_font_of_the_house_and_french_numbers():
    svg = chart_svg(every_chart("fr")[1], "fr")
    assert "Atkinson Hyperlegible Next" in svg
    assert "fin 2031" in svg.replace("\u00a0", " ")
    assert "\u202f" not in svg
