"""The demonstration's supported companies: one file each, of the schemes of the strategy, made once."""

from __future__ import annotations

import pytest

from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.journeys.models import Application, Journey
from ensembleur.journeys.services import demo_supported as supported
from ensembleur.schemes.catalogue.loader import load_schemes
from ensembleur.territory.engine.showcase import SHOWCASE_SIREN
from ensembleur.territory.services.demo import populate_territory
from tests.factories.journeys import NOW, TODAY


@pytest.mark.django_db
def test_each_company_has_one_file_of_the_scheme_that_was_asked(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    few = {**supported.script(), "supported": {"ouverte": {"agreed": 1, "closed_paid": 1, "paying": 1}}}
    monkeypatch.setattr(supported, "script", lambda: few)
    populate_territory(seed=7, today=TODAY, establishments=300)
    people = populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    seen = []
    assert supported.count_supported() == 3
    assert supported.populate_supported(seed=7, now=NOW, people=people, on_rows=seen.append) == 3
    assert len(seen) == 3
    assert sorted(Application.objects.values_list("scheme", "status")) == [
        ("ouverte", "agreed"),
        ("ouverte", "closed"),
        ("ouverte", "paying"),
    ]
    assert Journey.objects.values("siren").distinct().count() == 3
    assert not Application.objects.filter(filed_at__gt=NOW).exists()
    assert supported.populate_supported(seed=7, now=NOW, people=people) == 3
    assert Application.objects.count() == 3


def test_the_schemes_of_the_script_are_in_the_catalogue():
    assert set(supported.script()["supported"]) <= {scheme.id for scheme in load_schemes()}


@pytest.mark.django_db
def test_a_region_without_companies_supports_none(monkeypatch):
    monkeypatch.setattr(supported, "_companies", lambda _chance: (iter(()), iter(())))
    people = populate_accounts(seed=7, now=NOW, company_siren=SHOWCASE_SIREN)
    assert supported.populate_supported(seed=7, now=NOW, people=people) == 0
