"""Visit every page as a visitor and as each role, following links, and say which are in error."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.journeys.management.commands import _events, _steering

PER_VISITOR = 150  # pages; enough to see each kind of page several times
PER_ROLE = 40
PER_SHAPE = 4  # pages that differ only by a number, a code or a query
MARKERS = ("Traceback (most recent call last)", "{% ", "{{ ", "VariableDoesNotExist", "INVALID_VARIABLE")
NOT_PAGES = re.compile(
    r"/(static|connexion/logout|connexion/confirm|deconnexion)|\.(csv|xlsx|json|geojson|pdf)$|format=|/parcours/pieces/"
)
CODES = re.compile(r"\d+[0-9AB]*\d+|\d+")


@dataclass(frozen=True)
class Trouble:
    """A page that did not answer as it should."""

    url: str
    what: str


@dataclass
class Visit:
    """How many pages were visited, and what went wrong."""

    pages: int = 0
    errors: list[Trouble] = field(default_factory=list)


class _Links(HTMLParser):
    """The addresses of a page's links and htmx fragments."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep href and hx-get."""
        for name, value in attrs:
            if value and ((tag == "a" and name == "href") or name in ("hx-get", "data-chart", "data-outlines", "data-points")):
                self.found.append(value)


def walk() -> Visit:
    """Visit from the public addresses as a visitor in French and in English, then from the home of each demonstration role."""
    visit = Visit()
    for language in ("fr", "en"):
        client = Client(headers={"accept-language": language}, raise_request_exception=False)
        _explore(client, public_addresses(), PER_VISITOR, visit, f"({language})")
        for url in (*_steering.public_pages(timezone.localdate()), *_events.public_pages()):
            _look(client, url, visit, f"({language})")
        for url in _events.pages_by_link():
            _look(client, url, visit, f"({language}, par lien privé)")
    for role in Role:
        person = User.objects.filter(email=f"{role.value}@demo.example").first()
        if person is None:
            visit.errors.append(Trouble(role.value, "la personne de démonstration manque"))
            continue
        client = Client(raise_request_exception=False)
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        _explore(client, _homes(), PER_ROLE, visit, f"({role.value})")
        for url in (*_steering.pages_of(role), *_events.pages_of(person)):
            _look(client, url, visit, f"({role.value})")
    return visit


def public_addresses() -> list[str]:
    """Every address of the house that takes no argument."""
    return sorted(set(_plain(get_resolver().url_patterns, "")))


def _plain(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _plain(pattern.url_patterns, route)
        elif "<" not in route and "(" not in route and "connexion/" not in route:
            yield "/" + route.replace("^", "").rstrip("$")


def _homes() -> list[str]:
    found = []
    for name in ("accounts:home", "journeys:mine", *getattr(settings, "ROLE_HOMES", {}).values()):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return list(dict.fromkeys(found[:2]))


def _explore(client: Client, starts: Iterable[str], limit: int, visit: Visit, who: str) -> None:
    """Breadth first; pages of the same shape are visited a few times only."""
    todo, seen, shapes = deque(starts), set(), dict[str, int]()
    count = 0
    while todo and count < limit:
        url = todo.popleft()
        shape = CODES.sub("#", urlsplit(url).path)
        if url in seen or NOT_PAGES.search(url) or shapes.get(shape, 0) >= PER_SHAPE:
            continue
        seen.add(url)
        shapes[shape] = shapes.get(shape, 0) + 1
        count += 1
        todo.extend(_look(client, url, visit, who, may_refuse=url in starts))


def _look(client: Client, url: str, visit: Visit, who: str, *, may_refuse: bool = False) -> list[str]:
    """Visit one page, say what is wrong with it, and give where it leads. may_refuse : it may belong to another role."""
    response = client.get(url)
    if response.status_code in (301, 302):
        return [urljoin(url, response["Location"])]
    if response.status_code == 405:  # an address that only takes what a form sends
        return []
    visit.pages += 1
    if response.status_code != 200 and not (response.status_code == 403 and (may_refuse or url in _doors())):
        visit.errors.append(Trouble(f"{url} {who}", f"réponse {response.status_code}"))
        return []
    if not response.get("Content-Type", "").startswith("text/html"):
        return []
    text = response.content.decode()
    visit.errors += [Trouble(f"{url} {who}", f"contient « {marker} »") for marker in MARKERS if marker in text]
    return list(_inside(url, text))


def _doors() -> tuple[str, str]:
    """The pages reserved to a role that the others find in their header all the same."""
    return reverse("journeys:adviser_home"), reverse("journeys:officer_home")


def _inside(url: str, text: str) -> Iterator[str]:
    links = _Links()
    links.feed(text)
    for link in links.found:
        address = urldefrag(urljoin(url, link)).url
        if not urlsplit(address).netloc and address.startswith("/"):
            yield address
