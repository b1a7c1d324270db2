"""Neutral contents for the gallery of components: nothing here speaks of a real scheme, company or place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ensembleur.logic.answers import Answer, Reason
from ensembleur.sources import Confidence, Source

DAY = date(2026, 3, 12)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Nom de l'atelier"), help_text=gettext_lazy("Tel qu'il figure sur la façade."))
    size = forms.IntegerField(label=gettext_lazy("Nombre de machines"), min_value=0)
    colour = forms.ChoiceField(
        label=gettext_lazy("Couleur"),
        choices=[("", "—"), ("blue", gettext_lazy("Bleu")), ("grey", gettext_lazy("Gris"))],
        required=False,
    )
    pace = forms.ChoiceField(
        label=gettext_lazy("Rythme"),
        choices=[
            ("day", gettext_lazy("De jour")),
            ("night", gettext_lazy("De nuit")),
            ("unknown", gettext_lazy("Je ne sais pas")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("« Je ne sais pas » est une vraie réponse."),
    )
    note = forms.CharField(label=gettext_lazy("Remarque"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label=gettext_lazy("J'ai relu mes réponses"), required=False)


def _verdicts() -> list[dict[str, Any]]:
    source = Source(_("Règlement d'exemple"), as_of=date(2026, 1, 1), checked_on=DAY, confidence=Confidence.SECONDARY)
    region = Reason("region", Answer.YES, _("Établissement dans la région : commune d'exemple"))
    either = {"group": "size-money", "group_says": _("Une au moins de ces 2 conditions :")}
    turnover = Reason(
        "turnover", Answer.YES, _("Chiffre d'affaires de 4,0 M€ (déclaré le 12 mars 2026) : au plus 50 M€"), **either
    )
    balance = Reason("balance", Answer.UNKNOWN, _("Total du bilan d'au plus 43 M€ : non renseigné"), matters=False, **either)
    size = Reason("size", Answer.UNKNOWN, _("Effectif du groupe entre 5 et 249 : non renseigné"), missing=("group_headcount",))
    age = Reason("age", Answer.NO, _("Entreprise créée il y a 8 mois : au moins 12 mois"), distance=4)
    jury = Reason("impact", None, _("Impact écologique du projet"), kind="jury")
    return [
        {
            "title": _("Aide d'exemple A"),
            "state": "yes",
            "state_text": _("Éligible"),
            "headline": _("jusqu'à 120 000 €"),
            "sentence": _("Toutes les conditions connues sont remplies."),
            "reasons": [region, turnover, balance, jury],
            "formula": _("40 % de 300 000 €"),
            "source": source,
            "action_url": "#",
            "action_label": _("Préparer le dossier"),
        },
        {
            "title": _("Aide d'exemple B"),
            "state": "unknown",
            "headline": _("jusqu'à 250 000 €"),
            "sentence": _("Il manque une information : l'effectif du groupe."),
            "reasons": [region, size, turnover, balance, jury],
            "formula": _("50 % de 500 000 €, plafonné à 250 000 €"),
            "source": source,
            "action_url": "#",
            "action_label": _("Répondre"),
        },
        {
            "title": _("Aide d'exemple C"),
            "state": "no",
            "state_text": _("Non éligible"),
            "sentence": _("Il s'en faut de 4 mois d'existence."),
            "reasons": [region, age],
            "source": Source(_("Page d'exemple, lue une seule fois")),
        },
        {
            "title": _("Aide d'exemple D"),
            "state": "closed",
            "sentence": _("Rouvre le 1er juin 2027."),
            "reasons": [region],
            "source": source,
        },
    ]


def _page() -> Page[int]:
    return Paginator(range(60), 20).page(2)


def contents() -> dict[str, Any]:
    """The context of the gallery page."""
    refused = SampleForm({"name": "", "size": "-2", "pace": "day"}, prefix="refused")
    refused.is_valid()
    return {
        "verdicts": _verdicts(),
        "form": SampleForm(),
        "refused": refused,
        "page_obj": _page(),
        "crumbs": [(_("Accueil"), "/"), (_("Composants"), "")],
        "steps": [
            {"label": _("Qui vous êtes"), "url": "#etape-1", "state": "done"},
            {"label": _("Diagnostic"), "url": "#etape-2", "state": "current"},
            {"label": _("Plan"), "url": "", "state": "todo"},
            {"label": _("Dossier"), "url": "", "state": "todo"},
        ],
        "terms": [
            (_("Nom"), _("Atelier d'exemple")),
            (_("Commune"), _("Commune d'exemple"), _("registre, 12 mars 2026")),
            (_("Effectif"), ""),
        ],
        "day": DAY,
        "amount": 250_000,
        "rows": _rows(),
        "tones": ["plain", "info", "yes", "unknown", "no", "closed"],
        "states": ["yes", "unknown", "no", "closed", "info"],
        "kinds": ["observed", "documented", "declared", "estimated"],
    }


def _rows() -> list[dict[str, Any]]:
    names = (_("Atelier"), _("Fonderie"), _("Scierie"), _("Tissage"))
    return [{"name": name, "count": count} for name, count in zip(names, (1240, 860, 415, 96), strict=True)]


def chart() -> dict[str, Any]:
    """A Vega-Lite specification with its data inside."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": _rows()},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": "-x", "title": None},
            "x": {"field": "count", "type": "quantitative", "title": _("Établissements (exemple)"), "axis": {"format": ",d"}},
        },
        "height": 180,
    }


def outlines() -> dict[str, Any]:
    """Three squares side by side, as GeoJSON."""
    squares = []
    for rank in range(3):
        west = 2.0 + rank * 0.3
        ring = [[west, 48.6], [west + 0.3, 48.6], [west + 0.3, 48.9], [west, 48.9], [west, 48.6]]
        squares.append(
            {
                "type": "Feature",
                "properties": {"name": _("Zone %(number)d") % {"number": rank + 1}},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": squares}


def points() -> dict[str, Any]:
    """Twelve points, near enough for some to be grouped, as GeoJSON."""
    places = []
    for rank in range(12):
        position = [2.05 + (rank * 0.17) % 0.8, 48.63 + (rank * 0.071) % 0.24]
        name = _("Lieu %(number)d") % {"number": rank + 1}
        properties = {"name": name, "url": "#lieux", "detail": _("Un détail d'exemple"), "tone": ("", "yes", "unknown")[rank % 3]}
        places.append({"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": position}})
    return {"type": "FeatureCollection", "features": places}
