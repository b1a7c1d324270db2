"""How old the last value of an indicator is, beside what its sheet promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from ensembleur.logic.sentences import show_day
from ensembleur.periods import add_months
from ensembleur.strategy.engine.wording import phrase

DAY = timedelta(days=1)


class Freshness(Enum):
    """From the best known to the least."""

    FRESH = "fresh"  # the period that follows is not over
    DUE = "due"  # it is over, its value may still come in time
    LATE = "late"  # its value is past due
    STALE = "stale"  # so is the value after it
    NEVER = "never"  # no value was ever given


@dataclass(frozen=True)
class Fresh:
    """The state, the last day that was measured, the last day on which the next value is in time, and one sentence."""

    state: Freshness
    last_end: date | None
    due_on: date | None
    says: str


def freshness(
    last_end: date | None,
    frequency_months: int,
    delay_months: int,
    as_of: date,
    *,
    since: date | None = None,
    lang: str = "fr",
) -> Fresh:
    """How fresh the values are on this day.

    last_end : last day of the last measured period, None when there is none.   since : the first day that should be measured;
    it dates a first value that never came.   The next period lasts `frequency_months`; its value is in time until
    `delay_months` after its end, stale one whole period later.
    Raises ValueError when the frequency is not positive or the delay negative.
    """
    if frequency_months < 1 or delay_months < 0:
        raise ValueError("A value is due every month or more, and after the end of its period.")
    first = since if last_end is None else last_end + DAY
    if first is None:
        return Fresh(Freshness.NEVER, None, None, phrase(lang, "Jamais mesuré.", "Never measured."))
    over = add_months(first, frequency_months)  # the first day after the next period
    due_on = add_months(over, delay_months) - DAY
    shown_due = show_day(due_on, lang)
    if last_end is None:
        coming = as_of <= due_on
        says = phrase(
            lang,
            f"Jamais mesuré ; première valeur attendue {'au plus tard' if coming else 'depuis'} le {shown_due}.",
            f"Never measured; a first value is expected by {shown_due}."
            if coming
            else f"Never measured; a first value was expected by {shown_due}.",
        )
        return Fresh(Freshness.NEVER, None, due_on, says)
    shown_last = show_day(last_end, lang)
    if as_of < over:
        fr, en = f"à jour, prochaine valeur attendue le {shown_due} au plus tard", f"up to date, next value due by {shown_due}"
        state = Freshness.FRESH
    elif as_of <= due_on:
        fr, en = f"nouvelle valeur attendue le {shown_due} au plus tard", f"a new value is due by {shown_due}"
        state = Freshness.DUE
    else:
        missed_two = as_of >= add_months(due_on + DAY, frequency_months)
        state = Freshness.STALE if missed_two else Freshness.LATE
        fr, en = f"valeur attendue le {shown_due}, en retard", f"a value was due by {shown_due} and is late"
        if missed_two:
            fr = f"périmé, au moins deux valeurs manquent, la première attendue le {shown_due}"
            en = f"stale, two values at least are missing, the first due by {shown_due}"
    says = phrase(lang, f"Mesuré jusqu'au {shown_last} : {fr}.", f"Measured up to {shown_last}: {en}.")
    return Fresh(state, last_end, due_on, says)
