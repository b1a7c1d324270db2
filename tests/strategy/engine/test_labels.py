"""Values known in different ways stay apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.labels import LABEL_WORDS, comparison
from ensembleur.strategy.engine.wording import counted, listed, phrase, show_amount, show_points, show_share

COMPANIES = Text("entreprises", "companies")
EUROS = Text("euros", "euros")


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_every_label_has_its_words():
    assert set(LABEL_WORDS) == set(Label)


@pytest.mark.parametrize(
    ("label", "target_label", "french", "english"),
    [
        (
            Label.DECLARED,
            Label.PROGRAMMED,
            "302 entreprises (déclaré), pour un objectif de 500 entreprises (programmé)",
            "302 companies (declared), for a target of 500 companies (programmed)",
        ),
        (
            Label.OBSERVED,
            Label.OBSERVED,
            "302 entreprises, pour un objectif de 500 entreprises (constaté)",
            "302 companies, for a target of 500 companies (observed)",
        ),
    ],
)
def test_a_comparison_names_how_each_value_is_known(label, target_label, french, english):
    values = Decimal(302), label, Decimal(500), target_label, COMPANIES
    assert plain(comparison(*values)) == french
    assert plain(comparison(*values, "en")) == english


@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        ("1234.5", None, "1 234,5", "1,234.5"),
        ("302", COMPANIES, "302 entreprises", "302 companies"),
        ("302", Text("", ""), "302", "302"),
        ("12", Text("%", "%"), "12 %", "12%"),
        ("82000000", EUROS, "82 M€", "€82 million"),
        ("-82000000", EUROS, "-82 M€", "-€82 million"),
    ],
)
def test_a_value_is_written_as_it_is_counted(value, unit, french, english):
    assert plain(show_amount(Decimal(value), unit, "fr")) == french
    assert plain(show_amount(Decimal(value), unit, "en")) == english


def test_shares_points_and_lists_read_well_in_both_languages():
    assert plain(show_share(Decimal("0.604"), "fr")) == "60 %"
    assert show_share(Decimal("-0.001"), "en") == "0%"
    assert plain(show_points(Decimal("0.2051"), "fr")) == "20,5 points"
    assert [plain(show_points(Decimal("0.015"), lang)) for lang in ("fr", "en")] == ["1,5 point", "1.5 points"]
    assert plain(show_points(Decimal("0.01"), "en")) == "1 point"
    assert [listed(parts, "fr") for parts in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b et c"]
    assert [plain(counted(0, Text("mois", "month"), Text("mois", "months"), lang)) for lang in ("fr", "en")] == [
        "0 mois",
        "0 months",
    ]
    assert phrase("fr", "« a » : b ; c", "") == "«\xa0a\xa0»\xa0: b\xa0; c"
