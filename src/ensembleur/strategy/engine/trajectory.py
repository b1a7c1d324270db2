"""Where a value should be by now, and the explained answer: on its path, behind, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ensembleur.logic.answers import Answer, Reason, all_of
from ensembleur.logic.sentences import show_day
from ensembleur.sources import Source
from ensembleur.strategy.engine.content import Direction, Indicator, Label, State, Target, Text
from ensembleur.strategy.engine.labels import comparison, label_word
from ensembleur.strategy.engine.progress import ONE, ZERO, band, bounded, is_contradictory, progress, reached, why_unknown
from ensembleur.strategy.engine.wording import counted, phrase, show_amount, show_share

INDICATOR, INDICATORS = Text("indicateur", "indicator"), Text("indicateurs", "indicators")


@dataclass(frozen=True)
class Current:
    """The value an indicator has. as_of : the last day it counts.   value : None when it was looked for and not found."""

    value: Decimal | None
    label: Label
    as_of: date
    source: Source | None = None


@dataclass(frozen=True)
class Beside:
    """The same value beside another sentence that states the same target otherwise."""

    value: Decimal
    progress: Decimal | None
    is_reached: Answer


@dataclass(frozen=True)
class Standing:
    """A value beside one target.

    expected : the value the straight line asks for on `measured_on`.   elapsed : 0–1, the share of the time that had passed then.
    progress : unbounded; `bar` is the same between 0 and 1.   others : the target's further statements, never averaged.
    is_past : the last day that counts is over.
    """

    target: Target
    reason: Reason
    is_reached: Answer
    is_past: bool
    measured_on: date | None
    expected: Decimal | None
    elapsed: Decimal | None
    progress: Decimal | None
    bar: Decimal | None
    others: tuple[Beside, ...]

    @property
    def answer(self) -> Answer:
        """YES on its path, NO behind, UNKNOWN."""
        return self.reason.answer or Answer.UNKNOWN

    @property
    def behind(self) -> Decimal | None:
        """How far progress is behind the time passed, as a share (0.2 for 20 points); negative when ahead, None when unknown."""
        return None if self.progress is None or self.elapsed is None else self.elapsed - self.progress


@dataclass(frozen=True)
class Explained:
    """An answer in one sentence, with its reasons and what to measure to know more."""

    answer: Answer
    says: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    standings: tuple[Standing, ...] = ()


def elapsed_share(start: date, due: date, day: date) -> Decimal:
    """The share of the time between two days that has passed, 0 before and 1 after."""
    if day >= due:
        return ONE
    if day <= start:
        return ZERO
    return Decimal((day - start).days) / Decimal((due - start).days)


def expected(baseline: Decimal | None, target: Decimal, start: date, due: date, day: date) -> Decimal | None:
    """The value the straight line from the baseline to the target passes through on this day; None without a baseline."""
    return None if baseline is None else baseline + (target - baseline) * elapsed_share(start, due, day)


def asked(line: Decimal, beside: Iterable[Decimal | None], direction: Direction) -> Decimal:
    """The first value on the good side of the line, as finely as its indicator is counted: 250 companies, not 249.8."""
    finest = min([0, *(int(value.normalize().as_tuple().exponent) for value in beside if value is not None)])
    return line.quantize(Decimal(1).scaleb(finest), ROUND_CEILING if direction is Direction.UP else ROUND_FLOOR)


def standing(
    indicator: Indicator,
    target: Target,
    current: Current | None,
    *,
    start: date,
    as_of: date,
    lang: str = "fr",
    tolerance: Decimal | None = None,
    target_label: Label = Label.PROGRAMMED,
    sources: Mapping[str, Source] | None = None,
) -> Standing:
    """One indicator beside one of its targets, as known on `as_of`.

    start : the strategy's first day, for a target that names none.   sources : the strategy's documents.
    The value is compared with what the line asked for on the value's own day, so that waiting does not make it worse.
    A reached target is on its path; one whose last day is over is judged on a value of that day or later, else unknown.
    Raises ValueError for a value of a day after `as_of`.
    """
    if current is not None and current.as_of > as_of:
        raise ValueError(f"{indicator.code}: a value of {current.as_of} is not known on {as_of}.")
    value = current.value if current is not None else None
    base = indicator.baseline.value if indicator.baseline is not None else None
    start, way = target.start or start, indicator.direction
    done = reached(value, target.value, way, tolerance)
    if base is not None and is_contradictory(base, target.value, way):
        done = Answer.UNKNOWN  # a sheet that contradicts itself reaches nothing
    day = current.as_of if current is not None and value is not None else None
    share = elapsed_share(start, target.due, day) if day is not None else None
    line = expected(base, target.value, start, target.due, day) if day is not None else None
    moved = progress(value, base, target.value, way, tolerance=tolerance)
    is_past = as_of > target.due
    answer, missing = _judge(indicator, target, value, day, line, moved, done, is_past)
    others = tuple(
        Beside(
            other.value,
            progress(value, base, other.value, way, tolerance=tolerance),
            reached(value, other.value, way, tolerance),
        )
        for other in target.statements[1:]
    )
    telling = _Telling(indicator, target, current, base, line, share, moved, done, answer, is_past, target_label, tolerance, lang)
    source = (sources or {}).get(target.statements[0].citation.document)
    reason = Reason(
        f"{indicator.code}@{target.due.isoformat()}", answer, telling.sentence(others), source, missing, kind="target"
    )
    return Standing(target, reason, done, is_past, day, line, share, moved, bounded(moved), others)


def _judge(
    indicator: Indicator,
    target: Target,
    value: Decimal | None,
    day: date | None,
    line: Decimal | None,
    moved: Decimal | None,
    done: Answer,
    is_past: bool,
) -> tuple[Answer, tuple[str, ...]]:
    if value is None or day is None:
        return Answer.UNKNOWN, (indicator.code,)
    if done is not Answer.NO:
        return done, () if done is Answer.YES else (f"{indicator.code}.direction",)
    if day >= target.due or indicator.direction is Direction.STABLE:
        return Answer.NO, ()
    if is_past:
        return Answer.UNKNOWN, (indicator.code,)
    if line is None or moved is None:
        return Answer.UNKNOWN, (f"{indicator.code}.baseline",)
    ahead = value >= line if indicator.direction is Direction.UP else value <= line
    return (Answer.YES if ahead else Answer.NO), ()


@dataclass(frozen=True)
class _Telling:
    """All that the sentence of a standing is made from."""

    indicator: Indicator
    target: Target
    current: Current | None
    base: Decimal | None
    line: Decimal | None
    share: Decimal | None
    moved: Decimal | None
    done: Answer
    answer: Answer
    is_past: bool
    target_label: Label
    tolerance: Decimal | None
    lang: str

    def amount(self, value: Decimal) -> str:
        return show_amount(value, self.indicator.unit, self.lang)

    def sentence(self, others: Sequence[Beside]) -> str:
        """« Entreprises accompagnées : 302 entreprises (constaté), pour un objectif de 500 (programmé) ; … »."""
        lang, indicator, current = self.lang, self.indicator, self.current
        wanted, due = self.amount(self.target.value), show_day(self.target.due, lang)
        title = indicator.title.into(lang)
        if current is None or current.value is None:
            how = label_word(self.target_label, lang)
            aim = phrase(lang, f"objectif de {wanted} ({how}) au {due}", f"target of {wanted} ({how}) by {due}")
            parts = [f"{aim}, {phrase(lang, 'non mesuré', 'not measured')}"]
        else:
            beside = comparison(current.value, current.label, self.target.value, self.target_label, indicator.unit, lang)
            day = show_day(current.as_of, lang)
            parts = [phrase(lang, f"{beside} au {due}, valeur du {day}", f"{beside} by {due}, value of {day}"), self.verdict()]
            if current.label is not indicator.label:
                word = label_word(indicator.label, lang)
                parts.append(phrase(lang, f"l'indicateur se suit en {word}", f"this indicator is followed as {word}"))
            parts += [self.beside(other) for other in others]
        return phrase(lang, f"{title} : {' ; '.join(parts)}", f"{title}: {'; '.join(parts)}")

    def verdict(self) -> str:
        lang, due = self.lang, show_day(self.target.due, self.lang)
        steady = self.indicator.direction is Direction.STABLE
        if steady:
            margin = self.amount(band(self.target.value, self.tolerance))
            held = self.done is Answer.YES
            fr, en = ("maintenu", "held") if held else ("non maintenu", "not held")
            return phrase(lang, f"{fr} (tolérance de {margin})", f"{en} (within {margin})")
        if self.done is Answer.YES:
            return phrase(lang, "objectif atteint", "target reached")
        if self.answer is Answer.NO and self.share == ONE:
            return phrase(lang, "objectif non atteint à l'échéance", "target not reached by its date")
        if self.is_past and self.done is Answer.NO:
            return phrase(lang, f"aucune valeur depuis l'échéance du {due}", f"no value since its date of {due}")
        if self.line is None or self.moved is None:
            value = self.current.value if self.current is not None else None
            return why_unknown(value, self.base, self.target.value, self.indicator.direction, lang)
        now = self.current.value if self.current is not None else None
        line = self.amount(asked(self.line, (now, self.base, self.target.value), self.indicator.direction))
        fr, en = ("sur sa trajectoire", "on its path") if self.answer is Answer.YES else ("en retard", "behind")
        return phrase(lang, f"{fr} (attendu à cette date : {line})", f"{en} (expected by then: {line})")

    def beside(self, other: Beside) -> str:
        wanted = self.amount(other.value)
        done = {
            Answer.YES: phrase(self.lang, ", atteint", ", reached"),
            Answer.NO: phrase(self.lang, ", non atteint", ", not reached"),
            Answer.UNKNOWN: "",
        }[other.is_reached]
        share = f", {show_share(other.progress, self.lang)}" if other.progress is not None else ""
        return phrase(self.lang, f"un autre passage dit {wanted}{done}{share}", f"another passage says {wanted}{done}{share}")


def indicator_state(
    indicator: Indicator,
    current: Current | None,
    *,
    start: date,
    as_of: date,
    lang: str = "fr",
    tolerance: Decimal | None = None,
    target_label: Label = Label.PROGRAMMED,
    sources: Mapping[str, Source] | None = None,
) -> Explained:
    """An indicator beside all its targets: on its path when it is on the path to each of them.

    A value of today judges a milestone of yesterday too: reached late is reached. Without target the answer is UNKNOWN.
    """
    standings = tuple(
        standing(
            indicator,
            target,
            current,
            start=start,
            as_of=as_of,
            lang=lang,
            tolerance=tolerance,
            target_label=target_label,
            sources=sources,
        )
        for target in indicator.targets
    )
    if not standings:
        title = indicator.title.into(lang)
        says = phrase(lang, f"{title} : aucun objectif chiffré.", f"{title}: no target in figures.")
        return Explained(Answer.UNKNOWN, says, (), (), ())
    reasons = tuple(found.reason for found in standings)
    answer = all_of(found.answer for found in standings)
    decisive = next(reason for reason in reasons if reason.answer is answer)
    return Explained(answer, f"{decisive.says}.", reasons, _missing(reasons), standings)


def measure_state(states: Iterable[tuple[Indicator, Explained]], *, lang: str = "fr") -> Explained:
    """A measure, an objective or a whole strategy: every targeted and active indicator on its path.

    NO as soon as one is behind; UNKNOWN, never NO, when some are not known. Without any target the answer is UNKNOWN too: having
    promised nothing in figures is not having kept it.
    """
    targeted = [state for indicator, state in states if indicator.state is State.ACTIVE and state.standings]
    if not targeted:
        says = phrase(lang, "Aucun objectif chiffré : rien à comparer.", "No target in figures: nothing to compare with.")
        return Explained(Answer.UNKNOWN, says, (), ())
    answer = all_of(state.answer for state in targeted)
    reasons = tuple(reason for state in targeted for reason in state.reasons)
    missing = tuple(dict.fromkeys(key for state in targeted for key in state.missing))
    same = sum(state.answer is answer for state in targeted)
    fr, en = {
        Answer.YES: ("Sur sa trajectoire", "On its path"),
        Answer.NO: ("En retard", "Behind"),
        Answer.UNKNOWN: ("On ne sait pas", "Not known"),
    }[answer]
    count = counted(same, INDICATOR, INDICATORS, lang)
    tail = ""
    if answer is Answer.UNKNOWN:
        tail = phrase(lang, " à mesurer ou à compléter", " to measure or to complete")
    says = phrase(lang, f"{fr} : {count} sur {len(targeted)}{tail}.", f"{en}: {count} of {len(targeted)}{tail}.")
    standings = tuple(found for state in targeted for found in state.standings)
    return Explained(answer, says, reasons, missing, standings)


def _missing(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for reason in reasons for key in reason.missing))
