"""How fresh the values of an indicator are, and whether another one is still due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ensembleur.logic.sentences import show_day
from ensembleur.periods import add_months
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.freshness import DAY, Fresh, Freshness, freshness
from ensembleur.strategy.engine.wording import phrase
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.values import Followed


@dataclass(frozen=True)
class Dated:
    """fresh : how old the last value is.   is_settled : no value is due any more."""

    fresh: Fresh
    is_settled: bool

    @property
    def is_late(self) -> bool:
        """Whether a value that is due did not come in time."""
        return not self.is_settled and self.fresh.state in (Freshness.LATE, Freshness.STALE)


def dated(held: Held, one: Followed, *, as_of: date, lang: str) -> Dated:
    """The freshness of an indicator on a day.

    What was looked for and not found makes nothing fresh. Nothing is due of a figure that a text said once, nor of a strategy that is history, nor after the end of a strategy once
    its last day is measured.
    """
    sheet, first, end = one.sheet, held.row.period_start, held.row.period_end
    last = max((found.as_of for found in one.series if found.value is not None), default=None)
    is_over = not held.is_followed or (last is not None and as_of >= end and last >= end - DAY)
    if last is not None and (is_over or is_told_once(sheet)):
        shown = show_day(last, lang)
        says = phrase(lang, f"Valeur du {shown} : aucune autre n'est attendue.", f"Value of {shown}: no other one is expected.")
        return Dated(Fresh(Freshness.FRESH, last, None, says), True)
    since = min((target.start for target in sheet.targets if target.start), default=first)
    # Once it is over, what lacks is what was due by then: the delay does not grow for ever.
    day = min(as_of, add_months(end, sheet.frequency_months + sheet.delay_months) - DAY)
    return Dated(freshness(last, sheet.frequency_months, sheet.delay_months, day, since=since, lang=lang), False)


def is_told_once(sheet: Sheet) -> bool:
    """A fact that a text states and nobody promised to follow: no target, nothing that measures it or would have to."""
    return not (sheet.measured_by or sheet.union_of or sheet.needs or sheet.targets)
