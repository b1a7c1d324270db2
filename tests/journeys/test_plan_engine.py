"""A plan keeps prerequisites first, whatever was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.loader import measure, measures, questionnaire
from ensembleur.journeys.engine import plan as engine
from ensembleur.journeys.engine.diagnosis import AXES
from ensembleur.periods import add_months

EDITION, ALL = questionnaire(), measures()
IDS = [statement.id for statement in EDITION.statements]
ANSWERS = st.dictionaries(st.sampled_from(IDS), st.one_of(st.integers(0, 5), st.sampled_from(["na", "unknown"])))
STAKES = st.dictionaries(st.sampled_from(AXES), st.integers(1, 3))
START = date(2026, 12, 1)


def build(answers, **more):
    return engine.build_plan(EDITION, ALL, answers, starts_on=START, **more)


def test_the_published_measures_speak_of_published_statements_and_cover_every_one_of_them():
    named = {trigger.statement for one in ALL for trigger in one.triggers}
    assert named == set(IDS)
    assert len(ALL) >= 40
    for one in ALL:
        assert one.axis in AXES
        assert one.title["fr"]
        assert one.title["en"]
        assert one.effort in (1, 2, 3)
        assert one.effect in (1, 2, 3)
        assert one.months >= 1


def test_a_measure_that_left_the_catalogue_is_none():
    assert measure("nothing") is None
    assert measure("energy-audit").axis == "environment"


def test_the_best_company_has_nothing_to_do():
    assert build(dict.fromkeys(IDS, 5)) == ()


@given(ANSWERS, STAKES, st.sets(st.sampled_from(AXES)))
def test_no_action_comes_before_what_it_requires(answers, stakes, axes):
    steps = build(answers, stakes=stakes, open_axes=axes)
    place = {step.measure.id: step.position for step in steps}
    days = {step.measure.id: step for step in steps}
    for step in steps:
        for need in step.measure.requires:
            if need in place:
                assert place[need] < step.position
                assert days[need].ends_on <= step.starts_on
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))


@given(ANSWERS)
def test_the_same_answers_give_the_same_plan_whatever_the_order_of_the_catalogue(answers):
    backwards = engine.build_plan(EDITION, ALL[::-1], answers, starts_on=START)
    assert backwards == build(answers)


@given(ANSWERS)
def test_a_plan_only_holds_what_some_answer_calls_for(answers):
    for step in build(answers):
        for cause in step.because:
            limit = next(trigger.at_most for trigger in step.measure.triggers if trigger.statement == cause)
            assert isinstance(answers[cause], int)
            assert answers[cause] <= limit


@given(ANSWERS)
def test_no_more_than_two_actions_run_together(answers):
    steps = build(answers)
    for step in steps:
        together = [one for one in steps if one.starts_on <= step.starts_on < one.ends_on]
        assert len(together) <= engine.AT_ONCE


def test_a_light_prerequisite_inherits_the_worth_of_what_it_opens():
    steps = build({"machine-state": 1, "changeover": 0})
    assert [step.measure.id for step in steps] == ["list-machines", "plan-replacement", "cut-changeover"]


def test_the_declared_stake_changes_the_order():
    answers = {"upkeep": 2, "hiring": 2}
    assert build(answers, stakes={"people": 3, "production": 1})[0].measure.axis == "people"
    assert build(answers, stakes={"people": 1, "production": 3})[0].measure.axis == "production"


def test_durations_are_whole_months_from_the_first_day():
    step = build({"machine-state": 1})[0]
    assert (step.starts_on, step.ends_on) == (START, add_months(START, step.measure.months))


def _row(name, **more):
    return {
        "id": name, "axis": "digital", "fr": "a", "en": "a", "does": ["a", "a"], "when": {"upkeep": 1},
        "effort": 1, "effect": 1, "months": 1, **more,
    }  # fmt: skip


def test_a_catalogue_that_goes_round_is_refused():
    with pytest.raises(BadInput, match="en rond"):
        engine.read_measures({"measures": [_row("a", requires=["b"]), _row("b", requires=["a"])]})


def test_a_catalogue_with_an_unknown_or_doubled_measure_is_refused():
    with pytest.raises(BadInput, match="n'existe pas"):
        engine.read_measures({"measures": [_row("a", requires=["z"])]})
    with pytest.raises(BadInput, match="deux fois"):
        engine.read_measures({"measures": [_row("a"), _row("a")]})


def test_a_chain_is_ordered_even_when_written_backwards():
    chain = engine.read_measures({"measures": [_row("a", requires=["b"]), _row("b", requires=["c"]), _row("c")]})
    assert [one.id for one in engine.ordered(chain, {"a": 9.0})] == ["c", "b", "a"]
    assert replace(chain[0], requires=()).requires == ()


def test_what_needs_two_things_waits_for_both():
    three = engine.read_measures({"measures": [_row("a", requires=["b", "c"]), _row("b"), _row("c")]})
    assert [one.id for one in engine.ordered(three, {"c": 2.0})] == ["c", "b", "a"]
