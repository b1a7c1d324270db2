"""What can be taken away from the public pages: every figure with its label, nothing secret, nothing a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from ensembleur.strategy.models import Release, Strategy
from ensembleur.territory.models import Departement
from tests.factories import strategy

pytestmark = pytest.mark.django_db
GIVEN = {"strategy": "essai", "measure": "A1", "indicator": "A1.companies"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: strategy.TODAY)


def rows(client, name: str, *keys: str, **query: str) -> list[dict[str, str]]:
    answer = client.get(reverse(f"strategy:{name}", kwargs={key: GIVEN[key] for key in keys}), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_csv_of_a_strategy_holds_each_target_with_its_sentence_and_each_value_with_its_label(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 40)
    found = rows(client, "strategy_csv", "strategy")
    targets = [row for row in found if row["kind"] == "target" and row["indicator"] == "A2.people"]
    assert [(row["value"], row["sentence"], row["label"]) for row in targets] == [
        ("1000", "Former 1000 personnes en cinq ans.", "programmed"),
        ("1200", "Former 1200 personnes.", "programmed"),
    ]
    [value] = [row for row in found if row["kind"] == "value"]
    assert (value["value"], value["label"], value["as_of"], value["units"]) == ("40", "agreed", "2026-11-27", "40")
    assert value["period_end"] == "2026-11-27"


def test_the_csv_of_a_measure_or_an_indicator_holds_its_own_rows_only(client):
    strategy.tiny()
    assert {row["part"] for row in rows(client, "measure_csv", "strategy", "measure")} == {"A1"}
    assert {row["indicator"] for row in rows(client, "indicator_csv", "strategy", "indicator")} == {"A1.companies"}


def test_a_file_can_be_asked_as_of_a_past_day(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 11, as_of=date(2026, 3, 31))
    strategy.measurement("A1.companies", 40)
    found = rows(client, "indicator_csv", "strategy", "indicator", au="2026-04-15")
    assert [row["value"] for row in found if row["kind"] == "value"] == ["11"]


def test_a_title_that_looks_like_a_formula_runs_in_no_spreadsheet(client):
    data = strategy.raw()
    measure = data["challenges"][0]["objectives"][0]["measures"][0]
    measure["indicators"][0]["title"] = strategy.text('=HYPERLINK("http://x","y")', "=1+1")
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)
    strategy.measurement("A1.companies", 40)
    found = rows(client, "indicator_csv", "strategy", "indicator")
    assert {row["title"] for row in found} == {'\'=HYPERLINK("http://x","y")'}


def test_a_negative_number_stays_a_number(client):
    strategy.tiny()
    strategy.measurement("A2.people", -4, units=None, label="declared")
    found = rows(client, "strategy_csv", "strategy")
    assert [row["value"] for row in found if row["kind"] == "value"] == ["-4"]


def test_the_json_of_a_strategy_says_what_is_not_measured_and_what_was_never_promised(client):
    strategy.tiny()
    told = client.get(reverse("strategy:strategy_json", args=["essai"])).json()
    by_code = {one["code"]: one for one in told["indicators"]}
    assert by_code["A2.people"]["is_measured"] is False
    assert by_code["A2.people"]["freshness"] == "never"
    assert by_code["A3.companies"]["state"] == "no_target"
    states = {part["code"]: part.get("state") for part in told["parts"]}
    assert states == {"E1": None, "O1": None, "A1": "unknown", "A3": "no_target", "O2": None, "A2": "unknown"}
    assert told["version"] == 1


def test_the_curve_is_the_one_of_the_report_without_what_is_secret(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 2, as_of=date(2026, 3, 31))
    strategy.measurement("A1.companies", 40)
    spec = client.get(reverse("strategy:indicator_chart", args=["essai", "A1.companies"])).json()
    values = [row["value"] for layer in spec["layer"] for row in layer["data"]["values"] if row.get("kind") == "conventionné"]
    assert set(values) == {40}
    assert spec["$schema"].endswith("v6.json")


def test_the_overview_is_drawn_from_what_the_whole_strategy_promises(client):
    whole = {"indicators": [strategy.raw()["challenges"][0]["objectives"][1]["measures"][0]["indicators"][0]]}
    whole["indicators"][0] = {**whole["indicators"][0], "code": "S.people"}
    strategy.tiny(whole=whole)
    spec = client.get(reverse("strategy:overview_chart", args=["essai"])).json()
    assert "Personnes formées" in spec["description"]


# -- the map -----------------------------------------------------------------------------------------------------------
def release(cells: list[list[str]], **more) -> Release:
    content = {
        "rows": ["75", "95", "?"],
        "columns": [],
        "variable": "units",
        "holder": "company",
        "overlapping": [],
        "cells": cells,
        "row": "departement",
        "column": "",
        "label": "agreed",
    }
    given = {
        "strategy": Strategy.objects.get(pk="essai"),
        "table": "A1.companies/departement",
        "as_of": date(2026, 9, 30),
        "content": content,
        "raw_hash": "0",
        "rules": "1",
        "released_at": strategy.NOW,
        "released_by": "command:test",
    }
    return Release.objects.create(**{**given, **more})


CELLS = [["75", "*", "12", ""], ["95", "*", "s", "either"], ["?", "*", "0", ""], ["*", "*", "14", ""]]
SQUARE = '{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,48]]]}'


def test_the_map_is_drawn_from_the_released_table_and_says_what_is_secret(client):
    strategy.tiny()
    for code, name in (("75", "Paris"), ("95", "Val-d'Oise")):
        Departement.objects.update_or_create(code=code, defaults={"name": name, "outline": SQUARE})
    release(CELLS)
    url = reverse("strategy:indicator_map", args=["essai", "A1.companies", "departement"])
    features = client.get(url).json()["features"]
    assert [(one["properties"]["code"], one["properties"]["detail"]) for one in features] == [
        ("75", "12 entreprises"),
        ("95", "tenu secret"),
    ]
    page = client.get(reverse("strategy:measure", args=["essai", "A1"])).text
    assert url in page
    assert "lieu inconnu" in page
    assert "situation au 30" in page


def test_a_table_of_a_later_day_is_not_shown_on_an_earlier_one(client):
    strategy.tiny()
    release(CELLS)
    page = client.get(reverse("strategy:measure", args=["essai", "A1"]), {"au": "2026-09-29"}).text
    assert "Aucune table publiée encore" in page


def test_without_a_released_table_there_is_no_map(client):
    strategy.tiny()
    assert client.get(reverse("strategy:indicator_map", args=["essai", "A1.companies", "departement"])).status_code == 404
