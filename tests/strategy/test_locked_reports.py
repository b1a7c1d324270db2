"""The report of a locked year keeps its figures, and the fingerprint of a report covers all it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ensembleur.accounts.choices import Role
from ensembleur.strategy.models import BudgetLine, Decision, Dispute, PeriodLock, Release, Strategy
from ensembleur.strategy.queries.annual.places import Released
from ensembleur.strategy.queries.annual.report import annual_report
from ensembleur.strategy.queries.annual.sight import Sight
from ensembleur.strategy.queries.content import held_strategy
from ensembleur.strategy.services.locking import lock_period
from ensembleur.strategy.services.measuring import take_measurements
from tests.factories import accounts
from tests.factories import strategy as make
from tests.strategy.test_annual_report import gathered, sheet

pytestmark = pytest.mark.django_db
CLOSED = date(2025, 12, 31)


def test_a_locked_year_keeps_its_figures_and_the_next_report_has_the_new_ones():
    """Operations recorded afterwards change the page and the report of this year, not the year that was closed."""
    strategy = make.tiny(period={"from": "2025-01-01", "to": "2031-01-01"})
    closed = date(2025, 12, 31)
    make.measurement(value=10, as_of=closed, period_start=date(2025, 1, 1))
    before = annual_report(held_strategy("essai"), year=2025, as_of=closed)
    lock_period(
        strategy=strategy,
        start=date(2025, 1, 1),
        end=date(2026, 1, 1),
        reason="Clôture",
        by=accounts.person(Role.OFFICER),
        now=make.NOW,
    )
    make.measurement(value=25)
    after = annual_report(held_strategy("essai"), year=2025, as_of=closed)
    assert (before, before.identity.data_hash) == (after, after.identity.data_hash)
    assert sheet(gathered()).indicators[0].figure.value == 25
    taken = take_measurements(as_of=closed, by="command:test", now=make.NOW)
    assert {line.what for line in taken.lines} <= {"held", "not_measured"}


def closed_year(now):
    """Two years, of which the first is locked at this moment."""
    return lock_period(
        strategy=Strategy.objects.get(pk="essai"),
        start=date(2025, 1, 1),
        end=date(2026, 1, 1),
        reason="Clôture",
        by=accounts.person(Role.OFFICER),
        now=now,
    )


def line(amount, now, **more):
    given = {"node": make.node(), "year": 2025, "fund": "region", "stage": "paid", "origin": "entered", "recorded_by": "user:1"}
    return BudgetLine.objects.create(**given, amount_eur=amount, recorded_at=now, **more)


def of_2025():
    return annual_report(held_strategy("essai"), year=2025, as_of=CLOSED)


def test_nothing_recorded_after_the_lock_enters_the_report_of_a_locked_year():
    before, lock, after = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3, 4))
    make.tiny(period={"from": "2025-01-01", "to": "2031-01-01"}, now=datetime(2025, 1, 5, tzinfo=UTC))
    person = accounts.person(Role.OFFICER)
    measured = make.measurement(value=10, as_of=CLOSED, period_start=date(2025, 1, 1))
    paid = line(400, before)
    raised = {"measurement": measured, "says": "Non.", "raised_by": person}
    dispute = Dispute.objects.create(**raised, raised_at=before)
    decided = {
        "node": make.node(),
        "owner": "La Région",
        "is_public": True,
        "decided_on": date(2025, 5, 4),
        "recorded_by": person,
    }
    Decision.objects.create(**decided, text="Ouvrir un second appel.", recorded_at=before)
    release = {"strategy_id": "essai", "as_of": CLOSED, "rules": "1", "raw_hash": "x", "released_by": "command:test"}
    closed_year(lock)
    first = of_2025()

    line(900, after)
    paid.withdrawn_at, paid.withdrawn_by, paid.withdrawn_reason = after, "user:1", "Erreur"
    paid.save()
    dispute.settled_at, dispute.settled_by, dispute.settlement = after, person, "Vérifié."
    dispute.save()
    Dispute.objects.create(**raised, raised_at=after)
    Decision.objects.create(**decided, text="Fermer.", recorded_at=after)
    Release.objects.create(**release, table="X.none/departement", content={}, released_at=after)
    make.load_strategy(data=make.raw(period={"from": "2025-01-01", "to": "2031-01-01"}, title=make.text("Autre")), by="command:test",
        now=after)  # fmt: skip
    assert of_2025() == first
    assert sheet(first).money.lines[-1].paid_eur == 400
    assert "disputed" in {one.kind for one in first.issues}
    assert "Ouvrir un second appel." in [act.says.fr for act in sheet(first).acts]

    PeriodLock.objects.update(lifted_by=accounts.person(Role.SECOND_READER), lifted_at=after, lift_reason="Erreur")
    opened = of_2025()
    assert sheet(opened).money.lines[-1].paid_eur == 900
    assert "Fermer." in [act.says.fr for act in sheet(opened).acts]


def test_a_table_released_after_the_lock_is_not_in_the_report_of_the_locked_year():
    make.tiny(period={"from": "2025-01-01", "to": "2031-01-01"})
    given = {"strategy_id": "essai", "as_of": CLOSED, "rules": "1", "raw_hash": "x", "released_by": "command:test", "content": {}}
    closed_year(datetime(2026, 3, 1, tzinfo=UTC))
    Release.objects.create(**given, table="A1.companies/departement", released_at=datetime(2026, 2, 1, tzinfo=UTC))
    Release.objects.create(**given, table="A3.companies/departement", released_at=datetime(2026, 4, 1, tzinfo=UTC))
    sight = Sight.of(held_strategy("essai"), as_of=CLOSED, year=2025)
    assert set(Released(sight).last) == {"A1.companies/departement"}


def test_everything_the_report_reads_changes_its_fingerprint():
    make.tiny()
    person, measured = accounts.person(Role.OFFICER), make.measurement(value=12)
    paid = line(400, make.NOW)
    seals = [gathered().identity.data_hash]

    def sealed():
        seals.append(gathered().identity.data_hash)
        assert len(set(seals)) == len(seals)

    dispute = Dispute.objects.create(measurement=measured, says="Non.", raised_by=person, raised_at=make.NOW)
    sealed()
    dispute.settled_at, dispute.settled_by, dispute.settlement = make.NOW, person, "Vérifié."
    dispute.save()
    sealed()
    for field, value in (("note", "Versé en deux fois"), ("decision", "CP 2026-01")):
        BudgetLine.objects.filter(pk=paid.pk).update(**{field: value})
        sealed()
    BudgetLine.objects.filter(pk=paid.pk).update(withdrawn_at=make.NOW, withdrawn_by="user:1", withdrawn_reason="Erreur")
    sealed()
    for row in (make.node("A2"), make.indicator("A2.people")):
        type(row).objects.filter(pk=row.pk).update(retired_at=make.NOW)
        sealed()
