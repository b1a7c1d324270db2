"""Every threshold of every rule, just below, on it and just above; every first and last day."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ensembleur.logic.answers import Answer
from ensembleur.logic.comparing import Setting, compare
from ensembleur.logic.conditions import AGE_OPS, All, AnyOf, AtLeast, Bounds, Condition, Leaf, Not, Param, leaves
from ensembleur.logic.facts import Fact
from ensembleur.periods import add_months
from ensembleur.schemes.engine.scheme import Scheme, Version
from ensembleur.schemes.engine.verdict import verdict_of
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from tests.schemes.catalogue.reading import catalogue

DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)
YES, NO = Answer.YES, Answer.NO
SCHEMES = sorted(catalogue().values(), key=lambda scheme: scheme.id)
VERSIONS = [(scheme, version) for scheme in SCHEMES for version in scheme.versions]
NOT_ENDED = [(scheme, version) for scheme, version in VERSIONS if version.status != "ended"]
NUMBERS = {  # op: the answers just below the threshold, on it, just above
    "at_least": (NO, YES, YES), "above": (NO, NO, YES), "at_most": (YES, YES, NO), "below": (YES, NO, NO),
    "is": (NO, YES, NO), "is_not": (YES, NO, YES),
}  # fmt: skip


def inside(version: Version) -> date:
    """A day on which the version applies, and files are taken when they ever are."""
    days = [TODAY]
    for window in version.windows:
        days += [day for day in (window.closes, window.opens) if day is not None]
    start, end = version.effective.start, version.effective.end
    days += [day for day in (start, end - DAY if end is not None else None) if day is not None]
    held = [day for day in days if day in version.effective]
    return next((day for day in held if not version.windows or any(window.takes(day) for window in version.windows)), held[0])


def numeric_leaves() -> Iterator[Any]:
    """One case per threshold: (leaf, parameters, day, threshold, step, expected answers)."""
    for _scheme, version in VERSIONS:
        day = inside(version)
        held = version.parameters_on(day)
        for leaf in leaves(version.conditions):
            step = Decimal("0.01") if VOCABULARY[leaf.fact].kind == "share" else Decimal(1)
            for side, op, threshold in thresholds(leaf, held):
                name = f"{version.id}-{leaf.id}{side}"
                yield pytest.param(leaf, held, day, threshold, step, NUMBERS[op], id=name)


def thresholds(leaf: Leaf, held: dict[str, Any]) -> Iterator[tuple[str, str, Decimal]]:
    """(side, op, threshold) of a numeric leaf; the two sides of a range."""

    def known(value: Any) -> Any:
        return held[value.name] if isinstance(value, Param) else value

    if isinstance(leaf.value, Bounds):
        yield "-low", "at_least", known(leaf.value.low)
        yield "-high", "at_most", known(leaf.value.high)
    elif leaf.op in NUMBERS and isinstance(known(leaf.value), Decimal):
        yield "", leaf.op, known(leaf.value)


@pytest.mark.parametrize(("leaf", "held", "day", "threshold", "step", "expected"), list(numeric_leaves()))
def test_a_threshold_decides_just_below_on_it_and_just_above(leaf, held, day, threshold, step, expected):
    setting = Setting(day, "fr", held, VOCABULARY, ZONES)
    values = (threshold - step, threshold, threshold + step)
    assert tuple(compare(leaf, {leaf.fact: Fact(value)}, setting) for value in values) == expected


def aged_leaves() -> Iterator[Any]:
    """One case per age: (leaf, parameters, day, months)."""
    for _, version in VERSIONS:
        day = inside(version)
        held = version.parameters_on(day)
        for leaf in leaves(version.conditions):
            if leaf.op in AGE_OPS:
                months = int(held[leaf.value.name] if isinstance(leaf.value, Param) else leaf.value)
                yield pytest.param(leaf, held, day, months, id=f"{version.id}-{leaf.id}")


@pytest.mark.parametrize(("leaf", "held", "day", "months"), list(aged_leaves()))
def test_an_age_is_counted_to_the_day(leaf, held, day, months):
    setting = Setting(day, "fr", held, VOCABULARY, ZONES)
    edge = add_months(day, -months)

    def answer(on: date) -> Answer:
        return compare(leaf, {leaf.fact: Fact(on)}, setting)

    if leaf.op == "at_least_months_old":
        assert (answer(edge - DAY), answer(edge)) == (YES, YES)
        if add_months(edge + DAY, months) > day:  # the last day of a short month may be the same age as the next one
            assert answer(edge + DAY) is NO
    elif leaf.op == "older_than_months":
        assert (answer(edge - DAY), answer(edge)) == (YES, NO)
    else:
        assert leaf.op == "within_months"
        assert (answer(edge - DAY), answer(edge), answer(day), answer(day + DAY)) == (NO, YES, YES, NO)


@pytest.mark.parametrize(
    ("version", "name"),
    [
        pytest.param(version, name, id=f"{version.id}-{name}")
        for _, version in VERSIONS
        for name, lines in version.parameters.items()
        if len(lines) > 1
    ],
)
def test_a_dated_parameter_changes_on_its_day_and_leaves_no_hole(version, name):
    lines = sorted(version.parameters[name], key=lambda line: line.period.start or date.min)
    for before, after in itertools.pairwise(lines):
        assert before.period.end == after.period.start
        assert version.parameters_on(after.period.start - DAY)[name] == before.value
        assert version.parameters_on(after.period.start)[name] == after.value


def edges_of(scheme: Scheme) -> list[date]:
    """Every first and last day of the scheme, with the day before and the day after."""
    found = set()
    for version in scheme.versions:
        found |= {version.effective.start, version.effective.end}
        for window in version.windows:
            found |= {window.opens, window.closes, window.closes + DAY if window.closes else None}
    return sorted({day + shift for day in found - {None} for shift in (-DAY, DAY * 0, DAY)})


def open_on(scheme: Scheme, day: date) -> str | None:
    """The version that takes files that day, worked out apart from the engine."""
    for version in scheme.versions:
        start, end = version.effective.start, version.effective.end
        if (start and day < start) or (end and day >= end) or version.status in ("suspended", "ended"):
            continue
        takes = [(not w.opens or w.opens <= day) and (not w.closes or day <= w.closes) for w in version.windows]
        if not takes or any(takes):
            return version.id
    return None


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.id)
def test_a_scheme_opens_and_closes_on_its_very_days(scheme):
    for day in edges_of(scheme):
        result = verdict_of(scheme, {}, as_of=day)
        expected = open_on(scheme, day)
        assert (result.answer != "not_open") == (expected is not None), day
        if expected is not None:
            assert result.version.id == expected, day


# -- somebody can get it -------------------------------------------------------------------------------------------------


def wish(condition: Condition, held: dict[str, Any], day: date) -> dict[str, Any]:
    """Facts that satisfy a condition: every part of an « all », the first of an « any ». Numbers as [low, high]."""
    if isinstance(condition, Not):
        return {}  # the negated leaves of the catalogue are about an old paper: having none satisfies them, see below
    if isinstance(condition, Leaf):
        return {condition.fact: value_for(condition, held, day)}
    parts = (
        condition.parts
        if isinstance(condition, All)
        else condition.parts[: condition.count if isinstance(condition, AtLeast) else 1]
    )
    assert isinstance(condition, All | AnyOf | AtLeast)
    facts: dict[str, Any] = {}
    for part in parts:
        for key, value in wish(part, held, day).items():
            both = isinstance(value, list) and isinstance(facts.get(key), list)
            facts[key] = [max(facts[key][0], value[0]), min(facts[key][1], value[1])] if both else value
    return facts


def value_for(leaf: Leaf, held: dict[str, Any], day: date) -> Any:
    """A value that satisfies a leaf."""

    def known(value: Any) -> Any:
        return held[value.name] if isinstance(value, Param) else value

    step = Decimal("0.01") if VOCABULARY[leaf.fact].kind == "share" else Decimal(1)
    if leaf.op in ("is_true", "is_false"):
        return leaf.op == "is_true"
    if leaf.op == "in_zone":
        return {"ile-de-france": "95018"}.get(str(leaf.value), "ZONE")
    if leaf.op in AGE_OPS:
        months = int(known(leaf.value))
        return add_months(day, -months) if leaf.op == "within_months" else add_months(day, -months - 1)
    if isinstance(leaf.value, Bounds):
        return [known(leaf.value.low), known(leaf.value.high)]
    value = known(leaf.value)
    if isinstance(value, Decimal):
        top = Decimal(10) ** 12
        return {
            "at_least": [value, top], "above": [value + step, top], "at_most": [Decimal(0), value], "below": [Decimal(0), value - step],
        }[leaf.op]  # fmt: skip
    if leaf.op in ("not_starts_with", "not_in"):
        return "25.62B"
    if leaf.op == "is_not":
        return "industry"
    code = value[0] if isinstance(value, tuple) else value
    return (code,) if VOCABULARY[leaf.fact].kind == "codes" else code


@pytest.mark.parametrize(("scheme", "version"), NOT_ENDED, ids=[version.id for _, version in NOT_ENDED])
def test_somebody_could_get_every_version(scheme, version):
    day = inside(version)
    facts = wish(version.conditions, version.parameters_on(day), day)
    facts = {key: value[0] if isinstance(value, list) else value for key, value in facts.items()}
    for leaf in leaves(version.conditions):
        if leaf.fact == "ghg_balance_on" and leaf.fact not in facts:
            facts[leaf.fact] = add_months(day, -72)
        if leaf.op == "in_zone" and leaf.value != "ile-de-france":
            facts[ZONES[str(leaf.value)].fact] = True
    result = verdict_of(scheme, {key: Fact(value) for key, value in facts.items()}, as_of=day)
    assert result.answer == "yes", result.sentence
    assert result.version.id == version.id
