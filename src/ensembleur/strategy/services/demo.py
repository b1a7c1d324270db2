"""The strategies of a demonstration: the files of the platform, what its fictional operations measure, what its people do of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction

from ensembleur.accounts.choices import Role
from ensembleur.accounts.models import User
from ensembleur.errors import Refused
from ensembleur.periods import PARIS, paris_day
from ensembleur.strategy.catalogue.loader import FILES
from ensembleur.strategy.catalogue.reading import read_yaml
from ensembleur.strategy.models import (
    Batch,
    BudgetLine,
    CycleMark,
    Decision,
    Dispute,
    FollowUp,
    Indicator,
    Measurement,
    Node,
    PeriodLock,
    Proposal,
    Question,
    Release,
    Strategy,
    StrategyVersion,
)
from ensembleur.strategy.services.demo_acts import play
from ensembleur.strategy.services.loading import load_strategy
from ensembleur.strategy.services.measuring import take_measurements
from ensembleur.strategy.services.releasing import release_tables

BY = "command:demo"
MONTHS = 14
STEPS = MONTHS + 3  # the month ends and today, the acts, the public tables
# Each before those it points at.
TABLES: tuple[type[models.Model], ...] = (
    Release,
    FollowUp,
    Decision,
    Question,
    CycleMark,
    Dispute,
    Proposal,
    PeriodLock,
    Measurement,
    BudgetLine,
    Batch,
    Indicator,
    Node,
    StrategyVersion,
    Strategy,
)


def populate_strategies(
    *, now: datetime, people: Mapping[Role, User], months: int = MONTHS, on_rows: Callable[[int], None] | None = None
) -> int:
    """Load every file of the catalogue; measure month after month, and play what people do of it, once. Returns how many strategies.

    months : how many past month ends are measured.   on_rows : called with 1 after each of STEPS.
    """
    files = sorted(FILES.glob("*.yaml"))
    for path in files:
        load_strategy(data=read_yaml(path.read_bytes()).data, by=BY, now=now, origin=path.name)  # checked there, once
    if Measurement.objects.filter(origin="computed").exists():
        return len(files)
    done = on_rows or (lambda _rows: None)
    today = paris_day(now)
    with transaction.atomic():
        for day in (*month_ends(today, months), today):
            take_measurements(as_of=day, by=BY, now=after(day=day, days=1, now=now))
            done(1)
        play(now=now, people=people)
        done(1)
        for day in quarter_ends(today):
            release_tables(as_of=day, by=BY, now=after(day=day, days=20, now=now))
        done(1)
    return len(files)


def clear_strategies() -> int:
    """Forget every strategy and all that was measured of a fictional region, before it is drawn anew; returns how many there were.

    What is kept for ever elsewhere may go here because no real person ever entered: raises Refused when one did.
    """
    if User.objects.filter(is_fictional=False).exists():
        raise Refused("real_records", "De vraies personnes ont travaillé ici : rien de ce qui est mesuré n'est effacé.")
    count = Strategy.objects.count()
    with transaction.atomic():
        for table in TABLES:
            rows: models.QuerySet[Any] = models.QuerySet(table)
            rows._raw_delete(rows.db)
    return count


def month_ends(today: date, months: int) -> list[date]:
    """The last days of the past months, the oldest first."""
    ends = []
    first = today.replace(day=1)
    for _month in range(months):
        ends.append(first - timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def quarter_ends(today: date) -> list[date]:
    """The ends of the last two whole quarters, the older first."""
    return [day for day in month_ends(today, 6) if day.month % 3 == 0][-2:]


def after(*, day: date, days: int, now: datetime) -> datetime:
    """The morning of some days after a day, now at the latest."""
    then = day + timedelta(days=days)
    return min(datetime(then.year, then.month, then.day, 6, tzinfo=PARIS), now)
