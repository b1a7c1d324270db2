"""A text laid over others: what was known stays known, and the answers of other days stay the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from ensembleur.periods import Period
from ensembleur.schemes.engine.opening import opening_on
from ensembleur.schemes.engine.scheme import Version
from ensembleur.schemes.engine.timeline import in_force, overlaid
from tests.factories.rules import scheme

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 30).map(lambda count: FIRST + timedelta(days=count))
LENGTHS = st.none() | st.integers(1, 20)


def version(name: str, start: date | None, end: date | None = None, known: date | None = None) -> Version:
    return replace(scheme().versions[0], id=name, effective=Period(start, end), published=Period(known))


def periods() -> st.SearchStrategy[Period]:
    return st.builds(
        lambda start, length: Period(start, None if length is None else start + timedelta(days=length)), DAYS, LENGTHS
    )


def name_on(versions: tuple[Version, ...], day: date, known_on: date | None) -> str | None:
    found = opening_on(replace(scheme(), versions=versions), day, known_on)
    return found.version.id if found.version is not None and day in found.version.effective else None


@given(st.lists(st.tuples(periods(), DAYS), min_size=1, max_size=4), DAYS, DAYS)
def test_after_any_publications_each_day_answers_by_the_last_text_known_then(texts, day, known_on):
    """The oracle: of the texts published by the day of knowledge whose days hold the question's, the last published wins."""
    texts.sort(key=lambda text: text[1])
    assume(len({published for _period, published in texts}) == len(texts))
    versions: tuple[Version, ...] = (version("file", None),)
    for rank, (period, published) in enumerate(texts):
        versions = overlaid(versions, replace(version(f"text {rank}", FIRST), effective=period), on=published)
    for known in (known_on, None):
        held = [
            f"text {rank}"
            for rank, (period, published) in enumerate(texts)
            if day in period and (known is None or published <= known)
        ]
        assert name_on(versions, day, known) == (held[-1] if held else "file")


def test_the_days_a_text_does_not_take_stay_under_the_same_name_and_hash():
    old = version("old", date(2020, 1, 1))
    laid = overlaid((old,), version("new", date(2026, 3, 1), date(2026, 6, 1)), on=date(2026, 2, 1))
    assert [(one.id, one.effective, one.published) for one in laid] == [
        ("old", Period(date(2020, 1, 1)), Period(None, date(2026, 2, 1))),
        ("old", Period(date(2020, 1, 1), date(2026, 3, 1)), Period(date(2026, 2, 1))),
        ("old", Period(date(2026, 6, 1)), Period(date(2026, 2, 1))),
        ("new", Period(date(2026, 3, 1), date(2026, 6, 1)), Period(date(2026, 2, 1))),
    ]
    assert {one.rule_hash for one in laid if one.id == "old"} == {old.rule_hash}


def test_a_scheme_whose_text_changes_does_not_close_the_day_before():
    laid = overlaid((version("old", date(2020, 1, 1)),), version("new", date(2026, 3, 1)), on=date(2026, 2, 1))
    assert opening_on(replace(scheme(), versions=laid), date(2026, 2, 20)).closes_on is None


def test_the_text_in_force_is_the_one_of_the_day_or_the_nearest():
    past, coming = version("past", date(2020, 1, 1), date(2021, 1, 1)), version("coming", date(2030, 1, 1))
    assert in_force((past, coming), date(2020, 5, 1)) is past
    assert in_force((past, coming), date(2026, 1, 1)) is past
    assert in_force((coming,), date(2026, 1, 1)) is coming
    assert in_force((), date(2026, 1, 1)) is None
