"""The lock that holds a day: what makes its values stand still, told to everybody who reads them."""

from __future__ import annotations

from datetime import date

from ensembleur.strategy.models import PeriodLock, Strategy


def lock_on(strategy: Strategy, day: date) -> PeriodLock | None:
    """The oldest lock that still holds this day; None while its values may move."""
    locks = PeriodLock.objects.filter(strategy=strategy, lifted_at__isnull=True)
    return locks.filter(period_start__lte=day, period_end__gt=day).order_by("locked_at", "pk").first()
