"""The whole catalogue for every company at once says what advise says for each."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.engine.screening import ANSWERS, screen, screen_wide
from ensembleur.schemes.engine.verdict import advise
from tests.factories.rules import TODAY, scheme

LEAVES = [
    {"id": "group", "fact": "group_headcount", "op": "between", "value": {"from": 10, "to": {"param": "top"}}},
    {"id": "company", "fact": "company_headcount", "op": "below", "value": 20},
    {"id": "turnover", "fact": "group_turnover_eur", "op": "at_most", "value": 15},
    {"id": "industry", "fact": "naf", "op": "starts_with", "value": ["25", "10.1"]},
    {"id": "region", "fact": "commune", "op": "in_zone", "value": "ile-de-france"},
    {"id": "zre", "fact": "commune", "op": "in_zone", "value": "zre-idf"},
    {"id": "age", "fact": "created_on", "op": "at_least_months_old", "value": 12},
    {"id": "started", "fact": "project_started", "op": "is_false"},
]
TOP = {"top": [{"value": 20}]}


def _rule(leaves, head):
    named = [dict(leaf, id=f"{leaf['id']}-{rank}") for rank, leaf in enumerate(leaves)]
    return (
        {"not": {"all": named}} if head == "not" else {"at_least": {"n": 1, "of": named}} if head == "at_least" else {head: named}
    )


RULES = st.builds(
    _rule, st.lists(st.sampled_from(LEAVES), min_size=1, max_size=4), st.sampled_from(["all", "any", "not", "at_least"])
)
ENDS = st.tuples(st.none() | st.integers(0, 30), st.none() | st.integers(0, 30)).map(
    lambda two: two if None in two else tuple(sorted(two))
)
ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys(
            ("headcount", "company_headcount", "group_headcount", "turnover_eur", "group_turnover_eur", "de_minimis_room_eur"),
            ENDS,
        ),
        **dict.fromkeys(("is_independent", "is_single_establishment", "project_started"), st.none() | st.booleans()),
        "naf": st.none() | st.sampled_from(["25.62B", "10.13A", "62.01Z"]),
        "commune": st.none() | st.sampled_from(["95018", "69001"]),
        "created_on": st.none() | st.sampled_from([date(2020, 1, 1), date(2026, 6, 1)]),
    }
)


def _facts(row):
    found = {}
    for key, value in row.items():
        if isinstance(value, tuple):
            if value != (None, None):
                found[key] = Fact(value[0] if value[0] == value[1] else Interval(*value))
        elif value is not None:
            found[key] = Fact(value)
    return found


def _frame(rows):
    columns = {"siret": [f"{rank:014d}" for rank in range(len(rows))]}
    types = {"siret": pl.String}
    for key, value in rows[0].items():
        if isinstance(value, tuple):
            columns |= {f"{key}_lo": [row[key][0] for row in rows], f"{key}_hi": [row[key][1] for row in rows]}
            types |= {f"{key}_lo": pl.Int64, f"{key}_hi": pl.Int64}
        else:
            columns[key] = [row[key] for row in rows]
            types[key] = {"naf": pl.String, "commune": pl.String, "created_on": pl.Date}.get(key, pl.Boolean)
    return pl.DataFrame(columns, schema=types)


@settings(max_examples=60, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=3), st.lists(ROWS, min_size=1, max_size=5), st.booleans())
def test_screen_and_advise_agree_group_and_de_minimis_included(rules, rows, capped):
    edges = [{"kind": "counts_toward", "scheme": "de-minimis"}] if capped else []
    aids = [
        scheme(f"s{rank}", version={"conditions": rule, "parameters": TOP, "edges": edges}) for rank, rule in enumerate(rules)
    ]
    wide = screen_wide(aids, _frame(rows), as_of=TODAY)
    for rank, row in enumerate(rows):
        expected = {verdict.scheme.id: verdict.answer for verdict in advise(aids, _facts(row), as_of=TODAY)}
        assert {aid.id: ANSWERS[wide[aid.id][rank]] for aid in aids} == expected


def test_one_row_per_establishment_and_scheme():
    aids = [
        scheme("open"),
        scheme("closed", version={"effective": {"to": date(2020, 1, 1)}}),
        scheme("unheard", version={"published": {"from": date(2030, 1, 1)}}),
        scheme("for-people", audience="person"),
    ]
    frame = pl.DataFrame({"siret": ["1", "2"], "headcount_lo": [300, 3], "headcount_hi": [300, 3]})
    rows = screen(aids, frame, as_of=TODAY, known_on=TODAY)
    assert rows.rows() == [
        *(("1", "open", "no"), ("2", "open", "unknown")),
        *(("1", "closed", "not_open"), ("2", "closed", "not_open")),
        *(("1", "unheard", "not_open"), ("2", "unheard", "not_open")),
    ]
    assert "for-people" in screen_wide(aids, frame, as_of=TODAY, audience="").columns


def test_a_frame_that_knows_nothing_is_unknown_everywhere():
    assert screen([scheme()], pl.DataFrame({"siret": ["1"]}), as_of=TODAY)["answer"].to_list() == ["unknown"]
