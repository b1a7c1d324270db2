"""The organiser's list of participations is short enough for a phone: a line each, folded filters, pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.meetings.views.people import PER_PAGE
from tests.factories import accounts, meetings

pytestmark = pytest.mark.django_db


def shown(client, event, **query):
    return client.get(reverse("meetings:desk_people", args=[event.slug]), query).text


@pytest.fixture
def event(client):
    adviser = accounts.person(Role.ADVISER, "95")
    client.force_login(adviser)
    return meetings.event(by=adviser)


def test_a_participation_is_one_line_with_one_link_its_people_its_side_and_its_state(client, event):
    one = meetings.registration(event, "A", people=3, name="Atelier <fictif>", status="waiting")
    text = shown(client, event)
    line = text[text.index("<li><input") : text.index("</li>", text.index("<li><input"))]
    assert line.count("<a ") == 1
    assert f'href="{reverse("meetings:desk_participation", args=[event.slug, one.pk])}"' in line
    first, second, third = one.attendees.order_by("pk")
    assert f"<bdi>{first.name}</bdi>, <bdi>{second.name}</bdi>… · Donneur d&#x27;ordres" in line
    assert third.name not in line
    assert "Liste d&#x27;attente" in line
    assert "Atelier &lt;fictif&gt;" in line


def test_a_long_list_has_pages_that_keep_what_is_looked_for(client, event):
    for _ in range(PER_PAGE + 1):
        meetings.registration(event, "B", people=0)
    assert shown(client, event).count('name="chosen"') == PER_PAGE
    assert "?cote=B&amp;page=2" in shown(client, event, cote="B")
    assert shown(client, event, cote="B", page="2").count('name="chosen"') == 1


@pytest.mark.parametrize(
    ("query", "is_open"), [({}, False), ({"q": "x"}, False), ({"cote": "A"}, True), ({"manque": "wishes"}, True)]
)
def test_the_filters_are_folded_until_one_is_used(client, event, query, is_open):
    assert ('<details class="register-more" open>' in shown(client, event, **query)) == is_open
