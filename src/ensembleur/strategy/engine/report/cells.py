"""How a value, a state or a hidden count is written in the report's tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ensembleur.strategy.engine.content import Label, Text
from ensembleur.strategy.engine.labels import label_word
from ensembleur.strategy.engine.progress import bounded
from ensembleur.strategy.engine.report.blocks import Block, Cell, cell, table
from ensembleur.strategy.engine.report.content import Cell as Count
from ensembleur.strategy.engine.report.content import Figure, IndicatorRow, MoneyLine, PlaceRow, PlaceTable
from ensembleur.strategy.engine.wording import FUND_WORDS, phrase
from ensembleur.strategy.engine.writing import ABSENT, HIDDEN_MARK, amount, number, quantity, share, short_day, why_hidden


def figure_cell(figure: Figure, lang: str) -> Cell:
    """The value, and under it how it is known and since when; « non mesuré » is a word, never a zero."""
    if figure.hidden:
        return cell(HIDDEN_MARK, under=why_hidden(figure.hidden, lang))
    if figure.value is None:
        return cell(phrase(lang, "non mesuré", "not measured"))
    known = [label_word(figure.label, lang)] if figure.label else []
    known += [short_day(figure.as_of, lang)] if figure.as_of else []
    return cell(quantity(figure.value, figure.unit, lang), under=", ".join(known))


def count_cell(count: Count, unit: Text, lang: str) -> Cell:
    """A published count, « s » with its reason when it is hidden, a dash when nobody knows."""
    if count.hidden:
        return cell(HIDDEN_MARK, under=why_hidden(count.hidden, lang))
    if count.value is None:
        return cell(ABSENT)
    return cell(amount(count.value, lang) if unit.fr == "€" else number(count.value, lang))


def progress_cell(row: IndicatorRow, lang: str) -> Cell:
    """The share of the way, unbounded in figures, bounded in its bar."""
    if row.progress is None:
        return cell(ABSENT)
    expected = phrase(lang, f"attendu {share(row.expected, lang)}", f"expected {share(row.expected, lang)}")
    length = bounded(row.progress) or Decimal(0)
    return cell(share(row.progress, lang), bar=f"{length * 100:.0f}", under=expected if row.expected is not None else "")


def indicators_table(caption: str, rows: Sequence[IndicatorRow], lang: str, *, with_source: bool = False) -> Block:
    """Indicators with value, target, progress and state; `with_source` adds where each comes from and how fresh it is.

    A target is programmed, a value is known in its own way: both labels are always shown, since the progress compares them.
    """
    columns = [
        (phrase(lang, "Indicateur", "Indicator"), "wide"),
        (phrase(lang, "Valeur", "Value"), "number"),
        (phrase(lang, "Cible", "Target") + f"\n({label_word(Label.PROGRAMMED, lang)})", "number"),
        (phrase(lang, "Avancement", "Progress"), "number"),
        (phrase(lang, "État", "State"), "narrow"),
    ]
    lines = []
    for row in rows:
        notes = [row.remark.into(lang)] if row.remark else []
        notes += [phrase(lang, "Pour le mesurer : ", "To measure it: ") + row.needs.into(lang)] if row.needs else []
        if with_source:
            notes += [phrase(lang, "Source : ", "Source: ") + row.source.into(lang)] if row.source else []
            notes += [_freshness(row, lang)] if row.is_stale or row.next_due else []
        target = cell(quantity(row.target, row.figure.unit, lang)) if row.target is not None else cell(ABSENT)
        if row.due:
            target["under"] = short_day(row.due, lang)
        standing = cell(row.standing.word.into(lang), tone=row.standing.tone)
        name = cell(row.title.into(lang), under=" · ".join(notes))
        lines.append([name, figure_cell(row.figure, lang), target, progress_cell(row, lang), standing])
    return table(caption, columns, lines)


def _freshness(row: IndicatorRow, lang: str) -> str:
    due = short_day(row.next_due, lang)
    if row.is_stale:
        return phrase(lang, f"valeur périmée, attendue le {due}", f"stale, was due {due}")
    if row.figure.as_of is None:  # never measured: the day may be long past
        return phrase(lang, f"première valeur attendue le {due}", f"first value due {due}")
    return phrase(lang, f"prochaine valeur le {due}", f"next value {due}")


def money_table(caption: str, lines: Sequence[MoneyLine], lang: str) -> Block:
    """Programmed, voted, committed, paid, by fund and year; stages are never added to one another."""
    columns = [
        (phrase(lang, "Fonds", "Fund"), "text"),
        (phrase(lang, "Année", "Year"), "narrow"),
        (phrase(lang, "Programmé", "Programmed"), "number"),
        (phrase(lang, "Voté", "Voted"), "number"),
        (phrase(lang, "Engagé", "Committed"), "number"),
        (phrase(lang, "Payé", "Paid"), "number"),
    ]
    rows = [
        [
            FUND_WORDS[line.fund].into(lang),
            str(line.year) if line.year else phrase(lang, "ensemble", "whole"),
            *(amount(one, lang) for one in (line.programmed_eur, line.voted_eur, line.committed_eur, line.paid_eur)),
        ]
        for line in lines
    ]
    return table(caption, columns, rows)


def places_table(caption: str, places: PlaceTable, lang: str) -> Block:
    """One line per territory; a hidden cell is « s » with the class of its reason."""
    columns = [(phrase(lang, "Territoire", "Territory"), "wide")]
    for column in places.columns:
        known = f"\n({label_word(column.label, lang)})" if column.label else ""
        columns.append((f"{column.title.into(lang)}{known}", "count"))

    def line(row: PlaceRow) -> list[Cell]:
        name = cell(f"{row.name} ({row.code})" if row.code else row.name)
        counts = [count_cell(one, column.unit, lang) for one, column in zip(row.cells, places.columns, strict=True)]
        return [name, *counts]

    rows = [line(row) for row in places.rows] + ([line(places.total)] if places.total else [])
    return table(caption, columns, rows, total=places.total is not None)
