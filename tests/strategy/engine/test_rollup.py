"""A whole and its parts are the same euros: the highest part that speaks is counted, the others are told beside."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ensembleur.strategy.engine.budget import Line, totals
from ensembleur.strategy.engine.content import Fund, Node, NodeKind, Stage, Text
from ensembleur.strategy.engine.rollup import floor_faults, rolled

PROGRAMMED, VOTED, COMMITTED, PAID = Stage


def node(code, kind, *children):
    return Node(kind, code, Text(code, code), None, children=children)


A1, A2, A3 = (node(code, NodeKind.MEASURE) for code in ("A1", "A2", "A3"))
O1 = node("O1", NodeKind.OBJECTIVE, A1, A2)
ROOT = node("S", NodeKind.STRATEGY, node("E1", NodeKind.CHALLENGE, O1, node("O2", NodeKind.OBJECTIVE, A3)))


def line(code, amount, stage=PROGRAMMED, fund=Fund.REGION, year=None):
    return Line(fund, stage, year, Decimal(amount), code)


def programmed(part, lines):
    return totals(rolled(part, lines).counted).by_stage.get(PROGRAMMED)


def test_parts_add_up_when_nothing_above_speaks():
    assert programmed(ROOT, [line("A1", 10), line("A2", 5), line("A3", 1)]) == 16


def test_a_whole_stands_for_its_parts_which_are_told_beside():
    lines = [line("S", 300), line("A1", 10), line("O1", 50)]
    found = rolled(ROOT, lines)
    assert totals(found.counted).by_stage == {PROGRAMMED: 300}
    assert {one.node for one in found.aside} == {"A1", "O1"}
    assert programmed(O1, lines) == 50
    assert programmed(A1, lines) == 10


def test_each_fund_and_each_stage_is_looked_at_on_its_own():
    lines = [line("O1", 50), line("A1", 20, fund=Fund.ERDF), line("A1", 4, stage=PAID, year=2024)]
    assert totals(rolled(ROOT, lines).counted).by_fund == {
        (PROGRAMMED, Fund.REGION): 50,
        (PROGRAMMED, Fund.ERDF): 20,
        (PAID, Fund.REGION): 4,
    }


def test_lines_of_other_parts_are_left_out():
    assert rolled(O1, [line("A3", 9)]).counted == ()


def test_parts_beyond_what_holds_them_are_a_fault_in_both_languages():
    lines = [line("O1", 12), line("A1", 10), line("A2", 5), line("A3", 7)]
    [fault] = floor_faults(ROOT, lines)
    assert (fault.code, fault.at) == ("parts_beyond_whole", "O1")
    assert "15" in fault.says
    assert "12" in fault.says
    assert floor_faults(ROOT, lines, lang="en")[0].says.startswith("O1, Region: the parts add up to €15 (programmed)")
    assert floor_faults(ROOT, [line("O1", 15), line("A1", 10), line("A2", 5)]) == ()


codes = st.sampled_from(["S", "E1", "O1", "O2", "A1", "A2", "A3"])
drawn = st.lists(st.builds(line, codes, st.integers(0, 10**6), st.sampled_from(Stage), st.sampled_from(Fund)), max_size=12)


@given(drawn)
def test_each_line_is_counted_or_told_beside_and_none_twice(lines):
    found = rolled(ROOT, lines)
    assert sorted(map(repr, (*found.counted, *found.aside))) == sorted(map(repr, lines))
    paths = {"A1": {"O1", "E1", "S"}, "A2": {"O1", "E1", "S"}, "A3": {"O2", "E1", "S"}, "O1": {"E1", "S"}, "O2": {"E1", "S"}}
    for one in found.counted:
        above = paths.get(one.node, {"S"} - {one.node})
        assert not any(other.node in above and (other.fund, other.stage) == (one.fund, one.stage) for other in lines)
