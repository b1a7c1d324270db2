"""The demonstration's strategies: measured month after month, steered by fictional people, once, and nothing said as true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import Act
from ensembleur.accounts.services.demo import populate_accounts
from ensembleur.accounts.services.journal_check import verify_journal
from ensembleur.errors import BadInput, Refused
from ensembleur.strategy.choices import ProposalState
from ensembleur.strategy.models import (
    BudgetLine,
    CycleMark,
    Decision,
    Dispute,
    FollowUp,
    Measurement,
    PeriodLock,
    Proposal,
    Question,
    Release,
    Strategy,
)
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.queries.money import money_of
from ensembleur.strategy.services import demo, demo_acts
from tests.factories import accounts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PLAN = "plan-2022-2028"
TOLD = {
    Decision: ("text",), FollowUp: ("text",), Question: ("text",), Dispute: ("says",), PeriodLock: ("reason",),
    Proposal: ("comment", "source_title"),
}  # fmt: skip


def populate(now=NOW, months=1, **more):
    people = populate_accounts(seed=7, now=now, company_siren="000340182")
    return people, demo.populate_strategies(now=now, people=people, months=months, **more)


def rows():
    return {model.__name__: model.objects.count() for model in apps.get_app_config("strategy").get_models()}


def test_every_strategy_is_loaded_and_the_whole_is_made_once():
    seen = []
    _people, count = populate(on_rows=seen.append)
    assert count == Strategy.objects.count() == 4
    assert len(seen) == 4  # a month end and today, the acts, the tables
    assert sorted(set(Measurement.objects.filter(origin="computed").values_list("as_of", flat=True))) == [
        date(2026, 10, 31),
        NOW.date(),
    ]
    before, acts = rows(), Act.objects.count()
    populate(now=NOW + timedelta(days=3))
    assert rows() == before
    assert Act.objects.count() == acts
    assert verify_journal().fault is None


def test_every_state_of_a_value_a_paper_and_a_step_is_there():
    people, _count = populate()
    assert set(Proposal.objects.values_list("state", flat=True)) == {
        ProposalState.APPROVED,
        ProposalState.REFUSED,
        ProposalState.PROPOSED,
    }
    assert Proposal.objects.filter(proposed_by=people[Role.ADVISER]).exclude(organisation=None).exists()
    correction = Measurement.objects.get(replaces__isnull=False)
    assert correction.reason.startswith("Exemple fictif")
    lock = PeriodLock.objects.get()
    assert (lock.period_start, lock.period_end) == (date(2025, 1, 1), date(2026, 1, 1))
    assert sorted(one.settled_at is None for one in Dispute.objects.all()) == [False, True]
    assert Decision.objects.filter(done_on=None, due_on__lt=NOW).count() == 1
    assert Decision.objects.filter(done_on__isnull=False).count() == 1
    assert Decision.objects.filter(is_public=True).count() == 1
    assert sorted(one.answered_at is None for one in Question.objects.all()) == [False, True]
    assert set(CycleMark.objects.values_list("year", flat=True)) == {2025}
    assert "council" not in CycleMark.objects.values_list("step", flat=True)
    money = money_of(held_strategy(PLAN), as_of=NOW.date(), lang="fr")
    assert money.faults == ()
    programmed, voted, committed, paid = money.sums.amounts
    assert programmed >= voted >= committed >= paid > 0
    assert max(BudgetLine.objects.exclude(stage="programmed").exclude(year=None).values_list("year", flat=True)) == 2026


def test_all_that_a_person_would_have_typed_says_that_it_is_fictional():
    populate()
    for model, fields in TOLD.items():
        for row in model.objects.all():
            for field in fields:
                assert getattr(row, field).startswith("Exemple fictif"), (model, row)
    for row in Proposal.objects.filter(state=ProposalState.REFUSED):
        assert row.decision_note.startswith("Exemple fictif")
    for row in BudgetLine.objects.exclude(origin="text"):
        assert row.note.startswith("Exemple fictif")
        assert row.decision.startswith("Exemple fictif")
    for row in Dispute.objects.filter(settled_at__isnull=False):
        assert row.settlement.startswith("Exemple fictif")
    for row in Question.objects.exclude(answer=""):
        assert row.answer.startswith("Exemple fictif")
    assert all("fictif" in row.owner or "fictive" in row.owner for row in Decision.objects.all())
    assert all("fictif" in row.asked_to or "fictive" in row.asked_to for row in Question.objects.all())


@pytest.mark.parametrize("day", [(2027, 1, 1), (2027, 2, 14), (2028, 7, 31), (2031, 5, 3)])
def test_it_is_played_on_any_day_of_the_year_and_nothing_is_dated_after_it(day):
    now = datetime(*day, 12, 0, tzinfo=UTC)
    populate(now=now)
    today = now.date()
    assert not Proposal.objects.filter(proposed_at__gt=now).exists()
    assert not Proposal.objects.filter(decided_at__gt=now).exists()
    assert not Measurement.objects.filter(as_of__gt=today).exists()
    assert not Act.objects.filter(at__gt=now).exists()
    assert Proposal.objects.waiting().exists()
    assert money_of(held_strategy(PLAN), as_of=today, lang="fr").faults == ()


def test_without_its_strategy_the_story_is_not_played():
    with pytest.raises(BadInput, match="n'est pas chargée"):
        demo_acts.play(now=NOW, people={})


def test_the_days_measured_are_ends_of_months_and_the_tables_ends_of_quarters():
    assert demo.month_ends(date(2026, 3, 15), 3) == [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
    assert demo.quarter_ends(date(2026, 11, 27)) == [date(2026, 6, 30), date(2026, 9, 30)]
    assert demo.quarter_ends(date(2026, 1, 1)) == [date(2025, 9, 30), date(2025, 12, 31)]
    assert demo.after(day=date(2026, 11, 27), days=20, now=NOW) == NOW


def test_a_demonstration_drawn_anew_forgets_everything_and_a_real_person_forbids_it():
    populate()
    Release.objects.create(
        strategy_id=PLAN, table="t", as_of=NOW.date(), content={}, raw_hash="", rules="1", released_at=NOW, released_by=demo.BY
    )
    real = accounts.user()
    with pytest.raises(Refused, match="rien de ce qui est mesuré"):
        demo.clear_strategies()
    real.delete()
    assert demo.clear_strategies() == 4
    assert set(rows().values()) == {0}
    _people, count = populate()
    assert count == 4
