"""One company or all of them: the two interpreters of a rule give the same answer."""

from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.logic.comparing import Setting, cutoff
from ensembleur.logic.conditions import Leaf, parse
from ensembleur.logic.explain import answer_of, explain_in
from ensembleur.logic.facts import Fact, Interval
from ensembleur.logic.screen import Frame, answer_of_pair, leaf_pair, pair, screen
from ensembleur.periods import add_months
from tests.factories import logic as draw

SETTING = Setting(draw.AS_OF, parameters=draw.PARAMETERS, vocabulary=draw.VOCABULARY, zones=draw.ZONES)


def screened(condition, frame):
    expression = screen(condition, SETTING, frame.columns)
    return nw.from_native(frame).select("siret", expression.alias("answer")).to_native()["answer"].to_list()


@settings(max_examples=120, deadline=None)
@given(draw.conditions(), st.lists(draw.facts(), min_size=1, max_size=6))
def test_explain_and_screen_agree_nulls_and_intervals_included(condition, rows):
    frame = draw.frame_of(rows)
    expected = [explain_in(condition, row, SETTING).answer.value for row in rows]
    assert screened(condition, frame) == expected
    polars = Frame(frame.columns, pl)
    native = answer_of_pair(pair(condition, lambda leaf: leaf_pair(leaf, SETTING, polars), polars), polars)
    assert frame.select("siret", native.alias("answer"))["answer"].to_list() == expected
    assert [answer_of(condition, row, SETTING).value for row in rows] == expected


@settings(max_examples=40, deadline=None)
@given(draw.conditions(), st.lists(draw.facts(), min_size=1, max_size=4), st.sets(st.sampled_from(draw.KEYS)))
def test_a_column_that_is_absent_is_a_fact_nobody_knows(condition, rows, hidden):
    frame = draw.frame_of(rows)
    frame = frame.drop([name for name in frame.columns if name.removesuffix("_lo").removesuffix("_hi") in hidden])
    known = [{key: fact for key, fact in row.items() if key not in hidden} for row in rows]
    assert screened(condition, frame) == [explain_in(condition, row, SETTING).answer.value for row in known]


def test_the_screen_is_one_int8_column():
    rule = parse({"all": [{"id": "a", "fact": "headcount", "op": "at_least", "value": 5}]})
    frame = draw.frame_of([{"headcount": Fact(5)}, {"headcount": Fact(Interval(1, 9))}, {}, {"headcount": Fact(4)}])
    answers = nw.from_native(frame).select(screen(rule, SETTING, frame.columns).alias("answer")).to_native()
    assert answers.schema == {"answer": pl.Int8}
    assert answers["answer"].to_list() == [2, 1, 1, 0]


def test_a_single_bound_column_is_enough_to_decide_on_that_side():
    rule = Leaf("a", "headcount", "at_least", draw.PARAMETERS["limit"])
    frame = pl.DataFrame({"siret": ["1", "2"], "headcount_lo": [10, 9]})
    assert screened(rule, frame) == [2, 1]


def test_the_same_expression_runs_on_another_engine():
    frame = draw.frame_of([{"headcount": Fact(Interval(1, None)), "naf": Fact("25.62B"), "project_started": Fact(False)}, {}])
    rule = parse(
        {
            "all": [
                {"id": "a", "fact": "headcount", "op": "between", "value": {"from": 1, "to": 9}},
                {"any": [{"id": "b", "fact": "naf", "op": "starts_with", "value": ["25"]}]},
                {"not": {"id": "c", "fact": "project_started", "op": "is_true"}},
            ]
        }
    )
    frame = frame.drop("project_kind")
    result = nw.from_native(frame.to_arrow()).select(screen(rule, SETTING, frame.columns).alias("answer"))
    assert result["answer"].to_list() == [1, 1]


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 60), st.dates(date(1995, 1, 1), date(2031, 1, 1)))
def test_the_cutoff_is_the_latest_day_old_enough(as_of, months, day):
    assert (day <= cutoff(as_of, months)) == (add_months(day, months) <= as_of)
