"""How the money is used year after year, and how much will be paid next by a rule anybody can redo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ensembleur.logic.answers import Answer
from ensembleur.logic.sentences import show_money
from ensembleur.money import to_cent
from ensembleur.strategy.engine.budget import ZERO, Line, accounts, totals
from ensembleur.strategy.engine.content import Stage
from ensembleur.strategy.engine.wording import phrase


@dataclass(frozen=True)
class Point:
    """Euros cumulated to the end of a year; None for what nobody knows by year. programmed : of the whole period when only that is known."""

    year: int
    programmed_eur: Decimal | None
    voted_eur: Decimal | None
    committed_eur: Decimal | None
    paid_eur: Decimal | None


def curve(lines: Sequence[Line]) -> tuple[Point, ...]:
    """Voted, committed and paid beside programmed, for each year from the first named to the last.

    Lines that name a year only, except programmed: an amount for the whole period counts in full from the first year.
    A curve begins at its first known year and stops after its last, rather than stay flat.
    """
    by_year = totals(lines).by_year
    years = sorted({year for _, year in by_year})
    if not years:
        return ()

    def cumulated(stage: Stage, year: int) -> Decimal | None:
        known = {when: amount for (at, when), amount in by_year.items() if at is stage}
        if not known or not min(known) <= year <= max(known):
            return None
        return sum((amount for when, amount in known.items() if when <= year), ZERO)

    return tuple(
        Point(
            year,
            limit_until(lines, Stage.PROGRAMMED, year),
            cumulated(Stage.VOTED, year),
            cumulated(Stage.COMMITTED, year),
            cumulated(Stage.PAID, year),
        )
        for year in range(years[0], years[-1] + 1)
    )


def limit_until(lines: Sequence[Line], stage: Stage, year: int) -> Decimal | None:
    """The most a stage can hold at the end of a year, amounts of the whole period in full; None when nobody knows."""
    known = [
        amount
        for stages in accounts(lines).values()
        if stage in stages and (amount := stages[stage].by(year, as_limit=True)) is not None
    ]
    return sum(known, ZERO) if known else None


@dataclass(frozen=True)
class Forecast:
    """What will be paid in a year. answer : YES when the rule could be played, else UNKNOWN with what is missing."""

    year: int
    answer: Answer
    paid_eur: Decimal | None
    is_capped: bool
    says: str
    missing: tuple[str, ...] = ()


def forecast(lines: Sequence[Line], year: int, *, lang: str = "fr") -> Forecast:
    """What will be paid in `year`: the mean of what was paid in the two years before, at most what is committed and unpaid when it begins.

    Rule of the house, published with its result: two full years make a pace, and nobody is paid what is not committed. UNKNOWN
    when one of the two years, or what is committed, is not known. Euros, rounded to the cent.
    """
    by_year = totals(lines).by_year
    before = [by_year.get((Stage.PAID, year - back)) for back in (2, 1)]
    missing = tuple(f"paid.{year - back}" for back, amount in zip((2, 1), before, strict=True) if amount is None)
    committed = limit_until(lines, Stage.COMMITTED, year - 1)
    if committed is None:
        missing += ("committed",)
    known = [amount for amount in before if amount is not None]
    if committed is None or len(known) < 2:
        says = phrase(
            lang,
            f"Prévision {year} inconnue : il faut les paiements des deux années d'avant et les engagements.",
            f"Forecast for {year} unknown: it takes the payments of the two years before, and the commitments.",
        )
        return Forecast(year, Answer.UNKNOWN, None, False, says, missing)
    mean = to_cent(sum(known, ZERO) / 2)
    left = max(ZERO, committed - (limit_until(lines, Stage.PAID, year - 1) or ZERO))
    paid, is_capped = min(mean, left), left < mean
    fr, en = f"moyenne de {year - 2} et {year - 1}", f"mean of {year - 2} and {year - 1}"
    if is_capped:
        fr += f", {show_money(mean, lang)}, limitée à ce qui est engagé et non payé"
        en += f", {show_money(mean, lang)}, limited to what is committed and unpaid"
    says = phrase(
        lang, f"{show_money(paid, lang)} à payer en {year} : {fr}.", f"{show_money(paid, lang)} to be paid in {year}: {en}."
    )
    return Forecast(year, Answer.YES, paid, is_capped, says)
