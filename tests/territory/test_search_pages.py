"""The search, its points, its files and its suggestions, as anyone meets them."""

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse

from ensembleur.errors import BadInput
from ensembleur.territory.choices import Masking
from ensembleur.territory.engine.search_index import Filters
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.search import read_cursor, search
from ensembleur.territory.queries.search_documents import document_of, documents
from ensembleur.territory.queries.search_filters import filters_of
from tests.factories import sites
from tests.factories import territory as make

pytestmark = pytest.mark.django_db


def sirets(text: str, **options) -> list[str]:
    return [hit.view.siret for hit in search(text, **options).hits]


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig")), delimiter=";"))


# -- finding -----------------------------------------------------------------------------------------------------------
def test_each_hit_says_why(rebuilt):
    sites.site("Société de l'Oise", sign="Méca+", company={"acronym": "SDO"})
    sites.site("Fonderie Durand", at="77284", naf="24.51Z")
    rebuilt()
    assert search("meca").hits[0].reasons[0] == "enseigne : « Méca+ »"
    assert search("sdo").hits[0].reasons[0] == "sigle : « SDO »"
    assert search("fonderie durand").hits[0].reasons == ("nom exact",)
    assert search("durand meaux").hits[0].reasons == ("nom : « Durand »", "commune : Meaux")
    assert search("durend").hits[0].reasons == ("proche de : « Durand »",)


def test_the_index_is_built_at_first_use_and_again_when_the_register_changes(index_home):
    from datetime import UTC, datetime

    from ensembleur.territory.models import ImportRun
    from ensembleur.territory.services.index import rebuild_index

    first = sites.site("Fonderie Durand")
    assert sirets("durand") == [first.siret]
    second = sites.site("Fonderie Durand Nord")
    ImportRun.objects.create(
        kind="import", done_at=datetime(2026, 11, 21, tzinfo=UTC), as_of=datetime(2026, 11, 1, tzinfo=UTC).date()
    )
    rebuild_index()
    assert set(sirets("durand")) == {first.siret, second.siret}
    assert len([path for path in index_home.iterdir() if path.is_dir()]) == 2


def test_a_broken_index_is_built_again(rebuilt, index_home):
    site = sites.site("Fonderie Durand")
    rebuilt()
    (index_home / "current.json").write_text("{not json")
    assert sirets("durand") == [site.siret]


def test_the_documents_read_by_columns_say_what_the_masked_views_say():
    named = {"acronym": "SDO", "usual_name": "Forge du Lac · Ets Lac"}
    for site_masking in ("", "legal"):
        for unit_masking in ("", "legal", "natural"):
            company = make.unit(masking=unit_masking, **named)
            kept = {"masking": site_masking, "sign": "Méca+ · Lac", "usual_name": "Le Lac", "headcount_band": "12"}
            make.establishment(company, **kept)
            make.establishment(company, commune="75111", lon=None, lat=None, is_head_office=None, naf="", state="F")
    make.establishment(make.unit(is_fictional=True), is_fictional=True, headcount=34, masking="")
    make.establishment(make.unit(), masking="natural")
    one_by_one = [document_of(site) for site in Establishment.objects.findable().select_related("unit").order_by("siret")]
    assert list(documents()) == one_by_one
    assert len(one_by_one) == 13
    hidden = [document for document in one_by_one if not document.names]
    assert len(hidden) == 4
    assert all(not (document.signs or document.places or document.communes or document.lon) for document in hidden)


def test_a_closed_site_is_found_when_asked_for(rebuilt):
    site = sites.closed("Fonderie Durand")
    rebuilt()
    assert sirets("durand") == []
    assert sirets("durand", filters=Filters(open_only=False)) == [site.siret]
    assert sirets(site.siret) == [site.siret]


def test_cursors_lead_through_every_page(rebuilt):
    for _ in range(23):
        sites.site("Fonderie Durand")
    rebuilt()
    seen, cursor = [], ""
    while True:
        found = search("durand", cursor=cursor, limit=5)
        seen += [hit.view.siret for hit in found.hits]
        cursor = found.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == found.total == 23


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WzEsMl0", "é", "a" * 5000, "bnVsbA", "WzEsIng iLDFd"])
def test_a_foreign_cursor_is_refused_in_one_sentence(cursor):
    with pytest.raises(BadInput, match="reprenez la recherche au début"):
        read_cursor(cursor)


# -- diffusion ---------------------------------------------------------------------------------------------------------
def test_a_masked_person_is_found_by_number_only_and_named_nowhere(rebuilt, client):
    person = sites.site("Dupuy Marcelline", masking=Masking.NATURAL, sign="Chez Marcelline", company={"legal_form": "1000"})
    other = sites.site("Fonderie Durand")
    rebuilt()
    for text in ("Dupuy", "Marcelline", "dupuy marcelline", "chez marcelline"):
        assert person.siret not in sirets(text)
    assert sirets("") == [other.siret]
    assert sirets(person.siret) == [person.siret]
    for url in (
        reverse("territory:establishment", args=[person.siret]),
        reverse("territory:company", args=[person.unit_id]),
        reverse("territory:search") + f"?q={person.siret}",
        reverse("territory:suggestions") + "?q=marcelline",
        reverse("territory:search_points"),
        reverse("territory:search_export", args=["csv"]),
        reverse("territory:search_export", args=["geojson"]),
        reverse("territory:site_points", args=[person.siret]),
        reverse("territory:site_points", args=[person.unit_id]),
    ):
        text = body(client.get(url, follow=True)).decode().replace("marcelline", "")
        assert "Marcelline" not in text
        assert "Dupuy" not in text
        assert "1 rue de l&#x27;Essai" not in text.split("Durand")[0]


def test_a_masked_company_is_found_by_its_name_and_never_placed(rebuilt, client):
    hidden = sites.site("Fonderie Secrète", masking=Masking.LEGAL, sign="Le Creuset", company={"acronym": "FSX"})
    rebuilt()
    assert sirets("fonderie secrete") == [hidden.siret]
    for text in ("creuset", "fsx", "argenteuil", "decoupage"):
        assert hidden.siret not in sirets(text)
    everywhere = Filters(bbox=(-180, -90, 180, 90))
    assert sirets("fonderie secrete", filters=everywhere) == []
    assert sirets("", filters=Filters(near=(2.2487, 48.9479, 50))) == []
    assert json.loads(body(client.get(reverse("territory:search_points") + "?q=secrete")))["features"] == []
    assert rows(client.get(reverse("territory:search_export", args=["csv"]) + "?q=secrete")) == []
    page = client.get(reverse("territory:establishment", args=[hidden.siret])).text
    assert "Fonderie Secrète" in page
    assert "1 rue de l" not in page
    assert "FSX" not in page


def test_a_record_masked_after_the_index_was_built_is_hidden_at_once(rebuilt, client):
    person = sites.site("Dupuy Marcelline", company={"legal_form": "1000"})
    rebuilt()
    assert sirets("marcelline") == [person.siret]
    Establishment.objects.filter(pk=person.pk).update(masking=Masking.NATURAL, diffusion="P")
    assert sirets("marcelline") == []
    assert rows(client.get(reverse("territory:search_export", args=["csv"]) + "?q=marcelline")) == []
    assert json.loads(body(client.get(reverse("territory:search_points") + "?q=marcelline")))["features"] == []


# -- the page ----------------------------------------------------------------------------------------------------------
def test_a_number_goes_straight_to_its_page(rebuilt, client):
    site = sites.site()
    rebuilt()
    answer = client.get(
        reverse("territory:search"), {"q": f"{site.siret[:3]} {site.siret[3:6]} {site.siret[6:9]} {site.siret[9:]}"}
    )
    assert answer.headers["Location"] == reverse("territory:establishment", args=[site.siret])
    answer = client.get(reverse("territory:search"), {"q": site.unit_id})
    assert answer.headers["Location"] == reverse("territory:company", args=[site.unit_id])


def test_a_mistyped_number_gets_one_sentence(rebuilt, client):
    rebuilt()
    page = client.get(reverse("territory:search"), {"q": "73282932000075"})
    assert page.status_code == 200
    assert "sa clé de contrôle est fausse" in page.text


def test_an_empty_answer_says_what_to_do(rebuilt, client):
    sites.site()
    rebuilt()
    page = client.get(reverse("territory:search"), {"q": "zzzzqqqq", "departement": "95"}).text
    assert "Aucun établissement trouvé" in page
    assert "Retirer tous les filtres" in page


def test_the_list_is_swapped_alone_while_one_types(rebuilt, client):
    sites.site("Fonderie Durand")
    rebuilt()
    headers = {"HX-Request": "true", "HX-Target": "found"}
    fragment = client.get(reverse("territory:search"), {"q": "durand"}, headers=headers).text
    assert "<html" not in fragment
    assert "Fonderie Durand" in fragment
    assert 'data-points-of="search-map"' in fragment


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_whatever_it_lists(rebuilt, client, count, django_assert_num_queries):
    for _ in range(count):
        sites.site("Fonderie Durand")
    rebuilt()
    client.get(reverse("territory:search"), {"q": "durand"})  # opens the index
    with django_assert_num_queries(4):  # the hits, and the names of three facets
        answer = client.get(reverse("territory:search"), {"q": "durand"})
    assert len(answer.context["results"].hits) == count


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2",
        "bbox=a,b,c,d",
        "bbox=nan,1,2,3",
        "bbox=9,9,1,1",
        "departement=%00",
        "size=" + "x" * 99,
        "cursor=zzz",
        "division='%22<>",
    ],
)
def test_bad_filters_answer_400_with_one_sentence(rebuilt, client, query):
    sites.site()
    rebuilt()
    page = client.get(reverse("territory:search") + "?" + query)
    assert page.status_code == 400
    assert "La recherche n&#x27;a pas été lancée" in page.text or "La recherche n'a pas été lancée" in page.text
    if not query.startswith("cursor"):
        assert client.get(reverse("territory:search_points") + "?" + query).status_code == 400
        assert client.get(reverse("territory:search_export", args=["csv"]) + "?" + query).status_code == 400


@pytest.mark.parametrize("query", ["autour=Nullepart", "autour=Argenteuil&km=5000", "autour=Argenteuil&km=abc"])
def test_a_mistake_in_a_field_is_told_beside_it(rebuilt, client, query):
    sites.site()
    rebuilt()
    page = client.get(reverse("territory:search") + "?" + query)
    assert page.status_code == 200
    assert page.context["form"].errors


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "\u202e\u0000abc", "<script>alert(1)</script>", "é" * 3000, "🏭", "%", "' OR 1=1 --"]
)
def test_hostile_text_is_only_text(rebuilt, client, text):
    sites.site()
    rebuilt()
    for name in ("search", "suggestions", "search_points"):
        answer = client.get(reverse(f"territory:{name}"), {"q": text})
        assert answer.status_code == 200
        assert "<script>alert" not in body(answer).decode()


# -- around, windows, facets -------------------------------------------------------------------------------------------
def test_a_radius_around_a_commune_a_postcode_or_a_point(rebuilt):
    near, far = sites.site(at="95018"), sites.site(at="77284")
    sites.commune("95063")
    rebuilt()
    for around in ("Bezons", "bezons", "95870", "95063", "2.2131, 48.9256"):
        assert sirets("", filters=filters_of({}, around=around, km=10)) == [near.siret]
    assert set(sirets("", filters=filters_of({}, around="Bezons", km=100))) == {near.siret, far.siret}


def test_facets_are_labelled_and_keep_what_was_chosen(rebuilt, client):
    sites.site("Durand", at="95018")
    sites.site("Durand", at="77284")
    rebuilt()
    page = client.get(reverse("territory:search"), {"q": "durand", "departement": "95"})
    facet = next(facet for facet in page.context["facets"] if facet.name == "departement")
    assert {(line.value, line.count, line.is_chosen) for line in facet.values} == {("95", 1, True), ("77", 1, False)}


# -- files -------------------------------------------------------------------------------------------------------------
def test_a_file_says_where_each_row_comes_from(rebuilt, client):
    site = sites.site("=Fonderie Durand")
    rebuilt()
    (row,) = rows(client.get(reverse("territory:search_export", args=["csv"]) + "?q=durand"))
    assert row["siret"] == site.siret
    assert row["nom"] == "'=Fonderie Durand"
    assert row["source"] == "Population de démonstration, entièrement fictive"
    assert row["fictif"] == "1"


def test_a_spreadsheet_has_a_sheet_for_its_source(rebuilt, client):
    sites.site("Fonderie Durand")
    rebuilt()
    answer = client.get(reverse("territory:search_export", args=["xlsx"]) + "?q=durand")
    with zipfile.ZipFile(io.BytesIO(body(answer))) as book:
        assert {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} <= set(book.namelist())


def test_a_map_file_carries_its_source(rebuilt, client):
    sites.site("Fonderie Durand")
    rebuilt()
    collection = json.loads(body(client.get(reverse("territory:search_export", args=["geojson"]) + "?q=durand")))
    assert "Sirene" in collection["source"]
    assert [one["geometry"]["coordinates"] for one in collection["features"]] == [[2.2487, 48.9479]]


def test_a_file_stops_at_its_bound(rebuilt):
    from ensembleur.territory.queries.search_export import exported

    for _ in range(12):
        sites.site("Fonderie Durand")
    rebuilt()
    assert len(list(exported("durand", filters=Filters(), most=7))) == 7
    assert len({view.siret for view in exported("durand", filters=Filters())}) == 12


# -- suggestions, command ----------------------------------------------------------------------------------------------
def test_suggestions_come_as_links_or_as_json(rebuilt, client):
    site = sites.site("Fonderie Durand")
    rebuilt()
    assert (
        reverse("territory:establishment", args=[site.siret]) in client.get(reverse("territory:suggestions"), {"q": "fond"}).text
    )
    answer = client.get(reverse("territory:suggestions"), {"q": "fond"}, headers={"Accept": "application/json"}).json()
    assert [one["siret"] for one in answer["suggestions"]] == [site.siret]
    assert client.get(reverse("territory:suggestions"), {"q": "f"}).text.strip() == ""
    assert client.get(reverse("territory:suggestions"), {"q": "7328293200007"}).status_code == 200


def test_the_command_prints_the_documented_json(rebuilt, capsys):
    from django.core.management import call_command

    site = sites.site("Fonderie Durand")
    rebuilt()
    call_command("search", "durand", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"query", "mode", "total", "note", "next", "hits"}
    assert answer["hits"][0]["siret"] == site.siret
    call_command("search", "durand", limit=1)
    assert "nom : « Durand »" in capsys.readouterr().out


def test_the_command_refuses_a_mistyped_number():
    from django.core.management import call_command

    with pytest.raises(BadInput, match="clé de contrôle"):
        call_command("search", "73282932000075")
