"""What a journey copies from the register when it is opened."""

from __future__ import annotations

from dataclasses import dataclass

from ensembleur.territory.queries import register
from ensembleur.territory.queries.diffusion import EstablishmentView


@dataclass(frozen=True)
class CompanyCard:
    """An establishment as a journey keeps it; `title` and `place` are already masked when the register says so."""

    siren: str
    siret: str
    title: str
    place: str
    commune: str
    departement: str
    region: str
    naf: str
    is_fictional: bool


def company_card(siret: str) -> CompanyCard | None:
    """The establishment's card; None when the register does not know it."""
    view, place = register.establishment(siret), register.place_of(siret)
    if view is None or place is None:
        return None
    title, shown_place = shown_as(view)
    return CompanyCard(
        siren=view.siren,
        siret=siret,
        title=title,
        place=shown_place,
        commune=place.commune,
        departement=place.departement,
        region=place.region,
        naf=view.naf.code if view.naf else "",
        is_fictional=view.is_fictional,
    )


def shown_as(view: EstablishmentView) -> tuple[str, str]:
    """The title and the place a journey keeps of an establishment, as anyone may see them."""
    return view.title[:200], f"{view.commune_name} ({view.departement})" if view.commune_name else ""
