"""What the register knows: one establishment, one company, the facts of the rules, and the whole register as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ensembleur.codes import is_fictional
from ensembleur.logic.facts import Fact, Facts
from ensembleur.periods import paris_day
from ensembleur.sources import Confidence, Evidence, Source
from ensembleur.territory.choices import Masking, RunKind
from ensembleur.territory.engine import bands, diffusion
from ensembleur.territory.engine.activities import label_of
from ensembleur.territory.engine.legal_forms import legal_form_label
from ensembleur.territory.models import Establishment, ImportRun, LegalUnit
from ensembleur.territory.queries.diffusion import CompanyView, EstablishmentView, shown, shown_company, stricter

if TYPE_CHECKING:
    import polars as pl

FICTIONAL_SIRET = "00000000000000"
REGION = "11"
NATURAL_PERSONS = "1"  # first digit of their legal forms
SIRENE_TITLE = "Base Sirene des entreprises et de leurs établissements (INSEE)"
SIRENE_URL = "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret"


@dataclass(frozen=True)
class Place:
    """Where an establishment is, in codes, for perimeters; never shown as it is (see `diffusion.shown`)."""

    commune: str
    departement: str
    epci: str
    ept: str
    region: str


def establishment(siret: str) -> EstablishmentView | None:
    """The establishment as anyone may see it; None when the register does not know it."""
    found = Establishment.objects.public().filter(siret=siret).first()
    return shown(found) if found else None


def company(siren: str) -> CompanyView | None:
    """The company with all its sites, open ones first; None when the register does not know it."""
    unit = LegalUnit.objects.filter(siren=siren).first()
    if unit is None:
        return None
    sites = unit.establishments.public().order_by("state", "-is_head_office", "siret")
    group: tuple[str, ...] = ()
    if unit.group_siren:
        group = tuple(LegalUnit.objects.filter(group_siren=unit.group_siren).order_by("siren").values_list("siren", flat=True))
    return shown_company(unit, sites=tuple(shown(site) for site in sites), group=group)


def place_of(siret: str) -> Place | None:
    """Where the establishment is, in codes; None when the register does not know it."""
    row = Establishment.objects.filter(siret=siret).values("commune_id", "departement", "epci", "ept").first()
    return Place(row["commune_id"], row["departement"], row["epci"], row["ept"], REGION) if row else None


def last_run() -> ImportRun | None:
    """The last change of the register, None when it has never been filled."""
    return ImportRun.objects.order_by("-pk").first()


def register_source(siret: str = "") -> Source:
    """Where the register's facts come from, with the day the files speak of; demonstration records say so."""
    if siret and is_fictional(siret):
        demo = ImportRun.objects.filter(kind=RunKind.DEMO).order_by("-pk").first()
        return Source(title="Population de démonstration, entièrement fictive", as_of=demo.as_of if demo else None)
    run = ImportRun.objects.filter(kind=RunKind.IMPORT, state="applied").order_by("-pk").first()
    return Source(
        title=SIRENE_TITLE,
        url=SIRENE_URL,
        licence="Licence Ouverte 2.0",
        as_of=run.as_of if run else None,
        checked_on=paris_day(run.done_at) if run else None,
        confidence=Confidence.PRIMARY,
    )


def register_facts(siret: str) -> Facts:
    """What the register knows of an establishment and its company, by the keys of the schemes' vocabulary.

    Headcounts are intervals (bands), dated to the end of their year. What is unknown, or hidden by the diffusion status,
    is absent. Empty when the register does not know the SIRET.
    """
    found = Establishment.objects.public().select_related("commune").filter(siret=siret).first()
    return _facts_of(found, register_source(siret)) if found is not None else {}


def register_facts_among(sirets: Iterable[str]) -> dict[str, Facts]:
    """`register_facts` of many establishments, those the register knows, in four queries."""
    sources = {fictional: register_source(FICTIONAL_SIRET if fictional else "") for fictional in (False, True)}
    found = Establishment.objects.public().select_related("commune").filter(siret__in=sirets)
    return {one.siret: _facts_of(one, sources[is_fictional(one.siret)]) for one in found}


def maskings() -> dict[str, str]:
    """Open establishments in partial diffusion: SIRET → "legal" or "natural", the stricter of the site's and the company's."""
    partial = Establishment.objects.open().exclude(masking=Masking.NONE, unit__masking=Masking.NONE)
    return {siret: stricter(*both) for siret, *both in partial.values_list("siret", "masking", "unit__masking")}


def _facts_of(found: Establishment, source: Source) -> Facts:
    unit = found.unit
    hidden = diffusion.HIDDEN[stricter(found.masking, unit.masking)]
    values: dict[str, tuple[Any, date | None]] = {
        "commune": (found.commune_id, source.as_of),
        "departement": (found.departement, source.as_of),
        "naf": (found.naf or None, source.as_of),
        "naf_2025": (found.naf_2025 or None, source.as_of),
        "headcount": (bands.interval_of(found.headcount_band), _end_of(found.headcount_year) or source.as_of),
        "is_head_office": (found.is_head_office, source.as_of),
        "created_on": (unit.created_on, source.as_of),
        "legal_form": (unit.legal_form or None, source.as_of),
        "company_headcount": (bands.interval_of(unit.headcount_band), _end_of(unit.headcount_year) or source.as_of),
        "category": (unit.category or None, _end_of(unit.category_year) or source.as_of),
        "is_micro_entrepreneur": (_is_micro_entrepreneur(unit.legal_form), source.as_of),
    }
    label = label_of(found.naf)
    in_words = {
        "commune": f"{found.commune.name} ({found.departement})",
        "legal_form": legal_form_label(unit.legal_form),
        "naf": f"{found.naf}, {label[0].lower()}{label[1:]}" if label else "",
    }
    return {
        key: Fact(value, as_of=as_of, source=source, evidence=Evidence.OBSERVED, shown=in_words.get(key, ""))
        for key, (value, as_of) in values.items()
        if value is not None and key not in hidden
    }


def masked_among(sirets: Any) -> frozenset[str]:
    """Those of `sirets` (a list, or a query) whose site or company is in partial diffusion."""
    partial = Establishment.objects.exclude(masking=Masking.NONE, unit__masking=Masking.NONE)
    return frozenset(partial.filter(siret__in=sirets).values_list("siret", flat=True))


def establishments(sirets: Any) -> dict[str, EstablishmentView]:
    """SIRET → the establishment as anyone may see it, for those the register knows; two queries whatever the number."""
    found = Establishment.objects.public().filter(siret__in=list(sirets))
    return {one.siret: shown(one) for one in found}


def measured_on(sirets: Any) -> dict[str, dict[str, date | None]]:
    """SIRET → the day the register measured each size: headcount, company_headcount, category; as `register_facts` dates them."""
    days = {True: register_source("0" * 14).as_of, False: register_source().as_of}
    rows = Establishment.objects.filter(siret__in=list(sirets))
    return {
        siret: {
            "headcount": _end_of(own) or days[is_fictional(siret)],
            "company_headcount": _end_of(company) or days[is_fictional(siret)],
            "category": _end_of(category) or days[is_fictional(siret)],
        }
        for siret, own, company, category in rows.values_list(
            "siret", "headcount_year", "unit__headcount_year", "unit__category_year"
        )
    }


def _is_micro_entrepreneur(legal_form: str) -> bool | None:
    """Only natural persons can be; the register does not say which of them are."""
    return False if legal_form and not legal_form.startswith(NATURAL_PERSONS) else None


def _end_of(year: int | None) -> date | None:
    return date(year, 12, 31) if year else None


def register_frame() -> pl.DataFrame:
    """One row per open establishment, columns of `frame.FRAME_SCHEMA`; null = unknown. Kept until the register changes.

    It is for computing, not for showing: it holds masked establishments too, with codes but no name or address.
    """
    from ensembleur.territory.queries.frame import read_frame  # a server that only answers pages never loads polars

    return read_frame()
