"""A search as a file: at most ten thousand rows, only what may leave, each row with its source and its date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.sources import Source
from ensembleur.territory.engine.search_index import DEEPEST, Filters, Hit
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.diffusion import EstablishmentView, shown
from ensembleur.territory.queries.register import register_source
from ensembleur.territory.queries.search_reader import current_index

STEP = 500
COLUMNS = (
    "siret", "siren", "nom", "sigle", "enseigne", "adresse", "code_postal", "code_commune", "commune", "departement",
    "activite_naf_rev2", "activite_libelle", "activite_naf_2025", "effectif_min", "effectif_max", "effectif_annee", "etat",
    "ferme_le", "siege", "longitude", "latitude", "fictif", "source", "date_source",
)  # fmt: skip


def exported(text: str, *, filters: Filters, most: int = DEEPEST) -> Iterator[EstablishmentView]:
    """The establishments of a search in order, without those whose diffusion is partial; `most` hits are looked at."""
    index = current_index()
    after: tuple[int, str] | None = None
    seen = 0
    while seen < most:
        hits = index.search(text, filters=filters, after=after, hint=seen, limit=min(STEP, most - seen)).hits
        if not hits:
            return
        yield from _rows(hits)
        seen += len(hits)
        after = (hits[-1].score, hits[-1].siret)


def _rows(hits: tuple[Hit, ...]) -> Iterator[EstablishmentView]:
    found = Establishment.objects.public().exportable().in_bulk([hit.siret for hit in hits])
    for hit in hits:
        if hit.siret in found:
            view = shown(found[hit.siret])
            if not view.masked:  # the company may be in partial diffusion when its establishment is not
                yield view


def export_row(view: EstablishmentView, source: Source) -> dict[str, Any]:
    """One row of the file, in the order of COLUMNS; None when unknown."""
    interval = view.headcount
    return {
        "siret": view.siret,
        "siren": view.siren,
        "nom": view.name,
        "sigle": view.acronym,
        "enseigne": view.sign or view.usual_name,
        "adresse": view.address,
        "code_postal": view.postcode,
        "code_commune": view.commune,
        "commune": view.commune_name,
        "departement": view.departement,
        "activite_naf_rev2": view.naf.code if view.naf else None,
        "activite_libelle": view.naf_label,
        "activite_naf_2025": view.naf_2025.code if view.naf_2025 else None,
        "effectif_min": interval.low if interval else None,
        "effectif_max": interval.high if interval else None,
        "effectif_annee": view.headcount_year,
        "etat": _("ouvert") if view.is_open else _("fermé"),
        "ferme_le": view.closed_on.isoformat() if view.closed_on else None,
        "siege": None if view.is_head_office is None else int(view.is_head_office),
        "longitude": view.lon,
        "latitude": view.lat,
        "fictif": int(view.is_fictional),
        "source": source.title,
        "date_source": source.as_of.isoformat() if source.as_of else None,
    }


def sources() -> dict[bool, Source]:
    """Where rows come from: {is fictional: source}."""
    return {True: register_source("0" * 14), False: register_source()}
