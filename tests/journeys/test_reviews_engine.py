"""What is sure of a difference, and figures known in different ways never meet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.journeys.engine.quality import SHOWN_FROM, Asking, agreement, by, quality, results
from ensembleur.journeys.engine.reviews import Difference, Known, Sure, difference, due_days, table

FIRST, LATER = date(2025, 11, 15), date(2026, 11, 15)


def known(low, high="same", *, on=FIRST, evidence="declared", indicator="headcount"):
    high = low if high == "same" else high
    return Known(indicator, evidence, Decimal(low), None if high is None else Decimal(high), on)


@pytest.mark.parametrize(
    ("before", "after", "sure", "low", "high"),
    [
        ((30, 30), (34, 34), Sure.EXACT, 4, 4),
        ((20, 49), (50, 99), Sure.BETWEEN, 1, 79),
        ((50, 99), (20, 49), Sure.BETWEEN, -79, -1),
        ((20, 49), (20, 49), Sure.UNKNOWN, -29, 29),
        ((20, 49), (10000, None), Sure.AT_LEAST, 9951, None),
        ((10000, None), (20, 49), Sure.AT_MOST, None, -9951),
        ((10000, None), (10000, None), Sure.UNKNOWN, None, None),
        ((30, 30), (20, 49), Sure.UNKNOWN, -10, 19),
    ],
)
def test_a_difference_says_only_what_is_sure(before, after, sure, low, high):
    assert difference(known(*before), known(*after, on=LATER)) == Difference(sure, low, high)


def test_a_register_that_has_not_spoken_again_gives_no_difference():
    assert difference(known(20, 49), known(20, 49)).sure is Sure.SAME_DAY
    assert difference(known(20, 49, on=LATER), known(50, 99)).sure is Sure.SAME_DAY


def test_two_ways_of_knowing_are_never_compared():
    with pytest.raises(ValueError, match="same way"):
        difference(known(30), known(34, on=LATER, evidence="documented"))
    with pytest.raises(ValueError, match="one indicator"):
        difference(known(30), known(34, on=LATER, indicator="apprentices"))


def test_the_reviews_fall_on_the_same_day_of_the_month():
    assert due_days(date(2025, 8, 31), (6, 12)) == {6: date(2026, 2, 28), 12: date(2026, 8, 31)}


bands = st.tuples(st.integers(0, 60), st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(bands, bands, st.data())
def test_whatever_the_true_numbers_the_difference_holds(before, after, data):
    one = data.draw(st.integers(*before))
    two = data.draw(st.integers(*after))
    found = difference(known(*before), known(*after, on=LATER))
    true = two - one
    assert found.low is None or found.low <= true
    assert found.high is None or true <= found.high
    if found.sure is Sure.EXACT:
        assert true == found.low == found.high
    if found.sure is Sure.BETWEEN:
        assert found.low > 0 or found.high < 0


figures = st.lists(
    st.builds(
        lambda indicator, evidence, value: Known(indicator, evidence, Decimal(value), Decimal(value), LATER),
        st.sampled_from(["headcount", "jobs_created", "jobs_maintained"]),
        st.sampled_from(["declared", "documented", "observed"]),
        st.integers(0, 1000),
    ),
    unique_by=lambda known: (known.indicator, known.evidence),
)


@given(figures, st.dictionaries(st.sampled_from([6, 12, 24, 36]), figures))
def test_figures_known_in_different_ways_are_never_merged(start, terms):
    """Every figure is found once, on the line of its own way of knowing; no number appears that nobody gave."""
    lines = table(start, terms)
    keys = [(line.indicator, line.evidence) for line in lines]
    assert len(keys) == len(set(keys))
    shown = [known for line in lines for known in ([line.baseline] if line.baseline else [])]
    shown += [known for line in lines for known, _difference in line.terms.values()]
    given_ones = [*start, *(known for held in terms.values() for known in held)]
    assert sorted(shown, key=repr) == sorted(given_ones, key=repr)
    for line in lines:
        for known, change in line.terms.values():
            assert (known.indicator, known.evidence) == (line.indicator, line.evidence)
            assert (change is None) == (line.baseline is None)


# -- quality -----------------------------------------------------------------------------------------------------------
def asking(thing, side="company", **fields):
    if "contacted" in fields:
        fields.update(is_asked=True, answered=True)
    return Asking(thing, side, **fields)


@st.composite
def askings(draw):
    """A person who was asked, or not, and who answered, or not, some of the questions."""
    is_asked = draw(st.booleans())
    answered = is_asked and draw(st.booleans())
    said = st.sampled_from([True, False, None]) if answered else st.none()
    return Asking(
        draw(st.integers(0, 9)), draw(st.sampled_from(["company", "adviser"])), draw(st.sampled_from("abc")),
        is_asked=is_asked, answered=answered, contacted=draw(said), useful=draw(said),
        result=draw(st.sampled_from(["solved", "nothing", ""])) if answered else "",
    )  # fmt: skip


@given(st.lists(askings(), max_size=30))
def test_quality_figures_add_up(rows):
    for figure in quality(rows):
        assert figure.answered <= figure.asked <= figure.eligible == len(rows)
        assert figure.value is None or figure.answered >= SHOWN_FROM
        assert figure.value is None or 0 <= figure.value <= 1
        assert figure.response_share is None or 0 <= figure.response_share <= 1
    groups = by(rows, lambda row: row.subject)
    for name in ("contacted", "useful", "moved"):
        whole, parts = getattr(quality(rows), name), [getattr(held, name) for held in groups.values()]
        for count in ("answered", "asked", "eligible"):
            assert getattr(whole, count) == sum(getattr(part, count) for part in parts)
        hidden = [part for part in parts if part.is_hidden]
        assert len(hidden) != 1 or not any(part.value is not None for part in parts)


def test_under_three_answers_nothing_is_shown_but_the_counts():
    rows = [asking(1, contacted=True), asking(2, contacted=False), asking(3, is_asked=True), asking(4)]
    figure = quality(rows).contacted
    assert (figure.value, figure.is_hidden, figure.answered, figure.asked, figure.eligible) == (None, True, 2, 3, 4)
    assert (figure.response_share, figure.coverage_share) == (2 / 3, 3 / 4)
    assert quality([]).contacted.response_share is None
    assert quality([]).contacted.coverage_share is None


def test_a_single_hidden_group_hides_the_next_smallest():
    rows = [asking(n, contacted=True, subject="big") for n in range(5)]
    rows += [asking(n, contacted=n > 11, subject="middle") for n in range(10, 13)]
    rows += [asking(20, contacted=False, subject="small")]
    found = by(rows, lambda row: row.subject)
    assert (found["small"].contacted.value, found["middle"].contacted.value, found["big"].contacted.value) == (None, None, 1.0)
    assert found["middle"].contacted.is_hidden


def test_results_are_counted_from_three_answers_on():
    two = [asking(n, contacted=True, result="solved") for n in range(2)]
    assert results(two) == (2, {"solved": None})
    assert results([*two, asking(3, contacted=True, result="nothing")]) == (3, {"solved": 2, "nothing": 1})


def test_where_both_sides_disagree_is_counted():
    company = [asking(n, contacted=n != 0, useful=n > 1) for n in range(4)]
    adviser = [asking(n, "adviser", contacted=True, useful=True) for n in range(3)]
    found = agreement(company, adviser)
    assert (found.both, found.contacted, found.useful) == (3, 1, 2)
    assert agreement(company[:2], adviser).contacted is None
