"""The browser of the tests works, and it would tell."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_browser_reads_what_the_server_says(page):
    page.set_content("<!doctype html><html lang=fr><title>Essai</title><main><h1>Bonjour</h1></main></html>")
    assert page.inner_text("h1") == "Bonjour"


def test_axe_tells_an_image_without_a_text(page, axe):
    page.set_content("<!doctype html><html lang=fr><title>Essai</title><main><h1>Bonjour</h1><img src='data:,'></main></html>")
    assert [violation for violation in axe(page) if "image-alt" in violation]
