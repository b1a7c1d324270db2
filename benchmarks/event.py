"""An event of full size from its creation to its indicators, in a real browser on the demonstration; a quarter of it beside."""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar
from playwright.sync_api import Browser, Error, Page, sync_playwright

from benchmarks._forum_files import Forum, forum
from benchmarks.results import table, write_section
from docs.screenshots import FLAGS, enter, served
from tests.machine import chromium

ROOT = Path(__file__).resolve().parent.parent
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SCALES, SECONDS, TARGET = (0.25, 1), 30, 2.0
PATIENCE = 300_000  # milliseconds before a step is said to hang
SLOW = {"Calcul du planning", "Lettres composées"}  # done apart, while one does something else
TALLEST = 12_000  # pixels of a picture: the browser has no room for a whole plan on paper
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Nobody waits for a day in a benchmark: the first two slots are over, the third goes on.
DAY_COMES = """
import sys
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from ensembleur.meetings.models import Event
from ensembleur.periods import paris_day
event, now = Event.objects.get(slug=sys.argv[1]), timezone.now()
for slot in event.slots.order_by("number"):
    slot.starts_at = now + timedelta(minutes=20 * slot.number - 50)
    slot.ends_at = slot.starts_at + timedelta(minutes=20)
    slot.save()
Event.objects.filter(pk=event.pk).update(starts_on=paris_day(now), ends_on=paris_day(now))
"""
MEASURED = """
import django
django.setup()
from ensembleur.periods import paris_day
from django.utils import timezone
from ensembleur.strategy.engine.registry import Reading, measure_named
reading = Reading(paris_day(timezone.now()), region="11")
for name in ("meetings_participants", "meetings_organisations", "meetings_held", "meetings_useful_share"):
    print(measure_named(name).take(reading, {"kind": "forum"}).value or 0)
"""

SOMEBODY = """
import sys
import django
django.setup()
from ensembleur.meetings.models import Attendee
print(Attendee.objects.filter(registration__event__slug=sys.argv[1], arrived_at=None).order_by("pk").first().name.split()[-1])
"""


class Walk:
    """One event, walked from page to page; `seconds` : {step: from the click to the loaded page}."""

    def __init__(self, browser: Browser, address: str, home: Path, pictures: Path | None) -> None:
        self.browser, self.address, self.home, self.pictures = browser, address, home, pictures
        self.seconds: dict[str, float] = {}
        self.troubles: list[str] = []
        self.desk, self.phone, self.slug = self.open(), self.open(phone=True), ""

    def open(self, *, phone: bool = False) -> Page:
        """A page whose errors are remembered."""
        options: dict[str, Any] = {"viewport": PHONE if phone else DESKTOP, "is_mobile": phone, "has_touch": phone}
        context = self.browser.new_context(**options, locale="fr-FR", base_url=self.address, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url} : {error}"))
        page.on(
            "response", lambda answer: self.troubles.append(f"{answer.url} : {answer.status}") if answer.status >= 400 else None
        )
        return page

    @contextmanager
    def step(self, name: str, page: Page | None = None) -> Iterator[None]:
        """Time what is done; stop at the first thing that is wrong."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began
        print(f"{self.seconds[name]:7.2f}  {name}", flush=True)
        page = page or self.desk
        wide = page.evaluate(OVERFLOW)
        expect(not self.troubles, f"« {name} » : {' ; '.join(self.troubles)}")
        expect(wide <= 0, f"« {name} » : {page.url} dépasse l'écran de {wide} pixels")
        if self.pictures:
            stem = f"{len(self.seconds):02} {name} {page.viewport_size['width']}".replace("/", "-")  # type: ignore[index]
            page.screenshot(
                path=self.pictures / f"{stem}.png", full_page=page.evaluate("document.documentElement.scrollHeight") < TALLEST
            )

    def see(self, name: str, path: str, page: Page | None = None) -> None:
        """Open a page of the desk, or of the participant on `page`."""
        with self.step(name, page):
            (page or self.desk).goto(path if path.startswith("/") else f"/evenements/{self.slug}/{path}")

    def press(self, name: str, selector: str, page: Page | None = None) -> None:
        """Follow a link or send a form."""
        page = page or self.desk
        control = page.locator(selector).first
        control.wait_for(state="visible", timeout=10_000)
        with self.step(name, page), page.expect_navigation():
            control.click()

    def take(self, name: str, path: str, page: Page | None = None) -> bytes:
        """Download a file."""
        with self.step(name, page):
            answer = (page or self.desk).request.get(f"/evenements/{self.slug}/{path}", timeout=PATIENCE)
            content = answer.body()
        expect(answer.ok, f"« {name} » : {answer.url} répond {answer.status}")
        return content

    def move(self, name: str, state: str) -> None:
        """Follow an arrow of the desk."""
        self.desk.goto(f"/evenements/{self.slug}/bureau/")
        button = self.desk.locator(f"button[name=to][value={state}]").first
        if not button.is_visible():
            self.desk.locator("details.desk-moves summary").click()
        self.press(name, f"button[name=to][value={state}]")

    def in_home(self, code: str, *words: str) -> list[str]:
        """Run a few lines of Python in the demonstration's folder; the lines they print."""
        environment = os.environ | {
            "ENSEMBLEUR_HOME": str(self.home), "ENSEMBLEUR_DEMO": "1", "DJANGO_SETTINGS_MODULE": "ensembleur.settings"
        }  # fmt: skip
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def expect(held: object, sentence: str) -> None:
    """Stop with a clear sentence when something is not as it should be."""
    if not held:
        raise SystemExit(f"event : {sentence}.")


def text(page: Page) -> str:
    """What the page says, with ordinary spaces."""
    return page.locator("main").inner_text().replace("\u202f", " ").replace("\xa0", " ")


def rows(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def walk(one: Walk, given: Forum) -> str:
    """From the draft to the indicators; what became of the wishes, in one sentence."""
    prepare(one, given)
    bring(one, "people", "personnes", given.people_csv, given.people)
    lists(one, "Inscriptions", "bureau/inscriptions/")
    one.move("Ouvrir les vœux", "wishes")
    bring(one, "wishes", "vœux", given.wishes_csv, given.wishes)
    lists(one, "Vœux", "bureau/voeux/")
    one.see("Bureau de l'organisateur", "bureau/")
    one.see("Liste des réponses à donner", "bureau/liste/reponses/")
    one.move("Passer au planning", "timetable")
    one.see("Et si…", "bureau/planning/et-si/")
    told = compute(one, given)
    publish(one, given)
    plan = rows(one.take("Planning en CSV", "bureau/planning/1/fichier/complet/"))
    links = private_links(one)
    buyer, supplier = (busiest(plan, side, links) for side in ("personne_a", "personne_b"))
    participate(one, one.phone, buyer, links[buyer], sum(line["personne_a"] == buyer for line in plan))
    one.in_home(DAY_COMES, one.slug)
    one.move("Ouvrir le jour J", "day")
    the_day(one, supplier, links[supplier])
    after(one)
    for name, path, count in (
        ("Inscriptions en CSV", "bureau/inscriptions/export/", given.people),
        ("Vœux en CSV", "bureau/voeux/export/", given.wishes),
    ):
        expect(len(rows(one.take(name, path))) == count, f"« {name} » n'a pas {count} lignes")
    for name in ("badges", "agendas", "tables"):
        expect(one.take(f"{name.capitalize()} en PDF", f"bureau/{name}.pdf")[:4] == b"%PDF", f"{name} : pas un PDF")
    return told


def prepare(one: Walk, given: Forum) -> None:
    """A draft, its rules, its slots, its tables; then the registration opens."""
    page, day = one.desk, (datetime.now(tz=UTC).date() + timedelta(days=30)).isoformat()
    one.see("Créer un événement", "/evenements/nouveau/")
    page.locator("input[name=kind][value=forum]").check()
    fields = {
        "title": f"Forum fictif de {given.people} personnes", "starts_on": day, "ends_on": day, "commune": "Argenteuil",
        "place_name": "Halle fictive", "organised_by_name": "Organisme fictif", "contact_email": "contact@forum.example",
    }  # fmt: skip
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)
    one.press("Événement créé", "main form[method=post] .btn-primary")
    one.slug = page.url.split("/evenements/")[1].split("/")[0]
    one.see("Réglages", "bureau/reglages/")
    for name in ("max_meetings", "max_consecutive"):
        page.locator(f"#id_{name}").fill("")  # as in the published recipe
    one.press("Réglages enregistrés", "main form[method=post] .btn-primary")
    one.see("Créneaux", "bureau/creneaux/")
    page.locator("#id_count").fill("24")
    page.locator("#id_minutes").fill("20")
    one.press("Aperçu des créneaux", "button[value=preview]")
    one.press("Créneaux gardés", "button[value=replace]")
    one.see("Places", "bureau/places/")
    page.locator("#id_count").fill(str(given.tables))
    one.press("Tables ajoutées", "main form[method=post] .btn-primary")
    one.move("Ouvrir les inscriptions", "registration")


def bring(one: Walk, kind: str, word: str, content: bytes, count: int) -> None:
    """Try a file, read what it would do, confirm."""
    one.see(f"Importer des {word}", "bureau/import/")
    one.desk.locator(f"input[name=type][value={kind}]").check()
    one.desk.locator("#id_fichier").set_input_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content})
    one.press(f"Fichier des {word} essayé", "form[enctype] .btn-primary")
    expect("Rien n'est encore enregistré." in text(one.desk), f"l'essai des {word} n'est pas montré : {text(one.desk)[:400]}")
    expect("Lignes écartées" not in text(one.desk), f"des {word} sont écartés : {text(one.desk)[:1200]}")
    one.press(f"Fichier des {word} importé", "button[value=confirm]")
    expect(
        f"{count:,} lignes".replace(",", " ") in text(one.desk) or f"{count} lignes" in text(one.desk), f"il manque des {word}"
    )


def lists(one: Walk, name: str, path: str) -> None:
    """The first page of a long list, its fifth, and a word looked for."""
    one.see(name, path)
    one.see(f"{name}, 5ᵉ page", f"{path}?page=5")
    one.see(f"{name}, recherche d'un nom", f"{path}?q=Ateliers")


def compute(one: Walk, given: Forum) -> str:
    """Ask for a timetable, see it progress, read it; what it holds."""
    one.see("Planning", "bureau/planning/")
    one.desk.locator("#id_seconds").select_option(str(SECONDS))
    one.press("Calcul demandé", "form.timetable-form .btn-primary")
    with one.step("Premiers chiffres du calcul"):
        one.desk.locator("#computation p", has_text="rendez-vous placés sur").wait_for()
    with one.step("Calcul du planning"):
        one.desk.locator("#computation a[href$='/planning/1/']").wait_for()
    one.press("Version calculée", "#computation a")
    said = text(one.desk)
    expect("règles enfreintes" not in said, f"le planning est en faute : {said[:600]}")
    placed = sum(int(found.replace(" ", "")) for found in re.findall(r"([\d ]+) sur [\d ]+", said)[:1])
    one.see("Grille de la version", "bureau/planning/1/grille/")
    one.press("Déplacer un rendez-vous", "table.grid-table td a")
    one.desk.go_back()
    one.press("Agenda d'une personne", "table.grid-table th a")
    one.see("Imprimer par personne", "bureau/planning/1/imprimer/")
    return f"{given.people} people of {given.organisations} organisations, {given.wishes:,} wishes, {given.meetings:,} agreed, {placed:,} placed"


def publish(one: Walk, given: Forum) -> None:
    """Publish, and wait for the letters that are composed apart."""
    one.see("Publier", "bureau/planning/1/publier/")
    one.press("Version publiée", "main form .btn-primary")
    with one.step("Lettres composées"):
        end = time.monotonic() + PATIENCE / 1000
        while letters(one) < given.people:
            expect(time.monotonic() < end, "les lettres ne sont pas composées")
            time.sleep(0.5)
    one.see("Lettres et impressions", "bureau/lettres/")


def letters(one: Walk) -> int:
    """How many letters the page counts, whatever became of them."""
    one.desk.goto(f"/evenements/{one.slug}/bureau/lettres/")
    return sum(int(re.sub(r"\D", "", told)) for told in one.desk.locator(".figures .figure-value").all_inner_texts())


def private_links(one: Walk) -> dict[str, str]:
    """{name: private link} of those whose short text holds it, but for namesakes."""
    lines = rows(one.take("Textes courts en CSV", "bureau/lettres/textes.csv"))
    names = [line["nom"] for line in lines]
    found = {line["nom"]: re.search(r"/evenements/lien/\S+", line["texte"]) for line in lines if names.count(line["nom"]) == 1}
    return {name: link[0] for name, link in found.items() if link}


def busiest(plan: list[dict[str, str]], column: str, links: dict[str, str]) -> str:
    """Who has most meetings on one side."""
    names = [line[column] for line in plan if line[column] in links]
    expect(names, f"aucun lien privé pour « {column} »")
    return max(sorted(set(names)), key=names.count)


def participate(one: Walk, phone: Page, name: str, link: str, count: int) -> None:
    """Somebody opens their private link on a phone, reads their day and takes it away."""
    one.see("Lien privé ouvert", link, phone)
    one.see("Ma journée", "moi/", phone)
    expect(f"{count} rendez-vous" in text(phone), f"« Ma journée » de {name} n'a pas {count} rendez-vous : {text(phone)[:400]}")
    one.see("Liste des participants", "moi/participants/", phone)
    one.see("Mes vœux", "moi/voeux/", phone)
    one.see("Trouver ma table", "moi/tables/", phone)
    one.see("Mon inscription", "moi/inscription/", phone)
    calendar = Calendar.from_ical(one.take("Mon agenda (.ics)", "moi/agenda.ics", phone))
    entries = [entry for entry in calendar.walk("VEVENT") if entry.get("STATUS") != "CANCELLED"]
    expect(len(entries) == count, f"le fichier d'agenda de {name} a {len(entries)} rendez-vous au lieu de {count}")
    expect(one.take("Mon planning en PDF", "moi/agendas.pdf", phone)[:4] == b"%PDF", "le planning sur papier n'est pas un PDF")


def the_day(one: Walk, late: str, link: str) -> None:
    """Somebody comes in, somebody else says they leave: the difference is read and applied; the screen of the hall follows."""
    one.see("Toutes les tables d'un créneau", "bureau/jour/?creneau=3")
    one.see("Liste de présence", "bureau/jour/liste/")
    one.see("Jour J", "bureau/jour/")
    one.desk.locator("#q").fill(one.in_home(SOMEBODY, one.slug)[0])
    one.press("Nom cherché à l'accueil", ".day-search button")
    one.press("Arrivée notée", "button[name=act][value=arrived]")
    phone = one.open(phone=True)
    one.see("Lien privé du second participant", link, phone)
    one.see("Annoncer une absence", "moi/absence/", phone)
    phone.get_by_label("Absence pour tout ce qui reste").check()
    phone.get_by_label("Motif").fill("Train supprimé (essai).")
    one.press("Absence annoncée", "form.day-form .btn-primary", phone)
    expect("C'est annoncé." in phone.locator("body").inner_text(), f"l'absence de {late} n'est pas prise")
    one.see("Changements à décider", "bureau/jour/changements/")
    one.press("Différences proposées", ".day-people a")
    expect("Ce qui change" in text(one.desk), "la proposition ne montre aucune différence")
    one.press("Différences appliquées", "button[name=act][value=approve]")
    one.see("Ma journée, changée", "moi/", phone)
    one.see("Jour J, après le changement", "bureau/jour/")
    hall = one.desk.locator(".event-links a", has_text="Écran pour la salle").get_attribute("href") or ""
    one.see("Écran de la salle", hall, one.open())
    one.see("Mes suites", "moi/suites/", one.phone)
    one.press("Utile : premier toucher", ".after-meeting button[value=yes]", one.phone)
    one.press("Suite : second toucher", ".after-meeting button[value=follow_up]", one.phone)


def after(one: Walk) -> None:
    """The event is closed, and what came of it is read."""
    one.move("Clore l'événement", "closed")
    one.see("Suites, pour l'organisateur", "bureau/suites/")
    expect("À recontacter" in text(one.desk), "la suite dite n'est pas comptée")
    expect(len(rows(one.take("Réponses en CSV", "bureau/suites/export/"))) == 1, "la réponse n'est pas exportée")
    expect(all(float(value) > 0 for value in one.in_home(MEASURED)), "un indicateur de l'événement est resté à zéro")


def main() -> None:
    """Walks through a quarter of the event, then the whole; writes the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a demonstration that already stands; otherwise one is made, and removed")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each page")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("event : arrêté."))  # what was started is ended
    browser_path = chromium()
    expect(browser_path, "Chromium est absent de cette machine : installez le paquet « chromium »")
    folder = nullcontext(str(given.home)) if given.home else tempfile.TemporaryDirectory(prefix="ensembleur-bench-")
    walks, told = [], []
    with folder as home, served(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*FLAGS, "--headless"], headless=True)
        try:
            for scale in SCALES:
                one = Walk(browser, address, Path(home), given.pictures if scale == 1 else None)
                enter(one.desk, "adviser")
                one.desk.goto("/evenements/mes-evenements/")
                known = one.desk.locator("main a[href*='/rencontres-achat-']").first.get_attribute("href") or ""
                export = one.desk.request.get(f"/evenements/{known.split('/')[2]}/bureau/inscriptions/export/")
                told.append(walk(one, forum(export.text(), scale=scale)))
                walks.append(one.seconds)
        except Error as error:
            raise SystemExit(f"event : le navigateur s'arrête là : {str(error).splitlines()[0]}") from error
        finally:
            browser.close()
    write(walks, told)


def write(walks: list[dict[str, float]], told: list[str]) -> None:
    """The section of RESULTS.md."""
    lines = [
        [name, f"{small:.2f}", f"**{large:.2f}**" if large > TARGET and name not in SLOW else f"{large:.2f}"]
        for (name, small), large in zip(walks[0].items(), walks[1].values(), strict=True)
    ]
    slow = [line[0] for line in lines if line[2].startswith("*")]
    body = [
        "The demonstration as `make demo` serves it (SQLite, two workers, one worker of long jobs), Debian's Chromium, one organiser and two "
        "participants by private link, server and browser on the same machine. Seconds from the click to the loaded page; the first column is the "
        f"same walk on a quarter of the event. {told[0]}; then {told[1]}. « Calcul du planning » is the {SECONDS} s asked for and what is around, "
        "its progress shown; « Lettres composées » is made apart.",
        table(["étape", "un quart, s", "taille réelle, s"], lines),
        f"Steps over {TARGET:.0f} s: {', '.join(slow) or 'none'}. Load of the machine at the end {os.getloadavg()[0]:.1f}.",
    ]
    write_section("event", f"An event of full size in the browser (target: {TARGET:.0f} s a step)", "\n\n".join(body))


if __name__ == "__main__":
    main()
