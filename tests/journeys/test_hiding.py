"""What the register hides after a path began is hidden on the path too."""

from __future__ import annotations

import pytest

from ensembleur.accounts.models import Act
from ensembleur.journeys.models import Journey
from ensembleur.journeys.services.hiding import strike_diffusion
from ensembleur.territory.choices import Masking
from ensembleur.territory.models import LegalUnit
from tests.factories import journeys as make
from tests.factories import territory as register
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


def followed() -> Journey:
    """A journey of a company of the register, under the name the register shows."""
    site = register.establishment(register.unit(name="Mécanique Exemple"))
    return make.journey(siren=site.unit_id, siret=site.siret, title="Mécanique Exemple")


def test_the_name_of_a_person_who_asked_to_be_hidden_leaves_the_path_once():
    journey = followed()
    told = {"as_of": NOW, "dry_run": False}
    assert strike_diffusion(**told) == {"hidden": 0}
    LegalUnit.objects.filter(siren=journey.siren).update(masking=Masking.NATURAL)
    assert strike_diffusion(as_of=NOW, dry_run=True) == {"hidden": 1}
    assert Journey.objects.get(pk=journey.pk).title == journey.title
    assert strike_diffusion(**told) == {"hidden": 1}
    hidden = Journey.objects.get(pk=journey.pk)
    assert journey.title not in (hidden.title, hidden.place)
    assert hidden.title.startswith("Établissement")
    assert hidden.place == ""
    assert strike_diffusion(**told) == {"hidden": 0}
    assert journey.title not in str(Act.objects.filter(verb="hide_names").values())


def test_a_project_without_siret_is_left_alone():
    make.journey(siret="", siren="", title="Atelier de réemploi")
    assert strike_diffusion(as_of=NOW, dry_run=False) == {"hidden": 0}


@pytest.mark.parametrize("count", [1, 3])
def test_hiding_costs_the_same_whatever_the_number(count, django_assert_max_num_queries):
    sirens = [followed().siren for _one in range(count)]
    LegalUnit.objects.filter(siren__in=sirens).update(masking=Masking.NATURAL)
    with django_assert_max_num_queries(16):
        assert strike_diffusion(as_of=NOW, dry_run=False) == {"hidden": count}
