"""Values that people report of the small strategy, and what hangs from them: locks, disputes, files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.accounts.choices import PerimeterKind, Role
from ensembleur.accounts.models import User
from ensembleur.strategy.choices import BatchKind, LabelWord, Origin
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.models import Batch, Dispute, Measurement, PeriodLock, Proposal, Strategy
from tests.factories import accounts
from tests.factories.strategy import NOW, indicator, measurement

CODE = "A2.people"  # the indicator of the small strategy that nobody computes
START, END, AS_OF = date(2026, 1, 1), date(2026, 11, 1), date(2026, 10, 31)


def partner(**fields: Any) -> User:
    """An adviser who reports for an organisation."""
    someone = accounts.user(**fields)
    accounts.mandate(someone, Role.ADVISER, PerimeterKind.DEPARTEMENT, "95", organisation=accounts.organisation())
    return someone


def figures(value: Any = 120, **more: Any) -> Figures:
    """What a partner types."""
    given = {"label": Label.DECLARED, "source_title": "Bilan annuel du centre", **more}
    return Figures(**{"period_start": START, "period_end": END, "as_of": AS_OF, "value": Decimal(value), **given})


def proposal(by: User, value: Any = 120, *, code: str = CODE, **more: Any) -> Proposal:
    """A report that waits."""
    given = {"label": LabelWord.DECLARED, "source_title": "Bilan annuel du centre", "proposed_at": NOW, **more}
    days = {"period_start": START, "period_end": END, "as_of": AS_OF}
    return Proposal.objects.create(**{"indicator": indicator(code), **days, "value": Decimal(value), "proposed_by": by, **given})


def reported(value: Any = 120, *, code: str = CODE, **more: Any) -> Measurement:
    """A value reported and approved."""
    days = {"as_of": AS_OF, "period_end": END, "query": "", "input_hash": "", "units": None}
    given = {"origin": Origin.REPORTED, "label": LabelWord.DECLARED, "source": {"title": "Bilan annuel du centre"}, **days}
    return measurement(code, value, **{**given, **more})


def lock(strategy: Strategy, by: User, start: date = START, end: date = END, **more: Any) -> PeriodLock:
    """A period that is closed."""
    given = {"reason": "Rapport annuel adopté.", "locked_by": by, "locked_at": NOW, **more}
    return PeriodLock.objects.create(strategy=strategy, period_start=start, period_end=end, **given)


def dispute(contested: Measurement, by: User, **more: Any) -> Dispute:
    """A value that somebody contests."""
    return Dispute.objects.create(
        **{"measurement": contested, "says": "Notre registre en compte 90.", "raised_by": by, "raised_at": NOW, **more}
    )


def batch(strategy: Strategy, by: User, **more: Any) -> Batch:
    """A file of values that somebody sent."""
    given = {"kind": BatchKind.VALUES, "file_name": "valeurs.csv", "file_hash": "0" * 64, "by": by, "at": NOW, **more}
    return Batch.objects.create(strategy=strategy, **given)
