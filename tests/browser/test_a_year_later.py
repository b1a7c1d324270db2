"""A director a year later, in a real browser: the baseline, the review at twelve months, the two diagnoses side by side, an opinion."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Baseline, Journey, Review, Survey
from ensembleur.journeys.services.review_clocks import strike_reviews, strike_surveys
from ensembleur.journeys.services.reviewing import Told, take_baseline
from tests.factories import journeys as make
from tests.factories import reviews as held

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def url(name: str, *args: Any) -> str:
    return reverse(f"journeys:{name}", args=args)


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or on a page wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0

    return look


@pytest.fixture
def company(region) -> tuple[Journey, Any]:
    """The showcase company with its journey, opened a year ago, and its director."""
    from ensembleur.journeys.services.opening import open_journey

    director = region.people[Role.DIRECTOR]
    return open_journey(siret=region.siret, by=director, now=_ago(380)), director


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def test_the_baseline_is_taken_on_a_phone(open_page, company, sign_in, checked):
    journey, director = company
    make.plan(make.finished(journey, on=_ago(1)))
    phone = open_page(phone=True)
    sign_in(phone, director)
    phone.goto(url("journey", journey.pk))
    expect(phone.get_by_role("heading", name="Noter votre situation de départ")).to_be_visible()
    phone.get_by_role("link", name="Noter le départ").click()
    checked(phone)
    turnover = phone.locator("fieldset.review-figure", has_text="Chiffre d'affaires")
    turnover.get_by_label("Valeur").fill("4 200 000")
    turnover.get_by_label("je joins une pièce").check()
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_role("link", name="Chiffre d'affaires").or_(phone.get_by_text("Joignez la pièce")).first).to_be_visible()
    checked(phone)  # what must be mended is said, accessibly
    turnover.get_by_label("Pièce", exact=True).set_input_files(
        {"name": "comptes.pdf", "mimeType": "application/pdf", "buffer": make.PDF}
    )
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_text("La situation de départ est notée.")).to_be_visible()
    checked(phone)
    assert Baseline.objects.get().figures.get(evidence="documented").document.name == "comptes.pdf"


def test_a_year_later_the_review_is_held_and_the_diagnoses_compared(open_page, company, sign_in, checked):
    journey, director = company
    first = make.plan(make.finished(journey, level=1, on=_ago(372))).diagnosis
    day = timezone.localdate(first.finished_at)
    told = Told("apprentices", "declared", held.Decimal(2), day)
    take_baseline(journey=journey, figures=[told], by=director, now=first.finished_at, taken_on=day)
    held.review(journey, 6, asked_at=_ago(180), lapsed_at=_ago(120))
    make.plan(make.finished(journey, level=3, on=_ago(2), machine_state=1, upkeep="unknown"))
    strike_reviews(as_of=timezone.now(), dry_run=False)

    page = open_page()
    sign_in(page, director)
    page.goto(url("journey", journey.pk))
    expect(page.get_by_role("heading", name="Faire le bilan à 12 mois")).to_be_visible()
    checked(page)
    page.get_by_role("link", name="Faire le bilan", exact=True).click()
    checked(page)
    apprentices = page.locator("fieldset.review-figure", has_text="Apprentis")
    expect(apprentices.get_by_text("Au départ : 2.")).to_be_visible()
    apprentices.get_by_label("Valeur").fill("3")
    apprentices.get_by_label("je le déclare").check()
    invested = page.locator("fieldset.review-figure", has_text="Investissements")
    invested.get_by_label("Valeur").fill("310 000")
    invested.get_by_label("je joins une pièce").check()
    invested.get_by_label("Pièce", exact=True).set_input_files(
        {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": make.PDF}
    )
    page.get_by_label("Ce qui a changé, en quelques mots").fill("Un îlot robotisé de plus.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le bilan est enregistré.")).to_be_visible()
    page.locator("#evolution svg").wait_for()  # once drawn, the table folds away
    page.locator("#evolution").get_by_text("Les mêmes chiffres en tableau").click()
    expect(page.get_by_role("cell", name="+1").first).to_be_visible()
    checked(page)
    assert {figure.evidence for figure in Review.objects.get(months=12).figures.all()} >= {"declared", "documented"}

    page.get_by_role("link", name="Comparer les deux diagnostics").click()
    expect(page.get_by_role("heading", name="Ce qui a bougé")).to_be_visible()
    page.locator("#radar svg").wait_for()
    expect(page.get_by_text("de 1 à 3").first).to_be_visible()
    checked(page)


def test_an_opinion_takes_two_clicks_on_a_phone(open_page, company, sign_in, checked):
    journey, director = company
    held.closed_need(None, journey, created_by=director)
    strike_surveys(as_of=timezone.now(), dry_run=False)
    survey = Survey.objects.get()
    phone = open_page(phone=True)
    sign_in(phone, director)
    phone.goto(url("survey", survey.pk))
    checked(phone)
    phone.get_by_role("group", name="Avez-vous échangé ?").get_by_label("Non").check()
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("Merci.")).to_be_visible()
    checked(phone)
    survey.refresh_from_db()
    assert survey.contacted is False


def test_the_quality_page_is_accessible(open_page, region, sign_in, checked):
    for phone in (False, True):
        page = open_page(phone=phone)
        sign_in(page, region.people[Role.OFFICER])
        page.goto(url("quality"))
        checked(page)
