"""What advisers and officers type about a company in a programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.journeys.catalogue.programmes import Option, Programme, Stage
from ensembleur.journeys.forms import DateInput
from ensembleur.journeys.services.enrolling import SAID

ANSWERS = [("yes", _("L'entreprise la prend")), ("no", _("L'entreprise la refuse"))]


class EnrolForm(forms.Form):
    """Into which programme, since when."""

    programme = forms.ChoiceField(label=_("Programme"))
    enrolled_on = forms.DateField(label=_("Entrée le"), widget=DateInput())

    def __init__(self, *args: Any, programmes: list[Programme], lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = [(one.id, one.title[lang]) for one in programmes]  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """Since when, and why."""

    left_on = forms.DateField(label=_("Sortie le"), widget=DateInput())
    reason = forms.CharField(
        label=_("Pourquoi ?"), max_length=200, help_text=_("Sans nom de personne : cette phrase est gardée.")
    )


class StageForm(forms.Form):
    """A stage that the platform cannot see."""

    stage = forms.ChoiceField(label=_("Étape"))
    reached_on = forms.DateField(label=_("Atteinte le"), widget=DateInput())
    evidence = forms.ChoiceField(
        label=_("Comment le savez-vous ?"),
        choices=[
            (SAID[0].value, _("L'entreprise ou un partenaire le dit")),
            (SAID[1].value, _("J'ai vu la pièce qui le prouve")),
        ],
    )

    def __init__(self, *args: Any, stages: list[Stage], lang: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["stage"].choices = [(one.id, one.says[lang]) for one in stages]  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """An option offered."""

    option = forms.ChoiceField(label=_("Option"))
    offered_on = forms.DateField(label=_("Proposée le"), widget=DateInput())

    def __init__(self, *args: Any, options: list[Option], lang: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["option"].choices = [(one.id, one.says[lang]) for one in options]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The company's answer to an offer."""

    take = forms.IntegerField(widget=forms.HiddenInput())
    answer = forms.ChoiceField(label=_("Réponse"), choices=ANSWERS)
    answered_on = forms.DateField(label=_("Répondu le"), widget=DateInput())
