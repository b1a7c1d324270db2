"""The pages of establishments, companies and places, and the files of counts."""

import csv
import io
import json

import pytest
from django.urls import reverse

from ensembleur.territory.choices import Masking
from tests.factories import sites

pytestmark = pytest.mark.django_db


def rows(response) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


# -- establishment and company -----------------------------------------------------------------------------------------
def test_the_page_says_who_we_think_you_are(client):
    site = sites.site(
        "Fonderie Durand", sign="Le Creuset", headcount_band="12", headcount_lo=20, headcount_hi=49, headcount_year=2023,
        naf_2025="24.51Y", is_fictional=False,
    )  # fmt: skip
    page = client.get(reverse("territory:establishment", args=[site.siret])).text
    for expected in ("Fonderie Durand", "Le Creuset", "20 à 49 salariés (Insee, tranche 2023)", "24.51Y", "25.62B", "Argenteuil"):
        assert expected in page
    assert "Ce n&#x27;est pas exact ?" in page or "Ce n'est pas exact ?" in page


def test_a_fictional_company_says_so(client):
    site = sites.site()
    for name, number in (("establishment", site.siret), ("company", site.unit_id)):
        assert "Entreprise fictive de démonstration" in client.get(reverse(f"territory:{name}", args=[number])).text


def test_a_closed_establishment_says_since_when(client):
    from datetime import date

    site = sites.closed(closed_on=date(2024, 3, 1))
    page = " ".join(client.get(reverse("territory:establishment", args=[site.siret])).text.split())  # dates hold no-break spaces
    assert "Fermé depuis le 1er mars 2024" in page
    unknown = sites.closed()
    assert "à une date non connue" in client.get(reverse("territory:establishment", args=[unknown.siret])).text


def test_the_other_sites_are_listed(client):
    first = sites.site("Fonderie Durand")
    second = sites.site(siren=first.unit_id, at="77284", sign="Durand Meaux")
    page = client.get(reverse("territory:establishment", args=[first.siret])).text
    assert reverse("territory:establishment", args=[second.siret]) in page
    assert "2 établissements connus" in client.get(reverse("territory:company", args=[first.unit_id])).text


def test_an_unknown_number_is_not_found(client):
    for name, number in (("establishment", "0" * 14), ("company", "0" * 9)):
        assert client.get(reverse(f"territory:{name}", args=[number])).status_code == 404
    assert json.loads(client.get(reverse("territory:site_points", args=["0" * 14])).content)["features"] == []


def test_a_masked_establishment_has_no_map_and_is_not_indexed_by_engines(client):
    hidden = sites.site("Fonderie Secrète", masking=Masking.LEGAL)
    page = client.get(reverse("territory:establishment", args=[hidden.siret])).text
    assert "data-map" not in page
    assert 'name="robots" content="noindex"' in page
    assert "non publié, à la demande" in page
    assert json.loads(client.get(reverse("territory:site_points", args=[hidden.siret])).content)["features"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_whatever_the_company_has(client, count, django_assert_num_queries):
    first = sites.site("Fonderie Durand")
    for _ in range(count):
        sites.site(siren=first.unit_id)
    with django_assert_num_queries(4):
        client.get(reverse("territory:establishment", args=[first.siret]))


# -- places ------------------------------------------------------------------------------------------------------------
def six_in_argenteuil() -> None:
    for _ in range(4):
        sites.site("Découpe", naf="25.62B", headcount_lo=20, headcount_hi=49)
    sites.site("Parfums", naf="20.42Z", headcount_lo=1, headcount_hi=2)
    sites.site("Mode", naf="14.13Z")


def test_a_place_counts_and_hides_what_is_too_small(client):
    six_in_argenteuil()
    page = client.get(reverse("territory:place", args=["commune", "95018"]))
    counted = page.context["figures"]
    assert (counted.total, counted.companies) == (6, 6)
    assert {line.key: line.count for line in counted.sectors} == {"CH": None, "CE": None, "CB": None}
    assert "compte caché parce" in page.text
    (total, *lines) = rows(client.get(reverse("territory:place_export", args=["commune", "95018", "csv"])))
    assert total["etablissements"] == "6"
    assert {line["secret"] for line in lines if line["table"] == "secteur"} == {"s"}
    assert all(line["etablissements"] == "" for line in lines if line["secret"] == "s")
    chart = client.get(reverse("territory:place_chart", args=["commune", "95018"])).json()
    assert chart["data"]["values"] == []


def test_a_place_with_two_companies_publishes_no_total(client):
    sites.site()
    sites.site()
    page = client.get(reverse("territory:place", args=["commune", "95018"]))
    assert page.context["figures"].total is None
    assert "Trop peu d&#x27;entreprises" in page.text or "Trop peu d'entreprises" in page.text


def test_a_place_without_anyone_says_so(client):
    sites.commune("95063")
    assert "Aucun établissement connu ici" in client.get(reverse("territory:place", args=["commune", "95063"])).text


def test_masked_and_closed_records_count_as_they_should(client):
    for masking in (Masking.NONE, Masking.LEGAL, Masking.NATURAL, Masking.NONE):
        sites.site(masking=masking)
    sites.closed()
    figures = client.get(reverse("territory:place", args=["commune", "95018"])).context["figures"]
    assert figures.total == 4


@pytest.mark.parametrize(("kind", "code"), [("region", "11"), ("departement", "95"), ("commune", "95018")])
def test_every_kind_of_place_has_its_pages(client, kind, code):
    six_in_argenteuil()
    assert client.get(reverse("territory:place", args=[kind, code])).status_code == 200
    assert client.get(reverse("territory:outlines", args=[kind, code])).json()["type"] == "FeatureCollection"
    assert client.get(reverse("territory:place_export", args=[kind, code, "xlsx"])).status_code == 200


@pytest.mark.parametrize(("kind", "code"), [("region", "99"), ("departement", "00"), ("epci", "999999999"), ("commune", "99999")])
def test_an_unknown_place_is_not_found(client, kind, code):
    for name in ("place", "outlines", "place_chart"):
        assert client.get(reverse(f"territory:{name}", args=[kind, code])).status_code == 404


def test_places_are_found_by_name(client):
    sites.commune("95063")
    assert "Bezons" in client.get(reverse("territory:places"), {"q": "bezon"}).text
    assert "Aucun territoire de ce nom" in client.get(reverse("territory:places"), {"q": "<b>zzz"}).text


@pytest.mark.parametrize("name", ["search", "places"])
def test_the_pages_are_complete_in_english(client, index_home, name):
    client.cookies["django_language"] = "en"
    page = client.get(reverse(f"territory:{name}"))
    assert 'lang="en"' in page.text
    assert "Chercher" not in page.text
