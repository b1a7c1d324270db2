"""The lock that holds a day: what makes its values stand still, told to everybody who reads them."""

from __future__ import annotations

from datetime import date, datetime

from ensembleur.strategy.models import PeriodLock, Strategy
from ensembleur.strategy.queries.content import Held


def lock_on(strategy: Strategy, day: date) -> PeriodLock | None:
    """The oldest lock that still holds this day; None while its values may move."""
    locks = PeriodLock.objects.filter(strategy=strategy, lifted_at__isnull=True)
    return locks.filter(period_start__lte=day, period_end__gt=day).order_by("locked_at", "pk").first()


def known_at(held: Held, as_of: date) -> datetime | None:
    """The moment after which nothing more enters what is told of a locked day; None while that day may still change."""
    lock = lock_on(held.row, as_of)
    return lock.locked_at if lock is not None else None
