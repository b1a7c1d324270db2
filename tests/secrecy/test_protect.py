"""What is hidden stays hidden: small cells, and those that would give them back."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ensembleur.secrecy import protect as gateway
from ensembleur.secrecy.audit import audit, intervals
from ensembleur.secrecy.protect import protect, protection
from ensembleur.secrecy.published import Published, Released
from ensembleur.secrecy.rules import Reason, primary
from ensembleur.secrecy.tables import TOTAL, Contribution, Holder, Table, Variable, lines, tabulate
from tests.secrecy.drawing import drawn

D = Decimal
quietly = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def brought(variable: Variable, most: int):
    """Contributions to a table of at most 3 × 3 cells; a unit may come back."""
    value = st.just(1) if variable is not Variable.AMOUNT else st.integers(0, 60)
    one = st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(0, 2), value)
    return st.lists(one, min_size=1, max_size=most)


def table_of(given_, variable, *, columns=3, holder=Holder.COMPANY) -> Table:
    rows, names = ["r0", "r1", "r2"], [f"c{place}" for place in range(columns)]
    parts = [Contribution(str(unit), f"r{row}", f"c{column}", D(value)) for unit, row, column, value in given_]
    return tabulate(parts, rows=rows, columns=names, variable=variable, holder=holder)


# -- what is printed ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("variable", list(Variable))
@pytest.mark.parametrize("columns", [0, 3])
@quietly
@given(data=st.data())
def test_printed_cells_are_true_allowed_and_the_audit_finds_nothing(data, variable, columns):
    table = table_of(data.draw(brought(variable, 25)), variable, columns=columns)
    published = protect(table)
    small = primary(table)
    for key, cell in published.cells.items():
        assert (cell.value is None) is (cell.reason is not None)
        assert cell.value in {None, table.cells[key].value}
        assert key not in small or cell.value is None
        assert table.cells[key].units or cell.value == 0
    for line in lines(table.rows, table.columns):
        parts = [published.cells[key].value for key in line.parts]
        total = published.cells[line.total].value
        if None not in (*parts, total) and line.axis not in published.overlapping:
            assert sum(parts) == total
    assert audit(published) == []


@quietly
@given(brought(Variable.UNITS, 9))
def test_each_hidden_number_keeps_two_values_for_who_tries_them_all(given_):
    """A reader without a computer program: every way to fill the hidden cells, up to two more than all the units."""
    table = table_of([line for line in given_ if line[1] < 2 and line[2] < 2], Variable.UNITS)
    published = protect(table)
    hidden = [key for key in published.hidden if TOTAL not in key]
    if published.overlapping or len(hidden) > 3:
        return
    found: dict = {key: set() for key in published.hidden}
    for values in product(range(1, 12), repeat=len(hidden)):
        guess = dict(zip(hidden, values, strict=True))
        filled = {key: guess.get(key, cell.value) for key, cell in published.cells.items() if TOTAL not in key}
        for key in published.cells:
            if TOTAL in key:
                inside = [
                    value
                    for place, value in filled.items()
                    if all(mine in (its, TOTAL) for mine, its in zip(key, place, strict=True))
                ]
                filled_total = sum(inside)
                guess[key] = filled_total
        if all(cell.value in (None, guess.get(key, cell.value)) for key, cell in published.cells.items()):
            for key in found:
                found[key].add(guess[key])
    assert all(len(values) >= 2 for values in found.values())


@pytest.mark.parametrize("variable", list(Variable))
def test_500_random_tables_leave_nothing_to_recover(variable):
    for seed in range(167):
        table = drawn(seed, rows=2 + seed % 4, columns=seed % 6, units=10 + seed % 90, variable=variable, twice=seed % 2 * 0.3)
        assert audit(protect(table)) == [], seed


def test_the_fewest_cells_are_hidden():
    """Every smaller choice is tried, on tables small enough for that."""
    for seed in range(12):
        table = drawn(seed, rows=3, columns=3, units=24)
        done = protection(table)
        assert done.is_proved
        small = set(primary(table))
        chosen = [key for key in done.published.hidden if key not in small and key != (TOTAL, TOTAL)]
        for left_out in chosen:
            assert audit(shown(done.published, table, left_out)) or alone_reads(shown(done.published, table, left_out), table)


def shown(published: Published, table: Table, key) -> Published:
    """The table with one hidden cell printed."""
    cells = {**published.cells, key: Released(table.cells[key].value)}
    return Published(published.rows, published.columns, cells, published.variable, published.holder, published.overlapping)


def within(part, key) -> bool:
    """Whether a cell is counted in another."""
    return all(mine in (its, TOTAL) for mine, its in zip(key, part, strict=True))


def alone_reads(published: Published, table: Table) -> list:
    """What whoever is alone in a hidden cell can compute of the others."""
    faults = []
    for key in published.hidden:
        if table.cells[key].units == 1:
            value = table.cells[key].value
            bounds = intervals(published, knowing={key: value})
            for other, (low, high) in bounds.items():
                its_own = value if within(key, other) else 0
                rest = table.cells[other].value - its_own
                if other not in primary(table) or (table.cells[other].units == 1 and (its_own or within(other, key))):
                    continue
                if low - float(its_own) > 0.9001 * float(rest) or high - float(its_own) < 1.0999 * float(rest):
                    faults.append(other)
    return faults


def test_a_company_alone_in_its_cell_reads_no_other_secret():
    for seed in range(25):
        table = drawn(seed, rows=4, columns=4, units=30)
        assert alone_reads(protect(table), table) == []


# -- cases -------------------------------------------------------------------------------------------------------------
def test_302_beneficiaries_by_departement_and_sector():
    """Hiding the secret cells alone leaves some that anybody can compute; with a few others, none."""
    table = drawn(55)
    small = primary(table)
    naive = Published(
        table.rows,
        table.columns,
        {key: Released(None, small[key]) if key in small else Released(cell.value) for key, cell in table.cells.items()},
        table.variable,
    )
    exact = [fault for fault in audit(naive) if fault.high - fault.low < 1]
    assert (len(small), len(exact)) == (26, 3)
    done = protection(table)
    assert audit(done.published) == []
    assert done.is_proved
    assert len(done.published.hidden) == 30


def test_when_all_cells_are_small_the_margins_go_too():
    given_ = [(unit, unit % 3, unit // 3, 5) for unit in range(9)]
    published = protect(table_of(given_, Variable.AMOUNT))
    assert all(published.cells[row, column].reason is Reason.FEW for row in published.rows for column in published.columns)
    assert published.value(TOTAL) == 45
    assert audit(published) == []


def test_the_total_is_hidden_when_nothing_else_can_be():
    published = protect(table_of([(unit, 0, 0, 5) for unit in range(2)], Variable.AMOUNT, columns=0))
    assert published.hidden == {("r0", TOTAL): Reason.FEW, (TOTAL, TOTAL): Reason.FEW}
    table = table_of([(unit, 0, 0, 90 if unit == 0 else 1) for unit in range(4)], Variable.AMOUNT, columns=0)
    assert protect(table).value(TOTAL) is None


def test_persons_need_eleven():
    given_ = [Contribution(str(unit), "r0" if unit < 10 else "r1", TOTAL, D(1)) for unit in range(40)]
    published = protect(tabulate(given_, rows=["r0", "r1", "r2"], variable=Variable.COUNT, holder=Holder.PERSON))
    assert published.hidden == {("r0", TOTAL): Reason.PERSONS, ("r1", TOTAL): Reason.SECONDARY}
    assert published.value("r2") == 0
    assert audit(published) == []


def test_the_class_of_reason_of_a_number_of_companies_says_nothing_of_it():
    published = protect(table_of([(unit, min(unit, 2), 0, 1) for unit in range(9)], Variable.UNITS, columns=0))
    assert set(published.hidden.values()) == {Reason.EITHER}


def test_a_table_without_secret_is_shown_whole_and_amounts_keep_their_cents():
    given_ = [Contribution(str(unit), "a", TOTAL, D("10.25")) for unit in range(5)]
    published = protect(tabulate(given_, rows=["a", "b"], variable=Variable.AMOUNT))
    assert published.hidden == {}
    assert published.value("a") == D("51.25")
    assert audit(published) == []


def test_a_secret_amount_of_zero_is_not_given_away():
    given_ = (
        [(0, 0, 0, 0), (1, 0, 0, 0)] + [(unit, 1, 0, 50) for unit in range(2, 7)] + [(unit, 2, 0, 40) for unit in range(2, 7)]
    )
    published = protect(table_of(given_, Variable.AMOUNT, columns=0))
    low, high = intervals(published)["r0", TOTAL]
    assert low == 0
    assert high > 0


def test_parts_that_overlap_are_no_larger_than_their_total():
    """One company counted twice in a row: the network alone would leave a number that its total gives away."""
    given_ = [(0, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 1), (2, 0, 0, 1), (3, 0, 0, 1)]
    done = protection(table_of(given_, Variable.UNITS))
    assert done.published.overlapping
    assert audit(done.published) == []
    assert not done.is_proved


def test_when_the_search_is_cut_short_the_table_is_safe_all_the_same(monkeypatch):
    monkeypatch.setattr(gateway, "ROUNDS", 1)
    table = drawn(3, variable=Variable.UNITS)
    done = protection(table)
    assert not done.is_proved
    assert audit(done.published) == []
