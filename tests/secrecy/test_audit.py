"""The audit stands alone: it knows the printed table only, and finds what was tampered with."""

import ast
from dataclasses import replace
from decimal import Decimal
from math import inf
from pathlib import Path

import pytest

from ensembleur.errors import BadInput
from ensembleur.secrecy import audit as module
from ensembleur.secrecy.audit import audit, intervals
from ensembleur.secrecy.protect import protect
from ensembleur.secrecy.published import Published, Released
from ensembleur.secrecy.rules import Reason, primary
from ensembleur.secrecy.tables import TOTAL, Axis, Holder, Variable
from tests.secrecy.drawing import drawn

D = Decimal
FEW, BESIDE, DOMINANCE = Reason.FEW, Reason.SECONDARY, Reason.DOMINANCE


def one_way(*cells: int | Reason, total: int | Reason, variable: Variable = Variable.AMOUNT, **changes) -> Published:
    """A printed one-way table: a number is shown, a reason hides."""
    rows = tuple(f"r{place}" for place in range(len(cells)))
    given = dict(zip([*((row, TOTAL) for row in rows), (TOTAL, TOTAL)], [*cells, total], strict=True))
    released = {key: Released(None, cell) if isinstance(cell, Reason) else Released(D(cell)) for key, cell in given.items()}
    return Published(rows, (), released, variable, **changes)


def test_it_imports_nothing_of_the_choice_of_the_hidden_cells():
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    known = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not known & {f"ensembleur.secrecy.{name}" for name in ("protect", "demands", "network")}


def test_a_hidden_cell_alone_in_its_sum_is_found():
    (fault,) = audit(one_way(10, FEW, 30, total=45))
    assert (fault.key, fault.reason, fault.low, fault.high) == (("r1", TOTAL), FEW, 5, 5)


def test_two_hidden_cells_have_room_and_a_narrow_one_is_found():
    assert audit(one_way(10, FEW, BESIDE, total=45)) == []
    narrow = Published(
        ("a", "b"),
        ("x", "y"),
        {
            ("a", "x"): Released(None, DOMINANCE), ("a", "y"): Released(None, BESIDE), ("a", TOTAL): Released(D(100)),
            ("b", "x"): Released(None, BESIDE), ("b", "y"): Released(None, BESIDE), ("b", TOTAL): Released(D(100)),
            (TOTAL, "x"): Released(D(195)), (TOTAL, "y"): Released(D(5)), (TOTAL, TOTAL): Released(D(200)),
        },
        Variable.AMOUNT,
    )  # fmt: skip
    (fault,) = audit(narrow)
    assert (fault.key, fault.low, fault.high) == (("a", "x"), 95, 100)


def test_nothing_bounds_a_cell_whose_total_is_hidden():
    published = one_way(10, FEW, total=FEW)
    assert audit(published) == []
    assert intervals(published)["r1", TOTAL] == (0, inf)


def test_the_class_of_reason_is_part_of_what_a_reader_knows():
    """A few files beside a secondary cell of three at least: with 4 together, both are known."""
    found = audit(one_way(10, FEW, BESIDE, total=14, variable=Variable.COUNT))
    assert [(fault.low, fault.high) for fault in found] == [(1, 1), (3, 3)]
    assert audit(one_way(10, FEW, BESIDE, total=15, variable=Variable.COUNT)) == []
    assert audit(one_way(10, Reason.EITHER, Reason.EITHER, total=13, variable=Variable.UNITS)) == []
    assert len(audit(one_way(10, Reason.EITHER, Reason.EITHER, total=12, variable=Variable.UNITS))) == 2
    persons = one_way(30, Reason.PERSONS, BESIDE, total=42, variable=Variable.COUNT, holder=Holder.PERSON)
    assert [fault.low for fault in audit(persons)] == [1, 11]


def test_parts_that_overlap_bound_their_total_only():
    shared = one_way(10, Reason.EITHER, total=11, variable=Variable.UNITS, overlapping=frozenset({Axis.DOWN}))
    assert audit(shared) == []
    assert intervals(shared)["r1", TOTAL] == (1, 11)


def test_a_reader_who_knows_a_cell_is_played():
    published = one_way(10, FEW, BESIDE, total=45)
    (fault,) = audit(published, knowing={("r2", TOTAL): D(30)})
    assert (fault.key, fault.low) == (("r1", TOTAL), 5)


def test_figures_that_contradict_each_other_are_refused():
    with pytest.raises(BadInput, match="se contredisent"):
        audit(one_way(40, FEW, 30, total=45))


def test_a_table_without_hidden_cell_costs_nothing():
    assert audit(one_way(10, 20, total=30)) == []


@pytest.mark.parametrize("variable", list(Variable))
def test_a_tampered_table_is_found(variable):
    """Print again, one by one, the cells hidden beside the secret ones: the audit, or its lone reader, objects to each."""
    found = tried = 0
    for seed in range(20):
        table = drawn(seed, rows=4, columns=5, units=50, variable=variable)
        published = protect(table)
        for key in published.hidden.keys() - primary(table).keys():
            shown = {**published.cells, key: Released(table.cells[key].value)}
            tried += 1
            found += bool(audit(replace(published, cells=shown)))
    assert tried > 10
    # Each was needed; for amounts some only against whoever is alone in a cell, whom this audit does not play unasked.
    assert found == tried if variable is not Variable.AMOUNT else found >= tried * 0.6
