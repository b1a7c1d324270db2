"""What officers type about money: a line, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.errors import BadInput, EnsembleurError
from ensembleur.money import euros
from ensembleur.strategy.choices import FundWord, StageWord
from ensembleur.strategy.engine.content import Fund, Stage
from ensembleur.strategy.engine.money_files import LONGEST_DECISION, LONGEST_NOTE, Amount
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.services.budgeting import LONGEST_REASON

FIELDS = {
    "part": "partie",
    "year": "annee",
    "amount_eur": "montant",
    "decision": "decision",
    "note": "note",
    "reason": "motif",
}


class EurosField(forms.CharField):
    """An amount in euros, with its spaces and its comma."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Any:
        """The amount, exactly."""
        text = super().clean(value)
        try:
            return euros(text)
        except BadInput as error:
            raise forms.ValidationError(error.sentence) from error


class LineForm(forms.Form):
    """One budget line."""

    partie = forms.ChoiceField(label=_("Partie de la stratégie"))
    annee = forms.IntegerField(
        label=_("Année"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Vide pour toute la période. Une somme de toute la période et celles de ses années disent le même argent."),
    )
    financeur = forms.ChoiceField(label=_("Financeur"), choices=FundWord)
    etape = forms.ChoiceField(
        label=_("Étape"),
        choices=StageWord,
        help_text=_("Programmé, voté, engagé, payé : une étape ne s'ajoute jamais à une autre."),
    )
    montant = EurosField(label=_("Montant en euros"), help_text=_("Ce que l'année ajoute, pas le total depuis le début."))
    decision = forms.CharField(label=_("Référence de la décision"), max_length=LONGEST_DECISION, required=False)
    note = forms.CharField(label=_("Remarque"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, held: Held, lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        nodes = held.content.nodes()
        self.fields["partie"].choices = [(node.code, f"{node.code} · {node.title.into(lang)}"[:110]) for node in nodes]

    def line(self) -> Amount:
        """What was typed."""
        data = self.cleaned_data
        return Amount(
            data["partie"],
            data["annee"],
            Fund(data["financeur"]),
            Stage(data["etape"]),
            data["montant"],
            data["decision"],
            data["note"],
        )


class ReasonForm(forms.Form):
    """Why a line, or all those of a file, are taken back."""

    motif = forms.CharField(
        label=_("Pourquoi ?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sans nom de personne : ce motif reste avec la ligne."),
    )


def say_why(form: forms.Form, error: EnsembleurError) -> None:
    """Put a refusal beside the field it concerns, or above the form."""
    name = FIELDS.get(str(error.details.get("at", "")), "")
    form.add_error(name if name in form.fields else None, error.sentence)
