"""European money that is not declared in time is lost: the rule, its dates, its doubt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.logic.answers import Answer
from ensembleur.sources import Confidence
from ensembleur.strategy.engine.decommitment import REGULATION, RULE, Declared, Tranche, deadline_of, decommitment

TRANCHES = [Tranche(2023, Decimal(30)), Tranche(2022, Decimal(20))]


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def declared(amount, *day):
    return Declared(date(*day), Decimal(amount))


@pytest.mark.parametrize(("year", "day"), [(2021, (2024, 12, 31)), (2026, (2029, 12, 31)), (2027, (2029, 12, 31))])
def test_three_years_to_declare_and_two_for_the_last_instalment(year, day):
    assert deadline_of(year) == date(*day)


@pytest.mark.parametrize("year", [2020, 2028])
def test_another_period_has_another_rule(year):
    with pytest.raises(ValueError, match="The rule covers"):
        deadline_of(year)


def test_the_text_of_the_regulation_is_marked_as_not_read():
    assert REGULATION.confidence is Confidence.UNVERIFIED
    assert RULE.confidence is Confidence.SECONDARY
    assert RULE.note
    assert RULE.note_en


@pytest.mark.parametrize(
    ("states", "as_of", "answers", "at_risk"),
    [
        ([declared(50, 2025, 6, 1)], date(2025, 7, 1), [Answer.YES, Answer.YES], [0, 0]),
        ([declared(25, 2025, 6, 1)], date(2025, 7, 1), [Answer.YES, Answer.UNKNOWN], [0, 25]),
        ([declared(15, 2025, 6, 1)], date(2026, 1, 1), [Answer.NO, Answer.UNKNOWN], [5, 35]),
        ([declared(15, 2025, 6, 1), declared(60, 2026, 1, 2)], date(2026, 2, 1), [Answer.NO, Answer.YES], [5, 0]),
        ([declared(60, 2026, 1, 2)], date(2026, 2, 1), [Answer.UNKNOWN, Answer.YES], [None, 0]),
        ([declared(60, 2026, 1, 2)], date(2025, 2, 1), [Answer.UNKNOWN, Answer.UNKNOWN], [None, None]),
    ],
)
def test_each_year_is_covered_lost_or_still_open(states, as_of, answers, at_risk):
    found = decommitment(TRANCHES, states, as_of=as_of)
    assert [risk.reason.answer for risk in found.risks] == answers
    assert [risk.at_risk_eur for risk in found.risks] == at_risk
    assert [risk.year for risk in found.risks] == [2022, 2023]
    assert [risk.asked_eur for risk in found.risks] == [20, 50]
    assert found.answer is min(answers, key=lambda answer: answer.value)
    assert found.missing == tuple(f"declared.{risk.year}" for risk in found.risks if risk.reason.answer is Answer.UNKNOWN)


def test_each_year_says_what_is_left():
    def said(amount, as_of, lang="fr"):
        states = [] if amount is None else [declared(amount, 2025, 6, 1)]
        return plain(decommitment(TRANCHES[1:], states, as_of=as_of, lang=lang).risks[0].reason.says)

    before, after = date(2025, 7, 1), date(2026, 1, 1)
    assert said(20, before) == "Tranche 2022 : 20 € à couvrir au 31 décembre 2025 ; 20 € couverts"
    assert said(15, before) == "Tranche 2022 : 20 € à couvrir au 31 décembre 2025 ; 5 € restent à déclarer"
    assert said(15, after) == "Tranche 2022 : 20 € à couvrir au 31 décembre 2025 ; 5 € non couverts à l'échéance"
    assert said(None, after) == "Tranche 2022 : 20 € à couvrir au 31 décembre 2025 ; montant déclaré inconnu"
    assert said(15, after, "en") == "2022 instalment: €20 to be covered by 31 December 2025; €5 not covered in time"


def test_every_reason_carries_its_rule():
    assert decommitment(TRANCHES, [], as_of=date(2025, 1, 1)).risks[0].reason.source is RULE


def test_a_programme_without_commitments_loses_nothing():
    assert decommitment([], [], as_of=date(2025, 1, 1)).answer is Answer.YES
