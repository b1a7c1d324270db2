"""What an organiser chooses of a computation, and of a publication."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

DURATIONS = [
    ("5", gettext_lazy("5 secondes : un premier planning")),
    ("30", gettext_lazy("30 secondes : assez pour la plupart des événements")),
    ("120", gettext_lazy("2 minutes : pour gagner les derniers trous")),
    ("600", gettext_lazy("10 minutes")),
]


class ComputeForm(forms.Form):
    """How long, and whether to prove; a hypothesis when `tables` or `slots` is not 0."""

    seconds = forms.TypedChoiceField(label=gettext_lazy("Durée du calcul"), coerce=int, choices=DURATIONS, initial="30")
    exact = forms.BooleanField(
        label=gettext_lazy("Chercher la preuve qu'on ne peut pas faire mieux"),
        required=False,
        help_text=gettext_lazy("Possible jusqu'à 300 rendez-vous environ."),
    )
    keep_locked = forms.BooleanField(
        label=gettext_lazy("Garder les rendez-vous verrouillés à leur créneau"), required=False, initial=True
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Numéro de tirage"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=gettext_lazy("Le même numéro redonne le même planning ; un autre en essaie un différent."),
    )
    tables = forms.IntegerField(required=False, min_value=-500, max_value=500, widget=forms.HiddenInput)
    slots = forms.IntegerField(required=False, min_value=-10, max_value=10, widget=forms.HiddenInput)


class WhatIfForm(forms.Form):
    """A hypothesis."""

    tables = forms.IntegerField(label=gettext_lazy("Tables en plus ou en moins"), required=False, min_value=-500, max_value=500)
    slots = forms.IntegerField(label=gettext_lazy("Créneaux en plus ou en moins"), required=False, min_value=-10, max_value=10)


class PublishForm(forms.Form):
    """Who is written to; `seen` : the version that was published when the page was opened."""

    tell = forms.ChoiceField(label=gettext_lazy("Qui prévenir"), widget=forms.RadioSelect)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
