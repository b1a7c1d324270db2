"""`ensembleur demo` builds once: what stands is kept, another seed makes the region anew."""

from functools import partial

import pytest
from django.core.management import CommandError, call_command

from ensembleur.errors import Refused
from ensembleur.journeys.management.commands import demo
from ensembleur.strategy.models import Measurement
from ensembleur.territory.models import ImportRun
from tests.factories import accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_demo(settings, monkeypatch, tmp_path):
    """A demonstration without its journeys, its events and its static files, which have their own tests, and with one month measured."""
    settings.DEMO = True
    settings.SEARCH_INDEX = tmp_path / "index"
    monkeypatch.setattr(demo, "populate_journeys", lambda **_given: 0)
    monkeypatch.setattr(demo, "populate_supported", lambda **_given: 0)
    monkeypatch.setattr(demo, "populate_events", lambda **_given: 0)
    monkeypatch.setattr(demo, "populate_strategies", partial(demo.populate_strategies, months=1))
    monkeypatch.setattr(demo, "collect_static", lambda: None)

    def build(seed=7, establishments=200):
        call_command("demo", "--no-serve", seed=seed, establishments=establishments)
        return ImportRun.objects.count()

    return build


def test_the_region_is_made_once(small_demo):
    assert small_demo() == 1
    assert small_demo() == 1


def test_another_seed_or_another_size_makes_the_region_anew(small_demo):
    assert small_demo() == 1
    measured = Measurement.objects.filter(origin="computed").count()
    assert small_demo(seed=8) == 2
    assert Measurement.objects.filter(origin="computed").count() == measured > 0
    assert small_demo(seed=8, establishments=210) == 3


def test_a_real_installation_is_never_made_a_demonstration_by_the_command(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="n'est pas une démonstration"):
        call_command("demo", "--no-serve")


@pytest.mark.parametrize("given", [{"port": 0}, {"port": 70_000}, {"establishments": 3}])
def test_a_port_or_a_size_out_of_range_is_refused(settings, given):
    settings.DEMO = True
    with pytest.raises(CommandError, match="Le port va de 1 à 65535"):
        call_command("demo", "--no-serve", **given)


def test_a_home_with_real_people_or_a_real_register_is_left_alone(small_demo):
    real = accounts.user()
    with pytest.raises(Refused, match="vrais comptes"):
        small_demo()
    real.delete()
    ImportRun.objects.create(kind="import", done_at=accounts.NOW, as_of=accounts.NOW.date())
    with pytest.raises(Refused, match="vrai registre"):
        small_demo()
    assert ImportRun.objects.count() == 1
