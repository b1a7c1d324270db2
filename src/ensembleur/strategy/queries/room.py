"""What the committee looks at: alerts with their rule, decisions and what became of them, questions, the steps of the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from ensembleur.logic.sentences import show_day
from ensembleur.periods import paris_day
from ensembleur.strategy.engine import alerts as engine
from ensembleur.strategy.engine.budget import Line, totals
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Node, NodeKind, Stage, State, Statement, Text
from ensembleur.strategy.engine.cycle import Dated, agenda
from ensembleur.strategy.engine.rollup import rolled
from ensembleur.strategy.models import CycleMark, Decision, Dispute, Question
from ensembleur.strategy.permissions import read_regions
from ensembleur.strategy.queries.content import Held, held_strategies
from ensembleur.strategy.queries.money import Money, money_of
from ensembleur.strategy.queries.states import Seen, Situation, situation, tone_of
from ensembleur.strategy.queries.target_changes import Changes, target_changes

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """One measure at a glance. tone : "yes", "no", "unknown", or "none" without a target in figures."""

    part: Node
    tone: str
    says: str


@dataclass
class Room:
    """The room of one strategy, or of one of its parts, on a day, for a person who may read it."""

    now: Situation
    part: Node
    money: Money
    user: Any
    codes: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.codes = {node.code for node in self.part.walk()}

    @property
    def held(self) -> Held:
        """The strategy."""
        return self.now.held

    @cached_property
    def alerts(self) -> tuple[engine.Alert, ...]:
        """What must be looked at, the most pressing first, each with its rule; two queries."""
        seen = [one for one in self.now.below(self.part) if one.sheet.state is State.ACTIVE]
        changes, doubts = target_changes(self.held, self.now.as_of.year), self._contested()
        return engine.alerts(
            [_followed(one, changes, doubts) for one in seen],
            _spendings(self.part, self.money.lines, self.held),
            self.money.faults,
            as_of=self.now.as_of,
            lang=self.now.lang,
        )

    def _contested(self) -> dict[str, tuple[engine.Contested, ...]]:
        found: dict[str, list[engine.Contested]] = {}
        open_ones = Dispute.objects.visible_to(self.user).filter(settled_at__isnull=True)
        rows = open_ones.filter(measurement__indicator__strategy=self.held.row, measurement__replaced_by__isnull=True)
        for code, says, at in rows.values_list("measurement__indicator__code", "says", "raised_at").order_by("raised_at", "pk"):
            found.setdefault(code, []).append(engine.Contested(paris_day(at), says))
        return {code: tuple(doubts) for code, doubts in found.items()}

    @cached_property
    def marks(self) -> list[tuple[Node, list[Mark]]]:
        """Every measure with where it stands, under what holds it; never averaged."""
        found = []
        for node in self.part.walk():
            measures = [child for child in node.children if child.kind is NodeKind.MEASURE]
            if node.kind is NodeKind.MEASURE and node is self.part:
                measures = [node]
            if measures:
                found.append((node, [self._mark(measure) for measure in measures]))
        return found

    def _mark(self, measure: Node) -> Mark:
        state = self.now.state(measure)
        return Mark(measure, tone_of(state), state.says)

    @cached_property
    def decisions(self) -> list[Decision]:
        """Overdue first, then those to carry out by their day, then those carried out, the latest first; two queries."""
        rows = Decision.objects.visible_to(self.user).filter(node__strategy=self.held.row, node__code__in=self.codes)
        found = list(rows.select_related("node__strategy").prefetch_related("follow_ups__by"))
        waiting = [one for one in found if one.done_on is None]
        return sorted(waiting, key=lambda one: one.due_on or date.max) + sorted(
            (one for one in found if one.done_on is not None), key=lambda one: one.done_on or date.min, reverse=True
        )

    def is_overdue(self, decision: Decision) -> bool:
        """Whether its day is over and nobody said it was carried out."""
        return decision.done_on is None and decision.due_on is not None and decision.due_on < self.now.as_of

    @cached_property
    def questions(self) -> list[Question]:
        """Those that wait first, the oldest first, then those answered, the latest first; one query."""
        rows = Question.objects.visible_to(self.user).filter(node__strategy=self.held.row, node__code__in=self.codes)
        found = list(rows.select_related("node__strategy", "indicator", "asked_by", "answered_by").order_by("asked_at", "pk"))
        answered = [one for one in reversed(found) if one.answered_at is not None]
        return [one for one in found if one.answered_at is None] + answered

    @cached_property
    def year(self) -> int | None:
        """The year whose values the round is about: the last one over, within the strategy; None for one that is history."""
        first, last = self.held.row.period_start.year, (self.held.row.period_end - DAY).year
        return min(max(self.now.as_of.year - 1, first), last) if self.held.is_followed else None

    @cached_property
    def step_marks(self) -> dict[str, CycleMark]:
        """The steps of that year already done; one query."""
        if self.year is None:
            return {}
        return {mark.step: mark for mark in CycleMark.objects.filter(strategy=self.held.row, year=self.year)}

    @cached_property
    def agenda(self) -> tuple[Dated, ...]:
        """The steps of that year, with where each stands; none for a strategy that is history."""
        if self.year is None:
            return ()
        done = {step: mark.done_on for step, mark in self.step_marks.items()}
        return agenda(self.year, done, as_of=self.now.as_of, lang=self.now.lang)


def room_strategies(user: Any) -> list[Held]:
    """The strategies of the regions this person steers, the current one first."""
    regions = read_regions(user)
    return [held for held in held_strategies() if held.row.region in regions] if regions else []


def room_of(held: Held, user: Any, *, as_of: date, lang: str, part: Node | None = None) -> Room:
    """The room of a strategy or of one of its parts; internal and small values are told there."""
    part = part or held.content.root
    now = situation(held, as_of=as_of, lang=lang, user=user)
    return Room(now, part, money_of(held, as_of=as_of, lang=lang, part=part), user)


def owner_of(held: Held, code: str) -> str:
    """Who answers for a part, as the texts name it or what holds it; "" when they name nobody.

    The body that steers the whole strategy is who asks: it does not answer for its parts.
    """

    def down(node: Node, above: str) -> str | None:
        here = ", ".join(owner.name for owner in node.owners) or above
        if node.code == code:
            return here
        below = "" if node.kind is NodeKind.STRATEGY else here
        return next((found for child in node.children if (found := down(child, below)) is not None), None)

    return down(held.content.root, "") or ""


# -- what the alerts are raised from -----------------------------------------------------------------------------------
def _followed(one: Seen, changes: Changes, doubts: dict[str, tuple[engine.Contested, ...]]) -> engine.Followed:
    sheet = one.sheet
    return engine.Followed(
        node=one.part.code,
        indicator=sheet.code,
        title=sheet.title,
        unit=sheet.unit,
        standings=one.state.standings,
        fresh=None if one.is_settled else one.fresh,
        changes=changes.get(sheet.code, ()),
        disputed=tuple(_disputed(sheet)),
        contested=doubts.get(sheet.code, ()),
    )


def _disputed(sheet: Sheet) -> Iterator[engine.Disputed]:
    for target in sheet.targets:
        yield _figures(target.statements, "cible au {}", "target by {}", target.due)
    for value in sheet.values:
        yield _figures(value.statements, "valeur au {}", "value on {}", value.as_of)


def _figures(statements: Iterable[Statement], fr: str, en: str, day: date) -> engine.Disputed:
    what = Text(fr.format(show_day(day, "fr")), en.format(show_day(day, "en")))
    return engine.Disputed(what, tuple(statement.value for statement in statements))


def _spendings(part: Node, lines: Iterable[Line], held: Held) -> list[engine.Spending]:
    """What is paid of what is programmed, for the lowest parts of which both are known: what holds them says it again."""
    lines = tuple(lines)
    below = [found for child in part.children for found in _spendings(child, lines, held)]
    if below:
        return below
    by_stage = totals(rolled(part, lines).counted).by_stage
    programmed, paid = by_stage.get(Stage.PROGRAMMED), by_stage.get(Stage.PAID)
    if programmed is None or paid is None:
        return []
    last = held.row.period_end - DAY
    return [engine.Spending(part.code, part.title, programmed, paid, held.row.period_start, last)]
