"""Search: latency beside SQLite FTS5 and PostgreSQL on the same queries, and relevance on the real extract."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import psycopg

from benchmarks.results import table, write_section
from ensembleur.territory.catalogue.profile import demo_profile
from ensembleur.territory.engine.activities import label_of
from ensembleur.territory.engine.places import country, read_atlas
from ensembleur.territory.engine.population import populate
from ensembleur.territory.engine.search_index import Filters, SearchIndex, write_index
from ensembleur.territory.engine.search_score import SearchDocument
from ensembleur.territory.engine.search_text import ARTICLES, GENERIC, singular, tokens
from tests.machine import private_postgres
from tests.territory.relevance import measure, queries, real_documents

SIZES = (45_000, 500_000)
DRAWN = 45_000  # one drawing of the fictional region; larger sets are several drawings, renumbered
REAL = Path(os.environ.get("ENSEMBLEUR_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
Answer = tuple[list[str], int]  # the SIRET of the twenty best, and how many in all


@dataclass(frozen=True)
class Asked:
    """A text, the establishment it was made from, and how."""

    text: str
    siret: str
    kind: str


def fictional(count: int) -> Iterator[SearchDocument]:
    """`count` fictional establishments in the order of SIRET, without keeping them."""
    communes = [commune for commune in read_atlas().communes if commune.shape and commune.code != "75056"]
    names, made = country().communes, 0
    for seed in range(1, 100):
        drawn = populate(demo_profile(), communes, seed=seed, today=date(2026, 11, 21), establishments=min(DRAWN, count))
        units = {row["siren"]: row for row in drawn.units.iter_rows(named=True)}
        for row in drawn.establishments.sort("siret").iter_rows(named=True):
            if made == count:
                return
            made += 1
            unit = units[row["siren"]]
            yield SearchDocument(
                f"{made:014d}",
                tuple(filter(None, (unit["name"],))),
                tuple(filter(None, (row.get("sign"), unit.get("acronym")))),
                activity=label_of(row["naf"]),
                places=(names.get(row["commune"], ""), row.get("postcode") or ""),
                departement=row["commune"][:2],
            )


def asked_of(documents: Iterable[SearchDocument]) -> list[Asked]:
    """Some three hundred queries of six kinds, without chance."""
    made = []
    for turn, document in enumerate(documents):
        if turn % 149 or not document.names:
            continue
        name = document.names[0]
        words = [word for word in tokens(name) if word not in ARTICLES and word not in GENERIC] or list(tokens(name))
        longest = max(words, key=len)
        middle = len(longest) // 2
        wrong = longest[:middle] + longest[middle + 1 :]
        kind, text = (
            ("exact name", name),
            ("name and town", f"{' '.join(words)} {document.places[0]}"),
            ("misspelt", " ".join(wrong if word == longest else word for word in words)),
            ("being typed", name[: max(4, len(name) * 2 // 3)]),
            ("one word", longest),
            ("activity and town", f"{tokens(document.activity)[-1]} {document.places[0]}" if document.activity else name),
        )[len(made) % 6]
        made.append(Asked(text, document.siret, kind))
    return made


# -- ours and the peers ------------------------------------------------------------------------------------------------
def ours(index: SearchIndex, text: str) -> Answer:
    """Twenty best and the count."""
    ranked = index.search(text, filters=Filters(open_only=False), limit=20)
    return [hit.siret for hit in ranked.hits], ranked.total


def plain(document: SearchDocument) -> tuple[str, str, str]:
    """What a peer indexes: the same words, without accents, with their singulars."""
    name = " ".join((*document.names, *document.signs))
    rest = " ".join((document.activity, *document.places))
    return document.siret, _words(name), _words(rest)


def _words(text: str) -> str:
    words = [word for word in tokens(text) if word not in ARTICLES]
    return " ".join(dict.fromkeys([*words, *(singular(word) for word in words)]))


def _asked_words(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in ARTICLES]


def sqlite_peer(folder: Path, rows: Iterable[tuple[str, str, str]]) -> Callable[[str], Answer]:
    """FTS5 with its own ranking (bm25, the name ten times heavier), every word required, the last one still being typed."""
    base = sqlite3.connect(folder / "fts.sqlite3")
    base.execute("CREATE VIRTUAL TABLE found USING fts5(siret UNINDEXED, name, rest, prefix='2 3')")
    base.executemany("INSERT INTO found VALUES (?, ?, ?)", rows)
    base.execute("INSERT INTO found(found) VALUES ('optimize')")
    base.commit()

    def search(text: str) -> Answer:
        words = _asked_words(text)
        if not words:
            return [], 0
        wanted = " ".join(f'"{word}"' for word in words) + "*"
        best = base.execute("SELECT siret FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 10, 1) LIMIT 20", (wanted,))
        sirets = [siret for (siret,) in best]
        (count,) = base.execute("SELECT count(*) FROM found WHERE found MATCH ?", (wanted,)).fetchone()
        return sirets, count

    return search


def postgres_peer(url: str, rows: Iterable[tuple[str, str, str]]) -> Callable[[str], Answer]:
    """Full text (simple configuration, weighted, GIN), then word similarity of trigrams when no word matches."""
    base = psycopg.connect(url, autocommit=True)
    base.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    base.execute("DROP TABLE IF EXISTS found")
    base.execute("CREATE TABLE found (siret text PRIMARY KEY, name text, words tsvector)")
    with base.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE raw (siret text, name text, rest text)")
        with cursor.copy("COPY raw FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        weighted = "setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', rest), 'C')"
        cursor.execute(f"INSERT INTO found SELECT siret, name, {weighted} FROM raw")  # type: ignore[arg-type]
    base.execute("CREATE INDEX ON found USING gin (words)")
    base.execute("CREATE INDEX ON found USING gin (name gin_trgm_ops)")
    base.execute("ANALYZE found")

    def search(text: str) -> Answer:
        words = _asked_words(text)
        if not words:
            return [], 0
        wanted = " & ".join(f"'{word}'" for word in words) + ":*"
        sql = (
            "SELECT siret FROM found, to_tsquery('simple', %s) q WHERE words @@ q ORDER BY ts_rank(words, q) DESC, siret LIMIT 20"
        )
        sirets = [siret for (siret,) in base.execute(sql, (wanted,))]
        if sirets:
            counted = base.execute("SELECT count(*) FROM found WHERE words @@ to_tsquery('simple', %s)", (wanted,)).fetchone()
            return sirets, counted[0] if counted else 0
        close = "SELECT siret FROM found WHERE name %% %s ORDER BY similarity(name, %s) DESC LIMIT 20"
        sirets = [siret for (siret,) in base.execute(close, (" ".join(words), " ".join(words)))]
        return sirets, len(sirets)

    return search


# -- measuring ---------------------------------------------------------------------------------------------------------
def timed(search: Callable[[str], Answer], asked: list[Asked]) -> tuple[list[float], float, float]:
    """Milliseconds of each query (best of three, after one turn to warm), shares found first and in the first twenty."""
    answers = {one.text: search(one.text) for one in asked}
    spent = []
    for one in asked:
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            search(one.text)
            best = min(best, (time.perf_counter() - started) * 1000)
        spent.append(best)
    named = [one for one in asked if one.kind in {"exact name", "name and town", "misspelt"}]
    first = sum(answers[one.text][0][:1] == [one.siret] for one in named) / len(named)
    twenty = sum(one.siret in answers[one.text][0] for one in named) / len(named)
    return spent, first, twenty


def at(spent: list[float], share: float) -> float:
    """The value below which that share of the queries stays."""
    return statistics.quantiles(spent, n=100)[round(share * 100) - 1]


def measured(size: int, folder: Path, url: str) -> list[list[str]]:
    """The lines of the table for one size."""
    asked = asked_of(fictional(DRAWN))[:300]
    started = time.perf_counter()
    write_index(folder / "index", fictional(size))
    built = time.perf_counter() - started
    weight = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file()) / 1e6
    index = SearchIndex(folder / "index")
    lines = []
    rows = [plain(document) for document in fictional(size)]
    engines: list[tuple[str, Callable[[str], Answer]]] = [
        (f"ours, tantivy (built in {built:.0f} s, {weight:.0f} MB)", partial(ours, index)),
        ("SQLite FTS5, bm25", sqlite_peer(folder, rows)),
        ("PostgreSQL 15, full text + pg_trgm", postgres_peer(url, rows)),
    ]
    medians = []
    for name, search in engines:
        spent, first, twenty = timed(search, asked)
        medians.append(at(spent, 0.5))
        kinds = [
            f"{statistics.median([ms for ms, one in zip(spent, asked, strict=True) if one.kind == kind]):.2f}"
            for kind in ("exact name", "misspelt", "being typed")
        ]
        ratio = f"{medians[-1] / medians[0]:.0f}×"
        lines.append(
            [f"{size:,}", name, f"{at(spent, 0.5):.2f}", f"{at(spent, 0.95):.2f}", ratio, *kinds, f"{first:.0%}", f"{twenty:.0%}"]
        )
    return lines


def relevance(folder: Path) -> str:
    """The floors of the national bench, on the real extract alone and among 45,000 fictional establishments."""
    if not (REAL / "registry").is_dir():
        return "Relevance on real records was not measured: the extract is absent from this machine."
    real = real_documents(REAL)
    asked = queries(real)
    write_index(folder / "real", real)
    noise = (replace(document, siret=f"0{document.siret[1:]}") for document in fictional(DRAWN))
    write_index(folder / "noise", sorted([*real, *noise], key=lambda document: document.siret))
    lines = []
    for title, name in (("664 real", "real"), ("664 real among 45,000 fictional", "noise")):
        for kind, shares in measure(SearchIndex(folder / name), asked).items():
            lines.append(
                [title, kind, int(shares["queries"]), f"{shares['first']:.1%}", f"{shares['ten']:.1%}", f"{shares['absent']:.1%}"]
            )
    lines.sort(key=lambda line: (line[0], line[1] != "all", line[1]))
    return (
        f"Relevance on {len(asked)} queries drawn by rules from the real extract, or written by hand on it "
        "(floors: first ≥ 75 %, first ten ≥ 92 %, absent from twenty ≤ 5 %). The queries come from names, not from a log of "
        "real users: expect less in real life.\n\n" + table(("index", "kind", "queries", "first", "first ten", "absent"), lines)
    )


def main() -> None:
    """Measure both sizes and the relevance, then write the section."""
    sizes = tuple(int(size) for size in os.environ.get("BENCH_SEARCH_SIZES", "").split(",") if size) or SIZES
    lines: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name, private_postgres(Path(name)) as url:
        for size in sizes:
            folder = Path(name) / str(size)
            folder.mkdir()
            lines.extend(measured(size, folder, url))
        found = relevance(Path(name))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    head = ("establishments", "engine", "p50 ms", "p95 ms", "p50 ratio", "exact", "misspelt", "being typed", "first", "in 20")
    body = (
        "300 queries (exact names, names with their town, misspelt, being typed, one word, activity with town), in process, the "
        "twenty best and the count; best of three turns of each query. « first » and « in 20 »: the establishment the query was made from, "
        "for the queries that name one; fictional names repeat, so the first place is often shared. Target: p50 ≤ 1 ms, "
        f"p95 ≤ 5 ms. Load of the machine at the end: {load}.\n\n{table(head, lines)}\n\n{found}"
    )
    write_section("search", "Search: latency and relevance", body)


if __name__ == "__main__":
    main()
