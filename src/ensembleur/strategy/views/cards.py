"""Indicators, measures and strategies dressed for the public pages: everything a template shows, already in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from ensembleur.logic.answers import Reason
from ensembleur.sources import Source
from ensembleur.strategy.engine.content import Citation, Label, Node, Precision, State, Statement, Text
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.engine.progress import bounded
from ensembleur.strategy.engine.trajectory import Standing, asked
from ensembleur.strategy.engine.writing import quantity, share, why_hidden
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.queries.states import Seen, Situation, late_start
from ensembleur.strategy.queries.values import hidden_reason
from ensembleur.strategy.views import words


@dataclass(frozen=True)
class Quote:
    """What a text says, word for word, and where. shown : the figure it gives, "" when it gives none."""

    shown: str
    sentence: str
    section: str
    source: Source | None
    note: str = ""


@dataclass(frozen=True)
class Value:
    """A value with how it is known and of which day. shown : "s" when it is hidden, "" when there is none."""

    shown: str
    label: str
    as_of: date | None
    why: str = ""


@dataclass(frozen=True)
class Aim:
    """A target in words. bar, mark : 0–100, how far the value is and where it was expected; None when nobody knows.

    doubts : the other sentences that give another figure for the same target.
    """

    shown: str
    due: date
    is_past: bool
    bar: Decimal | None
    mark: Decimal | None
    share: str
    expected: str
    quotes: tuple[Quote, ...] = ()
    doubts: tuple[str, ...] = ()
    rationale: str = ""
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True)
class IndicatorCard:
    """One indicator. two_labels : the sentence due when its value and its target are not known in the same way.

    odd_label : the same for a value that is not known as the indicator announces.   doubts : what other sentences say of the value.
    """

    code: str
    title: str
    url: str
    badge: str
    word: str
    sentence: str
    counts: str
    reasons: Sequence[Reason]
    value: Value
    aim: Aim | None
    others: tuple[Value, ...]
    two_labels: str
    odd_label: str
    doubts: tuple[str, ...]
    needs: str
    fresh_badge: str
    fresh_word: str
    fresh_says: str
    is_never_measured: bool
    is_retired: bool
    seen_since: date | None


@dataclass(frozen=True)
class MeasureCard:
    """One measure in one line. main : its first indicator with a target, else its first; None without any indicator."""

    code: str
    title: str
    url: str
    badge: str
    word: str
    sentence: str
    counts: str
    reasons: Sequence[Reason]
    main: IndicatorCard | None
    more: int


def indicator_card(situation: Situation, one: Seen) -> IndicatorCard:
    """An indicator dressed."""
    lang, sheet, main = situation.lang, one.sheet, one.main
    badge, word = words.state_badge(one.state)
    label = Label(main.label) if main is not None else None
    aim = _aim(situation, one)
    odd = ""
    if main is not None and label is not sheet.label:
        odd = words.odd_label(Label(main.label), sheet.label)
    fresh_badge, fresh_word = words.fresh_badge(one)
    return IndicatorCard(
        code=sheet.code,
        title=sheet.title.into(lang),
        url=reverse("strategy:indicator", args=[situation.held.row.pk, sheet.code]),
        badge=badge,
        word=word,
        sentence=one.state.says,
        counts=words.counts_of(one.state.reasons),
        reasons=one.state.reasons,
        value=main_value(one, lang),
        aim=aim,
        others=tuple(value_of(other, one, lang) for other in one.others),
        two_labels=words.two_labels(label) if aim and label and one.value is not None else "",
        odd_label=odd,
        doubts=() if main is None or one.is_hidden else doubts_of(statements_of(main.source), sheet.unit),
        needs=sheet.needs.into(lang) if sheet.needs and sheet.state is State.ACTIVE else "",
        fresh_badge=fresh_badge,
        fresh_word=fresh_word,
        fresh_says=one.fresh.says,
        is_never_measured=one.is_never_measured,
        is_retired=sheet.state is not State.ACTIVE,
        seen_since=late_start(main) if main is not None else None,
    )


def _why(one: Seen, lang: str) -> str:
    reason = hidden_reason(one.sheet, one.main) if one.main is not None else None
    return why_hidden(reason.value if reason else "", lang)


def main_value(one: Seen, lang: str) -> Value:
    """The value progress is read on."""
    if one.main is None:
        return Value("", "", None)
    if one.is_hidden:
        return Value("s", one.main.label, one.main.as_of, _why(one, lang))
    return value_of(one.main, one, lang)


def value_of(measurement: Measurement, one: Seen, lang: str) -> Value:
    """A value that may be shown; one that could not be known says why."""
    if measurement.value is None:
        return Value("", measurement.label, measurement.as_of, str(measurement.why.get(lang) or measurement.why.get("fr") or ""))
    shown = quantity(measurement.value, one.sheet.unit, lang)
    found = statements_of(measurement.source)
    if found:
        shown = words.precise(found[0].precision, shown)
    return Value(shown, measurement.label, measurement.as_of)


# -- targets -----------------------------------------------------------------------------------------------------------
def next_standing(standings: Iterable[Standing], as_of: date) -> Standing | None:
    """The target to come, otherwise the last one that is past."""
    dated = sorted(standings, key=lambda one: one.target.due)
    return next((one for one in dated if one.target.due >= as_of), dated[-1] if dated else None)


def _aim(situation: Situation, one: Seen) -> Aim | None:
    found = next_standing(one.state.standings, situation.as_of)
    return aim_of(situation, one, found) if found else None


def aim_of(situation: Situation, one: Seen, found: Standing) -> Aim:
    """A target beside the value; of a hidden value nothing is told, its progress included."""
    lang, unit = situation.lang, one.sheet.unit
    target = next(each for each in one.sheet.targets if (each.due, each.start) == (found.target.due, found.target.start))
    base = one.sheet.baseline.value if one.sheet.baseline else None
    counted = (one.value, base, found.target.value)
    wanted = asked(found.expected, counted, one.sheet.direction) if found.expected is not None else None
    return Aim(
        shown=words.stated(target.statements[0], unit),
        due=target.due,
        is_past=found.is_past,
        bar=_percent(found.bar),
        mark=_percent(_expected_share(one, found)),
        share=words.share_words(found.progress, share(found.progress, lang)) if found.progress is not None else "",
        expected=quantity(wanted, unit, lang) if wanted is not None else "",
        quotes=quotes(target.statements, unit, situation.held.content, lang),
        doubts=doubts_of(target.statements, unit),
        rationale=target.rationale.into(lang) if target.rationale else "",
        decision=target.decision,
        reason=target.reason,
    )


def _expected_share(one: Seen, found: Standing) -> Decimal | None:
    base = one.sheet.baseline.value if one.sheet.baseline else None
    if found.expected is None or base is None or base == found.target.value:
        return None
    return bounded((found.expected - base) / (found.target.value - base))


def _percent(part: Decimal | None) -> Decimal | None:
    return None if part is None else (part * 100).quantize(Decimal("0.1"))


# -- sentences of the texts --------------------------------------------------------------------------------------------
def statements_of(source: dict[str, object]) -> tuple[Statement, ...]:
    """The statements kept beside a figure that a text gives."""
    rows = source.get("statements") if isinstance(source, dict) else None
    return tuple(_statement(row) for row in rows) if isinstance(rows, list) else ()


def _statement(row: dict[str, object]) -> Statement:
    note = row.get("note")
    return Statement(
        Decimal(str(row["value"])),
        Citation(str(row.get("document", "")), str(row.get("section", "")), str(row.get("sentence", ""))),
        Text(note["fr"], note["en"]) if isinstance(note, dict) and note else None,
        Precision(str(row.get("precision", "exact"))),
    )


def quotes(statements: Iterable[Statement], unit: Text, content: Content, lang: str) -> tuple[Quote, ...]:
    """Each statement with its sentence."""
    return tuple(
        quote(one.citation, content, shown=words.stated(one, unit), note=one.note.into(lang) if one.note else "")
        for one in statements
    )


def quote(citation: Citation, content: Content, *, shown: str = "", note: str = "") -> Quote:
    """A citation with its document."""
    return Quote(shown, citation.sentence, citation.section, content.documents.get(citation.document), note)


def doubts_of(statements: Sequence[Statement], unit: Text) -> tuple[str, ...]:
    """« Le texte dit aussi : … » of each further statement that gives another figure than the first, once each."""
    return other_figures([(one.value, words.stated(one, unit)) for one in statements])


def other_figures(figures: Sequence[tuple[Decimal, str]]) -> tuple[str, ...]:
    """The same from figures already written: (value, in words)."""
    further = dict.fromkeys(shown for value, shown in figures[1:] if value != figures[0][0])
    return tuple(_("Le texte dit aussi : %(figure)s.") % {"figure": shown} for shown in further)


def targets_of(situation: Situation, one: Seen) -> list[Aim]:
    """Every target of an indicator, in order."""
    return [aim_of(situation, one, found) for found in sorted(one.state.standings, key=lambda found: found.target.due)]


# -- measures ----------------------------------------------------------------------------------------------------------
def measure_card(situation: Situation, node: Node) -> MeasureCard:
    """A measure dressed."""
    state, found = situation.state(node), situation.of(node)
    badge, word = words.state_badge(state)
    main = main_indicator(found)
    return MeasureCard(
        code=node.code,
        title=node.title.into(situation.lang),
        url=reverse("strategy:measure", args=[situation.held.row.pk, node.code]),
        badge=badge,
        word=word,
        sentence=state.says,
        counts=words.counts_of(state.reasons),
        reasons=state.reasons,
        main=indicator_card(situation, main) if main else None,
        more=len(found) - 1,
    )


def main_indicator(found: Sequence[Seen]) -> Seen | None:
    """The first indicator with a target, else the first that has a value, else the first."""
    with_target = next((one for one in found if one.sheet.targets and one.sheet.state.value == "active"), None)
    return with_target or next((one for one in found if one.main is not None), found[0] if found else None)
