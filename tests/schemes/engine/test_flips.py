"""Who changes answer between two texts: the counts, the conditions that did it, the same for one company and for all."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.engine.differences import differences
from ensembleur.schemes.engine.flipping import compared, flipped, transitions
from ensembleur.schemes.engine.flips import causes
from ensembleur.schemes.engine.verdict import verdict_of
from tests.factories.rules import scheme

TODAY = date(2026, 11, 21)
SIZE = {"id": "size", "fact": "headcount", "op": "below", "value": 50, "source": "s1"}
START = {"id": "start", "fact": "project_started", "op": "is_false", "source": "s1"}
ZONE = {"id": "zone", "fact": "commune", "op": "in_zone", "value": "ile-de-france", "source": "s1"}
SIZES = [(5, 5), (30, 30), (20, 49), (10, 99), (80, 80), (None, None)]
FRAME = pl.DataFrame(
    {"siret": [f"{rank:014d}" for rank in range(len(SIZES))], "headcount_lo": [one[0] for one in SIZES], "headcount_hi": [one[1] for one in SIZES],
     "commune": ["95018"] * 5 + ["69001"]}
)  # fmt: skip


def rule(*lines, **version):
    return scheme(version={"conditions": {"all": list(lines)}, **version})


def facts(rank):
    low, high = SIZES[rank]
    known = {"commune": Fact(FRAME["commune"][rank])}
    return known if low is None else {**known, "headcount": Fact(low if low == high else Interval(low, high))}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rule(SIZE), rule({**SIZE, "value": 20})),
        (rule({**SIZE, "value": 20}), rule(SIZE)),
        (rule(SIZE, START), rule(SIZE)),
        (rule(SIZE), rule(SIZE, ZONE)),
        (rule(SIZE, ZONE), rule({"any": [SIZE, ZONE]})),
        (rule(SIZE), rule({"not": SIZE})),
        (rule({"any": [SIZE, ZONE]}), rule({"all": [SIZE, ZONE]})),
        (rule(SIZE), rule(SIZE, status="suspended")),
        (rule(SIZE, windows=[{"opens": "2030-01-01"}]), rule(SIZE)),
        (None, rule(SIZE)),
    ],
)
def test_counts_rows_and_verdicts_of_one_company_agree_and_every_flip_has_a_cause(before, after):
    wide = compared(before, after, FRAME, as_of=TODAY)
    words = ("no", "unknown", "yes", "not_open")
    for rank in range(len(SIZES)):
        answers = tuple(words[wide[side][rank]] for side in ("before", "after"))
        old = "not_open" if before is None else verdict_of(before, facts(rank), as_of=TODAY).answer
        assert answers == (old, verdict_of(after, facts(rank), as_of=TODAY).answer)
        if answers[0] != answers[1]:
            assert all(cause.before or cause.after for cause in causes(before, after, facts(rank), as_of=TODAY))
            assert causes(before, after, facts(rank), as_of=TODAY)
    assert sum(step.count for step in transitions(wide)) == len(SIZES)
    assert flipped(wide).height == sum(step.count for step in transitions(wide) if step.is_change)


def test_the_condition_that_did_it_is_named_and_the_others_are_not():
    [cause] = causes(rule(ZONE, SIZE), rule(ZONE, {**SIZE, "value": 20}), facts(1), as_of=TODAY)
    assert (cause.leaf, cause.kind) == ("size", "changed")
    assert "moins de 50" in cause.before
    assert "moins de 20" in cause.after
    [added] = causes(rule(SIZE), rule(SIZE, START), facts(0), as_of=TODAY)
    assert (added.leaf, added.kind, added.before) == ("start", "added", "")
    [removed] = causes(rule(SIZE, START), rule(SIZE), facts(0), as_of=TODAY)
    assert (removed.leaf, removed.kind, removed.after) == ("start", "removed", "")


def test_a_scheme_that_closes_says_so_instead_of_its_conditions():
    [cause] = causes(rule(SIZE), rule(SIZE, status="suspended"), facts(0), as_of=TODAY)
    assert (cause.leaf, cause.after) == ("window", "Suspendu pour le moment.")


def test_one_transition_is_listed_alone():
    wide = compared(rule(SIZE), rule({**SIZE, "value": 20}), FRAME, as_of=TODAY)
    steps = {step.name: step.count for step in transitions(wide)}
    assert steps == {"yes-no": 2, "unknown-unknown": 2, "no-no": 1, "yes-yes": 1}
    assert flipped(wide, "yes-no").height == 2
    assert flipped(wide, "no-yes").height == 0
    assert flipped(wide, "nonsense").height == 2


def test_two_texts_beside_each_other_say_what_was_added_removed_and_said_otherwise():
    parameters = {"seuil": [{"value": 20, "unit": "salariés", "from": "2020-01-01", "to": "2021-01-01", "source": "s1"}]}
    one = rule(SIZE, START, windows=[{"opens": "2026-01-01"}])
    two = rule({**SIZE, "value": 20}, ZONE, status="uncertain", parameters=parameters, jury=[{"id": "j", "says": "écologie"}],
               edges=[{"kind": "counts_toward", "scheme": "de-minimis"}], amount={"nature": "grant", "rule": "flat", "max_eur": 500},
               unverified="Le plafond.", envelope={"eur": 1000}, effective={"from": date(2026, 1, 1), "to": date(2027, 1, 1)})  # fmt: skip
    told = {(one.part, one.kind) for one in differences((one, one.versions[0]), (two, two.versions[0]))}
    assert told == {
        ("condition", "changed"), ("condition", "added"), ("condition", "removed"), ("status", "changed"), ("parameter", "added"),
        ("criterion", "added"), ("edge", "added"), ("amount", "changed"), ("doubt", "added"), ("envelope", "added"), ("window", "removed"),
        ("dates", "changed"),
    }  # fmt: skip
    assert differences((one, one.versions[0]), (one, one.versions[0])) == []
    assert all(change.kind == "added" for change in differences(None, (one, one.versions[0]), lang="en"))


def test_values_that_are_days_or_codes_are_told_in_words_with_their_days():
    held = rule(
        {**START, "id": "old", "fact": "created_on", "op": "before", "value": {"param": "born"}},
        parameters={
            "born": [{"value": date(2020, 1, 1), "from": "2025-01-01", "to": None, "source": "s1"}],
            "codes": [{"value": ["25", "28"], "from": None, "to": None, "source": "s1"}],
        },
    )
    said = {one.after for one in differences(None, (held, held.versions[0])) if one.part == "parameter"}
    assert said == {
        "born\xa0: 1er\xa0janvier 2020, à partir du 1er\xa0janvier 2025, sans fin connue",
        "codes\xa0: 25, 28, depuis toujours, sans fin connue",
    }
