"""A real Chromium on a live server, with the accessibility engine axe; a script error on a page fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.region import small_region
from tests.machine import IN_CI, chromium

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser and a database shared with the live server."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, started once per worker. Absent: skipped, or a failure in CI."""
    path = chromium()
    if path is None:
        (pytest.fail if IN_CI else pytest.skip)("Chromium est absent")
    # Playwright keeps an event loop in this thread; Django would take our own database calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Make pages: `open_page()` for a desk, `open_page(phone=True)`, `open_page(language="en")`, `open_page(javascript=False)`.

    An address given to `goto` may start with "/". At the end, any script error or refused resource fails the test.
    """
    contexts, troubles = [], []

    def make(*, phone: bool = False, language: str = "fr", javascript: bool = True) -> Any:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            is_mobile=phone,
            has_touch=phone,
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            base_url=live_server.url,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)  # a busy machine is not a defect of the page
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url} : {error}"))
        page.on("console", lambda line: troubles.append(f"{page.url} : {line.text}") if is_trouble(line) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def is_trouble(line: Any) -> bool:
    """Whether a line of the browser's console is a defect; an expected 4xx answer is told by the test itself."""
    return line.type == "error" and "the server responded with a status of 4" not in line.text


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A page at a desk, in French."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Any]) -> Any:
    """A page on a phone 390 pixels wide, in French."""
    return open_page(phone=True)


@pytest.fixture
def region(live_server: Any) -> Any:
    """The small fictional region, seen by the live server."""
    return small_region()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Any, Any], None]:
    """`sign_in(page, user)` gives the page's browser a session of this person, without the form."""
    from django.test import Client

    def enter(page: Any, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return enter


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """`axe(page)` returns what the accessibility engine finds, a sentence per defect; [] is what we want."""
    if not AXE.exists():
        (pytest.fail if IN_CI else pytest.skip)("axe-core est absent (frontend/node_modules)")
    source = AXE.read_text()

    def violations(page: Any) -> list[str]:
        # Evaluated by the debugger, not by the page: our own Content-Security-Policy stays on.
        page.evaluate(source)
        found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", AXE_RULES)
        return [
            f"{page.url} : {violation['id']} ({violation['help']}) {' · '.join(node['html'][:160] for node in violation['nodes'][:3])}"
            for violation in found["violations"]
        ]

    return violations
