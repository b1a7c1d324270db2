"""The parts of a value in words: the released table for everybody, the whole breakdown for those who steer the region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ensembleur.secrecy.published import HIDDEN, Released
from ensembleur.secrecy.tables import TOTAL, Variable
from ensembleur.strategy.engine.tables import UNKNOWN
from ensembleur.strategy.engine.writing import number, why_hidden
from ensembleur.strategy.queries.breakdowns import breakdown_for
from ensembleur.strategy.queries.places import place_names
from ensembleur.strategy.queries.rows import plain
from ensembleur.strategy.queries.states import Seen, Situation
from ensembleur.strategy.queries.tables import ReleasedTable, released_table
from ensembleur.strategy.views.definition import dimension
from ensembleur.territory.engine.activities import sector_label

PLACES = ("departement", "epci", "commune")


# -- names -------------------------------------------------------------------------------------------------------------
def part_names(cut: str, keys: Iterable[str], lang: str) -> dict[str, str]:
    """Key → its name, in the order in which people read them: sizes from the smallest, what is not known last."""
    keys = list(keys)
    if cut in PLACES:
        known = place_names(cut, keys)
    elif cut == "sector":
        known = {key: sector_label(key, lang) or key for key in keys}
    elif cut == "scheme":
        known = {key: scheme_name(key) for key in keys if key}
    else:
        known = _sizes() if cut == "size" else {}
    nowhere = ("", UNKNOWN)
    order = {key: place for place, key in enumerate(_sizes() if cut == "size" else ())}
    ordered = sorted(keys, key=lambda key: (key in nowhere, order.get(key, len(order))))
    return {key: _unknown(cut) if key in nowhere else known.get(key, key) for key in ordered}


def scheme_name(slug: str) -> str:
    """A scheme by its address: this domain does not know them."""
    first, *others = slug.split("-")
    return " ".join([first.upper() if len(first) < 3 else first.capitalize(), *others])


def _sizes() -> dict[str, str]:
    return {
        "micro": _("Moins de 10 salariés"),
        "small": _("De 10 à 49 salariés"),
        "medium": _("De 50 à 249 salariés"),
        "large": _("250 salariés et plus"),
    }


def _unknown(cut: str) -> str:
    if cut in PLACES:
        return _("lieu inconnu")
    return {"sector": _("secteur non connu"), "size": _("taille non connue")}.get(cut, _("non connu"))


# -- the released table ------------------------------------------------------------------------------------------------
def released_shown(now: Situation, one: Seen, day_query: str) -> dict[str, Any] | None:
    """The totals of the last released table of an indicator, along each of its sides; None when none was released.

    day_query : what the addresses of the files say of the day asked, "" for today.
    """
    found = released_table(now.held, one.sheet.code, as_of=now.as_of)
    if found is None:
        return None
    table, lang = found.table, now.lang
    cuts = [_cut(found.row, {key: table.cells[key, TOTAL] for key in table.rows}, lang)]
    if any(key != UNKNOWN for key in table.columns):
        cuts.append(_cut(found.column, {key: table.cells[TOTAL, key] for key in table.columns}, lang))
    address = [now.held.row.pk, one.sheet.code]
    return {
        "heading": _("Où") if found.kind else _("Répartition"),
        "as_of": found.release.as_of,
        "released_at": found.release.released_at,
        "unit": one.sheet.unit.into(lang),
        "label": found.release.content["label"],
        "title": one.sheet.title.into(lang),
        "cuts": cuts,
        "total": _shown(table.cells[TOTAL, TOTAL], lang),
        "is_overlapping": bool(table.overlapping) or table.variable is Variable.UNITS,
        "has_secrets": any(row["why"] for cut in cuts for row in cut["rows"]),
        "map_url": reverse("strategy:indicator_map", args=[*address, found.kind]) + day_query if found.kind else "",
        "csv_url": reverse("strategy:table_csv", args=address) + day_query,
    }


def _cut(cut: str, cells: dict[str, Released], lang: str) -> dict[str, Any]:
    word = dimension(cut)
    return {
        "title": _("Par %(dimension)s") % {"dimension": word},
        "word": word,
        "rows": [
            {"name": name, "shown": _shown(cells[key], lang), "why": _why(cells[key], lang)}
            for key, name in part_names(cut, cells, lang).items()
        ],
    }


def _shown(cell: Released, lang: str) -> str:
    return HIDDEN if cell.value is None else number(cell.value, lang)


def _why(cell: Released, lang: str) -> str:
    return why_hidden(cell.reason.value, lang) if cell.reason else ""


def table_rows(found: ReleasedTable, lang: str) -> Iterator[list[str]]:
    """The whole released table as lines under their headings, totals included; a hidden cell is « s » with the class of its reason."""
    sides = [(found.row, found.table.rows), *([(found.column, found.table.columns)] if found.column else [])]
    names = [{**part_names(cut, keys, lang), TOTAL: _("ensemble")} for cut, keys in sides]
    yield [*(head for cut, _keys in sides for head in (cut, f"{cut}_name")), "value", "reason", "as_of", "label"]
    day, label = found.release.as_of.isoformat(), found.release.content["label"]
    for key, cell in found.table.cells.items():
        told = [
            word for part, known in zip(key, names, strict=False) for word in ("total" if part == TOTAL else part, known[part])
        ]
        value = HIDDEN if cell.value is None else plain(cell.value)
        yield [*told, value, cell.reason.value if cell.reason else "", day, label]


# -- what only agents read ---------------------------------------------------------------------------------------------
def breakdown_shown(now: Situation, one: Seen, user: Any) -> dict[str, Any] | None:
    """Every part of the last measured value, the largest first; None for who does not read the room."""
    found = breakdown_for(user, now.held, one.followed.row, as_of=now.as_of)
    if found is None:
        return None
    return {
        "as_of": found.as_of,
        "unit": one.sheet.unit.into(now.lang),
        "cuts": [
            {
                "title": _("Par %(dimension)s") % {"dimension": dimension(cut)},
                "word": dimension(cut),
                "rows": _parts(cut, cells, now),
            }
            for cut, cells in found.parts.items()
        ],
    }


def _parts(cut: str, cells: dict[str, list[Any]], now: Situation) -> list[dict[str, Any]]:
    names = part_names(cut, cells, now.lang)
    rows = [
        {"name": name, "value": Decimal(cells[key][0]), "shown": number(Decimal(cells[key][0]), now.lang), "units": cells[key][1]}
        for key, name in names.items()
    ]
    return rows if cut == "size" else sorted(rows, key=lambda row: -row["value"])
