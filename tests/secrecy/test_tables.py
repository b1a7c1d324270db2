"""A table says what it holds, and refuses what cannot be one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ensembleur.errors import BadInput
from ensembleur.secrecy.rules import Reason, primary, secret
from ensembleur.secrecy.tables import TOTAL, Axis, Cell, Contribution, Holder, Table, Variable, tabulate

D = Decimal


def one_way(*cells: Cell, total: Cell, variable: Variable = Variable.AMOUNT) -> Table:
    rows = tuple(f"r{place}" for place in range(len(cells)))
    held = {(row, TOTAL): cell for row, cell in zip(rows, cells, strict=True)} | {(TOTAL, TOTAL): total}
    return Table(rows, (), held, variable)


def test_contributions_are_added_and_units_are_counted_once_a_cell_and_once_a_margin():
    brought = [
        Contribution("a", "95", "metal", D(10)),
        Contribution("a", "95", "metal", D(5)),
        Contribution("b", "95", "metal", D(1)),
        Contribution("a", "95", "textile", D(2)),
    ]
    table = tabulate(brought, rows=["95", "77"], columns=["metal", "textile"], variable=Variable.AMOUNT)
    assert table.cells["95", "metal"] == Cell(D(16), 2, D(15))
    assert table.cells["95", TOTAL] == table.cells[TOTAL, TOTAL] == Cell(D(18), 2, D(17))
    assert table.cells["77", "metal"] == Cell(D(0), 0, D(0))
    assert table.overlapping == frozenset()


def test_a_company_counted_in_two_columns_makes_them_overlap():
    brought = [Contribution("a", "95", "M1", D(1)), Contribution("a", "95", "M2", D(1))]
    table = tabulate(brought, rows=["95"], columns=["M1", "M2"], variable=Variable.UNITS)
    assert table.cells["95", TOTAL] == Cell(D(1), 1, D(1))
    assert table.overlapping == {Axis.ACROSS}


@pytest.mark.parametrize(
    ("cell", "variable", "code"),
    [
        (Cell(D(-5), 3, D(1)), Variable.AMOUNT, "negative_cell"),
        (Cell(D(5), 3, D(6)), Variable.AMOUNT, "cell_parts"),
        (Cell(D(5), 0, D(0)), Variable.AMOUNT, "cell_parts"),
        (Cell(D(5), 3, D(1)), Variable.UNITS, "cell_units"),
        (Cell(D(2), 3, D(1)), Variable.COUNT, "cell_count"),
        (Cell(D("3.5"), 3, D(2)), Variable.COUNT, "cell_count"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_in_one_sentence(cell, variable, code):
    with pytest.raises(BadInput, match="r0") as refused:
        one_way(cell, total=cell, variable=variable)
    assert refused.value.code == code


def test_sums_that_do_not_add_up_are_refused_and_units_may_overlap():
    cell = Cell(D(4), 4, D(1))
    with pytest.raises(BadInput, match="4 et ses parties 8"):
        one_way(cell, cell, total=cell)
    assert one_way(cell, cell, total=cell, variable=Variable.UNITS).overlapping == {Axis.DOWN}
    with pytest.raises(BadInput, match="corrigez"):
        one_way(cell, cell, total=Cell(D(3), 3, D(1)), variable=Variable.UNITS)


def test_names_and_cells_are_checked():
    cell = Cell(D(4), 4, D(1))
    with pytest.raises(BadInput, match="même nom"):
        Table(("a", "a"), (), {("a", TOTAL): cell, (TOTAL, TOTAL): cell}, Variable.COUNT)
    with pytest.raises(BadInput, match="manque"):
        Table(("a", "b"), (), {("a", TOTAL): cell, (TOTAL, TOTAL): cell}, Variable.COUNT)
    for row, column, value, code in (
        ("?", "c", D(1), "table_cells"),
        ("a", "?", D(1), "table_cells"),
        ("a", "c", D(-1), "negative_cell"),
    ):
        with pytest.raises(BadInput) as refused:
            tabulate([Contribution("u", row, column, value)], rows=["a"], columns=["c"], variable=Variable.AMOUNT)
        assert refused.value.code == code


# -- what is secret by itself ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "holder", "reason"),
    [
        (Cell(D(0), 0, D(0)), Holder.COMPANY, None),
        (Cell(D(90), 2, D(50)), Holder.COMPANY, Reason.FEW),
        (Cell(D(90), 3, D(50)), Holder.COMPANY, None),
        (Cell(D(100), 3, D(85)), Holder.COMPANY, None),
        (Cell(D(100), 3, D("85.01")), Holder.COMPANY, Reason.DOMINANCE),
        (Cell(D(0), 3, D(0)), Holder.COMPANY, None),
        (Cell(D(90), 10, D(9)), Holder.PERSON, Reason.PERSONS),
        (Cell(D(90), 11, D(9)), Holder.PERSON, None),
    ],
)
def test_a_cell_needs_three_companies_or_eleven_persons_and_nobody_above_85_percent(cell, holder, reason):
    assert secret(cell, Variable.AMOUNT, holder) is reason


def test_dominance_is_tested_on_the_published_variable_only():
    brought = [Contribution(str(unit), "95", TOTAL, D(1)) for unit in range(3)]
    jobs = [replace(one, value=D(1_000) if one.unit == "0" else D(1)) for one in brought]
    table = {
        (name, variable): primary(tabulate(given, rows=["95"], variable=variable))
        for name, given, variable in (
            ("companies", brought, Variable.UNITS),
            ("euros", brought, Variable.AMOUNT),
            ("jobs", jobs, Variable.AMOUNT),
        )
    }
    assert table["companies", Variable.UNITS] == table["euros", Variable.AMOUNT] == {}
    assert set(table["jobs", Variable.AMOUNT].values()) == {Reason.DOMINANCE}


def test_margins_are_tested_by_the_same_rules():
    brought = [
        Contribution("a", "95", "x", D(1)),
        Contribution("b", "95", "y", D(1)),
        *[Contribution(str(n), "77", "x", D(1)) for n in range(5)],
    ]
    found = primary(tabulate(brought, rows=["95", "77"], columns=["x", "y"], variable=Variable.UNITS))
    assert found["95", TOTAL] is Reason.FEW
    assert (TOTAL, TOTAL) not in found
