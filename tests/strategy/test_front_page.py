"""The front page tells three figures of the current strategy with their day, and those of the texts when there is none."""

from __future__ import annotations

from datetime import date

import pytest

from ensembleur.strategy.catalogue.reading import read_yaml
from ensembleur.strategy.models import Strategy
from ensembleur.strategy.services.demo import FILES
from ensembleur.strategy.services.loading import load_strategy
from ensembleur.strategy.views.front import front_figures
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
PLAN = "plan-2022-2028"


def load():
    data = read_yaml((FILES / f"{PLAN}.yaml").read_bytes()).data
    return load_strategy(data=data, by="command:test", now=make.NOW)


def test_without_a_strategy_or_with_an_invented_one_the_figures_of_the_texts_stand(client):
    assert front_figures(as_of=make.TODAY) == []
    assert "la plateforme ne les a pas mesurés" in client.get("/").text
    make.tiny()
    Strategy.objects.update(is_fictional=True)
    assert front_figures(as_of=make.TODAY) == []


def test_the_figures_are_those_of_the_strategy_with_how_they_are_known_and_their_day(client):
    load()
    told = front_figures(as_of=make.TODAY)
    assert [one["value"] for one in told] == ["500\u202f000", "17\u00a0%", "40\u00a0%"]
    assert {one["source"] for one in told} == {"Déclaré"}
    assert {one["date"].isoformat() for one in told} == {"2025-11-14"}
    text = client.get("/").text
    assert "Emplois industriels de la région" in text
    assert "la plateforme ne les a pas mesurés" not in text
    assert "Industrial jobs" in client.get("/", headers={"accept-language": "en"}).text


def test_before_the_day_of_a_value_nothing_of_it_is_told():
    load()
    assert front_figures(as_of=date(2023, 1, 1)) == []


def test_what_is_measured_comes_first_and_what_is_hidden_or_zero_is_not_told():
    load()
    make.measurement("P14.amount-agreed", 2_500_000, slug=PLAN)
    make.measurement("P14.companies", 2, slug=PLAN)
    make.measurement("P14.filed", 0, label="observed", slug=PLAN)
    first, second, _third = front_figures(as_of=make.TODAY)
    assert first == {
        "value": "2,5\u00a0M€",
        "label": "Aides conventionnées",
        "source": "Conventionné",
        "date": make.TODAY,
    }
    assert second["label"] == "Emplois industriels de la région"
