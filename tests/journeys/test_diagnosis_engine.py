"""Scores say what was answered, and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.errors import BadInput
from ensembleur.journeys.catalogue.loader import questionnaire
from ensembleur.journeys.engine import diagnosis as engine
from ensembleur.journeys.engine.questionnaire import DONT_KNOW, NOT_APPLICABLE, as_plain, read_questionnaire

EDITION = questionnaire()
IDS = [statement.id for statement in EDITION.statements]
ANSWER = st.one_of(st.integers(0, 5), st.sampled_from([DONT_KNOW, NOT_APPLICABLE]))
ANSWERS = st.dictionaries(st.sampled_from(IDS), ANSWER)


def everywhere(level):
    return dict.fromkeys(IDS, level)


def test_the_published_questionnaire_has_six_axes_of_six_statements_in_two_languages():
    assert tuple(axis.id for axis in EDITION.axes) == engine.AXES
    for axis in EDITION.axes:
        assert {"siri", "acatech", "adma", "dmat"} == set(axis.terms)
        assert 6 <= len(EDITION.of_axis(axis.id)) <= 7
    for statement in EDITION.statements:
        assert {0, 1, 3, 5} <= set(statement.levels)
        assert all(words["fr"] and words["en"] for words in (statement.says, statement.evidence, *statement.levels.values()))
        assert statement.effect in (1, 2, 3)


def test_a_frozen_questionnaire_is_read_back_the_same():
    assert read_questionnaire(as_plain(EDITION)) == EDITION


def test_an_unknown_edition_or_statement_is_refused():
    with pytest.raises(BadInput, match="pas d'édition"):
        questionnaire("0")
    with pytest.raises(BadInput, match="pas d'énoncé"):
        EDITION.statement("nothing")


@pytest.mark.parametrize("change", [{"weight": 0}, {"axis": "nowhere"}, {"levels": {"0": ["a", "b"]}}])
def test_a_malformed_statement_is_refused(change):
    data = as_plain(EDITION)
    data["statements"][0].update(change)
    with pytest.raises(BadInput, match="axe inconnu"):
        read_questionnaire(data)


def test_a_statement_given_twice_is_refused():
    data = as_plain(EDITION)
    data["statements"].append(data["statements"][0])
    with pytest.raises(BadInput, match="deux fois"):
        read_questionnaire(data)


def test_without_any_answer_there_is_no_score_and_no_coverage():
    for score in engine.scores(EDITION, {}):
        assert (score.score, score.coverage, score.answered) == (None, 0.0, 0)


def test_all_not_applicable_gives_no_score_rather_than_zero():
    score = engine.scores(EDITION, everywhere(NOT_APPLICABLE))[0]
    assert (score.score, score.coverage, score.answered) == (None, 0.0, score.total)


def test_dont_know_leaves_the_score_and_lowers_the_coverage():
    production = [statement.id for statement in EDITION.of_axis("production")]
    full = engine.scores(EDITION, dict.fromkeys(production, 3))[0]
    less = engine.scores(EDITION, {**dict.fromkeys(production, 3), production[0]: DONT_KNOW})[0]
    assert full.score == less.score == 3
    assert full.coverage == 1
    assert less.coverage < 1


@given(ANSWERS)
def test_scores_and_coverage_stay_in_bounds(answers):
    for score in engine.scores(EDITION, answers):
        assert score.score is None or 0 <= score.score <= 5
        assert 0 <= score.coverage <= 1
        assert score.answered <= score.total
    assert 0 <= engine.overall_coverage(EDITION, answers) <= 1


@given(ANSWERS, st.sampled_from(IDS))
def test_not_applicable_is_as_if_the_statement_were_not_in_the_questionnaire(answers, name):
    marked = {**answers, name: NOT_APPLICABLE}
    shorter = replace(EDITION, statements=tuple(one for one in EDITION.statements if one.id != name))
    with_na, without = engine.scores(EDITION, marked), engine.scores(shorter, answers)
    assert [(s.score, s.coverage) for s in with_na] == [(s.score, s.coverage) for s in without]


@given(ANSWERS, st.integers(2, 9))
def test_only_the_proportion_of_weights_counts(answers, factor):
    heavier = replace(EDITION, statements=tuple(replace(one, weight=one.weight * factor) for one in EDITION.statements))
    for light, heavy in zip(engine.scores(EDITION, answers), engine.scores(heavier, answers), strict=True):
        assert (light.score is None) == (heavy.score is None)
        assert light.score is None or heavy.score == pytest.approx(light.score)
        assert heavy.coverage == pytest.approx(light.coverage)


@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_statements_changes_nothing(answers, chance: random.Random):
    shuffled = list(EDITION.statements)
    chance.shuffle(shuffled)
    other = replace(EDITION, statements=tuple(shuffled))
    assert [s.score for s in engine.scores(other, answers)] == pytest.approx([s.score for s in engine.scores(EDITION, answers)])
    assert {p.statement for p in engine.priorities(other, answers)} == {p.statement for p in engine.priorities(EDITION, answers)}
    assert {s.id for s in engine.strengths(other, answers)} == {s.id for s in engine.strengths(EDITION, answers)}


def test_strengths_are_the_highest_levels_and_never_weak_ones():
    answers = {**everywhere(2), "upkeep": 5, "export": 4}
    assert [one.id for one in engine.strengths(EDITION, answers)] == ["upkeep", "export"]


def test_priorities_weigh_gap_stake_effect_and_open_window():
    answers = {"upkeep": 2, "design": 2, "export": 5}
    first, second = engine.priorities(EDITION, answers)
    assert (first.statement, first.value) == ("upkeep", 3 * 2 * 3)
    assert (second.statement, second.value) == ("design", 3 * 2 * 2)
    changed = engine.priorities(EDITION, answers, stakes={"market": 3, "production": 1}, open_axes=["market"])
    assert changed[0].statement == "design"
    assert changed[0].value == 3 * 3 * 2 * engine.OPEN_WINDOW_BONUS
    assert changed[0].window_open


def test_priorities_can_all_be_asked():
    assert len(engine.priorities(EDITION, everywhere(1))) == 3
    assert len(engine.priorities(EDITION, everywhere(1), count=None)) == len(IDS)
    assert engine.priorities(EDITION, everywhere(5)) == ()


def test_two_diagnoses_compare_on_what_both_answered():
    before, after = everywhere(2), {**everywhere(3), "upkeep": DONT_KNOW}
    change = engine.compare(EDITION, before, after)[0]
    assert (change.before, change.after, change.difference, change.common) == (2, 3, 1, 5)
    nothing = engine.compare(EDITION, before, {})[0]
    assert (nothing.difference, nothing.common) == (None, 0)


def test_statements_that_left_the_questionnaire_are_not_compared():
    earlier = replace(EDITION, statements=tuple(one for one in EDITION.statements if one.id != "upkeep"))
    assert engine.compare(EDITION, everywhere(2), everywhere(3), earlier=earlier)[0].common == 5


def test_peers_are_shown_from_eleven_only():
    assert engine.peers("digital", [1.0] * 10) is None
    found = engine.peers("digital", [float(level) for level in range(11)])
    assert (found.count, found.low, found.median, found.high) == (11, 2.5, 5.0, 7.5)


@given(st.lists(st.floats(0, 5), min_size=11, max_size=60))
def test_quartiles_are_ordered_and_within_the_values(values):
    found = engine.peers("digital", values)
    assert min(values) <= found.low <= found.median <= found.high <= max(values)
