"""Money as the report shows it: by fund and year, stages side by side."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ensembleur.logic.answers import Answer
from ensembleur.strategy.engine.budget import Line
from ensembleur.strategy.engine.content import Fund, Stage, Text
from ensembleur.strategy.engine.report.content import Forecast, Money, MoneyLine, Risk
from ensembleur.strategy.queries.money import Money as Kept


def purse(fr: Kept, en: Kept, *, whole: bool) -> Money:
    """The money of the strategy (whole: with forecast, risks and curve) or of one measure."""
    lines = money_lines(fr.rolled.counted)
    levers = [(one, other) for one, other in zip(fr.leverages, en.leverages, strict=True) if one.ratio is not None]
    lever = levers[-1] if levers else None  # the furthest stage known
    remark = Text(fr.forecast.says, en.forecast.says) if whole and fr.forecast.paid_eur is None else None
    return Money(
        lines=lines,
        leverage=lever[0].ratio if lever else None,
        leverage_rule=Text(lever[0].says, lever[1].says) if lever else None,
        forecasts=_forecasts(fr, en) if whole else (),
        risks=_risks(fr, en) if whole else (),
        curve=fr.execution if whole and fr.points else None,
        remark=remark if lines else None,
    )


def money_lines(counted: Iterable[Line]) -> tuple[MoneyLine, ...]:
    """One line for each fund and year, years first; what is said of the whole period stands before them and is not added to them."""
    sums: dict[tuple[Fund, int | None], dict[Stage, Decimal]] = {}
    for line in counted:
        cell = sums.setdefault((line.fund, line.year), {})
        cell[line.stage] = cell.get(line.stage, Decimal(0)) + line.amount_eur
    order = {fund: place for place, fund in enumerate(Fund)}
    found = sorted(sums, key=lambda key: (key[1] or 0, order[key[0]]))
    return tuple(
        MoneyLine(
            fund, year, *(sums[fund, year].get(stage) for stage in (Stage.PROGRAMMED, Stage.VOTED, Stage.COMMITTED, Stage.PAID))
        )
        for fund, year in found
    )


def _forecasts(fr: Kept, en: Kept) -> tuple[Forecast, ...]:
    if fr.forecast.paid_eur is None:
        return ()
    return (Forecast(fr.forecast.year, fr.forecast.paid_eur, Text(fr.forecast.says, en.forecast.says)),)


def _risks(fr: Kept, en: Kept) -> tuple[Risk, ...]:
    """What European money could still be lost: years whose state is not a yes, with an amount at risk."""
    found = []
    for fund, known in fr.decommitments.items():
        for one, other in zip(known.risks, en.decommitments[fund].risks, strict=True):
            if one.reason.answer is not Answer.YES and one.at_risk_eur:
                found.append(Risk(fund, one.deadline, one.at_risk_eur, Text(one.reason.says, other.reason.says)))
    return tuple(found)
