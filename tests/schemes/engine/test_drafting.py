"""A rule being written: each change keeps the rest, a draft reads back as it was, and what is wrong is told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.conditions import dump, leaves, parse
from ensembleur.schemes.catalogue import loader
from ensembleur.schemes.engine import drafting
from ensembleur.schemes.engine.review import review
from ensembleur.schemes.services.publishing import plain
from tests.factories import logic
from tests.factories.schemes import IN_REGION, NOT_STARTED, SMALL, raw

BIG = {"id": "big", "fact": "headcount", "op": "at_least", "value": 250, "source": "s1"}
START = {"id": "start", "fact": "created_on", "op": "at_least_months_old", "value": 36, "source": "s1"}


def content(conditions: Any, **more: Any) -> dict[str, Any]:
    return {**raw("une", conditions=conditions)["versions"][0], **more}


def ids(held: dict[str, Any]) -> list[str]:
    return [leaf.id for leaf in leaves(parse(held["conditions"]))]


def found(held: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    scheme = {key: value for key, value in raw("une").items() if key != "versions"}
    return [
        (fault.code, fault.place) for fault in review({**held, **more}, scheme=scheme, sources={"s1"}, schemes={"une", "deux"})
    ]


# -- changes -----------------------------------------------------------------------------------------------------------
@given(logic.conditions())
def test_a_drawn_rule_kept_as_data_reads_back_to_the_same_rule(condition):
    kept = json.loads(json.dumps(drafting.normal(dump(condition))))
    read = parse(kept)
    assert read == parse(drafting.normal(dump(condition)))
    assert list(leaves(read)) == list(leaves(condition))


@given(logic.conditions(), st.data())
def test_a_moved_part_takes_every_line_along_and_loses_none(condition, data):
    held = {"conditions": drafting.normal(dump(condition))}
    nodes = list(drafting.walk(held))
    moved = data.draw(st.sampled_from([node for node in nodes if "." in node.place]))
    groups = [node.place for node in nodes if node.head in drafting.GROUPS and not f"{node.place}.".startswith(f"{moved.place}.")]
    target = data.draw(st.sampled_from(groups))
    after = drafting.move(held, moved.place, target, data.draw(st.integers(0, 5)))
    lines = [sorted(str(node.body) for node in drafting.walk(one) if node.head == "leaf") for one in (held, after)]
    assert lines[0] == lines[1]


@given(logic.conditions(), st.data())
def test_what_is_removed_leaves_and_the_rest_stays(condition, data):
    held = {"conditions": drafting.normal(dump(condition))}
    node = data.draw(st.sampled_from([one for one in drafting.walk(held) if "." in one.place]))
    gone = sum(one.head == "leaf" for one in drafting.walk(held) if f"{one.place}.".startswith(f"{node.place}."))
    before = sum(one.head == "leaf" for one in drafting.walk(held))
    assert sum(one.head == "leaf" for one in drafting.walk(drafting.remove(held, node.place))) == before - gone


def test_conditions_are_added_wrapped_regrouped_and_dissolved():
    held = content({"all": [IN_REGION, SMALL]})
    held = drafting.add(held, "c", NOT_STARTED)
    held = drafting.wrap(held, "c.1", "any")
    held = drafting.add(held, "c.1", BIG)
    assert held["conditions"]["all"][1] == {"any": [SMALL, BIG]}
    held = drafting.regroup(held, "c.1", "at_least", 2)
    assert held["conditions"]["all"][1]["at_least"]["n"] == 2
    held = drafting.wrap(held, "c.1", "not")
    assert ids(held) == ["in-region", "size", "big", "not-started"]
    held = drafting.dissolve(held, "c.1")
    held = drafting.dissolve(held, "c.1")
    assert held["conditions"]["all"] == [IN_REGION, SMALL, BIG, NOT_STARTED]


def test_the_whole_rule_is_always_a_group_one_can_add_to():
    held = drafting.regroup(content({"all": [IN_REGION, SMALL]}), "c", "any")
    assert held["conditions"] == {"all": [{"any": [IN_REGION, SMALL]}]}
    assert drafting.put(held, "c", SMALL)["conditions"] == {"all": [SMALL]}
    assert drafting.normal(None) == {"all": []}


def test_the_condition_of_a_bonus_is_changed_at_its_own_place():
    held = content({"all": [SMALL]}, amount={"nature": "grant", "rule": "rate", "bonuses": [{"id": "zre", "when": IN_REGION}]})
    held = drafting.add(held, "b0", BIG)
    assert held["amount"]["bonuses"][0]["when"] == {"all": [IN_REGION, BIG]}
    assert drafting.remove(held, "b0.0")["amount"]["bonuses"][0]["when"] == {"all": [BIG]}
    assert drafting.put(held, "b0", SMALL)["amount"]["bonuses"][0]["when"] == SMALL


@pytest.mark.parametrize(
    "act",
    [
        lambda held: drafting.find(held, "c.9"),
        lambda held: drafting.remove(held, "c.9"),
        lambda held: drafting.remove(held, "x"),
        lambda held: drafting.remove(held, "b4"),
        lambda held: drafting.move(held, "c", "c", 0),
        lambda held: drafting.move(held, "c.1", "c.1", 0),
        lambda held: drafting.move(held, "c.0", "c.0", 0),
        lambda held: drafting.dissolve(held, "c.0"),
        lambda held: drafting.dissolve(held, "c"),
        lambda held: drafting.wrap(held, "c.0", "perhaps"),
        lambda held: drafting.regroup(held, "c.1", "perhaps"),
        lambda held: drafting.move(held, "c.0", "c.2", 0),
    ],
)
def test_a_place_that_is_not_there_or_has_no_sense_is_refused(act):
    with pytest.raises(BadInput):
        act(content({"all": [SMALL, {"any": [IN_REGION]}, {"not": NOT_STARTED}]}))


def test_several_conditions_are_denied_together_and_what_is_dissolved_in_a_negation_stays_denied():
    denied = drafting.regroup(content({"all": [{"any": [SMALL, BIG]}]}), "c.0", "not")
    assert denied["conditions"] == {"all": [{"not": {"all": [SMALL, BIG]}}]}
    one = drafting.regroup(content({"all": [{"any": [SMALL]}]}), "c.0", "not")
    assert one["conditions"] == {"all": [{"not": SMALL}]}
    nested = content({"all": [{"not": {"any": [SMALL, BIG]}}]})
    assert drafting.dissolve(nested, "c.0.0")["conditions"] == {"all": [{"not": {"all": [SMALL, BIG]}}]}


def test_a_line_moved_out_of_a_negation_takes_the_negation_away():
    held = drafting.move(content({"all": [{"not": SMALL}, IN_REGION]}), "c.0.0", "c", 2)
    assert held["conditions"] == {"all": [IN_REGION, SMALL]}


def test_a_new_condition_takes_a_free_name():
    held = content({"all": [SMALL]})
    assert (drafting.free_id(held, "size"), drafting.free_id(held, "zone")) == ("size-2", "zone")


# -- checks ------------------------------------------------------------------------------------------------------------
def test_a_sound_version_has_nothing_to_mend():
    assert found(content({"all": [IN_REGION, SMALL, NOT_STARTED]})) == []


@pytest.mark.parametrize(
    ("conditions", "fault"),
    [
        ({"all": []}, ("empty_rule", "c")),
        ({"all": [SMALL, {"any": []}]}, ("empty_group", "c.1")),
        ({"all": [{"at_least": {"n": 3, "of": [SMALL, IN_REGION]}}]}, ("bad_count", "c.0")),
        ({"all": [{**SMALL, "op": "starts_with"}]}, ("unreadable", "c.0")),
        ({"all": [{**SMALL, "fact": "moon"}]}, ("unreadable", "c.0")),
        ({"all": [{**SMALL, "value": None}]}, ("unreadable", "c.0")),
        ({"all": [SMALL, {**IN_REGION, "value": "atlantide"}]}, ("unknown_zone", "c.1")),
        ({"all": [{key: value for key, value in SMALL.items() if key != "source"}]}, ("no_source", "c.0")),
        ({"all": [{**SMALL, "source": "s9"}]}, ("unknown_source", "sources")),
        ({"all": [SMALL, {**SMALL, "op": "above", "value": 3}]}, ("same_id", "c.1")),
        ({"all": [SMALL, BIG]}, ("impossible", "c.1")),
        ({"all": [{**SMALL, "value": 0}]}, ("impossible", "c.0")),
        ({"all": [SMALL, {"not": {**BIG, "id": "b", "op": "at_most", "value": 90}}]}, ("impossible", "c.1.0")),
        ({"all": [START, {**START, "id": "x", "op": "within_months", "value": 12}]}, ("impossible", "c.1")),
        ({"all": [IN_REGION, {**IN_REGION, "id": "out", "op": "not_in_zone"}]}, ("impossible", "c.1")),
        ({"all": [{"id": "a", "fact": "naf", "op": "starts_with", "value": ["25"], "source": "s1"},
                  {"id": "b", "fact": "naf", "op": "not_starts_with", "value": ["2"], "source": "s1"}]}, ("impossible", "c.1")),
        ({"all": [{"id": "a", "fact": "naf", "op": "in", "value": ["25.62B"], "source": "s1"},
                  {"id": "b", "fact": "naf", "op": "starts_with", "value": ["28"], "source": "s1"}]}, ("impossible", "c.1")),
        ({"all": [{**BIG, "value": 0}]}, ("always_true", "c.0")),
        ({"all": [IN_REGION, {"any": [SMALL, {**BIG, "value": 50}]}]}, ("always_true", "c.1.1")),
        ({"all": [{**SMALL, "value": {"param": "seuil"}}]}, ("dangling_parameter", "parameters")),
    ],
)  # fmt: skip
def test_each_fault_of_a_rule_is_told_at_its_place(conditions, fault):
    assert fault in found(content(conditions))


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"effective": {"from": None}}, ("no_first_day", "dates")),
        ({"effective": {"from": "2026-05-01", "to": "2026-05-01"}}, ("ends_before", "dates")),
        ({"windows": [{"opens": "2026-05-02", "closes": "2026-05-01"}]}, ("ends_before", "windows")),
        ({"parameters": {"seuil": [{"value": 3, "source": "s1"}]}}, ("unused_parameter", "parameters")),
        ({"parameters": {"seuil": [{"value": 3}]}}, ("no_source", "parameters")),
        ({"parameters": {"seuil": [{"value": 3, "from": "2026-05-02", "to": "2026-05-01", "source": "s1"}]}}, ("ends_before", "parameters")),
        ({"amount": {"nature": "grant", "rule": "rate", "source": "s1"}}, ("incomplete_amount", "amount")),
        ({"amount": {"nature": "grant", "rule": "steps", "source": "s1"}}, ("incomplete_amount", "amount")),
        ({"amount": {"nature": "grant", "rule": "rate", "rate": {"value": 40}, "source": "s1"}}, ("bad_amount", "amount")),
        ({"amount": {"nature": "grant", "rule": "range", "min_eur": 9, "max_eur": 3, "source": "s1"}}, ("bad_amount", "amount")),
        ({"amount": {"nature": "grant", "rule": "flat", "max_eur": 3}}, ("no_source", "amount")),
        ({"amount": {"nature": "grant", "rule": "flat", "max_eur": {"param": "somme"}, "source": "s1"}}, ("dangling_parameter", "parameters")),
        ({"source": ""}, ("no_source", "sources")),
        ({"edges": [{"kind": "exclusive", "scheme": "trois"}]}, ("unknown_scheme", "edges")),
        ({"status": "perhaps"}, ("unreadable", "text")),
        ({"amount": {"nature": "grant", "rule": "flat", "max_eur": "beaucoup", "source": "s1"}}, ("unreadable", "text")),
    ],
)  # fmt: skip
def test_each_fault_of_the_rest_is_told_at_its_place(more, fault):
    assert fault in found(content({"all": [SMALL]}), **more)


def test_a_parameter_without_value_on_the_first_day_is_told_where_it_is_read():
    parameters = {"seuil": [{"value": 50, "from": "2030-01-01", "to": None, "source": "s1"}]}
    held = content({"all": [{**SMALL, "value": {"param": "seuil"}}]}, parameters=parameters)
    assert ("no_value_that_day", "c.0") in found(held)
    assert found(held, effective={"from": "2031-01-01", "to": None}) == []
    rate = {"nature": "grant", "rule": "flat", "max_eur": {"param": "seuil"}, "source": "s1"}
    assert ("no_value_that_day", "parameters") in found(content({"all": [SMALL]}, parameters=parameters, amount=rate))


def test_a_contradiction_through_a_parameter_is_seen_with_its_value_of_the_first_day():
    parameters = {"seuil": [{"value": 300, "from": None, "to": None, "source": "s1"}]}
    assert ("impossible", "c.1") in found(content({"all": [SMALL, {**BIG, "value": {"param": "seuil"}}]}, parameters=parameters))


def test_no_rule_of_the_catalogue_is_called_impossible_or_always_true():
    wrong = []
    for scheme in map(plain, loader.read_checked()):
        for version in scheme["versions"]:
            content = {key: value for key, value in scheme.items() if key != "versions"}
            wrong += [
                (version["id"], fault)
                for fault in review(version, scheme=content, sources=set(scheme["sources"]))
                if fault.code not in {"no_first_day", "no_value_that_day", "unused_parameter"}
            ]
    assert wrong == []
