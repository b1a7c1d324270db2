"""`ensembleur measure`: its lines, its counts, its JSON, its exit codes."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from ensembleur.errors import BadInput, Refused
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.models import Measurement
from tests.factories import journeys
from tests.factories.strategy import raw, tiny

pytestmark = pytest.mark.django_db
DAY = "2026-11-20"


def agreed(**fields):
    path = journeys.journey(opened_at=datetime(2026, 1, 5, 11, tzinfo=UTC), **fields)
    return journeys.application(path, "agreed")


def measure(*words, **options):
    out = StringIO()
    call_command("measure", *words, stdout=out, verbosity=0, **options)
    return out.getvalue()


def test_a_line_an_indicator_then_the_counts():
    tiny()
    agreed()
    assert measure("--as-of", DAY).splitlines() == [
        "essai, au 20/11/2026",
        "  + O1.companies             1 · 1 unité · 1 en double dans ses parties · vu depuis le 05/01/2026",
        "  + A1.companies             1 · 1 unité · vu depuis le 05/01/2026",
        "  + A3.companies             1 · 1 unité · vu depuis le 05/01/2026",
        "  · A2.people                Il faudrait : les entrées en formation, que les centres rapportent.",
        "3 ajoutées · 0 inchangée · 0 remplacée · 0 laissée en l'état · 1 non mesurée",
    ]
    assert "3 inchangées" in measure("--as-of", DAY)
    agreed()
    said = measure("--as-of", DAY, "--dry-run").splitlines()
    assert said[2].startswith(
        "  ≠ A1.companies             2 · 2 unités · vu depuis le 05/01/2026 · Des opérations datées du 20/11/2026"
    )
    assert said[-1].endswith("(essai : rien n’est écrit)")
    assert Measurement.objects.filter(origin=Origin.COMPUTED).count() == 3


def test_the_json_is_the_contract_of_the_documentation():
    tiny()
    agreed()
    found = json.loads(measure("--as-of", DAY, "--strategy", "essai", "--json"))
    assert list(found) == ["as_of", "dry_run", "counts", "lines"]
    assert found["counts"] == {"added": 3, "same": 0, "differs": 0, "held": 0, "not_measured": 1}
    assert found["lines"][0] == {
        "strategy": "essai",
        "code": "O1.companies",
        "what": "added",
        "value": "1",
        "before": None,
        "units": 1,
        "overlap": 1,
        "seen_since": "2026-01-05",
        "says": "",
    }


def test_what_is_unknown_is_said_and_is_null():
    tiny()
    assert "inconnu · La plateforme ne tenait encore aucune opération ce jour-là." in measure("--as-of", DAY)
    assert json.loads(measure("--as-of", DAY, "--json"))["lines"][1]["value"] is None


def test_each_strategy_has_its_heading():
    tiny()
    tiny(**{**raw(), "slug": "autre", "is_current": False})
    assert [line for line in measure("--as-of", DAY).splitlines() if ", au " in line] == [
        "essai, au 20/11/2026",
        "autre, au 20/11/2026",
    ]


@pytest.mark.parametrize(
    ("words", "error"),
    [(["--as-of", "hier"], BadInput), (["--as-of", "2999-01-01"], Refused), (["--strategy", "absente"], BadInput)],
)
def test_what_cannot_be_used_is_refused(words, error):
    tiny()
    with pytest.raises(error):
        measure(*words)


def test_without_a_strategy_the_next_step_is_said():
    with pytest.raises(BadInput, match="load_strategy"):
        measure()
