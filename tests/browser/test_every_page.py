"""Every public page and each role's home, in a real browser: accessible, inside the screen, in both languages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.urls import PUBLIC_PAGES
from tests.factories.region import small_region
from tests.house.addresses import address

OTHERS = tuple(role for role in Role if role not in (Role.DIRECTOR, Role.CONTRIBUTOR, Role.ADVISER))
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def visit(page, url, axe):
    """What is wrong with this page."""
    answer = page.goto(url)
    page.wait_for_load_state("networkidle")
    troubles = [f"{url} answers {answer.status}"] if answer.status >= 400 else []
    wide = page.evaluate(OVERFLOW)
    return troubles + ([f"{url} is {wide} pixels wider than the screen"] if wide > 0 else []) + axe(page)


@pytest.mark.parametrize("visitor", [{"language": "fr"}, {"language": "en"}, {"phone": True}], ids=str)
def test_every_public_page_is_accessible_and_fits_the_screen(open_page, region, axe, visitor):
    troubles = []
    page = open_page(**visitor)
    for name in PUBLIC_PAGES:
        url = address(name, region.arguments())
        troubles += visit(page, url, axe) if url else [f"{name} has no address"]
    assert not troubles, "\n".join(["", *troubles])


@pytest.mark.parametrize(
    "roles", [(Role.DIRECTOR, Role.CONTRIBUTOR), (Role.ADVISER,), OTHERS], ids=["company", "adviser", "public"]
)
def test_what_each_role_sees_is_accessible_and_fits_the_screen(open_page, live_server, axe, sign_in, roles):
    """Each role's home and the kinds of page it leads to, at a desk; the home on a phone as well."""
    region = small_region(journeys=True)
    troubles = []
    for person in (region.people[role] for role in roles):
        phone = open_page(phone=True)
        sign_in(phone, person)
        troubles += visit(phone, reverse("accounts:home"), axe)
        desk = open_page()
        sign_in(desk, person)
        troubles += visit(desk, reverse("accounts:home"), axe)
        for url in kinds_of_page(desk):
            troubles += visit(desk, url, axe)
    assert not troubles, "\n".join(["", *troubles])


def kinds_of_page(page):
    """The private pages this one links to, one of each kind."""
    links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    kinds = {}
    for link in links:
        if re.match(r"/(parcours|compte|conseil|instruction|pilotage)/", link) and not re.search(
            r"export|\.(csv|json|xlsx|pdf)|/pieces/", link
        ):
            kinds.setdefault(re.sub(r"\d+", "0", link.split("?")[0].split("#")[0]), link)
    return list(kinds.values())
