"""The front page: one promise, one field, one door per audience."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

# What the Region's own texts say, with the day of each text: nothing here is measured by the platform.
STRATEGY_2017 = "Stratégie Smart Industrie 2017-2021, rapport au conseil régional"
PRESS_2025 = "Région Île-de-France, communiqué du 14 novembre 2025"


def strategy_figures() -> list[dict[str, object]]:
    """Three figures of the strategy, each with its text and its date."""
    return [
        {
            "value": _("45 000"),
            "label": _("établissements industriels en Île-de-France"),
            "source": STRATEGY_2017,
            "date": date(2017, 7, 1),
        },
        {
            "value": _("459 000"),
            "label": _("emplois industriels dans la région"),
            "source": STRATEGY_2017,
            "date": date(2017, 7, 1),
        },
        {
            "value": _("400 M€"),
            "label": _("sur cinq ans pour réindustrialiser et décarboner"),
            "source": PRESS_2025,
            "date": date(2025, 11, 14),
        },
    ]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and what to type."""
    return render(request, "journeys/home.html", {"figures": strategy_figures()})
