"""The report in words: what is hidden, missing or absent is said; nothing becomes a zero."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import pytest

from ensembleur.strategy.engine.content import Fund, Label, Text
from ensembleur.strategy.engine.report.content import (
    Cell,
    Column,
    Evaluation,
    Figure,
    IndicatorRow,
    Money,
    MoneyLine,
    PlaceRow,
    PlaceTable,
    Report,
    Sheet,
    as_json,
    manifest,
)
from ensembleur.strategy.engine.report.package import package_files
from ensembleur.strategy.engine.report.telling import told
from ensembleur.strategy.engine.writing import day, short_day
from tests.factories import reports


def section(document, id):
    return next(one for one in document.sections if one.id == id)


def words_of(thing):
    return json.dumps(asdict(thing) | {"charts": {}} if hasattr(thing, "charts") else asdict(thing), ensure_ascii=False)


def test_what_was_never_measured_awaits_its_first_value_whenever_that_was_due():
    said = words_of(section(told(reports.report(), "fr"), "mesures"))
    assert "première valeur attendue le" in said
    assert "prochaine valeur le" in said


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_report_has_its_eleven_chapters_and_all_its_sheets(lang):
    document = told(reports.report(), lang)
    expected = [
        "etat",
        "summary",
        "argent",
        "mesures",
        "territoires",
        "evaluation",
        "europe",
        "changements",
        "qualite",
        "methode",
        "empreintes",
    ]
    assert [one.id for one in document.sections] == expected
    assert [one.id for one in section(document, "mesures").children] == [f"mesure-m{number}" for number in range(1, 29)]


def test_every_address_inside_the_report_is_unique():
    document = told(reports.report())
    ids = [one.id for one in document.sections] + [child.id for one in document.sections for child in one.children]
    assert len(ids) == len(set(ids))


def test_the_summary_is_in_the_other_language():
    assert section(told(reports.report(2), "fr"), "summary").title == "Summary in English"
    assert section(told(reports.report(2), "fr"), "summary").lang == "en"
    assert section(told(reports.report(2), "en"), "summary").title == "Résumé en français"


def test_without_evaluation_the_chapter_says_so():
    chapter = section(told(reports.report(1)), "evaluation")
    assert "Aucune évaluation publiée" in words_of(chapter)
    assert "No evaluation has been published" in words_of(section(told(reports.report(1)), "summary"))


def test_a_published_evaluation_is_told_with_its_conditions_and_caveats():
    found = Evaluation(
        Text("Effet sur l'emploi", "Effect on jobs"),
        reports.DAY,
        Text("Aucun effet décelé.", "No effect found."),
        (Text("tendances", "trends"),),
        (Text("peu d'entreprises", "few companies"),),
    )
    chapter = words_of(section(told(replace(reports.report(1), evaluations=(found,))), "evaluation"))
    assert "Aucun effet décelé." in chapter
    assert "peu d'entreprises" in chapter
    assert "Aucune évaluation" not in chapter


def test_a_hidden_cell_is_told_as_s_with_its_reason_never_as_zero():
    table = next(block for block in section(told(reports.report(1)), "territoires").blocks if block["kind"] == "table")
    first = {row[0]["text"]: row[1] for row in table["rows"]}
    assert (first["Haute-Brème (X2)"]["text"], first["Haute-Brème (X2)"]["under"]) == ("s", "moins de trois unités")
    assert first["Pays-de-l'Aune (X7)"]["text"] == "–"
    assert "0" not in {cell["text"] for row in table["rows"] for cell in row}


def test_what_is_not_measured_is_a_word_with_what_it_needs():
    state = words_of(section(told(reports.report(1)), "etat"))
    assert "non mesuré" in state
    assert "Pour le mesurer\u00a0: les entrées en formation" in state


def test_a_secret_may_not_travel_with_its_value():
    with pytest.raises(ValueError, match="may not carry"):
        Cell(Decimal(2), "few")
    with pytest.raises(ValueError, match="may not carry"):
        Figure(Decimal(2), Text("", ""), hidden="few")


def test_a_measure_that_no_text_gives_to_anybody_says_so():
    sheet = section(told(reports.report()), "mesures").children[3]
    assert "aucun texte ne nomme de responsable" in words_of(sheet)
    assert "Aucun indicateur n'est rattaché" in words_of(sheet)


def test_an_eu_code_that_nobody_read_is_to_be_verified():
    chapter = words_of(section(told(reports.report(1)), "europe"))
    assert all(word in chapter for word in ("vérifié", "à vérifier", "sans code commun", "Le FSE+ n'a pas de code commun."))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_empty_strategy_says_what_is_absent_in_every_chapter(lang):
    document = told(Report(replace(reports.report(0).identity, is_fictional=False)), lang)
    assert all(one.blocks for one in document.sections)
    assert document.notice == ""
    assert document.charts == {}


def test_money_that_nobody_knows_is_not_zero():
    assert "Aucun montant n'est connu." in words_of(section(told(replace(reports.report(1), money=Money())), "argent"))
    table = section(told(reports.report(1)), "argent").blocks[0]
    assert [cell["text"] for cell in table["rows"][2]] == ["Région", "2031", "120\u00a0M€", "94,5\u00a0M€", "–", "4,13\u00a0M€"]


def test_the_json_keeps_exact_numbers_and_days_as_text():
    whole = as_json(reports.report(1))
    assert whole["money"]["leverage"] == "1.38"
    assert whole["identity"]["generated_for"] == "2031-12-31"
    assert whole["sheets"][0]["indicators"][0]["figure"]["label"] == "observed"
    assert as_json({"b": 1, "a": (Decimal("1E+3"),)}) == {"a": ["1000"], "b": 1}
    assert manifest(reports.report(1))["inputs"]["budget.csv"] == reports.sha("b")


def test_a_measure_of_which_almost_nothing_is_known_has_a_sheet_and_its_data():
    bare = Sheet("M1", Text("Trouver des locaux", "Find premises"), Text("O1", "O1"), reports.NOT_MEASURED)
    row = IndicatorRow("M1.a", bare.title, Figure(None, Text("", "")), reports.NOT_MEASURED)
    rows = (
        row,
        replace(row, figure=Figure(Decimal(3), Text("", ""))),
        replace(row, figure=Figure(Decimal(3), Text("", ""), Label.PAID)),
    )
    places = PlaceTable((Column(bare.title, Text("", "")),), (PlaceRow("", "Ici", (Cell(Decimal(7)),)),))
    purse = Money(
        (MoneyLine(Fund.STATE, paid_eur=Decimal(12)),), leverage=Decimal(2), remark=Text("à confirmer", "to be confirmed")
    )
    plain = Money((MoneyLine(Fund.STATE),))
    for measure in (bare, replace(bare, indicators=rows, places=places, money=purse), replace(bare, money=plain)):
        report = Report(reports.report(0).identity, sheets=(measure,))
        sheet = section(told(report), "mesures").children[0]
        assert "Trouver des locaux" in sheet.title
        assert not any(block["kind"] in {"items", "strong", "quote", "chart"} for block in sheet.blocks)
        assert b"Trouver des locaux" in package_files(report)["measures.csv"]
    assert "ensemble" in words_of(sheet)


def test_a_series_without_start_is_data_all_the_same():
    series = replace(reports.series(1), start=None)
    report = reports.report(1)
    files = package_files(replace(report, sheets=(replace(report.sheets[0], series=(series,)),)))
    assert b"baseline" not in files["series.csv"]


@pytest.mark.parametrize(
    ("lang", "written"),
    [("fr", ("31/12/2031", "–", "1er\u00a0mars 2026")), ("en", ("31\u00a0Dec\u00a02031", "–", "1\u00a0March 2026"))],
)
def test_days_are_written_in_the_language_and_an_absent_one_is_a_dash(lang, written):
    assert (short_day(reports.DAY, lang), day(None, lang), day(date(2026, 3, 1), lang)) == written
    assert short_day(None, lang) == "–"
