"""What the tests of accounts share: a register that knows two establishments, and memory of the messages sent."""

from types import SimpleNamespace

import pytest

from ensembleur.territory.queries import register
from ensembleur.territory.queries.register import Place

SIREN, SIRET = "000000018", "00000001800010"
FAR_SIREN, FAR_SIRET = "000000026", "00000002600013"


@pytest.fixture
def known(monkeypatch):
    """Argenteuil (95) and Meaux (77) have one known establishment each."""
    communes = {SIRET: "95018", FAR_SIRET: "77284"}

    def place_of(siret):
        commune = communes.get(siret)
        return Place(commune, commune[:2], "", "", "11") if commune else None

    def establishment(siret):
        known = siret in communes
        return SimpleNamespace(name="Usine fictive", title="Usine fictive", commune_name="Argenteuil") if known else None

    monkeypatch.setattr(register, "place_of", place_of)
    monkeypatch.setattr(register, "establishment", establishment)
    return communes
