"""The only way out for an establishment or a company: a frozen view whose hidden fields are already empty."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ensembleur.codes import Naf, Nomenclature, show_siret
from ensembleur.logic.facts import Interval
from ensembleur.territory.choices import EstablishmentState, Masking, UnitState
from ensembleur.territory.engine import activities, bands, diffusion, places
from ensembleur.territory.engine.legal_forms import legal_form_label
from ensembleur.territory.models import Establishment, LegalUnit


@dataclass(frozen=True)
class EstablishmentView:
    """What anyone may see of an establishment. A hidden field is empty (text) or None, and `masked` says why.

    name : of the company.   title : what to write as a heading.   headcount : both ends included, None when unknown.
    headcount_exact : a declared figure, in the demonstration only.   masked : one sentence, empty when nothing is hidden.
    hidden : the names of the hidden fields.
    """

    siret: str
    siren: str
    name: str
    usual_name: str
    acronym: str
    sign: str
    address: str
    postcode: str
    commune: str
    commune_name: str
    departement: str
    departement_name: str
    epci: str
    ept: str
    lon: float | None
    lat: float | None
    naf: Naf | None
    naf_2025: Naf | None
    naf_label: str
    sector: str
    sector_label: str
    headcount: Interval | None
    headcount_year: int | None
    headcount_exact: int | None
    created_on: date | None
    closed_on: date | None
    is_open: bool
    is_head_office: bool | None
    legal_form: str
    legal_form_label: str
    category: str
    perimeter_rule: str
    is_fictional: bool
    masked: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The best known name that may be shown, the SIRET otherwise."""
        return self.usual_name or self.name or self.sign or _("Établissement %(siret)s") % {"siret": show_siret(self.siret)}

    @property
    def is_mappable(self) -> bool:
        """Whether it may be placed on a map."""
        return not self.masked and self.lon is not None and self.lat is not None


Shown = EstablishmentView
View = TypeVar("View", "EstablishmentView", "CompanyView")


@dataclass(frozen=True)
class CompanyView:
    """What anyone may see of a company; hidden fields are empty and `masked` says why. `sites` are open ones first."""

    siren: str
    name: str
    usual_name: str
    acronym: str
    naf: Naf | None
    naf_2025: Naf | None
    naf_label: str
    headcount: Interval | None
    headcount_year: int | None
    category: str
    category_year: int | None
    legal_form: str
    legal_form_label: str
    created_on: date | None
    is_active: bool
    head_office_siret: str
    is_social_economy: bool | None
    is_mission_driven: bool | None
    group_siren: str
    is_fictional: bool
    sites: tuple[EstablishmentView, ...] = ()
    group: tuple[str, ...] = ()
    masked: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The best known name that may be shown, the SIREN otherwise."""
        return self.name or self.usual_name or _("Entreprise %(siren)s") % {"siren": self.siren}


def why_masked(masking: str) -> str:
    """One sentence for the reader, empty when nothing is hidden."""
    if masking == Masking.NATURAL:
        return _(
            "Cette fiche appartient à une personne qui a demandé à l'INSEE la diffusion partielle : "
            "son nom et son adresse ne sont pas montrés."
        )
    if masking == Masking.LEGAL:
        return _("Cette entreprise a demandé à l'INSEE la diffusion partielle : son sigle et son adresse ne sont pas montrés.")
    return ""


def shown(establishment: Establishment) -> EstablishmentView:
    """The establishment as anyone may see it; needs `unit` (one query more when it was not selected)."""
    unit = establishment.unit
    country = places.country()
    lang = (get_language() or "fr")[:2]
    view = EstablishmentView(
        siret=establishment.siret,
        siren=establishment.unit_id,
        name=unit.name,
        usual_name=establishment.usual_name,
        acronym=unit.acronym,
        sign=establishment.sign,
        address=establishment.address,
        postcode=establishment.postcode,
        commune=establishment.commune_id,
        commune_name=country.name(establishment.commune_id),
        departement=establishment.departement,
        departement_name=country.departements.get(establishment.departement, ""),
        epci=establishment.epci,
        ept=establishment.ept,
        lon=establishment.lon,
        lat=establishment.lat,
        sector=(sector := activities.sector_of(establishment.naf)),
        sector_label=activities.sector_label(sector, lang),
        headcount_exact=establishment.headcount,
        closed_on=establishment.closed_on,
        is_open=establishment.state == EstablishmentState.OPEN,
        is_head_office=establishment.is_head_office,
        legal_form=unit.legal_form,
        legal_form_label=legal_form_label(unit.legal_form),
        category=unit.category,
        perimeter_rule=establishment.perimeter_rule,
        **_activity(establishment),
    )
    return _masked(view, stricter(establishment.masking, unit.masking))


def shown_company(unit: LegalUnit, *, sites: tuple[EstablishmentView, ...] = (), group: tuple[str, ...] = ()) -> CompanyView:
    """The company as anyone may see it, with sites that are already views."""
    view = CompanyView(
        siren=unit.siren,
        name=unit.name,
        usual_name=unit.usual_name,
        acronym=unit.acronym,
        category=unit.category,
        category_year=unit.category_year,
        legal_form=unit.legal_form,
        legal_form_label=legal_form_label(unit.legal_form),
        is_active=unit.state == UnitState.ACTIVE,
        head_office_siret=unit.head_office_siret,
        is_social_economy=unit.is_social_economy,
        is_mission_driven=unit.is_mission_driven,
        group_siren=unit.group_siren,
        sites=sites,
        group=group,
        **_activity(unit),
    )
    return _masked(view, unit.masking)


def stricter(*maskings: str) -> str:
    """The rule that hides most."""
    return max(maskings, key=lambda masking: len(diffusion.HIDDEN[masking]))


def _activity(thing: Establishment | LegalUnit) -> dict[str, Any]:
    return {
        "naf": Naf(Nomenclature.NAF_REV2.value, thing.naf) if thing.naf else None,
        "naf_2025": Naf(Nomenclature.NAF_2025.value, thing.naf_2025) if thing.naf_2025 else None,
        "naf_label": activities.label_of(thing.naf) if thing.naf else "",
        "headcount": bands.interval_of(thing.headcount_band),
        "headcount_year": thing.headcount_year,
        "created_on": thing.created_on,
        "is_fictional": thing.is_fictional,
    }


def _masked(view: View, masking: str) -> View:
    if not masking:
        return view
    names = {field.name for field in fields(view)} & diffusion.HIDDEN[masking]
    blank = {name: None if name in ("lon", "lat") else "" for name in names}
    return replace(view, **blank, hidden=frozenset(names), masked=why_masked(masking))
