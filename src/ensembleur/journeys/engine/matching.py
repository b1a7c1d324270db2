"""Which advisers a need is sent to, and why: subject, place and the organisation's own conditions, each explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.conditions import All, AnyOf, Condition, Leaf
from ensembleur.logic.explain import explain
from ensembleur.logic.facts import Fact, Facts
from ensembleur.logic.words import FactKey, Vocabulary, Words, Zones
from ensembleur.sources import Evidence

ASKED_AT_ONCE = 3  # beyond, everybody waits for somebody else to answer
WIDTHS = ("company", "commune", "departement", "region")  # from the narrowest
SUBJECT, COMMUNE, DEPARTEMENT, REGION, SIREN = (
    "advice_subject",
    "advice_commune",
    "advice_departement",
    "advice_region",
    "advice_siren",
)
REGIONS = (("11", Words("Île-de-France", "Île-de-France")),)


class Standing(StrEnum):
    """What becomes of a candidate."""

    ASKED = "asked"
    RESERVE = "reserve"  # fits, but enough others are asked
    AWAY = "away"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Place:
    """Where the company or the project is, by official codes; empty when it is not known yet, which never excludes anybody."""

    siren: str = ""
    commune: str = ""
    departement: str = ""
    region: str = ""


@dataclass(frozen=True)
class Candidate:
    """An adviser as far as matching goes.

    adviser : the account's number.   organisation : the name of the body, empty when the adviser acts for none.
    subjects : codes; empty for a generalist.   perimeter : (kind, code) pairs, see WIDTHS.
    condition : the organisation's filter on this subject, None when it has none.   away : the day of return when absent, None otherwise.
    load : needs held or waiting on this adviser's desk.
    """

    adviser: int
    organisation: str
    subjects: frozenset[str]
    perimeter: tuple[tuple[str, str], ...]
    condition: Condition | None = None
    away: date | None = None
    load: int = 0


@dataclass(frozen=True)
class Match:
    """A candidate, whether they fit, and why. `answer` : NO excludes; UNKNOWN never does, `missing` says what to ask for."""

    candidate: Candidate
    answer: Answer
    reasons: tuple[Reason, ...]
    standing: Standing
    missing: tuple[str, ...] = ()
    width: int = len(WIDTHS)
    is_generalist: bool = False


def match(
    candidates: Iterable[Candidate],
    *,
    subject: str,
    place: Place,
    facts: Facts,
    as_of: date,
    lang: str = "fr",
    at_once: int = ASKED_AT_ONCE,
    titles: Mapping[str, Words] | None = None,
    vocabulary: Vocabulary | None = None,
    zones: Zones | None = None,
) -> tuple[Match, ...]:
    """Every candidate with an explained answer: those asked, then the reserve, those away, those excluded.

    facts : what is known of the company, for the organisations' conditions.   titles : subject → its words.
    Sure ones come before uncertain ones, then the narrowest perimeter, then the least loaded desk, then the account's number.
    Generalists (no subject declared) are asked when nobody who holds the subject can be.
    """
    reader = _Matching(subject, place, facts, as_of, lang, titles or {}, vocabulary or {}, zones or {})
    found = [reader.read(candidate) for candidate in candidates]
    specialists = [one for one in found if not one.is_generalist]
    can_answer = [one for one in specialists if one.standing is Standing.RESERVE]
    first = can_answer or [one for one in found if one.is_generalist and one.standing is Standing.RESERVE]
    chosen = {one.candidate.adviser for one in sorted(first, key=_rank)[:at_once]}
    placed = [replace(one, standing=Standing.ASKED) if one.candidate.adviser in chosen else one for one in found]
    order = list(Standing)
    return tuple(sorted(placed, key=lambda one: (order.index(one.standing), one.is_generalist, *_rank(one))))


def asked(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Those the need is sent to now; empty when it goes to the officers."""
    return tuple(one for one in matches if one.standing is Standing.ASKED)


def reserve(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Those who would be asked next."""
    return tuple(one for one in matches if one.standing is Standing.RESERVE)


def _rank(one: Match) -> tuple[int, int, int, int]:
    return (-one.answer.value, one.width, one.candidate.load, one.candidate.adviser)


@dataclass(frozen=True)
class _Matching:
    """Reads candidates one by one against the same need."""

    subject: str
    place: Place
    facts: Facts
    as_of: date
    lang: str
    titles: Mapping[str, Words]
    vocabulary: Vocabulary
    zones: Zones

    def read(self, candidate: Candidate) -> Match:
        is_generalist = not candidate.subjects
        parts: list[Condition] = []
        if not is_generalist:
            parts.append(Leaf("subject", SUBJECT, "in", tuple(sorted(candidate.subjects)), "register"))
        areas = {area: _area(*area) for area in candidate.perimeter}
        parts.append(AnyOf(tuple(areas.values())) if len(areas) != 1 else next(iter(areas.values())))
        if candidate.condition is not None:
            parts.append(candidate.condition)
        told = self._explain(All(tuple(parts)))
        reasons, standing = told[1], Standing.RESERVE
        if is_generalist:
            reasons = (self._generalist(), *reasons)
        if told[0] is Answer.NO:
            standing = Standing.EXCLUDED
        elif candidate.away is not None:
            standing, reasons = Standing.AWAY, (*reasons, self._away(candidate.away))
        held = [WIDTHS.index(kind) for (kind, _), area in areas.items() if self._explain(area)[0] is not Answer.NO]
        return Match(candidate, told[0], reasons, standing, told[2], min(held, default=len(WIDTHS)), is_generalist)

    def _explain(self, condition: Condition) -> tuple[Answer, tuple[Reason, ...], tuple[str, ...]]:
        told = explain(
            condition,
            {**self.facts, **self._known()},
            as_of=self.as_of,
            lang=self.lang,
            vocabulary={**self.vocabulary, **self._own_words()},
            zones=self.zones,
        )
        return told.answer, told.reasons, told.missing

    def _known(self) -> dict[str, Fact]:
        """The need itself, as facts; what is not known is absent."""
        held = {
            SUBJECT: self.subject,
            SIREN: self.place.siren,
            COMMUNE: self.place.commune,
            DEPARTEMENT: self.place.departement,
            REGION: self.place.region,
        }
        return {key: Fact(value, evidence=Evidence.OBSERVED) for key, value in held.items() if value}

    def _own_words(self) -> dict[str, FactKey]:
        """How to speak of a subject and of a place."""
        return {
            SUBJECT: FactKey(
                SUBJECT, "code", "project", Words("Sujet demandé", "Subject asked"), choices=tuple(self.titles.items())
            ),
            SIREN: FactKey(SIREN, "code", "company", Words("Entreprise", "Company"), feminine=True),
            COMMUNE: FactKey(COMMUNE, "code", "project", Words("Commune", "Municipality"), feminine=True),
            DEPARTEMENT: FactKey(DEPARTEMENT, "code", "project", Words("Département", "Département")),
            REGION: FactKey(REGION, "code", "project", Words("Région", "Region"), feminine=True, choices=REGIONS),
        }

    def _generalist(self) -> Reason:
        says = Words(
            "Conseiller généraliste : aucun sujet déclaré, tous lui sont ouverts", "Generalist adviser: open to any subject"
        )
        return Reason("generalist", Answer.YES, says.in_(self.lang))

    def _away(self, day: date) -> Reason:
        says = Words("Absent jusqu'au {0:%d/%m/%Y}", "Away until {0:%d/%m/%Y}")
        return Reason("away", Answer.NO, says.in_(self.lang).format(day))


def _area(kind: str, code: str) -> Condition:
    """The condition « the company lies there »: a commune asks for its département too, known more often than the commune."""
    if kind == "commune":
        departement = code[:3] if code.startswith("97") else code[:2]
        return All(
            (
                Leaf(f"departement-{code}", DEPARTEMENT, "is", departement, "register"),
                Leaf(f"commune-{code}", COMMUNE, "is", code, "register"),
            )
        )
    key = {"company": SIREN, "departement": DEPARTEMENT, "region": REGION}[kind]
    return Leaf(f"{kind}-{code}", key, "is", code, "register")
