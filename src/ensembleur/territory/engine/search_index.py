"""The full-text index on disk: how it is written, and how a plan, filters and a window become one query."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tantivy import Document as IndexRow
from tantivy import FieldType, Index, Occur, Query, Schema, SchemaBuilder

from ensembleur.errors import BadInput, SourceError
from ensembleur.territory.engine.search_score import (
    CLOSE,
    CLOSE_NAME,
    EXACT,
    EXACT_NAME,
    EXACT_SIGN,
    INITIALS,
    NAME_LENGTH,
    OPEN,
    PER_STEP,
    PREFIX,
    Plan,
    SearchDocument,
    Word,
    plan_for,
    worth,
)
from ensembleur.territory.engine.search_text import singular

VERSION = 2  # of the layout below: an index of another version is rebuilt
WORD_FIELDS = ("name", "sign", "activity", "place")
KEY_FIELDS = ("name_key", "sign_key", "initials")
FACETS = ("departement", "grouping", "commune", "division", "family", "size")
EARTH_KM = 6371.0088
DEEPEST = 10_000  # hits reachable page after page; beyond, a filter serves better
BITS = (1, 2, 4, 8)  # the sixteen steps of size as four optional clauses: adding them costs less than one clause a step
ATTEMPTS = ("all", "close", "closer", "some")
WRITER_BYTES = 2_000_000_000  # ceiling, used as needed: one segment keeps ties in the order of SIRET


@dataclass(frozen=True)
class Filters:
    """What narrows a search.

    facets : {"departement": ("95", …), …}, values of one facet add up, facets cross.   open_only : leave closed sites out.
    bbox : (west, south, east, north) in degrees.   near : (lon, lat, km).
    """

    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_only: bool = True
    siren: str = ""
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything but the state is asked."""
        return bool(any(self.facets.values()) or self.siren or self.bbox or self.near)


@dataclass(frozen=True)
class Hit:
    """One ranked establishment."""

    score: int
    siret: str

    @property
    def order(self) -> tuple[int, str]:
        """Best first, then by SIRET: a total order, so that pages neither repeat nor lose."""
        return (-self.score, self.siret)


@dataclass(frozen=True)
class Ranked:
    """Hits in order, how many there are in all, and the plan that found them."""

    hits: tuple[Hit, ...]
    total: int
    plan: Plan


def schema() -> Schema:
    """The fields of the index; nothing is stored in it but numbers, names are read in the register at each answer."""
    builder = SchemaBuilder()
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in KEY_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("siren", "length", "state", "bit"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("siret", indexed=True, fast=True)
    builder.add_unsigned_field("prominence", fast=True)
    builder.add_float_field("lon", indexed=True, fast=True)
    builder.add_float_field("lat", indexed=True, fast=True)
    return builder.build()


def index_row(document: SearchDocument) -> IndexRow:
    """The row of one establishment."""
    row = IndexRow()
    for name, words in document.words.items():
        if words:
            row.add_text(name, " ".join(words))
    for name, keys in document.keys.items():
        for value in keys:
            row.add_text(name, value)
    for name, values in facet_values(document).items():
        for value in values:
            row.add_text(name, value)
    row.add_text("siren", document.siren)
    for length in document.name_lengths:
        row.add_text("length", str(length))
    row.add_text("state", "open" if document.is_open else "closed")
    steps = document.steps
    for bit in BITS:
        if steps & bit:
            row.add_text("bit", str(bit))
    row.add_unsigned("siret", int(document.siret))
    row.add_unsigned("prominence", document.prominence)
    if document.lon is not None and document.lat is not None:
        row.add_float("lon", document.lon)
        row.add_float("lat", document.lat)
    return row


def facet_values(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """The values one establishment counts for, facet by facet."""
    return {
        "departement": (document.departement,) if document.departement else (),
        "grouping": document.groupings,
        "commune": document.communes,
        "division": (document.division,) if document.division else (),
        "family": (document.family,) if document.family else (),
        "size": (document.size,),
    }


def write_index(folder: Path, documents: Iterable[SearchDocument], *, on_rows: Callable[[int], None] | None = None) -> int:
    """Write a new index in an empty folder and return how many establishments it holds.

    documents : in increasing order of SIRET, which is the order of ties. Raises SourceError when they are not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = Index(schema(), str(folder))
    writer = index.writer(WRITER_BYTES, 1)
    points, last, count = [], "", 0
    for count, document in enumerate(documents, start=1):
        if document.siret <= last:
            raise SourceError("index_order", f"L'établissement {document.siret} n'est pas à sa place dans l'ordre des SIRET.")
        last = document.siret
        writer.add_document(index_row(document))
        if document.lon is not None and document.lat is not None:
            points.append((int(document.siret), document.lon, document.lat))
        if on_rows and count % 1000 == 0:
            on_rows(1000)
    writer.commit()
    writer.wait_merging_threads()
    np.save(folder / "sirets.npy", np.array([point[0] for point in points], dtype=np.uint64))
    np.save(folder / "points.npy", np.array([point[1:] for point in points], dtype=np.float64).reshape(-1, 2))
    return count


def distance_km(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Great-circle distances from one point to many. Degrees in, (n,) kilometres out. Source: haversine formula."""
    phi, phis = math.radians(lat), np.radians(lats)
    half = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    away: np.ndarray = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    return away


class SearchIndex:
    """An index opened for reading; it never changes, a rebuild makes another one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()
        self._sirets = np.load(folder / "sirets.npy", mmap_mode="r")
        self._points = np.load(folder / "points.npy", mmap_mode="r")
        self._frequencies: dict[tuple[str, str], int] = {}

    @property
    def total(self) -> int:
        """How many establishments it holds."""
        return int(self._searcher.num_docs)

    def frequency(self, form: str) -> int:
        """How many documents hold a form, in the field where it is most common."""
        return max(self._held(name, form) for name in WORD_FIELDS) if form else 0

    def _held(self, name: str, form: str) -> int:
        known = self._frequencies.get((name, form))
        if known is None:
            known = int(self._searcher.doc_freq(name, form))
            if len(self._frequencies) < 500_000:
                self._frequencies[name, form] = known
        return known

    def search(
        self, text: str, *, filters: Filters, after: tuple[int, str] | None = None, hint: int = 0, limit: int = 20
    ) -> Ranked:
        """One page of hits, best first, strictly after `after` (score, SIRET).

        hint : how many hits came before, when known: it only makes a deep page faster.
        """
        for mode in ATTEMPTS:
            plan = plan_for(text, mode, frequency=self.frequency, total=self.total)
            query = self._query(plan, filters)
            wanted = min(max(hint, 0) + limit + (1 if after else 0), DEEPEST)
            total, hits = self._top(plan, query, wanted)
            if total or plan.mode == "browse" or (plan.is_generic and not filters.narrows):
                break
        while True:
            kept = [hit for hit in hits if after is None or hit.order > (-after[0], after[1])]
            if len(kept) >= limit or len(hits) >= min(total, DEEPEST):
                return Ranked(tuple(kept[:limit]), total, plan)
            wanted = min(wanted * 2 + limit, DEEPEST)
            total, hits = self._top(plan, query, wanted)

    def facets(self, plan: Plan, filters: Filters, *, most: int = 60) -> dict[str, dict[str, int]]:
        """{facet: {value: count}}, each facet counted with the other facets' filters but not its own."""
        counts: dict[str, dict[str, int]] = {}
        free = [name for name in FACETS if not filters.facets.get(name)]
        groups = [(free, filters)] if free else []
        for name in FACETS:
            if filters.facets.get(name):
                others = {key: values for key, values in filters.facets.items() if key != name}
                groups.append(([name], Filters(others, filters.open_only, filters.siren, filters.bbox, filters.near)))
        for names, narrowed in groups:
            wanted = {name: {"terms": {"field": name, "size": most}} for name in names}
            found = self._searcher.aggregate(self._query(plan, narrowed), wanted)
            for name in names:
                counts[name] = {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]}
        return counts

    def _top(self, plan: Plan, query: Query, wanted: int) -> tuple[int, list[Hit]]:
        by = "prominence" if plan.mode == "browse" else None
        found: Any = self._searcher.search(query, wanted, order_by_field=by)  # its type leaves `count` out
        sirets = self._searcher.fast_field_values("siret", [address for _, address in found.hits])
        pairs = zip(found.hits, sirets, strict=True)
        return found.count, [Hit(round(score), f"{siret:014d}") for (score, _), siret in pairs]

    # -- the parts of a query ------------------------------------------------------------------------------------------

    def _query(self, plan: Plan, filters: Filters) -> Query:
        clauses = self._narrowing(filters)
        if plan.mode == "browse":
            return Query.boolean_query(clauses) if clauses else Query.all_query()
        required = [self._word(word) for word in plan.words if word.required]
        if plan.mode == "some":
            some = Query.boolean_query([(Occur.Should, query) for query in required], minimum_number_should_match=plan.least)
            words = [(Occur.Must, some)]
        else:
            words = [(Occur.Must, query) for query in required]
        whole = self._whole_name(plan)
        matched = Query.boolean_query(words)
        if whole is not None:  # a whole name counts even when one of its words was cut or glued
            matched = Query.boolean_query([(Occur.Should, matched), (Occur.Should, whole)], minimum_number_should_match=1)
        clauses.append((Occur.Must, matched))
        clauses.extend((Occur.Should, self._word(word)) for word in plan.words if not word.required)
        clauses.append((Occur.Should, self._best((str(plan.length + more), points) for more, points in NAME_LENGTH.items())))
        clauses.extend((Occur.Should, self._points_for("bit", str(bit), PER_STEP * bit)) for bit in BITS)
        if not filters.open_only:
            clauses.append((Occur.Should, self._points_for("state", "open", OPEN)))
        return Query.boolean_query(clauses)

    def _points_for(self, name: str, value: str, points: int) -> Query:
        return Query.const_score_query(Query.term_query(self._schema, name, value, "basic"), float(points))

    def _best(self, lengths: Iterable[tuple[str, int]]) -> Query:
        return Query.disjunction_max_query([self._points_for("length", length, points) for length, points in lengths])

    def _whole_name(self, plan: Plan) -> Query | None:
        parts: list[Query] = []
        for name, points in (("name_key", EXACT_NAME), ("sign_key", EXACT_SIGN), ("initials", INITIALS)):
            parts.extend(self._points_for(name, form, points) for form in plan.keys if self._held(name, form))
        if plan.whole_errors:
            close = Query.fuzzy_term_query(self._schema, "name_key", plan.keys[0].replace(" ", ""), plan.whole_errors)
            parts.append(Query.const_score_query(close, float(CLOSE_NAME)))
        return Query.disjunction_max_query(parts) if parts else None

    def _word(self, word: Word) -> Query:
        """A word counts once, by the best way it is recognised."""
        ways: list[Query] = []
        forms = {word.text, singular(word.text)}
        for name in WORD_FIELDS:
            wanted = forms | set(word.joined) if name in {"name", "sign"} else forms
            ways.extend(self._points_for(name, form, worth(word, name, EXACT)) for form in wanted if self._held(name, form))
            if word.may_continue:
                longer = Query.fuzzy_term_query(self._schema, name, word.text, 0, prefix=True)
                ways.append(Query.const_score_query(longer, float(worth(word, name, PREFIX))))
            if word.errors:
                close = Query.fuzzy_term_query(self._schema, name, word.text, word.errors)
                ways.append(Query.const_score_query(close, float(worth(word, name, CLOSE))))
        return Query.disjunction_max_query(ways) if ways else Query.empty_query()

    def _narrowing(self, filters: Filters) -> list[tuple[Occur, Query]]:
        """Clauses that keep or drop; the one on the state also brings its points."""
        kept: list[Query] = []
        if filters.siren:
            kept.append(Query.term_query(self._schema, "siren", filters.siren, "basic"))
        for name, values in filters.facets.items():
            if name not in FACETS:
                raise BadInput("unknown_facet", f"Le filtre « {name[:40]} » n'existe pas.")
            if values:
                terms = [(Occur.Should, Query.term_query(self._schema, name, value, "basic")) for value in values]
                kept.append(Query.boolean_query(terms))
        if filters.bbox:
            kept.extend(self._window(*filters.bbox))
        if filters.near:
            kept.append(self._circle(*filters.near))
        clauses = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in kept]
        if filters.open_only:
            clauses.append((Occur.Must, self._points_for("state", "open", OPEN)))
        return clauses

    def _window(self, west: float, south: float, east: float, north: float) -> list[Query]:
        return [
            Query.range_query(self._schema, "lon", FieldType.Float, west, east),
            Query.range_query(self._schema, "lat", FieldType.Float, south, north),
        ]

    def _circle(self, lon: float, lat: float, km: float) -> Query:
        """Exactly the points within `km`: the smaller of « those inside » and « the window without its corners »."""
        high = math.degrees(km / EARTH_KM)
        wide = high / max(math.cos(math.radians(lat)), 0.01)
        window = (lon - wide, lat - high, lon + wide, lat + high)
        lons, lats = self._points[:, 0], self._points[:, 1]
        boxed = np.flatnonzero((lons >= window[0]) & (lons <= window[2]) & (lats >= window[1]) & (lats <= window[3]))
        inside = distance_km(lon, lat, lons[boxed], lats[boxed]) <= km
        if inside.sum() * 2 <= len(boxed):
            return self._these(boxed[inside])
        clauses: list[tuple[Occur, Query]] = [(Occur.Must, query) for query in self._window(*window)]
        if not inside.all():
            clauses.append((Occur.MustNot, self._these(boxed[~inside])))
        return Query.boolean_query(clauses)

    def _these(self, rows: np.ndarray) -> Query:
        chosen: list[Any] = [int(siret) for siret in self._sirets[rows]]
        return Query.term_set_query(self._schema, "siret", chosen) if chosen else Query.empty_query()
