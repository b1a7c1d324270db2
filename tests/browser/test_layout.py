"""The layout and its components in a real browser: nothing for axe to find, drawings under the strict policy, focus, menus."""

import pytest

PAGES = ["/composants/", "/accessibilite/", "/donnees-personnelles/", "/mentions-legales/", "/rien-ici/", "/connexion/login/"]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_axe_finds_nothing_and_nothing_overflows(open_page, axe, width):
    page = open_page(phone=width == "phone")
    for path in PAGES:
        page.goto(path)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_in_english(open_page, axe):
    page = open_page(language="en")
    page.goto("/composants/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert axe(page) == []


def test_a_chart_is_drawn_without_eval_and_its_table_folds(page):
    page.goto("/composants/")
    chart = page.locator("#gallery-chart")
    chart.scroll_into_view_if_needed()
    chart.locator("[data-drawing] svg").wait_for()
    assert (
        "1\u202f200" in chart.locator("[data-drawing]").inner_text()
        or "1\u202f000" in chart.locator("[data-drawing]").inner_text()
    )
    table = chart.locator("table")
    assert not table.is_visible()
    chart.get_by_text("Les mêmes chiffres en tableau").click()
    assert table.is_visible()
    with page.expect_download() as download:
        chart.get_by_role("button", name="Image PNG").click()
    assert download.value.suggested_filename == "gallery-chart.png"


def test_a_map_is_drawn_and_moves_with_the_keyboard(page):
    page.goto("/composants/")
    drawing = page.locator("#gallery-map")
    drawing.scroll_into_view_if_needed()
    page.locator("#gallery-map[data-drawn=yes]").wait_for()
    canvas = drawing.locator("canvas")
    assert canvas.get_attribute("aria-label") == "Carte d'exemple"
    canvas.focus()
    page.keyboard.press("+")
    assert drawing.get_by_role("button", name="Agrandir").is_visible()


def test_without_javascript_the_twins_are_there(open_page):
    page = open_page(javascript=False)
    page.goto("/composants/")
    assert page.locator("#gallery-chart table").is_visible()
    assert page.get_by_text("Douze lieux d'exemple").is_visible()
    assert not page.locator("#gallery-map").is_visible()


def test_the_first_key_offers_to_skip_to_the_content(page):
    page.goto("/mentions-legales/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_folds_on_a_phone_and_closes_with_escape(phone, settings):
    settings.DOORS = [("partner", "web:gallery"), ("site", "web:legal")]
    phone.goto("/mentions-legales/")
    button = phone.get_by_role("button", name="Menu")
    door = phone.get_by_role("link", name="Je cherche un partenaire")
    assert not door.is_visible()
    button.click()
    assert door.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    door.focus()
    phone.keyboard.press("Escape")
    assert not door.is_visible()


def test_the_menu_is_open_without_javascript(open_page, settings):
    settings.DOORS = [("partner", "web:gallery")]
    page = open_page(phone=True, javascript=False)
    page.goto("/mentions-legales/")
    assert page.get_by_role("link", name="Je cherche un partenaire").is_visible()


def test_the_reader_changes_language_and_keeps_the_page(page):
    page.goto("/mentions-legales/")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Legal notice"
    assert page.url.endswith("/mentions-legales/")


def test_an_error_answered_to_htmx_is_read_in_the_notices(page):
    button = '<button id="ask" hx-get="/rien-ici/" hx-target="h1">Demander</button>'

    def with_button(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<h1>", f"{button}<h1>", 1))

    page.route("**/mentions-legales/", with_button)
    page.goto("/mentions-legales/")
    page.locator("#ask").click()
    page.locator("#notices .notice-error").wait_for()
    assert page.locator("h1").inner_text() == "Mentions légales"
    assert page.evaluate("document.activeElement.classList.contains('notice-error')")
