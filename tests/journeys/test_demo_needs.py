"""The demonstration's requests: at every state and age, in the order of time, once."""

from __future__ import annotations

import pytest

from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.choices import Clock, InvolvementState, NeedOutcome, NeedStatus
from ensembleur.journeys.models import ClockMark, Involvement, Journey, Need, NeedEvent
from ensembleur.journeys.services.demo_needs import populate_needs, script
from tests.factories import accounts
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """The people of the demonstration, and fictional journeys here and elsewhere."""
    cast = populate_accounts(seed=7, now=NOW, company_siren=make.SIREN)
    director = accounts.user(is_fictional=True)
    for departement in ("95", "95", "95", "93", "77", ""):
        make.journey(director, departement=departement, commune=f"{departement}018" if departement else "", is_fictional=True)
    make.journey(cast[next(role for role in cast if role.value == "director")], siren=make.SIREN, is_fictional=True)
    make.journey(director, siren="", commune="", departement="93", title="Projet", is_fictional=True)
    return cast


def test_requests_stand_at_every_state_and_coming_again_changes_nothing(people):
    count = populate_needs(seed=7, now=NOW, people=people)
    assert len(script()["requests"]) - 2 <= count <= len(script()["requests"])
    assert set(Need.objects.values_list("status", flat=True)) == set(NeedStatus.values)
    assert set(Need.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(NeedOutcome.values)
    assert set(Involvement.objects.values_list("state", flat=True)) == set(InvolvementState.values)
    assert set(ClockMark.objects.values_list("clock", flat=True)) >= {Clock.NUDGE, Clock.LAST_CHANCE, Clock.RELEASE}
    assert Need.objects.filter(to_reroute=True).count() >= 3
    assert not NeedEvent.objects.filter(at__gt=NOW).exists()
    assert Need.objects.filter(journey__siret="").exists()
    before = NeedEvent.objects.count()
    assert populate_needs(seed=7, now=NOW, people=people) == count
    assert NeedEvent.objects.count() == before


def test_without_journeys_there_are_no_requests(people):
    Journey.objects.all().delete()
    assert populate_needs(seed=7, now=NOW, people=people) == 0
