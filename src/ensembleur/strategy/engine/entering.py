"""What a person may write as the value of an indicator: the figures, what is wrong with them in one sentence, the period they are due for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ensembleur.logic.sentences import show_day, show_number
from ensembleur.periods import add_months
from ensembleur.strategy.engine.content import Indicator, Label, OverTime, State
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.wording import Fault, phrase

DAY = timedelta(days=1)
MOST = Decimal(10) ** 15  # beyond, a typing error
DECIMALS = 4
ONE, HUNDRED = Decimal(1), Decimal(100)
LONGEST = {"source_title": 200, "comment": 1000}
MOST_UNITS = 2_000_000_000
# How the unit of a share may be written; a value in « % » is a part of a whole only when its sheet names a denominator.
SHARE_UNITS = {"share", "ratio"}


@dataclass(frozen=True)
class Figures:
    """One value as somebody reports it.

    period_start, period_end : half-open days.   as_of : the last day that counted.   label : how the value is known.
    units : how many different companies or persons it rests on.   source_title : the paper or the register it was read in.
    """

    period_start: date
    period_end: date
    as_of: date
    label: Label
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    units: int | None = None
    source_title: str = ""
    comment: str = ""

    @property
    def place(self) -> tuple[date, date, date, Label]:
        """What makes two values speak of the same thing."""
        return self.period_start, self.period_end, self.as_of, self.label


def is_computed(sheet: Indicator) -> bool:
    """Whether the platform measures this indicator by itself: nobody then types its value."""
    return bool(sheet.measured_by or sheet.union_of)


def why_not_reported(sheet: Indicator, lang: str = "fr") -> str:
    """Why nobody may report a value of this indicator; "" when somebody may."""
    if sheet.state is not State.ACTIVE:
        return phrase(
            lang,
            f"L'indicateur {sheet.code} n'est plus suivi : il ne reçoit plus de valeur.",
            f"Indicator {sheet.code} is no longer followed: it takes no more values.",
        )
    if is_computed(sheet):
        return phrase(
            lang,
            f"L'indicateur {sheet.code} est calculé par la plateforme : corrigez les opérations, ou contestez sa valeur.",
            f"Indicator {sheet.code} is computed by the platform: correct the operations, or dispute its value.",
        )
    return ""


def fault_of(sheet: Indicator, figures: Figures, *, today: date, lang: str = "fr") -> Fault | None:
    """The first thing wrong with these figures, None when they may stand. today : nothing of a later day is known."""
    return _wrong_days(figures, today, lang) or _wrong_numbers(sheet, figures, lang) or _wrong_words(figures, lang)


def _wrong_days(figures: Figures, today: date, lang: str) -> Fault | None:
    start, last = show_day(figures.period_start, lang), show_day(figures.period_end - DAY, lang)
    if figures.period_end <= figures.period_start:
        says = phrase(
            lang,
            f"La période du {start} au {last} est vide : sa fin doit suivre son début.",
            f"The period from {start} to {last} is empty: its end must follow its start.",
        )
        return Fault("empty_period", "period_end", says)
    day = show_day(figures.as_of, lang)
    if not figures.period_start <= figures.as_of < figures.period_end:
        says = phrase(
            lang,
            f"Le {day} est hors de la période du {start} au {last} : la situation doit être celle d'un jour de la période.",
            f"{day} lies outside the period from {start} to {last}: the value must be that of a day of the period.",
        )
        return Fault("day_outside", "as_of", says)
    if figures.as_of > today:
        says = phrase(
            lang,
            f"Le {day} est à venir : rapportez une valeur constatée aujourd'hui ou avant.",
            f"{day} is still to come: report a value of today or earlier.",
        )
        return Fault("day_to_come", "as_of", says)
    return None


def _wrong_numbers(sheet: Indicator, figures: Figures, lang: str) -> Fault | None:
    for name in ("value", "numerator", "denominator"):
        number = getattr(figures, name)
        if number is not None and (fault := _wrong_number(name, number, lang)):
            return fault
    ceiling = _ceiling(sheet)
    if ceiling is not None and not 0 <= figures.value <= ceiling:
        most = show_number(ceiling, lang)
        says = phrase(
            lang,
            f"Une part se donne entre 0 et {most} : {show_number(figures.value, lang)} n'en est pas une.",
            f"A share lies between 0 and {most}: {show_number(figures.value, lang)} is not one.",
        )
        return Fault("not_a_share", "value", says)
    if figures.units is not None and not 0 <= figures.units <= MOST_UNITS:
        says = phrase(
            lang,
            "Le nombre d'unités est un nombre entier, zéro ou plus.",
            "The number of units is a whole number, zero or more.",
        )
        return Fault("bad_units", "units", says)
    if figures.denominator == 0:
        says = phrase(lang, "Le dénominateur ne peut pas être zéro.", "The denominator cannot be zero.")
        return Fault("zero_denominator", "denominator", says)
    return None


def _wrong_number(name: str, number: Decimal, lang: str) -> Fault | None:
    if not number.is_finite():
        says = phrase(lang, "La valeur n'est pas un nombre : écrivez par exemple 1 250,5.", "The value is not a number.")
        return Fault("not_a_number", name, says)
    exponent = number.normalize().as_tuple().exponent
    if abs(number) >= MOST or (isinstance(exponent, int) and exponent < -DECIMALS):
        says = phrase(
            lang,
            f"Ce nombre a trop de chiffres : quatre décimales au plus, et moins d'un million de milliards ({name}).",
            f"This number has too many digits: at most four decimals, and less than a million billion ({name}).",
        )
        return Fault("too_many_digits", name, says)
    return None


def _wrong_words(figures: Figures, lang: str) -> Fault | None:
    if not figures.source_title.strip():
        says = phrase(
            lang,
            "Dites d'où vient la valeur : un registre, un bilan, une enquête.",
            "Say where the value comes from: a register, a report, a survey.",
        )
        return Fault("no_source", "source_title", says)
    for name, longest in LONGEST.items():
        if len(getattr(figures, name)) > longest:
            word = (
                phrase(lang, "La source", "The source")
                if name == "source_title"
                else phrase(lang, "Le commentaire", "The comment")
            )
            says = phrase(lang, f"{word} tient en {longest} caractères.", f"{word} holds in {longest} characters.")
            return Fault("too_long", name, says)
    return None


def _ceiling(sheet: Indicator) -> Decimal | None:
    unit = sheet.unit.en.strip().lower()
    if unit in SHARE_UNITS:
        return ONE
    return HUNDRED if unit == "%" and sheet.denominator is not None else None


def due_period(sheet: Indicator, *, since: date, as_of: date) -> tuple[date, date]:
    """The half-open days of the last value that could be known: the last whole period over on `as_of`, the current one if none is.

    since : the first day of the strategy. Periods follow one another from there; a cumulative series always begins there.
    """
    first = min((target.start for target in sheet.targets if target.start), default=since)
    start, end = first, add_months(first, sheet.frequency_months)
    rank = 1
    while (after := add_months(first, sheet.frequency_months * (rank + 1))) <= as_of + DAY:
        start, end, rank = end, after, rank + 1
    return (first, end) if sheet.over_time is OverTime.CUMULATIVE else (start, end)


def told_twice(figures: Figures, lang: str = "fr") -> str:
    """« du 1er janvier 2025 au 31 décembre 2025, déclaré »: what two values that speak of the same thing share."""
    start, last = show_day(figures.period_start, lang), show_day(figures.period_end - DAY, lang)
    word = label_word(figures.label, lang)
    return phrase(lang, f"du {start} au {last}, {word}", f"from {start} to {last}, {word}")
