"""The punctuation of French is inside what is translated: English takes no space before a colon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from ensembleur import meetings as domain
from tests.factories import meetings

TRANSLATED = re.compile(r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def test_no_template_writes_a_french_colon_outside_of_what_is_translated():
    found = {}
    for path in (Path(domain.__file__).parent / "templates").rglob("*.html"):
        bare = TRANSLATED.sub("", path.read_text(encoding="utf-8"))
        if wrong := re.findall(r".{0,40}[ \u00a0\u202f][:;?!].{0,20}", bare):
            found[path.name] = wrong
    assert found == {}


@pytest.mark.django_db
def test_english_takes_no_space_before_a_colon(client):
    event = meetings.event(state="wishes")
    meetings.wish(meetings.registration(event, "A", name="Buyer"), meetings.registration(event, "B", name="Supplier"))
    client.force_login(event.organisers.get().user)
    address = reverse("meetings:desk_wishes", args=[event.slug])
    assert "<bdi>Supplier</bdi></a> : 1 demande" in client.get(address).text
    client.cookies["django_language"] = "en"
    assert "<bdi>Supplier</bdi></a>: 1 request" in client.get(address).text
