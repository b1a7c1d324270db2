"""What the register measures by itself."""

from datetime import UTC, date, datetime

import pytest

from ensembleur.strategy.engine.registry import Reading, measure_named
from ensembleur.strategy.engine.taking import breakdown
from ensembleur.territory.models import ImportRun
from tests.factories.territory import establishment, unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)


@pytest.fixture
def photographed():
    ImportRun.objects.create(kind="import", state="applied", as_of=DAY, done_at=datetime(2026, 11, 3, tzinfo=UTC))


def taken(name, as_of=DAY, **given):
    return measure_named(name).take(Reading(as_of), given)


@pytest.mark.usefixtures("photographed")
def test_open_establishments_are_counted_with_the_companies_they_rest_on():
    company = unit(headcount_band="42")
    establishment(company)
    establishment(company, commune="75056", naf="10.11Z")
    establishment(state="F")
    found = taken("establishments_open")
    assert (found.value, len(found.members)) == (2, 1)
    assert breakdown(found, ("departement", "size")) == {
        "departement": {"75": ["1", 1, "1"], "95": ["1", 1, "1"]},
        "size": {"large": ["2", 1, "2"]},
    }
    assert taken("establishments_open", departements=["95"]).value == 1
    assert taken("establishments_open", sectors=["CA"]).value == 1


@pytest.mark.usefixtures("photographed")
def test_a_mid_cap_counts_once_and_in_each_place_where_it_is():
    company = unit(category="ETI")
    establishment(company)
    establishment(company, commune="75056")
    establishment(unit(category="PME"))
    found = taken("mid_caps_registered")
    assert (found.value, breakdown(found, ("departement",))) == (1, {"departement": {"75": ["1", 1, "1"], "95": ["1", 1, "1"]}})


@pytest.mark.usefixtures("photographed")
def test_a_register_that_says_the_category_of_nobody_does_not_say_that_there_is_no_mid_cap():
    establishment(unit(category=""))
    found = taken("mid_caps_registered")
    assert (found.value, found.why) == (None, "Le répertoire chargé ne dit la catégorie d'aucune entreprise.")
    establishment(unit(category="PME"))
    assert taken("mid_caps_registered").value == 0


@pytest.mark.usefixtures("photographed")
@pytest.mark.parametrize("name", ["establishments_open", "mid_caps_registered"])
def test_a_register_says_nothing_of_the_days_before_it(name):
    found = taken(name, as_of=date(2026, 10, 31))
    assert (found.value, found.is_gone) == (None, True)
    assert found.why == "Le répertoire chargé parle du 01/11/2026 : il ne dit rien des jours d'avant."


@pytest.mark.parametrize("name", ["establishments_open", "mid_caps_registered"])
def test_an_empty_register_is_not_zero(name):
    found = taken(name)
    assert (found.value, found.is_gone, found.why) == (None, False, "Le répertoire n'a jamais été chargé.")


@pytest.mark.usefixtures("photographed")
def test_a_register_says_nothing_of_another_region():
    found = measure_named("establishments_open").take(Reading(DAY, region="84"), {})
    assert (found.value, found.why) == (None, "Le répertoire chargé ne porte pas sur cette région.")
    assert measure_named("establishments_open").take(Reading(DAY, region="11"), {}).value == 0
