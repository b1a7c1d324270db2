"""From the catalogue to offers: which aid may pay which action, how much for sure and how much perhaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ensembleur.logic.comparing import Setting, limits
from ensembleur.logic.conditions import leaves
from ensembleur.logic.facts import Fact, Facts
from ensembleur.money import CENT
from ensembleur.schemes.engine.amount import bonuses_of, value_of
from ensembleur.schemes.engine.funding.problem import ALL, ZERO, Action, Envelope, Exclusion, Offer, PastAid, Problem, Terms
from ensembleur.schemes.engine.groups import derive
from ensembleur.schemes.engine.scheme import AmountRule, Scheme, Version
from ensembleur.schemes.engine.verdict import Verdict, counts_toward_de_minimis, judge
from ensembleur.schemes.engine.vocabulary import VOCABULARY
from ensembleur.schemes.engine.zones import ZONES
from ensembleur.sources import Evidence

COUNTED = ("grant", "in_kind", "tax_credit", "mixed")  # what need not be paid back; the rest is told beside, never added
OF_THE_CAP = ("past_aids", "de_minimis_room_eur")  # the cap is kept day by day over the plan, not by each verdict alone


@dataclass(frozen=True)
class Wish:
    """An action as the company describes it. `facts` : what is particular to it.

    schemes : only those, every one when None.   topics : only schemes that serve one of them, every one when empty.
    """

    action: Action
    facts: Mapping[str, Any] = field(default_factory=dict)
    schemes: tuple[str, ...] | None = None
    topics: tuple[str, ...] = ()

    def may_ask(self, scheme: Scheme) -> bool:
        """Whether the scheme is worth looking at for this action."""
        return (self.schemes is None or scheme.id in self.schemes) and (
            not self.topics or bool({*self.topics} & {*scheme.topics})
        )


@dataclass(frozen=True)
class Request:
    """Everything a funding plan is composed from. `past_aids` None: nobody said, which is not the same as none."""

    as_of: date
    wishes: tuple[Wish, ...]
    facts: Facts
    past_aids: tuple[PastAid, ...] | None = None
    envelopes: tuple[Envelope, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One aid for one action, explained. `sure`, `possible` : what it pays when only what is known counts, and at best.

    answer : "yes" or "unknown".   missing : the facts that would settle it.   to_confirm : the scheme may no longer run.
    nature : of its amount, "" when it has none.   guard : nothing may be ordered before filing.
    """

    action: str
    scheme: str
    verdict: Verdict
    answer: str
    nature: str
    missing: tuple[str, ...] = ()
    to_confirm: bool = False
    sure: Terms | None = None
    possible: Terms | None = None
    de_minimis: bool = False
    guard: bool = False


def choices_of(request: Request, schemes: Iterable[Scheme], *, lang: str = "fr") -> tuple[Choice, ...]:
    """Every aid that is not refused, action by action, in the order given."""
    wanted = [scheme for scheme in schemes if scheme.audience == "company"]
    titles = {scheme.id: scheme.title.in_(lang) for scheme in wanted}
    common = {key: fact for key, fact in request.facts.items() if key not in OF_THE_CAP}
    found = []
    for wish in request.wishes:
        told = common | {key: _said(value, request.as_of) for key, value in wish.facts.items()}
        told["project_cost_eur"] = _said(wish.action.cost_eur, request.as_of)
        days = dict.fromkeys((request.as_of, wish.action.granted_on))
        known = {day: (derive(told, as_of=day), {}) for day in days}  # type: ignore[var-annotated]
        for scheme in wanted:
            if not wish.may_ask(scheme):
                continue
            for day, (facts, memo) in known.items():  # open today, failing that on the day of the grant
                verdict = judge(scheme, facts, told, as_of=day, lang=lang, known_on=None, titles=titles, memo=memo)
                if verdict.answer != "not_open":
                    break
            if verdict.answer in ("yes", "unknown"):
                found.append(_choice(request, wish, verdict, facts, day))
    return tuple(found)


def problem_of(request: Request, schemes: Iterable[Scheme], choices: Sequence[Choice], *, certain: bool) -> Problem:
    """The plan to compose with the sure offers only (`certain`), or with every offer that may hold."""
    offers = []
    for choice in choices:
        terms = choice.sure if certain and choice.answer == "yes" else None if certain else choice.possible
        if terms is not None:
            offers.append(Offer(choice.action, choice.scheme, terms, choice.nature, choice.de_minimis))
    by_id = {scheme.id: scheme for scheme in schemes}
    present = {choice.scheme: choice.verdict.version for choice in choices if choice.verdict.version is not None}
    return Problem(
        actions=tuple(wish.action for wish in request.wishes),
        offers=tuple(offers),
        envelopes=request.envelopes + _written_envelopes(request, present),
        exclusions=tuple(dict.fromkeys((*request.exclusions, *_written_exclusions(present)))),
        past_aids=request.past_aids or (),
        titles={identifier: by_id[identifier].title for identifier in present},
    )


def _written_envelopes(request: Request, present: Mapping[str, Version]) -> tuple[Envelope, ...]:
    """The envelope of the text bounds what is left; a figure given for the scheme replaces it."""
    given = {scheme for envelope in request.envelopes for scheme in envelope.schemes}
    return tuple(
        Envelope((scheme,), version.envelope.eur)
        for scheme, version in present.items()
        if version.envelope is not None and scheme not in given
    )


def _written_exclusions(present: Mapping[str, Version]) -> list[Exclusion]:
    pairs = {
        (min(scheme, edge.scheme), max(scheme, edge.scheme))
        for scheme, version in present.items()
        for edge in version.edges
        if edge.kind == "exclusive" and edge.scheme in present
    }
    return [Exclusion(pair) for pair in sorted(pairs)]


def _said(value: Any, as_of: date) -> Fact:
    return value if isinstance(value, Fact) else Fact(value, as_of=as_of, evidence=Evidence.DECLARED)


def _choice(request: Request, wish: Wish, verdict: Verdict, facts: Facts, day: date) -> Choice:
    version = verdict.version
    assert version is not None  # an answer of yes or unknown has read a version
    small = counts_toward_de_minimis(version)
    missing = verdict.missing + (("past_aids",) if small and request.past_aids is None else ())
    to_confirm = verdict.uncertain
    opens_later = day != request.as_of
    settled = verdict.answer == "yes" and not missing and not to_confirm and not opens_later
    nature = version.amount.nature if version.amount is not None and version.amount.rule != "none" else ""
    sure = possible = None
    if version.amount is not None and nature in COUNTED:
        setting = Setting(day, verdict.lang, version.parameters_on(day), VOCABULARY, ZONES, verdict.scheme.sources)
        sure, possible = terms_of(version.amount, wish, facts, setting)
    return Choice(
        action=wish.action.id,
        scheme=verdict.scheme.id,
        verdict=verdict,
        answer="yes" if settled else "unknown",
        nature=nature,
        missing=missing,
        to_confirm=to_confirm or opens_later,
        sure=sure,
        possible=possible,
        de_minimis=small,
        guard=any(leaf.fact == "project_started" for leaf in leaves(version.conditions)),
    )


# -- amounts -----------------------------------------------------------------------------------------------------------


def terms_of(rule: AmountRule, wish: Wish, facts: Facts, setting: Setting) -> tuple[Terms | None, Terms | None]:
    """What the rule pays for sure, and at best; None when it may pay nothing, or when no figure can be given."""
    given, sure_given = _given_share(rule)
    unit = Decimal(1) if rule.rounding == "euro_down" else CENT
    more = bonuses_of(rule, value_of(rule.max_eur if rule.rule in ("flat", "range") else rule.ceiling, setting), facts, setting)
    if rule.rule in ("flat", "range"):
        sure, possible = _fixed(rule, more.ceiling_low, more.ceiling_high, setting)
    else:
        low, high = _base(rule, wish, facts)
        sure = _computed(rule, low, more.plus_low, more.ceiling_low, setting, best=False)
        possible = _computed(rule, high, more.plus_high, more.ceiling_high, setting, best=True)
        if sure is not None and possible is not None and (low, more.ceiling_low) != (high, more.ceiling_high):
            possible = replace(possible, whole=False)  # the step is not known yet
    possible = possible if possible is not None else sure  # without a highest figure, the lowest one is counted
    if sure is not None:
        sure = replace(sure, given_share=given, unit_eur=unit) if sure_given else None
    return sure, None if possible is None else replace(possible, given_share=given, unit_eur=unit)


def _given_share(rule: AmountRule) -> tuple[Decimal, bool]:
    """The part that is not paid back, and whether it is known: a mixed aid without shares may be all advance."""
    if rule.nature != "mixed":
        return ALL, True
    shares = dict(rule.split)
    return sum((shares.get(nature, ZERO) for nature in COUNTED), ZERO) or ALL, bool(rule.split)


def _base(rule: AmountRule, wish: Wish, facts: Facts) -> tuple[Decimal, Decimal]:
    """The least and the most of this action's spending that the aid counts.

    Spending told for the whole company says nothing sure of one action: what the action itself says is needed.
    """
    cost = wish.action.cost_eur
    if rule.base == "project_cost_eur":
        return cost, cost
    fact = facts.get(rule.base)
    if fact is None:
        return ZERO, cost
    low, high = limits(fact, rule.base)
    most = cost if high is None else min(cost, Decimal(high))
    return (min(most, Decimal(low or 0)) if rule.base in wish.facts else ZERO), most


def _computed(
    rule: AmountRule, base: Decimal, plus: Decimal, ceiling: Decimal | None, setting: Setting, *, best: bool
) -> Terms | None:
    base_max = value_of(rule.base_max, setting)
    shared = {
        "base_eur": base,
        "base_min_eur": value_of(rule.base_min, setting),
        "base_max_eur": base_max,
        "ceiling_eur": ceiling,
    }
    floor = value_of(rule.floor, setting)
    if rule.rule == "steps":
        top = max((eur for _start, eur in rule.steps), default=ZERO)
        return Terms("steps", steps=rule.steps, limit_eur=top if ceiling is None else min(top, ceiling), whole=True, **shared)  # type: ignore[arg-type]
    rate = value_of(rule.rate[1] if best else rule.rate[0], setting)
    if rate is None:
        if not best or ceiling is None:
            return None
        return Terms("range", most_eur=ceiling, limit_eur=ceiling)
    rate = min(rate + plus, ALL)
    counted = None if base_max is None else base_max * rate
    least = [limit for limit in (ceiling, counted) if limit is not None]
    limit = max(min(least), floor or ZERO) if least else None
    return Terms("rate", rate=rate, floor_eur=floor, limit_eur=limit, **shared)  # type: ignore[arg-type]


def _fixed(
    rule: AmountRule, most_low: Decimal | None, most_high: Decimal | None, setting: Setting
) -> tuple[Terms | None, Terms | None]:
    """A flat sum is sure when no bonus hangs over it; of a range, only its lower end is."""
    least = value_of(rule.min_eur, setting)
    if rule.rule == "flat":
        low, high = most_low if most_low is not None else least, most_high if most_high is not None else least
        if low is None or high is None:
            return None, None
        whole = low == high
        return _flat(low, low, True), _flat(low, high, whole)
    sure = _flat(least, least, False) if least else None
    return sure, None if most_high is None else _flat(min(least or ZERO, most_high), most_high, False)


def _flat(least: Decimal, most: Decimal, whole: bool) -> Terms:
    return Terms("flat" if whole else "range", least_eur=least, most_eur=most, limit_eur=most, whole=whole)
