"""Companies are counted once; what repeats itself over time is not summed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.strategy.engine.content import OverTime
from ensembleur.strategy.engine.counting import over_time, summed, union

sirens = st.frozensets(st.integers(1, 30).map(lambda number: f"{number:09d}"), max_size=15)
parts = st.dictionaries(st.sampled_from(["M1", "M2", "M3", "M4"]), sirens)
FIRST, SECOND = (date(2018, 12, 31), Decimal(40)), (date(2019, 12, 31), Decimal(100))


@given(parts)
def test_a_union_lies_between_its_largest_part_and_the_sum(sets):
    found = union(sets)
    assert max(found.counts.values(), default=0) <= found.total <= found.added
    assert found.overlap == found.added - found.total


@given(parts)
def test_a_union_of_a_union_is_the_same(sets):
    once = union(sets)
    assert union({"all": once.members, **sets}).members == once.members
    assert union({"all": once.members}).total == once.total


@given(parts)
def test_nothing_overlaps_exactly_when_no_two_parts_share_a_company(sets):
    found = union(sets)
    assert (found.overlap == 0) == all(not one & other for one, other in combinations(sets.values(), 2))
    assert (found.overlap == 0) == (len(found.members) == sum(len(part) for part in sets.values()))


@pytest.mark.parametrize(
    ("sets", "french", "english"),
    [
        (
            {"M1": {"1", "2"}, "M2": {"2"}},
            "2 entreprises différentes ; la somme des parties donne 3, dont 1 en double compte",
            "2 companies counted once; the parts add up to 3, 1 of them counted again",
        ),
        (
            {"M1": {"1"}, "M2": {"1"}},
            "1 entreprise différente ; la somme des parties donne 2, dont 1 en double compte",
            "1 company counted once; the parts add up to 2, 1 of them counted again",
        ),
        ({"M1": {"1"}, "M2": {"2"}}, "2 entreprises, aucune comptée deux fois", "2 companies, none counted twice"),
    ],
)
def test_the_overlap_is_printed(sets, french, english):
    assert union(sets).says().replace("\xa0", " ") == french
    assert union(sets).says("en").replace("\xa0", " ") == english


def test_a_flow_is_summed_and_the_rest_keeps_its_last_value():
    assert over_time([SECOND, FIRST], OverTime.FLOW) == 140
    assert over_time([SECOND, FIRST], OverTime.CUMULATIVE) == 100
    assert over_time([SECOND, FIRST], OverTime.STOCK) == 100


@pytest.mark.parametrize("how", OverTime)
def test_no_value_at_all_is_unknown_and_not_zero(how):
    assert over_time([], how) is None


@pytest.mark.parametrize("how", [OverTime.CUMULATIVE, OverTime.STOCK])
def test_a_series_that_holds_its_past_refuses_to_be_summed(how):
    with pytest.raises(ValueError, match="Only flows are summed"):
        summed([Decimal(1)], how)
