"""What every company lacks, counted at once, is what the verdict of each one says is missing."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.schemes.engine.lacking import screen_missing
from ensembleur.schemes.engine.screening import ANSWERS
from ensembleur.schemes.engine.verdict import verdict_of
from tests.factories.rules import TODAY, scheme
from tests.schemes.engine.test_screening import ROWS, RULES, TOP, _facts, _frame

DE_MINIMIS = [{"kind": "counts_toward", "scheme": "de-minimis"}]


@pytest.mark.parametrize("edges", [[], DE_MINIMIS])
@given(rule=RULES, rows=st.lists(ROWS, min_size=1, max_size=12))
@settings(max_examples=80)
def test_answers_and_missing_facts_agree_with_the_verdict_of_each(rule, rows, edges):
    aid = scheme(version={"conditions": rule, "parameters": TOP, "edges": edges})
    found = screen_missing(aid, _frame(rows), as_of=TODAY)
    for row, line in zip(rows, found.iter_rows(named=True), strict=True):
        verdict = verdict_of(aid, _facts(row), as_of=TODAY)
        assert ANSWERS[line["answer"]] == verdict.answer
        assert line["missing"] == len(verdict.missing), (verdict.missing, row)
        assert line["lone"] == (verdict.missing[0] if len(verdict.missing) == 1 else None)


def test_a_closed_scheme_asks_nothing():
    aid = scheme(version={"windows": [{"opens": "2020-01-01", "closes": "2021-01-01", "source": "s1"}]})
    found = screen_missing(aid, pl.DataFrame({"siret": ["1", "2"]}), as_of=TODAY)
    assert found.rows() == [("1", 3, 0, None), ("2", 3, 0, None)]
