"""A plan beside the one before it, at the same age; what differs in how they count is said before any figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ensembleur.logic.sentences import show_day
from ensembleur.periods import add_months
from ensembleur.strategy.engine.content import Label, OverTime, Text
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.wording import counted, phrase, show_amount

MONTH, MONTHS = Text("mois", "month"), Text("mois", "months")
NO_VALUE = Text("aucune valeur", "no value")


@dataclass(frozen=True)
class Curve:
    """The values of one indicator in one plan. start : the plan's first day.   points : (last day counted, value), any order."""

    plan: Text
    start: date
    label: Label
    definition: Text
    unit: Text
    over_time: OverTime
    points: tuple[tuple[date, Decimal], ...] = ()

    def at(self, day: date) -> tuple[date, Decimal] | None:
        """The last value known on this day, with its own day; a flow is summed since the start.

        Each value of a flow counts from 1 January: the last one of a year holds those before it, and years are summed.
        None when the plan has none yet: that is not zero.
        """
        known = sorted((point for point in self.points if self.start <= point[0] <= day), key=lambda point: point[0])
        if not known:
            return None
        last, value = known[-1]
        if self.over_time is OverTime.FLOW:
            value = sum({on.year: amount for on, amount in known}.values(), Decimal(0))
        return last, value


@dataclass(frozen=True)
class Row:
    """Both plans at one age. now, former : (day of the value, value), None when there is none."""

    months: int
    now: tuple[date, Decimal] | None
    former: tuple[date, Decimal] | None
    says: str


@dataclass(frozen=True)
class Comparison:
    """cautions : what makes the two curves different things; each row repeats that it is so. Empty when they count alike."""

    rows: tuple[Row, ...]
    cautions: tuple[str, ...]

    @property
    def is_alike(self) -> bool:
        """Whether the two count the same thing in the same way."""
        return not self.cautions


def same_age(now: Curve, former: Curve, months: Iterable[int], *, as_of: date, lang: str = "fr") -> Comparison:
    """The values of both plans so many months after the first day of each, as known on `as_of`; ages still to come are left out."""
    cautions = _cautions(now, former, lang)
    rows = []
    for age in months:
        day = add_months(now.start, age)
        if day > as_of:
            continue
        here, there = now.at(day), former.at(min(as_of, add_months(former.start, age)))
        told = phrase(lang, " ; ", "; ").join(_told(curve, point, lang) for curve, point in ((now, here), (former, there)))
        if cautions:
            told += phrase(lang, " ; à ne pas comparer sans réserve", "; not to be compared without caution")
        count = counted(age, MONTH, MONTHS, lang)
        rows.append(Row(age, here, there, phrase(lang, f"À {count} : {told}.", f"After {count}: {told}.")))
    return Comparison(tuple(rows), cautions)


def _told(curve: Curve, point: tuple[date, Decimal] | None, lang: str) -> str:
    plan = curve.plan.into(lang)
    if point is None:
        return f"{plan}, {NO_VALUE.into(lang)}"
    word = label_word(curve.label, lang)
    day = show_day(point[0], lang)
    return phrase(
        lang,
        f"{plan}, {show_amount(point[1], curve.unit, lang)} ({word}, au {day})",
        f"{plan}, {show_amount(point[1], curve.unit, lang)} ({word}, on {day})",
    )


def _cautions(now: Curve, former: Curve, lang: str) -> tuple[str, ...]:
    found = []
    if now.label is not former.label:
        words = label_word(now.label, lang), label_word(former.label, lang)
        found.append(
            phrase(
                lang,
                f"Les valeurs ne sont pas connues de la même façon : {words[0]} ici, {words[1]} pour le plan précédent.",
                f"The values are not known in the same way: {words[0]} here, {words[1]} for the former plan.",
            )
        )
    for fr, en, mine, theirs in (
        ("La définition diffère", "The definition differs", now.definition, former.definition),
        ("L'unité diffère", "The unit differs", now.unit, former.unit),
    ):
        if mine != theirs:
            ours, old = mine.into(lang), theirs.into(lang)
            found.append(
                phrase(
                    lang,
                    f"{fr} : « {ours} » ici, « {old} » pour le plan précédent.",
                    f"{en}: “{ours}” here, “{old}” for the former plan.",
                )
            )
    if now.over_time is not former.over_time:
        found.append(
            phrase(
                lang,
                "Les valeurs ne se combinent pas de la même façon dans le temps.",
                "The values do not combine in the same way over time.",
            )
        )
    return tuple(found)
