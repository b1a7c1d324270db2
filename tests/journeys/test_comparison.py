"""The second diagnosis beside the first: what moved, on what both days gave a level."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ensembleur.journeys.queries.comparison import comparison_of
from ensembleur.journeys.queries.diagnoses import result_of
from tests.factories import journeys as make
from tests.factories.journeys import NOW

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"journeys:{name}", args=args)


def two(**later):
    """A first diagnosis at level 2 everywhere, « maintenance » not known, and a second at 3 but for the answers named."""
    journey, director = make.own_journey()
    first = make.finished(journey, level=2, on=NOW - timedelta(days=365), upkeep="unknown")
    second = make.finished(journey, level=3, on=NOW, **later)
    return journey, director, first, second


def test_what_was_not_known_once_is_never_a_zero():
    _journey, _director, first, second = two(machine_state=1)
    found = comparison_of(first, result_of(second))
    production = found.axes[0]
    assert production.change.axis == "production"
    assert production.change.before == 2
    assert "upkeep" not in {move.statement.id for move in found.moves}
    assert found.lost == 1
    assert (found.same, found.changed_edition) == (0, False)
    assert {(move.before, move.after) for move in found.moves} == {(2, 3), (2, 1)}
    assert production.before.coverage < production.after.coverage == 1


def test_an_axis_that_does_not_apply_has_no_difference():
    journey, _director = make.own_journey()
    questionnaire = make.questionnaire()
    silent = {one.id.replace("-", "_"): "na" for one in questionnaire.of_axis("environment")}
    first = make.finished(journey, level=2, on=NOW - timedelta(days=365), **silent)
    second = make.finished(journey, level=3)
    found = {one.after.axis: one for one in comparison_of(first, result_of(second)).axes}
    assert found["environment"].change.difference is None
    assert found["environment"].before.score is None
    assert found["market"].change.difference == 1


def test_another_edition_is_said_and_only_common_statements_compare(client):
    journey, director, first, _second = two()
    first.questionnaire["statements"] = [one for one in first.questionnaire["statements"] if one["id"] != "machine-state"]
    first.version = "0"
    first.save()
    client.force_login(director)
    text = client.get(url("result", journey.pk)).text
    assert "Le questionnaire a changé entre les deux" in text


def test_the_latest_is_compared_with_the_first_and_any_other_on_demand(client):
    journey, director, first, second = two(machine_state=1)
    middle = make.finished(journey, level=2, on=NOW - timedelta(days=100))
    client.force_login(director)
    page = client.get(url("result", journey.pk))
    assert (page.context["compared"].before, page.context["compared"].after) == (first, second)
    assert "de 2 à 1" in page.text
    assert "Recul" in page.text
    assert len(client.get(url("radar", journey.pk)).json()["layer"][2]["encoding"]["color"]["scale"]["domain"]) == 2
    page = client.get(url("result", journey.pk), {"date": second.pk, "avec": middle.pk})
    assert page.context["compared"].before == middle
    page = client.get(url("result", journey.pk), {"date": middle.pk, "avec": second.pk})
    assert (page.context["compared"].before, page.context["compared"].after) == (middle, second)
    page = client.get(url("result", journey.pk), {"avec": "rien"})
    assert page.context["compared"] is None
    assert "Voir ce diagnostic seul" not in page.text
    assert client.get(url("result", journey.pk), {"date": first.pk}).context["compared"] is None
