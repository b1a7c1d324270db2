"""The demonstration's showcase company has a plan whose money can be composed: several aids, and a rule that binds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.catalogue.loader import measure
from ensembleur.journeys.models import Action, Journey
from ensembleur.journeys.queries.funding_plan import actions_to_fund, funding_of, past_aids_of
from ensembleur.journeys.services import demo
from ensembleur.journeys.services.demo_funding import populate_funding, script
from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries import published
from ensembleur.territory.engine.showcase import SHOWCASE_SIREN, SHOWCASE_SIRET
from ensembleur.territory.services.demo import populate_territory
from tests.factories.journeys import NOW, TODAY


def test_every_costed_action_is_a_measure_of_the_catalogue():
    assert len(script()["costs"]) >= 6
    assert all(measure(identifier) is not None for identifier in script()["costs"])


@pytest.mark.django_db
def test_without_a_journey_nothing_is_costed():
    people = populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    assert populate_funding(now=NOW, people=people, showcase_siret=SHOWCASE_SIRET) == 0
    assert not CompanyFact.objects.exists()


@pytest.mark.django_db
def test_the_plan_of_the_showcase_shows_several_aids_and_the_cap_on_small_aids(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    alone = {**demo.script(), "stages": {}, "projects": []}
    monkeypatch.setattr(demo, "script", lambda: alone)
    populate_territory(seed=7, today=TODAY, establishments=300)
    schemes = tuple(scheme for scheme in load_schemes() if scheme.audience == "company")
    monkeypatch.setattr(published, "company_schemes", lambda: schemes)  # the real catalogue, whatever the fixtures publish
    people = populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    demo.populate_journeys(seed=7, now=NOW, people=people, showcase_siret=SHOWCASE_SIRET)
    lengths = {action.pk: action.ends_on - action.starts_on for action in Action.objects.all()}

    costed = populate_funding(now=NOW, people=people, showcase_siret=SHOWCASE_SIRET)
    assert costed >= 4
    journey = Journey.objects.get(siret=SHOWCASE_SIRET)
    actions = actions_to_fund(journey)
    assert sum(action.cost_eur is not None for action in actions) == costed
    assert all(action.ends_on - action.starts_on == lengths[action.pk] for action in actions)
    assert all(action.starts_on > TODAY for action in actions if action.cost_eur)
    facts = CompanyFact.objects.about(siren=SHOWCASE_SIREN, siret=SHOWCASE_SIRET)
    told = facts.count()
    assert set(facts.values_list("source_title", flat=True)) == {"Déclaration de l'entreprise (fictive)"}

    found = funding_of(journey, actions, as_of=TODAY, user=people[Role.DIRECTOR])
    assert found is not None
    assert len(found.possible.plan.schemes()) >= 3
    assert any("de minimis" in bind.says.in_("fr") for bind in found.binds)

    again = populate_funding(now=NOW + timedelta(days=2), people=people, showcase_siret=SHOWCASE_SIRET)
    assert again == costed
    assert facts.count() == told


def test_past_aids_nobody_spoke_of_are_not_none():
    assert past_aids_of({}, as_of=TODAY) is None
