"""What the steering committee must look at, each alert with the rule that raised it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ensembleur.logic.answers import Answer
from ensembleur.logic.sentences import show_day, show_money
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.freshness import Fresh, Freshness
from ensembleur.strategy.engine.trajectory import Standing, elapsed_share
from ensembleur.strategy.engine.wording import Fault, listed, phrase, show_amount, show_points, show_share


@dataclass(frozen=True)
class Rule:
    """When an alert is raised. threshold : a share (0.2 for 20 points), None when the rule has none; `words` says {0} for it."""

    code: str
    words: Text
    threshold: Decimal | None = None

    def says(self, lang: str) -> str:
        """The rule in one sentence, its threshold included."""
        points = show_points(self.threshold, lang) if self.threshold is not None else ""
        return phrase(lang, self.words.fr.format(points), self.words.en.format(points))

    def is_passed(self, gap: Decimal | None) -> bool:
        """Whether a known gap is beyond the threshold."""
        return gap is not None and gap > (self.threshold or 0)


LATE = Rule(
    "late",
    Text("En retard de plus de {0} sur la trajectoire vers l'objectif.", "Behind the path to the target by more than {0}."),
    Decimal("0.20"),
)
STALE = Rule("stale", Text("Une valeur attendue n'est pas arrivée à sa date.", "A value that was due did not come in time."))
UNSPENT = Rule(
    "unspent",
    Text("Part payée en retard de plus de {0} sur le temps écoulé.", "Share paid behind the time elapsed by more than {0}."),
    Decimal("0.25"),
)
CHANGED = Rule("target_changed", Text("Un objectif a changé cette année.", "A target changed this year."))
NEVER = Rule("never_measured", Text("Aucune valeur n'a jamais été donnée.", "No value was ever given."))
DISPUTED = Rule(
    "disputed", Text("Les textes donnent deux chiffres pour une même chose.", "The texts give two figures for one thing.")
)
CONTRADICTION = Rule("budget_fault", Text("Les montants se contredisent.", "The amounts contradict one another."))
CONTESTED = Rule(
    "contested",
    Text("Une valeur est contestée par écrit et attend sa réponse.", "A value is contested in writing and awaits an answer."),
)
RULES = (LATE, CONTESTED, STALE, UNSPENT, CHANGED, NEVER, DISPUTED, CONTRADICTION)  # the most pressing first


@dataclass(frozen=True)
class TargetChange:
    """A target that was replaced. reason : "" when nobody gave any, which is said.   due : its last day, before and after."""

    on: date
    before: Decimal
    after: Decimal
    reason: str = ""
    due: tuple[date, date] | None = None


@dataclass(frozen=True)
class Contested:
    """A value that somebody contests in writing: since when, and in which words."""

    on: date
    says: str


@dataclass(frozen=True)
class Disputed:
    """One thing of which the texts say several values; `what` names it."""

    what: Text
    values: tuple[Decimal, ...]


@dataclass(frozen=True)
class Followed:
    """What is known of one indicator that is still followed."""

    node: str
    indicator: str
    title: Text
    unit: Text | None = None
    standings: tuple[Standing, ...] = ()
    fresh: Fresh | None = None
    changes: tuple[TargetChange, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    contested: tuple[Contested, ...] = ()


@dataclass(frozen=True)
class Spending:
    """The money of one part, in euros over its whole period, from its first day to its last; None when unknown."""

    node: str
    title: Text
    programmed_eur: Decimal | None
    paid_eur: Decimal | None
    start: date
    end: date


@dataclass(frozen=True)
class Alert:
    """One thing to look at. indicator : "" when it concerns the part as a whole.   since : None when no day is known."""

    code: str
    node: str
    indicator: str
    says: str
    rule: str
    since: date | None


def alerts(
    followed: Iterable[Followed],
    spendings: Iterable[Spending] = (),
    faults: Iterable[Fault] = (),
    *,
    as_of: date,
    lang: str = "fr",
) -> tuple[Alert, ...]:
    """Every alert on this day, by rule in the order of RULES, then in the order given."""
    found: list[tuple[Rule, str, str, str, date | None]] = []
    for one in followed:
        found += [(rule, one.node, one.indicator, says, since) for rule, says, since in _of_indicator(one, as_of, lang)]
    for money in spendings:
        found += [(UNSPENT, money.node, "", says, None) for says in _unspent(money, as_of, lang)]
    found += [(CONTRADICTION, fault.at, "", fault.says, None) for fault in faults]
    ordered = sorted(found, key=lambda alert: RULES.index(alert[0]))
    return tuple(Alert(rule.code, node, code, says, rule.says(lang), since) for rule, node, code, says, since in ordered)


def _of_indicator(one: Followed, as_of: date, lang: str) -> Iterator[tuple[Rule, str, date | None]]:
    title = one.title.into(lang)
    missed = [found for found in one.standings if found.answer is Answer.NO]  # a partial count is late for nobody
    behind = [(found.behind, found) for found in missed if found.behind is not None]
    if behind:
        gap, worst = max(behind, key=lambda pair: pair[0])
        if LATE.is_passed(gap):
            yield LATE, _late(title, gap, worst, lang), worst.measured_on
    if one.fresh is not None and one.fresh.state in {Freshness.LATE, Freshness.STALE}:
        yield STALE, phrase(lang, f"{title} : {_small(one.fresh.says)}", f"{title}: {_small(one.fresh.says)}"), one.fresh.due_on
    for doubt in one.contested:
        day = show_day(doubt.on, lang)
        says = phrase(lang, f"{title}, contesté le {day} : « {doubt.says} »", f"{title}, contested on {day}: “{doubt.says}”")
        yield CONTESTED, says, doubt.on
    for change in one.changes:
        if change.on.year == as_of.year and change.on <= as_of:
            yield CHANGED, _changed(title, change, one.unit, lang), change.on
    if one.fresh is not None and one.fresh.state is Freshness.NEVER:
        due_on = one.fresh.due_on
        since = due_on if due_on is not None and due_on < as_of else None
        yield NEVER, phrase(lang, f"{title} : {_small(one.fresh.says)}", f"{title}: {_small(one.fresh.says)}"), since
    for dispute in one.disputed:
        if len(set(dispute.values)) > 1:
            values = listed([show_amount(value, one.unit, lang) for value in dict.fromkeys(dispute.values)], lang)
            what = dispute.what.into(lang)
            yield DISPUTED, phrase(lang, f"{title}, {what} : {values}.", f"{title}, {what}: {values}."), None


def _late(title: str, gap: Decimal, worst: Standing, lang: str) -> str:
    done, time = show_share(worst.progress or Decimal(0), lang), show_share(worst.elapsed or Decimal(0), lang)
    due, points = show_day(worst.target.due, lang), show_points(gap, lang)
    return phrase(
        lang,
        f"{title} : {done} du chemin pour {time} du temps, {points} de retard vers l'objectif du {due}.",
        f"{title}: {done} of the way for {time} of the time, {points} behind the target of {due}.",
    )


def _changed(title: str, change: TargetChange, unit: Text | None, lang: str) -> str:
    was, now = show_amount(change.before, unit, lang), show_amount(change.after, unit, lang)
    day = show_day(change.on, lang)
    why = change.reason or phrase(lang, "sans motif donné", "no reason given")
    if change.due is not None and change.due[0] != change.due[1]:
        due = [show_day(one, lang) for one in change.due]
        if change.before == change.after:
            was, now = due
            return phrase(
                lang,
                f"{title} : l'échéance de l'objectif passe du {was} au {now}, le {day} ({why}).",
                f"{title}: the date of the target went from {was} to {now} on {day} ({why}).",
            )
        was, now = (phrase(lang, f"{one} au {end}", f"{one} by {end}") for one, end in zip((was, now), due, strict=True))
    return phrase(
        lang,
        f"{title} : l'objectif passe de {was} à {now} le {day} ({why}).",
        f"{title}: the target went from {was} to {now} on {day} ({why}).",
    )


def _unspent(money: Spending, as_of: date, lang: str) -> Iterator[str]:
    if money.paid_eur is None or not money.programmed_eur:
        return  # what nobody knows is told by the sheet of the part, not by an alert on a figure
    time, paid = elapsed_share(money.start, money.end, as_of), money.paid_eur / money.programmed_eur
    if UNSPENT.is_passed(time - paid):
        title, used, whole = money.title.into(lang), show_money(money.paid_eur, lang), show_money(money.programmed_eur, lang)
        share, passed = show_share(paid, lang), show_share(time, lang)
        yield phrase(
            lang,
            f"{title} : {used} payés sur {whole}, soit {share} pour {passed} du temps.",
            f"{title}: {used} paid of {whole}, {share} for {passed} of the time.",
        )


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
