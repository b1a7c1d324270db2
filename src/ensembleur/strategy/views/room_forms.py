"""What is typed in the committee's room: a decision, what became of it, a question, its answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.errors import EnsembleurError
from ensembleur.strategy.engine.content import Node
from ensembleur.strategy.models import Decision
from ensembleur.strategy.queries.content import Held
from ensembleur.strategy.services.committee import LONGEST, LONGEST_ANSWER, LONGEST_NAME, LONGEST_REFERENCE
from ensembleur.strategy.views.value_forms import DayInput

FIELDS = {
    "text": "texte",
    "owner": "qui",
    "asked_to": "qui",
    "decided_on": "prise",
    "due_on": "echeance",
    "reference": "reference",
    "answer": "texte",
}


def parts_of(held: Held, lang: str) -> list[tuple[str, str]]:
    """Every part by its code, for a list to choose from."""
    return [(node.code, _named(node, lang)) for node in held.content.nodes()]


def _named(node: Node, lang: str) -> str:
    return f"{node.code} · {node.title.into(lang)}"[:110]


class Words(forms.CharField):
    """Some lines of text."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **{"max_length": LONGEST, **options})


class DecisionForm(forms.Form):
    """What the committee decided."""

    partie = forms.ChoiceField(label=_("Sur quelle partie de la stratégie ?"))
    texte = Words(label=_("Décision"), help_text=_("Une phrase que quelqu'un d'absent comprendra."))
    qui = forms.CharField(label=_("Qui l'exécute ?"), max_length=LONGEST_NAME, help_text=_("Un service ou un organisme."))
    prise = forms.DateField(label=_("Prise le"), widget=DayInput())
    echeance = forms.DateField(label=_("Pour le"), widget=DayInput(), required=False)
    reference = forms.CharField(label=_("Référence"), max_length=LONGEST_REFERENCE, required=False)
    publique = forms.BooleanField(
        label=_("Visible du public, sur la page de la mesure"), required=False, help_text=_("Sans nom de personne.")
    )

    def __init__(self, *args: Any, held: Held, lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partie"].choices = parts_of(held, lang)

    def told(self) -> dict[str, Any]:
        """The decision as the services take it, but its part."""
        data = self.cleaned_data
        return {
            "text": data["texte"],
            "owner": data["qui"],
            "decided_on": data["prise"],
            "due_on": data["echeance"],
            "reference": data["reference"],
            "is_public": data["publique"],
        }

    @staticmethod
    def initial_of(decision: Decision) -> dict[str, Any]:
        """The form as a decision fills it."""
        return {
            "partie": decision.node.code,
            "texte": decision.text,
            "qui": decision.owner,
            "prise": decision.decided_on,
            "echeance": decision.due_on,
            "reference": decision.reference,
            "publique": decision.is_public,
        }


class FollowUpForm(forms.Form):
    """What became of a decision."""

    texte = Words(label=_("Suite donnée"), rows=3)


class QuestionForm(forms.Form):
    """A question to who answers for a part."""

    partie = forms.ChoiceField(label=_("Sur quelle partie de la stratégie ?"))
    indicateur = forms.ChoiceField(label=_("À propos de quel indicateur ?"), required=False)
    qui = forms.CharField(
        label=_("À qui ?"), max_length=LONGEST_NAME, help_text=_("Qui répond de cette partie, d'après les textes.")
    )
    texte = Words(label=_("Votre question"))
    echeance = forms.DateField(label=_("Réponse attendue le"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, held: Held, lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["partie"].choices = parts_of(held, lang)
        sheets = [(sheet.code, f"{sheet.code} · {sheet.title.into(lang)}"[:110]) for _part, sheet in held.content.indicators()]
        self.fields["indicateur"].choices = [("", _("Aucun en particulier")), *sheets]


class AnswerForm(forms.Form):
    """The answer to a question."""

    texte = Words(label=_("Réponse"), rows=6, max_length=LONGEST_ANSWER)


class MarkForm(forms.Form):
    """The day a step was done."""

    fait = forms.DateField(label=_("Fait le"), widget=DayInput())


def say_why(form: forms.Form, error: EnsembleurError) -> None:
    """Put a refusal beside the field it concerns, or above the form."""
    name = FIELDS.get(str(error.details.get("at", "")), "")
    form.add_error(name if name in form.fields else None, error.sentence)
