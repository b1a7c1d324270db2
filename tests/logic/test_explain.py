"""An answer, a reason for every leaf, and what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.logic.answers import Answer, all_of, any_of, at_least
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import All, AnyOf, AtLeast, Leaf, Not, leaves, parse
from ensembleur.logic.explain import explain, explain_in
from ensembleur.logic.facts import NEVER, Fact, Interval
from ensembleur.sources import Source
from tests.factories import logic as draw

SETTING = Setting(draw.AS_OF, parameters=draw.PARAMETERS, vocabulary=draw.VOCABULARY, zones=draw.ZONES)
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def answer(condition, facts):
    return explain_in(condition, facts, SETTING).answer


@settings(deadline=None)
@given(draw.conditions(), draw.conditions(), draw.facts())
def test_de_morgan_holds_with_three_values(one, two, facts):
    assert answer(Not(All((one, two))), facts) is answer(AnyOf((Not(one), Not(two))), facts)
    assert answer(Not(AnyOf((one, two))), facts) is answer(All((Not(one), Not(two))), facts)
    assert answer(Not(Not(one)), facts) is answer(one, facts)
    assert answer(Not(one), facts) is ~answer(one, facts)


@settings(deadline=None)
@given(draw.conditions(), draw.facts(), draw.facts())
def test_learning_a_fact_never_reverses_a_sure_answer(condition, facts, more):
    before, after = answer(condition, facts), answer(condition, {**more, **facts})
    assert before is UNKNOWN or after is before


@settings(deadline=None)
@given(draw.conditions(), draw.facts())
def test_every_leaf_has_its_reason_even_when_the_answer_is_already_sure(condition, facts):
    explanation = explain_in(condition, facts, SETTING)
    assert [reason.leaf for reason in explanation.reasons] == [leaf.id for leaf in leaves(condition)]
    assert all(reason.says for reason in explanation.reasons)


@settings(deadline=None)
@given(draw.conditions(), draw.facts())
def test_nothing_is_missing_once_the_answer_is_sure(condition, facts):
    explanation = explain_in(condition, facts, SETTING)
    assert explanation.answer is UNKNOWN or explanation.missing == ()
    for key in explanation.missing:
        assert key not in facts or isinstance(facts[key].value, Interval)


@settings(deadline=None)
@given(draw.leaves(), draw.facts())
def test_under_a_negation_the_reason_is_that_of_what_is_really_asked(leaf, facts):
    plain, negated = explain_in(leaf, facts, SETTING).reasons[0], explain_in(Not(leaf), facts, SETTING).reasons[0]
    assert negated.answer is ~plain.answer
    if plain.answer is not UNKNOWN:
        assert negated.says != plain.says


@settings(deadline=None)
@given(draw.leaves(), draw.facts())
def test_a_double_negation_says_the_plain_thing(leaf, facts):
    assert explain_in(Not(Not(leaf)), facts, SETTING).reasons == explain_in(leaf, facts, SETTING).reasons


def test_at_least_counts_as_a_person_would():
    for answers in product(Answer, repeat=3):
        for count in (1, 2, 3):
            completions = [
                [choice if held is UNKNOWN else held for held, choice in zip(answers, guess, strict=True)]
                for guess in product((NO, YES), repeat=3)
            ]
            outcomes = {sum(held is YES for held in completion) >= count for completion in completions}
            expected = UNKNOWN if len(outcomes) == 2 else YES if outcomes == {True} else NO
            assert at_least(count, answers) is expected
    assert all_of([]) is YES
    assert any_of([]) is NO


@settings(deadline=None)
@given(st.lists(draw.conditions(), min_size=1, max_size=4), draw.facts())
def test_all_and_any_are_the_two_ends_of_at_least(parts, facts):
    parts = tuple(parts)
    assert answer(All(parts), facts) is answer(AtLeast(len(parts), parts), facts)
    assert answer(AnyOf(parts), facts) is answer(AtLeast(1, parts), facts)


RULE = parse(
    {
        "all": [
            {"id": "size", "fact": "headcount", "op": "below", "value": 250},
            {
                "any": [
                    {"id": "turnover", "fact": "turnover_eur", "op": "at_most", "value": 50_000_000},
                    {"not": {"id": "started", "fact": "project_started", "op": "is_true"}},
                ]
            },
        ]
    }
)


@pytest.mark.parametrize(
    ("headcount", "expected"),
    [(249, YES), (250, NO), (Interval(200, 249), YES), (Interval(200, 499), UNKNOWN), (Interval(250, None), NO), (None, UNKNOWN)],
)
def test_a_band_decides_when_it_can(headcount, expected):
    facts = {} if headcount is None else {"headcount": Fact(headcount)}
    explanation = explain(parse({"id": "size", "fact": "headcount", "op": "below", "value": 250}), facts, as_of=draw.AS_OF)
    assert explanation.answer is expected
    assert explanation.missing == (("headcount",) if expected is UNKNOWN else ())


def test_a_branch_already_made_up_for_is_no_obstacle():
    explanation = explain(
        RULE, {"headcount": Fact(34), "turnover_eur": Fact(60_000_000), "project_started": Fact(False)}, as_of=draw.AS_OF
    )
    size, turnover, started = explanation.reasons
    assert (explanation.answer, turnover.answer, started.answer) == (YES, NO, YES)
    assert (size.matters, turnover.matters, started.matters) == (True, False, True)
    assert (size.group, turnover.group_says) == ("", "une au moins de ces 2 conditions")
    assert explain(RULE, {}, as_of=draw.AS_OF, lang="en").reasons[1].group_says == "at least one of these 2 conditions"


def test_only_the_facts_that_may_still_change_the_answer_are_missing():
    assert explain(RULE, {}, as_of=draw.AS_OF).missing == ("headcount", "turnover_eur", "project_started")
    assert explain(RULE, {"project_started": Fact(False)}, as_of=draw.AS_OF).missing == ("headcount",)
    assert explain(RULE, {"headcount": Fact(300)}, as_of=draw.AS_OF).missing == ()


def test_the_distance_to_the_threshold_is_told_in_the_unit_of_the_fact():
    size = explain(RULE, {"headcount": Fact(255)}, as_of=draw.AS_OF).reasons[0]
    assert (size.distance, size.gap) == (5.0, 0.02)
    age = Leaf("age", "created_on", "at_least_months_old", Decimal(36))
    assert explain(age, {"created_on": Fact(date(2024, 2, 28))}, as_of=draw.AS_OF).reasons[0].distance == pytest.approx(
        12, abs=0.2
    )
    assert explain(RULE, {"headcount": Fact(Interval(None, None))}, as_of=draw.AS_OF).reasons[0].distance is None


def test_a_zone_whose_list_is_unknown_never_says_no():
    rule = Leaf("zone", "commune", "in_zone", "told")
    here = {"commune": Fact("95018")}
    assert explain_in(rule, here, SETTING).answer is UNKNOWN
    assert explain_in(rule, here, SETTING).missing == ("in_zre",)
    assert explain_in(rule, {**here, "in_zre": Fact(False)}, SETTING).answer is NO
    assert explain_in(Leaf("zone", "commune", "in_zone", "nowhere"), here, SETTING).missing == ()


def test_a_parameter_without_value_that_day_leaves_the_answer_unknown_and_asks_nothing():
    rule = parse({"id": "size", "fact": "headcount", "op": "below", "value": {"param": "ceiling"}})
    explanation = explain(rule, {"headcount": Fact(3)}, as_of=draw.AS_OF)
    assert (explanation.answer, explanation.missing) == (UNKNOWN, ())
    assert explain(rule, {"headcount": Fact(3)}, as_of=draw.AS_OF, parameters={"ceiling": Decimal(4)}).answer is YES


def test_a_thing_never_done_is_a_known_answer():
    rule = Leaf("diagnosis", "created_on", "within_months", Decimal(12))
    explanation = explain_in(rule, {"created_on": Fact(NEVER)}, SETTING)
    assert explanation.answer is NO
    assert "pas encore fait" in explanation.reasons[0].says


def test_the_source_of_a_leaf_follows_its_reason():
    source = Source("Règlement d'intervention")
    rule = Leaf("size", "headcount", "below", Decimal(5), source="s1")
    assert explain(rule, {}, as_of=draw.AS_OF, sources={"s1": source}).reasons[0].source is source


@pytest.mark.parametrize(
    ("leaf", "value"),
    [
        (Leaf("a", "headcount", "below", Decimal(5)), "douze"),
        (Leaf("a", "headcount", "below", Decimal(5)), True),
        (Leaf("a", "project_started", "is_true"), "oui"),
        (Leaf("a", "created_on", "before", draw.AS_OF), "2020-01-01"),
        (Leaf("a", "naf", "in", ("10",)), 10),
    ],
)
def test_a_fact_of_the_wrong_kind_is_refused_by_name(leaf, value):
    with pytest.raises(BadInput, match=leaf.fact):
        explain(leaf, {leaf.fact: Fact(value)}, as_of=draw.AS_OF)


def test_a_float_is_read_as_it_is_written():
    rule = Leaf("share", "share", "is", Decimal("0.1"))
    assert explain(rule, {"share": Fact(0.1)}, as_of=draw.AS_OF).answer is YES
