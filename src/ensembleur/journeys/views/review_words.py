"""Figures, bands and differences as a reader reads them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from ensembleur.journeys.choices import Indicator
from ensembleur.journeys.engine.reviews import Difference, Known, Sure
from ensembleur.web.formats import euros, number

UNITS = {Indicator.ENERGY: "MWh", Indicator.CO2: "t CO2e"}
EUROS = (Indicator.TURNOVER, Indicator.INVESTMENT)
NO_BREAK = "\u00a0"


def amount(indicator: str, value: Decimal) -> str:
    """A number with its unit."""
    if indicator in EUROS:
        return euros(value)
    unit = UNITS.get(Indicator(indicator), "")
    return f"{number(value)}{NO_BREAK}{unit}" if unit else number(value)


def value_of(known: Known) -> str:
    """« 34 », « de 20 à 49 », « 10 000 et plus »."""
    low = amount(known.indicator, known.low)
    if known.high is None:
        return _("%(low)s et plus") % {"low": low}
    if known.is_exact:
        return low
    return _("de %(low)s à %(high)s") % {"low": low, "high": amount(known.indicator, known.high)}


def signed(indicator: str, value: Decimal) -> str:
    """« +4 », « −4 », « 0 »."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + amount(indicator, abs(value))


def difference_of(indicator: str, change: Difference | None) -> str:
    """What may be said of a difference, and never more."""
    if change is None:
        return _("pas de départ connu de la même façon")
    low = None if change.low is None else signed(indicator, change.low)
    high = None if change.high is None else signed(indicator, change.high)
    return {
        Sure.EXACT: low or "",
        Sure.BETWEEN: _("entre %(low)s et %(high)s") % {"low": low, "high": high},
        Sure.AT_LEAST: _("au moins %(low)s") % {"low": low},
        Sure.AT_MOST: _("au plus %(high)s") % {"high": high},
        Sure.UNKNOWN: _("écart inconnu : les tranches se touchent"),
        Sure.SAME_DAY: _("la source n'a rien dit de plus récent"),
    }[change.sure]
