"""Two plans at the same age, and what forbids to compare them blindly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ensembleur.strategy.engine.compare import Curve, same_age
from ensembleur.strategy.engine.content import Label, OverTime, Text

COMPANIES = Text("entreprises", "companies")
SUPPORTED = Text("Entreprises accompagnées", "Companies supported")
NOW = Curve(
    Text("Smart Industrie", "Smart Industrie"),
    date(2017, 7, 1),
    Label.OBSERVED,
    SUPPORTED,
    COMPANIES,
    OverTime.CUMULATIVE,
    ((date(2019, 6, 30), Decimal(90)), (date(2018, 6, 30), Decimal(40))),
)
FORMER = replace(
    NOW, plan=Text("Plan Industries", "Industry plan"), start=date(2013, 1, 1), points=((date(2014, 12, 31), Decimal(70)),)
)
AS_OF = date(2019, 12, 31)


def plain(text):
    return text.replace("\xa0", " ")


def test_both_plans_are_read_at_the_same_age_with_the_day_of_each_value():
    found = same_age(NOW, FORMER, [12, 24, 36], as_of=AS_OF)
    assert found.is_alike
    assert [(row.months, row.now, row.former) for row in found.rows] == [
        (12, (date(2018, 6, 30), 40), None),
        (24, (date(2019, 6, 30), 90), (date(2014, 12, 31), 70)),
    ]
    assert plain(found.rows[0].says) == (
        "À 12 mois : Smart Industrie, 40 entreprises (constaté, au 30 juin 2018) ; Plan Industries, aucune valeur."
    )
    assert plain(same_age(NOW, FORMER, [24], as_of=AS_OF, lang="en").rows[0].says) == (
        "After 24 months: Smart Industrie, 90 companies (observed, on 30 June 2019); "
        "Industry plan, 70 companies (observed, on 31 December 2014)."
    )


def test_a_flow_is_summed_since_the_start_of_its_plan():
    flow = replace(NOW, over_time=OverTime.FLOW, points=(*NOW.points, (date(2016, 6, 30), Decimal(1000))))
    assert same_age(flow, replace(FORMER, over_time=OverTime.FLOW), [24], as_of=AS_OF).rows[0].now == (date(2019, 6, 30), 130)


def test_a_flow_measured_several_times_a_year_counts_each_year_once():
    measured = ((date(2018, 3, 31), Decimal(10)), (date(2018, 12, 31), Decimal(40)), (date(2019, 3, 31), Decimal(5)))
    flow = replace(NOW, over_time=OverTime.FLOW, points=measured)
    assert same_age(flow, FORMER, [12, 24], as_of=AS_OF).rows[0].now == (date(2018, 3, 31), 10)
    assert flow.at(AS_OF) == (date(2019, 3, 31), 45)


def test_what_differs_is_said_above_and_on_each_row():
    other = replace(
        FORMER,
        label=Label.DECLARED,
        definition=Text("Entreprises reçues", "Companies met"),
        unit=Text("visites", "visits"),
        over_time=OverTime.STOCK,
    )
    found = same_age(NOW, other, [24], as_of=AS_OF)
    assert not found.is_alike
    assert [plain(caution) for caution in found.cautions] == [
        "Les valeurs ne sont pas connues de la même façon : constaté ici, déclaré pour le plan précédent.",
        "La définition diffère : « Entreprises accompagnées » ici, « Entreprises reçues » pour le plan précédent.",
        "L'unité diffère : « entreprises » ici, « visites » pour le plan précédent.",
        "Les valeurs ne se combinent pas de la même façon dans le temps.",
    ]
    assert plain(found.rows[0].says).endswith("70 visites (déclaré, au 31 décembre 2014) ; à ne pas comparer sans réserve.")
    english = same_age(NOW, other, [24], as_of=AS_OF, lang="en")
    assert english.cautions[1] == "The definition differs: “Companies supported” here, “Companies met” for the former plan."
