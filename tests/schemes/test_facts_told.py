"""What a company tells us: kept with its day and author, seen by its people and those who accompany it, by nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import BadInput, NotAllowed, Refused
from ensembleur.logic.facts import Fact, Interval
from ensembleur.schemes.models import CompanyFact
from ensembleur.schemes.queries.facts import facts_of, history
from ensembleur.schemes.services.facts import record_fact, withdraw_fact
from ensembleur.sources import Evidence
from ensembleur.territory.engine.population import SHOWCASE_SIREN, SHOWCASE_SIRET
from tests.factories import accounts, schemes
from tests.factories.region import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def showcase():
    return schemes.showcase()


@pytest.fixture
def director(showcase):
    return accounts.person(Role.DIRECTOR, SHOWCASE_SIREN)


def test_a_declared_fact_comes_back_as_it_was_typed(director):
    record_fact(siret=SHOWCASE_SIRET, key="turnover_eur", value=Decimal("4000000"), by=director, now=NOW)
    fact = facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)["turnover_eur"]
    assert (fact.value, fact.evidence, fact.as_of) == (Decimal("4000000"), Evidence.DECLARED, TODAY)


def test_a_newer_fact_wins_and_the_older_one_stays_in_the_history(director):
    for value, day in [(30, date(2025, 1, 1)), (34, date(2026, 1, 1))]:
        record_fact(siret=SHOWCASE_SIRET, key="headcount", value=value, by=director, now=NOW, as_of=day)
    assert facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)["headcount"].value == 34
    assert facts_of(SHOWCASE_SIRET, as_of=date(2025, 6, 1), user=director)["headcount"].value == 30
    assert [record.value for record in history(SHOWCASE_SIRET, siren=SHOWCASE_SIREN)["headcount"]] == [30, 34]


def test_what_a_company_declared_is_not_for_strangers(director):
    record_fact(siret=SHOWCASE_SIRET, key="turnover_eur", value=Decimal(1), by=director, now=NOW)
    stranger = accounts.person(Role.DIRECTOR, "000000018")
    for user in (None, AnonymousUser(), stranger):
        assert "turnover_eur" not in facts_of(SHOWCASE_SIRET, as_of=TODAY, user=user)


MATRIX = [
    (Role.DIRECTOR, SHOWCASE_SIREN, True),
    (Role.CONTRIBUTOR, SHOWCASE_SIREN, True),
    (Role.DIRECTOR, "000000018", False),
    (Role.ADVISER, "95", True),
    (Role.ADVISER, "77", False),
    (Role.OFFICER, "11", True),
    (Role.ADMIN, "11", True),
    (Role.SECOND_READER, "11", False),
    (Role.EVALUATOR, "11", False),
]


@pytest.mark.parametrize(("role", "perimeter", "may"), MATRIX)
def test_who_may_declare_and_withdraw(role, perimeter, may):
    user = accounts.person(role, perimeter)

    def act():
        record_fact(siret=SHOWCASE_SIRET, key="headcount", value=34, by=user, now=NOW)
        return withdraw_fact(siret=SHOWCASE_SIRET, key="headcount", by=user, now=NOW)

    if may:
        assert act() == 1
    else:
        with pytest.raises(NotAllowed):
            act()
        with pytest.raises(NotAllowed):
            withdraw_fact(siret=SHOWCASE_SIRET, key="headcount", by=user, now=NOW)
        assert not CompanyFact.objects.exists()


def test_an_anonymous_visitor_writes_nothing():
    with pytest.raises(NotAllowed):
        record_fact(siret=SHOWCASE_SIRET, key="headcount", value=34, by=AnonymousUser(), now=NOW)


def test_withdrawing_makes_the_fact_unknown_again_and_is_journaled(director):
    record_fact(siret=SHOWCASE_SIRET, key="project_started", value=False, by=director, now=NOW)
    assert withdraw_fact(siret=SHOWCASE_SIRET, key="project_started", by=director, now=NOW) == 1
    assert withdraw_fact(siret=SHOWCASE_SIRET, key="project_started", by=director, now=NOW) == 0
    assert "project_started" not in facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)
    assert list(Act.objects.order_by("-number").values_list("verb", flat=True)[:2]) == ["withdraw_fact", "record_fact"]


def test_the_journal_holds_neither_the_value_nor_the_name(director):
    record_fact(siret=SHOWCASE_SIRET, key="turnover_eur", value=Decimal("4000000"), by=director, now=NOW)
    act = Act.objects.order_by("-number").first()
    assert act.after == {"key": "turnover_eur", "as_of": TODAY.isoformat(), "evidence": "declared"}
    assert act.who == f"user:{director.pk}"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"key": "nothing", "value": 1}, BadInput, "n'existe pas"),
        ({"key": "headcount", "value": 1, "as_of": date(2027, 1, 1)}, BadInput, "futur"),
        ({"key": "age", "value": 20}, Refused, "personne"),
        ({"key": "headcount", "value": 1, "siret": "00000000000000"}, Refused, "registre"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused_in_one_sentence(director, arguments, error, says):
    with pytest.raises(error, match=says):
        record_fact(**{"siret": SHOWCASE_SIRET, "by": director, "now": NOW, **arguments})
    assert not CompanyFact.objects.exists()


def test_intervals_lists_and_dates_survive_the_database(director):
    aids = ({"on": date(2025, 3, 12), "eur": Decimal("40000"), "regime": "de_minimis"},)
    values = {"headcount": Interval(20, 49), "past_aids": aids, "created_on": date(2001, 5, 2), "project_started": True}
    for key, value in values.items():
        record_fact(siret=SHOWCASE_SIRET, key=key, value=value, by=director, now=NOW)
    kept = facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)
    assert {key: kept[key].value for key in values} == values


def test_a_size_declared_before_the_register_measured_it_again_gives_way(director, showcase):
    showcase.headcount_year = 2024
    showcase.save()
    record_fact(siret=SHOWCASE_SIRET, key="headcount", value=9, by=director, now=NOW, as_of=date(2019, 1, 1))
    assert facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)["headcount"].value == Interval(20, 49)
    record_fact(siret=SHOWCASE_SIRET, key="headcount", value=34, by=director, now=NOW, as_of=date(2026, 1, 1))
    assert facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)["headcount"].value == 34


def test_the_answers_of_a_visitor_win_over_the_register():
    answered = {"headcount": Fact(12, as_of=TODAY)}
    assert facts_of(SHOWCASE_SIRET, as_of=TODAY, session_facts=answered)["headcount"].value == 12


def test_a_midnight_clock_keeps_the_day_it_is_in_paris(director):
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert record_fact(siret=SHOWCASE_SIRET, key="headcount", value=3, by=director, now=late).as_of == date(2026, 11, 22)


def test_a_fact_told_before_its_kind_changed_is_unknown_again_and_breaks_nothing(director):
    told = record_fact(siret=SHOWCASE_SIRET, key="project_started", value=True, by=director, now=NOW)
    CompanyFact.objects.filter(pk=told.pk).update(value={"was": "a number"})
    assert "project_started" not in facts_of(SHOWCASE_SIRET, as_of=TODAY, user=director)
