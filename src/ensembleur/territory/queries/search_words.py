"""Figures of the register in words, with how they are known."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ensembleur.logic.facts import Interval
from ensembleur.territory.queries.diffusion import CompanyView, EstablishmentView
from ensembleur.web.formats import number


def size_words(interval: Interval | None) -> str:
    """« 20 à 49 salariés »; empty when nothing is known."""
    if interval is None or interval.low is None:
        return ""
    low, high = int(interval.low), interval.high
    if high is None:
        return _("%(low)s salariés ou plus") % {"low": number(low)}
    if high == 0:
        return _("aucun salarié")
    if low == high:
        return ngettext("%(count)s salarié", "%(count)s salariés", low) % {"count": number(low)}
    return _("%(low)s à %(high)s salariés") % {"low": number(low), "high": number(high)}


def headcount_words(view: EstablishmentView | CompanyView) -> str:
    """The size with where it comes from: « 20 à 49 salariés (Insee, tranche 2023) »; empty when unknown."""
    words = size_words(view.headcount)
    if not words:
        return ""
    if view.is_fictional:
        return _("%(words)s (donnée fictive)") % {"words": words}
    if view.headcount_year:
        return _("%(words)s (Insee, tranche %(year)d)") % {"words": words, "year": view.headcount_year}
    return _("%(words)s (Insee, année de la tranche non connue)") % {"words": words}
