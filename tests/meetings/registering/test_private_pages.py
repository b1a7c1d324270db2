"""What the private link of one person opens, and what it never does."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.meetings.models import Attendee
from ensembleur.meetings.queries.links import token_of
from tests.factories import meetings

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def test_a_colleague_neither_reads_nor_changes_the_needs_of_somebody_else_nor_erases_them(client):
    registration = meetings.registration(meetings.event(), people=2)
    me, other = registration.attendees.order_by("pk")
    Attendee.objects.filter(pk=other.pk).update(needs_note="Chaise", step_free=True)
    client.get(url("open_link", token_of(me)))
    slug = registration.event.slug
    assert "besoin" in client.get(url("my_person", slug, me.pk)).context["form"].fields
    page = client.get(url("my_person", slug, other.pk))
    assert "Chaise" not in page.text
    sent = {"nom": "Autre nom", "courriel": other.email, "langue": "fr", "creneaux": ["0", "1"], "besoin": "", "taille": "1"}
    assert client.post(url("my_person", slug, other.pk), sent).status_code == 302
    other.refresh_from_db()
    assert (other.name, other.needs_note, other.step_free) == ("Autre nom", "Chaise", True)
    assert client.post(url("my_act", slug, other.pk), {"act": "erase"}).status_code == 403
    other.refresh_from_db()
    assert other.erased_at is None


def test_a_private_link_opens_a_session_of_its_own(client):
    one, other = meetings.registration(meetings.event(), people=2).attendees.order_by("pk")
    keys = []
    for person in (one, other, other):
        client.get(url("open_link", token_of(person)))
        keys.append(client.session.session_key)
    assert keys[0] != keys[1] == keys[2]
    mine = url("my_profile", one.registration.event.slug)
    assert client.get(mine).context["me"] == client.get(mine, {"qui": "9" * 5000}).context["me"] == other
