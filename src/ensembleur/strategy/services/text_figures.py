"""Values and money that the texts state, kept as such: what a new version of the file changes replaces, and says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ensembleur.logic.sentences import show_day
from ensembleur.periods import paris_day
from ensembleur.strategy.choices import MoneyOrigin, Origin
from ensembleur.strategy.engine.content import Statement, Text, Value
from ensembleur.strategy.engine.content import Strategy as Content
from ensembleur.strategy.models import BudgetLine, Indicator, Measurement, Node, PeriodLock, Strategy, StrategyVersion
from ensembleur.strategy.queries.entry import DAY, language

Place = tuple[int, date | None, date | None, date, str]  # indicator, days covered, last day that counted, label


@dataclass(frozen=True)
class Written:
    """How many values and lines of money were written, replaced and taken back."""

    values: int = 0
    replaced: int = 0
    lines: int = 0
    taken_back: int = 0


def write_text_figures(*, version: StrategyVersion, content: Content, who: str, now: datetime) -> Written:
    """Bring the values and the budget that come from texts in line with the file; what is no longer in it stays readable."""
    values, replaced = _values(version, content, who, now)
    lines, taken_back = _lines(version, content, who, now)
    return Written(values, replaced, lines, taken_back)


def why_locked(*, strategy: Strategy, content: Content) -> str:
    """Why a file may not be loaded, in one sentence: it changes, or brings, a value of a locked day. Empty when it does not."""
    locks = list(PeriodLock.objects.filter(strategy=strategy, lifted_at__isnull=True))
    if not locks:
        return ""
    rows = {row.code: row for row in Indicator.objects.filter(strategy=strategy)}
    kept, lang = _kept(strategy), language()
    for _part, sheet in content.indicators():
        for value in sheet.values:
            lock = next((one for one in locks if one.period_start <= value.as_of < one.period_end), None)
            row = rows.get(sheet.code)
            if lock is None or (row is not None and _says_the_same(kept.get(_place(row, value)), value)):
                continue
            return _(
                "Le fichier change la valeur de %(code)s au %(day)s, que tient la période du %(start)s au %(last)s, verrouillée le "
                "%(locked)s : demandez sa réouverture à un second lecteur, ou laissez cette valeur."
            ) % {
                "code": sheet.code,
                "day": show_day(value.as_of, lang),
                "start": show_day(lock.period_start, lang),
                "last": show_day(lock.period_end - DAY, lang),
                "locked": show_day(paris_day(lock.locked_at), lang),
            }
    return ""


def said(statements: Iterable[Statement], note: Text | None) -> dict[str, Any]:
    """The statements of a text as they are kept beside a figure."""
    return {
        "statements": [
            {
                "value": f"{one.value:f}",
                "precision": one.precision.value,
                "document": one.citation.document,
                "section": one.citation.section,
                "sentence": one.citation.sentence,
                "note": _both(one.note),
            }
            for one in statements
        ],
        "note": _both(note),
    }


def _both(text: Text | None) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en} if text else {}


def _values(version: StrategyVersion, content: Content, who: str, now: datetime) -> tuple[int, int]:
    rows = {row.code: row for row in Indicator.objects.filter(strategy=version.strategy)}
    kept = _kept(version.strategy)
    written = replaced = 0
    for _part, sheet in content.indicators():
        for value in sheet.values:
            row = rows[sheet.code]
            former = kept.get(_place(row, value))
            if _says_the_same(former, value):
                continue
            fresh = _measurement(row, value, who, now)
            if former is not None and not hasattr(former, "replaced_by"):
                fresh.replaces = former
                fresh.reason = version.reason or f"Le fichier de la stratégie a changé (version {version.number})."
                replaced += 1
            fresh.save()
            written += 1
    return written, replaced


def _kept(strategy: Strategy) -> dict[Place, Measurement]:
    """The last value of each place that came from a text, a correction that people approved since or not."""
    lines = Measurement.objects.filter(indicator__strategy=strategy, origin=Origin.TEXT).select_related("replaced_by")
    return {(one.indicator_id, one.period_start, one.period_end, one.as_of, one.label): one for one in lines.order_by("pk")}


def _place(row: Indicator, value: Value) -> Place:
    return row.pk, value.period.start, value.period.end, value.as_of, value.label.value


def _says_the_same(former: Measurement | None, value: Value) -> bool:
    return former is not None and (former.value, former.source) == (value.value, said(value.statements, value.note))


def _measurement(row: Indicator, value: Value, who: str, now: datetime) -> Measurement:
    return Measurement(
        indicator=row,
        origin=Origin.TEXT,
        label=value.label.value,
        period_start=value.period.start,
        period_end=value.period.end,
        as_of=value.as_of,
        value=value.value,
        source=said(value.statements, value.note),
        taken_at=now,
        taken_by=who,
    )


def _lines(version: StrategyVersion, content: Content, who: str, now: datetime) -> tuple[int, int]:
    nodes = {row.code: row for row in Node.objects.filter(strategy=version.strategy)}
    wanted: Counter[tuple[Any, ...]] = Counter()
    drawn: dict[tuple[Any, ...], BudgetLine] = {}
    for part in content.nodes():
        for line in part.budget:
            row = BudgetLine(
                node=nodes[part.code],
                year=line.year,
                fund=line.fund.value,
                stage=line.stage.value,
                amount_eur=line.statements[0].value,
                decision=line.decision,
                origin=MoneyOrigin.TEXT,
                source=said(line.statements, line.note),
                recorded_at=now,
                recorded_by=who,
            )
            wanted[_key(row)] += 1
            drawn[_key(row)] = row
    taken_back = 0
    for row in BudgetLine.objects.standing().filter(node__strategy=version.strategy, origin=MoneyOrigin.TEXT):
        if wanted[_key(row)] > 0:
            wanted[_key(row)] -= 1
            continue
        row.withdrawn_at, row.withdrawn_by = now, who
        row.withdrawn_reason = version.reason or f"Le fichier de la stratégie a changé (version {version.number})."
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        taken_back += 1
    fresh = [drawn[key] for key, times in wanted.items() for _time in range(times)]
    for row in fresh:
        row.pk = None
        row.save(force_insert=True)
    return len(fresh), taken_back


def _key(row: BudgetLine) -> tuple[Any, ...]:
    return row.node_id, row.year, row.fund, row.stage, row.amount_eur, row.decision, str(row.source)
