"""One scheme for one company, on one day: an answer, its reasons, what is missing, how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ensembleur.logic.answers import Answer, Reason
from ensembleur.logic.comparing import Setting, limits
from ensembleur.logic.explain import explain_in
from ensembleur.logic.facts import Fact, Facts
from ensembleur.logic.words import Words
from ensembleur.schemes.engine import deminimis, telling
from ensembleur.schemes.engine.amount import AmountRange, amount_of
from ensembleur.schemes.engine.groups import ask_instead, derive
from ensembleur.schemes.engine.kept import NOWHERE, SAYS
from ensembleur.schemes.engine.opening import Opening, opening_on
from ensembleur.schemes.engine.scheme import DE_MINIMIS, Scheme, Version
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.sources import Source

VerdictAnswer = Literal["yes", "no", "unknown", "not_open"]
ANSWERS: Mapping[Answer, VerdictAnswer] = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "unknown"}
TO_GIVE_BACK = ("loan", "equity")
CAPPED_NATURES = ("grant", "in_kind")  # a loan or an advance counts for less than its face value, which we cannot compute


@dataclass(frozen=True)
class Verdict:
    """The explained answer. `version` is None when no version was known; `opens_on` and `closed_since` go with "not_open".

    missing : the facts to ask for, in the order of the rule.   uncertain : the scheme is to be confirmed with its operator.
    closes_on : last day to apply when it is known.   rule_hash : what tells two texts of the rule apart.
    closed_since : the first day files were no longer taken.
    title, state (yes, no, unknown, closed), state_text, headline, sentence, formula, source : what the answer card shows.
    """

    scheme: Scheme
    version: Version | None
    as_of: date
    answer: VerdictAnswer
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    amount: AmountRange | None = None
    opens_on: date | None = None
    closed_since: date | None = None
    closes_on: date | None = None
    uncertain: bool = False
    lang: str = "fr"
    rule_hash: str = ""
    title: str = ""
    state: str = ""
    state_text: str = ""
    headline: str = ""
    sentence: str = ""
    formula: str = ""
    source: Source | None = None

    def as_json(self) -> dict[str, Any]:
        """The stable contract of the `advise` command for one scheme: plain data, dates as text, euros as numbers."""
        return {
            "scheme": self.scheme.id,
            "title": self.title,
            "version": self.version.id if self.version is not None else None,
            "as_of": self.as_of.isoformat(),
            "answer": self.answer,
            "sentence": self.sentence,
            "reasons": [reason_json(reason) for reason in self.reasons],
            "missing": list(self.missing),
            "amount_eur": self.amount.as_json() if self.amount is not None else None,
            "opens_on": _iso(self.opens_on),
            "closed_since": _iso(self.closed_since),
            "closes_on": _iso(self.closes_on),
            "uncertain": self.uncertain,
            "rule_hash": self.rule_hash,
        }


def reason_json(reason: Reason) -> dict[str, Any]:
    """One reason: answer "yes", "no", "unknown", or null when it never decides."""
    source = reason.source
    return {
        "leaf": reason.leaf,
        "answer": ANSWERS[reason.answer] if reason.answer is not None else None,
        "says": reason.says,
        "source": source
        and {
            "title": source.title,
            "url": source.url,
            "confidence": source.confidence.value,
            "checked_on": _iso(source.checked_on),
        },
        "class": reason.kind,
        "matters": reason.matters,
        "missing": list(reason.missing),
        "distance": reason.distance,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


# -- one scheme --------------------------------------------------------------------------------------------------------


def verdict_of(
    scheme: Scheme,
    facts: Facts,
    *,
    as_of: date,
    lang: str = "fr",
    known_on: date | None = None,
    titles: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on `as_of`, as the rules were known on `known_on` (None: as we know them now).

    titles : the names of the schemes at the end of an edge, their identifier otherwise.
    A closed scheme still explains its conditions; its answer is "not_open" whatever they say.
    """
    return judge(scheme, derive(facts, as_of=as_of), facts, as_of=as_of, lang=lang, known_on=known_on, titles=titles or {})


def judge(
    scheme: Scheme,
    known: Mapping[str, Fact],
    told: Facts,
    *,
    as_of: date,
    lang: str,
    known_on: date | None,
    titles: Mapping[str, str],
    memo: dict[Any, Any] | None = None,
) -> Verdict:
    """The same with facts already derived (`known`), beside those really told (`told`), for many schemes at once.

    memo : a dict shared by the schemes judged on the same facts, day and language, which ask the same things again and again.
    """
    opening = opening_on(scheme, as_of, known_on)
    version = opening.version
    if version is None:
        return _closed_unheard(scheme, opening, as_of, lang)
    setting = Setting(as_of, lang, version.parameters_on(as_of), VOCABULARY, ZONES, scheme.sources)
    explanation = explain_in(version.conditions, known, setting, memo)
    room = _room(known) if counts_toward_de_minimis(version) else None
    answer: VerdictAnswer = ANSWERS[explanation.answer]
    if room is not None and room <= 0:
        answer = "no"
    if not opening.is_open:
        answer = "not_open"
    stated = _unread(scheme, version, lang) if version.unreadable else explanation.reasons
    reasons = (*stated, *_procedural(scheme, version, opening, room, setting, titles), *_jury(scheme, version, lang))
    missing = tuple(dict.fromkeys(ask_instead(key, told) for key in explanation.missing)) if answer == "unknown" else ()
    cap = room if version.amount is not None and version.amount.nature in CAPPED_NATURES else None
    amount = amount_of(version.amount, known, setting, room=cap) if version.amount is not None else None
    if answer == "not_open":
        sentence = telling.opening_sentence(opening, scheme, lang)
    else:
        decided = "" if version.unreadable else telling.verdict_sentence(answer, reasons, missing, scheme, lang)
        doubt = telling.uncertain_sentence(scheme, version, lang) if version.status == "uncertain" else ""
        sentence = " ".join(filter(None, (decided, doubt)))
    return Verdict(
        scheme=scheme,
        version=version,
        as_of=as_of,
        answer=answer,
        reasons=reasons,
        missing=missing,
        amount=amount,
        opens_on=opening.opens_on,
        closed_since=opening.closed_since,
        closes_on=opening.closes_on,
        uncertain=version.status == "uncertain",
        lang=lang,
        rule_hash=version.rule_hash,
        title=scheme.title.in_(lang),
        state=telling.STATES[answer],
        state_text=_state_text(answer, version).in_(lang),
        headline=telling.headline(amount, lang, is_fixed=version.amount is not None and version.amount.rule in ("flat", "steps")),
        sentence=sentence,
        formula=amount.formula if amount is not None else "",
        source=scheme.source(version.source),
    )


def _state_text(answer: VerdictAnswer, version: Version) -> Words:
    if version.unreadable and answer == "unknown":
        return telling.UNREADABLE
    return telling.TO_CONFIRM if version.status == "uncertain" and answer == "yes" else telling.STATE_TEXTS[answer]


def _unread(scheme: Scheme, version: Version, lang: str) -> tuple[Reason, ...]:
    """The one reason of a text this release cannot read."""
    return (Reason(NOWHERE.id, Answer.UNKNOWN, SAYS.in_(lang), scheme.source(version.source), kind="procedural"),)


def counts_toward_de_minimis(version: Version) -> bool:
    """Whether what the scheme pays is counted under the de minimis cap."""
    return any(edge.kind == "counts_toward" and edge.scheme == DE_MINIMIS for edge in version.edges)


def _room(known: Mapping[str, Fact]) -> Decimal | None:
    """The highest the room can be; None when nothing is known."""
    fact = known.get("de_minimis_room_eur")
    high = limits(fact, "de_minimis_room_eur")[1] if fact is not None else None
    return Decimal(high) if high is not None else None


def _closed_unheard(scheme: Scheme, opening: Opening, as_of: date, lang: str) -> Verdict:
    return Verdict(
        scheme,
        None,
        as_of,
        "not_open",
        lang=lang,
        title=scheme.title.in_(lang),
        state="closed",
        state_text=telling.STATE_TEXTS["not_open"].in_(lang),
        sentence=telling.opening_sentence(opening, scheme, lang),
    )


def _procedural(
    scheme: Scheme, version: Version, opening: Opening, room: Decimal | None, setting: Setting, titles: Mapping[str, str]
) -> list[Reason]:
    """The window, what must come first, the cap on small aids, and what is to be confirmed."""
    lang = setting.lang
    reasons = []
    if not opening.is_open or opening.closes_on is not None:
        source = scheme.source(opening.window.source if opening.window is not None else version.source)
        says = telling.opening_sentence(opening, scheme, lang).rstrip(".")
        reasons.append(Reason("window", Answer.YES if opening.is_open else Answer.NO, says, source, kind="procedural"))
    for edge in version.edges:
        source = scheme.source(edge.source)
        if edge.kind == "counts_toward" and edge.scheme == DE_MINIMIS:
            held = None if room is None else Answer.YES if room > 0 else Answer.NO
            says = telling.de_minimis_sentence(room, lang)
            reasons.append(Reason("de-minimis", held, says, source or deminimis.SOURCE, kind="procedural"))
        elif edge.kind in ("prerequisite", "exclusive"):
            says = telling.edge_sentence(edge, titles.get(edge.scheme, edge.scheme), lang)
            reasons.append(Reason(f"{edge.kind}-{edge.scheme}", None, says, source, kind="procedural"))
    if version.status == "uncertain":
        says = telling.uncertain_sentence(scheme, version, lang).rstrip(".")
        reasons.append(Reason("uncertain", None, says, scheme.source(version.source), kind="procedural"))
    return reasons


def _jury(scheme: Scheme, version: Version, lang: str) -> list[Reason]:
    return [Reason(line.id, None, line.says.in_(lang), scheme.source(line.source), kind="jury") for line in version.jury]


# -- the whole catalogue -----------------------------------------------------------------------------------------------


def advise(
    schemes: Iterable[Scheme],
    facts: Facts,
    *,
    as_of: date,
    lang: str = "fr",
    known_on: date | None = None,
    audience: str = "company",
) -> list[Verdict]:
    """Every scheme's verdict, in the order a busy person needs.

    Open and yes (most money first), open and unknown (fewest questions first, then most money), no (nearest threshold
    first), closed (soonest to open again first, then last closed). Equal ones by title. Loans and equity come after the
    money that is given: the same sum is not worth the same.
    audience : "company" or "person"; "" for every scheme.
    """
    everything = tuple(schemes)
    titles = {scheme.id: scheme.title.in_(lang) for scheme in everything}
    known = derive(facts, as_of=as_of)
    chosen = [scheme for scheme in everything if audience in ("", scheme.audience)]
    memo: dict[Any, Any] = {}
    verdicts = [
        judge(scheme, known, facts, as_of=as_of, lang=lang, known_on=known_on, titles=titles, memo=memo) for scheme in chosen
    ]
    return sorted(verdicts, key=_rank)


def money_brought(verdict: Verdict) -> Decimal:
    """The most the aid may bring, zero for what the company pays or an unlimited amount, whose least is taken instead."""
    amount = verdict.amount
    if amount is None or amount.nature == "to_pay":
        return Decimal(0)
    return amount.max if amount.max is not None else amount.min


def _rank(verdict: Verdict) -> tuple[Any, ...]:
    brought = (verdict.amount is not None and verdict.amount.nature in TO_GIVE_BACK, -money_brought(verdict))
    if verdict.answer == "yes":
        return 0, brought, verdict.title
    if verdict.answer == "unknown":
        return 1, len(verdict.missing) or 99, brought, verdict.title
    if verdict.answer == "no":
        against = [reason for reason in verdict.reasons if reason.answer is Answer.NO and reason.matters]
        gaps = [reason.gap for reason in against]
        far = max((gap for gap in gaps if gap is not None), default=0.0)
        return 2, sum(gap is None for gap in gaps), far, len(against), brought, verdict.title
    since = verdict.closed_since or date.min
    return 3, verdict.opens_on or date.max, date.max - since, verdict.title
