"""What an organiser writes: what is looked for in the list, and who is added."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ensembleur.meetings.choices import Origin, RegistrationStatus
from ensembleur.meetings.forms.registering import WhoForm
from ensembleur.meetings.models import Event
from ensembleur.meetings.queries.registrations import LACKS, Wanted
from ensembleur.territory.forms import AnyText


class FilterForm(forms.Form):
    """What is looked for; what is not understood is left aside."""

    q = AnyText(label=_("Nom, adresse électronique ou SIRET"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    cote = forms.ChoiceField(label=_("Côté"), required=False)
    statut = forms.ChoiceField(label=_("État"), required=False, choices=[("", _("Tous")), *RegistrationStatus.choices])
    manque = forms.ChoiceField(label=_("Ce qui manque"), required=False, choices=[("", _("Peu importe")), *LACKS])

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cote"].choices = [("", _("Tous")), *event.sides()]
        if not event.two_sided:
            del self.fields["cote"]

    def is_narrow(self) -> bool:
        """Whether more than a text is looked for."""
        return any(self.data.get(name) for name in ("cote", "statut", "manque"))

    def wanted(self) -> Wanted:
        """The same, for the list."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Wanted(data.get("q", ""), data.get("cote", ""), data.get("statut", ""), data.get("manque", ""))


class AddForm(WhoForm):
    """Who is added: the SIRET is not asked of everybody."""

    origine = forms.ChoiceField(label=_("Qui ajoutez-vous ?"), choices=Origin, initial=Origin.COMPANY)

    def clean(self) -> dict[str, Any]:
        """An establishment whose number is not known yet may enter all the same."""
        if not self.cleaned_data.get("siret"):
            return {**self.cleaned_data, "siret": ""}
        return super().clean()
