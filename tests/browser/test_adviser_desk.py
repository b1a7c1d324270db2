"""A request in a real browser: a company asks, an adviser takes it, writes, closes honestly; another comes too late."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.demo import populate_advisers
from ensembleur.journeys.models import AdviserSubject, Need
from ensembleur.journeys.services.asking import open_need
from ensembleur.journeys.services.opening import open_journey

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def url(name: str, *args) -> str:
    return reverse(f"journeys:{name}", args=args)


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page) -> None:
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0, page.url

    return look


@pytest.fixture
def cast(region):
    """The showcase's journey, its director, its adviser and a second one who answers the same subject; and the officer."""
    now = timezone.now()
    director, adviser = region.people[Role.DIRECTOR], region.people[Role.ADVISER]
    second = populate_advisers(seed=7, now=now)["centre"]
    for person in (adviser, second):
        AdviserSubject.objects.create(adviser=person, subject="automation", added_at=now)
    journey = open_journey(siret=region.siret, by=director, now=now)
    return {
        "journey": journey,
        "director": director,
        "adviser": adviser,
        "second": second,
        "officer": region.people[Role.OFFICER],
    }


def test_a_request_from_the_company_to_its_honest_end(open_page, cast, sign_in, checked):
    company = open_page()
    sign_in(company, cast["director"])
    _ask(company, cast["journey"], checked)

    late = open_page(phone=True)  # the second adviser reads the request before the first takes it
    sign_in(late, cast["second"])
    late.goto(url("adviser_home"))
    checked(late)
    late.get_by_role("link", name=re.compile("Automatiser ou robotiser un poste")).first.click()
    expect(late.get_by_role("button", name="Prendre en charge")).to_be_visible()

    desk = open_page()
    sign_in(desk, cast["adviser"])
    desk.goto(url("adviser_home"))
    expect(desk.get_by_text("Dans les délais").first).to_be_visible()
    checked(desk)
    desk.get_by_role("link", name="Lire la demande").click()
    expect(desk.get_by_text("Sujet couvert : Automatiser ou robotiser un poste")).to_be_visible()
    checked(desk)
    desk.get_by_role("button", name="Prendre en charge").click()
    expect(desk.get_by_text("Vous suivez cette demande. L'entreprise en est prévenue")).to_be_visible()

    late.get_by_role("button", name="Prendre en charge").click()
    expect(late.get_by_role("heading", name="Un autre conseiller a été plus rapide")).to_be_visible()
    expect(late.get_by_role("alert")).to_contain_text(f"{cast['adviser']} a pris cette demande le")
    checked(late)

    _write_and_close(desk, company, cast, checked)


def _ask(page, journey, checked) -> None:
    """Two steps, in plain words."""
    page.goto(url("journey", journey.pk))
    page.get_by_role("link", name="Demander de l'aide").click()
    checked(page)
    page.get_by_role("link", name="Automatiser ou robotiser un poste").click()
    checked(page)
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.locator(".is-invalid")).to_be_visible()
    page.get_by_label("Votre demande, avec vos mots").fill("Le chargement du tour use les épaules de deux opérateurs.")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_text("Votre demande est envoyée.")).to_be_visible()
    expect(page.get_by_text("En attente d'un conseiller")).to_be_visible()
    checked(page)


def _write_and_close(desk, company, cast, checked) -> None:
    """The adviser writes; the company answers; the adviser says it ended without news, which is neither help nor its absence."""
    desk.get_by_label("Votre message").fill("Je passe jeudi voir le poste.")
    desk.get_by_role("button", name="Envoyer le message").click()
    need = Need.objects.get(journey=cast["journey"])
    company.goto(url("need", need.pk))
    expect(company.get_by_text("Je passe jeudi voir le poste.")).to_be_visible()
    expect(company.get_by_text("s'occupe de votre demande").first).to_be_visible()
    company.get_by_label("Votre message").fill("Parfait, à jeudi.")
    company.get_by_role("button", name="Envoyer le message").click()
    desk.goto(url("adviser_home"))
    expect(desk.get_by_role("heading", name="Répondre au message sur « Automatiser ou robotiser un poste »")).to_be_visible()
    desk.get_by_role("link", name="Lire et répondre").click()
    expect(desk.get_by_text("Parfait, à jeudi.")).to_be_visible()
    desk.locator("#close summary").click()
    checked(desk)
    desk.get_by_label(re.compile("^Close sans nouvelles")).check()
    desk.get_by_role("button", name="Clore la demande").click()
    expect(desk.get_by_text("La demande est close sans nouvelles : personne n'en est averti")).to_be_visible()
    company.goto(url("need", need.pk))
    expect(company.get_by_text("Close sans nouvelles").first).to_be_visible()
    expect(company.get_by_text("Ce n'est ni une aide, ni une absence d'aide.")).to_be_visible()
    checked(company)
    need.refresh_from_db()
    assert (need.status, need.outcome) == ("closed", "no_news")


def test_a_wrong_routing_is_reported_in_one_click_and_sent_elsewhere(open_page, cast, sign_in, checked):
    need = open_need(
        journey=cast["journey"], subject="automation", words="En fait, un recrutement.", by=cast["director"], now=timezone.now()
    ).need
    AdviserSubject.objects.create(adviser=cast["second"], subject="hiring", added_at=timezone.now())
    company = open_page()
    sign_in(company, cast["director"])
    company.goto(url("journey", cast["journey"].pk))
    company.get_by_role("button", name=re.compile("Ce n'est pas le bon interlocuteur")).click()
    expect(company.get_by_text("C'est signalé : la demande est réorientée, rien n'est perdu.")).to_be_visible()

    officer = open_page()
    sign_in(officer, cast["officer"])
    officer.goto(url("routing"))
    checked(officer)
    officer.get_by_role("link", name=re.compile("^Réorienter")).click()
    checked(officer)
    officer.get_by_label("Sur quel sujet ?").select_option("hiring")
    expect(officer.get_by_role("heading", name="Qui serait sollicité sur « Recruter »")).to_be_visible()
    checked(officer)
    officer.get_by_role("button", name="Réorienter la demande").click()
    expect(officer.get_by_text("1 conseiller la reçoit")).to_be_visible()
    need.refresh_from_db()
    assert need.subject == "hiring"
    assert not need.to_reroute
    for name in ("need_statistics", "filters"):
        officer.goto(url(name))
        checked(officer)
    company.reload()
    expect(company.get_by_text("En fait, un recrutement.")).to_be_visible()


def test_an_adviser_keeps_a_profile_without_javascript(open_page, cast, sign_in, checked):
    page = open_page()
    sign_in(page, cast["adviser"])
    page.goto(url("adviser_profile"))
    checked(page)
    plain = open_page(javascript=False)
    sign_in(plain, cast["adviser"])
    plain.goto(url("adviser_profile"))
    plain.get_by_label("Recruter").check()
    plain.get_by_role("button", name="Enregistrer mes sujets").click()
    expect(plain.get_by_text("Vos sujets sont enregistrés.")).to_be_visible()
    assert set(AdviserSubject.objects.filter(adviser=cast["adviser"]).values_list("subject", flat=True)) == {
        "automation",
        "hiring",
    }
