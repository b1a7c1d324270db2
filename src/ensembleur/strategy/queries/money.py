"""The money of a strategy as anybody may read it: each stage apart, each euro once, what contradicts itself, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from ensembleur.strategy.engine.budget import Leverage, Line, Totals, faults, leverage, totals
from ensembleur.strategy.engine.charts.content import Execution, Spent
from ensembleur.strategy.engine.content import Fund, Node, Stage, Text
from ensembleur.strategy.engine.decommitment import FIRST, LAST, Declared, Decommitment, Tranche, decommitment
from ensembleur.strategy.engine.execution import Forecast, Point, curve, forecast
from ensembleur.strategy.engine.rollup import Rolled, floor_faults, rolled
from ensembleur.strategy.engine.wording import Fault
from ensembleur.strategy.models import BudgetLine
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.queries.money_lines import standing_lines

STAGES = tuple(Stage)
EUROPEAN = (Fund.ERDF, Fund.ESF)
CURVE_TITLE = Text("L'argent au fil des années", "The money year after year")
# What the platform holds is not what the rule speaks of: this is said wherever the result is shown.
STAND_INS = Text(
    "Faute du plan de financement et des appels de fonds, la tranche d'une année est ici ce qui est programmé pour elle, et le montant "
    "déclaré ce qui est payé aux bénéficiaires à la fin de chaque année.",
    "For want of the financing plan and of the payment applications, a year's instalment is here what is programmed for it, and the "
    "amount declared what is paid to beneficiaries by the end of each year.",
)


@dataclass(frozen=True)
class StageRow:
    """Amounts at each stage, in the order of STAGES; None where nobody knows, which is not zero."""

    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class PartRow(StageRow):
    """The money of a part and of all below it. own : whether the part says an amount itself.   depth : 0 for the strategy."""

    part: Node
    depth: int
    own: bool


@dataclass(frozen=True)
class Money:
    """The money of one part and of all below it, on a day.

    rows : every standing line.   lines : the same for the engines.   gone : lines of parts no longer followed, counted nowhere.
    """

    held: Held
    part: Node
    as_of: date
    lang: str
    rows: tuple[BudgetLine, ...]
    lines: tuple[Line, ...]
    gone: tuple[BudgetLine, ...] = ()

    @cached_property
    def rolled(self) -> Rolled:
        """What counts, each euro once, and what is told again below."""
        return rolled(self.part, self.lines)

    @cached_property
    def totals(self) -> Totals:
        """By stage, fund and year."""
        return totals(self.rolled.counted)

    @cached_property
    def sums(self) -> StageRow:
        """All funds together, stage by stage."""
        return _by_stage(self.totals)

    @cached_property
    def by_fund(self) -> dict[Fund, StageRow]:
        """Each fund named by a line."""
        found = self.totals.by_fund
        funds = [fund for fund in Fund if any(fund is named for _stage, named in found)]
        return {fund: StageRow(tuple(found.get((stage, fund)) for stage in STAGES)) for fund in funds}

    @cached_property
    def by_year(self) -> dict[int, StageRow]:
        """Each year named by a line; amounts of the whole period are not there."""
        found = self.totals.by_year
        years = sorted({year for _stage, year in found})
        return {year: StageRow(tuple(found.get((stage, year)) for stage in STAGES)) for year in years}

    def by_part(self) -> list[PartRow]:
        """This part and those below that have money, the strategy's own order."""
        return list(_parts(self.part, self.lines, 0))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What contradicts itself: from stage to stage, from years to their whole, from parts to what holds them."""
        return (*faults(self.lines, lang=self.lang), *floor_faults(self.part, self.lines, lang=self.lang))

    @cached_property
    def leverages(self) -> list[Leverage]:
        """The leverage of each stage where the Region's money is known."""
        known = [stage for stage in STAGES if (stage, Fund.REGION) in self.totals.by_fund]
        return [leverage(self.rolled.counted, stage, lang=self.lang) for stage in known]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The money year after year."""
        return curve(self.rolled.counted)

    @cached_property
    def execution(self) -> Execution:
        """The same, for its drawing: at the end of each year."""
        rows = [
            Spent(date(point.year, 12, 31), stage, amount)
            for point in self.points
            for stage, amount in zip(
                STAGES, (point.programmed_eur, point.voted_eur, point.committed_eur, point.paid_eur), strict=True
            )
            if amount is not None
        ]
        return Execution(f"{self.held.row.pk}-execution", CURVE_TITLE, tuple(rows))

    @cached_property
    def forecast(self) -> Forecast:
        """What will be paid in the year of the day asked."""
        return forecast(self.rolled.counted, self.as_of.year, lang=self.lang)

    @cached_property
    def decommitments(self) -> dict[Fund, Decommitment]:
        """For each European fund with yearly amounts of 2021 to 2027, what each year still asks for."""
        return {
            fund: decommitment(tranches, self._declared(fund), as_of=self.as_of, lang=self.lang)
            for fund in EUROPEAN
            if (tranches := self._tranches(fund))
        }

    def _tranches(self, fund: Fund) -> list[Tranche]:
        known = self._yearly(fund, Stage.PROGRAMMED)
        return [Tranche(year, amount) for year, amount in known.items() if FIRST <= year <= LAST]

    def _declared(self, fund: Fund) -> list[Declared]:
        """Cumulated to the end of each year with a payment, the year in course on the day asked."""
        found, sum_eur = [], Decimal(0)
        for year, amount in self._yearly(fund, Stage.PAID).items():
            if year <= self.as_of.year:
                sum_eur += amount
                found.append(Declared(min(date(year, 12, 31), self.as_of), sum_eur))
        return found

    def _yearly(self, fund: Fund, stage: Stage) -> dict[int, Decimal]:
        by_year = totals(line for line in self.rolled.counted if line.fund is fund).by_year
        return {year: amount for (at, year), amount in by_year.items() if at is stage}


def money_of(held: Held, *, as_of: date, lang: str, part: Node | None = None, at: datetime | None = None) -> Money:
    """The money of a strategy, or of one of its parts, with all below; one query. at : as it was recorded at that moment."""
    part = part or held.content.root
    codes, everything = {node.code for node in part.walk()}, standing_lines(held.row, at)
    rows = tuple(row for row in everything if row.node.code in codes)
    gone = tuple(row for row in everything if row.node.retired_at is not None) if part is held.content.root else ()
    return Money(held, part, as_of, lang, rows, engine_lines(rows), gone)


def engine_lines(rows: Iterable[BudgetLine]) -> tuple[Line, ...]:
    """The lines as the engines take them."""
    return tuple(Line(Fund(row.fund), Stage(row.stage), row.year, row.amount_eur, row.node.code) for row in rows)


def _by_stage(found: Totals) -> StageRow:
    return StageRow(tuple(found.by_stage.get(stage) for stage in STAGES))


def _parts(part: Node, lines: tuple[Line, ...], depth: int) -> Iterable[PartRow]:
    counted = rolled(part, lines).counted
    if not counted:
        return
    own = any(line.node == part.code for line in counted)
    yield PartRow(_by_stage(totals(counted)).amounts, part, depth, own)
    for child in part.children:
        yield from _parts(child, lines, depth + 1)
