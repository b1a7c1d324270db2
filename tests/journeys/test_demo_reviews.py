"""The demonstration has fictional baselines, reviews and opinions, once, and they leave with the journeys."""

from __future__ import annotations

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.journeys.models import Baseline, Figure, Journey, Review, Survey
from ensembleur.journeys.queries.quality import report_for
from ensembleur.journeys.services import demo
from ensembleur.journeys.services.demo_needs import populate_needs
from ensembleur.journeys.services.demo_reviews import populate_reviews
from tests.factories.region import NOW, TODAY, small_region

pytestmark = pytest.mark.django_db


def test_a_year_of_reviews_and_opinions_is_played_once_and_cleared(monkeypatch):
    few = {**demo.script(), "stages": {"planned": 4, "paying": 6, "opened": 1}}
    monkeypatch.setattr(demo, "script", lambda: few)
    region = small_region(journeys=True)
    populate_needs(seed=7, now=NOW, people=region.people)
    count = populate_reviews(seed=7, now=NOW, people=region.people)
    assert count >= 4
    assert populate_reviews(seed=7, now=NOW, people=region.people) == count
    assert {*Figure.objects.values_list("evidence", flat=True)} >= {"declared", "documented"}
    showcase = Journey.objects.get(siret=region.siret)
    states = {one.months: (bool(one.asked_at), bool(one.done_at or one.lapsed_at)) for one in showcase.reviews.all()}
    assert states[12] == (True, False)
    assert states[24] == (False, False)
    assert Review.objects.held().exists()
    assert Survey.objects.answered().exists()
    assert Survey.objects.filter(answered_at__isnull=True).exists()
    found = report_for(region.people[Role.OFFICER], kind="satisfaction", since=TODAY.replace(year=2025), until=TODAY, as_of=NOW)
    company = found.whole[0].quality.contacted
    assert 0 < company.answered <= company.asked <= company.eligible
    demo.clear_journeys()
    assert not Baseline.objects.exists()
    assert not Survey.objects.exists()
