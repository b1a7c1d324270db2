"""Money told at several floors of a strategy: a whole and its parts are the same euros, so only one of them is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ensembleur.logic.sentences import show_money
from ensembleur.strategy.engine.budget import ZERO, Line, totals
from ensembleur.strategy.engine.content import Fund, Node, Stage, Text
from ensembleur.strategy.engine.wording import FUND_WORDS, STAGE_WORDS, Fault, phrase

RULE = Text(
    "Quand une partie dit elle-même un montant pour un financeur et une étape, ceux des parties qu'elle contient n'y sont pas "
    "ajoutés : ce sont les mêmes euros.",
    "When a part states an amount itself for a fund and a stage, those of the parts it holds are not added to it: they are the "
    "same euros.",
)


@dataclass(frozen=True)
class Rolled:
    """The money of a part and of all below it. counted : lines that may be added, each euro once.   aside : told again below."""

    counted: tuple[Line, ...]
    aside: tuple[Line, ...] = ()


def rolled(part: Node, lines: Iterable[Line]) -> Rolled:
    """What counts of the lines of this part and below: for each fund and stage, the highest part that says anything.

    Lines of other parts are left out.
    """
    held: dict[str, list[Line]] = {}
    for line in lines:
        held.setdefault(line.node, []).append(line)
    counted: list[Line] = []
    aside: list[Line] = []
    for is_counted, line in _walk(part, held, frozenset()):
        (counted if is_counted else aside).append(line)
    return Rolled(tuple(counted), tuple(aside))


def _walk(part: Node, held: dict[str, list[Line]], told: frozenset[tuple[Fund, Stage]]) -> Iterator[tuple[bool, Line]]:
    own = held.get(part.code, [])
    for line in own:
        yield (line.fund, line.stage) not in told, line
    below = told | {(line.fund, line.stage) for line in own}
    for child in part.children:
        yield from _walk(child, held, below)


def floor_faults(part: Node, lines: Sequence[Line], *, lang: str = "fr") -> tuple[Fault, ...]:
    """Where the parts below say more than the part that holds them, for one fund and one stage over the whole period."""
    found = []
    for node in part.walk():
        if not node.children:
            continue
        own = totals(line for line in lines if line.node == node.code).by_fund
        below = totals(line for child in node.children for line in rolled(child, lines).counted).by_fund
        found += [
            _beyond(node, stage, fund, amount, below[stage, fund], lang)
            for (stage, fund), amount in own.items()
            if below.get((stage, fund), ZERO) > amount
        ]
    return tuple(found)


def _beyond(node: Node, stage: Stage, fund: Fund, own: Decimal, below: Decimal, lang: str) -> Fault:
    who, word = f"{node.code}, {FUND_WORDS[fund].into(lang)}", STAGE_WORDS[stage].into(lang)
    whole, parts = show_money(own, lang), show_money(below, lang)
    fr = f"{who} : les parties additionnent {parts} ({word}), plus que l'ensemble qui les contient, {whole}."
    en = f"{who}: the parts add up to {parts} ({word}), more than what holds them, {whole}."
    return Fault("parts_beyond_whole", node.code, phrase(lang, fr, en))
