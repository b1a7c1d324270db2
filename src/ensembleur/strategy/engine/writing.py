"""What charts and the report write in a cell: rounded figures, a dash for what nobody knows, « s » for what is hidden."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ensembleur.logic.sentences import show_day, show_money, show_number
from ensembleur.money import NO_BREAK_SPACE
from ensembleur.strategy.engine.content import Text
from ensembleur.strategy.engine.wording import show_amount, show_share

ABSENT = "–"
HIDDEN_MARK = "s"
HUNDREDTH, WHOLE, TEN_THOUSAND = Decimal("0.01"), Decimal(1), Decimal(10_000)
MILLION = Decimal(1_000_000)
# Why a cell of a published table is hidden, by the words of `secrecy`; a class we do not know is told as the general rule.
HIDDEN = {
    "few": Text("moins de trois unités", "fewer than three units"),
    "dominance": Text("une unité pèse plus de 85 %", "one unit holds more than 85%"),
    "persons": Text("moins de onze personnes", "fewer than eleven persons"),
    "secondary": Text("protège une autre case", "protects another cell"),
    "either": Text("trop petit, ou protège une case trop petite", "too small, or protects a cell that is"),
}
SECRET = Text("secret statistique", "statistical secrecy")


def why_hidden(reason: str, lang: str) -> str:
    """The class of the reason in words."""
    return HIDDEN.get(reason, SECRET).into(lang).replace(" %", f"{NO_BREAK_SPACE}%")


def _minus(shown: str) -> str:
    """A true minus sign before the figure; the hyphen of a unit, « start-up », stays."""
    return f"−{shown[1:]}" if shown.startswith("-") else shown


def number(value: Decimal, lang: str) -> str:
    """« 12 345,67 »: at most two decimals, a true minus sign."""
    rounded = value.quantize(HUNDREDTH, ROUND_HALF_UP)
    return _minus(show_number(rounded.normalize() + 0, lang))


def quantity(value: Decimal, unit: Text, lang: str) -> str:
    """« 302 entreprises », « 82,0 M€ »."""
    return _minus(show_amount(value.quantize(HUNDREDTH, ROUND_HALF_UP).normalize() + 0, unit, lang))


def amount(value: Decimal | None, lang: str) -> str:
    """Euros to the unit, to ten thousand beyond a million; a dash when nobody knows."""
    if value is None:
        return ABSENT
    if abs(value) < MILLION:
        return _minus(show_money(value.quantize(WHOLE, ROUND_HALF_UP), lang))
    digits = number((value / TEN_THOUSAND).quantize(WHOLE, ROUND_HALF_UP) / 100, lang)
    return f"€{digits}m" if lang == "en" else f"{digits}{NO_BREAK_SPACE}M€"


def share(value: Decimal | None, lang: str) -> str:
    """« 45 % »; a dash when it cannot be computed."""
    return ABSENT if value is None else _minus(show_share(value, lang))


def day(value: date | None, lang: str) -> str:
    """« 1er mars 2026 »; a dash when there is none."""
    return ABSENT if value is None else show_day(value, lang)


def short_day(value: date | None, lang: str) -> str:
    """« 01/03/2026 » or "1 Mar 2026", for tables; a dash when there is none."""
    if value is None:
        return ABSENT
    if lang != "en":
        return f"{value:%d/%m/%Y}"
    return f"{value.day}{NO_BREAK_SPACE}{show_day(value, 'en').split()[1][:3]}{NO_BREAK_SPACE}{value.year}"
