"""Money follows its stages: they are never added, and what contradicts itself is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.budget import Line, faults, leverage, lines_of, totals
from ensembleur.strategy.engine.content import BudgetLine, Citation, Fund, Node, NodeKind, Stage, Statement, Text
from ensembleur.strategy.engine.execution import curve, forecast, limit_until

PROGRAMMED, VOTED, COMMITTED, PAID = Stage
REGION, ERDF, PRIVATE, STATE = Fund.REGION, Fund.ERDF, Fund.PRIVATE, Fund.STATE


def line(stage, amount, year=None, fund=REGION, node="M1"):
    return Line(fund, stage, year, Decimal(amount), node)


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


drawn = st.lists(
    st.builds(
        Line,
        st.sampled_from(Fund),
        st.sampled_from(Stage),
        st.integers(2017, 2021),
        st.integers(0, 10**9).map(Decimal),
        st.sampled_from(["M1", "M2"]),
    )
)


@given(drawn)
def test_each_stage_is_the_sum_of_its_funds_and_no_stage_enters_another(lines):
    found = totals(lines)
    for stage in Stage:
        own = [one.amount_eur for one in lines if one.stage is stage]
        assert (stage in found.by_stage) == bool(own)
        assert found.by_stage.get(stage, 0) == sum(own)
        assert sum(amount for (at, _), amount in found.by_fund.items() if at is stage) == sum(own)
        assert sum(amount for (at, _), amount in found.by_year.items() if at is stage) == sum(own)


def test_the_whole_period_and_its_years_are_the_same_money():
    found = totals(
        [line(PROGRAMMED, 100), line(PROGRAMMED, 30, 2018), line(PROGRAMMED, 20, 2019), line(PROGRAMMED, 7, 2018, node="M2")]
    )
    assert found.by_stage == {PROGRAMMED: 107}
    assert found.by_year == {(PROGRAMMED, 2018): 37, (PROGRAMMED, 2019): 20}


def test_two_lines_of_the_whole_period_add_up():
    assert totals([line(PROGRAMMED, 100), line(PROGRAMMED, 50)]).by_stage == {PROGRAMMED: 150}


def test_the_budget_of_a_part_holds_those_below_it():
    cite = Citation("doc", "I", "")
    money = BudgetLine(ERDF, VOTED, (Statement(Decimal(3), cite), Statement(Decimal(4), cite)), 2018)
    measure = Node(NodeKind.MEASURE, "M1", Text("Mesure", "Measure"), None, budget=(money,))
    objective = Node(NodeKind.OBJECTIVE, "O1", Text("Objectif", "Objective"), None, children=(measure,))
    assert lines_of(objective) == [Line(ERDF, VOTED, 2018, Decimal(3), "M1")]


def test_more_paid_than_committed_is_a_fault_from_its_year_on():
    lines = [line(PROGRAMMED, 100), line(COMMITTED, 10, 2018), line(PAID, 15, 2018), line(COMMITTED, 10, 2019)]
    found = faults(lines)
    assert [(fault.code, fault.at) for fault in found] == [("paid_beyond_committed", "M1")]
    assert plain(found[0].says) == "M1, Région : 15 € payé pour 10 € engagé, fin 2018."
    assert plain(faults(lines, lang="en")[0].says) == "M1, Region: €15 paid for €10 committed, by the end of 2018."


def test_over_the_whole_period_too_and_unknown_stages_are_stepped_over():
    found = faults([line(PROGRAMMED, 100, node=""), line(PAID, 150, node="")])
    assert [fault.code for fault in found] == ["paid_beyond_programmed"]
    assert plain(found[0].says) == "Région : 150 € payé pour 100 € programmé, sur la période."
    assert plain(faults([line(VOTED, 1, node=""), line(PAID, 2, node="")], lang="en")[0].says).endswith("over the period.")


def test_a_stage_that_is_not_known_yet_in_a_year_limits_nothing():
    assert faults([line(COMMITTED, 10, 2019), line(PAID, 5, 2018)]) == ()
    assert [fault.code for fault in faults([line(PROGRAMMED, 4), line(COMMITTED, 10, 2019), line(PAID, 5, 2018)])] == [
        "paid_beyond_programmed",
        "committed_beyond_programmed",
        "committed_beyond_programmed",
    ]


def test_funds_and_parts_are_judged_apart():
    assert faults([line(COMMITTED, 10), line(PAID, 15, fund=ERDF), line(PAID, 15, node="M2")]) == ()


def test_years_beyond_their_whole_period_are_a_fault():
    lines = [line(VOTED, 10), line(VOTED, 6, 2018), line(VOTED, 7, 2019)]
    (french,), (english,) = faults(lines), faults(lines, lang="en")
    assert french.code == "years_beyond_whole"
    assert plain(french.says) == "M1, Région : les années additionnent 13 € (voté), plus que la période entière, 10 €."
    assert plain(english.says) == "M1, Region: the years add up to €13 (voted), more than the whole period, €10."


@pytest.mark.parametrize(
    ("lines", "ratio", "says"),
    [
        ([line(PAID, 10), line(PAID, 25, fund=PRIVATE), line(PAID, 5, fund=STATE)], 3, "3 € pour 1 € de la Région (payé)."),
        ([line(PAID, 10), line(PAID, 5, fund=STATE)], "0.5", "0,50 € pour 1 € de la Région (payé, part privée inconnue)."),
        (
            [line(PAID, 10), line(PAID, 5, fund=PRIVATE)],
            "0.5",
            "0,50 € pour 1 € de la Région (payé, autres fonds publics inconnus).",
        ),
        ([line(PAID, 10), line(VOTED, 5, fund=PRIVATE)], None, "Effet de levier inconnu (payé)."),
        ([line(PAID, 0), line(PAID, 5, fund=PRIVATE)], None, "Effet de levier inconnu (payé)."),
        ([line(PAID, 5, fund=PRIVATE)], None, "Effet de levier inconnu (payé)."),
    ],
)
def test_leverage_stays_within_one_stage_and_says_what_is_unknown(lines, ratio, says):
    found = leverage(lines, PAID)
    assert found.ratio == (None if ratio is None else Decimal(ratio))
    assert plain(found.says) == says


def test_leverage_in_english():
    lines = [line(PAID, 10), line(PAID, 5, fund=STATE)]
    assert leverage(lines, PAID, lang="en").says == "€0.50 for €1 from the Region (paid, private part unknown)."
    assert leverage([], PAID, lang="en").says == "Leverage unknown (paid)."


def test_the_curve_cumulates_each_stage_while_it_is_known():
    lines = [line(PROGRAMMED, 100), line(VOTED, 40, 2017), line(VOTED, 20, 2019), line(PAID, 5, 2018), line(PAID, 5, 2019)]
    points = curve(lines)
    assert [point.year for point in points] == [2017, 2018, 2019]
    assert [point.voted_eur for point in points] == [40, 40, 60]
    assert [point.paid_eur for point in points] == [None, 5, 10]
    assert [point.committed_eur for point in points] == [None, None, None]
    assert curve([line(PROGRAMMED, 100)]) == ()


def test_what_is_programmed_by_year_grows_and_then_stays():
    lines = [line(PROGRAMMED, 10, 2017), line(PROGRAMMED, 10, 2018), line(PAID, 5, 2019)]
    assert [point.programmed_eur for point in curve(lines)] == [10, 20, 20]
    assert limit_until(lines, PROGRAMMED, 2016) is None
    assert curve([line(PAID, 5, 2019)])[0].programmed_eur is None


def test_the_forecast_is_the_mean_of_two_years():
    lines = [line(COMMITTED, 100, 2017), line(PAID, 10, 2017), line(PAID, 20, 2018)]
    found = forecast(lines, 2019)
    assert (found.answer, found.paid_eur, found.is_capped, found.missing) == (Answer.YES, 15, False, ())
    assert plain(found.says) == "15 € à payer en 2019 : moyenne de 2017 et 2018."
    assert plain(forecast(lines, 2019, lang="en").says) == "€15 to be paid in 2019: mean of 2017 and 2018."


def test_the_forecast_never_pays_what_is_not_committed():
    lines = [line(COMMITTED, 35), line(PAID, 10, 2017), line(PAID, 20, 2018)]
    found = forecast(lines, 2019)
    assert (found.paid_eur, found.is_capped) == (5, True)
    assert plain(found.says) == ("5 € à payer en 2019 : moyenne de 2017 et 2018, 15 €, limitée à ce qui est engagé et non payé.")
    assert plain(forecast(lines, 2019, lang="en").says).endswith("€15, limited to what is committed and unpaid.")
    assert forecast([line(COMMITTED, 20), *lines[1:]], 2019).paid_eur == 0


def test_a_forecast_without_two_years_is_unknown():
    found = forecast([line(PAID, 20, 2018)], 2019)
    assert (found.answer, found.paid_eur, found.missing) == (Answer.UNKNOWN, None, ("paid.2017", "committed"))
    assert plain(found.says).startswith("Prévision 2019 inconnue :")
    assert forecast([line(PAID, 20, 2018), line(COMMITTED, 5)], 2019, lang="en").says.startswith("Forecast for 2019 unknown")
    assert forecast([line(PAID, 20, 2018), line(PAID, 20, 2017)], 2019).missing == ("committed",)
