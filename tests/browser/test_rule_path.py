"""A rule's path in a real browser: an officer edits it and sees who flips, a second reader publishes, another text undoes it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.models import SchemeVersion
from ensembleur.schemes.queries.published import published_scheme
from tests.factories import schemes

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FACTS = {"commune": Fact("95018"), "headcount": Fact(34), "project_started": Fact(False)}


def url(name: str, *args) -> str:
    return reverse(f"schemes:{name}", args=args)


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0, page.url

    return look


def answer(on, known_on=None):
    return verdict_of(published_scheme("cheque-robot"), FACTS, as_of=on, known_on=known_on).as_json()


def test_a_rule_is_edited_read_over_published_and_undone(open_page, region, sign_in, checked):
    schemes.scheme("cheque-robot")
    officer, reader = region.people[Role.OFFICER], region.people[Role.SECOND_READER]
    today = SchemeVersion.objects.get(version_id="cheque-robot-v1").recorded_at.date()
    past = today - timedelta(days=600)
    before = [answer(past), answer(past, known_on=past)]

    page = open_page()
    sign_in(page, officer)
    page.goto(url("rules"))
    checked(page)
    page.get_by_label("Nom du dispositif").fill("cheque-robot")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Aide cheque-robot").click()
    checked(page)
    page.get_by_role("button", name="Modifier la règle").click()
    checked(page)
    page.get_by_role("link", name=re.compile("^Modifier : Effectif")).click()
    checked(page)
    page.get_by_label(re.compile("^Valeur, salariés")).fill("20")
    page.get_by_role("button", name="Enregistrer la condition").click()
    expect(page.get_by_text("La condition est modifiée.")).to_be_visible()
    page.get_by_role("link", name="Dire pourquoi").click()
    page.get_by_label("Pourquoi ce texte change-t-il ?").fill("Délibération de test.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Voir qui change de réponse").click()
    expect(page.get_by_role("heading", name="Les établissements")).to_be_visible()
    expect(page.get_by_text("moins de 20").first).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Envoyer au second lecteur").click()
    expect(page.get_by_text("une autre personne le publiera")).to_be_visible()
    checked(page)
    _publish(open_page, sign_in, reader, checked)

    assert answer(today + timedelta(days=30))["answer"] == "no"
    assert [answer(past), answer(past, known_on=past)] == before
    page.goto(url("history", "cheque-robot"))
    checked(page)
    page.get_by_role("button", name="Revenir à cette version cheque-robot-v1").click()
    expect(page.get_by_text("reprend le texte de la version cheque-robot-v1")).to_be_visible()
    page.get_by_role("link", name="Voir qui change de réponse").click()
    page.get_by_role("button", name="Envoyer au second lecteur").click()
    _publish(open_page, sign_in, reader, checked)
    assert answer(today + timedelta(days=30))["answer"] == "yes"
    assert [answer(past), answer(past, known_on=past)] == before
    assert SchemeVersion.objects.filter(scheme="cheque-robot", state="published").count() == 3


def _publish(open_page, sign_in, reader, checked) -> None:
    page = open_page(phone=True)
    sign_in(page, reader)
    page.goto(url("rules"))
    checked(page)
    page.locator("main").get_by_role("link", name="Aide cheque-robot").first.click()
    expect(page.get_by_role("heading", name="Qui change de réponse ?")).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Publier ce texte").click()
    expect(page.get_by_text("La version est publiée.")).to_be_visible()
    checked(page)


def test_a_condition_is_added_moved_and_removed_on_a_phone_without_javascript(open_page, region, sign_in, checked):
    schemes.scheme("cheque-robot")
    officer = region.people[Role.OFFICER]
    plain = open_page(phone=True, javascript=False)
    sign_in(plain, officer)
    plain.goto(url("history", "cheque-robot"))
    plain.get_by_role("button", name="Modifier la règle").click()
    plain.get_by_role("link", name=re.compile("^Ajouter une condition")).first.click()
    plain.get_by_label("Sur quoi porte la condition ?").select_option("naf")
    plain.get_by_role("button", name="Continuer").click()
    plain.get_by_label("Activité", exact=True).select_option("starts_with")
    plain.get_by_label("Codes").fill("25, 28")
    plain.get_by_label("Quel texte fonde cette condition ?").select_option("s1")
    plain.get_by_role("button", name="Enregistrer la condition").click()
    plain.get_by_role("link", name=re.compile("^Déplacer : Activité")).click()
    plain.get_by_label("Nouvelle place").select_option("c:0")
    plain.get_by_role("button", name="Déplacer").click()
    plain.get_by_role("link", name=re.compile("^Supprimer : Le projet")).click()
    plain.get_by_role("button", name="Supprimer").click()
    draft = SchemeVersion.objects.get(state="draft")
    assert [line["id"] for line in draft.content["conditions"]["all"]] == ["naf", "in-region", "size"]
    phone = open_page(phone=True)
    sign_in(phone, officer)
    for name, *args in (("draft", draft.pk), ("add_condition", draft.pk), ("group_condition", draft.pk, "c.1"), ("draft_amount", draft.pk),
                        ("draft_windows", draft.pk), ("add_parameter", draft.pk), ("draft_dates", draft.pk), ("add_source", draft.pk)):  # fmt: skip
        phone.goto(url(name, *args))
        checked(phone)
