"""An organiser's page used without a mouse."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

FOCUSED = "box => box === document.activeElement"
PRESSES = 250  # of the tabulation key, before a control is said out of reach


def at(name, *arguments):
    return reverse(f"meetings:{name}", args=arguments)


class Keys:
    """A page used without a mouse: what cannot be reached by tabulation is not used."""

    def __init__(self, page, checked) -> None:
        self.page, self.checked = page, checked

    def go(self, url):
        self.page.goto(url)
        self.checked(self.page)

    def reach(self, selector):
        """Tabulate to this control."""
        box = self.page.locator(selector).first
        for _press in range(PRESSES):
            if box.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{selector} n'est pas atteint au clavier sur {self.page.url}")

    def type(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def day(self, selector, day):
        """The picker of a day is the browser's; its order of day and month is the machine's."""
        self.reach(selector)
        self.page.locator(selector).fill(day.isoformat())

    def press(self, selector):
        """Follow a link or send a form."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name, value):
        """One of several radio buttons, by the arrows."""
        boxes = self.page.locator(f"input[type=radio][name={name}]:not([disabled])")
        wanted = self.page.locator(f"input[type=radio][name={name}][value='{value}']")
        for _press in range(PRESSES):
            if self.page.evaluate("name => document.activeElement.name === name", name):
                break
            self.page.keyboard.press("Tab")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        for _press in range(boxes.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert wanted.is_checked(), f"{name}={value}"

    def move_to(self, event, state):
        """Follow an arrow from the desk."""
        self.go(at("desk", event.slug))
        button = f"button[name=to][value={state}]"
        if not self.page.locator(button).first.is_visible():
            self.reach("details.desk-moves summary")
            self.page.keyboard.press("Enter")
        self.press(button)
        event.refresh_from_db()
        assert event.state == state, self.page.locator("main").inner_text()[:600]

    def bring(self, event, kind, text, added, tmp_path):
        """Try a file, then confirm it; the choice of the file itself is the browser's."""
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        self.go(at("desk_import", event.slug))
        self.choose("type", kind)
        self.reach("#id_fichier")
        self.page.locator("#id_fichier").set_input_files(path)
        self.press("form[enctype] .form-actions button")
        expect(self.page.get_by_text("Rien n'est encore enregistré.")).to_be_visible()
        self.checked(self.page)
        self.press("button[name=act][value=confirm]")
        self.checked(self.page)
        expect(self.page.get_by_role("button", name="Retirer ce fichier")).to_be_visible()
