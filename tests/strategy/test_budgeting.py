"""Money is recorded line by line and taken back with a reason; stages are never added, and each euro is counted once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.errors import NotAllowed, Refused
from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.engine.money_files import Amount
from ensembleur.strategy.models import BudgetLine, Node
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.money import money_of
from ensembleur.strategy.services.budgeting import record_line, withdraw_line
from tests.factories import accounts
from tests.factories import strategy as make

pytestmark = pytest.mark.django_db
PROGRAMMED, VOTED, COMMITTED, PAID = Stage


@pytest.fixture
def officer(db):
    make.tiny()
    return accounts.person(Role.OFFICER)


def line(amount=1000, *, part="A1", year=2026, fund=Fund.REGION, stage=VOTED, decision="CP 2026-01", note=""):
    return Amount(part, year, fund, stage, Decimal(amount), decision, note)


def record(officer, amount=1000, code="A1", **more):
    kept = {name: more.pop(name) for name in ("replaces", "reason") if name in more}
    return record_line(node=make.node(code), line=line(amount, part=code, **more), by=officer, now=make.NOW, **kept)


def money(lang="fr", code=None, as_of=make.TODAY):
    held = held_strategy(make.SLUG)
    part = next((node for node in held.content.nodes() if node.code == code), None)
    return money_of(held, as_of=as_of, lang=lang, part=part)


def test_a_line_is_kept_with_who_and_when_and_journaled(officer):
    kept = record(officer, "1500.50", decision=" CP 2026-01 ", note=" acompte ")
    kept.refresh_from_db()
    assert (kept.amount_eur, kept.origin, kept.decision, kept.note) == (Decimal("1500.50"), "entered", "CP 2026-01", "acompte")
    assert (kept.recorded_by, kept.recorded_at) == (f"user:{officer.pk}", make.NOW)
    act = Act.objects.get(verb="record_line")
    assert '"amount_eur":"1500.50"' in str(act.after).replace(" ", "").replace("'", '"')


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"amount": "-1"}, "amount_eur"),
        ({"amount": "1.005"}, "amount_eur"),
        ({"amount": "1000000000001"}, "amount_eur"),
        ({"year": 1917}, "year"),
        ({"year": 2039}, "year"),
        ({"decision": "x" * 201}, "decision"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_line_that_cannot_be_says_which_field(officer, given, at):
    for lang in ("fr", "en"):
        from django.utils import translation

        with translation.override(lang), pytest.raises(Refused) as refused:
            record(officer, **given)
        assert refused.value.details["at"] == at
    assert BudgetLine.objects.filter(origin="entered").count() == 0


def test_a_part_no_longer_followed_receives_no_line_and_keeps_its_own_beside_the_totals(officer):
    record(officer, 700)
    Node.objects.filter(code="A1").update(retired_at=make.NOW)
    with pytest.raises(Refused) as refused:
        record(officer, 800, decision="autre")
    assert refused.value.code == "retired_part"
    assert {row.amount_eur for row in money().gone} == {700, 1_000_000}
    assert money(code="O1").gone == ()


def test_one_decision_gives_one_amount_for_a_place(officer):
    record(officer, 1000)
    with pytest.raises(Refused) as refused:
        record(officer, 2000)
    assert refused.value.code == "already_said"
    assert "1 000" in refused.value.sentence.replace("\u202f", " ")
    record(officer, 2000, decision="CP 2026-02")
    assert money().sums.amounts[1] == 3000


def test_a_line_is_corrected_by_another_that_says_why(officer):
    first = record(officer, 1000)
    second = record(officer, 1100, replaces=first, reason="coquille")
    first.refresh_from_db()
    assert (first.withdrawn_reason, second.replaces, money().sums.amounts[1]) == ("coquille", first, 1100)
    with pytest.raises(Refused, match="pourquoi"):
        record(officer, 1200, replaces=second)
    second.refresh_from_db()
    assert second.withdrawn_at is None


def test_a_line_taken_back_says_why_and_stays_in_the_history(officer):
    kept = record(officer)
    for reason in (" ", "x" * 501):
        with pytest.raises(Refused):
            withdraw_line(line=kept, reason=reason, by=officer, now=make.NOW)
    withdraw_line(line=kept, reason="doublon", by=officer, now=make.NOW)
    kept.refresh_from_db()
    assert (kept.withdrawn_reason, kept.withdrawn_by) == ("doublon", f"user:{officer.pk}")
    assert money().sums.amounts[1] is None
    with pytest.raises(Refused, match="déjà retirée"):
        withdraw_line(line=kept, reason="encore", by=officer, now=make.NOW)


def test_a_line_of_a_text_is_not_edited_by_hand(officer):
    text = BudgetLine.objects.get(origin="text")
    with pytest.raises(Refused) as refused:
        withdraw_line(line=text, reason="non", by=officer, now=make.NOW)
    assert refused.value.code == "text_line"


@pytest.mark.parametrize("role", [Role.SECOND_READER, Role.COMMITTEE, Role.EVALUATOR, Role.ADMIN, Role.ADVISER])
def test_only_officers_of_the_region_keep_money(officer, role):
    kept, other = record(officer), accounts.person(role)
    with pytest.raises(NotAllowed):
        record(other, 5)
    with pytest.raises(NotAllowed):
        withdraw_line(line=kept, reason="non", by=other, now=make.NOW)


# -- what is read of it ------------------------------------------------------------------------------------------------
def test_stages_stand_side_by_side_and_an_unknown_amount_is_not_zero(officer):
    record(officer, 400, stage=VOTED)
    record(officer, 100, stage=PAID, code="A2")
    found = money()
    assert found.sums.amounts == (1_000_000, 400, None, 100)
    assert found.by_fund[Fund.REGION].amounts == (1_000_000, 400, None, 100)
    assert found.by_year[2026].amounts == (None, 400, None, 100)
    assert [(row.part.code, row.depth, row.own) for row in found.by_part()] == [
        ("S", 0, False),
        ("E1", 1, False),
        ("O1", 2, False),
        ("A1", 3, True),
        ("O2", 2, False),
        ("A2", 3, True),
    ]
    assert [row.part.code for row in money(code="O2").by_part()] == ["O2", "A2"]


def test_what_contradicts_itself_is_said(officer):
    record(officer, 2_000_000, stage=VOTED)
    record(officer, 10, stage=PROGRAMMED, code="O1", decision="enveloppe")
    assert {fault.code for fault in money().faults} == {"voted_beyond_programmed", "parts_beyond_whole"}


def test_leverage_is_read_within_one_stage_only(officer):
    record(officer, 500_000, fund=Fund.PRIVATE, stage=PROGRAMMED, year=None)
    record(officer, 300_000, fund=Fund.ERDF, stage=PAID)
    [found] = money("en").leverages
    assert (found.stage, found.ratio) == (PROGRAMMED, Decimal("0.5"))


def test_the_forecast_follows_its_published_rule(officer):
    for year, amount in ((2024, 100), (2025, 300)):
        record(officer, amount, year=year, stage=PAID)
    assert money().forecast.answer is Answer.UNKNOWN
    record(officer, 900, year=2025, stage=COMMITTED)
    found = money().forecast
    assert (found.year, found.paid_eur, found.is_capped) == (2026, 200, False)
    assert [point.year for point in money().points] == [2024, 2025]
    assert {(row.stage, row.on.year) for row in money().execution.rows} == {
        (PAID, 2024), (PAID, 2025), (COMMITTED, 2025), (PROGRAMMED, 2024), (PROGRAMMED, 2025),
    }  # fmt: skip


def test_european_money_says_what_each_year_still_asks_for(officer):
    record(officer, 1000, year=2024, fund=Fund.ERDF, stage=PROGRAMMED)
    record(officer, 400, year=2025, fund=Fund.ERDF, stage=PAID)
    record(officer, 9999, year=2030, fund=Fund.ERDF, stage=PAID)
    [(fund, found)] = money().decommitments.items()
    [risk] = found.risks
    assert (fund, found.answer, risk.deadline, risk.at_risk_eur) == (Fund.ERDF, Answer.UNKNOWN, date(2027, 12, 31), 600)
    assert risk.reason.source.confidence.value == "secondary"
    assert money(as_of=date(2024, 6, 1)).decommitments[Fund.ERDF].risks[0].at_risk_eur is None


def test_without_yearly_european_lines_there_is_nothing_to_say(officer):
    assert money().decommitments == {}


@pytest.mark.parametrize("count", [1, 3])
def test_the_money_of_a_strategy_costs_one_query_whatever_its_lines(officer, django_assert_num_queries, count):
    for number in range(count):
        record(officer, 10, decision=f"CP {number}")
    held = held_strategy(make.SLUG)
    with django_assert_num_queries(1):
        found = money_of(held, as_of=make.TODAY, lang="fr")
        assert found.by_part()
        assert found.execution.rows
        assert found.gone == ()
        assert not found.faults
