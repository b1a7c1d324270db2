"""A scheme file is read whole, or refused by name of file, path and remedy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.errors import BadInput
from ensembleur.logic.conditions import Param
from ensembleur.logic.words import Words
from ensembleur.periods import Period
from ensembleur.schemes.engine.parsing import parse_scheme
from ensembleur.schemes.engine.scheme import Envelope, Window
from ensembleur.sources import Confidence
from tests.factories.rules import RATE, SIZE, scheme, scheme_data


def test_every_field_of_a_file_finds_its_place():
    parsed = scheme(
        summary="Une phrase.",
        funders=["Région", "État"],
        topics=["production", "people"],
        url="https://example.org/aid",
        operator="Région",
        version={
            "published": {"from": date(2020, 2, 1), "to": date(2021, 1, 1)},
            "status": "uncertain",
            "status_note": {"fr": "À revoir", "en": "To review"},
            "envelope": {"eur": 20_000_000, "year": 2021, "source": "s1"},
            "windows": [{"opens": "2020-03-01", "closes": None}],
            "parameters": {
                "top": [
                    {"value": 5, "to": date(2022, 1, 1), "unit": "salariés"},
                    {"value": 10, "from": date(2022, 1, 1), "source": "s1"},
                ],
                "codes": [{"value": ["10", "11"]}],
                "since": [{"value": date(2024, 1, 1)}],
            },
            "jury": [{"id": "impact", "says": {"fr": "impact", "en": "impact"}}],
            "amount": RATE
            | {"rate": {"min": 0.25, "max": {"param": "top"}}, "split": {"grant": 0.6, "advance": 0.4}, "note": "x"},
            "edges": [{"kind": "replaced_by", "scheme": "other", "note": {"fr": "n"}, "source": "s1"}],
            "unverified": {"fr": "le plafond"},
        },
    )
    (version,) = parsed.versions
    assert (parsed.summary, parsed.operator.siren, parsed.source("s1").confidence) == (
        Words("Une phrase."),
        "",
        Confidence.SECONDARY,
    )
    assert version.published == Period(date(2020, 2, 1), date(2021, 1, 1))
    assert version.envelope == Envelope(Decimal(20_000_000), 2021, "s1")
    assert version.windows == (Window(date(2020, 3, 1)),)
    assert version.parameters_on(date(2021, 12, 31)) == {"top": 5, "codes": ("10", "11"), "since": date(2024, 1, 1)}
    assert version.parameters_on(date(2022, 1, 1))["top"] == 10
    assert version.amount.rate == (Decimal("0.25"), Param("top"))
    assert version.amount.split == (("grant", Decimal("0.6")), ("advance", Decimal("0.4")))
    assert version.edges[0].note.in_("en") == "n"
    assert version.unverified


def test_without_a_publication_date_a_version_is_known_from_its_first_day():
    assert scheme().versions[0].published == Period(date(2020, 1, 1))


def test_the_hash_of_a_rule_changes_with_it_and_only_with_it():
    one, same, other = scheme(), scheme(), scheme(version={"status": "suspended"})
    assert one.versions[0].rule_hash == same.versions[0].rule_hash != other.versions[0].rule_hash


def amount(**more):
    return {"amount": RATE | more}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "aid.yaml : il manque « title: »"),
        ({"colour": "red"}, "clé inconnue « colour »"),
        ({"family": "gift"}, "aid.yaml.family : « gift » inconnu ; choisissez parmi grant"),
        ({"topics": ["cuisine"]}, "aid.yaml.topics"),
        ({"topics": "production"}, "une liste de textes"),
        ({"versions": {"id": 1}}, "au moins une version"),
        ({"sources": ["s1"]}, "écrivez un tableau"),
        ({"sources": {"s1": {"title": "x", "confidence": "sure"}}}, "sources.s1.confidence"),
        ({"sources": {"s1": {"title": "x", "checked": "hier"}}}, "n'est pas une date"),
    ],
)
def test_a_scheme_that_cannot_be_read_says_where_and_what_to_write(change, sentence):
    with pytest.raises(BadInput, match=sentence):
        parse_scheme(scheme_data() | change, origin="aid.yaml")


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ({"effective": {"from": date(2024, 1, 1), "to": date(2024, 1, 1)}}, "la période du 2024-01-01 au 2024-01-01 est vide"),
        ({"windows": [{"opens": date(2024, 2, 1), "closes": date(2024, 1, 1)}]}, "ferme le 2024-01-01, avant son ouverture"),
        ({"windows": {"opens": None}}, "écrivez une liste"),
        (
            {"conditions": {"all": [SIZE | {"fact": "headcont"}]}},
            r"versions\[0\].conditions.all\[0\]\(size\) : fait « headcont »",
        ),
        ({"envelope": {"eur": {"param": "x"}}}, "un nombre, pas un paramètre"),
        ({"parameters": {"top": [{"unit": "€"}]}}, r"parameters.top\[0\] : il manque « value: »"),
        (amount(rule="steps"), "une règle « steps » a besoin de « steps: »"),
        (amount(rate=None), "a besoin de « rate: »"),
        (amount(rule="flat"), "a besoin de « max_eur: »"),
        (amount(rule="steps", steps=[{"from": 5, "eur": 9}, {"from": 6, "eur": 8}]), "du plus petit au plus grand"),
        (amount(split={"grant": 0.5}), "les parts doivent faire 1"),
        (amount(base="headcount"), "n'est pas un fait en euros"),
        (amount(bonuses=[{"id": "zre"}]), "il manque « when: »"),
        ({"edges": [{"kind": "cousin", "scheme": "x"}]}, "« cousin » inconnu"),
    ],
)
def test_a_version_that_cannot_be_read_says_where_and_what_to_write(version, sentence):
    with pytest.raises(BadInput, match=sentence):
        scheme(version=version)


def test_a_flat_sum_may_be_written_either_way():
    assert scheme(version=amount(rule="flat", min_eur=5)).versions[0].amount.min_eur == 5
    assert scheme(version=amount(rate=0.5)).versions[0].amount.rate == (Decimal("0.5"), Decimal("0.5"))
