"""No letter of a title or of a comment may stop the report: what cannot be printed is replaced, what can is drawn."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.report.drawing import render_pdf
from ensembleur.strategy.engine.report.printing import PRINTED, printed
from tests.factories import reports


@pytest.mark.parametrize(
    ("written", "comes_out"),
    [
        ("Œuvre à façon, 12\u202f000\u00a0€ → fin", "Œuvre à façon, 12\u00a0000\u00a0€ → fin"),
        ("e\u0301tude", "étude"),
        ("usine 😀 中", "usine □ □"),
        ("a\x00b\x1fc\u2009d", "a b c d"),
        ("co\u00adopé\u200bration", "coopération"),
        ("deux\nlignes", "deux\nlignes"),
        ("nul \u0378", "nul □"),
        (7, 7),
        ({"a": ("\x01", None)}, {"a": [" ", None]}),
    ],
)
def test_what_cannot_be_printed_is_replaced(written, comes_out):
    assert printed(written) == comes_out


@pytest.mark.once
def test_every_letter_that_is_kept_has_a_look():
    kept = [chr(code) for first, last in PRINTED for code in range(first, last + 1)]
    words = printed(" ".join(letter for letter in kept if unicodedata.category(letter) != "Cn"))
    report = reports.report(1)
    sheet = replace(report.sheets[0], title=Text("Titre", "Title"), summary=Text(words, words))
    assert render_pdf(replace(report, sheets=(sheet,))).startswith(b"%PDF")


@pytest.mark.once
def test_no_sign_in_a_name_is_read_as_code_by_the_page_the_drawing_or_the_converter():
    odd = '#let x = [*a*] $x$ @ref <b> & \\ _c_ "d" \x00 😀'
    report = reports.report(1)
    series = replace(report.sheets[0].series[0], title=Text(odd, odd), unit=Text(odd, odd))
    sheet = replace(report.sheets[0], title=Text(odd, odd), owner=odd, series=(series,))
    assert render_pdf(replace(report, sheets=(sheet,))).startswith(b"%PDF")
