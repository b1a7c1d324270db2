"""What the index may know of an establishment: read from the masked view, so that it can leak nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ensembleur.codes import Naf, Nomenclature
from ensembleur.territory.choices import EstablishmentState
from ensembleur.territory.engine import activities, bands, diffusion, places
from ensembleur.territory.engine.search_score import SIZE_STEPS, SearchDocument
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.diffusion import EstablishmentView, shown, stricter

# What a document is made of, named as in the view: the duty of masking speaks of these names.
_COLUMNS = {
    "siret": "siret",
    "name": "unit__name",
    "usual_name": "usual_name",
    "usual_names": "unit__usual_name",
    "acronym": "unit__acronym",
    "sign": "sign",
    "postcode": "postcode",
    "commune": "commune_id",
    "departement": "departement",
    "epci": "epci",
    "ept": "ept",
    "lon": "lon",
    "lat": "lat",
    "naf": "naf",
    "headcount": "headcount",
    "headcount_band": "headcount_band",
    "state": "state",
    "is_head_office": "is_head_office",
    "masking": "masking",
    "unit_masking": "unit__masking",
}
_STEP_FLOORS = ((500, 8), (250, 7), (100, 6), (50, 5), (20, 4), (10, 3), (1, 2), (0, 1))


def document_of(establishment: Establishment) -> SearchDocument:
    """The document of an establishment that may be found by a text; needs `unit`."""
    view = shown(establishment)
    usual = "" if "usual_name" in view.hidden else establishment.unit.usual_name
    return document_of_view(view, usual_names=usual)


def documents() -> Iterator[SearchDocument]:
    """The document of every establishment that may be found by a text, in order of SIRET.

    The same as `document_of` one by one, read by columns: a record and a view for each of them cost more than the index itself.
    """
    rows = Establishment.objects.findable().order_by("siret").values_list(*_COLUMNS.values())
    for row in rows.iterator(chunk_size=5000):
        yield _document(dict(zip(_COLUMNS, row, strict=True)))


def _document(row: dict[str, Any]) -> SearchDocument:
    masking = stricter(row["masking"], row["unit_masking"]) if row["masking"] or row["unit_masking"] else ""
    if masking:
        row |= dict.fromkeys(diffusion.HIDDEN[masking] & row.keys(), "")
        row["usual_names"] = "" if "usual_name" in diffusion.HIDDEN[masking] else row["usual_names"]
    label, division, sector = _activity(row["naf"])
    located = not masking and row["lon"] is not None and row["lat"] is not None
    return SearchDocument(
        siret=row["siret"],
        names=_distinct((row["name"], row["usual_name"], *_several(row["usual_names"]))),
        signs=() if masking else _distinct((*_several(row["sign"]), row["acronym"])),
        activity="" if masking else label,
        places=() if masking else _distinct((_commune_name(row["commune"]), row["postcode"])),
        departement=row["departement"],
        groupings=tuple(filter(None, (row["epci"], row["ept"]))),
        communes=_communes(row["commune"]),
        division=division,
        family=sector,
        size=_size(row["headcount"], row["headcount_band"]),
        is_open=row["state"] == EstablishmentState.OPEN.value,
        is_head_office=bool(row["is_head_office"]),
        lon=row["lon"] if located else None,
        lat=row["lat"] if located else None,
    )


def document_of_view(view: EstablishmentView, *, usual_names: str = "") -> SearchDocument:
    """The document of a view. A company in partial diffusion is found by its names only.

    usual_names : those of the company, which the view of an establishment does not carry.
    """
    return SearchDocument(
        siret=view.siret,
        names=_distinct((view.name, view.usual_name, *_several(usual_names))),
        signs=() if view.masked else _distinct((*_several(view.sign), view.acronym)),
        activity="" if view.masked else view.naf_label,
        places=() if view.masked else _distinct((view.commune_name, view.postcode)),
        departement=view.departement,
        groupings=tuple(filter(None, (view.epci, view.ept))),
        communes=_communes(view.commune),
        division=view.naf.division if view.naf else "",
        family=view.sector,
        size=size_step(view),
        is_open=view.is_open,
        is_head_office=bool(view.is_head_office),
        lon=view.lon if view.is_mappable else None,
        lat=view.lat if view.is_mappable else None,
    )


def size_step(view: EstablishmentView) -> str:
    """The size class of the site, by the low end of what is known."""
    low = view.headcount_exact if view.headcount_exact is not None else view.headcount.low if view.headcount else None
    return _step(low)


@lru_cache(maxsize=4096)
def _size(exact: int | None, band: str) -> str:
    known = bands.interval_of(band) if exact is None else None
    return _step(known.low if known else exact)


def _step(low: int | float | None) -> str:
    if low is None:
        return SIZE_STEPS[0]
    return SIZE_STEPS[next(position for floor, position in _STEP_FLOORS if low >= floor)]


@lru_cache(maxsize=4096)
def _activity(naf: str) -> tuple[str, str, str]:
    """Label, division and sector of a NAF rév. 2 code."""
    if not naf:
        return "", "", ""
    return activities.label_of(naf), Naf(Nomenclature.NAF_REV2.value, naf).division, activities.sector_of(naf)


@lru_cache(maxsize=4096)
def _commune_name(code: str) -> str:
    return places.country().name(code)


def _distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" · ") if part.strip()) if text else ()


@lru_cache(maxsize=4096)
def _communes(code: str) -> tuple[str, ...]:
    if not code:
        return ()
    return (code, "75056") if code.startswith("751") else (code,)
