"""The public's path: the home field, the search, an establishment, its territory, then the same in English."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.SEARCH_INDEX = tmp_path / "index"


@pytest.mark.parametrize("on_phone", [False, True])
def test_from_the_home_field_to_the_territory(open_page, region, axe, on_phone):
    page = open_page(phone=on_phone)
    page.goto("/")
    page.get_by_label("Votre SIRET, ou le nom de votre entreprise").fill("argenteuil")
    page.get_by_role("button", name="Voir ma prochaine étape").click()
    expect(page.get_by_role("heading", name="Chercher une entreprise")).to_be_visible()
    expect(page.locator(".hit").first).to_contain_text("Argenteuil")
    assert axe(page) == []

    if not on_phone:
        page.locator(".search-facets input[name=family]").first.check()
        page.wait_for_url("**family=**")
        page.locator(".search-facets input[name=family]").first.uncheck()
    page.goto(reverse("territory:search") + f"?q={region.siret}")
    expect(page).to_have_url(f"{page.url.split('/entreprise')[0]}{reverse('territory:establishment', args=[region.siret])}")
    expect(page.get_by_text("Entreprise fictive de démonstration").first).to_be_visible()
    expect(page.locator("#journey-door a.btn")).to_be_visible()
    assert page.locator("header.site-header").count() == 1
    assert axe(page) == []

    page.get_by_role("link", name="L'industrie à Argenteuil").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Argenteuil")
    assert axe(page) == []


def test_the_list_follows_what_is_typed(open_page, region):
    page = open_page()
    page.goto(reverse("territory:search"))
    before = page.locator("#results-title").inner_text()
    page.locator("#id_q").press_sequentially("argente", delay=20)
    expect(page.locator("#results-title")).not_to_have_text(before)
    expect(page.locator("#id_q")).to_be_focused()
    assert "q=argente" in page.url


def test_everything_works_without_javascript(open_page, region):
    page = open_page(javascript=False)
    page.goto(reverse("territory:search"))
    page.locator("#id_q").fill("argenteuil")
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.locator(".hit a").first.click()
    assert "/entreprise/" in page.url
    page.goto(reverse("territory:search"))
    page.locator(".search-facets input[name=departement]").first.check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    assert "departement=" in page.url


def test_the_same_pages_in_english(open_page, region, axe):
    page = open_page(language="en")
    for name, args in (("search", []), ("places", []), ("place", ["departement", "95"]), ("establishment", [region.siret])):
        page.goto(reverse(f"territory:{name}", args=args))
        assert page.locator("html").get_attribute("lang") == "en"
        assert axe(page) == []
