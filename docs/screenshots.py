"""Take the pictures of the README: the demonstration, served for the time of a walk, seen at a desk and on a phone.

`make screenshots` builds a demonstration of its own in a temporary folder and removes it; `--home FOLDER` uses one that
already stands, `--only NAME` takes one picture. Everything shown is fictional, and the banner of each page says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).resolve().parent / "screenshots"
SIRET = "00034018200013"  # the company one enters with a click: fictional, as every number that begins with 000
PLAN = "plan-2022-2028"
SCREENS = {1440: 900, 390: 844}
# What matters is lower than one screen.
TALL = {"answers": 1.6, "answers-en": 1.6, "result": 1.7, "establishment": 1.25, "measure": 1.3, "room": 1.3}
# Maps are drawn with WebGL, by software where there is no graphics card.
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PATIENCE_S = 600  # the region is made at first start
DRAWN = """() => [...document.querySelectorAll('[data-map], [data-chart]')].every(box => {
    const place = box.getBoundingClientRect();
    return place.top > innerHeight || box.closest('details:not([open])') || box.dataset.drawn || box.querySelector('svg');
})"""


def open_reasons(page: Page) -> None:
    """Unfold why the first two aids are for us."""
    for number in (0, 1):
        page.locator("article.answer details.why summary").nth(number).click()
    page.evaluate("scrollTo(0, 0)")


def follow(part: str) -> Callable[[Page], None]:
    """Follow the first link of the page whose address holds `part`."""

    def act(page: Page) -> None:
        page.goto(page.locator(f"main a[href*='{part}']").first.get_attribute("href") or "/")

    return act


# What is seen without an account, then as each role: (picture, address, what to do there).
Shot = tuple[str, str, tuple[Callable[[Page], None], ...]]
PUBLIC: list[Shot] = [
    ("home", "/", ()),
    ("search", "/recherche/?q=mecanique", ()),
    ("establishment", f"/entreprise/{SIRET}/", ()),
    ("answers", f"/aides/pour/{SIRET}/", (open_reasons,)),
    ("question", f"/aides/pour/{SIRET}/question/", ()),
    ("schemes", "/aides/", ()),
    ("scheme", "/aides/pm-up/", ()),
    ("territory", "/territoires/commune/95018/", ()),
    ("strategy", f"/strategie/{PLAN}/", ()),
    ("measure", f"/strategie/{PLAN}/mesure/P9/", ()),
    ("report", f"/strategie/{PLAN}/rapport/", ()),
    ("events", "/evenements/", ()),
]
DIRECTOR: list[Shot] = [
    ("journey", "/compte/", ()),
    ("result", "/compte/", (follow("/resultat/"),)),
    ("plan", "/compte/", (follow("/plan/"),)),
    ("application", "/compte/", (follow("/dossiers/"),)),
    ("my-day", f"/evenements/forum-tolerie-usinage-{datetime.now(tz=UTC).year}/moi/", ()),
]
VISITS: list[tuple[str, str, list[Shot]]] = [
    ("", "fr-FR", PUBLIC),
    ("", "en-GB", [("home-en", "/", ()), ("answers-en", f"/aides/pour/{SIRET}/", (open_reasons,))]),
    ("director", "fr-FR", DIRECTOR),
    ("adviser", "fr-FR", [("adviser", "/compte/", ()), ("desk", "/evenements/mes-evenements/", (follow("/rencontres-achat"),))]),
    ("officer", "fr-FR", [("officer", "/compte/", ())]),
    ("committee", "fr-FR", [("room", "/compte/", ())]),
]


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The demonstration of this folder, on a free local port, stopped at the end; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ENSEMBLEUR_HOME": str(home)}
    command = [sys.executable, "-m", "ensembleur.cli", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(server, f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    """Return when the address answers; exits when the server stopped or never answered."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("captures : la démonstration n'a pas démarré, rien n'a été changé.")


def enter(page: Page, role: str) -> None:
    """Sign in as the fictional person of a role, by the button of the demonstration."""
    page.goto("/connexion/login/")
    page.locator(f"button[name=role][value={role}]").click()
    page.wait_for_load_state("networkidle")


def take(page: Page, shot: Shot, width: int) -> None:
    """Go there, do what is asked, wait for maps and charts, take what the screen holds."""
    name, address, acts = shot
    page.set_viewport_size({"width": width, "height": round(SCREENS[width] * TALL.get(name, 1))})
    page.goto(address)
    for act in acts:
        page.wait_for_load_state("networkidle")
        act(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(DRAWN, timeout=20_000)
    page.wait_for_timeout(400)  # the last frame of a map
    path = OUT / f"{name}-{width}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.name}  {path.stat().st_size // 1024} ko", flush=True)


def walk(browser: Any, base: str, only: str) -> None:
    """Every picture, at both widths."""
    for width, height in SCREENS.items():
        for role, locale, shots in VISITS:
            wanted = [shot for shot in shots if only in ("", shot[0])]
            if not wanted:
                continue
            phone = width < 600
            context = browser.new_context(
                viewport={"width": width, "height": height},
                is_mobile=phone,
                has_touch=phone,
                locale=locale,
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
                base_url=base,
            )
            page = context.new_page()
            if role:
                enter(page, role)
            for shot in wanted:
                take(page, shot, width)
            context.close()


def main() -> None:
    """Build or use a demonstration, take the pictures, stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a demonstration that already stands")
    parser.add_argument("--only", default="", help="one picture, by its name")
    given = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("captures : Chromium est absent (apt-get install chromium).")
    OUT.mkdir(exist_ok=True)
    folder = nullcontext(given.home) if given.home else tempfile.TemporaryDirectory(prefix="ensembleur-screenshots-")
    with folder as home, served(Path(home).resolve()) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        walk(browser, base, given.only)
        browser.close()


if __name__ == "__main__":
    main()
