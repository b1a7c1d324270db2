"""A request that follows a meeting of an event: the company's own people find it on the first step."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Need
from tests.factories import accounts, desk, meetings
from tests.factories import journeys as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    director = make.director()
    return make.journey(director, siren=make.SIREN, siret=f"{make.SIREN}00010"), director


def followed(siret: str):
    event = meetings.event(state="day", title="Forum fictif")
    buyer, supplier = meetings.registration(event, "A", name="Grande usine"), meetings.registration(event, "B", siret=siret)
    return meetings.outcome(meetings.meeting(buyer, supplier), "B")


def test_a_company_asks_for_support_after_a_meeting_that_goes_on(client, journey):
    held, director = journey
    outcome = followed(held.siret)
    client.force_login(director)
    step = reverse("journeys:need_subject", args=[held.pk])
    assert f"?rendez_vous={outcome.pk}" in client.get(step).content.decode()
    page = client.get(step, {"rendez_vous": outcome.pk})
    ask = reverse("journeys:need_ask", args=[held.pk, desk.SUBJECT]) + f"?rendez_vous={outcome.pk}"
    assert ask in page.content.decode()
    assert "Suite du rendez-vous avec Grande usine, Forum fictif." in client.get(ask).content.decode()
    desk.adviser()
    client.post(ask, {"words": "Suite du rendez-vous. Comment tenir ce délai ?"})
    assert Need.objects.get().words.startswith("Suite du rendez-vous")


def test_nobody_else_reads_what_a_company_said_of_its_meetings(client, journey):
    held, director = journey
    outcome = followed(held.siret)
    client.force_login(accounts.person(Role.ADVISER, "95"))
    page = client.get(reverse("journeys:need_subject", args=[held.pk]), {"rendez_vous": outcome.pk})
    assert "Grande usine" not in page.content.decode()
    for key in ("0", "9" * 30, "x"):
        client.force_login(director)
        assert client.get(reverse("journeys:need_subject", args=[held.pk]), {"rendez_vous": key}).context["after"] == ""
