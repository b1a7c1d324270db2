"""Communes, groupings and départements of the region, and codes that changed."""

from __future__ import annotations

import json

import pytest

from ensembleur.errors import SourceError
from ensembleur.territory.engine import places
from ensembleur.territory.models import Commune, Departement, Epci, Region
from ensembleur.territory.services.places import load_places
from tests.factories import territory as make

pytestmark = pytest.mark.django_db


def test_the_region_is_whole():
    assert Commune.objects.current().count() == 1266
    assert Departement.objects.count() == 8
    assert Epci.objects.filter(kind="EPT").count() == 11
    assert not Commune.objects.current().filter(outline="").exists()
    assert not Epci.objects.filter(outline="").exists()


def test_every_commune_has_one_grouping_and_those_around_paris_a_territory():
    assert not Commune.objects.current().filter(epci__isnull=True).exists()
    argenteuil = Commune.objects.get(code="95018")
    assert argenteuil.epci.name == "Métropole du Grand Paris"
    assert argenteuil.ept.name == "Boucle Nord de Seine"
    assert Epci.objects.get(name="Est Ensemble").ept_communes.current().count() == 9


def test_loading_again_does_nothing(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert load_places() is False


def test_loading_newer_files_updates_in_place_and_keeps_the_establishments():
    site = make.establishment()
    Commune.objects.filter(code="95018").update(name="Ancien nom")
    Region.objects.update(source_digest="older")
    assert load_places() is True
    site.refresh_from_db()
    assert site.commune.name == "Argenteuil"


def test_paris_is_one_commune_and_twenty_districts():
    paris = Commune.objects.get(code="75056")
    assert paris.parts.filter(kind="district").count() == 20
    assert paris.covered_codes[0] == "75056"
    assert len(paris.covered_codes) == 21
    assert "75056" not in set(Commune.objects.fine().values_list("code", flat=True))
    assert Commune.objects.fine().count() == 1266 - 1 + 20


def test_an_establishment_of_a_district_is_found_in_paris():
    from ensembleur.territory.models import Establishment

    site = make.establishment(commune="75113")
    assert list(Establishment.objects.at_place(Commune.objects.get(code="75056"))) == [site]
    assert list(Establishment.objects.at_place(Commune.objects.get(code="75114"))) == []


def test_a_former_commune_points_at_the_one_of_today():
    ecuelles = Commune.objects.get(code="77166")
    assert (ecuelles.kind, ecuelles.parent.name) == ("former", "Moret-Loing-et-Orvanne")
    country = places.country()
    assert country.today("77166") == ecuelles.parent_id
    assert country.name("77166") == "Moret-Loing-et-Orvanne"


def test_names_of_the_whole_country_are_known():
    assert places.country().name("13055") == "Marseille"
    assert places.country().name("99999") == ""
    assert places.country().today("99999") is None


def test_a_postcode_of_paris_is_never_read_as_a_suburb_of_before_1968():
    assert places.country().today("75002") is None


def test_an_outline_is_geojson_inside_its_window():
    commune = Commune.objects.get(code="95018")
    outline = json.loads(commune.outline)
    longitudes = [point[0] for point in outline["coordinates"][0]]
    assert (min(longitudes), max(longitudes)) == (commune.west, commune.east)
    assert commune.west < commune.lon < commune.east


def test_without_the_built_files_the_sentence_says_how_to_build_them(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "PLACES_FILE", tmp_path / "absent")
    with pytest.raises(SourceError, match="build_assets"):
        places.digest()


def test_no_shape_joins_into_none():
    assert places.joined(()) is None
