"""Draws rules and facts for property tests: every op, numbers known exactly, as intervals or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from ensembleur.logic.conditions import All, AnyOf, AtLeast, Bounds, Leaf, Not, Param
from ensembleur.logic.facts import Fact, Interval
from ensembleur.logic.words import FactKey, Words, Zone

AS_OF = date(2026, 2, 28)
PARAMETERS = {"limit": Decimal(10), "codes": ("10", "25.6"), "months": Decimal(12)}
KEYS = ("headcount", "turnover_eur", "commune", "naf", "project_started", "in_zre", "created_on", "project_kind")
VOCABULARY = {
    key.key: key
    for key in (
        FactKey("headcount", "number", "establishment", Words("Effectif", "Headcount")),
        FactKey("turnover_eur", "money", "company", Words("Chiffre d'affaires", "Turnover")),
        FactKey("commune", "code", "establishment", Words("Commune", "Municipality"), feminine=True),
        FactKey("naf", "code", "establishment", Words("Activité", "Activity"), feminine=True),
        FactKey("project_started", "bool", "project", Words("Projet commencé", "Project started")),
        FactKey("in_zre", "bool", "establishment", Words("ZRE", "ZRE")),
        FactKey("created_on", "date", "company", Words("Création", "Created")),
        FactKey("project_kind", "codes", "project", Words("Nature", "Kind"), feminine=True),
    )
}
ZONES = {
    "region": Zone("region", Words("Dans la région", "In the region"), Words("Hors région", "Outside"), prefixes=("75", "95")),
    "list": Zone(
        "list", Words("Dans la liste", "In the list"), Words("Hors liste", "Off"), communes=frozenset({"95018", "69001"})
    ),
    "told": Zone("told", Words("En zone", "Inside"), Words("Hors zone", "Outside"), fact="in_zre"),
    "both": Zone("both", Words("En zone", "In"), Words("Hors zone", "Out"), prefixes=("95",), fact="in_zre"),
}
COMMUNES = ("95018", "75056", "69001", "13055")
NAFS = ("10.11Z", "25.62B", "25.50A", "62.01Z")
DAYS = st.integers(-40, 20).map(lambda weeks: AS_OF + timedelta(weeks=weeks)) | st.sampled_from(
    [AS_OF, date(2025, 2, 28), date(2024, 2, 29), date(2026, 1, 28), date(2026, 1, 31), date(9999, 12, 31)]
)
SMALL = st.integers(-1, 21)
NUMBERS = SMALL.map(Decimal) | st.just(Param("limit")) | st.just(Param("unheard"))


def measured_leaves(*facts: str) -> st.SearchStrategy[Leaf]:
    """One comparison of a number."""
    pairs = st.tuples(SMALL, SMALL).map(sorted).map(lambda two: Bounds(Decimal(two[0]), Decimal(two[1])))
    ops = st.sampled_from(("is", "is_not", "at_least", "at_most", "above", "below"))
    return st.builds(Leaf, NAME, st.sampled_from(facts), ops, NUMBERS) | st.builds(
        Leaf, NAME, st.sampled_from(facts), st.just("between"), pairs
    )


def leaves() -> st.SearchStrategy[Leaf]:
    """One comparison that has a meaning."""
    lists = st.lists(st.sampled_from(("10", "25", "25.6", "25.62B", "62.01Z")), min_size=1, max_size=3).map(tuple)
    listed = lists | st.just(Param("codes")) | st.just(Param("unheard"))
    return st.one_of(
        measured_leaves("headcount", "turnover_eur"),
        st.builds(Leaf, NAME, st.just("naf"), st.sampled_from(("in", "not_in", "starts_with", "not_starts_with")), listed),
        st.builds(Leaf, NAME, st.just("naf"), st.sampled_from(("is", "is_not")), st.sampled_from(NAFS)),
        st.builds(
            Leaf, NAME, st.just("commune"), st.sampled_from(("in_zone", "not_in_zone")), st.sampled_from((*ZONES, "nowhere"))
        ),
        st.builds(Leaf, NAME, st.sampled_from(("project_started", "in_zre")), st.sampled_from(("is_true", "is_false"))),
        st.builds(
            Leaf,
            NAME,
            st.just("created_on"),
            st.sampled_from(("older_than_months", "at_least_months_old", "within_months")),
            st.integers(0, 30).map(Decimal) | st.just(Param("months")),
        ),
        st.builds(Leaf, NAME, st.just("created_on"), st.sampled_from(("before", "on_or_after")), DAYS),
        st.builds(
            Leaf, NAME, st.just("project_kind"), st.sampled_from(("in", "not_in")), st.sampled_from((("ai",), ("ai", "cyber")))
        ),
    )


NAME = st.text("abcdef", min_size=1, max_size=6)


def conditions() -> st.SearchStrategy:
    """A tree of all, any, not and at least n."""

    def grow(inner: st.SearchStrategy) -> st.SearchStrategy:
        parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
        counted = parts.flatmap(lambda some: st.builds(AtLeast, st.integers(1, len(some)), st.just(some)))
        return st.builds(All, parts) | st.builds(AnyOf, parts) | st.builds(Not, inner) | counted

    return st.recursive(leaves(), grow, max_leaves=8)


def measures() -> st.SearchStrategy:
    """A number exact, in an interval, above or below a bound."""
    ends = st.tuples(st.none() | SMALL, st.none() | SMALL)
    ordered = ends.map(lambda two: two if None in two else tuple(sorted(two)))
    return SMALL | ordered.map(lambda two: Interval(*two))


def values() -> dict[str, st.SearchStrategy]:
    """What each key may hold."""
    return {
        "headcount": measures(),
        "turnover_eur": measures(),
        "commune": st.sampled_from(COMMUNES),
        "naf": st.sampled_from(NAFS),
        "project_started": st.booleans(),
        "in_zre": st.booleans(),
        "created_on": DAYS,
        "project_kind": st.lists(st.sampled_from(("ai", "cyber", "energy")), max_size=3, unique=True).map(tuple),
    }


def facts() -> st.SearchStrategy[dict[str, Fact]]:
    """Some facts, often not all."""
    return st.fixed_dictionaries({}, optional={key: value.map(Fact) for key, value in values().items()})


def frame_of(rows: list[dict[str, Fact]]) -> pl.DataFrame:
    """The same facts as columns: bounds for numbers, null for what nobody knows."""
    columns: dict[str, list] = {"siret": [f"{rank:014d}" for rank in range(len(rows))]}
    types: dict[str, object] = {"siret": pl.String}
    for key, kind in VOCABULARY.items():
        held = [row[key].value if key in row else None for row in rows]
        if kind.kind in ("number", "money"):
            columns[f"{key}_lo"] = [value.low if isinstance(value, Interval) else value for value in held]
            columns[f"{key}_hi"] = [value.high if isinstance(value, Interval) else value for value in held]
            types |= {f"{key}_lo": pl.Int64, f"{key}_hi": pl.Int64}
        else:
            columns[key] = [list(value) if isinstance(value, tuple) else value for value in held]
            types[key] = {"bool": pl.Boolean, "date": pl.Date, "codes": pl.List(pl.String)}.get(kind.kind, pl.String)
    return pl.DataFrame(columns, schema=types)
