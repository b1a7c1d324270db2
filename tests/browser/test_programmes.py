"""An adviser enrols a company, notes a stage and finds it on the programme's page; an officer reads a family of aids."""

from __future__ import annotations

from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Enrolment
from tests.browser.test_every_page import visit
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories import programmes as frame


def test_a_company_enters_a_programme_and_is_seen_waiting(open_page, live_server, axe, sign_in):
    journey, _director = make.own_journey()
    for age in (60, 80, 120):
        frame.stage(frame.enrolment(entered=age + 40), days=age)
    page = open_page()
    sign_in(page, accounts.person(Role.ADVISER, "95"))
    troubles = visit(page, reverse("journeys:journey", args=[journey.pk]), axe)
    page.get_by_role("link", name="Inscrire l'entreprise dans un programme").click()
    page.get_by_label("Programme").select_option(label="Accompagnement individualisé de 500 entreprises")
    page.get_by_role("button", name="Inscrire").click()
    page.get_by_text("L'entreprise est inscrite").wait_for()
    page.get_by_text("Noter une étape atteinte").click()
    page.get_by_label("Étape", exact=True).select_option(label="Accompagnement individuel commencé")
    page.get_by_role("button", name="Noter l'étape").click()
    page.get_by_text("C'est enregistré").wait_for()
    assert Enrolment.objects.filter(journey=journey).get().stages.get().stage == "support"
    troubles += visit(page, page.url, axe)
    where = reverse("journeys:programme", args=[frame.FRAME])
    for shown in (page, open_page(phone=True), open_page(language="en")):
        if shown is not page:
            sign_in(shown, accounts.person(Role.ADVISER, "95"))
        troubles += visit(shown, where, axe)
    page.goto(where)
    assert page.get_by_role("link", name=journey.title).count() >= 1
    page.locator("#stages").scroll_into_view_if_needed()  # drawings wait to be seen
    page.locator("#stages svg").wait_for()
    officer = open_page(phone=True)
    sign_in(officer, accounts.person(Role.OFFICER))
    make.application(make.journey(), "filed", scheme="fonds-idf-reindustrialisation")
    troubles += visit(officer, reverse("journeys:pipeline"), axe)
    assert not troubles, "\n".join(["", *troubles])
