"""The report as PDF: accessible by construction, the same bytes for the same inputs, complete."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace

import pypdf
import pytest
import typst

from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.drawing import FONTS, compiled, render_pdf
from ensembleur.strategy.engine.report.telling import told
from tests.factories import reports
from tests.house.plan import ROOT

pytestmark = pytest.mark.once
AGAIN = """
import hashlib, sys
from ensembleur.strategy.engine.report.drawing import render_pdf
from tests.factories import reports
sys.stdout.write(hashlib.sha256(render_pdf(reports.report(3))).hexdigest())
"""


@pytest.fixture(scope="module")
def pdf():
    return pypdf.PdfReader(io.BytesIO(render_pdf(reports.report())))


@pytest.fixture(scope="module")
def pages(pdf):
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pdf.pages]


def elements(pdf):
    """Every structure element, the root's children first."""
    found, waiting = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, dict):
            found.append(one)
            kids = one.get("/K", [])
            kids = kids.get_object() if hasattr(kids, "get_object") else kids
            waiting += kids if isinstance(kids, list) else [kids] if isinstance(kids, dict) else []
    return found


def test_two_processes_make_the_same_bytes():
    ours = hashlib.sha256(render_pdf(reports.report(3))).hexdigest()
    theirs = subprocess.run([sys.executable, "-c", AGAIN], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert theirs.stdout == ours


def test_other_data_make_another_file():
    report = reports.report(1)
    assert render_pdf(report) != render_pdf(replace(report, identity=replace(report.identity, data_hash="0" * 64)))


def test_the_file_says_its_language_its_title_its_standard_and_its_day(pdf):
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert pdf.metadata.title == "Rapport annuel 2031 – Ateliers d'avenir 2028–2033"
    assert pdf.metadata.creation_date.date() == reports.DAY
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_object().get_data()


def test_every_drawing_has_its_words_and_every_table_its_headers(pdf):
    kinds = {}
    for one in elements(pdf):
        kinds.setdefault(one.get("/S"), []).append(one)
    assert len(kinds["/Figure"]) == len(told(reports.report()).charts)
    assert all(len(one["/Alt"]) > 20 for one in kinds["/Figure"])
    assert len(kinds["/Table"]) > 28 * 2
    assert all(one["/A"][0]["/Scope"] if isinstance(one["/A"], list) else one["/A"]["/Scope"] for one in kinds["/TH"])


def test_the_chapters_and_the_sheets_are_bookmarks(pdf):
    titles = []

    def walk(entries):
        for one in entries:
            walk(one) if isinstance(one, list) else titles.append(one.title)

    walk(pdf.outline)
    assert "Les mesures" in titles
    assert sum(title.startswith("M") and "·" in title for title in titles) == 28


def test_the_summary_is_tagged_in_its_language(pdf):
    assert any(str(one.get("/Lang", "")).startswith("en") for one in elements(pdf))


def test_all_is_there_with_its_accents(pages):
    whole = " ".join(pages)
    for number in range(1, 29):
        assert f"M{number} · " in whole
    assert "Montagne-Grise-et-Plaine-des-Œuvres (X3)" in whole
    assert "Aucune évaluation publiée" in whole
    assert "Chiffres fictifs" in pages[0]
    assert reports.sha("code") in pages[-1].replace(" ", "")


def test_a_drawing_without_words_is_refused():
    report = reports.report(1)
    document = told(report)
    mute = [block | {"alt": ""} if block["kind"] == "chart" else block for block in document.sections[0].blocks]
    sections = (replace(document.sections[0], blocks=tuple(mute)), *document.sections[1:])
    with pytest.raises(typst.TypstError, match="alt"):
        compiled(replace(document, sections=sections), report)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_empty_strategy_still_has_a_report(lang):
    made = pypdf.PdfReader(io.BytesIO(render_pdf(Report(reports.report(0).identity), lang)))
    assert made.trailer["/Root"]["/Lang"].startswith(lang)
    assert len(made.pages) == 9


def test_a_name_too_long_for_its_place_stays_on_the_page():
    report = reports.report(1)
    long = Text("Décarbonation-" * 12, "Decarbonisation-" * 12)
    sheet = replace(report.sheets[0], title=long, owner="Établissement public d'aménagement " * 8)
    made = pypdf.PdfReader(io.BytesIO(render_pdf(replace(report, sheets=(sheet,)))))
    assert "Décarbonation" in " ".join(page.extract_text() for page in made.pages)


def test_the_fonts_come_with_their_licence():
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
