"""Every public page and each role's home, in a real browser: accessible, inside the screen, in both languages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.urls import PUBLIC_PAGES
from tests.house.addresses import address

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def visit(page, url, axe):
    """What is wrong with this page."""
    answer = page.goto(url)
    page.wait_for_load_state("networkidle")
    troubles = [f"{url} answers {answer.status}"] if answer.status >= 400 else []
    wide = page.evaluate(OVERFLOW)
    return troubles + ([f"{url} is {wide} pixels wider than the screen"] if wide > 0 else []) + axe(page)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page_is_accessible_and_fits_the_screen(open_page, region, axe, phone, language):
    page = open_page(phone=phone, language=language)
    troubles = []
    for name in PUBLIC_PAGES:
        url = address(name, region.arguments())
        troubles += visit(page, url, axe) if url else [f"{name} has no address"]
    assert not troubles, "\n".join(["", *troubles])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_home_of_each_role_is_accessible_and_fits_the_screen(open_page, region, axe, sign_in, phone):
    troubles = []
    for person in region.people.values():
        page = open_page(phone=phone)
        sign_in(page, person)
        troubles += visit(page, reverse("accounts:home"), axe)
    assert not troubles, "\n".join(["", *troubles])
