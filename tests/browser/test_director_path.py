"""The director's path in a real browser: SIRET → aids → next best question → diagnosis → plan → file."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.journeys.models import Application, Journey


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []

    return look


def test_from_a_siret_to_a_filed_application(open_page, region, sign_in, checked):
    page = open_page()
    page.goto(url("start"))
    checked(page)
    page.get_by_label("SIRET de l'établissement").fill(region.siret)
    page.get_by_role("button", name="Commencer").click()
    checked(page)
    page.get_by_role("link", name="Voir les aides pour cet établissement").click()
    checked(page)
    _answer_the_next_question(page, region)

    director = region.people[Role.DIRECTOR]
    sign_in(page, director)
    page.goto(url("door", region.siret))
    page.get_by_role("link", name="Ouvrir le parcours").click()
    checked(page)
    page.get_by_role("button", name="Ouvrir ce parcours").click()
    expect(page.get_by_text("Votre prochaine étape")).to_be_visible()
    checked(page)

    page.get_by_role("link", name="Commencer le diagnostic").click()
    checked(page)
    page.get_by_role("button", name="Commencer le diagnostic").click()
    _diagnose(page, checked)
    expect(page.get_by_role("heading", name="Trois priorités")).to_be_visible()
    page.locator("#radar svg").wait_for()
    checked(page)

    page.get_by_role("link", name="Voir le plan d'actions").click()
    page.locator("#timeline").scroll_into_view_if_needed()
    page.locator("#timeline svg").wait_for()
    checked(page)
    _file(page, region, checked)


def _answer_the_next_question(page, region) -> None:
    """One question a page; an answer, or « je ne sais pas »."""
    page.goto(reverse("schemes:question", args=[region.siret]))
    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("button", name=re.compile("ne sais pas", re.IGNORECASE)).first.click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_be_visible()


def _diagnose(page, checked) -> None:
    """Every axis; the first answer is saved by itself, the page is left and found again."""
    page.wait_for_url(re.compile(f"/{AXES[0]}/"))
    checked(page)
    with page.expect_response(re.compile("reponse")):
        page.locator("fieldset.statement").first.get_by_role("radio").nth(1).check()
    page.reload()
    expect(page.locator("fieldset.statement").first.get_by_role("radio").nth(1)).to_be_checked()
    for number, axis in enumerate(AXES):
        page.wait_for_url(re.compile(f"/{axis}/"))
        statements = page.locator("fieldset.statement:not(.stake)")
        for place in range(statements.count()):
            choice = 6 if place == 4 else 7 if place == 5 else 2 + place % 3
            with page.expect_response(re.compile("reponse")):
                statements.nth(place).get_by_role("radio").nth(choice).click()
        if number < len(AXES) - 1:
            page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("button", name="Terminer et voir le résultat").click()


def _file(page, region, checked) -> None:
    """The first action an aid may pay, and its application."""
    journey = Journey.objects.get(siret=region.siret)
    targets = page.locator("li.action:has(.payers) h3 a")
    targets.first.click()
    checked(page)
    page.get_by_role("link", name=re.compile("^Préparer un dossier")).first.click()
    checked(page)
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.get_by_label("Votre projet en quelques phrases").fill("Remplacer deux postes manuels.")
    page.get_by_label("Coût du projet hors taxes, en euros").fill("120 000")
    page.get_by_label("Non, rien n'est commandé ni signé").check()
    page.get_by_role("button", name="Enregistrer le projet").click()
    page.get_by_label("Quelle pièce ?").select_option("quote")
    page.get_by_label("Fichier").set_input_files(
        {"name": "devis.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    page.get_by_role("button", name="Joindre la pièce").click()
    expect(page.get_by_role("link", name="devis.pdf")).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Déposer le dossier").click()
    page.wait_for_load_state()
    application = Application.objects.get(journey=journey)
    assert application.status == "filed"
    assert application.verdict["answer"] in ("yes", "unknown")
    checked(page)


def test_the_diagnosis_fits_a_phone_and_works_without_javascript(open_page, region, sign_in, checked):
    from django.utils import timezone

    from ensembleur.journeys.services.diagnosing import start_diagnosis
    from ensembleur.journeys.services.opening import open_journey

    director = region.people[Role.DIRECTOR]
    journey = open_journey(siret=region.siret, by=director, now=timezone.now())
    start_diagnosis(journey=journey, by=director, now=timezone.now())
    phone = open_page(phone=True)
    sign_in(phone, director)
    phone.goto(url("axis", journey.pk, "production"))
    assert phone.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    checked(phone)
    plain = open_page(javascript=False)
    sign_in(plain, director)
    plain.goto(url("axis", journey.pk, "production"))
    plain.locator("fieldset.statement").first.get_by_role("radio").nth(2).check()
    plain.get_by_role("button", name="Enregistrer et continuer").click()
    plain.wait_for_url(re.compile("/digital/"))
    assert journey.diagnoses.get().answers.get().level == 2
