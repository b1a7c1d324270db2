"""The demonstration's contacts are fictional, of every kind, and made once."""

from __future__ import annotations

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.journeys.choices import ContactOutcome
from ensembleur.journeys.models import Contact, Opposition, Reservation
from ensembleur.journeys.queries import prospects as tables
from ensembleur.journeys.services.demo_prospecting import clear_prospecting, populate_prospecting
from tests.factories import accounts, sites
from tests.factories.prospecting import NOW

pytestmark = pytest.mark.django_db


def test_contacts_of_every_kind_are_made_once():
    tables.forget_tables()
    people = {role: accounts.person(role, is_fictional=True) for role in (Role.ADVISER, Role.OFFICER)}
    for _ in range(12):
        sites.site()
    for _ in range(2):
        assert populate_prospecting(seed=7, now=NOW, people=people) == 7
    assert set(Contact.objects.values_list("outcome", flat=True)) == set(ContactOutcome.values)
    assert Contact.objects.filter(siren__in=Opposition.objects.live().values("siren"), outcome="opposed").count() == 1
    assert Reservation.objects.count() == 5
    assert clear_prospecting() == 7
    assert not Opposition.objects.exists()
