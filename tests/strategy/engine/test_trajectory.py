"""Where a value stands beside its target is an explained answer, never a colour alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.logic.answers import Answer, all_of
from ensembleur.sources import Source
from ensembleur.strategy.engine.content import Direction, Label, State
from ensembleur.strategy.engine.trajectory import elapsed_share, expected, indicator_state, measure_state
from tests.factories.trajectories import DUE, HALF, START, held, sheet, stand, target


def said(indicator, current, as_of=HALF, lang="fr", **options):
    return stand(indicator, current, as_of, lang, **options).reason.says.replace("\xa0", " ")


def test_the_path_is_a_straight_line_between_two_days():
    assert [elapsed_share(START, DUE, day) for day in (date(2016, 1, 1), START, DUE, date(2022, 1, 1))] == [0, 0, 1, 1]
    assert elapsed_share(START, DUE, HALF) == Decimal(730) / 1461
    assert expected(Decimal(0), Decimal(500), START, DUE, DUE) == 500
    assert expected(None, Decimal(500), START, DUE, HALF) is None


@pytest.mark.parametrize(
    ("value", "answer", "tail"),
    [
        (250, Answer.YES, "sur sa trajectoire (attendu à cette date : 250 entreprises)"),
        (249, Answer.NO, "en retard (attendu à cette date : 250 entreprises)"),
        (500, Answer.YES, "objectif atteint"),
    ],
)
def test_a_rising_indicator_is_on_its_path_or_behind_or_done(value, answer, tail):
    indicator = sheet(target(500))
    assert stand(indicator, held(value)).answer is answer
    assert said(indicator, held(value)) == (
        f"Entreprises accompagnées : {value} entreprises (constaté), pour un objectif de 500 entreprises (programmé) "
        f"au 1er janvier 2021, valeur du 1er janvier 2019 ; {tail}"
    )


def test_the_same_in_english():
    assert said(sheet(target(500)), held(300), lang="en") == (
        "Companies supported: 300 companies (observed), for a target of 500 companies (programmed) by 1 January 2021, "
        "value of 1 January 2019; on its path (expected by then: 250 companies)"
    )


def test_a_falling_indicator_is_on_its_path_below_the_line():
    indicator = sheet(target(50), direction=Direction.DOWN, baseline=100)
    assert stand(indicator, held(75)).answer is Answer.YES
    above = stand(indicator, held(90))
    assert (above.answer, above.is_reached, above.progress) == (Answer.NO, Answer.NO, Decimal("0.2"))


@pytest.mark.parametrize(
    ("baseline", "direction", "aim", "value", "tail"),
    [
        (500, Direction.UP, 500, 300, "en retard (attendu à cette date : 500 entreprises)"),
        (500, Direction.DOWN, 0, 251, "en retard (attendu à cette date : 250 entreprises)"),
        (500, Direction.DOWN, 0, 250, "sur sa trajectoire (attendu à cette date : 250 entreprises)"),
        ("0.5", Direction.UP, 8, "4.2", "en retard (attendu à cette date : 4,3 entreprises)"),
    ],
)
def test_what_is_expected_is_said_as_finely_as_it_is_counted(baseline, direction, aim, value, tail):
    assert said(sheet(target(aim), baseline=baseline, direction=direction), held(value)).endswith(tail)


def test_what_was_not_measured_is_unknown_and_says_what_to_measure():
    for current in (None, held(None)):
        found = stand(sheet(target(500)), current)
        assert (found.answer, found.reason.missing, found.progress, found.bar) == (Answer.UNKNOWN, ("M1.companies",), None, None)
        assert (found.elapsed, found.behind, found.measured_on) == (None, None, None)
    assert said(sheet(target(500)), None) == (
        "Entreprises accompagnées : objectif de 500 entreprises (programmé) au 1er janvier 2021, non mesuré"
    )


def test_without_a_baseline_only_a_reached_target_is_known():
    indicator = sheet(target(500), baseline=None)
    found = stand(indicator, held(300))
    assert (found.answer, found.reason.missing) == (Answer.UNKNOWN, ("M1.companies.baseline",))
    assert said(indicator, held(300)).endswith("point de départ inconnu, ce qui n'est pas zéro")
    assert stand(indicator, held(500)).answer is Answer.YES


def test_a_target_past_its_date_and_missed_is_a_no():
    late = date(2022, 1, 1)
    found = stand(sheet(target(500)), held(302, DUE), late)
    assert (found.answer, found.is_past, found.is_reached) == (Answer.NO, True, Answer.NO)
    assert said(sheet(target(500)), held(302, DUE), late).endswith("objectif non atteint à l'échéance")


def test_a_value_older_than_the_date_does_not_tell_that_the_target_was_missed():
    late = date(2022, 1, 1)
    found = stand(sheet(target(500)), held(302), late)
    assert (found.answer, found.reason.missing) == (Answer.UNKNOWN, ("M1.companies",))
    assert said(sheet(target(500)), held(302), late).endswith("aucune valeur depuis l'échéance du 1er janvier 2021")


def test_a_sheet_that_contradicts_itself_reaches_nothing():
    indicator = sheet(target(5), baseline=10)
    for as_of in (HALF, date(2022, 1, 1)):
        found = stand(indicator, held(7), as_of)
        assert (found.answer, found.is_reached, found.reason.missing) == (
            Answer.UNKNOWN,
            Answer.UNKNOWN,
            ("M1.companies.direction",),
        )
        assert said(indicator, held(7), as_of).endswith("l'objectif va contre le sens annoncé de l'indicateur")


def test_a_stable_indicator_is_held_within_a_tolerance_that_is_stated():
    indicator = sheet(target(100), direction=Direction.STABLE, baseline=None)
    assert stand(indicator, held(104)).answer is Answer.YES
    assert said(indicator, held(104)).endswith("maintenu (tolérance de 5 entreprises)")
    assert stand(indicator, held(104), tolerance=Decimal(1)).answer is Answer.NO
    assert said(indicator, held(104), lang="en", tolerance=Decimal(1)).endswith("not held (within 1 companies)")


def test_two_statements_of_a_target_are_both_said_and_progress_takes_the_first():
    indicator = sheet(target(500, 300))
    found = stand(indicator, held(302))
    assert found.progress == Decimal("0.604")
    (other,) = found.others
    assert (other.value, other.is_reached) == (300, Answer.YES)
    assert said(indicator, held(302)).endswith("; un autre passage dit 300 entreprises, atteint, 101 %")
    assert said(sheet(target(500, 600), baseline=None), held(302)).endswith("; un autre passage dit 600 entreprises, non atteint")
    assert stand(indicator, None).others[0].is_reached is Answer.UNKNOWN


def test_a_value_known_otherwise_than_its_sheet_asks_says_so():
    declared = said(sheet(target(500)), held(302, label=Label.DECLARED))
    assert "302 entreprises (déclaré), pour un objectif de 500 entreprises (programmé)" in declared
    assert declared.endswith("; l'indicateur se suit en constaté")


def test_a_reason_carries_the_text_of_its_target():
    source = Source("Délibération")
    assert stand(sheet(target(500)), held(1), sources={"doc": source}).reason.source is source
    assert stand(sheet(target(500)), held(1)).reason.source is None


def test_a_target_may_start_after_the_strategy():
    found = stand(sheet(target(500, start=HALF)), held(0))
    assert (found.expected, found.elapsed, found.answer) == (0, 0, Answer.YES)


def test_a_value_of_tomorrow_is_not_known_today():
    with pytest.raises(ValueError, match="not known"):
        stand(sheet(target(500)), held(1, DUE), HALF)


def state(indicator, current, as_of=HALF, lang="fr"):
    return indicator, indicator_state(indicator, current, start=START, as_of=as_of, lang=lang)


def test_an_indicator_is_on_the_path_to_each_of_its_targets():
    milestone = target(200, due=date(2018, 1, 1))
    _, found = state(sheet(milestone, target(500)), held(240))
    assert found.answer is Answer.NO
    assert [reason.answer for reason in found.reasons] == [Answer.YES, Answer.NO]
    assert found.says == f"{found.reasons[1].says}."


def test_without_target_there_is_nothing_to_answer():
    _, found = state(sheet(), held(240))
    assert (found.answer, found.says) == (Answer.UNKNOWN, "Entreprises accompagnées\xa0: aucun objectif chiffré.")


@given(st.lists(st.sampled_from([300, 100, None]), min_size=1, max_size=5))
def test_a_measure_is_the_conjunction_of_its_indicators(values):
    states = [state(sheet(target(500), code=f"M1.{rank}"), held(value)) for rank, value in enumerate(values)]
    found = measure_state(states)
    assert found.answer is all_of(one.answer for _, one in states)
    assert found.missing == tuple(f"M1.{rank}" for rank, value in enumerate(values) if value is None)
    assert len(found.standings) == len(values)


@pytest.mark.parametrize(
    ("values", "french", "english"),
    [
        ([300, 300], "Sur sa trajectoire : 2 indicateurs sur 2.", "On its path: 2 indicators of 2."),
        ([300, 100], "En retard : 1 indicateur sur 2.", "Behind: 1 indicator of 2."),
        (
            [300, None],
            "On ne sait pas : 1 indicateur sur 2 à mesurer ou à compléter.",
            "Not known: 1 indicator of 2 to measure or to complete.",
        ),
    ],
)
def test_a_measure_says_its_state_in_one_sentence(values, french, english):
    states = [state(sheet(target(500)), held(value)) for value in values]
    assert measure_state(states).says.replace("\xa0", " ") == french
    assert measure_state(states, lang="en").says.replace("\xa0", " ") == english


def test_a_measure_without_followed_target_is_unknown_and_not_a_success():
    retired = sheet(target(500), state=State.RETIRED)
    for states in ([], [state(sheet(), held(1))], [state(retired, held(1))]):
        found = measure_state(states)
        assert (found.answer, found.says) == (Answer.UNKNOWN, "Aucun objectif chiffré\xa0: rien à comparer.")


def test_a_reason_that_never_decides_is_unknown():
    found = stand(sheet(target(500)), held(1))
    assert replace(found, reason=replace(found.reason, answer=None)).answer is Answer.UNKNOWN
