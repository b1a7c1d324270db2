"""European money that is lost when it is not declared in time: what each year's commitment still asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ensembleur.logic.answers import Answer, Reason, all_of
from ensembleur.logic.sentences import show_day, show_money
from ensembleur.sources import Confidence, Source
from ensembleur.strategy.engine.wording import phrase

ZERO = Decimal(0)
FIRST, LAST = 2021, 2027
YEARS_TO_DECLARE, YEARS_FOR_THE_LAST = 3, 2
RULE = Source(
    title="Commission européenne, glossaire de la politique régionale : « Decommitment » (période 2021-2027)",
    url="https://ec.europa.eu/regional_policy/policy/what/glossary/decommitment_cs",
    checked_on=date(2026, 11, 27),
    confidence=Confidence.SECONDARY,
    note="Résume l'article 105 du règlement (UE) 2021/1060, que nous n'avons pas relu : dates N+3, et 31 décembre 2029 pour 2027.",
    note_en="A summary of Article 105 of Regulation (EU) 2021/1060, which we have not read: N+3 dates, and 31 December 2029 for 2027.",
)
REGULATION = Source(
    title="Règlement (UE) 2021/1060, articles 105 à 107",
    url="http://data.europa.eu/eli/reg/2021/1060/oj",
    confidence=Confidence.UNVERIFIED,
    note="À relire avant toute décision : préfinancement, exceptions, et partage de la tranche 2021 entre les années suivantes.",
    note_en="To be read before any decision: pre-financing, exceptions, and how the 2021 instalment is spread over later years.",
)


@dataclass(frozen=True)
class Tranche:
    """What the budget of the Union commits to the programme in one year, as its financing plan says after any change."""

    year: int
    committed_eur: Decimal


@dataclass(frozen=True)
class Declared:
    """Payment applications and pre-financing since the start, cumulated to a day."""

    on: date
    eur: Decimal


@dataclass(frozen=True)
class Risk:
    """One year's commitment. asked_eur : all commitments up to that year, to be covered by `deadline`.

    reason.answer : YES covered, NO lost (the day is over), UNKNOWN while it can still be declared or nobody knows.
    at_risk_eur : what is not covered, None when nobody knows.
    """

    year: int
    deadline: date
    asked_eur: Decimal
    covered_eur: Decimal | None
    at_risk_eur: Decimal | None
    reason: Reason


@dataclass(frozen=True)
class Decommitment:
    """All the years, and whether everything is covered."""

    answer: Answer
    risks: tuple[Risk, ...]
    missing: tuple[str, ...]


def deadline_of(year: int) -> date:
    """31 December of the third year after; of the second for the last instalment.

    Raises ValueError outside 2021–2027: another period has another rule.
    """
    if not FIRST <= year <= LAST:
        raise ValueError(f"The rule covers commitments of {FIRST} to {LAST}, not {year}.")
    return date(year + (YEARS_FOR_THE_LAST if year == LAST else YEARS_TO_DECLARE), 12, 31)


def decommitment(tranches: Iterable[Tranche], declared: Iterable[Declared], *, as_of: date, lang: str = "fr") -> Decommitment:
    """What each year's commitment still asks for, on this day; declarations of later days are not known yet.

    A state stands until the next one. What is declared after a deadline comes too late for it; without any state up to the
    deadline the answer is UNKNOWN.
    """
    known = sorted((state for state in declared if state.on <= as_of), key=lambda state: state.on)
    asked, risks = ZERO, []
    for tranche in sorted(tranches, key=lambda tranche: tranche.year):
        asked += tranche.committed_eur
        risks.append(_risk(tranche.year, asked, known, as_of, lang))
    missing = tuple(dict.fromkeys(key for risk in risks for key in risk.reason.missing))
    return Decommitment(all_of(risk.reason.answer or Answer.NO for risk in risks), tuple(risks), missing)


def _risk(year: int, asked: Decimal, known: list[Declared], as_of: date, lang: str) -> Risk:
    deadline = deadline_of(year)
    in_time = [state for state in known if state.on <= deadline]
    covered = in_time[-1].eur if in_time else None
    at_risk = None if covered is None else max(ZERO, asked - covered)
    is_over = as_of > deadline
    shown, day = show_money(asked, lang), show_day(deadline, lang)
    says = phrase(lang, f"Tranche {year} : {shown} à couvrir au {day}", f"{year} instalment: {shown} to be covered by {day}")
    missing: tuple[str, ...] = ()
    if covered is None or at_risk is None:
        answer, missing = Answer.UNKNOWN, (f"declared.{year}",)
        fr, en = "montant déclaré inconnu", "amount declared unknown"
    elif not at_risk:
        answer, fr, en = Answer.YES, f"{show_money(covered, lang)} couverts", f"{show_money(covered, lang)} covered"
    elif is_over:
        answer, lost = Answer.NO, show_money(at_risk, lang)
        fr, en = f"{lost} non couverts à l'échéance", f"{lost} not covered in time"
    else:
        answer, missing = Answer.UNKNOWN, (f"declared.{year}",)
        left = show_money(at_risk, lang)
        fr, en = f"{left} restent à déclarer", f"{left} still to be declared"
    reason = Reason(f"decommitment.{year}", answer, says + phrase(lang, f" ; {fr}", f"; {en}"), RULE, missing, kind="rule")
    return Risk(year, deadline, asked, covered, at_risk, reason)
