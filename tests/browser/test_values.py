"""A value in a real browser: a partner types it, an officer approves and locks the year, a file goes out and comes back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.strategy.models import Measurement, Proposal
from tests.factories import values
from tests.factories.strategy import SLUG, tiny

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def at(name, *arguments):
    return reverse(f"strategy:{name}", args=arguments)


@pytest.fixture
def people(live_server):
    tiny()
    return populate_accounts(seed=7, now=timezone.now(), company_siren="000000018")


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0, page.url

    return look


def test_a_partner_types_an_officer_approves_then_locks(open_page, people, sign_in, checked):
    partner = open_page(phone=True, javascript=False)
    sign_in(partner, people[Role.ADVISER])
    partner.goto(at("values"))
    partner.get_by_role("link", name="Saisir la valeur").click()
    partner.get_by_label("Valeur", exact=True).fill("1 250,5")
    partner.get_by_label("Période : du").fill("2026-01-01")
    partner.get_by_label("au (inclus)").fill("2026-02-28")
    partner.get_by_label("Situation au").fill("2027-01-01")
    partner.get_by_label("D'où vient-elle ?").fill("Bilan du centre, mars 2026")
    partner.get_by_role("button", name="Envoyer pour validation").click()
    expect(partner.get_by_label("Valeur", exact=True)).to_have_value("1 250,5")  # nothing is lost
    partner.get_by_label("Situation au").fill("2026-02-28")
    partner.get_by_role("button", name="Envoyer pour validation").click()
    expect(partner.get_by_text("La valeur est envoyée")).to_be_visible()

    officer = open_page()
    sign_in(officer, people[Role.OFFICER])
    officer.goto(at("values"))
    checked(officer)
    officer.get_by_role("link", name="Lire et décider").click()
    checked(officer)
    officer.get_by_role("button", name="Valider").click()
    expect(officer.get_by_text("La valeur est validée.")).to_be_visible()
    assert Measurement.objects.get().proposal == Proposal.objects.get()

    officer.goto(at("locks", SLUG))
    officer.get_by_label("Du", exact=True).fill("2026-01-01")
    officer.get_by_label("au (inclus)").fill("2026-03-31")
    officer.get_by_label("Pourquoi ?").fill("Trimestre adopté.")
    officer.get_by_role("button", name="Verrouiller").click()
    expect(officer.get_by_text("La période est verrouillée")).to_be_visible()
    checked(officer)


def test_an_export_filled_by_hand_is_tried_then_confirmed(open_page, people, sign_in, checked, tmp_path):
    partner = open_page()
    sign_in(partner, people[Role.ADVISER])
    partner.goto(at("import_values", SLUG))
    checked(partner)
    with partner.expect_download() as download:
        partner.get_by_role("link", name="Téléchargez l'export").click()
    path = tmp_path / "valeurs.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    head, *lines = text.splitlines()
    line = dict(zip(head.split(";"), next(one for one in lines if values.CODE in one).split(";"), strict=True))
    line |= {"du": "01/01/2026", "au": "28/02/2026", "situation_au": "28/02/2026", "valeur": "12", "source": "Bilan"}
    rejected = {**line, "indicateur": "Z9"}
    path.write_text("\n".join([head, ";".join(line.values()), ";".join(rejected.values())]), encoding="utf-8")
    partner.get_by_label("Fichier CSV").set_input_files(path)
    partner.get_by_role("button", name="Essayer ce fichier").click()
    expect(partner.get_by_text("Rien n'est encore enregistré.")).to_be_visible()
    checked(partner)
    partner.get_by_role("button", name="Envoyer cette valeur").click()
    expect(partner.get_by_text(re.compile("1 valeur est envoyée"))).to_be_visible()
    checked(partner)
    partner.get_by_role("button", name="Retirer ce qui attend").click()
    expect(partner.get_by_text(re.compile("1 valeur est retirée"))).to_be_visible()


def test_the_other_pages_of_values_suit_everybody(open_page, people, sign_in, checked):
    contested = values.reported(120, as_of=values.START)
    dispute = values.dispute(contested, people[Role.ADVISER])
    lock = values.lock(contested.indicator.strategy, people[Role.OFFICER], end=values.START.replace(month=2))
    addresses = [
        at("quality"), at("value_form", SLUG, values.CODE), at("correct", contested.pk), at("dispute", contested.pk),
        at("settle", dispute.pk), at("locks", SLUG), at("values"),
    ]  # fmt: skip
    for is_phone, language in ((False, "fr"), (True, "en")):
        page = open_page(phone=is_phone, language=language)
        sign_in(page, people[Role.OFFICER])
        for address in addresses:
            page.goto(address)
            checked(page)
        sign_in(page, people[Role.SECOND_READER])
        page.goto(at("lift_lock", lock.pk))
        checked(page)
