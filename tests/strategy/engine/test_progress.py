"""Progress is one quotient, whatever the direction; unknown is not zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine import progress as engine
from ensembleur.strategy.engine.content import Direction
from ensembleur.strategy.engine.progress import bounded, progress, reached, why_unknown

UP, DOWN, STABLE = Direction.UP, Direction.DOWN, Direction.STABLE
OPPOSITE = {UP: DOWN, DOWN: UP, STABLE: STABLE}
values = st.integers(-100_000, 100_000).map(Decimal)
directions = st.sampled_from(Direction)
NEAR = Decimal("1e-20")


def number(value):
    return None if value is None else Decimal(str(value))


@given(values, values, values, directions, values)
def test_mirrored_values_make_the_same_progress(current, baseline, target, direction, axis):
    def mirror(value):
        return 2 * axis - value

    there = progress(mirror(current), mirror(baseline), mirror(target), OPPOSITE[direction], tolerance=Decimal(7))
    assert progress(current, baseline, target, direction, tolerance=Decimal(7)) == there


@given(values, values, values, directions)
def test_a_bar_stays_between_its_ends_and_follows_progress_inside(current, baseline, target, direction):
    share = progress(current, baseline, target, direction)
    bar = bounded(share)
    assert (bar is None) == (share is None)
    if share is not None:
        assert 0 <= bar <= 1
        assert bar == share or not 0 <= share <= 1


@given(values, values, values, values, st.integers(0, 10))
def test_progress_is_linear_in_the_value(first, second, baseline, target, tenths):
    assume(baseline < target)
    weight = Decimal(tenths) / 10
    mixed = progress(first * weight + second * (1 - weight), baseline, target, UP)
    apart = progress(first, baseline, target, UP) * weight + progress(second, baseline, target, UP) * (1 - weight)
    assert abs(mixed - apart) < NEAR


@given(values, values, st.sampled_from([UP, DOWN]))
def test_the_baseline_is_zero_and_the_target_is_one(baseline, target, direction):
    assume(baseline < target if direction is UP else baseline > target)
    assert (progress(baseline, baseline, target, direction), progress(target, baseline, target, direction)) == (0, 1)


def test_a_falling_indicator_above_its_target_is_not_complete():
    # PILOTE's snapshot called the rising formula: an indicator still above its target read 100 %, one that beat it 0 %
    assert progress(Decimal(90), Decimal(100), Decimal(50), DOWN) == Decimal("0.2")
    assert progress(Decimal(40), Decimal(100), Decimal(50), DOWN) == Decimal("1.2")
    assert bounded(progress(Decimal(40), Decimal(100), Decimal(50), DOWN)) == 1


def test_the_bar_is_capped_at_its_upper_end_and_not_at_its_lower_one():
    # Akvo RSR: a helper meant to cap at 100 used the wrong bound
    assert [bounded(number(share)) for share in (-0.5, 0, 0.4, 1, 1.7)] == [0, 0, number(0.4), 1, 1]


@pytest.mark.parametrize(
    ("current", "baseline", "target", "direction", "expected"),
    [
        (302, 0, 500, UP, "0.604"),
        (-10, 0, 500, UP, "-0.02"),
        (None, 0, 500, UP, None),
        (302, None, 500, UP, None),
        (302, 0, None, UP, None),
        (7, 10, 5, UP, None),  # the target asks to fall, the sheet says that rising is better
        (7, 5, 10, DOWN, None),
        (10, 10, 10, UP, "1"),
        (9, 10, 10, UP, "0"),
        (9, 10, 10, DOWN, "1"),
        (11, 10, 10, DOWN, "0"),
        (105, None, 100, STABLE, "1"),
        (106, 3, 100, STABLE, "0"),
        (None, 3, 100, STABLE, None),
    ],
)
def test_every_case_has_one_answer(current, baseline, target, direction, expected):
    assert progress(number(current), number(baseline), number(target), direction) == number(expected)


def test_a_stable_indicator_takes_the_tolerance_it_is_given():
    assert progress(Decimal(101), None, Decimal(100), STABLE, tolerance=Decimal(0)) == 0
    assert progress(Decimal(100), None, Decimal(100), STABLE, tolerance=Decimal(0)) == 1


def test_a_target_is_reached_or_not_without_any_baseline():
    assert reached(Decimal(500), Decimal(500), UP) is Answer.YES
    assert reached(Decimal(51), Decimal(50), DOWN) is Answer.NO
    assert reached(None, Decimal(50), DOWN) is Answer.UNKNOWN
    assert reached(Decimal(50), None, DOWN) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("current", "baseline", "target", "direction", "french", "english"),
    [
        (1, 1, None, UP, "pas d'objectif chiffré", "no target in figures"),
        (None, 1, 2, UP, "valeur inconnue, ce qui n'est pas zéro", "value unknown, which is not zero"),
        (1, 1, 2, STABLE, "à maintenir : tenu ou non, sans degré", "to be kept: held or not, without degrees"),
        (1, None, 2, UP, "point de départ inconnu, ce qui n'est pas zéro", "baseline unknown, which is not zero"),
        (
            1,
            1,
            2,
            DOWN,
            "l'objectif va contre le sens annoncé de l'indicateur",
            "the target goes against the stated direction",
        ),
        (
            1,
            2,
            2,
            UP,
            "l'objectif est le point de départ : tenu ou non, sans degré",
            "the target is the baseline: held or not, without degrees",
        ),
        (1, 1, 2, UP, "", ""),
    ],
)
def test_what_has_no_quotient_says_why(current, baseline, target, direction, french, english):
    given_values = number(current), number(baseline), number(target), direction
    assert why_unknown(*given_values).replace("\xa0", " ") == french
    assert why_unknown(*given_values, lang="en") == english


def test_nothing_here_averages():
    assert not [name for name in dir(engine) if "mean" in name or "average" in name]
