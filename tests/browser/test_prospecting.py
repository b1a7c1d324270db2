"""Prospecting in a real browser: choose an aid, read why, note a contact, an opposition respected everywhere."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Contact, Opposition
from ensembleur.journeys.queries import prospects as tables
from tests.browser.test_every_page import OVERFLOW


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0

    return look


@pytest.fixture(autouse=True)
def _nothing_kept():
    tables.forget_tables()


def read_file(download):
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def names(page):
    return page.locator("#prospects .answer-title").all_inner_texts()


def test_an_adviser_calls_a_company_that_opposes_and_nobody_sees_it_again(open_page, region, sign_in, checked):
    page = open_page()
    sign_in(page, region.people[Role.ADVISER])
    page.goto(reverse("accounts:home"))
    page.get_by_role("link", name="Prospection").click()
    expect(page.get_by_role("heading", name="Pour une aide")).to_be_visible()
    checked(page)
    page.locator("table.subjects tbody a").first.click()
    expect(page.locator("#prospects li article").first).to_be_visible()
    checked(page)
    with page.expect_response(re.compile("taille=small")):
        page.get_by_label("Taille de l'entreprise").select_option("small")
    expect(page.locator("#prospects li article").first).to_be_visible()
    first, *others = names(page)
    page.locator("#prospects summary").nth(1).click()
    checked(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter en CSV").click()
    exported = list(csv.DictReader(read_file(download).splitlines(), delimiter=";"))
    assert exported[0]["Entreprise"] == first
    assert len(exported) >= len(others)

    page.get_by_role("link", name=f"Noter un contact : {first}").click()
    checked(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".form-errors, [role=alert] a").first).to_be_visible()
    checked(page)
    page.get_by_label("Ne veut plus être contactée").check()
    page.get_by_label("Ce qui a été dit").fill("Appelée trois fois ce mois-ci.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("n'est plus proposée à aucun démarchage")).to_be_visible()
    assert first not in names(page)
    opposed = Opposition.objects.live().get()
    assert Contact.objects.get().siren == opposed.siren

    page.get_by_role("button", name="Exporter en CSV").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter en CSV").click()
    assert opposed.siren not in read_file(download)
    page.goto(reverse("journeys:contact", args=[Contact.objects.get().siret]))
    expect(page.get_by_role("heading", name="Ne veut plus être contactée")).to_be_visible()
    assert page.get_by_role("button", name="Enregistrer").count() == 0
    checked(page)


def test_without_javascript_on_a_phone_and_with_a_wave(open_page, region, sign_in, checked):
    phone = open_page(phone=True)
    officer = region.people[Role.OFFICER]
    sign_in(phone, officer)
    for address in (reverse("journeys:prospects"), reverse("journeys:prospect_list", args=["mesure", "plan-replacement"])):
        phone.goto(address)
        checked(phone)
    plain = open_page(javascript=False)
    sign_in(plain, officer)
    plain.goto(reverse("journeys:prospect_list", args=["mesure", "plan-replacement"]))
    plain.get_by_label("Département").select_option("95")
    plain.get_by_role("button", name="Filtrer").click()
    assert "departement=95" in plain.url
    plain.get_by_role("button", name="Me réserver les").click()
    expect(plain.get_by_role("heading", name="Réservées pour vous")).to_be_visible()
    plain.get_by_role("button", name="Rendre").first.click()
    phone.goto(reverse("journeys:prospect_wave"))
    checked(phone)


def test_a_director_says_no_more(open_page, region, sign_in, checked):
    page = open_page()
    sign_in(page, region.people[Role.DIRECTOR])
    page.goto(reverse("journeys:door", args=[region.siret]))
    page.get_by_role("link", name="Ne plus être contactée").click()
    checked(page)
    page.get_by_role("button", name="Ne plus être contactée").click()
    expect(page.get_by_role("heading", name="Opposition enregistrée")).to_be_visible()
    checked(page)
    assert Opposition.objects.live().get().siren == region.siren
