"""Small counts are hidden, and a hidden count cannot be found again by subtraction."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.territory.engine.disclosure import LEAST_COMPANIES, Cell, Why, protected

cells = st.lists(
    st.integers(0, 6).flatmap(lambda count: st.tuples(st.just(count), st.integers(min(count, 1), count))), min_size=1, max_size=5
).map(lambda drawn: [Cell(f"c{place}", count, companies) for place, (count, companies) in enumerate(drawn)])


def publish(lines: list[Cell]):
    return protected(lines, total=sum(line.count for line in lines), companies=sum(line.companies for line in lines))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(cells)
def test_no_count_of_fewer_than_three_companies_is_shown(lines):
    for cell in publish(lines).cells:
        if cell.published:
            assert cell.companies >= LEAST_COMPANIES


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(cells)
def test_each_hidden_count_keeps_at_least_two_possible_values(lines):
    """An attacker who knows the total, the shown cells and the rule tries every combination that agrees."""
    table = publish(lines)
    hidden = table.hidden
    if not hidden or table.total is None:
        return
    rest = table.total - sum(cell.published or 0 for cell in table.cells)
    possible = [values for values in product(range(1, rest + 1), repeat=len(hidden)) if sum(values) == rest]
    for place in range(len(hidden)):
        assert len({values[place] for values in possible}) >= 2


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(cells)
def test_shown_counts_are_the_true_ones_and_empty_cells_are_shown(lines):
    table = publish(lines)
    for before, after in zip(lines, table.cells, strict=True):
        assert after.key == before.key
        assert after.published in {None, before.count}
        if before.count == 0:
            assert after.published == 0


def test_the_next_smallest_is_hidden_with_a_single_small_one():
    table = publish([Cell("a", 40, 30), Cell("b", 1, 1), Cell("c", 9, 8)])
    assert [cell.why for cell in table.cells] == [Why.SHOWN, Why.FEW, Why.COMPLEMENT]
    assert table.total == 50


def test_two_cells_of_one_each_need_a_third():
    table = publish([Cell("a", 40, 30), Cell("b", 1, 1), Cell("c", 1, 1), Cell("d", 5, 5)])
    assert [cell.key for cell in table.hidden] == ["b", "c", "d"]


def test_a_place_of_two_companies_publishes_nothing():
    table = protected([Cell("a", 7, 2), Cell("b", 0, 0)], total=7, companies=2)
    assert (table.total, [cell.published for cell in table.cells]) == (None, [None, 0])


def test_the_total_goes_when_nothing_else_can_be_hidden():
    table = protected([Cell("a", 4, 2)], total=4, companies=3)
    assert table.total is None
