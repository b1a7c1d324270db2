"""What can be taken away from the public pages: every figure with its label, nothing secret, nothing a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.strategy.models import Release, Strategy
from ensembleur.territory.models import Departement
from tests.factories import accounts, strategy

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


# -- the released table ------------------------------------------------------------------------------------------------
def cut(**more) -> Release:
    """A table by département and by sector, one small cell and what hides it."""
    cells = [
        ["75", "CH", "s", "either"], ["75", "?", "s", "either"], ["75", "*", "12", ""],
        ["?", "CH", "s", "either"], ["?", "?", "s", "either"], ["?", "*", "5", ""],
        ["*", "CH", "s", "either"], ["*", "?", "9", ""], ["*", "*", "17", ""],
    ]  # fmt: skip
    content = {
        "variable": "units",
        "holder": "company",
        "overlapping": [],
        "label": "agreed",
        "row": "departement",
        "column": "sector",
        "rows": ["75", "?"],
        "columns": ["CH", "?"],
        "cells": cells,
    }
    return release([], content={**content, **more})


@pytest.mark.parametrize(("name", "code"), [("measure", "A1"), ("indicator", "A1.companies")])
def test_a_page_shows_the_totals_of_the_released_table_by_place_and_by_sector(client, name, code):
    strategy.tiny()
    Departement.objects.update_or_create(code="75", defaults={"name": "Paris"})
    cut()
    page = client.get(reverse(f"strategy:{name}", args=["essai", code])).text
    assert "Par département" in page
    assert "Par secteur" in page
    assert "Métallurgie et produits métalliques" in page
    assert "secteur non connu" in page
    assert "trop petit, ou protège une case trop petite" in page
    english = client.get(reverse(f"strategy:{name}", args=["essai", code]), headers={"accept-language": "en"}).text
    assert "By sector" in english
    assert "Metals and metal products" in english


def test_a_table_by_size_alone_has_no_map_and_reads_from_the_smallest(client):
    strategy.tiny()
    sizes = ["large", "medium", "micro", "small"]
    cells = [[key, "*", "5", ""] for key in (*sizes, "*")]
    cut(row="size", column="", rows=sizes, columns=[], cells=cells, overlapping=[])
    page = client.get(reverse("strategy:indicator", args=["essai", "A1.companies"])).text
    assert "Répartition" in page
    assert "carte-" not in page
    assert page.index("Moins de 10") < page.index("De 10 à 49") < page.index("250 salariés et plus")


def test_the_whole_released_table_can_be_taken_away_and_says_what_it_hides(client):
    strategy.tiny()
    Departement.objects.update_or_create(code="75", defaults={"name": "Paris"})
    assert client.get(reverse("strategy:table_csv", args=["essai", "A1.companies"])).status_code == 404
    cut()
    found = rows(client, "table_csv", "strategy", "indicator")
    assert len(found) == 9
    assert found[0] == {
        "departement": "75",
        "departement_name": "Paris (75)",
        "sector": "CH",
        "sector_name": "Métallurgie et produits métalliques",
        "value": "s",
        "reason": "either",
        "as_of": "2026-09-30",
        "label": "agreed",
    }
    assert [found[-1][name] for name in ("departement", "sector", "value", "reason")] == ["total", "total", "17", ""]


def test_a_cell_of_the_table_runs_nothing_in_a_spreadsheet(client):
    strategy.tiny()
    cut(column="scheme", columns=["=1+1"], cells=[["75", "=1+1", "3", ""], ["75", "*", "3", ""], ["*", "=1+1", "3", ""]])
    assert "'=1+1" in client.get(reverse("strategy:table_csv", args=["essai", "A1.companies"])).text


def test_the_files_of_a_past_day_are_asked_for_on_that_day(client):
    strategy.tiny()
    cut()
    page = client.get(reverse("strategy:indicator", args=["essai", "A1.companies"]), {"au": "2026-10-31"}).text
    assert page.count("carte-departement.geojson?au=2026-10-31") >= 2
    assert "tableau.csv?au=2026-10-31" in page
    url = reverse("strategy:table_csv", args=["essai", "A1.companies"])
    assert client.get(url, {"au": "2026-09-29"}).status_code == 404


# -- what only agents read ---------------------------------------------------------------------------------------------
PARTS = {
    "departement": {"75": ["2", 2, "1"]},
    "sector": {"CH": ["2", 2, "1"]},
    "scheme": {"pm-up": ["1", 1, "1"], "": ["1", 1, "1"]},
}


def test_the_parts_of_a_value_are_for_who_reads_the_room_only(client):
    strategy.tiny()
    strategy.measurement("A1.companies", 2, breakdown=PARTS)
    url = reverse("strategy:indicator", args=["essai", "A1.companies"])
    for person in (None, accounts.person(Role.ADVISER), accounts.person(Role.OFFICER, "24", kind=PerimeterKind.REGION)):
        if person is not None:
            client.force_login(person)
        assert "répartition non publiée" not in client.get(url).text
    client.force_login(accounts.person(Role.COMMITTEE))
    page = client.get(url).text
    assert "répartition non publiée" in page
    assert "PM up" in page
    assert "Métallurgie et produits métalliques" in page


@pytest.mark.parametrize("code", ["%00", "A1%00", "é", "A1%0A", "-A1"])
def test_an_address_that_no_code_may_have_is_no_page(client, code):
    strategy.tiny()
    for part in ("objectif", "mesure", "indicateur"):
        assert client.get(f"/strategie/essai/{part}/{code}/").status_code == 404
    assert client.get(f"/strategie/essai/indicateur/{code}/tableau.csv").status_code == 404
