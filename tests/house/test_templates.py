"""The pages keep the house's habits: no script or style in the page, no text out of reach of translation, none unused."""

from __future__ import annotations

import re

import pytest
from django.template import engines

from tests.house.plan import PACKAGE, modules, short, templates

INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.IGNORECASE),
    "a handler in the page": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript: address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
}
# Found by the framework, by their name alone.
CALLED_BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


@pytest.mark.parametrize("habit", INLINE)
def test_no_page_carries(habit):
    faults = []
    for path in html():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if INLINE[habit].search(line):
                faults.append(f"{short(path)}:{number}")
    assert not faults, "\n".join(["", *faults])


def test_no_template_is_unused():
    told = "\n".join(path.read_text(encoding="utf-8") for path in [*modules(), *templates()])
    unused = []
    for path in html():
        name = str(path.relative_to(path.parents[len(path.relative_to(PACKAGE).parts) - 3]))
        replaces_theirs = name.split("/")[0] in {"account", "mfa", "socialaccount", "allauth", "usersessions", "django"}
        if name not in told and not replaces_theirs and path.name not in CALLED_BY_NAME:
            unused.append(name)
    assert not unused, "\n".join(["", *unused])


def test_every_template_compiles():
    engine = engines["django"]
    for path in html():
        engine.from_string(path.read_text(encoding="utf-8"))


def test_no_french_text_is_out_of_reach_of_translation():
    """An accented letter outside a translation tag, a comment or a component's argument is a sentence nobody can translate."""
    hidden = re.compile(
        r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}|{%\s*comment.*?endcomment\s*%}",
        re.DOTALL,
    )
    faults = []
    for path in html():
        visible = hidden.sub(lambda match: "\n" * match.group().count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(visible.splitlines(), start=1):
            if re.search(r"[éèêàâçùûîïôœÉÈÀÇ]", line.replace("Français", "")):  # a language is named in itself
                faults.append(f"{short(path)}:{number} {line.strip()[:60]}")
    assert not faults, "\n".join(["", *faults])


def html():
    return [path for path in templates() if path.suffix == ".html"]
