"""Rules written as plain data: read, checked, written back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.checks import faults
from ensembleur.logic.conditions import All, AnyOf, AtLeast, Bounds, Leaf, Not, Param, day, dump, leaves, params, parse
from ensembleur.logic.explain import explain
from ensembleur.logic.facts import Fact
from tests.factories import logic as draw


def leaf(op="below", value=5, fact="headcount", **more):
    return {"id": "a", "fact": fact, "op": op, "value": value} | more


@given(draw.conditions())
def test_a_rule_written_back_is_read_the_same(condition):
    assert parse(dump(condition), vocabulary=None) == condition


def test_a_tree_is_read_as_it_is_written():
    rule = parse(
        {
            "all": [
                leaf("between", {"from": 5, "to": {"param": "top"}}, source="s1"),
                {"any": [leaf("starts_with", ["10"], "naf"), leaf("before", "2024-01-01", "created_on")]},
                {"not": leaf("in_zone", "region", "commune", **{"class": "declared"})},
                {"at_least": {"n": 1, "of": [{"id": "s", "fact": "project_started", "op": "is_true"}]}},
            ]
        },
        vocabulary=draw.VOCABULARY,
    )
    assert rule == All(
        (
            Leaf("a", "headcount", "between", Bounds(Decimal(5), Param("top")), source="s1"),
            AnyOf((Leaf("a", "naf", "starts_with", ("10",)), Leaf("a", "created_on", "before", date(2024, 1, 1)))),
            Not(Leaf("a", "commune", "in_zone", "region", "declared")),
            AtLeast(1, (Leaf("s", "project_started", "is_true"),)),
        )
    )
    assert params(rule) == {"top"}
    assert [found.id for found in leaves(rule)] == ["a", "a", "a", "a", "s"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("taille", "une condition s'écrit"),
        ({}, "écrivez une seule clé parmi all, any, not, at_least ; lu : rien"),
        ({"all": [leaf()], "any": [leaf()]}, "écrivez une seule clé"),
        ({"all": []}, "aid.yaml.all : la liste est vide"),
        ({"at_least": {"n": 2}}, "at_least: {n: 2, of"),
        ({"at_least": {"n": 3, "of": [leaf()]}}, "n vaut 3 alors qu'il y a 1 conditions"),
        ({"all": [leaf(), {"id": "b", "fact": "headcount"}]}, r"aid.yaml.all\[1\] : il manque « op: »"),
        (leaf(colour="red"), "clé inconnue « colour »"),
        (leaf("less_than"), "opération « less_than » inconnue"),
        (leaf(fact="headcont"), "vouliez-vous dire « headcount »"),
        (leaf(fact="zzzz"), "fait « zzzz » inconnu : la commande"),
        (leaf("starts_with", ["1"]), "ne convient pas au fait « headcount »"),
        (leaf("in_zone", "region", "naf"), "ne convient pas au fait « naf »"),
        (leaf(**{"class": "guess"}), "classe « guess » inconnue"),
        (leaf("is_true", True, "project_started"), "ne prend pas de « value: »"),
        (leaf(value=None), "a besoin de « value: »"),
        (leaf("between", [5, 9]), r"« between » s'écrit"),
        (leaf("between", {"from": 9, "to": 5}), "la première borne dépasse la seconde"),
        (leaf(value="250 salariés"), "sans espace ni unité"),
        (leaf(value=True), "n'est pas un nombre"),
        (leaf(value="NaN"), "n'est pas un nombre fini"),
        (leaf("in", [10, 11], "naf"), "une liste de codes entre guillemets"),
        (leaf("is", 2562, "naf"), "doit être un texte entre guillemets"),
        (leaf("before", "demain", "created_on"), "n'est pas une date"),
    ],
)
def test_an_unreadable_rule_says_where_and_what_to_write(data, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        parse(data, where="aid.yaml", vocabulary=draw.VOCABULARY)
    assert str(refused.value).startswith("aid.yaml")


def test_a_single_code_and_an_untyped_text_are_read():
    assert parse(leaf("starts_with", "25", "naf")).value == ("25",)
    assert parse(leaf("is", "25.62B", "naf")).value == "25.62B"
    assert day(date(2026, 1, 1), "x") == day("2026-01-01", "x")


# -- static checks -------------------------------------------------------------------------------------------------------


def found(data, **more):
    return faults(parse(data), vocabulary=draw.VOCABULARY, zones=draw.ZONES, where="aid", **more)


def test_a_sound_rule_has_no_fault():
    assert found({"all": [leaf(), leaf("above", 1, id="b"), {"any": [leaf("is", 3, id="c")]}]}) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"all": [leaf("at_least", 50), leaf("below", 10, id="b")]}, "« a », « b » sur « headcount » ne peuvent pas être vraies"),
        ({"all": [leaf("at_least", 5), {"all": [leaf("below", 5, id="b")]}]}, "ne peuvent pas être vraies ensemble"),
        ({"any": [{"all": [leaf("above", 5), leaf("at_most", 5, id="b")]}]}, "ne peuvent pas être vraies ensemble"),
        ({"all": [leaf("is", 4), leaf("is", 5, id="b")]}, "ne peuvent pas être vraies ensemble"),
        ({"all": [leaf("below", {"param": "low"}), leaf("at_least", 9, id="b")]}, "ne peuvent pas être vraies ensemble"),
        (leaf("between", {"from": 9, "to": {"param": "low"}}), "« a » est impossible : de 9 à 3"),
        ({"all": [leaf(), leaf()]}, "sert deux fois"),
        (leaf(fact="colour"), "fait « colour » inconnu"),
        (leaf("starts_with", ["1"]), "ne convient pas"),
        (leaf("in_zone", "moon", "commune"), "zone « moon » inconnue"),
        (leaf(value={"param": "nowhere"}), "« nowhere » est cité mais n'est pas défini"),
    ],
)
def test_a_rule_nobody_can_satisfy_or_read_is_seen_before_it_is_published(data, sentence):
    sentences = found(data, parameters={"low": Decimal(3)})
    assert len(sentences) == 1
    assert sentence in sentences[0]
    assert sentences[0].startswith("aid")


def test_true_and_false_together_are_impossible_and_names_of_parameters_are_enough():
    started = {"id": "a", "fact": "project_started", "op": "is_true"}
    assert "ne peuvent pas" in found({"all": [started, started | {"id": "b", "op": "is_false"}]})[0]
    assert found(leaf(value={"param": "p"}), parameters=["p"]) == []


@given(st.lists(draw.measured_leaves("headcount"), min_size=1, max_size=3), st.integers(0, 21))
def test_no_rule_called_impossible_can_be_satisfied(parts, headcount):
    """Nobody employs fewer than nobody: the line « between −1 and −1 » is called impossible, and is."""
    rule = All(tuple(parts))
    impossible = [
        line
        for line in faults(rule, vocabulary=draw.VOCABULARY, parameters=draw.PARAMETERS)
        if "vraies" in line or "impossible" in line
    ]
    if impossible:
        answer = explain(rule, {"headcount": Fact(headcount)}, as_of=draw.AS_OF, parameters=draw.PARAMETERS).answer
        assert answer.name != "YES"
