"""Whom to meet, and why: each suggestion is an answer explained from what both sides declared, never from what is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import inf
from zlib import crc32

from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.comparing import Setting
from ensembleur.logic.conditions import All, AnyOf, Bounds, Leaf
from ensembleur.logic.explain import answer_of, explain_in
from ensembleur.logic.facts import Fact, Facts
from ensembleur.logic.words import FactKey, Unit, Vocabulary, Words
from ensembleur.sources import Evidence

KILOMETRES = Unit("km", Words("km", "km"), Words("km", "km"))
EMPLOYEES = Unit("employees", Words("salarié", "employee"), Words("salariés", "employees"))
OFFERS, SEEKS, SECTORS, OCCUPATIONS, CONTRACTS = CODES = ("offers", "seeks", "sectors", "occupations", "contracts")
LABELS = {
    OFFERS: (Words("Offre", "Offer"), True),
    SEEKS: (Words("Recherche", "Need"), True),
    SECTORS: (Words("Secteur", "Sector"), False),
    OCCUPATIONS: (Words("Métier", "Occupation"), False),
    CONTRACTS: (Words("Contrat", "Contract"), False),
}
DISTANCE, DEPARTEMENT, HEADCOUNT = "distance_km", "departement", "headcount"
NO_DAY = date.min  # nothing here depends on the day


@dataclass(frozen=True)
class Profile:
    """What a participant declared. What is empty or None is not known, which never counts against anybody.

    offers, seeks, sectors, occupations (ROME), contracts : codes; a candidate's occupations and contracts are those they want.
    within_km, departements, sizes : what they ask of the other: how far, where, how many employees (from, to, both included).
    is_person : somebody who comes for themselves; where people live never puts them in order.
    """

    id: str
    offers: frozenset[str] = frozenset()
    seeks: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    occupations: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    departement: str = ""
    headcount: int | None = None
    within_km: int | None = None
    departements: frozenset[str] = frozenset()
    sizes: tuple[int, int] | None = None
    is_person: bool = False


@dataclass(frozen=True)
class Suggestion:
    """Somebody to meet. `answer` : YES, or UNKNOWN when something was not declared, which `missing` names.

    reasons : one per condition, then what the two have in common besides, then how far apart they are.   shared : how many codes of one meet the other's.
    """

    profile: str
    answer: Answer
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    shared: int
    distance_km: int | None = None


def suggest(
    me: Profile,
    others: Iterable[Profile],
    *,
    most: int = 20,
    lang: str = "fr",
    distance_km: Mapping[str, int] | None = None,
    titles: Mapping[str, Mapping[str, Words]] | None = None,
) -> list[Suggestion]:
    """The best first; nobody for whom the answer is no, and nothing when `me` declared nothing to look for.

    distance_km : {profile: how far from me}, those unknown left out.   titles : {"offers", "departement" …: {code: its words}}.
    Sure ones first, then who shares most codes, then the nearest, then a draw of its own for each reader: no name comes first for all.
    """
    asked = condition_of(me)
    if asked is None:
        return []
    setting = Setting(NO_DAY, lang, vocabulary=_vocabulary(titles or {}))
    far = distance_km or {}
    order = sorted((other for other in others if other.id != me.id), key=lambda other: _rank(me, other, far.get(other.id)))
    sure: list[Profile] = []
    unsure: list[Profile] = []
    for other in order:
        answer = _answer(asked, _facts(other, far.get(other.id)), setting)
        if answer is not Answer.NO:
            (sure if answer is Answer.YES else unsure).append(other)
        if len(sure) == most:
            break
    return [_told(me, asked, other, far.get(other.id), setting) for other in (sure + unsure)[:most]]


def condition_of(me: Profile) -> All | None:
    """What I ask of the others, made from what I declared; None when I declared nothing to look for."""
    exchange = _among((OFFERS, me.seeks), (SEEKS, me.offers)) or _among((SECTORS, me.sectors))
    work = _among((OCCUPATIONS, me.occupations), (CONTRACTS, me.contracts))
    if not exchange and not me.occupations:
        return None
    near = () if me.within_km is None else (Leaf("near", DISTANCE, "at_most", Decimal(me.within_km)),)
    where = near + _among((DEPARTEMENT, me.departements))
    size = () if me.sizes is None else (Leaf("size", HEADCOUNT, "between", Bounds(Decimal(me.sizes[0]), Decimal(me.sizes[1]))),)
    either = [(AnyOf(several),) if several else () for several in (exchange, where)]
    return All((*either[0], *work, *either[1], *size))


def _answer(asked: All, facts: Facts, setting: Setting) -> Answer:
    """That of `explain`, found sooner: the first no is enough, and the conditions quickest to read are the last."""
    answer = Answer.YES
    for part in reversed(asked.parts):
        held = answer_of(part, facts, setting)
        if held is Answer.NO:
            return held
        if held is Answer.UNKNOWN:
            answer = held
    return answer


def _among(*wanted: tuple[str, frozenset[str]]) -> tuple[Leaf, ...]:
    """« One of these codes » for each fact for which there are some."""
    return tuple(Leaf(fact, fact, "in", tuple(sorted(codes))) for fact, codes in wanted if codes)


def _shared(me: Profile, other: Profile) -> int:
    """How many codes of mine meet theirs."""
    held = ((me.seeks, other.offers), (me.offers, other.seeks), (me.sectors, other.sectors), (me.occupations, other.occupations))
    return sum(len(mine & theirs) for mine, theirs in held)


def _rank(me: Profile, other: Profile, far: int | None) -> tuple[int, float, int, str]:
    near = 0.0 if other.is_person else inf if far is None else far
    return -_shared(me, other), near, crc32(f"{me.id} {other.id}".encode()), other.id


def _facts(other: Profile, far: int | None) -> Facts:
    """What is known of somebody, as facts."""
    known = _declared(other)
    return known if far is None else {**known, DISTANCE: Fact(far, evidence=Evidence.OBSERVED)}


@lru_cache(maxsize=4096)
def _declared(other: Profile) -> Facts:
    held = {name: Fact(tuple(sorted(codes))) for name in CODES if (codes := getattr(other, name))}
    if other.departement:
        held[DEPARTEMENT] = Fact(other.departement, evidence=Evidence.OBSERVED)
    if other.headcount is not None:
        held[HEADCOUNT] = Fact(other.headcount)
    return held


def _told(me: Profile, asked: All, other: Profile, far: int | None, setting: Setting) -> Suggestion:
    """One suggestion in words: what I ask, then what we have in common that I did not ask for."""
    facts = _facts(other, far)
    told = explain_in(asked, facts, setting)
    mine = frozenset([me.departement]) if me.departement and not other.is_person else frozenset()
    besides = _among((SECTORS, me.sectors), (DEPARTEMENT, mine))
    seen = {reason.leaf for reason in told.reasons}
    more = [
        reason
        for leaf in besides
        if leaf.id not in seen and answer_of(leaf, facts, setting) is Answer.YES
        for reason in explain_in(leaf, facts, setting).reasons
    ]
    if far and not other.is_person and "near" not in seen:
        more.append(_away(far, setting.lang))
    return Suggestion(other.id, told.answer, (*told.reasons, *more), told.missing, _shared(me, other), far)


def _away(far: int, lang: str) -> Reason:
    """How far they are: what was not asked for, and helps to choose."""
    says = Words(f"À {far} km à vol d'oiseau, de commune à commune", f"{far} km away as the crow flies, between communes")
    return Reason("away", Answer.YES, says.en if lang == "en" else says.fr)


def _vocabulary(titles: Mapping[str, Mapping[str, Words]]) -> Vocabulary:
    """How to speak of each fact."""
    codes = {
        name: FactKey(name, "codes", "company", label, feminine=feminine, choices=tuple(titles.get(name, {}).items()))
        for name, (label, feminine) in LABELS.items()
    }
    return codes | {
        DISTANCE: FactKey(DISTANCE, "number", "establishment", Words("Distance", "Distance"), unit=KILOMETRES, feminine=True),
        DEPARTEMENT: FactKey(
            DEPARTEMENT,
            "code",
            "establishment",
            Words("Département", "Département"),
            choices=tuple(titles.get(DEPARTEMENT, {}).items()),
        ),
        HEADCOUNT: FactKey(HEADCOUNT, "number", "establishment", Words("Effectif", "Headcount"), unit=EMPLOYEES),
    }
