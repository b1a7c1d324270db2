"""Names, places and queries become comparable words."""

import doctest
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.territory.engine import search_text
from ensembleur.territory.engine.search_text import (
    as_written,
    fold,
    identifier,
    indexed_words,
    initials,
    key,
    key_forms,
    singular,
    tokens,
    typing_errors,
    typing_errors_allowed,
)


def test_the_examples_of_the_documentation_are_true():
    assert doctest.testmod(search_text).failed == 0


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("l'oréal", "L OREAL"),
        ("LOREAL", "L'Oréal SA"),
        ("snecma", "S.N.E.C.M.A."),
        ("saint gobain", "SAINT-GOBAIN SAS"),
        ("st gobain", "Saint-Gobain"),
        ("airliquide", "AIR LIQUIDE"),
        ("air liquide", "AIRLIQUIDE"),
        ("œuvre", "OEUVRE"),
        ("cie générale", "Compagnie Generale SA"),
    ],
)
def test_the_same_name_written_otherwise_has_a_key_in_common(typed, registered):
    assert set(key_forms(typed)) & set(key_forms(registered))


@pytest.mark.parametrize(
    ("typed", "name"), [("metaux", "Métal"), ("pièce", "Pièces"), ("st", "Saint-Denis"), ("airliquide", "Air Liquide")]
)
def test_a_word_is_found_under_its_other_forms(typed, name):
    assert {fold(typed), singular(fold(typed))} & set(indexed_words(name))


def test_a_legal_form_alone_stays_a_name():
    assert key("S.A.R.L.") == "sarl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("732 829 320", "732829320"), ("SIRET 73282932000074", "73282932000074"), ("732.829.320-00074", "73282932000074")],
)
def test_a_number_is_recognised_however_it_is_spaced(text, expected):
    assert identifier(text) == expected


@pytest.mark.parametrize("text", ["95100", "1234567", "12345678901234567", "3M", "", "²³¹²³¹²³¹", "١٢٣٤٥٦٧٨٩"])
def test_what_cannot_be_a_number_of_the_register_is_a_text(text):
    assert identifier(text) == ""


@pytest.mark.parametrize(
    ("first", "second", "most", "expected"),
    [
        ("abcde", "abcde", 1, 0),
        ("abcde", "abdce", 1, 1),
        ("abcde", "abcd", 1, 1),
        ("abcde", "xbcdy", 1, 2),
        ("ab", "abcdef", 2, 3),
    ],
)
def test_typing_errors_are_counted(first, second, most, expected):
    assert typing_errors(first, second, most) == expected


@pytest.mark.parametrize(("word", "allowed"), [("acme", 0), ("acmes", 1), ("mecaniqu", 1), ("mecanique", 2), ("95100", 0)])
def test_errors_are_forgiven_by_length(word, allowed):
    assert typing_errors_allowed(word) == allowed


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    for word in tokens(text):
        assert word
        assert set(word) <= set(string.ascii_lowercase + string.digits)
    key(text), key_forms(text), indexed_words(text), initials(text), identifier(text), fold(text)


@given(st.text(string.ascii_lowercase, max_size=10), st.text(string.ascii_lowercase, max_size=10))
def test_typing_errors_do_not_depend_on_the_order(first, second):
    assert typing_errors(first, second, 2) == typing_errors(second, first, 2)


def test_a_word_is_quoted_as_its_author_wrote_it():
    assert as_written("metal", "Tôlerie des Métaux") == "Métaux"
