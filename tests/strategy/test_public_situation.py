"""Where a strategy stands on a day, and what its pages cost: flows year by year, ended strategies, the plan before, queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.freshness import Freshness
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.queries.beside import same_age_of
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.states import forget_situations, situation
from tests.factories import strategy

pytestmark = pytest.mark.django_db
TODAY = strategy.TODAY
STRATEGY, A1 = "/strategie/essai/", "/strategie/essai/mesure/A1/"
COMPANIES = "/strategie/essai/indicateur/A1.companies/"


def stands(slug: str = "essai", on: date = TODAY, lang: str = "fr"):
    held = held_strategy(slug)
    assert held is not None
    return situation(held, as_of=on, lang=lang)


def lasting(start: str, end: str, **more) -> dict:
    """The small strategy between two days, its targets due on its last day."""
    data = strategy.raw(period={"from": start, "to": end}, **more)
    for objective in data["challenges"][0]["objectives"]:
        for measure in objective["measures"]:
            for sheet in measure["indicators"]:
                for target in sheet.get("targets", ()):
                    target["due"] = (date.fromisoformat(end) - timedelta(days=1)).isoformat()
    return data


def load(data: dict) -> None:
    strategy.load_strategy(data=data, by="command:test", now=strategy.NOW)


def yearly() -> dict:
    """The small strategy with a target of ten companies each year, counted year by year."""
    data = strategy.raw()
    sheet = data["challenges"][0]["objectives"][0]["measures"][0]["indicators"][0]
    sheet["over_time"] = "flow"
    sheet["targets"] = [
        {
            "start": f"{year}-01-01",
            "due": f"{year}-12-31",
            "statements": [{"value": 10, "citation": strategy.cited("Soutenir 100 entreprises en cinq ans.")}],
        }
        for year in (2026, 2027)
    ]
    return data


# -- flows -------------------------------------------------------------------------------------------------------------
def test_each_target_of_a_flow_is_read_on_the_value_of_its_own_year():
    load(yearly())
    strategy.measurement("A1.companies", 4, as_of=date(2026, 12, 31))
    strategy.measurement("A1.companies", 12, as_of=date(2027, 12, 31))
    one = stands(on=date(2028, 1, 31)).seen["A1.companies"]
    assert [found.answer for found in one.state.standings] == [Answer.NO, Answer.YES]
    assert one.state.answer is Answer.NO


def test_a_year_to_come_is_not_judged():
    load(yearly())
    strategy.measurement("A1.companies", 12)
    one = stands().seen["A1.companies"]
    assert len(one.state.standings) == 1
    assert one.state.answer is Answer.YES


def test_a_year_after_the_last_target_is_no_answer_to_it():
    load(yearly())
    strategy.measurement("A1.companies", 12, as_of=date(2027, 12, 31))
    strategy.measurement("A1.companies", 4, as_of=date(2028, 1, 20))
    one = stands(on=date(2028, 1, 31)).seen["A1.companies"]
    assert one.value == 12


def test_a_year_that_nobody_measured_is_unknown():
    load(yearly())
    strategy.measurement("A1.companies", 12, as_of=date(2027, 12, 31))
    assert stands(on=date(2028, 1, 31)).seen["A1.companies"].state.answer is Answer.UNKNOWN


# -- a beginning nobody saw --------------------------------------------------------------------------------------------
def test_a_count_that_misses_its_beginning_never_says_that_a_target_is_missed():
    strategy.tiny()
    strategy.measurement("A1.companies", 3, seen_since=date(2026, 6, 1))
    one = stands().seen["A1.companies"]
    assert one.state.answer is Answer.UNKNOWN
    assert "ce chiffre est donc un minimum" in one.state.says
    assert "so this figure is a minimum" in stands(lang="en").seen["A1.companies"].state.says


def test_a_count_that_misses_its_beginning_may_say_that_a_target_is_kept():
    strategy.tiny()
    strategy.measurement("A1.companies", 100, seen_since=date(2026, 6, 1))
    assert stands().seen["A1.companies"].state.answer is Answer.YES


def test_the_page_says_once_since_when_the_platform_sees(client, monkeypatch):
    strategy.tiny()
    strategy.measurement("A1.companies", 3, seen_since=date(2026, 6, 1))
    strategy.measurement("A3.companies", 3, seen_since=date(2026, 6, 1))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)
    assert (
        client.get(STRATEGY).text.count("a rien vu avant le 1er") == 2
    )  # above, and in the reasons of the measure with a target


def test_a_beginning_missed_by_some_days_is_no_doubt():
    strategy.tiny()
    strategy.measurement("A1.companies", 3, seen_since=date(2026, 1, 20))
    assert stands().seen["A1.companies"].state.answer is Answer.NO


# -- freshness ---------------------------------------------------------------------------------------------------------
def test_once_a_strategy_is_over_and_measured_to_its_last_day_nothing_is_due():
    load(lasting("2026-01-01", "2026-11-01"))
    strategy.measurement("A1.companies", 40, as_of=date(2026, 10, 31))
    one = stands(on=date(2028, 6, 1)).seen["A1.companies"]
    assert one.is_settled
    assert one.fresh.says == "Valeur du 31\u00a0octobre 2026\u00a0: aucune autre n'est attendue."
    assert stands(on=date(2028, 6, 1), lang="en").seen["A1.companies"].fresh.says.startswith("Value of 31")


def test_a_value_that_is_late_says_so(client, monkeypatch):
    strategy.tiny()
    strategy.measurement("A1.companies", 40, as_of=date(2026, 3, 31))
    one = stands().seen["A1.companies"]
    assert one.fresh.state is Freshness.STALE
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)
    assert "valeur périmée" in client.get(STRATEGY).text


# -- the plan before ---------------------------------------------------------------------------------------------------
def two_plans() -> None:
    load(lasting("2020-01-01", "2025-01-01", slug="avant", is_current=False))
    load(lasting("2025-01-01", "2030-01-01", follows="avant"))
    strategy.measurement("A1.companies", 5, as_of=date(2020, 12, 31), slug="avant", period_start=date(2020, 1, 1))
    strategy.measurement("A1.companies", 8, as_of=date(2025, 12, 31), period_start=date(2025, 1, 1))


def test_both_plans_are_compared_at_the_same_age_with_their_labels():
    two_plans()
    [found] = same_age_of(stands(), stands("avant"))
    assert found.comparison.is_alike
    [row] = found.comparison.rows
    assert "8\u00a0entreprises (conventionné" in row.says
    assert "5\u00a0entreprises (conventionné" in row.says


def test_the_page_shows_the_former_plan_or_that_there_is_nothing_to_compare(client, monkeypatch):
    two_plans()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)
    page = "/strategie/essai/plan-d-avant/"
    assert f'hx-get="{page}"' in client.get(STRATEGY).text
    told = client.get(page).text
    assert "À 12" in told
    assert "rien à comparer chiffre à chiffre" not in told
    assert "rien à comparer chiffre à chiffre" in client.get(page, {"au": "2025-02-01"}).text
    block = client.get(page, headers={"HX-Request": "true", "HX-Target": "former"}).text
    assert block.lstrip().startswith('<div id="former">')


def test_without_a_former_plan_there_is_nothing_to_compare(client, monkeypatch):
    strategy.tiny()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: TODAY)
    assert "plan-d-avant" not in client.get(STRATEGY).text
    assert client.get("/strategie/essai/plan-d-avant/").status_code == 404


# -- costs -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_strategy_costs_the_same_queries_whatever_its_number_of_measures(client, count, django_assert_num_queries):
    data = strategy.raw()
    first, _second = data["challenges"][0]["objectives"]
    if count == 1:
        first["measures"].pop()
        first["indicators"] = []
        data["challenges"][0]["objectives"] = [first]
    load(data)
    strategy.measurement("A1.companies", 40)
    client.get(STRATEGY)
    forget_situations()
    with django_assert_num_queries(9):
        answer = client.get(STRATEGY)
    assert answer.context["tally"]["all"] == count
    with django_assert_num_queries(6):  # nothing was measured since
        client.get(STRATEGY)


def test_a_value_added_is_on_the_page_at_once(client):
    load(strategy.raw())
    strategy.measurement("A1.companies", 40)
    assert "40 entreprises" in client.get(STRATEGY).content.decode().replace("\xa0", " ")
    strategy.measurement("A1.companies", 41, replaces=Measurement.objects.get(), reason="Une de plus.")
    assert "41 entreprises" in client.get(STRATEGY).content.decode().replace("\xa0", " ")


@pytest.mark.parametrize(("code", "values"), [("A1", 1), ("A1", 3)])
def test_a_measure_costs_the_same_queries_whatever_its_number_of_values(client, code, values, django_assert_num_queries):
    strategy.tiny()
    for month in range(values):
        strategy.measurement("A1.companies", 10 + month, as_of=date(2026, 3 + month, 28))
    client.get(A1)
    with django_assert_num_queries(9):
        client.get(f"/strategie/essai/mesure/{code}/")


@pytest.mark.parametrize("values", [1, 3])
def test_an_indicator_costs_the_same_queries_whatever_its_number_of_values(client, values, django_assert_num_queries):
    strategy.tiny()
    for month in range(values):
        strategy.measurement("A1.companies", 10 + month, as_of=date(2026, 3 + month, 28))
    client.get(COMPANIES)
    with django_assert_num_queries(7):
        client.get(COMPANIES)
