"""The fictional region: its totals, its numbers, and that it is the same for the same seed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
import shapely
from django.db.models import Count, Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur import codes
from ensembleur.errors import BadInput
from ensembleur.logic.facts import Interval
from ensembleur.territory.catalogue.profile import demo_profile
from ensembleur.territory.engine.bands import BANDS, band_of
from ensembleur.territory.engine.places import read_atlas
from ensembleur.territory.engine.population import SHOWCASE_SIRET, headcounts, luhn_digit, populate
from ensembleur.territory.models import Establishment, ImportRun, LegalUnit
from ensembleur.territory.queries import register
from ensembleur.territory.services.demo import clear_territory, populate_territory
from tests.factories import territory as make

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def communes():
    return [commune for commune in read_atlas().communes if commune.shape and commune.code != "75056"]


@pytest.fixture(scope="module")
def region(communes):
    """The whole region, drawn once."""
    return populate(demo_profile(), communes, seed=11, today=TODAY)


def test_totals_are_those_of_the_regional_strategy(region):
    sites = region.establishments.filter("is_open")
    assert sites.height == 45_000
    assert sites["headcount"].sum() == 459_000
    assert (sites["headcount"] < 50).sum() == 42_300  # 94 %


def test_every_number_is_valid_unique_and_where_no_company_is(region):
    assert region.units["siren"].is_unique().all()
    assert region.establishments["siret"].is_unique().all()
    assert region.units["siren"].str.starts_with("000").all()
    for siren in region.units["siren"][::500]:
        codes.siren(siren)
    for siret in region.establishments["siret"][::500]:
        codes.siret(siret)


def test_the_same_seed_gives_the_same_region_and_another_seed_another(communes):
    draw = [populate(demo_profile(), communes, seed=seed, today=TODAY, establishments=300) for seed in (3, 3, 4)]
    assert draw[0].establishments.equals(draw[1].establishments)
    assert draw[0].units.equals(draw[1].units)
    assert not draw[0].establishments.equals(draw[2].establishments)


def test_every_position_is_inside_its_commune(region, communes):
    shapes = {commune.code: commune.shape for commune in communes}
    located = region.establishments.drop_nulls("lon")
    assert located.height > 0.97 * region.establishments.height
    for (code,), group in located.group_by("commune"):
        outline = shapely.from_geojson(shapes[code].geojson)
        assert shapely.contains_xy(outline, group["lon"].to_numpy(), group["lat"].to_numpy()).all(), code


def test_every_company_has_one_head_office_and_dates_in_order(region):
    assert region.establishments["siren"].n_unique() == region.units.height
    per_company = region.establishments.filter("is_head_office").group_by("siren").len()
    assert per_company["len"].unique().to_list() == [1]
    closed = region.establishments.drop_nulls("closed_on")
    assert (closed["closed_on"] >= closed["created_on"]).all()
    assert region.establishments["created_on"].max() <= TODAY


def test_every_group_has_a_head_among_its_members(region):
    grouped = region.units.filter(region.units["group_siren"] != "")
    assert grouped.height > 100
    assert grouped["group_siren"].is_in(region.units["siren"].implode()).all()
    assert grouped.group_by("group_siren").len()["len"].min() >= 2


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 50))
def test_headcounts_stay_in_their_bands_and_reach_the_total_when_they_can(count, seed):
    profile = demo_profile()
    drawn = headcounts(np.random.default_rng(seed), profile, count)
    assert drawn.shape == (count,)
    assert drawn[0] == 34
    assert drawn.min() >= 0
    if count >= 400:
        assert drawn.sum() == round(459_000 * count / 45_000)


@given(st.integers(1, 10**13 - 1))
def test_the_check_digit_is_the_one_of_the_register(number):
    from stdnum import luhn

    assert luhn.is_valid(f"{number}{luhn_digit(np.array([number]))[0]}")


@pytest.mark.parametrize("count", [0, 50_001])
def test_a_region_too_small_or_too_large_is_refused_in_one_sentence(communes, count):
    with pytest.raises(BadInput, match="de 1 à 50000"):
        populate(demo_profile(), communes, seed=1, today=TODAY, establishments=count)


@pytest.mark.django_db
def test_the_region_is_stored_marked_and_taken_away_without_touching_real_records():
    real = make.establishment()
    rows = []
    run = populate_territory(seed=5, today=TODAY, establishments=400, on_rows=rows.append)
    assert run.counts["added"] == 408
    assert sum(rows) == 408 + run.counts["units"]
    fictional = Establishment.objects.filter(is_fictional=True)
    assert fictional.open().count() == 400
    assert fictional.open().aggregate(total=Sum("headcount"))["total"] == 4080
    assert not fictional.exclude(siret__startswith="000").exists()
    assert not LegalUnit.objects.filter(is_fictional=True, establishments__isnull=True).exists()
    populate_territory(seed=6, today=TODAY, establishments=100)
    assert fictional.open().count() == 100
    assert clear_territory(now=datetime(2026, 11, 21, tzinfo=UTC)) == 102
    assert list(Establishment.objects.all()) == [real]
    assert LegalUnit.objects.count() == 1
    assert list(ImportRun.objects.values_list("kind", flat=True)) == ["clear", "demo", "demo"]


@pytest.mark.django_db
def test_the_showcase_is_a_small_machining_company_in_argenteuil():
    populate_territory(seed=5, today=TODAY, establishments=30)
    view = register.establishment(SHOWCASE_SIRET)
    assert (view.commune_name, view.naf.code, view.headcount, view.headcount_exact) == (
        "Argenteuil",
        "25.62B",
        Interval(20, 49),
        34,
    )
    assert (view.is_open, view.masked, view.is_fictional, view.legal_form) == (True, "", True, "5710")
    company = register.company(view.siren)
    assert (company.category, company.head_office_siret) == ("PME", SHOWCASE_SIRET)


@pytest.mark.django_db
def test_a_stored_headcount_stands_in_the_interval_of_its_band():
    populate_territory(seed=5, today=TODAY, establishments=500)
    for site in Establishment.objects.exclude(headcount_band="NN"):
        assert band_of(site.headcount) == site.headcount_band
        assert (site.headcount_lo, site.headcount_hi) == BANDS[site.headcount_band]
    assert not Establishment.objects.filter(headcount_band="NN").exclude(headcount=0, headcount_lo=None).exists()
    maskings = dict(Establishment.objects.values_list("masking").annotate(Count("pk")))
    assert maskings[""] > maskings["natural"] > 0
