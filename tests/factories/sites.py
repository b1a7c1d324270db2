"""Establishments to search, drawn by hand: each in its own company unless a SIREN is given."""

from __future__ import annotations

from itertools import count
from typing import Any

from stdnum import luhn

from ensembleur.territory.choices import EstablishmentState, Masking
from ensembleur.territory.models import Commune, Departement, Epci, Establishment, LegalUnit, Region

_serial = count(1)
PLACES = {
    "95018": ("Argenteuil", "95", "95100", 2.2487, 48.9479, 110_000),
    "95063": ("Bezons", "95", "95870", 2.2131, 48.9256, 30_000),
    "93066": ("Saint-Denis", "93", "93200", 2.3574, 48.9362, 112_000),
    "75111": ("Paris 11e Arrondissement", "75", "75011", 2.38, 48.858, 145_000),
    "77284": ("Meaux", "77", "77100", 2.8785, 48.9601, 55_000),
}


def commune(code: str = "95018") -> Commune:
    """One of PLACES, as the places file has it, made when the file is not built."""
    known = Commune.objects.filter(code=code).first()
    if known:
        return known
    name, departement, postcode, lon, lat, population = PLACES[code]
    region, _ = Region.objects.get_or_create(code="11", defaults={"name": "Île-de-France"})
    above, _ = Departement.objects.get_or_create(
        code=departement, defaults={"name": f"Département {departement}", "region": region}
    )
    group, _ = Epci.objects.get_or_create(code="200054781", defaults={"name": "Métropole du Grand Paris", "kind": "MET69"})
    return Commune.objects.create(
        code=code, name=name, departement=above, epci=group, postcodes=[postcode], lon=lon, lat=lat, population=population
    )


def siren() -> str:
    """A number that INSEE never attributes, with a valid check digit."""
    body = f"000{next(_serial):05d}"
    return body + luhn.calc_check_digit(body)


def site(name: str = "Mécanique Fine", *, at: str = "95018", masking: str = Masking.NONE, **fields: Any) -> Establishment:
    """An open establishment in Argenteuil, on the map, with a company of that name.

    `company` gives fields of the company; `siren` puts the site in one that exists.
    """
    of_company = fields.pop("company", {})
    number = fields.pop("siren", "") or siren()
    diffusion = "O" if masking == Masking.NONE else "P"
    unit, _ = LegalUnit.objects.get_or_create(
        siren=number,
        defaults={
            "name": name,
            "legal_form": "5710",
            "is_fictional": True,
            "masking": masking,
            "diffusion": diffusion,
            **of_company,
        },
    )
    place = commune(at)
    *_rest, departement, postcode, lon, lat, _people = ("", *PLACES[at][1:])
    nic = f"{unit.establishments.count() + 1:04d}"
    siret = number + nic + luhn.calc_check_digit(number + nic)
    values = {
        "naf": "25.62B",
        "commune": place,
        "departement": departement,
        "epci": place.epci_id or "",
        "ept": place.ept_id or "",
        "postcode": postcode,
        "address": "1 rue de l'Essai",
        "lon": lon,
        "lat": lat,
        "is_fictional": True,
        "masking": masking,
        "diffusion": diffusion,
        **fields,
    }
    return Establishment.objects.create(siret=siret, unit=unit, **values)


def closed(name: str = "Fonderie Fermée", **fields: Any) -> Establishment:
    """A closed establishment."""
    return site(name, state=EstablishmentState.CLOSED, **fields)
