"""Facts in and out: what a person types, what JSON keeps, what the engine reads."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.facts import NEVER, Interval
from ensembleur.schemes.engine.encoding import as_json, fact_key, from_json, parse_text


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "oui", True),
        ("bool", " NON ", False),
        ("number", "34", 34),
        ("number", "2,5", Decimal("2.5")),
        ("number", "20..49", Interval(20, 49)),
        ("number", "..49", Interval(None, 49)),
        ("number", "20..", Interval(20, None)),
        ("money", "250 000,50 €", Decimal("250000.50")),
        ("share", "25 %", Decimal("0.25")),
        ("share", "0,25", Decimal("0.25")),
        ("share", "25", Decimal("0.25")),
        ("date", "2026-03-12", date(2026, 3, 12)),
        ("date", "12/03/2026", date(2026, 3, 12)),
        ("date", "jamais", NEVER),
        ("code", "25.62B", "25.62B"),
        ("codes", "a; b ;", ("a", "b")),
        ("aids", "2025-03-12:40000", ({"on": date(2025, 3, 12), "eur": Decimal(40000), "regime": "de_minimis"},)),
        ("aids", "2025-03-12:40000:gber;", ({"on": date(2025, 3, 12), "eur": Decimal(40000), "regime": "gber"},)),
    ],
)
def test_what_a_person_types_is_read(kind, text, value):
    assert parse_text("clé", kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("bool", "peut-être", "oui ou non"),
        ("bool", "  ", "est vide"),
        ("number", "beaucoup", "attend un nombre"),
        ("number", "-3", "négatif"),
        ("money", "1e15", "trop grand|attend un nombre"),
        ("number", "1 000 000 000 000 000", "attend un nombre"),
        ("share", "140 %", "de 0 à 100"),
        ("date", "2026-13-01", "attend une date"),
        ("date", "hier", "attend une date"),
        ("date", "31/02/2026", "attend une date"),
        ("aids", "2025", "date:montant:régime"),
        ("number", "50..20", "est vide"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence_naming_the_fact(kind, text, says):
    with pytest.raises(BadInput, match=says):
        parse_text("clé", kind, text)


def test_a_fact_outside_the_vocabulary_is_refused():
    assert fact_key("headcount").key == "headcount"
    with pytest.raises(BadInput, match="n'existe pas"):
        fact_key("nothing")


amounts = st.decimals(0, 10**9, places=2)
values = st.one_of(
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("number"), st.integers(0, 10**6)),
    st.tuples(st.just("money"), amounts),
    st.tuples(st.just("share"), st.decimals(0, 1, places=4)),
    st.tuples(st.just("date"), st.dates()),
    st.tuples(st.just("code"), st.text(max_size=8)),
    st.tuples(st.just("codes"), st.lists(st.text(max_size=4), max_size=3).map(tuple)),
    st.tuples(st.just("number"), st.tuples(st.integers(0, 99), st.integers(100, 999)).map(lambda ends: Interval(*ends))),
    st.tuples(st.just("money"), st.tuples(amounts, st.none()).map(lambda ends: Interval(*ends))),
    st.tuples(
        st.just("aids"),
        st.lists(st.fixed_dictionaries({"on": st.dates(), "eur": amounts, "regime": st.just("de_minimis")}), max_size=3).map(
            tuple
        ),
    ),
)


@given(values)
def test_json_keeps_every_value_whole(pair):
    kind, value = pair
    assert from_json(kind, json.loads(json.dumps(as_json(value)))) == value


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("bool", 3),
        ("number", True),
        ("money", "oui"),
        ("date", 12),
        ("date", "hier"),
        ("code", ["a"]),
        ("codes", "a"),
        ("aids", ["a"]),
    ],
)
def test_what_was_kept_under_another_kind_is_refused_not_taken_for_what_it_is_not(kind, data):
    with pytest.raises(BadInput, match="ne se lit plus"):
        from_json(kind, data)


def test_a_number_kept_as_text_keeps_its_decimals():
    assert from_json("number", "12.5") == Decimal("12.5")
