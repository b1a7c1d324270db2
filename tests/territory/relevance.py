"""Queries a person would type to find real establishments, made from the official extract when it is there.

No name of the extract is kept in the project: queries are drawn from the file, by rules without chance, plus a list of
well-known brands with the town where the extract has them. What is expected is an establishment of the same name (and of
the same town when the query says it): two sites of one company, or two companies of exactly the same name, are both right.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ensembleur.territory.engine.activities import label_of
from ensembleur.territory.engine.search_index import Filters, SearchIndex
from ensembleur.territory.engine.search_score import SearchDocument
from ensembleur.territory.engine.search_text import ARTICLES, GENERIC, fold, in_parentheses, initials, key, tokens

# (query, words of the name as the extract writes it, town or nothing)
BY_HAND = [
    ("loreal", "L'OREAL", ""),
    ("l'oréal aulnay", "L'OREAL", "AULNAY"),
    ("L OREAL", "L'OREAL", ""),
    ("air liquide moissy", "Air Liquide", "MOISSY"),
    ("airliquide limay", "Air Liquide", "LIMAY"),
    ("psa poissy", "PSA PEUGEOT", "POISSY"),
    ("peugeot poissy", "PSA PEUGEOT", "POISSY"),
    ("citroen velizy", "PSA PEUGEOT", "VELIZY"),
    ("coca cola grigny", "COCA COLA", "GRIGNY"),
    ("coca-cola clamart", "COCA COLA", "CLAMART"),
    ("cocacola", "COCA COLA", ""),
    ("sanofi romainville", "SANOFI CHIMIE Centre de production de Romainville", ""),
    ("lafarge plâtres", "LAFARGE PLATRES", ""),
    ("lafarge platre", "LAFARGE PLATRES", ""),
    ("st gobain weber", "SAINT GOBAIN WEBER", ""),
    ("saint-gobain abrasifs", "SAINT-GOBAIN-ABRASIFS", ""),
    ("saint gobain abrasif", "SAINT-GOBAIN-ABRASIFS", ""),
    ("louis vuitton", "Louis Vuitton", ""),
    ("ateliers vuiton", "Louis Vuitton", ""),
    ("3m", "3M France", ""),
    ("guerlin", "GUERLAIN", ""),
    ("sisley", "SISLEY", ""),
    ("ciment calcia", "Ciments Calcia", ""),
    ("arcelor mittal", "ArcelorMittal", ""),
    ("bodycot", "BODYCOTE", ""),
    ("umicor", "UMICORE", ""),
    ("knauf platre", "KNAUF Plâtres", ""),
    ("total gargenville", "TOTAL RAFFINAGE", "GARGENVILLE"),
    ("william saurin", "WILLIAM SAURIN", ""),
    ("wiliam saurin", "WILLIAM SAURIN", ""),
    ("brioche pasquier", "BRIOCHE PASQUIER", ""),
    ("pasquier chatelet", "BRIOCHE PASQUIER", ""),
    ("cafés richard", "CAFES RICHARD", ""),
    ("café richard", "CAFES RICHARD", ""),
    ("akzo nobel", "AKZO NOBEL", ""),
    ("henkell", "Henkel", ""),
    ("le joint français", "JOINT FRANCAIS", ""),
    ("imprimerie le monde", "LE MONDE IMPRIMERIE", ""),
    ("aubert duval", "Aubert et Duval", ""),
    ("aubert & duval", "Aubert et Duval", ""),
]


@dataclass(frozen=True)
class Query:
    """A text, the establishments that answer it, and how it was made."""

    text: str
    expected: frozenset[str]
    kind: str


def real_documents(folder: Path) -> list[SearchDocument]:
    """The establishments of the extract, as the index would have them, in the order of SIRET."""
    with (folder / "registry" / "StockUniteLegale_extrait_idf.csv").open(encoding="utf-8") as file:
        names = {row["siren"]: row["denominationUniteLegale"] for row in csv.DictReader(file)}
    with (folder / "registry" / "StockEtablissement_extrait_idf.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["siret"])
    return [
        SearchDocument(
            row["siret"],
            (names[row["siren"]],) if names.get(row["siren"]) else (),
            activity=label_of(row["activitePrincipaleEtablissement"]),
            places=(row["libelleCommuneEtablissement"], row["codePostalEtablissement"]),
            departement=row["codePostalEtablissement"][:2],
        )
        for row in rows
    ]


def queries(documents: list[SearchDocument]) -> list[Query]:
    """At least 150 queries, always the same for the same extract."""
    named = [document for document in documents if document.names]
    made = [*_names(named), *_acronyms(named), *_signs(named), *_misspelt(named), *_with_town(named), *_by_hand(named)]
    unique = {(query.kind, fold(query.text)): query for query in made if query.expected}
    return list(unique.values())


def measure(index: SearchIndex, asked: list[Query]) -> dict[str, dict[str, float]]:
    """For each kind and for all: how many, and the shares found first, in the first ten, and absent from twenty."""
    ranks: dict[str, list[int]] = {}
    for query in asked:
        hits = index.search(query.text, filters=Filters(), limit=20).hits
        rank = next((place for place, hit in enumerate(hits, start=1) if hit.siret in query.expected), 99)
        ranks.setdefault(query.kind, []).append(rank)
        ranks.setdefault("all", []).append(rank)
    return {
        kind: {
            "queries": len(places),
            "first": sum(place == 1 for place in places) / len(places),
            "ten": sum(place <= 10 for place in places) / len(places),
            "absent": sum(place > 20 for place in places) / len(places),
        }
        for kind, places in ranks.items()
    }


def _telling(document: SearchDocument) -> list[str]:
    return [word for word in tokens(document.names[0]) if word not in ARTICLES and word not in GENERIC]


def _town(document: SearchDocument) -> str:
    return document.places[0].replace("-", " ").lower()


def _same_name(named: list[SearchDocument], document: SearchDocument, *, town: bool = False) -> frozenset[str]:
    wanted = key(document.names[0])
    return frozenset(
        other.siret
        for other in named
        if (key(other.names[0]) == wanted or other.siren == document.siren)
        and (not town or other.places[0] == document.places[0])
    )


def _names(named: list[SearchDocument]) -> Iterator[Query]:
    for document in named[::9]:
        yield Query(document.names[0], _same_name(named, document), "exact name")
    for document in named[4::13]:
        yield Query(" ".join(_telling(document)) or document.names[0], _same_name(named, document), "name without its form")


def _acronyms(named: list[SearchDocument]) -> Iterator[Query]:
    for document in named:
        for between in in_parentheses(document.names[0]):
            if between.isupper() and len(between) <= 6:
                yield Query(between.lower(), _same_name(named, document), "acronym")
    long = [document for document in named if len(initials(document.names[0])) >= 3 and document.names[0].isupper()]
    for document in long[::6]:
        same = frozenset().union(
            *(_same_name(named, one) for one in long if initials(one.names[0]) == initials(document.names[0]))
        )
        yield Query(initials(document.names[0]).upper(), same, "acronym")


def _signs(named: list[SearchDocument]) -> Iterator[Query]:
    """The first telling word is what stands on the gate: typed with the town."""
    for document in named[2::15]:
        words = _telling(document)
        if len(words) >= 2 and len(words[0]) >= 4 and not words[0].isdigit():
            near = frozenset(one.siret for one in named if one.places[0] == document.places[0] and words[0] in _telling(one))
            yield Query(f"{words[0]} {_town(document)}", near, "sign and town")


def _misspelt(named: list[SearchDocument]) -> Iterator[Query]:
    for turn, document in enumerate(named[1::8]):
        words = _telling(document)
        longest = max((word for word in words if word.isalpha()), key=len, default="")
        if len(longest) < 6:
            continue
        middle = len(longest) // 2
        wrong = (
            longest[:middle] + longest[middle + 1] + longest[middle] + longest[middle + 2 :],  # two letters swapped
            longest[:middle] + longest[middle + 1 :],  # one forgotten
            longest[:middle] + longest[middle] + longest[middle:],  # one doubled
            longest[:middle] + ("e" if longest[middle] != "e" else "a") + longest[middle + 1 :],  # one mistaken
        )[turn % 4]
        yield Query(" ".join(wrong if word == longest else word for word in words), _same_name(named, document), "misspelt")


def _with_town(named: list[SearchDocument]) -> Iterator[Query]:
    for document in named[3::12]:
        words = _telling(document)[:2] or list(tokens(document.names[0]))[:2]
        near = frozenset(
            one.siret for one in named if one.places[0] == document.places[0] and set(words) <= set(tokens(one.names[0]))
        )
        yield Query(f"{' '.join(words)} {_town(document)}", near, "name and town")


def _by_hand(named: list[SearchDocument]) -> Iterator[Query]:
    for text, name, town in BY_HAND:
        right = frozenset(
            one.siret for one in named if fold(name) in fold(one.names[0]) and fold(town) in fold(one.places[0].replace("-", " "))
        )
        yield Query(text, right, "by hand")
