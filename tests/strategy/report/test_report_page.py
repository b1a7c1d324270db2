"""The report as a page says what the PDF says, in the components of the house."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from ensembleur.strategy.engine.report.content import Report
from ensembleur.strategy.engine.report.telling import told
from ensembleur.strategy.views.report_page import report_page
from tests.factories import reports

CHARTS = "/strategie/trois-rivieres/rapport/2031/dessins/"


def shown(report, lang="fr"):
    request = RequestFactory().get("/strategie/trois-rivieres/rapport/2031/")
    request.user, request.session = AnonymousUser(), {}
    with translation.override(lang):
        answer = report_page(request, told(report, lang), charts_url=CHARTS, downloads=[("/rapport.pdf", "PDF")])
    return answer.content.decode()


@pytest.fixture(scope="module")
def html():
    return shown(reports.report())


def test_every_chapter_and_every_sheet_has_its_address(html):
    document = told(reports.report())
    for section in [*document.sections, *document.sections[3].children]:
        assert f'id="{section.id}"' in html
        assert f'href="#{section.id}"' in html


def test_every_drawing_is_fetched_from_its_address_and_has_its_table(html):
    for code in told(reports.report()).charts:
        assert f'data-chart="{CHARTS}{code}.json"' in html
    assert html.count("<table") > html.count("data-chart") * 2


def test_what_is_secret_or_absent_is_said(html):
    assert "Aucune évaluation publiée" in html
    assert "moins de trois unités" in html
    assert "non mesuré" in html
    assert "Chiffres fictifs" in html


def test_the_summary_is_marked_with_its_language(html):
    assert '<section class="report-chapter" aria-labelledby="summary" lang="en">' in html


def test_the_page_is_complete_in_english():
    page = shown(reports.report(2), "en")
    assert "No evaluation has been published" in page
    assert "Guide workshops towards the industry of the future" in page
    assert 'aria-labelledby="summary" lang="fr"' in page


def test_an_empty_strategy_has_a_page():
    page = shown(Report(reports.report(0).identity))
    assert "pas encore de mesure" in page
