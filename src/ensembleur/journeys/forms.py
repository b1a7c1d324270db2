"""What people type on the pages of a journey."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.journeys.choices import ActionStatus, ClosingReason, DocumentKind, Outcome, PaymentKind
from ensembleur.journeys.engine.papers import ACCEPTED_WORDS
from ensembleur.money import CENT, show_euros

DEPARTEMENTS = [
    ("", _("Je ne sais pas encore")),
    ("75", "Paris (75)"),
    ("77", "Seine-et-Marne (77)"),
    ("78", "Yvelines (78)"),
    ("91", "Essonne (91)"),
    ("92", "Hauts-de-Seine (92)"),
    ("93", "Seine-Saint-Denis (93)"),
    ("94", "Val-de-Marne (94)"),
    ("95", "Val-d'Oise (95)"),
]
STARTED = [("no", _("Non, rien n'est commandé ni signé")), ("yes", _("Oui, une commande ou un devis est signé"))]


class DateInput(forms.DateInput):
    """A day, written as browsers expect it."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class EurosField(forms.DecimalField):
    """An amount in euros, with spaces, no-break spaces, a comma or a euro sign."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_digits", 12)
        super().__init__(decimal_places=2, localize=False, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def prepare_value(self, value: Any) -> Any:
        """An amount we hold is written « 102 000 »; what was typed is shown back as it was."""
        return show_euros(value).removesuffix("€").strip() if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """The amount, exactly."""
        if isinstance(value, str):
            for sign in (" ", "\u00a0", "\u202f", "€"):
                value = value.replace(sign, "")
            value = value.replace(",", ".")
        amount = super().to_python(value)
        return amount if amount is None or amount.as_tuple().exponent < -2 else amount.quantize(CENT)


class SiretForm(forms.Form):
    """The door: a SIRET."""

    siret = forms.CharField(
        label=_("SIRET de l'établissement"), max_length=30, help_text=_("14 chiffres, les espaces sont permis.")
    )


class ProjectForm(forms.Form):
    """The door of a project that has no company yet."""

    title = forms.CharField(
        label=_("Nom du projet"), max_length=200, help_text=_("Par exemple : atelier de réemploi de composites.")
    )
    departement = forms.ChoiceField(label=_("Département envisagé"), choices=DEPARTEMENTS, required=False)


class ActionForm(forms.Form):
    """Who does an action, what it costs, when, where it stands."""

    status = forms.ChoiceField(label=_("Où en est cette action ?"), choices=ActionStatus)
    owner = forms.CharField(
        label=_("Qui s'en charge ?"), max_length=120, required=False, help_text=_("Une personne ou un poste de l'entreprise.")
    )
    cost_eur = EurosField(
        label=_("Coût hors taxes, en euros"),
        required=False,
        min_value=0,
        help_text=_("D'après vos devis. Nous n'inventons pas de montant."),
    )
    starts_on = forms.DateField(label=_("Début"), widget=DateInput())
    ends_on = forms.DateField(label=_("Fin"), widget=DateInput())


class DraftForm(forms.Form):
    """The project an application is about."""

    project = forms.CharField(
        label=_("Votre projet en quelques phrases"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Ce que vous voulez faire, pourquoi maintenant, ce que cela change pour l'atelier et les équipes."),
    )
    project_cost_eur = EurosField(label=_("Coût du projet hors taxes, en euros"), min_value=CENT)
    started = forms.ChoiceField(
        label=_("Le projet a-t-il commencé ?"),
        choices=STARTED,
        widget=forms.RadioSelect,
        help_text=_("Un devis signé ou un acompte compte comme un début : beaucoup d'aides refusent alors le dossier."),
    )


class DocumentForm(forms.Form):
    """A document handed in."""

    kind = forms.ChoiceField(label=_("Quelle pièce ?"), choices=DocumentKind)
    file = forms.FileField(
        label=_("Fichier"), help_text=_("%(types)s, 20 Mo au plus.") % {"types": ACCEPTED_WORDS}, allow_empty_file=True
    )


class MessageForm(forms.Form):
    """A message."""

    body = forms.CharField(label=_("Votre message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class NoteForm(forms.Form):
    """A move that only needs a word."""

    note = forms.CharField(label=_("Note au dossier"), max_length=500, required=False, help_text=_("Visible par l'entreprise."))


class RefusalForm(forms.Form):
    """A refusal says why."""

    note = forms.CharField(
        label=_("Motif du refus"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Écrit pour l'entreprise, avec la voie de recours."),
    )


class DecisionForm(forms.Form):
    """A decision with its score and cut-off."""

    outcome = forms.ChoiceField(label=_("Sens de la décision"), choices=Outcome, widget=forms.RadioSelect)
    decided_on = forms.DateField(label=_("Date de la décision"), widget=DateInput())
    granted_eur = EurosField(
        label=_("Montant accordé, en euros"), required=False, min_value=CENT, help_text=_("Si la décision est favorable.")
    )
    score = forms.DecimalField(label=_("Note obtenue"), required=False, max_digits=6, decimal_places=2, min_value=0)
    cut_off = forms.DecimalField(
        label=_("Note minimale retenue"),
        required=False,
        max_digits=6,
        decimal_places=2,
        min_value=0,
        help_text=_("Gardée pour mesurer plus tard l'effet de l'aide."),
    )


class AgreementForm(forms.Form):
    """The day an agreement was signed."""

    agreed_on = forms.DateField(label=_("Date de la convention"), widget=DateInput())


class PaymentForm(forms.Form):
    """A payment made."""

    kind = forms.ChoiceField(label=_("Nature du versement"), choices=PaymentKind)
    paid_on = forms.DateField(label=_("Date du versement"), widget=DateInput())
    amount_eur = EurosField(label=_("Montant versé, en euros"), min_value=CENT)


class ClosingForm(forms.Form):
    """Why a file is closed."""

    reason = forms.ChoiceField(label=_("Motif de la clôture"), choices=ClosingReason)
    note = forms.CharField(label=_("Précision"), max_length=500, required=False)
