"""What an organisation's filter says: the fields of a form, a condition, and the words made from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.journeys.engine.filters import CompanyFilter, condition_of, filter_of
from ensembleur.logic.answers import Answer
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import dump, parse
from ensembleur.logic.describe import describe
from ensembleur.logic.explain import answer_of
from ensembleur.logic.facts import Fact
from ensembleur.schemes.engine.vocabulary import VOCABULARY

SETTING = Setting(as_of=date(2026, 11, 21), vocabulary=VOCABULARY)
FULL = CompanyFilter(10, 249, ("25", "28"), ("25.40",), 3, 40, ("54", "57"), ("10",))

numbers = st.none() | st.integers(0, 5000)
divisions = st.lists(st.sampled_from(["10", "25", "26", "28", "33"]), unique=True).map(tuple)


def test_a_full_filter_is_said_in_words():
    lines = [line.says for line in describe(parse(condition_of(FULL), vocabulary=VOCABULARY), SETTING)]
    assert len(lines) == 8
    assert any("10" in line and "salariés" in line for line in lines)


@given(st.builds(CompanyFilter, numbers, numbers, divisions, divisions, numbers, numbers, divisions, divisions))
def test_what_is_written_is_read_back(asked):
    data = condition_of(asked)
    assert filter_of(data) == asked
    if data:
        assert filter_of(dump(parse(data, vocabulary=VOCABULARY))) == asked


def test_an_empty_filter_lets_everyone_in():
    assert condition_of(CompanyFilter()) == {}
    assert filter_of({}).is_empty


@pytest.mark.parametrize(
    "condition",
    [
        {"any": [{"id": "a", "fact": "naf", "op": "starts_with", "value": ["25"]}]},
        {"all": [{"id": "a", "fact": "turnover_eur", "op": "at_least", "value": 5}]},
        {"all": [{"id": "a", "fact": "created_on", "op": "within_months", "value": 7}]},
        {"all": [{"id": "a", "fact": "naf", "op": "starts_with", "value": ["25"]}] * 2},
        {"all": [{"not": {"id": "a", "fact": "naf", "op": "starts_with", "value": ["25"]}}]},
    ],
)
def test_a_richer_condition_is_not_pretended_to_be_a_form(condition):
    assert filter_of(condition) is None


def test_an_unknown_fact_never_excludes():
    condition = parse(condition_of(CompanyFilter(headcount_min=10, naf_in=("25",))), vocabulary=VOCABULARY)
    assert answer_of(condition, {}, SETTING) is Answer.UNKNOWN
    small = {"company_headcount": Fact(Decimal(3))}
    assert answer_of(condition, small, SETTING) is Answer.NO
