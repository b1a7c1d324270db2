"""How the engines of the strategy write a number, a share and a list, in French and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ensembleur.logic.sentences import show_money, show_number
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.strategy.engine.content import Fund, Stage, Text

FUND_WORDS = {
    Fund.REGION: Text("Région", "Region"),
    Fund.ERDF: Text("FEDER", "ERDF"),
    Fund.ESF: Text("FSE+", "ESF+"),
    Fund.STATE: Text("État", "State"),
    Fund.PRIVATE: Text("Privé", "Private"),
    Fund.OTHER: Text("Autre", "Other"),
}
STAGE_WORDS = {
    Stage.PROGRAMMED: Text("programmé", "programmed"),
    Stage.VOTED: Text("voté", "voted"),
    Stage.COMMITTED: Text("engagé", "committed"),
    Stage.PAID: Text("payé", "paid"),
}
EURO_WORDS = {"€", "euro", "euros", "eur"}
SHARE_WORDS = {"share", "shares"}  # a value between 0 and 1, written as a percentage
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Fault:
    """Something that contradicts itself. code : a stable word.   at : the part it concerns.   says : one sentence."""

    code: str
    at: str
    says: str


def phrase(lang: str, fr: str, en: str) -> str:
    """The phrase in the language asked, with no-break spaces where French wants them."""
    if lang == "en":
        return en
    for mark in (":", ";", "»", "%"):
        fr = fr.replace(f" {mark}", f"{NO_BREAK_SPACE}{mark}")
    return fr.replace("« ", f"«{NO_BREAK_SPACE}")


def show_amount(value: Decimal, unit: Text | None, lang: str) -> str:
    """A value as its indicator counts it: « 302 entreprises », « 82 M€ », « 12 % »."""
    if unit is None:
        return show_number(value, lang)
    if unit.en.strip().lower() in EURO_WORDS:
        return f"-{show_money(-value, lang)}" if value < 0 else show_money(value, lang)
    if unit.en.strip().lower() in SHARE_WORDS:
        return show_share(value, lang)
    word = unit.into(lang)
    joint = "" if word == "%" and lang == "en" else NO_BREAK_SPACE
    return f"{show_number(value, lang)}{joint}{word}" if word else show_number(value, lang)


def show_share(share: Decimal, lang: str) -> str:
    """« 64 % », rounded to the whole, halves away from zero."""
    whole = (share * HUNDRED).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{show_number(whole + 0, lang)}{NO_BREAK_SPACE if lang == 'fr' else ''}%"


def show_points(gap: Decimal, lang: str) -> str:
    """« 21 points »; tenths when whole points would hide on which side of a threshold it falls."""
    points = (gap * HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)
    is_plural = abs(points) != 1 if lang == "en" else abs(points) >= 2
    return f"{show_number(points + 0, lang)}{NO_BREAK_SPACE}point{'s' if is_plural else ''}"


def listed(parts: Sequence[str], lang: str) -> str:
    """« a, b et c »."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {phrase(lang, 'et', 'and')} {parts[-1]}"


def counted(count: int, one: Text, many: Text, lang: str) -> str:
    """« 1 indicateur », « 3 indicateurs »; French keeps the singular for zero."""
    is_plural = count != 1 if lang == "en" else count > 1
    return f"{show_number(count, lang)}{NO_BREAK_SPACE}{(many if is_plural else one).into(lang)}"
