"""Every page anyone may read is listed in one place, and answers in both languages."""

from __future__ import annotations

import html
import re

import pytest

from ensembleur.urls import PUBLIC_PAGES
from tests.factories.region import small_region
from tests.house.addresses import address, ours


@pytest.fixture
def region(db, client):
    """A broken page answers 500, as it would to a visitor, and does not hide the next ones."""
    client.raise_request_exception = False
    return small_region()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page_answers_anyone(client, region, language):
    client.cookies["django_language"] = language
    troubles = []
    for name in PUBLIC_PAGES:
        url = address(name, region.arguments())
        if url is None:
            troubles.append(f"{name} has no address")
            continue
        answer = client.get(url)
        if answer.status_code != 200:
            troubles.append(f"{name} {url} answers {answer.status_code}")
        elif f'lang="{language}"' not in answer.text:
            troubles.append(f"{name} {url} is not in {language}")
        elif answer.text.count("<h1") != 1:
            troubles.append(f"{name} {url} has {answer.text.count('<h1')} main titles")
    assert not troubles, "\n".join(["", *troubles])


def test_every_page_open_to_anyone_is_listed(client, region):
    unlisted = []
    for name, _ in ours():
        url = address(name, region.arguments())
        if url is None or name in PUBLIC_PAGES:
            continue
        answer = client.get(url)
        # A fragment, a file or a probe answers anyone too, but is no page to read.
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html") and not answer.streaming
        if is_page and b"<html" in answer.content:
            unlisted.append(f"{name} {url}")
    assert not unlisted, "\n".join(["", *unlisted])


def test_no_public_page_shows_french_to_an_english_reader(client, region):
    """The marks of a forgotten translation: a French article or a French verb between two tags, outside names and quotes."""
    client.cookies["django_language"] = "en"
    french = re.compile(r"\b(?:votre|vous|cette|avec|pour|une|des|sont|été|aucun|aucune|selon|dans)\b", re.IGNORECASE)
    faults = []
    for name in PUBLIC_PAGES:
        url = address(name, region.arguments())
        if url is None or name.startswith("account_"):
            continue
        text = re.sub(r"<(script|style|template)\b.*?</\1>", " ", client.get(url).text, flags=re.DOTALL)
        # What is French on purpose says so: lang="fr" on the element that holds it.
        text = re.sub(r"<(\w+)[^>]*\blang=\"fr\"[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)
        lines = [" ".join(line.split()) for line in re.findall(r">([^<>]+)<", text)]
        faults += [f"{name} {line[:90]} ({found[0]})" for line in lines if (found := french.findall(line))]
    assert not faults, "\n".join(["", *faults[:60]])


def test_no_link_of_a_public_page_is_dead(client, region):
    """Every address that a public page links to answers, or asks to sign in."""
    dead, seen = [], set()
    for name in PUBLIC_PAGES:
        url = address(name, region.arguments())
        page = client.get(url).text if url else ""
        for link in re.findall(r"<(?:a|form)\b[^>]*?\s(?:href|hx-get)=\"(/[^\"#]*)", page):
            link = html.unescape(link)
            shape = re.sub(r"\d{5,14}", "0", link.split("?")[0])
            if shape in seen or link.startswith("/static/"):
                continue
            seen.add(shape)
            answer = client.get(link)
            if answer.streaming:
                assert sum(map(len, answer)) > 0  # a download left unread stays open
            if answer.status_code >= 400:
                dead.append(f"{name}: {link} answers {answer.status_code}")
    assert not dead, "\n".join(["", *dead])
