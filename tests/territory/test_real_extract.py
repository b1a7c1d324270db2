"""The real extract of the register: 664 industrial establishments of the region."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ensembleur.territory.models import Establishment, LegalUnit
from ensembleur.territory.queries import register
from ensembleur.territory.services.import_sirene import Files, import_sirene

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


@pytest.mark.parametrize(("level", "added", "rejected"), [("all", 651, 13), ("extended", 495, 9), ("core", 464, 8)])
def test_the_real_establishments_come_in(real_data, tmp_path, level, added, rejected):
    folder = real_data / "registry"
    files = Files(
        folder / "StockEtablissement_extrait_idf.csv", folder / "StockUniteLegale_extrait_idf.csv", as_of=date(2017, 12, 31)
    )
    report = import_sirene(files=files, home=tmp_path, now=datetime(2026, 11, 3, tzinfo=UTC), level=level)
    assert (report.read, report.added, dict(report.rejected)) == (664, added, {"unknown_commune": rejected})
    assert Establishment.objects.mappable().count() == added
    assert not LegalUnit.objects.filter(name="").exists()
    facts = register.register_facts(Establishment.objects.order_by("siret").first().siret)
    assert {"commune", "departement", "naf"} <= facts.keys()
    assert "headcount" not in facts  # unknown in this extract: it must be asked, never guessed
