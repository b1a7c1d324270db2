"""The index ranks by the sum the engine explains, and its pages neither repeat nor lose."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.errors import BadInput, SourceError
from ensembleur.territory.engine.search_index import Filters, SearchIndex, write_index
from ensembleur.territory.engine.search_score import SIZE_STEPS, SearchDocument, score_of

WORDS = ("mecanique", "fonderie", "precision", "usinage", "dupont", "durand", "metaux", "sarl", "air", "liquide", "saint")
COMMUNES = ("Argenteuil", "Saint-Denis", "Meaux")


def number(position: int) -> str:
    return f"{position:014d}"


def build(folder: Path, *documents: SearchDocument) -> SearchIndex:
    write_index(folder, sorted(documents, key=lambda document: document.siret))
    return SearchIndex(folder)


def found(index: SearchIndex, text: str, **filters) -> list[str]:
    return [hit.siret for hit in index.search(text, filters=Filters(**filters), limit=50).hits]


names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
documents = st.lists(
    st.tuples(
        names,
        st.lists(names, max_size=1),
        st.sampled_from(COMMUNES),
        st.sampled_from(SIZE_STEPS),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)
queries = st.one_of(
    names,
    st.tuples(names, st.sampled_from(COMMUNES)).map(" ".join),
    st.sampled_from(["mecaniqe", "fondreie durand", "airliquide", "prec", "usinag", "m", "", "dupond meaux", "zzzzz dupont"]),
)


def made(drawn) -> list[SearchDocument]:
    return [
        SearchDocument(number(position), (name,), tuple(signs), places=(place,), size=size, is_open=is_open, is_head_office=head)
        for position, (name, signs, place, size, is_open, head) in enumerate(drawn, start=1)
    ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=documents, text=queries, open_only=st.booleans())
def test_the_index_and_the_explanation_give_the_same_score(tmp_path_factory, drawn, text, open_only):
    by_siret = {document.siret: document for document in made(drawn)}
    index = build(tmp_path_factory.mktemp("index"), *by_siret.values())
    ranked = index.search(text, filters=Filters(open_only=open_only), limit=50)
    for hit in ranked.hits:
        assert hit.score == score_of(ranked.plan, by_siret[hit.siret]).total


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=documents, text=queries, size=st.integers(1, 7), with_hint=st.booleans())
def test_pages_give_each_hit_once_and_in_order(tmp_path_factory, drawn, text, size, with_hint):
    index = build(tmp_path_factory.mktemp("index"), *made(drawn))
    everything = index.search(text, filters=Filters(open_only=False), limit=100)
    pages, after = [], None
    while True:
        hint = len(pages) if with_hint else 0
        page = index.search(text, filters=Filters(open_only=False), after=after, hint=hint, limit=size).hits
        if not page:
            break
        pages.extend(page)
        after = (page[-1].score, page[-1].siret)
    assert pages == list(everything.hits)
    assert len(pages) == everything.total
    assert [hit.order for hit in pages] == sorted(hit.order for hit in pages)


def test_a_thousand_ties_are_paged_in_the_order_of_siret(tmp_path):
    index = build(tmp_path, *(SearchDocument(number(position), ("Fonderie Durand",)) for position in range(1, 1001)))
    after, seen = None, []
    while page := index.search("fonderie", filters=Filters(), after=after, hint=len(seen), limit=37).hits:
        seen.extend(hit.siret for hit in page)
        after = (page[-1].score, page[-1].siret)
    assert seen == [number(position) for position in range(1, 1001)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dupont", "exact"),
        ("DUPONT SARL", "exact"),
        ("dupont meaux", "in_meaux"),
        ("méca+", "sign"),
        ("cnt", "acronym"),
        ("fondrie", "foundry"),
        ("fondreie", "foundry"),
        ("fond", "foundry"),
        ("moulages", "foundry"),
    ],
)
def test_the_expected_establishment_comes_first(tmp_path, text, first):
    documents = {
        "exact": SearchDocument(number(1), ("Dupont",), places=("Argenteuil",)),
        "longer": SearchDocument(number(2), ("Dupont et Fils",), size="500+"),
        "in_meaux": SearchDocument(number(3), ("Etablissements Dupont Frères",), places=("Meaux",)),
        "sign": SearchDocument(number(4), ("Société Industrielle de l'Oise",), ("Méca+",)),
        "acronym": SearchDocument(number(5), ("Carrières Négoce Transports (CNT)",)),
        "foundry": SearchDocument(number(6), ("Fonderie Martin",), activity="Moulage de pièces"),
    }
    assert found(build(tmp_path, *documents.values()), text)[0] == documents[first].siret


def test_the_larger_then_the_open_one_comes_first_among_equals(tmp_path):
    index = build(
        tmp_path,
        SearchDocument(number(1), ("Durand Usinage",), size="1-9"),
        SearchDocument(number(2), ("Durand Usinage",), size="500+"),
        SearchDocument(number(3), ("Durand Usinage",), size="500+", is_open=False),
    )
    assert found(index, "durand usinage", open_only=False) == [number(2), number(1), number(3)]
    assert found(index, "durand usinage") == [number(2), number(1)]


def test_words_of_no_name_say_so_and_are_not_guessed(tmp_path):
    index = build(tmp_path, SearchDocument(number(1), ("Industrie Services",)), SearchDocument(number(2), ("Dupont Industrie",)))
    ranked = index.search("societe industrie", filters=Filters())
    assert (ranked.plan.is_generic, ranked.plan.mode, ranked.total) == (True, "all", 0)
    assert index.search("industrie", filters=Filters()).total == 2


def test_some_words_are_enough_when_no_name_has_them_all(tmp_path):
    index = build(tmp_path, SearchDocument(number(1), ("Knauf Plâtres",), places=("Saint-Souplets",)))
    ranked = index.search("knauf limay", filters=Filters())
    assert (ranked.plan.mode, ranked.total) == ("some", 1)


def test_facets_count_with_the_other_filters_but_not_their_own(tmp_path):
    index = build(
        tmp_path,
        SearchDocument(number(1), ("Durand",), departement="95", size="1-9"),
        SearchDocument(number(2), ("Durand",), departement="95", size="500+"),
        SearchDocument(number(3), ("Durand",), departement="77", size="1-9"),
    )
    filters = Filters(facets={"departement": ("95",)})
    ranked = index.search("durand", filters=filters)
    counts = index.facets(ranked.plan, filters)
    assert counts["departement"] == {"95": 2, "77": 1}
    assert counts["size"] == {"1-9": 1, "500+": 1}
    assert ranked.total == 2


def test_an_unknown_facet_is_refused(tmp_path):
    index = build(tmp_path, SearchDocument(number(1), ("Durand",)))
    with pytest.raises(BadInput, match="n'existe pas"):
        index.search("durand", filters=Filters(facets={"colour": ("red",)}))


@pytest.mark.parametrize("km", [1.0, 5.0, 20.0, 60.0])
def test_a_radius_holds_exactly_what_is_near(tmp_path, km):
    from ensembleur.territory.engine.search_index import distance_km

    places = [(2.0 + step * 0.037 % 1.1, 48.4 + step * 0.053 % 0.9) for step in range(300)]
    index = build(
        tmp_path, *(SearchDocument(number(n), ("Durand",), lon=lon, lat=lat) for n, (lon, lat) in enumerate(places, start=1))
    )
    import numpy as np

    lons, lats = np.array(places).T
    expected = {number(n + 1) for n in np.flatnonzero(distance_km(2.35, 48.85, lons, lats) <= km)}
    hits = index.search("", filters=Filters(near=(2.35, 48.85, km)), limit=1000).hits
    assert {hit.siret for hit in hits} == expected


def test_what_has_no_position_is_in_no_window_and_no_radius(tmp_path):
    index = build(tmp_path, SearchDocument(number(1), ("Durand",)), SearchDocument(number(2), ("Durand",), lon=2.3, lat=48.9))
    assert found(index, "durand", bbox=(-180, -90, 180, 90)) == [number(2)]
    assert found(index, "durand", near=(2.3, 48.9, 100)) == [number(2)]


def test_documents_out_of_order_are_refused(tmp_path):
    with pytest.raises(SourceError, match="ordre des SIRET"):
        write_index(tmp_path, [SearchDocument(number(2)), SearchDocument(number(1))])


HOSTILE = [
    "name:* OR 1=1", "'; DROP TABLE x; --", "\x00\x01", "*", "??", "(((((", "AND OR NOT", "a" * 10_000, "é" * 5000, "🏭🏭", "\u202egnihtemos",
    "العربية", "中文公司", "^~[]{}:\\/", "+-&|!", "meca~2", '"fonderie durand"', " " * 500, "a b c d e f g h i j k l m n o p q r s t",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(tmp_path, text):
    index = build(tmp_path, SearchDocument(number(1), ("Fonderie Durand",)))
    assert index.search(text, filters=Filters()).total in {0, 1}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text(string.punctuation + " abmecanique", max_size=40))
def test_no_text_breaks_the_search(one_index, text):
    one_index.search(text, filters=Filters())


@pytest.fixture(scope="module")
def one_index(tmp_path_factory):
    return build(tmp_path_factory.mktemp("one"), SearchDocument(number(1), ("Fonderie Durand",), places=("Meaux",)))
