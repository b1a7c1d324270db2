"""What a public reader may never work out: figures of one or two, what dominates, what moved between two days, what agents keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from ensembleur.accounts.choices import Role
from ensembleur.strategy.models import Dispute, Measurement
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.states import situation
from ensembleur.strategy.queries.values import followed, hidden_reason, spaced
from tests.factories import accounts
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
DAYS = [date(2026, month, 28) for month in range(1, 11)]


def amounts(**more):
    """The small strategy, A1 counting euros under secrecy."""
    data = make.raw()
    data["sheets"]["companies"] |= {"over_places": "sum", **more}
    for objective in data["challenges"][0]["objectives"]:
        objective.pop("indicators", None)  # no union of amounts
    make.load_strategy(data=data, by="command:test", now=make.NOW)


def sheet(code="A1.companies"):
    return next(one for _part, one in held_strategy("essai").content.indicators() if one.code == code)


def page(client, code="A1.companies"):
    return client.get(reverse("strategy:indicator", args=["essai", code])).content.decode()


def test_an_amount_that_one_company_dominates_is_hidden():
    amounts()
    for largest, reason in ((Decimal(90), "dominance"), (Decimal(80), None)):
        found = hidden_reason(sheet(), make.measurement(value=100, units=5, largest=largest, as_of=DAYS[int(largest) % 7]))
        assert (found.value if found else None) == reason


def test_a_median_or_a_share_is_dominated_by_nobody():
    data = make.raw()
    data["sheets"]["companies"] |= {"over_places": "none"}
    for objective in data["challenges"][0]["objectives"]:
        objective.pop("indicators", None)
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    assert hidden_reason(sheet(), make.measurement(value=40, units=5, largest=90)) is None
    assert hidden_reason(sheet(), make.measurement(value=40, units=2, largest=90, as_of=DAYS[0])).value == "few"


def test_persons_are_protected_up_to_ten():
    data = make.raw()
    data["sheets"]["people"]["confidentiality"] = "aggregated"
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    few = make.measurement("A2.people", 9, units=9, largest=1)
    assert hidden_reason(sheet("A2.people"), few).value == "persons"
    enough = make.measurement("A2.people", 11, units=11, largest=1, as_of=DAYS[0])
    assert hidden_reason(sheet("A2.people"), enough) is None


def test_a_reported_total_that_does_not_say_on_how_many_it_rests_is_hidden_and_a_text_is_not():
    make.tiny()
    assert hidden_reason(sheet(), make.measurement(value=2, units=None, origin="reported")).value == "few"
    assert hidden_reason(sheet(), make.measurement(value=2, units=None, origin="text", as_of=DAYS[0])) is None
    assert hidden_reason(sheet(), make.measurement(value=0, units=0, as_of=DAYS[1])) is None


def test_two_days_that_one_newcomer_separates_are_not_both_public():
    amounts()
    values = [(500, 3), (520, 4), (560, 5), (700, 6), (700, 6), (710, 6)]
    lines = [
        make.measurement(value=value, units=units, largest=value // 3, as_of=day)
        for (value, units), day in zip(values, DAYS, strict=False)
    ]
    assert [one.value for one in spaced(sheet(), lines)] == [500, 700, 700]
    held = held_strategy("essai")
    public = followed(held, as_of=make.TODAY)["A1.companies"]
    assert public.latest.value == 700
    every = followed(held, as_of=make.TODAY, user=accounts.person(Role.OFFICER))["A1.companies"]
    assert every.latest.value == 710
    lighter = followed(held, as_of=make.TODAY, whole=False)["A1.companies"]
    assert lighter.latest.value == 700


def test_a_new_year_of_a_flow_starts_again():
    amounts(over_time="flow")
    first = make.measurement(value=500, units=5, largest=100, as_of=date(2026, 1, 31))
    second = make.measurement(value=40, units=4, largest=12, as_of=DAYS[2], period_start=date(2026, 2, 1))
    assert spaced(sheet(), [first, second]) == [first, second]


def test_the_page_of_a_day_left_out_tells_neither_its_value_nor_its_units(client):
    amounts()
    make.measurement(value=5000, units=30, largest=900, as_of=DAYS[0])
    make.measurement(value=5123, units=31, largest=900, as_of=DAYS[1])
    told = page(client)
    assert "5\u202f000" in told
    assert "5\u202f123" not in told
    assert "31 unités" not in told
    csv = client.get(reverse("strategy:indicator_csv", args=["essai", "A1.companies"])).content.decode()
    assert "5123" not in csv


def test_why_a_hidden_line_was_replaced_gives_no_figure(client):
    make.tiny()
    former = make.measurement(value=1)
    make.measurement(value=12, replaces=former, reason="Des opérations ont été enregistrées : 1 (1 unité), puis 12 (12 unités).")
    told = page(client)
    assert "1 (1 unité)" not in told
    assert "Remplacée." in told


def test_a_union_gives_none_of_its_hidden_parts_back(client):
    make.tiny()
    make.measurement("A1.companies", 12)
    make.measurement("A3.companies", 2)
    make.measurement("O1.companies", 13, overlap=1)
    assert "La somme des parties" not in page(client, "O1.companies")
    shown = Measurement.objects.get(indicator__code="A3.companies")
    make.measurement("A3.companies", 4, replaces=shown, reason="Une de plus.")
    assert "La somme des parties" in page(client, "O1.companies")


def test_what_somebody_wrote_when_contesting_stays_inside(client):
    make.tiny()
    Dispute.objects.create(
        measurement=make.measurement(), says="C'est Dupont.", raised_by=accounts.person(Role.OFFICER), raised_at=make.NOW
    )
    told = page(client)
    assert "Contestée le" in told
    assert "Dupont" not in told


def test_an_indicator_for_agents_stays_so_once_it_left_the_file(client):
    data = make.raw()
    data["sheets"]["people"]["confidentiality"] = "internal"
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    make.measurement("A2.people", 50)
    del data["challenges"][0]["objectives"][1]
    make.load_strategy(data=data, by="command:test", now=make.NOW)
    for name in ("indicator", "indicator_csv"):
        assert client.get(reverse(f"strategy:{name}", args=["essai", "A2.people"])).status_code == 404
    assert "Personnes formées" not in client.get(reverse("strategy:strategy", args=["essai"])).content.decode()


def test_a_hidden_value_hides_its_state_with_the_class_of_the_reason():
    amounts()
    make.measurement(value=100, units=5, largest=95)
    seen = situation(held_strategy("essai"), as_of=make.TODAY, lang="fr").seen["A1.companies"]
    assert seen.is_hidden
    assert "85" in seen.state.says
