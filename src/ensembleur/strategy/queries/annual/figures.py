"""Indicators as rows of the report, and as lines through time."""

from __future__ import annotations

from decimal import Decimal

from ensembleur.logic.sentences import show_day
from ensembleur.strategy.choices import Origin
from ensembleur.strategy.engine.content import Label, Statement, Text
from ensembleur.strategy.engine.freshness import Freshness
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.report.content import Figure, IndicatorRow
from ensembleur.strategy.engine.wording import show_amount
from ensembleur.strategy.models import Measurement
from ensembleur.strategy.queries.annual.sight import Sight
from ensembleur.strategy.queries.states import Seen
from ensembleur.strategy.queries.values import hidden_reason

OLD = (Freshness.LATE, Freshness.STALE)


def indicator_row(sight: Sight, one: Seen) -> IndicatorRow:
    """One indicator: value, label, day, target, state, what to know before comparing."""
    fr, en = sight.both(one)
    sheet, state = fr.sheet, fr.state
    last = state.standings[-1] if state.standings else None
    target = sheet.targets[-1] if sheet.targets else None
    return IndicatorRow(
        code=sheet.code,
        title=sheet.title,
        figure=figure_of(fr),
        standing=sight.standing(fr.state, en.state),
        target=target.value if target else None,
        due=target.due if target else None,
        baseline=sheet.baseline.value if sheet.baseline else None,
        progress=last.progress if last and not fr.is_hidden else None,
        expected=last.elapsed if last and not fr.is_hidden else None,
        source=source_of(fr.main, sight) if fr.main is not None else None,
        is_stale=fr.fresh.state in OLD and not fr.is_settled,
        next_due=None if fr.is_settled else fr.fresh.due_on,
        needs=sheet.needs if fr.main is None else None,
        remark=remark_of(fr, target.statements if target else ()),
    )


def figure_of(one: Seen) -> Figure:
    """The value as anybody may read it."""
    main, unit = one.main, one.sheet.unit
    if main is None:
        return Figure(None, unit)
    reason = hidden_reason(one.sheet, main) if one.is_hidden else None
    hidden = reason.value if reason else ""
    return Figure(None if hidden else exact(main.value), unit, Label(main.label), main.as_of, hidden)


def exact(value: Decimal | None) -> Decimal | None:
    """Without the zeros the database adds."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def source_of(main: Measurement, sight: Sight) -> Text:
    """Where the value comes from: a computation, a report of a partner, or a text and its section."""
    if main.origin == Origin.COMPUTED:
        return Text(f"opérations de la plateforme ({main.query})", f"operations of the platform ({main.query})")
    if main.origin == Origin.REPORTED:
        title = main.source.get("title", "")
        return Text(f"rapporté et validé : {title}", f"reported and approved: {title}")
    said = main.source.get("statements", [{}])[0]
    source = sight.held.content.documents.get(said.get("document", ""))
    where = f"{source.title if source else said.get('document', '')}, {said.get('section', '')}"
    return Text(where, where)


def remark_of(one: Seen, statements: tuple[Statement, ...]) -> Text | None:
    """What the reader must know before comparing: texts that disagree, values known otherwise, a platform that opened later."""
    said = [_remark(one, statements, lang) for lang in ("fr", "en")]
    return Text(said[0], said[1]) if said[0] else None


def _remark(one: Seen, statements: tuple[Statement, ...], lang: str) -> str:
    told, unit = [], one.sheet.unit
    others = [other.value for other in statements[1:] if other.value != statements[0].value]
    if others:
        shown = ", ".join(show_amount(value, unit, lang) for value in others)
        told.append(f"le texte dit aussi {shown}" if lang == "fr" else f"the text also says {shown}")
    for other in one.others:
        if other.value is not None:
            shown, label = show_amount(exact(other.value) or Decimal(0), unit, lang), label_word(Label(other.label), lang)
            told.append(f"aussi connu : {shown} ({label})" if lang == "fr" else f"also known: {shown} ({label})")
    if one.main is not None and one.main.seen_since:
        day = show_day(one.main.seen_since, lang)
        told.append(f"la plateforme n'a rien vu avant le {day}" if lang == "fr" else f"the platform saw nothing before {day}")
    return " ; ".join(told) if lang == "fr" else "; ".join(told)
