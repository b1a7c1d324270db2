"""What people type about needs: the request, how it is answered and closed, an adviser's profile, an organisation's filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ensembleur.journeys.choices import ADVISER_OUTCOMES, NeedOutcome
from ensembleur.journeys.engine.filters import CompanyFilter
from ensembleur.journeys.forms import DateInput
from ensembleur.journeys.views.need_words import OUTCOME_SAYS
from ensembleur.schemes.engine.vocabulary import VOCABULARY

Choices = Sequence[tuple[str, Any]]
MAX_CODES = 60
NAF_START = re.compile(r"\d\d?(\.\d{0,2}[A-Z]?)?$")


class NeedForm(forms.Form):
    """A request in the company's own words."""

    words = forms.CharField(
        label=_("Votre demande, avec vos mots"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Ce qui se passe, ce que vous avez déjà essayé, ce que vous attendez et pour quand."),
    )


class ReportForm(forms.Form):
    """A wrong routing, in one click; a word helps but is not asked for."""

    note = forms.CharField(label=_("Qui serait mieux placé, selon vous ?"), max_length=500, required=False)


class NothingForm(forms.Form):
    """An act that needs no word."""


class DeclineForm(forms.Form):
    """Why an adviser cannot help this time."""

    reason = forms.ChoiceField(label=_("Pourquoi ?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Précision"),
        max_length=400,
        required=False,
        help_text=_("Lue par vos collègues et par l'agent, pas par l'entreprise."),
    )

    def __init__(self, *args: Any, reasons: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].choices = reasons


class CloseNeedForm(forms.Form):
    """How it ended, honestly: each outcome says what it means."""

    outcome = forms.ChoiceField(label=_("Comment cela s'est-il terminé ?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Un mot pour l'entreprise"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [
            (value, format_html('{} <span class="choice-says">{}</span>', NeedOutcome(value).label, OUTCOME_SAYS[value]))
            for value in ADVISER_OUTCOMES
        ]


class HandOverForm(forms.Form):
    """To whom a need is passed on."""

    adviser = forms.TypedChoiceField(label=_("À quel conseiller ?"), coerce=int)
    note = forms.CharField(label=_("Un mot pour ce conseiller"), max_length=500, required=False)

    def __init__(self, *args: Any, advisers: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["adviser"].choices = advisers


class RerouteForm(forms.Form):
    """On which subject a need is sent again."""

    subject = forms.ChoiceField(label=_("Sujet"))
    note = forms.CharField(
        label=_("Un mot dans le fil"), max_length=500, required=False, help_text=_("Lu aussi par l'entreprise.")
    )

    def __init__(self, *args: Any, subjects: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"].choices = subjects


class SubjectsForm(forms.Form):
    """What an adviser answers."""

    subjects = forms.MultipleChoiceField(
        label=_("Les sujets sur lesquels je réponds"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sans aucun sujet, vous êtes généraliste : sollicité quand personne d'autre ne peut l'être."),
    )

    def __init__(self, *args: Any, subjects: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subjects"].choices = subjects


class AbsenceForm(forms.Form):
    """Days on which an adviser is asked nothing."""

    starts_on = forms.DateField(label=_("Premier jour d'absence"), widget=DateInput())
    ends_on = forms.DateField(label=_("Jour du retour"), widget=DateInput())

    def clean(self) -> dict[str, Any]:
        """The return comes after the departure."""
        data: dict[str, Any] = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends <= starts:
            self.add_error("ends_on", _now("Le retour vient après le premier jour d'absence : choisissez une date plus tardive."))
        return data


class CodesField(forms.CharField):
    """Beginnings of activity codes, separated by commas or spaces."""

    def prepare_value(self, value: Any) -> Any:
        """As they are typed."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Codes in order, each once."""
        text = value if isinstance(value, str) else ", ".join(value or ())
        return tuple(dict.fromkeys(code for code in re.split(r"[\s,;]+", text.upper()) if code))

    def validate(self, value: Any) -> None:
        """Codes of the nomenclature, by their beginning."""
        super().validate(value)
        if len(value) > MAX_CODES:
            raise forms.ValidationError(_now("Soixante codes au plus : regroupez-les par division, par exemple 25."))
        for code in value:
            if not NAF_START.match(code):
                raise forms.ValidationError(
                    _now("« %(code)s » n'est pas un début de code d'activité : écrivez par exemple 25 ou 25.62.")
                    % {"code": code[:20]}
                )

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit a list."""


class FilterForm(forms.Form):
    """Which companies an organisation answers; what is left empty excludes nobody."""

    headcount_min = forms.IntegerField(
        label=_("Effectif minimal de l'entreprise"), required=False, min_value=0, max_value=100_000
    )
    headcount_max = forms.IntegerField(
        label=_("Effectif maximal de l'entreprise"), required=False, min_value=0, max_value=100_000
    )
    age_min = forms.IntegerField(label=_("Âge minimal, en années"), required=False, min_value=0, max_value=300)
    age_max = forms.IntegerField(label=_("Âge maximal, en années"), required=False, min_value=0, max_value=300)
    naf_in = CodesField(
        label=_("Activités concernées"), required=False, help_text=_("Débuts de codes NAF, par exemple : 10, 25, 28.29.")
    )
    naf_out = CodesField(label=_("Activités exclues"), required=False, help_text=_("Par exemple : 10.71, 96."))
    legal_in = forms.MultipleChoiceField(
        label=_("Formes juridiques concernées"), required=False, widget=forms.CheckboxSelectMultiple
    )
    legal_out = forms.MultipleChoiceField(
        label=_("Formes juridiques exclues"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lang: str = "fr", **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(code, words.in_(lang)) for code, words in VOCABULARY["legal_form"].choices]
        held = self.initial
        for name in ("legal_in", "legal_out"):
            known = dict(kinds)
            more = [(code, code) for code in held.get(name) or () if code not in known]  # written before, or elsewhere
            self.fields[name].choices = [*kinds, *more]

    def clean(self) -> dict[str, Any]:
        """The least is not above the most."""
        data: dict[str, Any] = super().clean() or {}
        for low, high in (("headcount_min", "headcount_max"), ("age_min", "age_max")):
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, _now("Le maximum est plus petit que le minimum : échangez-les."))
        return data

    def asked(self) -> CompanyFilter:
        """The filter typed."""
        data = self.cleaned_data
        return CompanyFilter(**{name: tuple(value) if isinstance(value, Iterable) else value for name, value in data.items()})
