"""Every address × everybody: no page is forgotten, none lets in whom it should turn away, none turns away who should enter."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from ensembleur.accounts.choices import Role
from tests.factories.everyone import VISITOR, build
from tests.factories.journeys import PDF
from tests.house.addresses import ours
from tests.house.knocking import address, clients, let_in
from tests.house.who import ANYONE, SIGNED_IN, Page
from tests.house.who_may_enter import PAGES, SIGN_IN_ASKED, SIGN_IN_OPEN

TABLE = "tests/house/who_may_enter.py"
SAMPLE = {VISITOR, "nobody", "evaluator elsewhere"}  # when the role is not looked at, three people are enough
DOMAINS = sorted({name.split(":")[0] for name in PAGES})


def test_every_address_has_its_line():
    known, named = {name for name, _arguments in ours()}, set(PAGES)
    missing = [f'    "{name}": Page(see=…, act=…),   # add to {name.split(":")[0].upper()}' for name in sorted(known - named)]
    gone = [f"    {name}" for name in sorted(named - known)]
    assert not missing, "\n".join(["", f"These addresses have no line in {TABLE}; add, with who is let in:", *missing])
    assert not gone, "\n".join(["", f"These lines of {TABLE} name no address any more; remove them:", *gone])


def test_the_table_names_people_who_exist():
    known = {*ANYONE}
    assert known == {VISITOR, "nobody", *Role.values, *(f"{role} elsewhere" for role in Role.values)}
    strangers = {
        f"{name}: {sorted(who)}"
        for name, page in PAGES.items()
        for who in [(page.see or set()) | (page.act or set())]
        if who - known
    }
    assert not strangers, strangers


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_address_lets_in_whom_its_line_says(domain, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = build()
    doors = clients(world)
    faults = []
    for name, arguments in sorted(set(ours())):
        page = PAGES.get(name)
        if page is None or not name.startswith(f"{domain}:"):
            continue  # an address without line is the other test's affair
        try:
            url = address(name, arguments, page.named, world.things)
        except NoReverseMatch:
            faults.append(f"{name}: no thing of tests/factories/everyone.py fits {arguments}; say which with named= in {TABLE}")
            continue
        faults += faults_of(name, page, url, doors, world.things)
    assert not faults, "\n".join(["", f"Change the page, or its line in {TABLE}:", *faults])


def faults_of(name, page: Page, url, doors, things):
    """What the answers say against the line."""
    data = {key: things.get(value, value) if isinstance(value, str) else value for key, value in page.data.items()}
    for method, expected in (("get", page.see), ("post", page.act)):
        if method == "post" and expected is None and page.see is not None:
            continue
        asked = {who: doors[who] for who in people_to_ask(expected)}
        if data.get("file") == "pdf" and method == "post":
            data["file"] = SimpleUploadedFile("devis.pdf", PDF, content_type="application/pdf")
        entered, statuses = let_in(asked, method, url, data)
        if entered is None:
            if expected is not None:
                yield f"{name}: does not serve {method.upper()}, but its line says who does"
            continue
        if expected is None:
            if entered:
                yield f"{name}: {method.upper()} lets in {', '.join(sorted(entered))}; say so in its line"
            continue
        broken = sorted(who for who, status in statuses.items() if status >= 500)
        if broken:
            yield f"{name}: {method.upper()} {url} breaks for {', '.join(broken)}"
        expected = expected & set(asked)
        for word, people in (("lets in", entered - expected), ("turns away", expected - entered)):
            if people:
                yield f"{name}: {method.upper()} {url} {word} {', '.join(f'{who} ({statuses[who]})' for who in sorted(people))}"


def people_to_ask(expected):
    """Everybody who could be answered differently: who is turned away here holds nothing more elsewhere."""
    if expected is None:
        return {VISITOR, *Role.values}
    if expected >= SIGNED_IN:
        return SAMPLE
    roles = {role for role in Role.values if {role, f"{role} elsewhere"} & expected}
    return {VISITOR, "nobody", *Role.values, *(f"{role} elsewhere" for role in roles)}


def their_names(patterns=None, inside=False):
    """The names of the addresses that are not ours."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from their_names(pattern.url_patterns, inside or bool(pattern.namespace)) if not pattern.namespace else ()
        elif pattern.name and not inside:
            yield pattern.name


@pytest.mark.django_db
def test_every_address_of_sign_in_is_known_and_the_personal_ones_ask_who_it_is():
    found = {name for name in their_names() if ":" not in name}
    unknown = sorted(found - SIGN_IN_OPEN - SIGN_IN_ASKED)
    assert not unknown, f"Add to SIGN_IN_OPEN or SIGN_IN_ASKED in {TABLE}: {unknown}"
    for name in sorted(SIGN_IN_ASKED):
        answer = Client().get(reverse(name))
        assert (answer.status_code, answer.headers.get("Location", "")[:17]) == (302, "/connexion/login/"), name
