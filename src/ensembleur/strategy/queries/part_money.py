"""The money of one part of a strategy as the public reads it: by fund and stage, stages side by side and never added."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ensembleur.strategy.engine.budget import Line, totals
from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.models import BudgetLine
from ensembleur.strategy.queries.content import Held

STAGES = tuple(Stage)


@dataclass(frozen=True)
class FundRow:
    """One fund: its amount at each stage, in the order of STAGES; None where nobody knows, which is not zero."""

    fund: Fund
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class PartMoney:
    """lines : every standing line, the latest year last.   sums : all funds together, stage by stage."""

    lines: tuple[BudgetLine, ...]
    rows: tuple[FundRow, ...]
    sums: tuple[Decimal | None, ...]


def part_money(held: Held, code: str) -> PartMoney:
    """The standing lines of this part alone: those of the parts below are told on their own pages."""
    lines = tuple(
        BudgetLine.objects.standing().filter(node__strategy=held.row, node__code=code).order_by("year", "fund", "stage", "pk")
    )
    found = totals(Line(Fund(one.fund), Stage(one.stage), one.year, one.amount_eur, code) for one in lines)
    funds = [fund for fund in Fund if any(fund is named for _stage, named in found.by_fund)]
    rows = tuple(FundRow(fund, tuple(found.by_fund.get((stage, fund)) for stage in STAGES)) for fund in funds)
    return PartMoney(lines, rows, tuple(found.by_stage.get(stage) for stage in STAGES))
