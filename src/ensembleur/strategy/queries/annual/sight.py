"""What the report reads, once, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from ensembleur.strategy.engine.content import Node as Part
from ensembleur.strategy.engine.content import NodeKind, Text
from ensembleur.strategy.engine.report.content import Standing
from ensembleur.strategy.engine.trajectory import Explained
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.locked import known_at
from ensembleur.strategy.queries.money import Money, engine_lines, money_of
from ensembleur.strategy.queries.overview import word_of
from ensembleur.strategy.queries.states import Seen, Situation, situation, tone_of


@dataclass(frozen=True)
class Sight:
    """A strategy on the last day of a report, told in French and in English from the same facts.

    known_at : when that day was locked: what was recorded afterwards is not read; None while nothing locks it.
    """

    held: Held
    as_of: date
    year: int
    fr: Situation
    en: Situation
    money: Money
    money_en: Money
    known_at: datetime | None = None

    @classmethod
    def of(cls, held: Held, *, as_of: date, year: int) -> Sight:
        """What anybody may read on that day; a bounded number of queries."""
        told = [situation(held, as_of=as_of, lang=lang) for lang in ("fr", "en")]
        at = known_at(held, as_of)
        spent = [money_of(held, as_of=as_of, lang=lang, at=at) for lang in ("fr", "en")]
        return cls(held, as_of, year, told[0], told[1], spent[0], spent[1], at)

    @cached_property
    def measures(self) -> tuple[tuple[Part, Part], ...]:
        """Each measure with the part that holds it."""
        parents = [(child, node) for node in self.held.content.nodes() for child in node.children]
        return tuple((child, node) for child, node in parents if child.kind is NodeKind.MEASURE)

    def both(self, one: Seen) -> tuple[Seen, Seen]:
        """The same indicator in French and in English."""
        return self.fr.seen[one.sheet.code], self.en.seen[one.sheet.code]

    def standing(self, fr: Explained, en: Explained) -> Standing:
        """A state as the report shows it; what was promised in no figure has no state."""
        tone = tone_of(fr)
        tone = "closed" if tone == "none" else tone
        return Standing(tone, word_of(fr), Text(fr.says, en.says))

    def money_below(self, part: Part) -> tuple[Money, Money]:
        """The money of a part and of all below it, from the lines already read."""
        codes = {node.code for node in part.walk()}
        rows = tuple(row for row in self.money.rows if row.node.code in codes)
        lines = engine_lines(rows)
        fr, en = (Money(self.held, part, self.as_of, lang, rows, lines) for lang in ("fr", "en"))
        return fr, en
