"""What the index may know of an establishment: read from the masked view, so that it can leak nothing."""

from __future__ import annotations

from ensembleur.territory.engine.search_score import SIZE_STEPS, SearchDocument
from ensembleur.territory.models import Establishment
from ensembleur.territory.queries.diffusion import EstablishmentView, shown

_STEP_FLOORS = ((500, 8), (250, 7), (100, 6), (50, 5), (20, 4), (10, 3), (1, 2), (0, 1))


def document_of(establishment: Establishment) -> SearchDocument:
    """The document of an establishment that may be found by a text; needs `unit`."""
    view = shown(establishment)
    usual = "" if "usual_name" in view.hidden else establishment.unit.usual_name
    return document_of_view(view, usual_names=usual)


def document_of_view(view: EstablishmentView, *, usual_names: str = "") -> SearchDocument:
    """The document of a view. A company in partial diffusion is found by its names only.

    usual_names : those of the company, which the view of an establishment does not carry.
    """
    names = tuple(dict.fromkeys(name for name in (view.name, view.usual_name, *_several(usual_names)) if name))
    places = tuple(place for place in (view.commune_name, view.postcode) if place)
    return SearchDocument(
        siret=view.siret,
        names=names,
        signs=() if view.masked else tuple(dict.fromkeys((*_several(view.sign), *filter(None, (view.acronym,))))),
        activity="" if view.masked else view.naf_label,
        places=() if view.masked else places,
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
    if low is None:
        return SIZE_STEPS[0]
    return SIZE_STEPS[next(position for floor, position in _STEP_FLOORS if low >= floor)]


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" · ") if part.strip())


def _communes(code: str) -> tuple[str, ...]:
    if not code:
        return ()
    return (code, "75056") if code.startswith("751") else (code,)
