"""The front page: one promise, one field, one door per audience."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ensembleur.strategy.views.front import front_figures
from ensembleur.web.context import doors

# What the Region's own texts say, with the date of each text, as long as no strategy is loaded.
STRATEGY_2017 = "Stratégie Smart Industrie 2017-2021, rapport au conseil régional, juillet 2017"
PRESS_2025 = "Région Île-de-France, communiqué du 14 novembre 2025"


def text_figures() -> list[dict[str, object]]:
    """Three figures of the texts, each with its text and its date."""
    return [
        {
            "value": _("45 000"),
            "label": _("établissements industriels en Île-de-France"),
            "source": STRATEGY_2017,
            "date": None,
        },
        {
            "value": _("459 000"),
            "label": _("emplois industriels dans la région"),
            "source": STRATEGY_2017,
            "date": None,
        },
        {
            "value": _("400 M€"),
            "label": _("sur cinq ans pour réindustrialiser et décarboner"),
            "source": PRESS_2025,
            "date": None,
        },
    ]


def entrances(path: str) -> list[dict[str, object]]:
    """The doors that are there, each with what is behind it, and the two rooms every reader may enter."""
    promises = {
        "company": _("Un diagnostic, un plan, les aides qui le paient et pourquoi."),
        "trade": _("Un métier, une formation près de chez vous, une visite."),
        "site": _("Un terrain ou un local pour produire."),
        "partner": _("Une entreprise par son nom, son savoir-faire ou sa ville."),
        "meet": _("Forums d'achat, job datings, visites d'usines : les dates, l'inscription, la journée."),
        "advise": _("Vos entreprises, leurs diagnostics et leurs dossiers."),
        "steer": _("La stratégie, mesure par mesure."),
        "opendata": _("Les données, à télécharger."),
    }
    shown = [{**door, "promise": promises[door["audience"]]} for door in doors(path)]
    shown.append(
        {
            "url": reverse("schemes:list"),
            "label": _("Toutes les aides"),
            "promise": _("Pour qui, combien, quand, à quelles conditions."),
        }
    )
    shown.append(
        {
            "url": reverse("territory:places"),
            "label": _("Les territoires"),
            "promise": _("L'industrie de votre commune, en chiffres et sur la carte."),
        }
    )
    return shown


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and what to type."""
    known = front_figures(as_of=timezone.localdate())
    figures = {"figures": known or text_figures(), "is_followed": bool(known)}
    return render(request, "journeys/home.html", {**figures, "entrances": entrances(request.path)})
