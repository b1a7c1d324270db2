"""The report as data: complete, deterministic, readable by a spreadsheet, with no secret in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.package import package_files, render_package
from tests.factories import reports


@pytest.fixture(scope="module")
def files():
    return package_files(reports.report())


def rows(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))


def test_the_same_report_gives_the_same_bytes():
    assert render_package(reports.report(2)) == render_package(reports.report(2))


def test_every_file_is_dated_of_the_report_and_sorted():
    with zipfile.ZipFile(io.BytesIO(render_package(reports.report(1)))) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(2031, 12, 31, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_list_of_hashes_holds_every_other_file(files):
    listed = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"}


def test_every_table_has_its_lines(files):
    assert len(rows(files, "measures.csv")) == 28
    assert len(rows(files, "indicators.csv")) == 6 + 27 * 3
    assert len(rows(files, "territories.csv")) == 9 * 4 + 27 * 9 * 2
    assert {row["kind"] for row in rows(files, "series.csv")} == {"baseline", "value", "target", "former_target"}
    assert [row["committed_eur"] for row in rows(files, "money.csv")][:3] == ["72043100", "72043100", ""]
    assert [row["code"] for row in rows(files, "eu_indicators.csv")] == ["RCO01", "EECO02", ""]
    assert len(rows(files, "changes.csv")) == 2
    assert {row["kind"] for row in rows(files, "data_quality.csv")} == {"missing", "stale", "disputed"}


def test_a_hidden_cell_is_s_with_its_class_and_an_unknown_one_is_empty(files):
    found = {
        row["name"]: row for row in rows(files, "territories.csv") if not row["measure"] and row["column_fr"] == "Entreprises"
    }
    assert (found["Haute-Brème"]["value"], found["Haute-Brème"]["hidden_reason"]) == ("s", "few")
    assert (found["Pays-de-l'Aune"]["value"], found["Pays-de-l'Aune"]["hidden_reason"]) == ("", "")


def test_the_json_holds_the_report_and_what_identifies_it(files):
    whole = json.loads(files["report.json"])
    assert whole["data_hash"] == reports.sha("data")
    assert len(whole["report"]["sheets"]) == 28


def test_the_drawings_are_those_of_the_page(files):
    spec = json.loads(files["charts/serie-m1-0.en.vl.json"])
    assert spec["$schema"].endswith("/v6.json")
    assert spec["description"].startswith("Companies guided.")


def test_the_explanation_is_in_both_languages(files):
    assert "Chiffres fictifs" in files["README.fr.md"].decode()
    assert "Invented figures" in files["README.en.md"].decode()


def test_a_text_that_a_spreadsheet_would_run_is_disarmed_and_a_negative_number_is_kept():
    report = reports.report(1)
    sheet = replace(report.sheets[0], owner="=HYPERLINK(1)", next_step=Text("+1", "+1"))
    money = replace(report.money, lines=(replace(report.money.lines[0], paid_eur=Decimal(-5)),))
    files = package_files(replace(report, sheets=(sheet,), money=money))
    assert rows(files, "measures.csv")[0]["owner"] == "'=HYPERLINK(1)"
    assert rows(files, "money.csv")[0]["paid_eur"] == "-5"


def test_an_empty_strategy_has_a_package_with_its_headers():
    files = package_files(Report(reports.report(0).identity))
    assert rows(files, "measures.csv") == []
    assert files["measures.csv"].startswith(b"\xef\xbb\xbfcode,")
