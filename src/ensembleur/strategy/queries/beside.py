"""A strategy beside the one before it at the same age: the figures that both count in the same unit, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ensembleur.periods import whole_months
from ensembleur.strategy.engine.compare import Comparison, Curve, same_age
from ensembleur.strategy.engine.content import Label, NodeKind
from ensembleur.strategy.queries.states import Seen, Situation

AGES = (12, 24, 36, 48, 60)
SAY_NOT_OF_WHAT = {"%", "share", "€", "euro", "euros"}
MOST = 6  # a page compares the figures that matter; the rest is in the files


@dataclass(frozen=True)
class Beside:
    """One figure of both plans. title : in the current one.   former : how the former one calls it."""

    title: str
    former: str
    comparison: Comparison


def same_age_of(now: Situation, former: Situation) -> list[Beside]:
    """What both plans count in the same unit, the whole strategy first; nothing when they have no such figure.

    A figure of the current plan is set beside one of the former that has the same code or the same title; a figure of the whole
    strategy, also beside one of the whole former plan that counts the same things at the same level (euros and shares alone do not
    say of what). Ages at which neither plan has a value are left out.
    """
    found: list[Beside] = []
    taken: set[str] = set()
    for one in [*now.headlines, *(each for node in now.measures for each in now.of(node))]:
        other = _twin(one, former, taken)
        if other is None or len(found) == MOST:
            continue
        here, there = _curve(now, one), _curve(former, other)
        months = whole_months(here.start, now.as_of)
        ages = [age for age in AGES if age <= months] or ([months] if months > 0 else [])
        compared = same_age(here, there, ages, as_of=now.as_of, lang=now.lang)
        rows = tuple(row for row in compared.rows if row.now or row.former)
        if rows:
            taken.add(other.sheet.code)
            told = replace(compared, rows=rows)
            found.append(Beside(one.sheet.title.into(now.lang), other.sheet.title.into(now.lang), told))
    return found


def _twin(one: Seen, former: Situation, taken: set[str]) -> Seen | None:
    """The figure of the former plan that counts the same thing, at the same floor first."""
    free = [other for code, other in former.seen.items() if code not in taken and other.points]
    same = (other for other in free if other.sheet.code == one.sheet.code or other.sheet.title == one.sheet.title)
    alike = [
        other
        for other in free
        if other.sheet.unit == one.sheet.unit
        and one.sheet.unit.en.casefold() not in SAY_NOT_OF_WHAT
        and other.sheet.level is one.sheet.level
        and other.part.kind is one.part.kind is NodeKind.STRATEGY
    ]
    return next(same, None) or next(iter(alike), None)


def _curve(situation: Situation, one: Seen) -> Curve:
    """The values known in the way the main one is: two labels never make one curve."""
    label = Label(one.main.label) if one.main is not None else one.sheet.label
    start = situation.held.row.period_start
    return Curve(
        plan=situation.held.content.title,
        start=start,
        label=label,
        definition=one.sheet.definition,
        unit=one.sheet.unit,
        over_time=one.sheet.over_time,
        points=tuple((point.as_of, point.value or Decimal(0)) for point in one.points if point.label == label.value),
    )
