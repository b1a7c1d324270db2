"""A figure in a real browser: reported, approved, locked, told to everybody, told again by the report; what is locked stays."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from ensembleur.accounts.choices import Role
from ensembleur.strategy.services.measuring import take_measurements
from ensembleur.web.formats import day as shown_day
from tests.factories import accounts, journeys, values
from tests.factories.strategy import SLUG, tiny

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TODAY = timezone.localdate()
YEAR, LAST = TODAY.year, TODAY.year - 1
START, CLOSED = date(LAST, 1, 1), date(LAST, 12, 31)


def at(name, *arguments):
    return reverse(f"strategy:{name}", args=[SLUG, *arguments])


@pytest.fixture
def officer(live_server):
    """An officer of the region; the small strategy began last year."""
    tiny(period={"from": START.isoformat(), "to": f"{YEAR + 5}-01-01"}, now=moment(START))
    return accounts.person(Role.OFFICER, full_name="Agathe Région")


@pytest.fixture
def partner(officer):
    return values.partner(full_name="Paul Partenaire")


@pytest.fixture
def checked(axe):
    """`checked(page)` fails on the first accessibility defect, or when the page is wider than the screen."""

    def look(page):
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate(OVERFLOW) <= 0, page.url

    return look


def moment(day):
    return datetime.combine(day, time(11), tzinfo=UTC)


def agree(count=1):
    """So many more companies get an agreement, dated of last summer."""
    on = date(LAST, 6, 1)
    for _ in range(count):
        path = journeys.journey(opened_at=moment(START))
        journeys.application(path, "agreed", filed_at=moment(on), decided_on=on, agreed_on=on)


def take(day):
    return take_measurements(as_of=day, by="command:test", now=timezone.now())


def lock_last_year(page):
    """Close the year that the page proposes."""
    page.goto(at("locks"))
    expect(page.get_by_label("Du", exact=True)).to_have_value(START.isoformat())
    expect(page.get_by_label("au (inclus)")).to_have_value(CLOSED.isoformat())
    page.get_by_label("Pourquoi ?").fill("Rapport annuel adopté.")
    page.get_by_role("button", name="Verrouiller").click()
    expect(page.get_by_text("La période est verrouillée")).to_be_visible()


def unseen(_page):
    """Nothing to check: another test did."""


def report_a_value(page, value, look=unseen):
    """From the desk of values to the sentence that says it is sent; the days are those the page proposes."""
    page.goto(reverse("strategy:values"))
    look(page)
    page.get_by_role("link", name="Saisir la valeur").click()
    look(page)
    page.get_by_label("Valeur", exact=True).fill(value)
    page.get_by_label("D'où vient-elle ?").fill("Bilan annuel des centres")
    page.get_by_role("button", name="Envoyer pour validation").click()
    expect(page.get_by_text("La valeur est envoyée")).to_be_visible()


def approve(page, look=unseen):
    """From the desk of values to the sentence that says it is approved."""
    page.goto(reverse("strategy:values"))
    look(page)
    page.get_by_role("link", name="Lire et décider").click()
    look(page)
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("La valeur est validée.")).to_be_visible()


def text(page, address):
    """What the page says, its spaces made plain."""
    page.goto(address)
    return " ".join(page.locator("main").inner_text().split())


def download(page, year, kind):
    """The bytes of a year's report, "pdf" or "zip"."""
    answer = page.request.get(at("report_file", year, kind))
    assert answer.ok, answer.status
    return answer.body()


def packaged(package):
    """Code → value, in the table of indicators of a data package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        table = archive.read("indicators.csv").decode("utf-8-sig")
    return {row["code"]: row["value"] for row in csv.DictReader(io.StringIO(table))}


def test_a_value_goes_from_a_partner_to_an_officer_to_everybody_and_into_the_report(
    open_page, officer, partner, sign_in, checked
):
    theirs = open_page(phone=True)
    sign_in(theirs, partner)
    report_a_value(theirs, "1 250", look=checked)
    checked(theirs)

    desk = open_page()
    sign_in(desk, officer)
    approve(desk, look=checked)
    checked(desk)
    lock_last_year(desk)
    checked(desk)

    public, phone = open_page(), open_page(phone=True)
    for page in (public, phone):
        page.goto(at("measure", "A2"))
        glance = page.locator(".glance-value")
        expect(glance).to_contain_text("1\u202f250 personnes")
        expect(glance).to_contain_text("déclaré")
        expect(glance).to_contain_text(f"au {shown_day(CLOSED)}")
        expect(page.locator(".acts")).to_contain_text("Valeur rapportée")
        page.get_by_role("link", name="Définition, valeurs et sources").click()
        expect(page.locator(".value-line")).to_contain_text("Bilan annuel des centres")
        checked(page)
        page.goto(at("report", LAST))
        sheet = page.locator("section.report-sheet").filter(has_text="Former des demandeurs d'emploi")
        expect(sheet).to_contain_text("1\u202f250 personnes")
        expect(sheet).to_contain_text("rapporté et validé : Bilan annuel des centres")
        checked(page)
    assert packaged(download(public, LAST, "zip"))["A2.people"] == "1250"


def test_an_operation_recorded_late_changes_what_is_told_now_and_not_what_is_locked(open_page, officer, sign_in, checked):
    agree(4)
    take(CLOSED)
    take(TODAY)
    desk, public = open_page(), open_page(javascript=False)  # without drawings, whose words come when they are ready
    sign_in(desk, officer)
    lock_last_year(desk)
    locked = [f"{at('measure', 'A1')}?au={CLOSED}", at("report", LAST)]
    running = [at("measure", "A1"), at("report", YEAR)]

    def told():
        pages = [text(public, address) for address in locked]
        return [*pages, download(public, LAST, "pdf"), download(public, LAST, "zip")], [text(public, one) for one in running]

    closed, current = told()
    assert all("4 entreprises" in page for page in current)
    agree()
    assert {line.what for line in take(CLOSED).lines} == {"held", "not_measured"}
    take(TODAY)
    closed_then, current_then = told()
    assert closed_then == closed
    assert all("5 entreprises" in page for page in current_then)
    assert packaged(closed_then[-1])["A1.companies"] == "4"
    assert packaged(download(public, YEAR, "zip"))["A1.companies"] == "5"

    desk.goto(f"{reverse('strategy:quality')}?strategie={SLUG}")
    desk.get_by_role("link", name="Comparer les périodes verrouillées").click()
    expect(desk.locator("#locked")).to_contain_text("Verrouillé : 4 entreprises")
    expect(desk.locator("#locked")).to_contain_text("les opérations disent aujourd'hui : 5 entreprises")
    expect(desk.locator("#locked")).to_contain_text("ont été enregistrées ou corrigées depuis")
    checked(desk)


def test_without_scripts_a_value_is_reported_approved_then_corrected_with_a_reason_that_stays(
    open_page, officer, partner, sign_in
):
    theirs, desk, public = (open_page(javascript=False) for _ in range(3))
    sign_in(theirs, partner)
    sign_in(desk, officer)
    report_a_value(theirs, "125")
    approve(desk)

    theirs.get_by_role("link", name="Les valeurs connues de cet indicateur").click()
    theirs.get_by_role("link", name="Corriger 125 personnes").click()
    expect(theirs.get_by_label("Valeur", exact=True)).to_have_value("125")
    theirs.get_by_label("Valeur", exact=True).fill("115")
    theirs.get_by_label("Pourquoi la corriger ?").fill("Dix abandons comptés à tort.")
    theirs.get_by_role("button", name="Envoyer pour validation").click()
    approve(desk)

    public.goto(at("indicator", "A2.people"))
    expect(public.locator(".glance-value")).to_contain_text("115 personnes")
    former = public.locator(".value-replaced")
    expect(former).to_contain_text("125 personnes")
    expect(former).to_contain_text("Dix abandons comptés à tort.")
