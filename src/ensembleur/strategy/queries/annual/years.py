"""Which years a strategy has a report for, and the day each one speaks of."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from ensembleur.errors import BadInput
from ensembleur.strategy.queries.content import Held


def years(held: Held, *, today: date) -> list[int]:
    """The years with a report, the latest first: from the strategy's first to this one, as long as something is followed.

    None before it begins.
    """
    first, end = held.row.period_start, held.row.period_end - timedelta(days=1)
    if today < first:
        return []
    last = today.year if held.is_followed else min(today.year, end.year)
    return list(range(last, first.year - 1, -1))


def day_of(held: Held, year: int, *, today: date) -> date:
    """The last day of the year, or today while it runs. Raises BadInput for a year without report."""
    known = years(held, today=today)
    if not known:
        raise BadInput("no_report", _("Cette stratégie n'a pas commencé : elle n'a pas encore de rapport."))
    if year not in known:
        raise BadInput(
            "no_report",
            _("Il n'y a pas de rapport pour %(year)d : choisissez une année de %(first)d à %(last)d.")
            % {"year": year, "first": known[-1], "last": known[0]},
        )
    return min(date(year, 12, 31), today)
