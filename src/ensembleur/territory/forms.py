"""The search form: one field, and what narrows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.errors import BadInput
from ensembleur.territory.engine.search_index import FACETS, Filters
from ensembleur.territory.engine.search_text import LONGEST_QUERY
from ensembleur.territory.queries.search_filters import filters_of


class AnyText(forms.CharField):
    """Nothing a person types is an error: what is too long is cut, what is invisible is dropped."""

    def to_python(self, value: Any) -> str:
        """The text that can be searched."""
        text = str(value or "")[: LONGEST_QUERY * 2]
        return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_QUERY]


class SearchForm(forms.Form):
    """What is looked for, in the words of the address; facets are read beside it, since their values come from the index."""

    q = AnyText(
        label=_("Nom, enseigne, activité, commune, SIREN ou SIRET"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "maxlength": LONGEST_QUERY, "spellcheck": "false"}
        ),
    )
    autour = forms.CharField(
        label=_("Autour de"), required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    km = forms.FloatField(
        label=_("Rayon en km"),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": 100, "step": 1, "inputmode": "numeric"}),
    )
    fermes = forms.BooleanField(label=_("Montrer aussi les établissements fermés"), required=False)
    bbox = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Turn everything into filters, with the error beside the field that caused it."""
        data = super().clean() or {}
        facets = {name: self.data.getlist(name) if hasattr(self.data, "getlist") else [] for name in FACETS}
        try:
            data["filters"] = filters_of(
                facets,
                closed_too=bool(data.get("fermes")),
                bbox=data.get("bbox", ""),
                around=data.get("autour", ""),
                km=data.get("km"),
            )
        except BadInput as error:
            where = {"unknown_commune": "autour", "bad_radius": "km"}.get(error.code)
            self.add_error(where, error.sentence)
            data["filters"] = Filters()
        return data
