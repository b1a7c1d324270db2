"""Companies and establishments for tests; places are loaded with the tables."""

from __future__ import annotations

import itertools
from typing import Any

from stdnum import luhn

from ensembleur.territory.engine.bands import BANDS
from ensembleur.territory.engine.diffusion import masking_of
from ensembleur.territory.models import Commune, Establishment, LegalUnit

_numbers = itertools.count(70_000_000)


def siren(number: int | None = None) -> str:
    """A valid number that no other test has."""
    text = f"{next(_numbers) if number is None else number:08d}"
    return text + luhn.calc_check_digit(text)


def siret(company: str | None = None, nic: int = 1) -> str:
    """A valid number of the company."""
    text = f"{company or siren()}{nic:04d}"
    return text + luhn.calc_check_digit(text)


def _sized(fields: dict[str, Any]) -> dict[str, Any]:
    low, high = BANDS.get(fields.get("headcount_band", ""), (None, None))
    return {"headcount_lo": low, "headcount_hi": high, **fields}


def unit(**fields: Any) -> LegalUnit:
    """A company: unit(name=…, legal_form="5710", diffusion="P", headcount_band="12")."""
    fields = _sized({"siren": siren(), "name": "Mécanique Exemple", "legal_form": "5710", "naf": "25.62B", **fields})
    fields.setdefault("masking", masking_of(fields.get("diffusion", "O"), legal_form=fields["legal_form"]))
    return LegalUnit.objects.create(**fields)


def establishment(company: LegalUnit | None = None, *, commune: str = "95018", **fields: Any) -> Establishment:
    """An open site in Argenteuil by default, of a new company unless one is given."""
    company = company or unit()
    place = Commune.objects.get(code=commune)
    number = company.establishments.count() + 1
    fields = _sized(
        {
            "siret": siret(company.siren, number),
            "naf": "25.62B",
            "address": "3 rue de la Forge",
            "postcode": "95100",
            "lon": 2.25,
            "lat": 48.95,
            "is_head_office": number == 1,
            **fields,
        }
    )
    status = (company.diffusion, fields.get("diffusion", "O"))
    fields.setdefault("masking", masking_of(*status, legal_form=company.legal_form))
    return Establishment.objects.create(
        unit=company,
        commune=place,
        departement=place.departement_id,
        epci=place.epci_id or "",
        ept=place.ept_id or "",
        **fields,
    )
