"""Money by stage, fund and year: stages follow one another and are never added; what contradicts itself is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ensembleur.logic.sentences import show_money
from ensembleur.strategy.engine.content import Fund, Node, Stage
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, Fault, phrase

ZERO = Decimal(0)
STAGES = tuple(Stage)  # programmed, voted, committed, paid: each is at most the one before
PUBLIC = (Fund.ERDF, Fund.ESF, Fund.STATE, Fund.OTHER)


@dataclass(frozen=True)
class Line:
    """An amount in euros. year : None for the whole period.   node : the part of the strategy it belongs to."""

    fund: Fund
    stage: Stage
    year: int | None
    amount_eur: Decimal
    node: str = ""


def lines_of(node: Node) -> list[Line]:
    """The budget of this part and of all below it, each line by its first statement."""
    return [
        Line(line.fund, line.stage, line.year, line.statements[0].value, part.code)
        for part in node.walk()
        for line in part.budget
    ]


@dataclass(frozen=True)
class Totals:
    """Euros by stage, by stage and fund, by stage and year. An absent key is an amount nobody knows: it is not zero.

    by_year holds the lines that name a year only, so its sum may be less than by_stage.
    """

    by_stage: dict[Stage, Decimal]
    by_fund: dict[tuple[Stage, Fund], Decimal]
    by_year: dict[tuple[Stage, int], Decimal]


def totals(lines: Iterable[Line]) -> Totals:
    """What each stage comes to.

    Within a part, a fund and a stage, a line for the whole period and the lines of its years tell the same money twice:
    they are not added, the whole period stands.
    """
    by_stage: dict[Stage, Decimal] = defaultdict(Decimal)
    by_fund: dict[tuple[Stage, Fund], Decimal] = defaultdict(Decimal)
    by_year: dict[tuple[Stage, int], Decimal] = defaultdict(Decimal)
    for (_, fund), stages in accounts(lines).items():
        for stage, account in stages.items():
            by_stage[stage] += account.total
            by_fund[stage, fund] += account.total
            for year, amount in account.years.items():
                by_year[stage, year] += amount
    return Totals(
        dict(by_stage), dict(by_fund), dict(sorted(by_year.items(), key=lambda item: (STAGES.index(item[0][0]), item[0][1])))
    )


@dataclass
class Account:
    """One part, one fund, one stage: the whole period and its years, None and empty when unknown."""

    whole: Decimal | None
    years: dict[int, Decimal]

    @property
    def total(self) -> Decimal:
        """Over the whole period."""
        return sum(self.years.values(), ZERO) if self.whole is None else self.whole

    def by(self, year: int | None, *, as_limit: bool) -> Decimal | None:
        """Cumulated to the end of a year, None for the whole period; None when unknown.

        as_limit : whether an amount of the whole period may stand for it, since nothing beyond can have been used.
        """
        if year is None:
            return self.total
        known = [amount for at, amount in self.years.items() if at <= year]
        if known:
            return sum(known, ZERO)
        return self.whole if as_limit else None


def accounts(lines: Iterable[Line]) -> dict[tuple[str, Fund], dict[Stage, Account]]:
    """The lines gathered by part and fund, then by stage."""
    found: dict[tuple[str, Fund], dict[Stage, Account]] = {}
    for line in lines:
        account = found.setdefault((line.node, line.fund), {}).setdefault(line.stage, Account(None, {}))
        if line.year is None:
            account.whole = (account.whole or ZERO) + line.amount_eur
        else:
            account.years[line.year] = account.years.get(line.year, ZERO) + line.amount_eur
    return found


def faults(lines: Iterable[Line], *, lang: str = "fr") -> tuple[Fault, ...]:
    """What cannot be: more paid than committed, committed than voted, voted than programmed; years beyond their whole.

    Per part and fund, cumulated to each year that is named, then over the whole period. A stage nobody knows is stepped over.
    """
    found: list[Fault] = []
    for (node, fund), stages in accounts(lines).items():
        for stage, account in stages.items():
            if account.whole is not None and sum(account.years.values(), ZERO) > account.whole:
                found.append(_beyond_whole(node, fund, stage, account, lang))
        years = sorted({year for account in stages.values() for year in account.years})
        for year in (*years, None):
            limit: tuple[Stage, Decimal] | None = None
            for stage in (stage for stage in STAGES if stage in stages):
                used = stages[stage].by(year, as_limit=False)
                if limit is not None and used is not None and used > limit[1]:
                    found.append(_exceeds(node, fund, year, limit, (stage, used), lang))
                most = stages[stage].by(year, as_limit=True)
                limit = (stage, most) if most is not None else limit
    return tuple(found)


def _exceeds(
    node: str, fund: Fund, year: int | None, limit: tuple[Stage, Decimal], used: tuple[Stage, Decimal], lang: str
) -> Fault:
    less, more = (f"{show_money(amount, lang)} {STAGE_WORDS[stage].into(lang)}" for stage, amount in (limit, used))
    when = phrase(lang, "sur la période", "over the period")
    if year is not None:
        when = phrase(lang, f"fin {year}", f"by the end of {year}")
    says = phrase(
        lang, f"{_who(node, fund, lang)} : {more} pour {less}, {when}.", f"{_who(node, fund, lang)}: {more} for {less}, {when}."
    )
    return Fault(f"{used[0].value}_beyond_{limit[0].value}", node, says)


def _beyond_whole(node: str, fund: Fund, stage: Stage, account: Account, lang: str) -> Fault:
    years, whole = show_money(sum(account.years.values(), ZERO), lang), show_money(account.total, lang)
    stage_word, who = STAGE_WORDS[stage].into(lang), _who(node, fund, lang)
    says = phrase(
        lang,
        f"{who} : les années additionnent {years} ({stage_word}), plus que la période entière, {whole}.",
        f"{who}: the years add up to {years} ({stage_word}), more than the whole period, {whole}.",
    )
    return Fault("years_beyond_whole", node, says)


def _who(node: str, fund: Fund, lang: str) -> str:
    return f"{node}, {FUND_WORDS[fund].into(lang)}" if node else FUND_WORDS[fund].into(lang)


@dataclass(frozen=True)
class Leverage:
    """Euros beside the Region's, within one stage. An amount nobody knows is None and makes the ratio None."""

    stage: Stage
    region_eur: Decimal | None
    public_eur: Decimal | None
    private_eur: Decimal | None
    ratio: Decimal | None
    says: str


def leverage(lines: Sequence[Line], stage: Stage, *, lang: str = "fr") -> Leverage:
    """Private and other public euros for one euro of the Region, within one stage only: promises do not lever payments."""
    by_fund = totals(lines).by_fund
    region, private = by_fund.get((stage, Fund.REGION)), by_fund.get((stage, Fund.PRIVATE))
    publics = [by_fund[stage, fund] for fund in PUBLIC if (stage, fund) in by_fund]
    public = sum(publics, ZERO) if publics else None
    beside = [amount for amount in (private, public) if amount is not None]
    word = STAGE_WORDS[stage].into(lang)
    if not region or not beside:
        says = phrase(lang, f"Effet de levier inconnu ({word}).", f"Leverage unknown ({word}).")
        return Leverage(stage, region, public, private, None, says)
    ratio = sum(beside, ZERO) / region
    shown = show_money(ratio.quantize(Decimal("0.01")), lang)
    lacking = "" if len(beside) == 2 else phrase(lang, ", part privée inconnue", ", private part unknown")
    if private is not None and public is None:
        lacking = phrase(lang, ", autres fonds publics inconnus", ", other public funds unknown")
    says = phrase(
        lang,
        f"{shown} pour 1 € de la Région ({word}{lacking}).",
        f"{shown} for €1 from the Region ({word}{lacking}).",
    )
    return Leverage(stage, region, public, private, ratio, says)
