"""What people type about values: figures, a decision, a period to close, a doubt, a file."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.errors import EnsembleurError
from ensembleur.strategy.choices import LabelWord
from ensembleur.strategy.engine.content import Indicator as Sheet
from ensembleur.strategy.engine.content import Label
from ensembleur.strategy.engine.entering import Figures
from ensembleur.strategy.engine.tabular import LARGEST
from ensembleur.strategy.engine.value_files import SPACES, written
from ensembleur.web.formats import is_english

DAY = timedelta(days=1)
# The field of the form that a refused figure concerns; what is not here concerns the whole.
FIELDS = {
    "period_start": "du",
    "period_end": "au",
    "as_of": "situation",
    "value": "valeur",
    "numerator": "numerateur",
    "denominator": "denominateur",
    "units": "unites",
    "source_title": "source",
    "comment": "commentaire",
    "reason": "motif",
    "note": "motif",
    "start": "du",
    "end": "au",
    "says": "mots",
    "settlement": "mots",
}


class DayInput(forms.DateInput):
    """A day, written as browsers expect it."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class NumberField(forms.DecimalField):
    """A number with spaces, a comma or a point."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=False, max_digits=20, decimal_places=4, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        """A number we hold is written as a reader of the page writes it; what was typed is shown back as it was."""
        if not isinstance(value, Decimal):
            return value
        return written(value).replace(",", ".") if is_english() else written(value)

    def to_python(self, value: Any) -> Any:
        """The number, exactly."""
        if isinstance(value, str):
            value = value.translate(SPACES).replace("\u2212", "-").replace(",", ".")
        return super().to_python(value)


def say_why(form: forms.Form, error: EnsembleurError) -> None:
    """Put a refusal beside the field it concerns, or above the form."""
    name = FIELDS.get(str(error.details.get("at", "")), "")
    form.add_error(name if name in form.fields else None, error.sentence)


class ValueForm(forms.Form):
    """One value, as its sheet counts it; `motif` is there for a correction only."""

    du = forms.DateField(label=_("Période : du"), widget=DayInput())
    au = forms.DateField(label=_("au (inclus)"), widget=DayInput())
    situation = forms.DateField(
        label=_("Situation au"), widget=DayInput(), help_text=_("Le dernier jour compté : souvent le dernier de la période.")
    )
    valeur = NumberField(label=_("Valeur"))
    connu = forms.ChoiceField(
        label=_("Comment cette valeur est-elle connue ?"),
        choices=LabelWord,
        help_text=_("Deux valeurs connues autrement ne s'additionnent pas et ne se comparent pas."),
    )
    numerateur = NumberField(label=_("Numérateur"), required=False)
    denominateur = NumberField(label=_("Dénominateur"), required=False)
    unites = forms.IntegerField(
        label=_("Sur combien d'entreprises ou de personnes repose-t-elle ?"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("En dessous de trois, le public ne la voit pas."),
    )
    source = forms.CharField(
        label=_("D'où vient-elle ?"), max_length=200, help_text=_("Un registre, un bilan, une enquête, avec sa date.")
    )
    motif = forms.CharField(
        label=_("Pourquoi la corriger ?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sans nom de personne : ce motif reste affiché avec la valeur."),
    )
    commentaire = forms.CharField(
        label=_("Commentaire"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pour qui valide. Il n'est pas publié."),
    )

    def __init__(self, *args: Any, sheet: Sheet, corrects: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = sheet.unit.en if is_english() else sheet.unit.fr
        self.fields["valeur"].help_text = _("En %(unit)s.") % {"unit": unit} if unit else ""
        if not corrects:
            del self.fields["motif"]
        if sheet.denominator is None:
            del self.fields["numerateur"], self.fields["denominateur"]
        else:
            for name, text in (("numerateur", sheet.numerator), ("denominateur", sheet.denominator)):
                if text is not None:
                    self.fields[name].help_text = text.en if is_english() else text.fr

    def figures(self) -> Figures:
        """What was typed."""
        data = self.cleaned_data
        return Figures(
            period_start=data["du"],
            period_end=data["au"] + DAY,
            as_of=data["situation"],
            label=Label(data["connu"]),
            value=data["valeur"],
            numerator=data.get("numerateur"),
            denominator=data.get("denominateur"),
            units=data["unites"],
            source_title=data["source"],
            comment=data["commentaire"],
        )

    @staticmethod
    def initial_of(figures: Figures) -> dict[str, Any]:
        """The form as these figures fill it."""
        return {
            "du": figures.period_start,
            "au": figures.period_end - DAY,
            "situation": figures.as_of,
            "connu": figures.label.value,
            "valeur": figures.value,
            "numerateur": figures.numerator,
            "denominateur": figures.denominator,
            "unites": figures.units,
            "source": figures.source_title,
            "commentaire": figures.comment,
        }


class DecisionForm(forms.Form):
    """A word with the decision; needed for a refusal."""

    motif = forms.CharField(
        label=_("Motif"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nécessaire pour refuser : la personne qui a rapporté la valeur le lira."),
    )


class LockForm(forms.Form):
    """The days to close, and why."""

    du = forms.DateField(label=_("Du"), widget=DayInput())
    au = forms.DateField(label=_("au (inclus)"), widget=DayInput())
    motif = forms.CharField(
        label=_("Pourquoi ?"),
        max_length=500,
        help_text=_("Par exemple : rapport annuel adopté. Sans nom de personne : ce motif reste."),
    )


class LiftForm(forms.Form):
    """Why closed days are opened again."""

    motif = forms.CharField(label=_("Pourquoi rouvrir cette période ?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class WordsForm(forms.Form):
    """A doubt, or its answer."""

    mots = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, hint: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mots"].label, self.fields["mots"].help_text = label, hint


class FileForm(forms.Form):
    """A file of values."""

    fichier = forms.FileField(
        label=_("Fichier CSV"),
        allow_empty_file=True,
        help_text=_("Les mêmes colonnes que l'export. 2 Mo et 5 000 lignes au plus."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_fichier(self) -> Any:
        """Too large a file is not read at all."""
        file = self.cleaned_data["fichier"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("Le fichier dépasse 2 Mo : découpez-le."))
        return file
